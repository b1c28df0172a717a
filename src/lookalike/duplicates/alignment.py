"""How one picture has to be laid over another so that they agree: mirrored, turned, scaled, stretched, moved.

First a bank of poses is tried on glances (`lookalike.duplicates.bank`); then the best one is refined on
glances and on sights, from coarse to fine. Refining is Gauss-Newton on an affine map with gain and offset of
the light, with the mean of both pictures' gradients (Benhimane, Malis, "Real-time image-based tracking of
planes using efficient second-order minimization", 2004).

A pose is an affine map (2, 3) from places in the second picture to places in the first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.sight import SIGHT, Couples, Indices
from lookalike.vectors import Floats

FLIPS = ((1, 1), (-1, 1), (-1, -1), (1, -1))
"""Signs of x and y: plain, mirrored, turned by half, upside down."""

_STEPS = {SIGHT // 2: 4, SIGHT: 3}
_LARGEST = 0.15  # of a side or of a factor: no step goes further


def frame_on_frame(first: Floats, second: Floats) -> Floats:
    """The four poses (n, 4, 2, 3) that lay pictures with these halves (n, 2) upon each other."""
    factors = first / second
    whole = np.zeros((len(first), 4, 2, 3), dtype=np.float32)
    for at, (x, y) in enumerate(FLIPS):
        whole[:, at, 0, 0] = x * factors[:, 0]
        whole[:, at, 1, 1] = y * factors[:, 1]
    return whole


def refined_on_glances(couples: Couples, poses: Floats) -> tuple[Floats, Floats]:
    """A short refinement of a pose (n, 2, 3) each on glances: as maps of their 32 pixels, and as poses.

    Both sides of a couple are made by `lookalike.duplicates.sight.glanced`.
    """
    own = couples.first.halves[couples.a] / (SIGHT / 2)
    other = couples.second.halves[couples.b] / (SIGHT / 2)
    maps = poses / own[:, :, None]
    maps[:, :, :2] *= other[:, None, :]
    quarter = refined(couples, scaled(maps, 1 / 4), SIGHT // 4, 4)
    half = refined(couples, scaled(quarter, 2), SIGHT // 2, 2)
    found = scaled(half, 2) * own[:, :, None]
    found[:, :, :2] /= other[:, None, :]
    return half, found


def on_sights(poses: Floats, couples: Couples) -> Floats:
    """Poses (n, 2, 3) as maps from pixels of the second sight to pixels of the first, from the middles."""
    first, a, second, b = couples.first, couples.a, couples.second, couples.b
    turned = poses[:, :, :2] * (first.scales[a] / second.scales[b])[:, None, None]
    middles = np.einsum("nij,nj->ni", poses[:, :, :2], second.middles[b]) + poses[:, :, 2]
    moved = (middles - first.middles[a]) * first.scales[a][:, None]
    return np.concatenate([turned, moved[:, :, None]], axis=2).astype(np.float32)


def roughly_aligned(couples: Couples, poses: Floats) -> tuple[Floats, Floats]:
    """Maps (n, 2, 3) between the pixels of n pairs of sights, refined from poses (n, 2, 3) at half the size.

    And how well they fit, (n,), the scores of `overlap_score`.
    """
    maps = refined(couples, scaled(on_sights(poses, couples), 1 / 2), SIGHT // 2)
    return scaled(maps, 2), overlap_score(couples, maps, SIGHT // 2)


def aligned(couples: Couples, maps: Floats) -> Floats:
    """Rough maps (n, 2, 3) of n pairs, refined at full size."""
    return refined(couples, maps, SIGHT)


def scaled(maps: Floats, factor: float) -> Floats:
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


def overlaid(couples: Couples, maps: Floats, level: int) -> tuple[Floats, Floats]:
    """The lightness of the first pictures as the second ones see it, and 1 where both are, (n, level²)."""
    x, y, seen = _places(couples, maps, level)
    return sampled(couples.first.pyramid[level], couples.a, x, y), seen


def planes_overlaid(couples: Couples, maps: Floats) -> tuple[Floats, Floats]:
    """Lightness and chroma of the first pictures as the second ones see them, (3, n, 64²), 0 to 255.

    And 1 where both are, else 0, (n, 64²).
    """
    x, y, seen = _places(couples, maps, SIGHT)
    planes = couples.first.planes
    at, x, y = _corners(planes.shape[1] * couples.a, x, y, SIGHT)
    flat = planes.reshape(-1)
    return np.stack([_mixed(flat, at + plane * SIGHT**2, x, y, SIGHT) for plane in range(3)]), seen


def _places(couples: Couples, maps: Floats, level: int) -> tuple[Floats, Floats, Floats]:
    """Where each pixel of the second pictures is in the first, x and y (n, level²), and 1 where both are."""
    x, y = grid(level)
    shrink = level / SIGHT
    there_x = maps[:, 0, 0:1] * x + maps[:, 0, 1:2] * y + maps[:, 0, 2:3]
    there_y = maps[:, 1, 0:1] * x + maps[:, 1, 1:2] * y + maps[:, 1, 2:3]
    seen = _inside(there_x, there_y, couples.first.boxes[couples.a] * shrink)
    seen &= _inside(x, y, couples.second.boxes[couples.b] * shrink)
    return there_x, there_y, seen.astype(np.float32)


def _inside(x: Floats, y: Floats, boxes: Floats) -> npt.NDArray[np.bool_]:
    """Whether the four pixels around a place all belong to the picture."""
    near = boxes + np.array([0.5, -0.5, 0.5, -0.5], dtype=np.float32)
    found: npt.NDArray[np.bool_] = (
        (x >= near[:, 0:1]) & (x <= near[:, 1:2]) & (y >= near[:, 2:3]) & (y <= near[:, 3:4])
    )
    return found


def sampled(planes: np.ndarray, which: Indices, x: Floats, y: Floats) -> Floats:
    """Bilinear samples (n, p) of planes (k, s, s) at places in pixels from the middle."""
    side = planes.shape[-1]
    at, x, y = _corners(which, x, y, side)
    return _mixed(planes.reshape(-1), at, x, y, side)


def _corners(which: Indices, x: Floats, y: Floats, side: int) -> tuple[npt.NDArray[np.int32], Floats, Floats]:
    """The pixel above and left of each place among those of all planes, and what is left of x and y."""
    x = np.clip(x + (side / 2 - 0.5), 0, side - 1.001)
    y = np.clip(y + (side / 2 - 0.5), 0, side - 1.001)
    column, row = x.astype(np.int32), y.astype(np.int32)
    return (which * (side * side)).astype(np.int32)[:, None] + row * side + column, x - column, y - row


def _mixed(flat: npt.NDArray[Any], at: npt.NDArray[np.int32], x: Floats, y: Floats, side: int) -> Floats:
    """The mean of four pixels, weighed by how near each is."""
    top_left, top_right = flat.take(at).astype(np.float32), flat.take(at + 1).astype(np.float32)
    low_left, low_right = flat.take(at + side).astype(np.float32), flat.take(at + side + 1).astype(np.float32)
    top = top_left + x * (top_right - top_left)
    found: Floats = top + y * (low_left + x * (low_right - low_left) - top)
    return found


def refined(couples: Couples, maps: Floats, level: int, steps: int = 0) -> Floats:
    """Maps (n, 2, 3) between the pixels of a level after some steps of Gauss-Newton."""
    x, y = grid(level)
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
def grid(side: int) -> tuple[Floats, Floats]:
    """x and y of every pixel of a square, in pixels from its middle, each (side²,)."""
    line = np.arange(side, dtype=np.float32) + np.float32(0.5 - side / 2)
    y, x = np.meshgrid(line, line, indexing="ij")
    return x.reshape(-1), y.reshape(-1)
