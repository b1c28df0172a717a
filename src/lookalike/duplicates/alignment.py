"""How one picture has to be laid over another so that they agree: mirrored, turned, scaled, stretched, moved.

First a bank of poses is tried on glances, all at once by matrix products; then the best are refined on sights
from coarse to fine. Refining is Gauss-Newton on an affine map with gain and offset of the light, with the
mean of both pictures' gradients (Benhimane, Malis, "Real-time image-based tracking of planes using efficient
second-order minimization", 2004).

A pose is an affine map (2, 3) from places in the second picture to places in the first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.sight import SIGHT, Couples, Indices, Sights
from lookalike.glance import GLANCE
from lookalike.vectors import Floats

_GRID = 16  # pixels of a side in which the bank is compared
_TURNS = (-24, -12, 0, 12, 24)
_SCALES = (0.8, 1.0, 1.25)
_SHIFTS = (-0.1, 0.0, 0.1)
_STRETCHES = ((1.2, 1.0), (1.0, 1.2), (1 / 1.2, 1.0), (1.0, 1 / 1.2))
_FLIPS = ((1, 1), (-1, 1), (-1, -1), (1, -1))  # plain, mirrored, turned by half, upside down
_LEAST_SEEN = 0.3  # share of the square that both pictures must cover to be compared
_STEPS = {SIGHT // 4: 8, SIGHT // 2: 6, SIGHT: 4}
_LARGEST = 0.15  # of a side or of a factor: no step goes further


def poses() -> Floats:
    """The bank: (2, h, 2, 3), plain and mirrored."""
    classes = []
    for mirror in (1, -1):
        flip = np.diag([mirror, 1])
        own = []
        for degrees in _TURNS:
            c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
            for scale in _SCALES:
                turned = scale * np.array([[c, -s], [s, c]]) @ flip
                for shift in ((x, y) for x in _SHIFTS for y in _SHIFTS):
                    moved = turned @ shift if scale < 1 else np.array(shift)
                    own.append(np.column_stack([turned, moved]))
        own += [np.column_stack([np.diag(factors) @ flip, [0.0, 0.0]]) for factors in _STRETCHES]
        classes.append(own)
    return np.array(classes, dtype=np.float32)


BANK = poses()

CLASSES = np.array([0, 1, 0, 1, 2, 3])
"""Which of four flips each start of `starts` is of: plain, mirrored, turned by half, upside down."""


def starts(banked: Floats, first: Floats, second: Floats) -> Floats:
    """Poses to begin with, (n, 6, 2, 3): the best two of the bank, and the four of a frame on a frame.

    ``banked`` (n, 2, 2, 3) are the former; ``first`` and ``second`` (n, 2) the halves of both pictures.
    """
    return np.concatenate([banked, frame_on_frame(first, second)], axis=1)


def frame_on_frame(first: Floats, second: Floats) -> Floats:
    """The four poses (n, 4, 2, 3) that lay pictures with these halves (n, 2) upon each other."""
    factors = first / second
    whole = np.zeros((len(first), 4, 2, 3), dtype=np.float32)
    for at, (x, y) in enumerate(_FLIPS):
        whole[:, at, 0, 0] = x * factors[:, 0]
        whole[:, at, 1, 1] = y * factors[:, 1]
    return whole


def flips_alike(first: Floats, second: Floats) -> Floats:
    """Correlations (4, m) of details (m, 32, 32), frame on frame, under four flips."""
    scale = np.sqrt((first * first).sum(axis=(1, 2)) * (second * second).sum(axis=(1, 2))) + 1e-3
    alike = [np.einsum("nij,nij->n", first, second[:, ::y, ::x]) / scale for x, y in _FLIPS]
    return np.stack(alike)


def poses_alike(first: Floats, half: Floats, others: Floats, halves: Floats) -> Floats:
    """How alike details (32, 32) are to others (m, 32, 32) under every pose of the bank, (2, h, m).

    Correlations, -1 to 1, over what both cover; ``half`` (2,) and ``halves`` (m, 2) are of their pictures.
    """
    found = np.empty((2, BANK.shape[1], len(others)), dtype=np.float32)
    shapes = np.round(halves, 2)
    for shape in np.unique(shapes, axis=0):
        same = np.flatnonzero((shapes == shape).all(axis=1))
        places, seen = _places(tuple(np.round(half, 2).tolist()), tuple(shape.tolist()))
        found[:, :, same] = _correlations(first, places, seen, others[same]).reshape(2, -1, len(same))
    return found


@lru_cache(maxsize=64)
def _places(first: tuple[float, float], second: tuple[float, float]) -> tuple[npt.NDArray[np.int32], Floats]:
    """Where in the first glance each pixel of the second's grid is under each pose, and whether it is in."""
    x, y = _grid(_GRID)
    places = np.stack([x * (2 * second[0] / _GRID), y * (2 * second[1] / _GRID), np.ones_like(x)])
    there = BANK.reshape(-1, 2, 3) @ places / np.array(first, dtype=np.float32)[:, None]
    seen = (np.abs(there) < 1).all(axis=1).astype(np.float32)
    cells = np.clip(np.rint((there + 1) * (GLANCE / 2) - 0.5), 0, GLANCE - 1).astype(np.int32)
    return cells[:, 1] * GLANCE + cells[:, 0], seen


def _correlations(first: Floats, places: npt.NDArray[np.int32], seen: Floats, others: Floats) -> Floats:
    """Correlations (poses, m) of details under poses with those of m others, over what both cover."""
    step = GLANCE // _GRID
    grids = others.reshape(len(others), _GRID, step, _GRID, step).mean(axis=(2, 4)).reshape(len(others), -1)
    grids = (grids - grids.mean(axis=1, keepdims=True)).T
    warped = (first - first.mean()).reshape(-1).take(places) * seen
    count = seen.sum(axis=1, keepdims=True) + 1e-3
    mean = warped.sum(axis=1, keepdims=True) / count
    spread = np.maximum(np.einsum("ij,ij->i", warped, warped)[:, None] / count - mean * mean, 1e-2)
    other_mean = seen @ grids / count
    other_spread = np.maximum(seen @ (grids * grids) / count - other_mean * other_mean, 1e-2)
    found: Floats = (warped @ grids / count - mean * other_mean) / np.sqrt(spread * other_spread)
    return np.where(count < _LEAST_SEEN * _GRID * _GRID, np.float32(-1), found)


def closer(first: Sights, second: Sights, a: Indices, b: Indices, poses: Floats) -> Floats:
    """How alike the details of n pairs of glances are after a short refinement of a pose each, -1 to 1, (n,).

    ``first`` and ``second`` are made by `lookalike.duplicates.sight.glanced`.
    """
    couples = Couples(first, a, second, b)
    own, other = first.halves[a] / (SIGHT / 2), second.halves[b] / (SIGHT / 2)
    maps = poses / own[:, :, None]
    maps[:, :, :2] *= other[:, None, :]
    quarter = _refined(couples, _scaled(maps, 1 / 4), SIGHT // 4, 4)
    half = _refined(couples, _scaled(quarter, 2), SIGHT // 2, 2)
    return overlap_score(couples, half, SIGHT // 2)


def on_sights(poses: Floats, couples: Couples) -> Floats:
    """Poses (n, 2, 3) as maps from pixels of the second sight to pixels of the first, from the middles."""
    first, a, second, b = couples.first, couples.a, couples.second, couples.b
    turned = poses[:, :, :2] * (first.scales[a] / second.scales[b])[:, None, None]
    middles = np.einsum("nij,nj->ni", poses[:, :, :2], second.middles[b]) + poses[:, :, 2]
    moved = (middles - first.middles[a]) * first.scales[a][:, None]
    return np.concatenate([turned, moved[:, :, None]], axis=2).astype(np.float32)


def roughly_aligned(couples: Couples, starts: Floats) -> tuple[Floats, Floats]:
    """The two best maps (n, 2, 2, 3) between the pixels of n pairs of sights, and their scores (n, 2).

    ``starts`` (n, 6, 2, 3), those of `starts`, are refined at a quarter of the size. The two best are of
    different classes, since a picture of something symmetrical is nearly as good mirrored. Scores are those
    of `overlap_score`, the higher one first.
    """
    many = len(CLASSES)
    wide = couples.repeated(many)
    maps = _refined(wide, _scaled(on_sights(starts.reshape(-1, 2, 3), wide), 1 / 4), SIGHT // 4)
    scores = overlap_score(wide, maps, SIGHT // 4).reshape(-1, many)
    best = scores.argmax(axis=1)
    elsewhere = np.where(CLASSES[None] == CLASSES[best][:, None], -2, scores).argmax(axis=1)
    both = np.stack([best, elsewhere], axis=1)
    chosen = np.take_along_axis(maps.reshape(-1, many, 2, 3), both[:, :, None, None], axis=1)
    return _scaled(chosen, 4), np.take_along_axis(scores, both, axis=1)


def aligned(couples: Couples, maps: Floats) -> Floats:
    """The better of two rough maps (n, 2, 2, 3) of n pairs, refined at half and at full size: (n, 2, 3)."""
    wide = couples.repeated(2)
    half = _refined(wide, _scaled(maps.reshape(-1, 2, 3), 1 / 2), SIGHT // 2)
    better = overlap_score(wide, half, SIGHT // 2).reshape(-1, 2).argmax(axis=1)
    chosen = half.reshape(-1, 2, 2, 3)[np.arange(len(couples)), better]
    return _refined(couples, _scaled(chosen, 2), SIGHT)


def _scaled(maps: Floats, factor: float) -> Floats:
    """Maps (n, 2, 3) of pixels as maps of pixels of another size."""
    return maps * np.array([1, 1, factor], dtype=np.float32)


def overlap_score(couples: Couples, maps: Floats, level: int) -> Floats:
    """Correlation under a map, (n,), less where the pictures cover little of each other."""
    warped, seen = overlaid(couples, maps, level)
    own = couples.seconds(level)
    count = seen.sum(axis=1, keepdims=True) + 1e-3
    alike = (_normal(warped, seen, count) * _normal(own, seen, count)).sum(axis=1) / count[:, 0]
    share = np.minimum(1, count[:, 0] / smaller_area(couples, maps, level))
    found: Floats = alike - 0.5 * np.maximum(0, 0.8 - share)
    return found


def smaller_area(couples: Couples, maps: Floats, level: int) -> Floats:
    """The area of the smaller of two pictures, laid over each other, in pixels of the second."""
    shrink = (level / SIGHT) ** 2
    areas = [
        (sights.boxes[at, 1] - sights.boxes[at, 0]) * (sights.boxes[at, 3] - sights.boxes[at, 2]) * shrink
        for sights, at in ((couples.first, couples.a), (couples.second, couples.b))
    ]
    zoom = np.abs(maps[:, 0, 0] * maps[:, 1, 1] - maps[:, 0, 1] * maps[:, 1, 0])
    found: Floats = np.minimum(areas[0] / np.maximum(zoom, 1e-3), areas[1])
    return found


def overlaid(couples: Couples, maps: Floats, level: int, plane: int | None = None) -> tuple[Floats, Floats]:
    """The first pictures as the second ones see them, (n, level²), and 1 where both are, else 0.

    The lightness from 0 to 1, or one of the planes from 0 to 255.
    """
    x, y = _grid(level)
    shrink = level / SIGHT
    there_x = maps[:, 0, 0:1] * x + maps[:, 0, 1:2] * y + maps[:, 0, 2:3]
    there_y = maps[:, 1, 0:1] * x + maps[:, 1, 1:2] * y + maps[:, 1, 2:3]
    seen = _inside(there_x, there_y, couples.first.boxes[couples.a] * shrink)
    seen &= _inside(x, y, couples.second.boxes[couples.b] * shrink)
    first: npt.NDArray[Any] = (
        couples.first.pyramid[level] if plane is None else couples.first.planes[:, plane]
    )
    return _sampled(first, couples.a, there_x, there_y), seen.astype(np.float32)


def _inside(x: Floats, y: Floats, boxes: Floats) -> npt.NDArray[np.bool_]:
    """Whether the four pixels around a place all belong to the picture."""
    near = boxes + np.array([0.5, -0.5, 0.5, -0.5], dtype=np.float32)
    found: npt.NDArray[np.bool_] = (
        (x >= near[:, 0:1]) & (x <= near[:, 1:2]) & (y >= near[:, 2:3]) & (y <= near[:, 3:4])
    )
    return found


def _sampled(planes: np.ndarray, which: Indices, x: Floats, y: Floats) -> Floats:
    """Bilinear samples (n, p) of planes (k, s, s) at places in pixels from the middle."""
    side = planes.shape[-1]
    x = np.clip(x + (side / 2 - 0.5), 0, side - 1.001)
    y = np.clip(y + (side / 2 - 0.5), 0, side - 1.001)
    column, row = x.astype(np.int32), y.astype(np.int32)
    x, y = x - column, y - row
    flat = planes.reshape(-1)
    at = (which * (side * side)).astype(np.int32)[:, None] + row * side + column
    top_left, top_right = flat.take(at).astype(np.float32), flat.take(at + 1).astype(np.float32)
    low_left, low_right = flat.take(at + side).astype(np.float32), flat.take(at + side + 1).astype(np.float32)
    top = top_left + x * (top_right - top_left)
    found: Floats = top + y * (low_left + x * (low_right - low_left) - top)
    return found


def _refined(couples: Couples, maps: Floats, level: int, steps: int = 0) -> Floats:
    x, y = _grid(level)
    own = couples.seconds(level)
    for _ in range(steps or _STEPS[level]):
        warped, seen = overlaid(couples, maps, level)
        count = seen.sum(axis=1, keepdims=True) + 1e-3
        theirs, ours = _normal(warped, seen, count), _normal(own, seen, count)
        inner = _eroded(seen, level)
        across, down = _gradients(0.5 * (theirs + ours), level)
        across, down = across * inner, down * inner
        rows = np.stack(
            [across * x, across * y, across, down * x, down * y, down, theirs * inner, inner], axis=1
        )
        normal = rows @ rows.transpose(0, 2, 1)
        wanted = rows @ ((ours - theirs) * inner)[:, :, None]
        trace = np.trace(normal, axis1=1, axis2=2)[:, None, None]
        damping = trace * np.diag([0.5, 0.5, 25, 0.5, 0.5, 25, 25, 25]).astype(np.float32) * 1e-6
        step = np.linalg.solve(normal + damping + 1e-3 * np.eye(8, dtype=np.float32), wanted)[:, :6, 0]
        step = step.reshape(-1, 2, 3)
        step[:, :, :2] = np.clip(step[:, :, :2], -_LARGEST, _LARGEST)
        step[:, :, 2] = np.clip(step[:, :, 2], -_LARGEST * level / 2, _LARGEST * level / 2)
        moved = maps[:, :, :2] @ step
        moved += maps
        maps = moved
    return maps


def _normal(values: Floats, seen: Floats, count: Floats) -> Floats:
    """Values (n, p) with mean 0 and standard deviation 1 over what is seen, 0 elsewhere."""
    centred = (values - (values * seen).sum(axis=1, keepdims=True) / count) * seen
    found: Floats = centred / (np.sqrt((centred * centred).sum(axis=1, keepdims=True) / count) + 1e-3)
    return found


def _eroded(seen: Floats, side: int) -> Floats:
    """What is seen (n, side²) without its outermost pixels, at which gradients are not the pictures'."""
    planes = seen.reshape(-1, side, side)
    inner = np.zeros_like(planes)
    inner[:, 1:-1, 1:-1] = (
        planes[:, 1:-1, 1:-1]
        * planes[:, :-2, 1:-1]
        * planes[:, 2:, 1:-1]
        * planes[:, 1:-1, :-2]
        * planes[:, 1:-1, 2:]
    )
    return inner.reshape(len(seen), -1)


def _gradients(values: Floats, side: int) -> tuple[Floats, Floats]:
    planes = values.reshape(-1, side, side)
    across, down = np.zeros_like(planes), np.zeros_like(planes)
    across[:, :, 1:-1] = 0.5 * (planes[:, :, 2:] - planes[:, :, :-2])
    down[:, 1:-1] = 0.5 * (planes[:, 2:] - planes[:, :-2])
    return across.reshape(values.shape), down.reshape(values.shape)


@lru_cache(maxsize=8)
def _grid(side: int) -> tuple[Floats, Floats]:
    """x and y of every pixel of a square, in pixels from its middle, each (side²,)."""
    line = np.arange(side, dtype=np.float32) + np.float32(0.5 - side / 2)
    y, x = np.meshgrid(line, line, indexing="ij")
    return x.reshape(-1), y.reshape(-1)
