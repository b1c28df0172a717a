"""What behaviour says, told of the products of one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from lookalike.behaviour.signals import Signals
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Floats, Mask, Rows

WARM: Final = 10
"""Visits in which a product was, when half of what is said of it is behaviour's and half is content's."""

_TOP = 20  # products whose mean is told as 1


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def popularity(self) -> Floats | None:
        """How popular each product is, (p,), 0 to 1; None where nobody did anything."""
        popular = self.signals.popular()
        return np.nan_to_num(self.column(told(popular)), nan=0.0) if popular.any() else None

    @cached_property
    def sure(self) -> Floats:
        """How far behaviour is to be believed of each product, (p,), 0 to 1; half with `WARM` visits.

        So its silence about what is rarely seen says nothing, nor does one visit that had two things.
        """
        seen = np.nan_to_num(self.column(self.signals.seen_often()), nan=0.0)
        return (seen / (seen + np.float32(WARM))).astype(np.float32)


def told(scores: Floats, own: Sequence[int] = ()) -> Floats:
    """Scores (i,) from 0 up as 0 to 1: 1 is the mean of the highest; ``own`` items are not counted for it."""
    others = scores
    if own:
        others = scores.copy()
        others[[*own]] = 0
    top = others[others > 0]
    if not len(top):
        return np.zeros_like(scores)
    if len(top) > _TOP:
        top = np.partition(top, len(top) - _TOP)[-_TOP:]
    shares: Floats = np.minimum(scores / np.float32(top.mean()), np.float32(1)).astype(np.float32)
    return shares
