"""The pictures of an index that are nearest to a vector: exactly, or from a graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lookalike.neighbours.shadows import SLACK, Shadow
from lookalike.stacked import Stacked
from lookalike.vectors import Floats, Mask, Rows

__all__ = ["SLACK", "Nearest", "Plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each way of finding the nearest took on one thread when the graph was built, milliseconds.

    ``exact`` is `Nearest.top` of all pictures, ``approximate`` `Nearest.approximate`, each a median;
    ``recall`` is the share of the true nearest twelve that the latter found, over ``asked`` pictures.
    """

    pictures: int
    exact: float
    approximate: float
    recall: float
    asked: int


class Nearest:
    """Finds the pictures near to a unit vector among n; many threads may ask at once.

    ``kept`` is the folder of the kept version that the base of the vectors is of, with what `make_nearest`
    left there. What is missing there is made in memory where it is cheap. ``before`` is the one of an earlier
    version of the same space: what still holds is taken over.
    """

    def __init__(self, vectors: Stacked, kept: Path | None = None, before: Nearest | None = None) -> None:
        self.vectors = vectors
        self.kept = kept
        self._shadow = Shadow(vectors.whole, None if before is None else before._shadow.axes)

    @property
    def plan(self) -> Plan | None:
        """What was measured where the graph was built; None without a graph."""
        return None

    def bounds(self, look: Floats, rows: Rows | None = None) -> Floats:
        """What the cosine of each picture, or some, with this look does not exceed by more than `SLACK`.

        Either (n,) or (len(rows),).
        """
        found = self._shadow.bounds(look)
        return found if rows is None else found[rows]

    def top(self, look: Floats, count: int, keep: Mask | None = None) -> Rows:
        """The ``count`` pictures with the highest cosines, highest first; of equal ones the first.

        Only pictures to keep, (n,), where that is said; all of them where there are fewer. Exact.
        """
        rows = np.arange(len(self.vectors)) if keep is None else np.flatnonzero(keep)
        cosines = np.einsum("ij,j->i", self.vectors[rows], look)
        return rows[np.argsort(-cosines, kind="stable")[:count]]

    def approximate(self, look: Floats, count: int) -> Rows | None:  # noqa: ARG002 (no graph yet)
        """About the pictures that `top` finds of all of them, from the graph; None where there is none."""
        return None
