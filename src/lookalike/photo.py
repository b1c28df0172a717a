"""A photo somebody asks with, in whatever form they have it."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from lookalike.errors import BadArgument
from lookalike.fetching import Fetcher
from lookalike.images import Picture, open_image
from lookalike.products import PictureSource

Photo = str | Path | bytes | Image.Image | np.ndarray[Any, Any] | IO[bytes]
"""A picture that is not in the catalogue: a file, an http(s) URL, bytes, an open file, a Pillow image, or
uint8 pixels of shape (height, width), (height, width, 3) or (height, width, 4)."""


def open_photo(photo: Photo, detail: int | None, *, allow_private: bool = False) -> Picture:
    """Decode a photo, keeping at least ``detail`` pixels of its sides, or all of them where it is None.

    Raises `PictureError` when it cannot be read, `BadArgument` when it is no photo at all.
    """
    if isinstance(photo, np.ndarray):
        photo = _from_pixels(photo)
    elif isinstance(photo, str) and PictureSource(photo).is_url:
        with Fetcher(allow_private=allow_private) as fetcher:
            photo = fetcher.fetch(PictureSource(photo)).data or b""
    elif not isinstance(photo, str | Path | bytes | Image.Image):
        photo = _read(photo)
    return open_image(photo, detail=detail)


def _from_pixels(pixels: np.ndarray[Any, Any]) -> Image.Image:
    grey = pixels.ndim == 2
    if pixels.dtype != np.uint8 or not (grey or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))):
        raise BadArgument(
            f"Pixels of type {pixels.dtype} and shape {pixels.shape} are no photo.",
            next_step="Give uint8 of shape (height, width, 3).",
        )
    if 0 in pixels.shape:
        raise BadArgument("The photo has no pixels.", next_step="Give a picture with at least one.")
    return Image.fromarray(pixels)


def _read(photo: Any) -> bytes:
    data = photo.read() if hasattr(photo, "read") else bytes(photo) if isinstance(photo, bytearray) else photo
    if not isinstance(data, bytes):
        raise BadArgument(
            f"A {type(photo).__name__} is no photo.",
            next_step="Give a path, a URL, bytes, a file opened in binary mode, a Pillow image or an array.",
        )
    return data
