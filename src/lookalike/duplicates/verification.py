"""The second look: are two pictures one photograph?

Pairs whose details no pose makes alike are left at a glance; the others are aligned from a few starts, and
dropped when a rough alignment shows nothing. What remains is weighed by two logistic regressions. Their
weights were chosen on one half of the ids of two catalogues and measured on the other
(benchmarks/duplicates.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.alignment import (
    BANK,
    aligned,
    closer,
    flips_alike,
    poses_alike,
    roughly_aligned,
    starts,
)
from lookalike.duplicates.evidence import Evidence, weigh
from lookalike.duplicates.sight import GLANCE, Couples, Glances, Indices, Sights, details, glanced, sights
from lookalike.vectors import Floats

Thumbnails = Callable[[Sequence[int]], Sequence[bytes]]
"""Small JPEGs of the pictures at these positions."""

GLANCE_LEAST = 0.45
"""Correlation of details at a glance, under the best pose, from which a pair is aligned."""

BEST_OF = 2
"""How many of a picture's pairs are looked at more closely than at a glance."""

CLOSER_LEAST = 0.80
"""Correlation of details after a short refinement from which a pair is aligned."""

ROUGH_LEAST = 0.70
"""Score of the best rough alignment from which a pair is refined and weighed."""

_AT_ONCE = 32  # pairs aligned together: their numbers fit in a processor's cache
_LOADED = 512  # pairs whose thumbnails are in memory at once


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the second look says of m pairs, each (m,), 0 to 1; both 0 where it found nothing alike.

    ``photograph``: one photograph, perhaps edited. ``form``: the same forms in the same places, whatever
    their light and colour.
    """

    photograph: Floats
    form: Floats


def verify(
    first: Indices,
    second: Indices,
    glances: Glances,
    thumbnails: Thumbnails,
    *,
    others: Glances | None = None,
    other_thumbnails: Thumbnails | None = None,
    hurried: bool = True,
    workers: int = 1,
) -> Verdicts:
    """Compare m pairs of pictures, given by their positions; pairs with an equal ``first`` stand together.

    ``second`` are positions among ``others``, by default the same pictures. Unless ``hurried``, every pair is
    aligned, and none left at a glance: that finds a little more and takes several times as long.
    """
    first, second = np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp)
    theirs, their_thumbnails = others or glances, other_thumbnails or thumbnails
    photograph, form = np.zeros((2, len(first)), dtype=np.float32)
    with ThreadPoolExecutor(workers, "verify") as pool:
        glance = _glanced(first, second, glances, theirs, pool)
        kept = _promising(first, second, glance, pool) if hurried else np.arange(len(first))
        for start in range(0, len(kept), _LOADED):
            rows = kept[start : start + _LOADED]
            couples = Couples(
                *_seen(first[rows], thumbnails, pool), *_seen(second[rows], their_thumbnails, pool)
            )
            found = list(pool.map(_judged, *_pieces(couples, glance.banked[rows])))
            photograph[rows] = np.concatenate([photo for photo, _ in found])
            form[rows] = np.concatenate([forms for _, forms in found])
    return Verdicts(photograph, form)


@dataclass(frozen=True, slots=True)
class _Glance:
    """What a glance at m pairs says: correlation under the best pose (m,), that pose (m, 2, 3), and the best
    pose of each class of the bank (m, 2, 2, 3); and the details of both sides' pictures."""

    alike: Floats
    pose: Floats
    banked: Floats
    first: Sights
    second: Sights


def _glanced(
    first: Indices, second: Indices, own: Glances, theirs: Glances, pool: ThreadPoolExecutor
) -> _Glance:
    mine = glanced(own, details(own))
    others = mine if theirs is own else glanced(theirs, details(theirs))
    here, there = mine.pyramid[GLANCE], others.pyramid[GLANCE]
    alike = np.zeros(len(first), dtype=np.float32)
    pose = np.zeros((len(first), 2, 3), dtype=np.float32)
    banked = np.zeros((len(first), 2, 2, 3), dtype=np.float32)
    begin = np.flatnonzero(np.append(True, first[1:] != first[:-1])) if len(first) else first

    def glance(start: int, end: int) -> None:
        at, near = int(first[start]), second[start:end]
        posed = poses_alike(here[at], own.halves[at], there[near], theirs.halves[near])
        places = posed.argmax(axis=1)
        for kind in range(2):
            banked[start:end, kind] = BANK[kind, places[kind]]
        scores = np.concatenate([posed.max(axis=1), flips_alike(here[at : at + 1], there[near])])
        begun = starts(banked[start:end], np.tile(own.halves[at], (len(near), 1)), theirs.halves[near])
        best = scores.argmax(axis=0)
        alike[start:end], pose[start:end] = scores.max(axis=0), begun[np.arange(len(near)), best]

    list(pool.map(glance, begin.tolist(), np.append(begin[1:], len(first)).tolist()))
    return _Glance(alike, pose, banked, mine, others)


def _promising(first: Indices, second: Indices, glance: _Glance, pool: ThreadPoolExecutor) -> Indices:
    """The pairs whose details still agree when the best pose is refined."""
    rows = np.flatnonzero(glance.alike >= GLANCE_LEAST)
    rows = rows[_among_best(first[rows], second[rows], glance.alike[rows])]
    pieces = [rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]

    def close(piece: Indices) -> Floats:
        return closer(glance.first, glance.second, first[piece], second[piece], glance.pose[piece])

    scores = [*pool.map(close, pieces)]
    return rows[np.concatenate(scores) >= CLOSER_LEAST] if scores else rows


def _among_best(first: Indices, second: Indices, scores: Floats) -> npt.NDArray[np.bool_]:
    """Whether a pair is among the `BEST_OF` best of either of its pictures."""
    kept = np.zeros(len(first), dtype=np.bool_)
    for ends in (first, second):
        order = np.lexsort((-scores, ends))
        own = ends[order]
        begin = np.flatnonzero(np.append(True, own[1:] != own[:-1])) if len(own) else own
        rank = np.arange(len(own)) - np.repeat(begin, np.diff(np.append(begin, len(own))))
        kept[order[rank < BEST_OF]] = True
    return kept


def _seen(positions: Indices, thumbnails: Thumbnails, pool: ThreadPoolExecutor) -> tuple[Sights, Indices]:
    """The sights of some pictures, each once, and where each position's is."""
    unique, at = np.unique(positions, return_inverse=True)
    return sights(thumbnails(unique.tolist()), pool), at


def _pieces(couples: Couples, poses: Floats) -> tuple[list[Couples], list[Floats]]:
    """Pairs with the poses to start from, a few at a time."""
    begin = starts(poses, couples.first.halves[couples.a], couples.second.halves[couples.b])
    pieces = [slice(at, at + _AT_ONCE) for at in range(0, len(couples), _AT_ONCE)]
    return [couples.take(piece) for piece in pieces], [begin[piece] for piece in pieces]


def _judged(couples: Couples, begin: Floats) -> tuple[Floats, Floats]:
    maps, scores = roughly_aligned(couples, begin)
    photograph, form = np.zeros((2, len(couples)), dtype=np.float32)
    kept = np.flatnonzero(scores[:, 0] >= ROUGH_LEAST)
    if len(kept):
        near = couples.take(kept)
        photograph[kept], form[kept] = judged(weigh(near, aligned(near, maps[kept])))
    return photograph, form


def judged(evidence: Evidence) -> tuple[Floats, Floats]:
    """How sure it is that aligned pairs are one photograph, and that they show the same forms; (n,) each."""
    described = features(evidence)
    photograph = _logistic(described, PHOTOGRAPH)
    coloured = 1 / (1 + np.exp(np.clip((evidence.colour - OTHER_COLOUR) / _COLOUR_STEP, -30, 30)))
    return np.minimum(photograph, coloured), _logistic(described[:, : len(FORM) - 1], FORM)


def features(evidence: Evidence) -> Floats:
    """What the regressions see of n pairs, (n, 7): first five of form, then two of light."""
    columns = (
        evidence.detail,
        evidence.agreeing,
        evidence.correlation,
        evidence.overlap,
        np.log1p(evidence.area / 100),
        np.log1p(evidence.residual),
        np.log1p(evidence.worst),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _logistic(described: Floats, weights: npt.NDArray[np.float64]) -> Floats:
    raised = np.clip(described @ weights[:-1] + weights[-1], -30, 30)
    found: Floats = (1 / (1 + np.exp(-raised))).astype(np.float32)
    return found


PHOTOGRAPH = np.array([4.63, 4.90, 2.64, 4.17, 0.41, -1.38, -1.32, -7.25])
"""Weights of `features` and a constant."""

FORM = np.array([7.62, 7.27, 5.06, 0.0, 1.01, -19.22])
"""Weights of the first five `features` and a constant."""

OTHER_COLOUR = 13.0
"""Chroma difference in levels, after the gains of the channels, at which a colour counts as another."""

_COLOUR_STEP = 1.5
