"""The second look: are two pictures one photograph?

Pairs that no pose makes alike are left at a glance; the others are aligned from a few starts, and dropped
when a rough alignment shows nothing. What remains is weighed by two logistic regressions whose weights were
chosen on one half of the ids of two catalogues and measured on the other (benchmarks/duplicates.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.alignment import BANK, agreement, aligned, roughly_aligned, whole_on_whole
from lookalike.duplicates.evidence import Evidence, weigh
from lookalike.duplicates.sight import Couples, Glances, Indices, Sights, sights
from lookalike.vectors import Floats

Thumbnails = Callable[[Sequence[int]], Sequence[bytes]]
"""Small JPEGs of the pictures at these positions."""

GLANCE_LEAST = 0.75
"""Correlation under the best pose of the bank from which a pair is aligned."""

ROUGH_LEAST = 0.60
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
    glance_least: float = GLANCE_LEAST,
    workers: int = 1,
) -> Verdicts:
    """Compare m pairs of pictures, given by their positions; pairs with an equal ``first`` stand together.

    ``second`` are positions among ``others``, by default the same pictures. Pairs below ``glance_least`` at a
    glance are not aligned; lower finds a little more, and takes longer.
    """
    theirs, their_thumbnails = others or glances, other_thumbnails or thumbnails
    best, poses = _glanced(first, second, glances, theirs, workers)
    kept = np.flatnonzero(best >= glance_least)
    photograph, form = np.zeros((2, len(first)), dtype=np.float32)
    with ThreadPoolExecutor(workers, "verify") as pool:
        for start in range(0, len(kept), _LOADED):
            rows = kept[start : start + _LOADED]
            couples = Couples(
                *_seen(first[rows], thumbnails, pool), *_seen(second[rows], their_thumbnails, pool)
            )
            found = list(pool.map(_judged, *_pieces(couples, poses[rows])))
            photograph[rows] = np.concatenate([photo for photo, _ in found])
            form[rows] = np.concatenate([forms for _, forms in found])
    return Verdicts(photograph, form)


def _glanced(
    first: Indices, second: Indices, own: Glances, theirs: Glances, workers: int
) -> tuple[Floats, Floats]:
    """The best correlation of each pair, (m,), and the best pose of each class of the bank, (m, 4, 2, 3)."""
    best = np.zeros(len(first), dtype=np.float32)
    poses = np.zeros((len(first), 4, 2, 3), dtype=np.float32)
    starts = np.flatnonzero(np.append(True, first[1:] != first[:-1])) if len(first) else first
    ends = np.append(starts[1:], len(first))

    def glance(start: int, end: int) -> None:
        alike = agreement(own, int(first[start]), theirs, second[start:end])
        best[start:end] = alike.max(axis=(0, 1))
        for kind, at in enumerate(alike.argmax(axis=1)):
            poses[start:end, kind] = BANK[kind, at]

    with ThreadPoolExecutor(workers, "glance") as pool:
        list(pool.map(glance, starts.tolist(), ends.tolist()))
    return best, poses


def _seen(positions: Indices, thumbnails: Thumbnails, pool: ThreadPoolExecutor) -> tuple[Sights, Indices]:
    """The sights of some pictures, each once, and where each position's is."""
    unique, at = np.unique(positions, return_inverse=True)
    return sights(thumbnails(unique.tolist()), pool), at


def _pieces(couples: Couples, poses: Floats) -> tuple[list[Couples], list[Floats]]:
    """Pairs with the poses to start from, a few at a time."""
    whole = whole_on_whole(couples.first.halves[couples.a], couples.second.halves[couples.b])
    starts = np.stack([poses, whole], axis=1)
    pieces = [slice(at, at + _AT_ONCE) for at in range(0, len(couples), _AT_ONCE)]
    return [couples.take(piece) for piece in pieces], [starts[piece] for piece in pieces]


def _judged(couples: Couples, starts: Floats) -> tuple[Floats, Floats]:
    maps, scores = roughly_aligned(couples, starts)
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

OTHER_COLOUR = 15.0
"""Chroma difference in levels, after the gains of the channels, at which a colour counts as another."""

_COLOUR_STEP = 1.5
