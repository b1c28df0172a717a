"""A glance: the lightness of a whole picture, very small, by which the same photograph is found again.

It is measured from the decoded picture when that is indexed, and kept; comparing starts from it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.Image import Resampling

Levels = npt.NDArray[np.uint8]

GLANCE = 32
"""Pixels of each side of a glance."""

GLANCE_BYTES = GLANCE * GLANCE + 8
"""Bytes of a stored glance: its levels row by row, then half its width and height as two float32."""

SHAVED = 0.012
"""Of a side; so far a frame's edge is blurred."""

_GROUND = 14  # levels of 255 within which an edge is of one colour
_STRAY = 0.015  # share of a line that may be of another colour
_FRAMED = 0.7  # share of the trimmed edge that is picture where a dark frame was, and not ground
_FRAMED_BRIGHT = 0.9  # the same of a frame as bright as a ground may be
_BRIGHT = 240  # the least level of a ground that may be white paper


def glance(image: Image.Image) -> bytes:
    """The glance of a decoded picture, as it is stored: `GLANCE_BYTES` bytes.

    Levels (32, 32) are the lightness (ITU-R 601) of the picture without its frame, stretched to a square;
    the halves are half its width and height in lengths of its longer side, little-endian.
    """
    factor = 1
    while min(image.size) >= 2 * factor * GLANCE:
        factor *= 2
    small = image.reduce(factor) if factor > 1 else image
    inner = unframed(small if small.mode == "L" else small.convert("L"))
    longer = 2 * max(inner.size)
    half = np.array([inner.width / longer, inner.height / longer], dtype="<f4")
    way = Resampling.BOX if min(inner.size) >= GLANCE else Resampling.BILINEAR
    return inner.resize((GLANCE, GLANCE), way).tobytes() + half.tobytes()


def unframed(image: Image.Image) -> Image.Image:
    """The picture without a frame of one colour around it; places are those of what is inside."""
    pixels = np.atleast_3d(np.asarray(image))
    (left, top, right, bottom), framed = trimmed(pixels)
    wide, tall = right - left, bottom - top
    if not framed or wide < 0.5 * image.width or tall < 0.5 * image.height:
        return image
    x, y = max(1, round(SHAVED * image.width)), max(1, round(SHAVED * image.height))
    return image.crop(
        (
            left + x * (left > 0),
            top + y * (top > 0),
            right - x * (right < image.width),
            bottom - y * (bottom < image.height),
        )
    )


def trimmed(pixels: Levels) -> tuple[tuple[int, int, int, int], bool]:
    """Of a picture (h, w, planes) the part that is not of its edge's colour: left, top, right and bottom.

    And whether that colour was a frame around a picture rather than the ground of an item.
    """
    height, width = pixels.shape[:2]
    whole = (0, 0, width, height)
    if min(height, width) < 8:
        return whole, False
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = np.sort(edge, axis=0)[len(edge) // 2].astype(np.int16)
    far = np.zeros((height, width), dtype=np.bool_)
    for plane, level in enumerate(colour.tolist()):
        far |= (pixels[:, :, plane] > level + _GROUND) | (pixels[:, :, plane] < level - _GROUND)
    rows = np.flatnonzero(np.count_nonzero(far, axis=1) > _STRAY * width)
    columns = np.flatnonzero(np.count_nonzero(far, axis=0) > _STRAY * height)
    if not len(rows) or not len(columns):
        return whole, False
    left, top, right, bottom = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    inner = far[top:bottom, left:right]
    around = np.concatenate([inner[0], inner[-1], inner[:, 0], inner[:, -1]])
    needed = _FRAMED if colour.min() < _BRIGHT else _FRAMED_BRIGHT
    framed = (left, top, right, bottom) != whole and around.mean() > needed
    return (left, top, right, bottom), bool(framed)
