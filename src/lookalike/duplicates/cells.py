"""The nearest of very many unit vectors: only those in cells near the asker are compared.

Vectors are put into cells around centres found by spherical k-means on a sample (Dhillon, Modha, "Concept
decompositions for large sparse text data using clustering", 2001); each asker is compared with the members of
the cells whose centres are nearest to it (an inverted file: Jegou, Douze, Schmid, "Product quantization for
nearest neighbor search", 2011). A few neighbours at the edge of a cell are missed.
"""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from lookalike.duplicates.searches import MEMORY, Pairs, Positions, highest, together
from lookalike.vectors import Floats

PROBED = 12
"""Cells whose members an asker is compared with."""

_TO_A_CELL = 500  # vectors
_SAMPLE = 32  # vectors to a centre from which it is learned
_ROUNDS = 6
_BLOCK = 4096  # vectors assigned at once


class Cells:
    """Compares with the vectors (n, d) of the nearest cells. Takes about ``memory`` bytes beside 16 a vector.

    The same vectors make the same cells.
    """

    def __init__(self, vectors: Floats, memory: int = MEMORY) -> None:
        self._vectors = vectors
        self._memory = memory
        self._centres = _centres(vectors, max(1, len(vectors) // _TO_A_CELL))
        nearest = self._nearest_cells(vectors, 1)
        self._cell = np.concatenate(nearest)[:, 0] if nearest else np.empty(0, dtype=np.intp)
        self._members = np.argsort(self._cell, kind="stable")
        self._begin = np.searchsorted(self._cell[self._members], np.arange(len(self._centres) + 1))

    def nearest(self, asking: Floats, rows: Positions, k: int, least: float) -> Pairs:
        """See `lookalike.duplicates.searches.Search`."""
        parts = list(self._nearest_cells(asking, PROBED))
        probed = np.concatenate(parts) if parts else np.empty((0, 1), dtype=np.intp)
        asker = np.repeat(np.arange(len(rows)), probed.shape[1])
        order = np.argsort(probed.reshape(-1), kind="stable")
        asker, cell = asker[order], probed.reshape(-1)[order]
        found = []
        with threadpool_limits(1, "blas"):  # in products this small its threads mostly wait for each other
            for own in np.split(np.arange(len(cell)), np.flatnonzero(cell[1:] != cell[:-1]) + 1):
                if len(own):
                    found += self._in_cell((asking, rows), asker[own], int(cell[own[0]]), k, least)
        near = together(found)
        order = np.lexsort((near.second, -near.scores, near.first))
        askers, others, scores = near.first[order], near.second[order], near.scores[order]
        rank = np.arange(len(askers)) - np.searchsorted(askers, askers)
        kept = rank < k
        return Pairs(rows[askers[kept]], others[kept], scores[kept])

    def ordered(self, rows: Positions) -> Positions:
        """These positions in an order in which neighbours stand close together."""
        return rows[np.argsort(self._cell[rows], kind="stable")]

    def _in_cell(
        self, asked: tuple[Floats, Positions], askers: Positions, cell: int, k: int, least: float
    ) -> list[Pairs]:
        asking, rows = asked
        members = self._members[self._begin[cell] : self._begin[cell + 1]]
        found: list[Pairs] = []
        if not len(members):
            return found
        vectors = self._vectors[members]
        block = max(1, self._memory // (16 * len(members)))
        for start in range(0, len(askers), block):
            own = askers[start : start + block]
            scores = asking[own] @ vectors.T
            scores[members[None] == rows[own][:, None]] = -2
            at, place, near = highest(scores, k, least)
            found.append(Pairs(own[at], members[place], near))
        return found

    def _nearest_cells(self, vectors: Floats, count: int) -> list[Positions]:
        """The nearest cells (m, count) of some vectors, block by block."""
        count = min(count, len(self._centres))
        found = []
        for start in range(0, len(vectors), _BLOCK):
            scores = vectors[start : start + _BLOCK] @ self._centres.T
            if count == 1:
                found.append(scores.argmax(axis=1)[:, None])
            else:
                found.append(np.argpartition(-scores, count - 1, axis=1)[:, :count])
        return found


def _centres(vectors: Floats, count: int) -> Floats:
    """Centres (c, d) of unit length; one to which nothing is nearest stays where it was."""
    chance = np.random.default_rng(0)
    sample = vectors[np.sort(chance.permutation(len(vectors))[: count * _SAMPLE])]
    centres = sample[chance.permutation(len(sample))[:count]]
    for _ in range(_ROUNDS):
        nearest = np.concatenate(
            [
                (sample[at : at + _BLOCK] @ centres.T).argmax(axis=1)
                for at in range(0, max(1, len(sample)), _BLOCK)
            ]
        )
        order = np.argsort(nearest, kind="stable")
        held, begin = np.unique(nearest[order], return_index=True)
        sums = np.add.reduceat(sample[order], begin, axis=0) if len(order) else centres[:0]
        centres = centres.copy()
        centres[held] = sums / np.maximum(np.sqrt((sums * sums).sum(axis=1, keepdims=True)), 1e-6)
    return centres
