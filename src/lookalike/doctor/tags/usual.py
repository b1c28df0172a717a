"""Which columns of tags say most of a catalogue, each something that the others do not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookalike.doctor.tags.columns import TagColumn
from lookalike.neighbours.columns import ProductColumns

_COARSER = 0.98  # share of the products whose label another column already tells


def usual_columns(able: Sequence[TagColumn], columns: ProductColumns, most: int) -> list[TagColumn]:
    """The category first, then the colour; brands are not seen, and what the others tell is not told anew.

    Where there is no category, the column with most labels that several products share stands for it.
    """
    own = [one for one in able if one.name not in ("category", "brand")]
    main = [one for one in able if one.name == "category"] or sorted(own, key=_kinds, reverse=True)[:1]
    colours = [one for one in own if columns.is_colour(one.name)]
    chosen: list[TagColumn] = []
    for one in [*main, *colours, *own]:
        known = any(one.name == other.name or _tells(other, one) for other in chosen)
        if not known and len(chosen) < most:
            chosen.append(one)
    return chosen


def _kinds(column: TagColumn) -> int:
    """Labels that several products share."""
    return int((np.bincount(column.codes[column.codes >= 0]) > 1).sum())


def _tells(fine: TagColumn, coarse: TagColumn) -> bool:
    """Whether a label of one column nearly always tells that of the other."""
    both = (fine.codes >= 0) & (coarse.codes >= 0)
    if not both.any():
        return False
    pairs = fine.codes[both].astype(np.int64) * len(coarse.values) + coarse.codes[both]
    codes, counts = np.unique(pairs, return_counts=True)
    most = np.zeros(len(fine.values), np.int64)
    np.maximum.at(most, codes // len(coarse.values), counts)
    return bool(most.sum() >= _COARSER * both.sum())
