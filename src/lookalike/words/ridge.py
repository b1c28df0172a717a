"""Ridge regression from the words of texts to vectors, in closed form and in bounded memory.

Source: Hoerl, Kennard, "Ridge regression", 1970; the words that are too rare for the normal equations take
what is left, shared by those that stand together (one damped Jacobi step of the same problem).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from lookalike.vectors import Floats

Ints = npt.NDArray[np.int64]

SOLVED = 4096
"""Words solved together, the most frequent: 64 MB of normal equations, and some seconds."""

_BLOCK = 1 << 12  # words at a time, about
_TILE = 256  # columns of the normal equations at a time


class Bags:
    """n texts as sets of word codes below ``words``: the ``codes`` of all, and where each text's start."""

    def __init__(self, codes: npt.ArrayLike, rows: npt.ArrayLike, texts: int, words: int) -> None:
        """``codes`` and ``rows`` are of every word of every text, in any order, and count once."""
        width = max(words, 1)
        pairs = np.unique(np.asarray(rows, dtype=np.int64) * width + np.asarray(codes, dtype=np.int64))
        self.codes = (pairs % width).astype(np.int32)
        self.rows = (pairs // width).astype(np.int32)
        self.starts: Ints = np.r_[0, np.cumsum(np.bincount(self.rows, minlength=texts))].astype(np.int64)
        self.words = words

    def __len__(self) -> int:
        return len(self.starts) - 1

    def counts(self) -> Ints:
        """In how many texts each word is, (words,)."""
        return np.bincount(self.codes, minlength=self.words).astype(np.int64)

    def blocks(self) -> Iterator[tuple[slice, Ints, Ints]]:
        """Texts from here to there, their words, and the text of each word counted from the first."""
        start = 0
        while start < len(self):
            room = int(np.searchsorted(self.starts, self.starts[start] + _BLOCK, "right")) - 1
            end = min(max(room, start + 1), start + _BLOCK, len(self))
            inside = slice(int(self.starts[start]), int(self.starts[end]))
            yield slice(start, end), self.codes[inside].astype(np.int64), self.rows[inside] - np.int64(start)
            start = end

    def times(self, weights: Floats) -> Iterator[tuple[slice, Floats]]:
        """The sum of the rows of ``weights`` (words, d) for the words of each text, block by block."""
        for texts, codes, rows in self.blocks():
            yield texts, summed(weights, codes, rows, texts.stop - texts.start)


def summed(weights: Floats, codes: Ints, rows: Ints, count: int) -> Floats:
    """Rows of ``weights`` added up by text, (count, d); ``rows`` rises."""
    total = np.zeros((count, weights.shape[1]), dtype=np.float32)
    if len(codes):
        first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        total[rows[first]] = np.add.reduceat(weights[codes], first, axis=0)
    return total


class Targets(Protocol):
    """The vectors of texts, a block at a time: each has ``width`` numbers."""

    width: int

    def __getitem__(self, texts: slice, /) -> Floats: ...


def ridge(bags: Bags, targets: Targets, penalty: float) -> Floats:
    """The weight of each word, (words, width), so that those of a text add up to its target.

    Targets are centred. ``penalty`` shrinks: a word of
    one text gets 1 / (1 + penalty) of what it would have to explain. Words come in the order of their
    frequency, so that those below `SOLVED` are the most frequent. The same input gives the same weights.
    """
    solved = min(SOLVED, bags.words)
    weights = np.zeros((bags.words, targets.width), dtype=np.float32)
    if solved:
        weights[:solved] = _normal(bags, targets, penalty, solved)
    if solved < bags.words:
        weights[solved:] = _rest(bags, targets, penalty, weights, solved)
    return weights


def _normal(bags: Bags, targets: Targets, penalty: float, solved: int) -> Floats:
    """The normal equations of the first ``solved`` words, gathered block by block, and their solution."""
    gram = np.zeros(solved * solved, dtype=np.float32)
    right = np.zeros((solved, targets.width), dtype=np.float32)
    for texts, codes, rows in bags.blocks():
        kept = codes < solved
        codes, rows = codes[kept], rows[kept]
        counts = np.bincount(rows, minlength=texts.stop - texts.start)
        one, other = _pairs(counts)
        np.add.at(gram, codes[one] * solved + codes[other], np.float32(1))
        order = np.argsort(codes, kind="stable")
        right_of = codes[order]
        wanted = targets[texts][rows[order]]
        if len(right_of):
            first = np.flatnonzero(np.r_[True, right_of[1:] != right_of[:-1]])
            right[right_of[first]] += np.add.reduceat(wanted, first, axis=0)
    gram[:: solved + 1] += penalty
    solve_in_place(gram.reshape(solved, solved), right)
    return right


def solve_in_place(matrix: Floats, right: Floats) -> None:
    """Put x with ``matrix`` x = ``right`` into ``right`` (n, d); ``matrix`` (n, n) is spoilt.

    It is symmetric and positive definite. What is held beside the two are strips of `_TILE` rows, where a
    general solver copies the matrix several times.
    Source: Golub, Van Loan, "Matrix Computations", 4.2.6, block Cholesky.
    """
    count = len(matrix)
    tiles = [slice(start, min(start + _TILE, count)) for start in range(0, count, _TILE)]
    for at, own in enumerate(tiles):
        factor = matrix[own, own] = np.linalg.cholesky(matrix[own, own])
        below = slice(own.stop, count)
        matrix[below, own] = np.linalg.solve(factor, matrix[below, own].T).T
        for later in tiles[at + 1 :]:
            rows = slice(later.start, count)
            matrix[rows, later] -= matrix[rows, own] @ matrix[later, own].T
    for own in tiles:
        right[own] -= matrix[own, : own.start] @ right[: own.start]
        right[own] = np.linalg.solve(matrix[own, own], right[own])
    for own in reversed(tiles):
        right[own] -= matrix[own.stop :, own].T @ right[own.stop :]
        right[own] = np.linalg.solve(matrix[own, own].T, right[own])


def _pairs(counts: Ints) -> tuple[Ints, Ints]:
    """Places of every pair of words that share a text, of texts with so many words one after another."""
    squares = counts**2
    texts = np.repeat(np.arange(len(counts)), squares)
    within = np.arange(int(squares.sum())) - np.repeat(np.cumsum(squares) - squares, squares)
    start = (np.cumsum(counts) - counts)[texts]
    width = np.maximum(counts, 1)[texts]
    return start + within // width, start + within % width


def _rest(bags: Bags, targets: Targets, penalty: float, weights: Floats, solved: int) -> Floats:
    """What the frequent words leave, shared by the rare words of a text, (words - solved, d)."""
    total = np.zeros((bags.words - solved, targets.width), dtype=np.float32)
    shares = np.zeros(bags.words - solved, dtype=np.float32)
    for texts, codes, rows in bags.blocks():
        count = texts.stop - texts.start
        rare = codes >= solved
        if not rare.any():
            continue
        left = targets[texts] - summed(weights, codes[~rare], rows[~rare], count)
        sharing = np.bincount(rows[rare], minlength=count)
        np.add.at(total, codes[rare] - solved, left[rows[rare]])
        np.add.at(shares, codes[rare] - solved, sharing[rows[rare]].astype(np.float32))
    return total / (shares + np.float32(penalty))[:, None]
