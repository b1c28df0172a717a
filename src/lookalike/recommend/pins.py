"""Products that a shop's rules put in a place of an answer, where every promise of the answer lets them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lookalike.neighbours.families import Families
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates
from lookalike.recommend.query import Query
from lookalike.recommend.stages.brands import fold_brand
from lookalike.recommend.stages.stock import sold_out
from lookalike.vectors import Mask, Rows


@dataclass(frozen=True, slots=True)
class Pins:
    """The pinned products that are in an answer: rows by their places, from 1, and what is said of them.

    ``refused`` has the reason of each row that is not.
    """

    rows: dict[int, int]
    refused: dict[int, str]

    @property
    def sorted(self) -> Rows:
        """The rows, sorted."""
        return np.array(sorted(self.rows.values()), dtype=np.intp)

    def free(self, keep: Mask, families: Families | None) -> Mask:
        """What is left of the products to keep, (p,), for the other places: nothing of a pinned style."""
        if not self.rows:
            return keep
        left = keep.copy()
        for row in self.rows.values():
            left[row] = False
            if families is not None:
                left[families.of(row)] = False
        return left

    def among(self, others: Candidates, pinned: Candidates) -> Candidates:
        """The others in their order with the pinned ones, sorted by row, in their places.

        A pinned product of which no source says anything has the lowest score of the answer.
        """
        at_row = {row: at for at, row in enumerate(pinned.rows.tolist())}
        order = list(range(len(others)))
        for place, row in self.rows.items():
            order.insert(place - 1, len(others) + at_row[row])
        both = others.with_others(pinned).take(np.array(order, dtype=np.intp))
        silent = np.isnan(both.score)
        lowest = both.score[~silent].min() if not silent.all() else np.float32(0)
        return Candidates(both.rows, both.evidence, np.where(silent, lowest, both.score))

    def said(self, snapshot: Snapshot, query: Query, shown: Sequence[int]) -> list[dict[str, Any]]:
        """Of each product that was to be pinned: its place, or why it has none."""
        told: list[dict[str, Any]] = []
        for place, row in query.pins.items():
            why = self.refused.get(row)
            at = shown.index(row) + 1 if why is None else place
            told.append({"id": snapshot.ids[row], "place": at, "shown": why is None})
            if why is not None:
                told[-1]["why"] = why
        return told


NO_PINS = Pins({}, {})


def pinned(query: Query, snapshot: Snapshot, keep: Mask, reasons: dict[int, str]) -> Pins:
    """Which of the pinned products are in an answer of what is to be kept, (p,).

    ``reasons`` say of rows that are not kept why. One that is sold out where what can be had comes first is
    not pinned, and no more of a brand than there may be; of one style the first is.
    """
    if not query.pins:
        return NO_PINS
    families = snapshot.families(copies=not query.duplicates, variants=not query.variants)
    rows = np.array([*query.pins.values()], dtype=np.intp)
    gone = sold_out(snapshot.columns.words("availability", rows)) & (query.stock == "first")
    brands = [fold_brand(brand) for brand in snapshot.columns.words("brand", rows)]
    stays: dict[int, int] = {}
    refused: dict[int, str] = {}
    used: Counter[str] = Counter()
    for place, row, out, brand in zip(query.pins, rows.tolist(), gone.tolist(), brands, strict=True):
        kin = [] if families is None else families.of(row).tolist()
        full = query.per_brand is not None and bool(brand) and used[brand] >= query.per_brand
        if not keep[row]:
            refused[row] = reasons[row]
        elif out:
            refused[row] = "stock"
        elif not {*stays.values()}.isdisjoint(kin):
            refused[row] = "variants"
        elif full:
            refused[row] = "brand"
        elif place > query.k:
            refused[row] = "place"
        else:
            stays[place] = row
            used[brand] += 1
    return Pins(stays, refused)
