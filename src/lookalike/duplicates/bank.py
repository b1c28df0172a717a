"""A bank of poses, and how alike many pairs of glances are under every one of them.

It holds turns, crops, moves and stretches of a picture, plain and mirrored. Correlations are over what both
pictures cover, on 16 by 16 means of the details of a glance. For poses see `alignment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.alignment import FLIPS, grid
from lookalike.duplicates.sight import Glances, Indices, Sights, details, glanced
from lookalike.glance import GLANCE, Levels
from lookalike.vectors import Floats

_GRID = GLANCE // 2  # pixels of a side in which poses are compared
_TURNS = (-24, -12, 0, 12, 24)
_SCALES = (0.8, 1.0, 1.25)
_SHIFTS = (-0.1, 0.0, 0.1)
_STRETCHES = ((1.2, 1.0), (1.0, 1.2), (1 / 1.2, 1.0), (1.0, 1 / 1.2))
_LEAST_SEEN = 0.3  # share of the square that both pictures must cover to be compared


def poses() -> Floats:
    """The bank: (2, h, 2, 3), plain and mirrored. What is turned is not moved as well."""
    classes = []
    for mirror in (1, -1):
        flip = np.diag([mirror, 1])
        own = []
        for degrees in _TURNS:
            c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
            shifts = [(x, y) for x in _SHIFTS for y in _SHIFTS] if degrees == 0 else [(0.0, 0.0)]
            for scale in _SCALES:
                turned = scale * np.array([[c, -s], [s, c]]) @ flip
                for shift in shifts:
                    moved = turned @ shift if scale < 1 else np.array(shift)
                    own.append(np.column_stack([turned, moved]))
        own += [np.column_stack([np.diag(factors) @ flip, [0.0, 0.0]]) for factors in _STRETCHES]
        classes.append(own)
    return np.array(classes, dtype=np.float32)


BANK = poses()


@dataclass(frozen=True)
class Gallery:
    """Glances of n pictures, and what is computed of them once."""

    glances: Glances

    def __len__(self) -> int:
        return len(self.glances)

    def take(self, rows: Indices) -> Gallery:
        """Some of the pictures, nothing of which is computed yet."""
        return Gallery(Glances(self.glances.levels[rows], self.glances.halves[rows]))

    @cached_property
    def levels(self) -> Levels:
        """The lightness of the glances, (n, 32, 32), laid out picture by picture."""
        return np.ascontiguousarray(self.glances.levels)

    @cached_property
    def sights(self) -> Sights:
        """The details of the glances as sights, 32 and 16 pixels of a side."""
        return glanced(self.glances, details(self.glances))

    @cached_property
    def grids(self) -> Floats:
        """Details at 16 pixels of a side less their mean, (n, 16, 16)."""
        grids = self.sights.pyramid[_GRID]
        found: Floats = grids - grids.mean(axis=(1, 2), keepdims=True)
        return found


def flips_alike(first: Gallery, a: Indices, second: Gallery, b: Indices) -> Floats:
    """Correlations (4, m) of the details of m pairs of glances, frame on frame, under four flips."""
    one, other = first.grids[a], second.grids[b]
    scale = np.sqrt(np.einsum("nij,nij->n", one, one) * np.einsum("nij,nij->n", other, other)) + 1e-3
    return np.stack([np.einsum("nij,nij->n", one, other[:, ::y, ::x]) / scale for x, y in FLIPS])


def poses_alike(first: Gallery, a: Indices, second: Gallery, b: Indices) -> tuple[Floats, Indices]:
    """How alike the details of m pairs of glances are under the best pose of each class, and which that is.

    Both (2, m): the correlations, -1 to 1, and places in the bank. Fastest where pairs with an equal ``a``
    are many.
    """
    best = np.empty((2, len(a)), dtype=np.float32)
    at = np.empty((2, len(a)), dtype=np.intp)
    halves = np.round(np.concatenate([first.glances.halves[a], second.glances.halves[b]]), 2)
    halves = np.maximum(halves, 0.01, dtype=np.float32)  # a very long picture is not thinner than can be told
    shapes, shape = np.unique(halves, axis=0, return_inverse=True)
    mine, theirs = np.split(shape.reshape(-1), 2)
    order = np.lexsort((theirs, a))
    changed = (a[order][1:] != a[order][:-1]) | (theirs[order][1:] != theirs[order][:-1])
    for rows in np.split(order, np.flatnonzero(changed) + 1) if len(order) else []:
        one, ways = int(rows[0]), (2, BANK.shape[1], len(rows))
        places, seen = _places(tuple(shapes[mine[one]].tolist()), tuple(shapes[theirs[one]].tolist()))
        details = first.sights.pyramid[GLANCE][a[one]].reshape(-1)
        grids = second.grids[b[rows]].reshape(len(rows), -1).T
        found = _correlations(details, places, seen, grids).reshape(ways)
        at[:, rows], best[:, rows] = found.argmax(axis=1), found.max(axis=1)
    return best, at


@lru_cache(maxsize=256)
def _places(first: tuple[float, float], second: tuple[float, float]) -> tuple[npt.NDArray[np.intp], Floats]:
    """Where in the first glance each pixel of the second's grid is under each pose, and whether it is in."""
    x, y = grid(_GRID)
    places = np.stack([x * (2 * second[0] / _GRID), y * (2 * second[1] / _GRID), np.ones_like(x)])
    there = BANK.reshape(-1, 2, 3) @ places / np.array(first, dtype=np.float32)[:, None]
    seen = (np.abs(there) < 1).all(axis=1).astype(np.float32)
    cells = np.clip(np.rint((there + 1) * (GLANCE / 2) - 0.5), 0, GLANCE - 1).astype(np.intp)
    return cells[:, 1] * GLANCE + cells[:, 0], seen


def _correlations(details: Floats, places: npt.NDArray[np.intp], seen: Floats, grids: Floats) -> Floats:
    """Correlations (poses, m) of details under poses with the grids (256, m) of others."""
    warped = details.take(places)
    warped *= seen
    count = seen.sum(axis=1, keepdims=True) + np.float32(1e-3)
    mean = warped.sum(axis=1, keepdims=True) / count
    spread = np.maximum(np.einsum("ij,ij->i", warped, warped)[:, None] / count - mean * mean, 1e-2)
    other_mean = seen @ grids / count
    other_spread = np.maximum(seen @ (grids * grids) / count - other_mean * other_mean, 1e-2)
    found: Floats = (warped @ grids / count - mean * other_mean) / np.sqrt(spread * other_spread)
    found[count[:, 0] < _LEAST_SEEN * _GRID * _GRID] = -1
    return found
