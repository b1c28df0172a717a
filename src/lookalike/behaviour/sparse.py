"""Rows of numbers of which most are zero, read one row or a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.vectors import Floats, Rows

Whole = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Sparse:
    """Of row r, ``columns`` and ``values`` stand from ``starts[r]`` to ``starts[r + 1]``."""

    starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    values: Floats

    @classmethod
    def of(cls, matrix: Any) -> Sparse:
        """The rows of a scipy matrix."""
        rows = matrix.tocsr()
        return cls(rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data.astype(np.float32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, row: int) -> slice:
        """Where one row stands."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))

    def places(self, rows: Whole) -> tuple[Rows, Rows]:
        """Where the entries of some rows stand, row after row, and how many each has."""
        counts = (self.starts[rows + 1] - self.starts[rows]).astype(np.intp)
        skipped = self.starts[rows] - (np.cumsum(counts) - counts)
        return np.repeat(skipped, counts) + np.arange(counts.sum()), counts

    def summed(self, rows: Whole, weights: npt.NDArray[Any], width: int) -> Floats:
        """The sum of some rows, each times its weight, (width,)."""
        at, counts = self.places(rows)
        return np.bincount(
            self.columns[at], self.values[at] * np.repeat(weights, counts), minlength=width
        ).astype(np.float32)

    def highest(self, most: int) -> Rows:
        """Where the highest entries of each row stand, ``most`` of a row, in order; none is below 0."""
        counts = np.diff(self.starts)
        if not len(counts) or counts.max() <= most:
            return np.arange(len(self.columns))
        full = np.flatnonzero(counts > most)  # the other rows are kept as they are
        at, sizes = self.places(full)
        fall = np.uint32(0xFFFFFFFF) - self.values[at].view(
            np.uint32
        )  # floats from 0 up are in order as bits
        row = np.repeat(np.arange(len(full), dtype=np.uint64), sizes)
        order = np.argsort((row << np.uint64(32)) | fall)
        rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        kept = np.ones(len(self.columns), dtype=np.bool_)
        kept[at[order[rank >= most]]] = False
        return np.flatnonzero(kept)

    def only(self, at: Rows) -> Sparse:
        """The same with these entries alone, given by where they stand, in order."""
        return Sparse(np.searchsorted(at, self.starts), self.columns[at], self.values[at])


def stacked(parts: Sequence[Sparse]) -> Sparse:
    """Rows one below the other."""
    counts = np.concatenate([np.diff(part.starts) for part in parts]) if parts else np.empty(0, np.int64)
    return Sparse(
        np.append(0, np.cumsum(counts)).astype(np.int64),
        np.concatenate([np.empty(0, np.int32), *(part.columns for part in parts)]),
        np.concatenate([np.empty(0, np.float32), *(part.values for part in parts)]),
    )
