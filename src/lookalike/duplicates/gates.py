"""Which pairs are worth reading their pictures again: told from vectors and glances, which are in memory.

Two gates, each a logistic regression. The first knows how near the vectors of two pictures are, also against
those of their surroundings, and how alike their glances are under the best of a bank of poses. For the second
that pose is refined and the glances are compared place by place. The weights were chosen on one half of the
ids of two catalogues and of their edited pictures.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from lookalike.duplicates.alignment import (
    frame_on_frame,
    grid,
    overlaid,
    refined_on_glances,
    sampled,
    smaller_area,
)
from lookalike.duplicates.bank import BANK, Gallery, flips_alike, poses_alike
from lookalike.duplicates.sight import Couples, Indices
from lookalike.glance import GLANCE, Levels
from lookalike.vectors import Floats

CROWD = 8
"""The nearest others of a picture, the farthest of which says how crowded it is around it."""

ALIGNED_LEAST = -0.4
"""Log odds from which a pair passes the first gate."""

READ_LEAST = 1.5
"""Log odds from which a pair passes the second gate where all pictures of a catalogue are compared."""

_CLASSES = np.array([0, 1, 2, 3, 0, 1])  # which of four flips the poses that are tried are of
_RIVAL = 0.15  # by which a pose of another flip may make glances less alike and still be the right one
_POSED = 512  # pairs whose poses are tried at once
_AT_ONCE = 32  # pairs aligned together: their numbers fit in a processor's cache
_WINDOW = 8  # pixels of a window's side
_CLIPPED = 0.97  # levels from here may have been brighter
_GAINS = (0.6, 1.6)  # of light, by which an editor changes it


@dataclass(frozen=True, slots=True)
class Candidates:
    """m pairs: that at ``first`` asked, and that at ``second`` may be the same; each (m,).

    ``cosines`` of their vectors; ``crowd`` the cosine of the asker's vector with that of its `CROWD`-th
    nearest, which tells a near vector among many from a near one alone.
    """

    first: Indices
    second: Indices
    cosines: Floats
    crowd: Floats

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Indices) -> Candidates:
        """Some of the pairs."""
        return Candidates(self.first[rows], self.second[rows], self.cosines[rows], self.crowd[rows])


@dataclass(frozen=True, slots=True)
class Passed:
    """Which candidates passed both gates, (k,), their log odds (k,), and how each is laid over: (k, 2, 3).

    ``rivals`` (k, 2, 3) are poses of another flip that make glances nearly as alike, as of something
    symmetrical; NaN where there is none.
    """

    rows: Indices
    odds: Floats
    poses: Floats
    rivals: Floats

    def take(self, kept: Indices) -> Passed:
        """Some of them."""
        return Passed(self.rows[kept], self.odds[kept], self.poses[kept], self.rivals[kept])


def passed(
    candidates: Candidates,
    own: Gallery,
    others: Gallery,
    pool: ThreadPoolExecutor | None = None,
    least: float = READ_LEAST,
) -> Passed:
    """The candidates that are worth reading again. ``first`` is in ``own``, ``second`` in ``others``.

    Pairs that ask for the same picture are compared together where they stand together.
    """
    first, second = candidates.first, candidates.second
    mine, theirs = own.sights, others.sights
    poses, rivals, alike, whole = _posed(candidates, own, others, pool)
    described = _described(candidates, alike, whole)
    rows = np.flatnonzero(described @ ALIGNED[:-1] + ALIGNED[-1] >= ALIGNED_LEAST)
    pieces = [rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]

    def compare(piece: Indices) -> tuple[Floats, Floats]:
        couples = Couples(mine, first[piece], theirs, second[piece])
        maps, refined = refined_on_glances(couples, poses[piece])
        seen = _compared(couples, maps, (own.levels, others.levels), candidates.cosines[piece])
        return np.concatenate([described[piece], seen], axis=1) @ READ[:-1] + READ[-1], refined

    found = list((pool.map if pool else map)(compare, pieces))
    if not found:
        return Passed(rows, np.empty(0, np.float32), poses[rows], rivals[rows])
    odds = np.concatenate([one for one, _ in found])
    refined = np.concatenate([one for _, one in found])
    everything = Passed(rows, odds.astype(np.float32), refined, rivals[rows])
    return everything.take(np.flatnonzero(odds >= least))


def _posed(
    candidates: Candidates, own: Gallery, others: Gallery, pool: ThreadPoolExecutor | None
) -> tuple[Floats, Floats, Floats, Floats]:
    """The pose (m, 2, 3) that makes glances most alike, and a rival to it; that likeness, and the best of a
    frame on a frame, both (m,)."""
    count = len(candidates)
    poses, rivals = np.empty((2, count, 2, 3), dtype=np.float32)
    alike, whole = np.empty((2, count), dtype=np.float32)
    if count:  # computed here, not by every thread
        _ = own.grids, others.grids, own.levels, others.levels

    def pose(at: int) -> None:
        piece = slice(at, at + _POSED)
        a, b = candidates.first[piece], candidates.second[piece]
        flips = flips_alike(own, a, others, b)
        banked, best = poses_alike(own, a, others, b)
        frames = frame_on_frame(own.glances.halves[a], others.glances.halves[b])
        tried = np.concatenate([frames, BANK[0, best[0]][:, None], BANK[1, best[1]][:, None]], axis=1)
        scores = np.concatenate([flips, banked])
        first, here = scores.argmax(axis=0), np.arange(len(a))
        elsewhere = np.where(_CLASSES[:, None] == _CLASSES[first], -2, scores)
        second = elsewhere.argmax(axis=0)
        poses[piece], rivals[piece] = tried[here, first], tried[here, second]
        alike[piece], whole[piece] = scores.max(axis=0), flips.max(axis=0)
        rivals[piece][elsewhere.max(axis=0) < alike[piece] - _RIVAL] = np.nan

    list((pool.map if pool else map)(pose, range(0, count, _POSED)))
    return poses, rivals, alike, whole


def _described(candidates: Candidates, alike: Floats, whole: Floats) -> Floats:
    """What the first gate sees of m pairs, (m, 9)."""
    cosines = candidates.cosines
    columns = (
        cosines,
        cosines - candidates.crowd,
        whole,
        alike,
        cosines * alike,
        np.maximum(0, alike - 0.7),
        np.maximum(0, alike - 0.9),
        np.maximum(0, whole - 0.9),
        np.maximum(0, 0.9 - cosines) * (whole < 0.9),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _compared(couples: Couples, maps: Floats, levels: tuple[Levels, Levels], cosines: Floats) -> Floats:
    """What the second gate sees beside that of n aligned pairs of glances, (n, 10)."""
    warped, seen = overlaid(couples, maps, GLANCE)
    count = seen.sum(axis=1) + np.float32(1e-3)
    theirs, ours = (
        (values - (values * seen).sum(axis=1, keepdims=True) / count[:, None]) * seen
        for values in (warped, couples.seconds(GLANCE))
    )
    squares = theirs * theirs, ours * ours, theirs * ours
    norms = np.sqrt(squares[0].sum(axis=1) * squares[1].sum(axis=1) + 1)
    correlation = squares[2].sum(axis=1) / norms
    left, right, both = (values @ _WINDOWS for values in squares)
    energy = np.maximum(left, right)
    agreeing = (energy * (both / np.sqrt(left * right + 1) > 0.6)).sum(axis=1) / (energy.sum(axis=1) + 1e-3)
    residual, worst, light = _light(couples, maps, levels, seen)
    columns = (
        correlation,
        agreeing,
        residual,
        worst,
        light,
        np.minimum(1, count / smaller_area(couples, maps, GLANCE)),
        correlation * agreeing,
        np.maximum(0, correlation - 0.8),
        np.maximum(0, 2.5 - residual),
        cosines * correlation,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _light(
    couples: Couples, maps: Floats, levels: tuple[Levels, Levels], seen: Floats
) -> tuple[Floats, Floats, Floats]:
    """What a gain and an offset of light leave of the difference, in all and in the worst window, as
    logarithms of levels; and the correlation of light."""
    count = seen.sum(axis=1) + np.float32(1e-3)
    x, y = grid(GLANCE)
    there = [maps[:, i, 0:1] * x + maps[:, i, 1:2] * y + maps[:, i, 2:3] for i in range(2)]
    theirs: Floats = sampled(levels[0], couples.a, *there) / np.float32(255)
    ours: Floats = np.divide(levels[1][couples.b].reshape(len(couples), -1), 255, dtype=np.float32)
    ways = [_relit(one, other, seen) for one, other in ((theirs, ours), (ours, theirs))]
    squares = np.where((ways[0].sum(axis=1) <= ways[1].sum(axis=1))[:, None], ways[0], ways[1])
    windows = squares @ _WINDOWS / (seen @ _WINDOWS + np.float32(0.3 * _WINDOW**2))
    one, other = ((v - (v * seen).sum(axis=1, keepdims=True) / count[:, None]) * seen for v in (theirs, ours))
    norms = np.sqrt((one * one).sum(axis=1) * (other * other).sum(axis=1) + 1e-3)
    return (
        np.log1p(255 * np.sqrt(squares.sum(axis=1) / count)),
        np.log1p(255 * np.sqrt(windows.max(axis=1))),
        (one * other).sum(axis=1) / norms,
    )


def _relit(one: Floats, other: Floats, seen: Floats) -> Floats:
    """Squares (n, p) of what differs after the first is put in the light of the second."""
    fitted = seen * (other < _CLIPPED)
    count = fitted.sum(axis=1, keepdims=True) + np.float32(1e-3)
    means = [(values * fitted).sum(axis=1, keepdims=True) / count for values in (one, other)]
    centred = one - means[0]
    spread = (centred * centred * fitted).sum(axis=1, keepdims=True) / count
    common = (centred * (other - means[1]) * fitted).sum(axis=1, keepdims=True) / count
    gain = np.clip((common + np.float32(1e-4)) / (spread + np.float32(1e-4)), *_GAINS)
    found: Floats = (np.clip(gain * centred + means[1], 0, 1) - other) ** 2 * seen
    return found


def _window_sums() -> Floats:
    """A matrix (32², 49) that sums over windows of 8 pixels, half overlapping."""
    half = _WINDOW // 2
    across = np.zeros((GLANCE, GLANCE // half - 1), dtype=np.float32)
    for at in range(across.shape[1]):
        across[at * half : at * half + _WINDOW, at] = 1
    found: Floats = np.einsum("ia,jb->ijab", across, across).reshape(GLANCE**2, -1)
    return found


_WINDOWS = _window_sums()

ALIGNED = np.array(
    [1.39, 17.53, -5.86, 8.96, -0.63, 13.38, 25.63, 16.91, -4.14, -6.03],
    dtype=np.float32,
)
"""Weights of what the first gate sees, and a constant."""

READ = np.array(
    [
        *(1.82, 14.62, -4.57, 3.10, -0.26, 8.09, 9.96, 5.29, -1.86),
        *(3.04, -1.62, -1.48, -1.04, -2.97, 6.47, 0.83, 18.34, 0.21, 0.59),
        -1.73,
    ],
    dtype=np.float32,
)
"""Weights of what both gates see, and a constant."""
