"""From an encoder's name to an encoder."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.card import CONTENTS, read_card
from lookalike.encoders.names import BUILT_IN, DEFAULT_ENCODER
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.errors import EncoderError

_NAMES = (
    f"Use {' or '.join(BUILT_IN)}, or onnx:PATH for an ONNX file with a card (PATH with .toml) beside it, "
    "or keras:NAME for one of Keras' applications."
)


def load_encoder(name: str = DEFAULT_ENCODER) -> ImageEncoder:
    """The encoder called ``name``: one that is built in, or ``onnx:PATH`` for any image encoder in ONNX.

    Raises `EncoderError` when there is none, when its card is missing or wrong, and when the file is not the
    one its card describes. Only ``keras:`` may use a network.
    """
    if name in BUILT_IN:
        with resources.as_file(resources.files("lookalike.encoders") / "cards") as cards:
            return _from_card(cards / f"{name}.toml")
    kind, _, path = name.partition(":")
    if kind == "keras" and path:
        from lookalike.encoders.keras import load_keras

        return load_keras(name)
    if kind != "onnx" or not path:
        raise EncoderError(f"There is no encoder {name!r}.", next_step=_NAMES)
    model = Path(path).expanduser()
    if not model.is_file():
        raise EncoderError(f"There is no file {model}.", next_step=_NAMES)
    card = model.with_suffix(".toml")
    if not card.is_file():
        raise EncoderError(
            f"{model} has no card: {card} is missing.",
            next_step=f"Write it. {CONTENTS} The file's sha256 is {_sha256_of(model)}.",
        )
    return _from_card(card, model)


def _from_card(path: Path, model: Path | None = None) -> OnnxEncoder:
    card = read_card(path)
    if model is not None and card.file != model.name:
        raise EncoderError(
            f"The card {path} is for {card.file}, not for {model.name}.",
            next_step=f"Set file = {model.name!r} in the card, or leave the field out.",
        )
    name = card.name if model is None else f"onnx:{model.resolve()}"
    model = path.parent / card.file
    if not model.is_file():
        raise EncoderError(
            f"The model of {card.name} is missing: {model}.", next_step="Install lookalike again."
        )
    found = _sha256_of(model)
    if found != card.sha256:
        raise EncoderError(
            f"{model} is not the file of its card: its sha256 is {found}, the card says {card.sha256}.",
            next_step="Get the file again, or, when the change is meant, write the new sha256 into the card.",
        )
    return OnnxEncoder(card, model.read_bytes(), origin=str(model), name=name)


def _sha256_of(path: Path) -> str:
    status = path.stat()
    return _hashed(path.resolve(), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=32)
def _hashed(path: Path, size: int, modified: int) -> str:  # noqa: ARG001 - size and time are the cache's key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
