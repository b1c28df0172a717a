"""A picture of any size as the pixels a network was made for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.encoders.base import Pixels
from lookalike.encoders.card import Preprocessing

_INTERPOLATIONS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "box": Image.Resampling.BOX,
    "hamming": Image.Resampling.HAMMING,
}

# Pillow first shrinks by whole factors where the picture is more than six times too large: eight times
# quicker on large photographs, and at this gap hardly a pixel differs.
_REDUCING_GAP = 3.0

# A picture longer than this many times its width is first cut to it: filling a frame would make it huge.
_LONGEST = 20


def prepare(picture: Image.Image, how: Preprocessing) -> Pixels:
    """``picture`` at the size and in the way ``how`` says, RGB, shape (height, width, 3).

    ``letterbox`` keeps the proportions and the whole picture, but for the ends that the card's trim lets go,
    and fills the rest with the pad colour;
    ``stretch`` keeps the whole picture, ``crop`` keeps the proportions and loses what stands out. With a
    frame, both fill it first, and what is around the middle is lost.
    """
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    if how.resize == "letterbox":
        return _letterboxed(picture, how)
    if how.frame is not None:
        return _middle_of_frame(picture, how, how.frame)
    box = None
    if how.resize == "crop":
        ratio = max(how.width / picture.width, how.height / picture.height)
        box = _centred_box(picture.size, how.width / ratio, how.height / ratio)
    return np.asarray(_resized(picture, (how.width, how.height), how, box))


def to_input(batch: Pixels, how: Preprocessing, dtype: type[np.uint8] | type[np.float32]) -> npt.NDArray[Any]:
    """Prepared pixels, shape (n, height, width, 3), in the colour order, numbers and layout of a graph."""
    pixels: npt.NDArray[Any] = batch if how.colour_order == "RGB" else batch[..., ::-1]
    if dtype is np.float32:
        pixels = pixels.astype(np.float32)
        if how.mean is not None and how.scale is not None:
            pixels = (pixels - np.array(how.mean, np.float32)) * np.array(how.scale, np.float32)
    if how.layout == "NCHW":
        pixels = pixels.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(pixels)


def _letterboxed(picture: Image.Image, how: Preprocessing) -> Pixels:
    fitting = min(how.width / picture.width, how.height / picture.height)
    filling = max(how.width / picture.width, how.height / picture.height)
    ratio = min(filling, fitting / (1 - how.trim))
    width = min(how.width, max(1, round(picture.width * ratio)))
    height = min(how.height, max(1, round(picture.height * ratio)))
    box = _centred_box(picture.size, width / ratio, height / ratio) if how.trim else None
    resized = np.asarray(_resized(picture, (width, height), how, box))
    if (width, height) == (how.width, how.height):
        return resized
    left, top = (how.width - width) // 2, (how.height - height) // 2
    pixels = np.empty((how.height, how.width, 3), dtype=np.uint8)
    pixels[:] = how.pad
    pixels[top : top + height, left : left + width] = resized
    return pixels


def _middle_of_frame(picture: Image.Image, how: Preprocessing, frame: tuple[int, int]) -> Pixels:
    size = frame
    if how.resize == "crop":
        short = min(picture.size)
        if max(picture.size) > _LONGEST * short:
            longest = float(_LONGEST * short)
            box = _centred_box(picture.size, min(longest, picture.width), min(longest, picture.height))
            picture = picture.crop((int(box[0]), int(box[1]), int(box[2]), int(box[3])))
        # Not round(): the longer side is cut off to whole pixels wherever networks of this kind are trained.
        if frame[0] * picture.height >= frame[1] * picture.width:
            size = frame[0], int(frame[0] * picture.height / picture.width)
        else:
            size = int(frame[1] * picture.width / picture.height), frame[1]
    middle = Image.new("RGB", (how.width, how.height), how.pad)
    left, top = (size[0] - how.width) // 2, (size[1] - how.height) // 2
    middle.paste(_resized(picture, size, how), (-left, -top))
    return np.asarray(middle)


def _centred_box(size: tuple[int, int], width: float, height: float) -> tuple[float, float, float, float]:
    left, top = max(0.0, (size[0] - width) / 2), max(0.0, (size[1] - height) / 2)
    return left, top, min(float(size[0]), left + width), min(float(size[1]), top + height)


def _resized(
    picture: Image.Image,
    size: tuple[int, int],
    how: Preprocessing,
    box: tuple[float, float, float, float] | None = None,
) -> Image.Image:
    gap = None if how.one_pass else _REDUCING_GAP
    return picture.resize(size, _INTERPOLATIONS[how.interpolation], box=box, reducing_gap=gap)
