"""What a person wants to know of an encoder before choosing it; and how fast it is here."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.card import Card
from lookalike.encoders.reference import reference_picture


@dataclass(frozen=True, slots=True)
class Family:
    """Encoders that are named by one form. ``extra`` is what has to be installed for them, or ""."""

    form: str
    about: str
    example: str
    extra: str = ""
    modules: tuple[str, ...] = ()

    @property
    def is_installed(self) -> bool:
        """Whether everything it needs is there; nothing is imported to find out."""
        return all(find_spec(module) is not None for module in self.modules)

    def to_dict(self) -> dict[str, Any]:
        """The family as one JSON-ready document."""
        return {
            "form": self.form,
            "about": self.about,
            "example": self.example,
            "extra": self.extra,
            "installed": self.is_installed,
        }


FAMILIES = (
    Family(
        "keras:NAME",
        "Keras' applications",
        "keras:ResNet50",
        "keras",
        ("keras", "torch", "h5py", "onnx"),
    ),
    Family(
        "onnx:PATH[#LAYER]", "an ONNX file of your own, cut at a layer where one is named", "onnx:model.onnx"
    ),
    Family(
        "hub:REPO",
        "ONNX encoders of the Hugging Face hub",
        "hub:Xenova/clip-vit-base-patch32",
        "hub",
        ("huggingface_hub", "tokenizers"),
    ),
)
"""The encoders that do not come with the package."""


def describe(encoder: ImageEncoder) -> dict[str, Any]:
    """What is known of an encoder, as one JSON-ready document.

    ``dim`` is how many numbers a vector has, ``size`` width and height of its input in pixels, ``bytes`` what
    its weights take on disk, ``device`` where it runs: "cpu" or "cuda". ``licence``, ``source``,
    ``description``, ``data`` (what it was trained on) and ``scores`` are those of its card: empty where it
    has none.
    """
    card: Card | None = getattr(encoder, "card", None)
    return {
        "name": encoder.name,
        "description": card.description if card else "",
        "licence": card.licence if card else "",
        "source": card.source if card else "",
        "data": card.data if card else "",
        "bytes": getattr(encoder, "weight_bytes", None),
        "device": getattr(encoder, "device", "cpu"),
        "dim": encoder.space.dim,
        "size": list(encoder.size),
        "fingerprint": encoder.space.fingerprint,
        "scores": dict(card.scores) if card else {},
    }


def pictures_a_second(encoder: ImageEncoder, workers: int, seconds: float = 1.0) -> float:
    """How many prepared pictures ``workers`` threads encode in a second, measured for about ``seconds``."""
    batch = reference_picture(*encoder.size)[None]
    encoder.encode(batch)  # the first call of a network takes longer than any other
    began = time.perf_counter()

    def work(_: int) -> int:
        done = 0
        while done == 0 or time.perf_counter() - began < seconds:
            encoder.encode(batch)
            done += 1
        return done

    with ThreadPoolExecutor(workers) as pool:
        done = sum(pool.map(work, range(workers)))
    return done / (time.perf_counter() - began)
