"""What is looked at when two pictures are compared: their lightness, small, and their item, larger.

Places in a picture are measured from its middle, in lengths of its longer side, x to the right, y down.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.Image import Resampling

from lookalike.glance import GLANCE, GLANCE_BYTES, SHAVED, Levels, trimmed, unframed
from lookalike.vectors import Floats, Mask

Indices = npt.NDArray[np.intp]

SIGHT = 64
"""Pixels of each side of a sight."""

_LEAST = 0.2  # of a side; what would be trimmed further is left whole
_MARGIN = 0.12  # of the item's sides, of ground that is kept around it
_BATCH = 512  # glances at once: they fit in a processor's cache
_REACH = 4  # pixels to each side over which light and contrast are local
_FAINT = 5.0  # levels of contrast that are hardly seen


@dataclass(frozen=True, slots=True)
class Glances:
    """The lightness of n whole pictures, each stretched to a square: ``levels`` (n, 32, 32).

    ``halves`` (n, 2) are half the width and height, in lengths of the longer side.
    """

    levels: Levels
    halves: Floats

    def __len__(self) -> int:
        return len(self.levels)


@dataclass(frozen=True, slots=True)
class Sights:
    """n pictures without the ground around their item, in a square of 64 pixels, the shape kept.

    ``planes`` (n, 3, 64, 64) are lightness and two chroma planes (ITU-R 601, full range); beyond the picture
    its edge goes on. ``boxes`` (n, 4): left, right, top and bottom of the picture in the square, in pixels
    from its middle. ``scales`` (n,) pixels of the square to a longer side of the whole picture; ``middles``
    (n, 2) the place in the picture that is the square's middle. ``halves`` as in `Glances`. ``framed`` (n,):
    the picture had a frame, and places are those of what is inside. ``pyramid``: the lightness from 0 to 1 at
    64, 32 and 16 pixels.
    """

    planes: Levels
    boxes: Floats
    scales: Floats
    middles: Floats
    halves: Floats
    framed: Mask
    pyramid: dict[int, Floats]

    def __len__(self) -> int:
        return len(self.planes)


@dataclass(frozen=True, slots=True)
class Couples:
    """n pairs of sights: that at ``a`` (n,) of ``first``, and that at ``b`` (n,) of ``second``."""

    first: Sights
    a: Indices
    second: Sights
    b: Indices

    def __len__(self) -> int:
        return len(self.a)

    def take(self, rows: Indices | slice) -> Couples:
        """Some of the pairs."""
        return Couples(self.first, self.a[rows], self.second, self.b[rows])

    def repeated(self, times: int) -> Couples:
        """Every pair so many times in a row."""
        return Couples(self.first, np.repeat(self.a, times), self.second, np.repeat(self.b, times))

    def seconds(self, level: int) -> Floats:
        """The lightness of the second pictures at so many pixels of a side, (n, level²)."""
        return self.second.pyramid[level].reshape(len(self.second), -1)[self.b]


def glances(stored: Iterable[bytes]) -> Glances:
    """Glances as `lookalike.glance.glance` made them. Raises `ValueError` for one of another length."""
    held = list(stored)
    if any(len(one) != GLANCE_BYTES for one in held):
        raise ValueError("a glance has another length")
    return unpacked(np.frombuffer(b"".join(held), dtype=np.uint8).reshape(-1, GLANCE_BYTES))


def unpacked(made: Levels) -> Glances:
    """Glances from their bytes, (n, `GLANCE_BYTES`), without a copy of their levels."""
    levels = made[:, : GLANCE * GLANCE].reshape(-1, GLANCE, GLANCE)
    halves = np.ascontiguousarray(made[:, GLANCE * GLANCE :]).view("<f4")
    return Glances(levels, halves.astype(np.float32))


def sights(thumbnails: Iterable[bytes], pool: ThreadPoolExecutor | None = None) -> Sights:
    """Sights of pictures given as stored thumbnails."""
    made = list((map if pool is None else pool.map)(_sight, thumbnails))
    planes = np.stack([sight[0] for sight in made]) if made else np.empty((0, 3, SIGHT, SIGHT), np.uint8)
    numbers = np.array([sight[1] for sight in made], dtype=np.float32).reshape(-1, 10)
    fine: Floats = planes[:, 0].astype(np.float32) / np.float32(255)
    middle = halved(blurred(fine))
    return Sights(
        planes,
        boxes=numbers[:, :4],
        scales=numbers[:, 4],
        middles=numbers[:, 5:7],
        halves=numbers[:, 7:9],
        framed=numbers[:, 9] > 0,
        pyramid={SIGHT: fine, SIGHT // 2: middle, SIGHT // 4: halved(blurred(middle))},
    )


def halved(planes: Floats) -> Floats:
    """Planes (..., 2n, 2m) at half size, each pixel the mean of four."""
    found: Floats = 0.25 * (
        planes[..., ::2, ::2] + planes[..., 1::2, ::2] + planes[..., ::2, 1::2] + planes[..., 1::2, 1::2]
    )
    return found


def details(glances: Glances) -> Floats:
    """The lightness of glances less its local mean, over its local contrast, (n, 32, 32).

    Light and its gradients are out of it, and a faint form counts as much as a strong one.
    """
    found = np.empty(glances.levels.shape, dtype=np.float32)
    for start in range(0, len(glances), _BATCH):
        levels = glances.levels[start : start + _BATCH].astype(np.float32)
        detail = levels - _boxed(levels)
        contrast = np.sqrt(np.maximum(_boxed(detail * detail), 0))
        found[start : start + _BATCH] = detail / (contrast + _FAINT)
    return found


def glanced(glances: Glances, details: Floats) -> Sights:
    """Glances as sights of their details, for a first alignment without reading a picture again.

    There is nothing in them at full size; both sides of a picture are stretched to those of the square.
    """
    count, half = len(glances), SIGHT / 2
    return Sights(
        planes=np.empty((count, 3, 0, 0), dtype=np.uint8),
        boxes=np.tile(np.array([-half, half, -half, half], dtype=np.float32), (count, 1)),
        scales=np.ones(count, dtype=np.float32),
        middles=np.zeros((count, 2), dtype=np.float32),
        halves=glances.halves,
        framed=np.zeros(count, dtype=np.bool_),
        pyramid={SIGHT // 2: details, SIGHT // 4: halved(details)},
    )


def _boxed(planes: Floats) -> Floats:
    """Means of planes (n, h, w) over squares of 9 pixels; edges go on beyond."""
    for axis in (1, 2):
        wide = np.zeros((3, 2), dtype=np.int64)
        wide[axis] = (_REACH + 1, _REACH)
        sums = np.pad(planes, wide, mode="edge").cumsum(axis=axis)
        side = planes.shape[axis]
        upper, lower = np.arange(side) + 2 * _REACH + 1, np.arange(side)
        planes = (sums.take(upper, axis=axis) - sums.take(lower, axis=axis)) / np.float32(2 * _REACH + 1)
    return planes


def blurred(planes: Floats, times: int = 1) -> Floats:
    """Planes (..., n, m) under the weights 1, 2, 1 along both sides, so many times; edges go on beyond."""
    down, across = (_blurring(side, times) for side in planes.shape[-2:])
    found: Floats = np.matmul(np.matmul(down, planes), across.T)
    return found


@lru_cache(maxsize=16)
def _blurring(side: int, times: int) -> Floats:
    """The matrix (side, side) that does it to a column: two products are faster than many passes."""
    once = 0.5 * np.eye(side) + 0.25 * (np.eye(side, k=1) + np.eye(side, k=-1))
    once[0, 0] = once[-1, -1] = 0.75
    return np.linalg.matrix_power(once, times).astype(np.float32)


def _opened(thumbnail: bytes, mode: str, detail: int) -> Image.Image:
    image = Image.open(io.BytesIO(thumbnail))
    image.draft(mode, (detail, detail))
    return image if image.mode == mode else image.convert(mode)


def _sight(thumbnail: bytes) -> tuple[Levels, Sequence[float]]:
    """The planes of one sight; then its box, scale, middle, halves and whether it was framed."""
    whole = _opened(thumbnail, "RGB", 2 * SIGHT)
    image = unframed(whole)
    framed = image.size != whole.size
    longer = max(image.size)
    left, top, right, bottom = item_box(np.asarray(image))
    scale = SIGHT / max(right - left, bottom - top)
    width, height = (max(4, round((right - left) * scale)), max(4, round((bottom - top) * scale)))
    way = Resampling.BICUBIC if scale > 1 else Resampling.HAMMING
    small = image.resize((width, height), way, box=(left, top, right, bottom)).convert("YCbCr")
    x, y = (SIGHT - width) // 2, (SIGHT - height) // 2
    planes = np.pad(np.asarray(small), ((y, SIGHT - height - y), (x, SIGHT - width - x), (0, 0)), mode="edge")
    corner = (x - SIGHT / 2, y - SIGHT / 2)
    at_x = ((left + right) / 2 - image.width / 2) / longer - (corner[0] + width / 2) / (scale * longer)
    at_y = ((top + bottom) / 2 - image.height / 2) / longer - (corner[1] + height / 2) / (scale * longer)
    box = (corner[0], corner[0] + width, corner[1], corner[1] + height)
    half = (image.width / (2 * longer), image.height / (2 * longer))
    return planes.transpose(2, 0, 1), (*box, scale * longer, at_x, at_y, *half, framed)


def item_box(pixels: Levels) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a picture (h, w, 3) without frames and most of its even ground.

    Twice, since there may be a frame around the ground. A picture that is all item is left whole.
    """
    height, width = pixels.shape[:2]
    box = outer = (0, 0, width, height)
    for step in range(2):
        left, top, right, bottom = box
        inner, framed = trimmed(pixels[top:bottom, left:right])
        found = (left + inner[0], top + inner[1], left + inner[2], top + inner[3])
        wide, tall = found[2] - found[0], found[3] - found[1]
        if found == box or wide < _LEAST * width or tall < _LEAST * height:
            break
        if step == 0:  # what a decoder blurs over the edge of a frame is neither frame nor ground
            shave = max(1, round(SHAVED * max(height, width)))
            found = (
                found[0] + shave * (found[0] > left),
                found[1] + shave * (found[1] > top),
                found[2] - shave * (found[2] < right),
                found[3] - shave * (found[3] < bottom),
            )
            first = found
            outer = found if framed else box
        else:
            outer = first
        box = found
    left, top, right, bottom = box
    x, y = round(_MARGIN * (right - left)), round(_MARGIN * (bottom - top))
    return (
        max(outer[0], left - x),
        max(outer[1], top - y),
        min(outer[2], right + x),
        min(outer[3], bottom + y),
    )
