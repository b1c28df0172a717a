"""What behaviour says, told of the products of one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.behaviour.signals import Signals
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Floats, Mask, Rows


@dataclass(frozen=True, slots=True)
class Placed:
    """Signals of i items, and where the items stand among the p products of a snapshot.

    ``rows`` (i,) are the items' rows, -1 for one that is not in the catalogue (any more); ``known`` (p,) are
    the products of which behaviour knows something.
    """

    signals: Signals
    rows: Rows
    known: Mask

    @classmethod
    def of(cls, signals: Signals, snapshot: Snapshot) -> Placed:
        """Signals, told of the rows of a snapshot."""
        row_of = snapshot.row_of
        rows = np.array([row_of.get(item, -1) for item in signals.items], dtype=np.intp)
        known = np.zeros(len(snapshot), dtype=np.bool_)
        known[rows[(rows >= 0) & (signals.seen_often() > 0)]] = True
        return cls(signals, rows, known)

    def column(self, scores: Floats) -> Floats:
        """Scores of items (i,) as scores of products (p,), NaN for products of which nothing is known."""
        column = np.full(len(self.known), np.nan, dtype=np.float32)
        there = self.rows >= 0
        column[self.rows[there]] = scores[there]
        column[~self.known] = np.nan
        return column
