"""Which columns of a catalogue an encoder learns from, and which it is only measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.doctor.tags.columns import TagColumn, tag_columns, whole_labels, why_not
from lookalike.errors import TrainingError
from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Mask

MOST = 4
"""Columns that are learnt from where none are named."""

MEASURED = 6
"""Further columns that figures are reckoned for, at most."""

NONE = "none"
"""The name that stands for no column at all."""

_COARSER = 0.98  # share of the products whose label another column already tells
_OWN = "attributes."
_NO_TAGS = ("id", "title", "price", "currency", "colour", "group")


@dataclass(frozen=True)
class Chosen:
    """Columns to learn from, the one that counts most first, and others to measure by."""

    taught: tuple[TagColumn, ...]
    measured: tuple[TagColumn, ...]


def chosen_columns(snapshot: Snapshot, named: Sequence[str] | None, most: int | None = None) -> Chosen:
    """The columns that are named, else the category, the colour and what else says something new.

    Where no more than ``most`` are to be learnt from, the others are measured by. Raises `TrainingError` for
    one that is not there, or whose labels cannot be learnt.
    """
    shown = snapshot.pictured
    able = [one for one in tag_columns(snapshot.columns) if not one.level and not why_not(one, shown)]
    if named is None:
        taught = _usual(able, snapshot.columns)
    else:
        taught = [_named(snapshot, name, shown) for name in dict.fromkeys(named) if name != NONE]
    names = {one.name for one in taught}
    others = [one for one in able if one.name not in names][:MEASURED]
    return Chosen(tuple(taught[:most]), (*([] if most is None else taught[most:]), *others))


def _named(snapshot: Snapshot, name: str, shown: Mask) -> TagColumn:
    columns = snapshot.columns
    found, coded = columns.named(name), columns.text(name)
    if found is None or coded is None:
        fields = columns.fields()
        numbers = name in fields
        raise TrainingError(
            f"{name} is no tag that products share."
            if numbers
            else f"The catalogue has no column {name!r:.80}.",
            next_step=f"Name some of: {', '.join(one for one in fields if one not in _NO_TAGS)}.",
        )
    column = whole_labels(found.removeprefix(_OWN), coded)
    if not (shown & (column.codes >= 0)).any():
        raise TrainingError(
            f"No product with a picture has a label in {name}.", next_step="Name another column: --labels A,B"
        )
    if reason := why_not(column, shown):
        raise TrainingError(reason, next_step="Name another column: --labels A,B")
    return column


def _usual(able: Sequence[TagColumn], columns: ProductColumns) -> list[TagColumn]:
    """The category first, then the colour; brands are not seen, and what the others tell is not told anew."""
    own = [one for one in able if one.name not in ("category", "brand")]
    main = [one for one in able if one.name == "category"] or sorted(own, key=_kinds, reverse=True)[:1]
    colours = [one for one in own if columns.is_colour(one.name)]
    taught: list[TagColumn] = []
    for one in [*main, *colours, *own]:
        known = any(one.name == other.name or _tells(other, one) for other in taught)
        if not known and len(taught) < MOST:
            taught.append(one)
    return taught


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
