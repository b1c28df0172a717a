"""Which pairs are worth a second look: the nearest of every picture, found in bounded memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.sight import Glances
from lookalike.errors import BadArgument
from lookalike.glance import GLANCE
from lookalike.vectors import Floats, Mask

Positions = npt.NDArray[np.int64]

MEMORY = 512 << 20
"""Bytes that finding pairs may take beside its input and its answer."""

_SIGNATURE = 8  # pixels of a side


@dataclass(frozen=True, slots=True)
class Pairs:
    """m pairs of positions, ``first`` < ``second``, sorted, each pair once; and their scores (m,)."""

    first: Positions
    second: Positions
    scores: Floats

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Positions | Mask) -> Pairs:
        """Some of the pairs, in this order."""
        return Pairs(self.first[rows], self.second[rows], self.scores[rows])


def equal_pairs(hashes: Sequence[str]) -> Pairs:
    """Pairs of the first picture of each hash with every other of it; an empty hash equals none."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, value in enumerate(hashes):
        if value:
            holders[value].append(at)
    found = [(own[0], other) for own in holders.values() for other in own[1:]]
    positions = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return Pairs(positions[:, 0], positions[:, 1], np.ones(len(positions), dtype=np.float32))


def signatures(glances: Glances) -> Floats:
    """A few numbers of each picture's light and dark, (n, 64) of unit length.

    8 by 8 means of lightness less their mean. They tell resized, recompressed, relit and colourless copies,
    for which networks care more than they should.
    """
    step = GLANCE // _SIGNATURE
    shape = (len(glances), _SIGNATURE, step, _SIGNATURE, step)
    cells = glances.levels.reshape(shape).mean(axis=(2, 4), dtype=np.float32).reshape(-1, _SIGNATURE**2)
    cells -= cells.mean(axis=1, keepdims=True)
    lengths = np.sqrt((cells * cells).sum(axis=1, keepdims=True))
    found: Floats = cells / np.maximum(lengths, np.float32(1))
    return found


def flipped(signatures: Floats, *, across: bool = False, down: bool = False) -> Floats:
    """Signatures of the same pictures mirrored left to right (``across``), top to bottom (``down``)."""
    cells = signatures.reshape(-1, _SIGNATURE, _SIGNATURE)
    turned = cells[:, :: -1 if down else 1, :: -1 if across else 1]
    return np.ascontiguousarray(turned).reshape(-1, _SIGNATURE**2)


def nearest_pairs(
    vectors: Floats, k: int, least: float, *, turned: Floats | None = None, memory: int = MEMORY
) -> Pairs:
    """Every picture with its at most k nearest others of a cosine of ``least`` or more.

    ``vectors`` (n, d) are compared with themselves, or with ``turned`` (n, d), where it must not matter which
    of two pictures is turned. Exact. Takes about ``memory`` bytes; raises `BadArgument` when that is not
    enough for one row of comparisons.
    """
    if k < 1:
        raise BadArgument(f"k is {k}.", next_step="Give 1 or more.")
    count = len(vectors)
    block = min(count, 2048, memory // (6 * max(1, count)))  # 4 bytes a score, 1 a mark, and what is kept
    if count and block < 1:
        raise BadArgument(
            f"{memory:,} bytes are too few to compare {count:,} pictures.",
            next_step=f"Allow {6 * count:,} or more.",
        )
    nearest = _Nearest(count, k, least)
    others = vectors if turned is None else turned
    for start in range(0, count, block or 1):
        end = min(start + block, count)
        scores = vectors[start:end] @ others[start:].T  # what stands before was compared with these already
        scores[np.tril_indices(end - start)] = -2
        nearest.take(scores, start)
    return nearest.pairs()


class _Nearest:
    """The k nearest of each of n pictures so far, as directed triples that are thinned out now and then."""

    def __init__(self, count: int, k: int, least: float) -> None:
        self._k = k
        self._bounds = np.full(count, least, dtype=np.float32)  # what a new neighbour has to reach
        self._rows: list[Positions] = []
        self._others: list[Positions] = []
        self._scores: list[Floats] = []
        self._held = 0
        self._room = max(1 << 16, 3 * count * k)

    def take(self, scores: Floats, start: int) -> None:
        """Scores (m, n - start) of m pictures from ``start`` on, with all from there on."""
        rows = self._bounds[start : start + len(scores), None]
        near = (scores >= rows) | (scores >= self._bounds[None, start:])
        at, to = np.nonzero(near)
        found = scores[at, to]
        for one, other in ((at + start, to + start), (to + start, at + start)):
            new = found >= self._bounds[one]
            self._rows.append(one[new])
            self._others.append(other[new])
            self._scores.append(found[new])
            self._held += int(new.sum())
        if self._held > self._room:
            self._thin()

    def _thin(self) -> None:
        rows, others = np.concatenate(self._rows), np.concatenate(self._others)
        scores = np.concatenate(self._scores)
        order = np.lexsort((others, -scores, rows))
        rows, others, scores = rows[order], others[order], scores[order]
        starts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1])) if len(rows) else rows
        rank = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
        last = rank == self._k - 1
        self._bounds[rows[last]] = scores[last]
        kept = rank < self._k
        self._rows, self._others, self._scores = [rows[kept]], [others[kept]], [scores[kept]]
        self._held = int(kept.sum())

    def pairs(self) -> Pairs:
        """Every pair of which one is among the k nearest of the other."""
        if not self._rows:
            nothing = np.empty(0, dtype=np.int64)
            return Pairs(nothing, nothing, np.empty(0, dtype=np.float32))
        self._thin()
        rows, others, scores = self._rows[0], self._others[0], self._scores[0]
        return _once(np.minimum(rows, others), np.maximum(rows, others), scores)


def _once(first: Positions, second: Positions, scores: Floats) -> Pairs:
    """Each pair once, with its best score, sorted."""
    order = np.lexsort((-scores, second, first))
    first, second, scores = first[order], second[order], scores[order]
    kept = np.ones(len(first), dtype=np.bool_)
    kept[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return Pairs(first[kept].astype(np.int64), second[kept].astype(np.int64), scores[kept])


def joined(parts: Sequence[Pairs]) -> Pairs:
    """The pairs of several searches, each once, with its best score."""
    return _once(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.scores for part in parts]),
    )
