"""Vectors in two parts: those of a kept version, which processes share, and those that came since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lookalike.vectors import Floats, Mask, Rows


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the files of a kept version lie, and what has become of its products since.

    ``products`` (p,) is the row that each product of this version had in the kept one, -1 for one that is new
    or has changed; None where this version is the kept one. What became of pictures say `Stacked.places`.
    """

    folder: Path
    version: int
    products: Rows | None = None


class Stacked:
    """n vectors (n, dim), read like an array by rows: ``stacked[rows]`` is an array of those.

    ``base`` (b, dim) may be a file in memory that many processes share; ``tail`` (t, dim) came since.
    ``places`` (n,) says where each of the n lies in base followed by tail, so that some of the base may be
    gone; None where the n are just the base.
    """

    def __init__(self, base: Floats, tail: Floats | None = None, places: Rows | None = None) -> None:
        self.base = base
        self.tail: Floats = np.empty((0, base.shape[1]), dtype=np.float32) if tail is None else tail
        self.places = places

    @property
    def shape(self) -> tuple[int, int]:
        """Count and numbers of each, (n, dim)."""
        return len(self), self.base.shape[1]

    def __len__(self) -> int:
        return len(self.base) if self.places is None else len(self.places)

    def __getitem__(self, rows: Rows | Mask | slice) -> Floats:
        """The vectors of some rows, (len(rows), dim)."""
        if self.places is None:
            return np.asarray(self.base[rows])
        places = self.places[rows]
        since = places >= len(self.base)
        found = np.empty((len(places), self.base.shape[1]), dtype=np.float32)
        found[~since] = self.base[places[~since]]
        found[since] = self.tail[places[since] - len(self.base)]
        return found

    def each(self, of: Callable[[Floats], Floats]) -> Floats:
        """What a function that takes vectors (m, dim) one by one, and gives (m,), has for all of them, (n,).

        Or (m, r), and (n, r). It is called for base and tail, of which nothing is copied.
        """
        base = of(self.base)
        return base if self.places is None else np.concatenate([base, of(self.tail)])[self.places]

    def __matmul__(self, vector: Floats) -> Floats:
        """Dot products (n,) with a vector (dim,)."""
        return self.each(lambda vectors: vectors @ vector)

    @cached_property
    def rows(self) -> Rows | None:
        """The row of each of base followed by tail, (b + t,), -1 for what is gone; None as `places`."""
        if self.places is None:
            return None
        found = np.full(len(self.base) + len(self.tail), -1, dtype=np.intp)
        found[self.places] = np.arange(len(self.places))
        return found

    @property
    def whole(self) -> Floats:
        """All of them as one array (n, dim): the base itself where nothing else is, otherwise a new copy.

        That is a gigabyte for a million: for what writes all vectors, or learns from them.
        """
        return np.asarray(self.base) if self.places is None else self[np.arange(len(self))]
