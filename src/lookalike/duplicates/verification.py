"""The second look: are two pictures one photograph?

Pairs whose details no pose makes alike are left at a glance; the others are aligned from a few starts, and
dropped when a rough alignment shows nothing. What remains is judged (`lookalike.duplicates.judging`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.alignment import (
    BANK,
    closer,
    flips_alike,
    poses_alike,
    starts,
)
from lookalike.duplicates.judging import Verdicts, judged_from, nothing_alike
from lookalike.duplicates.sight import Couples, Glances, Indices, Sights, details, glanced, sights
from lookalike.glance import GLANCE
from lookalike.vectors import Floats

Thumbnails = Callable[[Sequence[int]], Sequence[bytes]]
"""Small JPEGs of the pictures at these positions."""

GLANCE_LEAST = 0.45
"""Correlation of details at a glance, under the best pose, from which a pair is aligned."""

BEST_OF = 2
"""How many of a picture's pairs are looked at more closely than at a glance."""

CLOSER_LEAST = 0.80
"""Correlation of details after a short refinement from which a pair is aligned."""

_AT_ONCE = 32  # pairs aligned together: their numbers fit in a processor's cache
_LOADED = 512  # pairs whose thumbnails are in memory at once


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
    verdicts = nothing_alike(len(first))
    with ThreadPoolExecutor(workers, "verify") as pool:
        glance = _glanced(first, second, glances, theirs, pool)
        kept = _promising(first, second, glance, pool) if hurried else np.arange(len(first))
        for start in range(0, len(kept), _LOADED):
            rows = kept[start : start + _LOADED]
            couples = Couples(
                *_seen(first[rows], thumbnails, pool), *_seen(second[rows], their_thumbnails, pool)
            )
            at = 0
            for found in pool.map(judged_from, *_pieces(couples, glance.banked[rows])):
                verdicts.put(rows[at : at + len(found)], found)
                at += len(found)
    return verdicts


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
