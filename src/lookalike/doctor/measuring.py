"""Measures of pictures of one size, many at once: how sharp, how plain, what surrounds them.

``sharpness``: how much of an edge's contrast is in its steepest step from pixel to pixel, the 85th percentile
over the edges of a picture; of edges across and edges down the less sharp, since a moved camera blurs only
one, unless they are few. 1 is as sharp as pixels can be, 1/8 is a slope; it depends neither on contrast nor
on how much of the picture is smooth. NaN where there are no edges. An edge's width as a measure of blur:
Marziliano et al., "A no-reference perceptual blur metric", ICIP 2002.
``relief``: the largest step between neighbouring cells of the picture laid out in 32 cells, in levels.
``grain``: standard deviation of steps from pixel to pixel. ``likeness``: correlation of neighbours.
``level``, ``blueness``, ``redness``: means of the planes of the YCbCr picture (ITU-R BT.601), 0 to 255.
``band top``...: the share of the side that is lines of one colour each, up to the last sudden change of that.
``cut top``...: the share of the line at the end of the band at which something else begins, all at once.
``drift top``...: by how many levels the colour of a band without such a change drifts, as a lit wall's does.
``edge level``, ``edge blueness``, ``edge redness``: the colour of the bands.
``figure``: the share of the picture that is unlike that colour. ``figure top``...: the same of its outermost
line on each side: something in front of a ground does not reach it, a scene does all around.
``skin face``, ``skin upper``, ``skin lower``, ``skin feet``: the share that has the colour of skin of the
middle of the highest quarter, and of the three quarters below; ``skin``: of the figure. Chai and Ngan, "Face
segmentation using skin-color map in videophone applications", 1999.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

SIDES = ("top", "bottom", "left", "right")

MEASURES = (
    "sharpness",
    "relief",
    "grain",
    "likeness",
    "level",
    "blueness",
    "redness",
    *(f"band {side}" for side in SIDES),
    *(f"cut {side}" for side in SIDES),
    *(f"drift {side}" for side in SIDES),
    "edge level",
    "edge blueness",
    "edge redness",
    "figure",
    *(f"figure {side}" for side in SIDES),
    "skin face",
    "skin upper",
    "skin lower",
    "skin feet",
    "skin",
)
"""Names of what is measured, in the order of the columns."""

Table = npt.NDArray[np.float32]
Planes = npt.NDArray[np.uint8]

_RUN = 8  # pixels along which an edge is looked at
_CONTRAST, _FAINT = 32, 14  # levels of 255 that make an edge; and where a picture has none such
_BINS = 64  # of sharpness
_UPPER = 0.85  # share of the edges that are less steep
_LEAST, _FEW = 8, 0.001  # edges that there must be, and their share of the runs
_FEWER = 1 / 3  # of the edges one way where those the other way are too few to say something
_CELLS = 32  # along the longer side
_UNLIKE = 14  # levels between a line and a pixel of another colour
_STRAY = 0.02  # share of a line of one colour that may be of another
_SHADE, _SKIN = 60, ((80, 125), (137, 173))  # of skin: lightness above, blueness and redness between
_DEEPEST = 0.4  # share of a side that is searched for bands


def measure(pictures: Planes) -> Table:
    """The measures (n, len(MEASURES)) of n pictures of one size, (n, h, w, 3) in YCbCr."""
    planes = [np.ascontiguousarray(pictures[..., plane]) for plane in range(3)]
    turned = [np.ascontiguousarray(plane.transpose(0, 2, 1)) for plane in planes]
    light = planes[0].astype(np.int16)
    coarse = np.stack([_cells(plane) for plane in planes])
    columns: list[npt.NDArray[Any]] = [
        _sharpness(planes[0], turned[0]),
        _relief(coarse),
        _grain(light),
        _likeness(light),
        *coarse.mean(axis=(2, 3)),
        *_bands(planes, turned),
    ]
    columns += _figure(planes, np.stack(columns[-3:]))
    return np.column_stack(columns).astype(np.float32)


def _sharpness(light: Planes, turned: Planes) -> npt.NDArray[np.float64]:
    """Of the lightness (n, h, w), and the same turned: (n,); NaN where there are too few edges to tell."""
    found = _of_edges(light, turned, _CONTRAST)
    dim = np.isnan(found)
    if dim.any():
        found[dim] = _of_edges(light[dim], turned[dim], _FAINT)
    return found


def _of_edges(light: Planes, turned: Planes, contrast: int) -> npt.NDArray[np.float64]:
    """The same by edges of more than this contrast."""
    (down, many), (across, more) = _steepness(light, contrast), _steepness(turned, contrast)
    frequent = np.where(many > more, down, across)
    alike = np.minimum(many, more) >= _FEWER * np.maximum(many, more)
    return np.where(alike, np.fmin(down, across), frequent)


def _steepness(light: Planes, least: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Sharpness of what changes from line to line, (n,), and the share of places where something does."""
    n, height, width = light.shape
    runs = (height - 1) // _RUN
    if runs < 1:
        return np.full(n, np.nan), np.zeros(n)
    whole = runs * _RUN
    before, after = light[:, :whole], light[:, 1 : whole + 1]
    steps = (np.maximum(before, after) - np.minimum(before, after)).reshape(n, runs, _RUN, width).max(axis=2)
    inner = before.reshape(n, runs, _RUN, width)
    last = light[:, _RUN : whole + 1 : _RUN]
    contrast = np.maximum(inner.max(axis=2), last) - np.minimum(inner.min(axis=2), last)
    edge = contrast > least
    picture = np.repeat(np.arange(n), np.count_nonzero(edge, axis=(1, 2)))
    share = steps[edge] / contrast[edge].astype(np.float32)
    binned = picture * _BINS + np.minimum((share * _BINS).astype(np.intp), _BINS - 1)
    counts = np.bincount(binned, minlength=n * _BINS).reshape(n, _BINS)
    edges = counts.sum(axis=1)
    upper = (np.cumsum(counts, axis=1) < _UPPER * edges[:, None]).sum(axis=1)
    few = edges < max(_LEAST, _FEW * width * runs)
    return np.where(few, np.nan, (upper + 0.5) / _BINS), edges / (width * runs)


def _cells(plane: Planes) -> npt.NDArray[np.float32]:
    """Means over cells that are as square as can be, (n, rows, columns); what is over is left out."""
    n, height, width = plane.shape
    side = max(1, round(max(height, width) / _CELLS))
    tall, wide = min(side, height), min(side, width)
    rows, columns = height // tall, width // wide
    sums = plane[:, : rows * tall].reshape(n, rows, tall, width).sum(axis=2, dtype=np.uint16)
    sums = sums[:, :, : columns * wide].reshape(n, rows, columns, wide)
    means: npt.NDArray[np.float32] = sums.sum(axis=3, dtype=np.uint32) / np.float32(tall * wide)
    return means.astype(np.float32)


def _relief(coarse: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The largest step from a cell to the next, in any plane of (3, n, rows, columns)."""
    found = np.zeros(coarse.shape[1], dtype=np.float32)
    for axis in (2, 3):
        if coarse.shape[axis] > 1:
            found = np.maximum(found, np.abs(np.diff(coarse, axis=axis)).max(axis=(0, 2, 3)))
    return found


def _grain(light: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    """The standard deviation from pixel to pixel, were neighbours unrelated; across or down, the larger."""
    found = np.zeros(len(light))
    for axis in (1, 2):
        if light.shape[axis] > 1:
            found = np.maximum(found, np.diff(light, axis=axis).std(axis=(1, 2), dtype=np.float32))
    unrelated: npt.NDArray[np.float64] = found / np.sqrt(2)
    return unrelated


def _likeness(light: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    """The correlation of pixels with the next ones, across and down, the larger; 1 for one level."""
    centred = light - light.mean(axis=(1, 2), keepdims=True, dtype=np.float32)
    variance = np.square(centred).mean(axis=(1, 2))
    across = (centred[:, :, 1:] * centred[:, :, :-1]).sum(axis=(1, 2)) / max(1, centred[0, :, 1:].size)
    down = (centred[:, 1:] * centred[:, :-1]).sum(axis=(1, 2)) / max(1, centred[0, 1:].size)
    found = np.maximum(across, down) / np.maximum(variance, 1e-6)
    return np.where(variance > 1, found, 1).astype(np.float32)


def _bands(planes: Sequence[Planes], turned: Sequence[Planes]) -> Iterator[npt.NDArray[np.float32]]:
    """The columns of bands, of cuts, of drifts, and of the colour of the bands."""
    lying, standing = _Lines(planes), _Lines(turned)
    found = [lying.band(False), lying.band(True), standing.band(False), standing.band(True)]
    bands = np.stack([band for band, *_ in found])
    yield from bands
    yield from (cut for _, cut, _, _ in found)
    yield from (drift for _, _, drift, _ in found)
    weights = np.maximum(bands, 1e-3)
    colours = np.stack([colour for *_, colour in found])  # (sides, planes, n)
    yield from (colours * weights[:, None]).sum(axis=0) / weights.sum(axis=0)


def _figure(planes: Sequence[Planes], ground: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """The columns of what stands before a ground of the colours (3, n), and of skin."""
    _, height, width = planes[0].shape
    low = np.clip(np.rint(ground) - _UNLIKE, 0, 255).astype(np.uint8)[..., None, None]
    high = np.clip(np.rint(ground) + _UNLIKE, 0, 255).astype(np.uint8)[..., None, None]
    figure = np.zeros(planes[0].shape, dtype=np.bool_)
    skin = planes[0] > _SHADE
    for plane, least, most in zip(planes, low, high, strict=True):
        figure |= plane < least
        figure |= plane > most
    for plane, (least_skin, most_skin) in zip(planes[1:], _SKIN, strict=True):
        skin &= plane >= least_skin
        skin &= plane <= most_skin
    skin &= figure
    whole = np.count_nonzero(figure, axis=(1, 2))
    yield whole / (height * width)
    for line in (figure[:, 0], figure[:, -1], figure[:, :, 0], figure[:, :, -1]):
        yield line.mean(axis=1)
    ends = [height * part // 4 for part in range(5)]
    inner = slice(width // 3, max(width * 2 // 3, width // 3 + 1))
    for part, (start, end) in enumerate(pairwise(ends)):
        quarter = skin[:, start : max(end, start + 1), inner if part == 0 else slice(None)]
        yield np.count_nonzero(quarter, axis=(1, 2)) / max(1, quarter[0].size)
    yield np.count_nonzero(skin, axis=(1, 2)) / np.maximum(whole, 1)


class _Lines:
    """The lines of pictures, three planes (n, h, w), without their ends: colours, and which are of one."""

    def __init__(self, planes: Sequence[Planes]) -> None:
        width = planes[0].shape[2]
        end = width // 8
        self.inner = [plane[:, :, end : width - end] for plane in planes]
        size = self.inner[0].shape[2]
        sums = [plane.sum(axis=2, dtype=np.uint32) for plane in self.inner]
        self.colours = np.stack(sums).astype(np.float32) / np.float32(size)
        self.plain = _share_unlike(self.inner, self.colours) <= _STRAY

    def band(self, last: bool) -> tuple[Any, Any, Any, Any]:
        """Of one side the band's share of the height, its cut and drift, each (n,), and its colour (3, n)."""
        turn = slice(None, None, -1 if last else 1)
        plain, colours = self.plain[:, turn], self.colours[:, :, turn]
        n, height = plain.shape
        deepest = max(1, int(_DEEPEST * height))
        depth = np.where(plain[:, :deepest].all(axis=1), deepest, np.argmin(plain[:, :deepest], axis=1))
        each = np.arange(n)
        before = colours[:, each, np.maximum(depth - 2, 0)]
        after = np.minimum(depth[:, None] + np.arange(3), height - 1)
        lines = [plane[:, turn][each[:, None], after] for plane in self.inner]
        cut = _share_unlike(lines, np.repeat(before[:, :, None], 3, axis=2)).max(axis=1)
        cut = np.where((depth > 0) & (depth < deepest), cut, 0.0)
        step = _last_step(colours, depth)
        drift = np.abs(colours[:, each, depth * 3 // 4] - colours[:, :, 0]).max(axis=0)
        drift, cut = np.where(step > 0, 0.0, drift), np.where(step > 0, 1.0, cut)
        return np.where(step > 0, step, depth) / height, cut, drift, colours[:, :, 0]


def _last_step(colours: npt.NDArray[np.float32], depth: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Lines (n,) up to where a band passes at once into one of another colour, the last time; 0 if never.

    So a frame around an item on a plain ground ends where the ground begins.
    """
    steps = np.abs(colours[:, :, 2:] - colours[:, :, :-2]).max(axis=0) > _UNLIKE
    places = np.arange(1, steps.shape[1] + 1)
    steps &= places + 1 < depth[:, None]
    found: npt.NDArray[np.intp] = np.where(steps, places, 0).max(axis=1, initial=0)
    return found


def _share_unlike(lines: Sequence[Planes], colours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The share of each line, three planes (n, h, w), that is unlike its colour (3, n, h)."""
    low = np.clip(np.rint(colours) - _UNLIKE, 0, 255).astype(np.uint8)[..., None]
    high = np.clip(np.rint(colours) + _UNLIKE, 0, 255).astype(np.uint8)[..., None]
    unlike = np.zeros(lines[0].shape, dtype=np.bool_)
    for plane, least, most in zip(lines, low, high, strict=True):
        unlike |= plane < least
        unlike |= plane > most
    return np.asarray(np.count_nonzero(unlike, axis=2) / np.float32(lines[0].shape[2]), dtype=np.float32)
