"""What a planted fault is: a kind of finding, and ways of spoiling a picture so."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

Design = Callable[[Image.Image, np.random.Generator], Image.Image | bytes]
"""A picture spoilt: the new picture, stored as `stored` does, or the bytes of a file as they are."""


@dataclass(frozen=True)
class Fault:
    """Ways of planting one kind of finding, taken in turn.

    ``also`` are other kinds that a person may as well call such a picture: they count as found, and are no
    false alarms. ``base`` is the catalogue that it is planted into. ``shared`` is how many products in a row
    get the very picture that the first of them got.
    """

    kind: str
    designs: Mapping[str, Design]
    also: tuple[str, ...] = ()
    base: str = "clothing-cc0"
    shared: int = 1


def stored(picture: Image.Image, rng: np.random.Generator) -> bytes:
    """As a shop stores it: mostly a JPEG of some quality, now and then a PNG."""
    out = io.BytesIO()
    if rng.random() < 0.15:
        picture.save(out, "PNG")
    else:
        picture.convert("RGB").save(out, "JPEG", quality=int(rng.integers(60, 95)))
    return out.getvalue()


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    """The picture after a JPEG of this quality."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")
