"""The nearest of many unit vectors, exactly and in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.vectors import Floats

Positions = npt.NDArray[np.int64]

MEMORY = 512 << 20
"""Bytes that finding pairs may take beside its input and its answer."""

_BLOCK = 512  # rows compared at once
_BYTES = 6  # of memory for a score


@dataclass(frozen=True, slots=True)
class Pairs:
    """m pairs of positions and their scores, each (m,); where one asked for the other, ``first`` did."""

    first: Positions
    second: Positions
    scores: Floats

    def __len__(self) -> int:
        return len(self.first)


class Search(Protocol):
    """Finds the nearest of n unit vectors."""

    def nearest(self, asking: Floats, rows: Positions, k: int, least: float) -> Pairs:
        """For each of m askers at most k others with a cosine of ``least`` or more, the askers in order.

        ``asking`` (m, d) are their vectors, and ``rows`` (m,) their own positions, which do not count.
        """
        ...

    def ordered(self, rows: Positions) -> Positions:
        """These positions in the order in which they are best asked for."""
        ...


class Everything:
    """Compares with every vector, (n, d). Exact. Takes about ``memory`` bytes.

    Raises `BadArgument` when that is not enough for one row of comparisons.
    """

    def __init__(self, vectors: Floats, memory: int = MEMORY) -> None:
        count = max(1, len(vectors))
        self._vectors = vectors
        self._block = min(_BLOCK, memory // (_BYTES * count))
        if self._block < 1:
            raise BadArgument(
                f"{memory:,} bytes are too few to compare {count:,} pictures.",
                next_step=f"Allow {_BYTES * count:,} or more.",
            )
        self._room = np.empty((0, len(vectors)), dtype=np.float32)

    def nearest(self, asking: Floats, rows: Positions, k: int, least: float) -> Pairs:
        """See `Search`."""
        found = []
        if len(self._room) < min(len(rows), self._block):
            self._room = np.empty((min(len(rows), self._block), len(self._vectors)), dtype=np.float32)
        for start in range(0, len(rows), self._block):
            own = rows[start : start + self._block]
            scores = self._room[: len(own)]
            np.dot(asking[start : start + self._block], self._vectors.T, out=scores)
            scores[np.arange(len(own)), own] = -2
            at, others, near = highest(scores, k, least)
            found.append(Pairs(own[at], others, near))
        return together(found)

    def ordered(self, rows: Positions) -> Positions:
        """As they are."""
        return rows


def together(parts: Sequence[Pairs]) -> Pairs:
    """The pairs of several searches one after the other."""
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return Pairs(nothing, nothing, np.empty(0, dtype=np.float32))
    return Pairs(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.scores for part in parts]),
    )


def highest(scores: Floats, k: int, least: float | Floats) -> tuple[Positions, Positions, Floats]:
    """The at most k highest of each row of scores (m, n) that are ``least`` or more: rows, columns, scores.

    ``least`` may be a number for each row, (m,).
    Of few that are high enough the best are found at once. Otherwise the highest k are in the k groups of
    columns with the highest best scores, and the best of groups are found much faster than the best of all.
    """
    rows, width = scores.shape
    limits = np.broadcast_to(np.float32(least), rows)[:, None]
    enough = scores >= limits
    if np.count_nonzero(enough) <= k * rows:
        at, columns = np.nonzero(enough)
        found = scores[at, columns]
        order = np.lexsort((-found, at))
        order = order[np.arange(len(at)) - np.searchsorted(at, at) < k]
        return at[order], columns[order], found[order]
    group = math.isqrt(width // k)
    groups = width // max(1, group)
    if group < 2:
        columns = np.tile(np.arange(width), (rows, 1))
    else:
        even = groups * group
        best = scores[:, :even].reshape(rows, group, groups).max(axis=1)
        best = np.concatenate([best, scores[:, even:]], axis=1)  # what is left over is a group each
        chosen = np.argpartition(-best, k - 1, axis=1)[:, :k]
        inside = chosen[:, :, None] + groups * np.arange(group)
        inside[chosen >= groups] = -1
        inside[:, :, 0] = np.where(chosen < groups, chosen, chosen + (even - groups))
        columns = inside.reshape(rows, -1)
    found = np.where(columns < 0, np.float32(-2), np.take_along_axis(scores, columns, axis=1))
    if found.shape[1] > k:
        top = np.argpartition(-found, k - 1, axis=1)[:, :k]
        columns, found = np.take_along_axis(columns, top, axis=1), np.take_along_axis(found, top, axis=1)
    at, place = np.nonzero(found >= limits)
    return at, columns[at, place], found[at, place]
