"""The nearest of very many unit vectors: only those in cells near the asker are compared.

Vectors are put into cells around centres found by spherical k-means on a sample (Dhillon, Modha, "Concept
decompositions for large sparse text data using clustering", 2001); each asker is compared with the members of
the cells whose centres are nearest to it (an inverted file: Jegou, Douze, Schmid, "Product quantization for
nearest neighbor search", 2011). A few neighbours at the edge of a cell are missed.
"""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from lookalike.duplicates.searches import MEMORY, Pairs, Positions, highest
from lookalike.vectors import Floats

PROBED = 12
"""Cells whose members an asker is compared with."""

_TO_A_CELL = 500  # vectors
_SAMPLE = 32  # vectors to a centre from which it is learned
_ROUNDS = 6
_BLOCK = 4096  # vectors assigned at once
_TELLING = 0.5  # below such a limit the best of the nearest cell give a better one for all others


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
        limits = np.full(len(rows), least, dtype=np.float32)
        first = 1 if least < _TELLING else probed.shape[1]
        with threadpool_limits(1, "blas"):  # in products this small its threads mostly wait for each other
            near, own = self._visited(asking, rows, probed[:, :first], k, limits)
            limits = np.maximum(limits, near.min(axis=1)) if first == 1 else limits
            more, others = self._visited(asking, rows, probed[:, first:], k, limits)
        return _best(np.hstack([near, more]), np.hstack([own, others]), rows, k, limits)

    def ordered(self, rows: Positions) -> Positions:
        """These positions in an order in which neighbours stand close together."""
        return rows[np.argsort(self._cell[rows], kind="stable")]

    def _visited(
        self, asking: Floats, rows: Positions, probed: Positions, k: int, limits: Floats
    ) -> tuple[Floats, Positions]:
        """Scores and positions of the best k of each of some cells ``probed`` (m, c) by m askers, (m, c * k).

        A score is -2 where a cell has fewer that are not below the asker's limit.
        """
        cells = probed.shape[1]
        scores = np.full((probed.size, k), -2, dtype=np.float32)
        others = np.zeros((probed.size, k), dtype=np.intp)
        order = np.argsort(probed.reshape(-1), kind="stable")
        cell = probed.reshape(-1)[order]
        for own in np.split(order, np.flatnonzero(cell[1:] != cell[:-1]) + 1):
            if len(own):
                asker, number = own // cells, int(probed.flat[own[0]])
                at, rank, found, near = self._in_cell(number, asking[asker], rows[asker], k, limits[asker])
                scores[own[at], rank], others[own[at], rank] = near, found
        return scores.reshape(len(rows), cells * k), others.reshape(len(rows), cells * k)

    def _in_cell(
        self, cell: int, asking: Floats, rows: Positions, k: int, limits: Floats
    ) -> tuple[Positions, Positions, Positions, Floats]:
        """What each of m askers has in a cell: asker, number among the asker's, position and score."""
        members = self._members[self._begin[cell] : self._begin[cell + 1]]
        vectors = self._vectors[members]
        block = max(1, self._memory // (16 * max(1, len(members))))
        found = []
        for start in range(0, len(rows), block):
            own = slice(start, start + block)
            scores = asking[own] @ vectors.T
            here = np.flatnonzero(self._cell[rows[own]] == cell)
            scores[here, np.searchsorted(members, rows[own][here])] = -2  # members are in order
            at, place, near = highest(scores, k, limits[own])
            found.append((start + at, np.arange(len(at)) - np.searchsorted(at, at), members[place], near))
        at, rank, place, near = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return at, rank, place, near

    def _nearest_cells(self, vectors: Floats, count: int) -> list[Positions]:
        """The nearest cells (m, count) of some vectors, the nearest first, block by block."""
        count = min(count, len(self._centres))
        found = []
        for start in range(0, len(vectors), _BLOCK):
            scores = vectors[start : start + _BLOCK] @ self._centres.T
            if count == 1:
                found.append(scores.argmax(axis=1)[:, None])
            else:
                at, place, near = highest(scores, count, -2)
                order = np.lexsort((-near, at))
                found.append(place[order].reshape(-1, count))
        return found


def _best(scores: Floats, others: Positions, rows: Positions, k: int, limits: Floats) -> Pairs:
    """The at most k best of what was found for each of m askers, (m, n), best first, then by position."""
    last = np.partition(scores, scores.shape[1] - k, axis=1)[:, [-k]]
    at, place = np.nonzero(scores >= np.maximum(last, limits[:, None]))
    found, near = others[at, place], scores[at, place]
    order = np.lexsort((found, -near, at))
    order = order[np.arange(len(at)) - np.searchsorted(at, at) < k]
    return Pairs(rows[at[order]], found[order], near[order])


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
