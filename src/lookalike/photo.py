"""Pictures from outside and for outside: a photo somebody asks with, and a small picture to show."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from lookalike.errors import BadArgument, PictureError
from lookalike.fetching import Fetcher
from lookalike.fetching.files import path_of, read_file
from lookalike.hashing import content_hash
from lookalike.images import Picture, open_image, read_picture, thumbnail
from lookalike.ingest.measuring import THUMBNAIL
from lookalike.products import PictureSource
from lookalike.store.base import StoredPicture

Photo = str | Path | bytes | Image.Image | np.ndarray[Any, Any] | IO[bytes]
"""A picture that is not in the catalogue: a file, an http(s) URL, bytes, an open file, a Pillow image, or
uint8 pixels of shape (height, width), (height, width, 3) or (height, width, 4)."""

Crop = tuple[float, float, float, float]
"""Part of an upright picture: left, top, width and height as shares of its sides, 0 to 1."""

WIDEST = 4096
"""Pixels of the longest side of a picture that is handed out."""

_SLACK = 1e-6  # a crop that ends so far outside was rounded
_FINEST = 1 << 15  # pixels to ask of a decoder, however small the crop


def open_photo(
    photo: Photo, detail: int | None, *, crop: Crop | None = None, allow_private: bool = False
) -> Picture:
    """Decode a photo, or the part of it that ``crop`` names.

    At least ``detail`` pixels of its sides are kept, or all of them where it is None. Raises `PictureError`
    when it cannot be read, `BadArgument` when it is no photo at all.
    """
    photo = read_photo(photo, allow_private=allow_private)
    if crop is None:
        return open_image(photo, detail=detail)
    finer = None if detail is None else min(_FINEST, math.ceil(detail / min(crop[2:])))
    return _cropped(open_image(photo, detail=finer), crop)


def read_photo(photo: Photo, *, allow_private: bool = False) -> bytes | Image.Image:
    """The bytes of a photo, or its pixels where it has no bytes. Raises as `open_photo` does."""
    if isinstance(photo, np.ndarray):
        return _from_pixels(photo)
    if isinstance(photo, str) and PictureSource(photo).is_url:
        with Fetcher(allow_private=allow_private) as fetcher:
            return fetcher.fetch(PictureSource(photo)).data or b""
    if isinstance(photo, str | Path):
        return read_picture(Path(photo))
    return photo if isinstance(photo, bytes | Image.Image) else _read(photo)


def check_crop(crop: Iterable[float] | str | None) -> Crop | None:
    """A crop box; text such as ``0.1,0.2,0.5,0.6`` is parsed, None stays None.

    Raises `BadArgument` unless it is four finite numbers that name a part inside of the picture.
    """
    if crop is None:
        return None
    parts = crop.split(",") if isinstance(crop, str) else crop
    try:
        left, top, width, height = (float(part) for part in parts)
    except (TypeError, ValueError, OverflowError):
        raise _bad_crop(crop, "is not four numbers") from None
    if not all(map(math.isfinite, (left, top, width, height))):
        raise _bad_crop(crop, "has a number that is not finite")
    if width <= 0 or height <= 0:
        raise _bad_crop(crop, "is empty")
    if min(left, top) < -_SLACK or max(left + width, top + height) > 1 + _SLACK:
        raise _bad_crop(crop, "reaches outside of the picture")
    return left, top, width, height


def _bad_crop(crop: object, fault: str) -> BadArgument:
    return BadArgument(
        f"The crop {str(crop)[:80]!r} {fault}.",
        next_step="Give left, top, width and height as shares of the picture from 0 to 1: 0.1,0.2,0.5,0.6",
    )


def _cropped(picture: Picture, crop: Crop) -> Picture:
    """The part of a picture that a crop names: at least one pixel of it."""
    left, top, width, height = crop
    columns = _between(left, left + width, picture.image.width)
    rows = _between(top, top + height, picture.image.height)
    image = picture.image.crop((columns[0], rows[0], columns[1], rows[1]))
    return replace(
        picture,
        image=image,
        width=max(1, round(width * picture.width)),
        height=max(1, round(height * picture.height)),
    )


def _between(start: float, end: float, size: int) -> tuple[int, int]:
    first = min(size - 1, max(0, math.floor(start * size + _SLACK)))
    return first, max(first + 1, min(size, math.ceil(end * size - _SLACK)))


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A picture for showing: ``data`` is a JPEG, ``etag`` a quoted text that changes when the bytes do."""

    data: bytes = field(repr=False)
    etag: str


def shown_picture(
    stored: StoredPicture, width: int, kept: Callable[[], bytes | None] = lambda: None
) -> SmallPicture:
    """A stored picture with at most ``width`` pixels of its longest side.

    That is the thumbnail, or where it is smaller than ``width``, one made of the original: of the bytes that
    ``kept`` hands out, or of the file, as long as it still holds what was measured. Nothing is fetched, and
    a picture is never larger than its original.
    """
    if isinstance(width, bool) or not isinstance(width, int | np.integer) or not 1 <= width <= WIDEST:
        raise BadArgument(f"width is {width!r}.", next_step=f"Ask for 1 to {WIDEST} pixels.")
    data = stored.thumbnail
    if int(width) > THUMBNAIL < max(stored.width, stored.height):
        data = _made(stored, int(width), kept) or data
    return SmallPicture(data, f'"{content_hash(data)}"')


def _made(stored: StoredPicture, width: int, kept: Callable[[], bytes | None]) -> bytes | None:
    """A JPEG of the original, or None where that is gone, changed, or nowhere but behind a URL."""
    try:
        data = original_bytes(stored, kept)
        return None if data is None else thumbnail(open_image(data, detail=width).image, width)
    except PictureError:
        return None


def original_bytes(stored: StoredPicture, kept: Callable[[], bytes | None]) -> bytes | None:
    """The bytes that were measured: those that ``kept`` hands out, or the file's, while they are the same.

    None for a picture behind a URL: nothing is fetched. Raises `PictureError` for a file that is gone.
    """
    data = kept()
    if data is None:
        if PictureSource(stored.uri).is_url or not stored.uri:
            return None
        data = read_file(path_of(stored.uri), "")[0] or b""
    return data if content_hash(data) == stored.content_hash else None


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
