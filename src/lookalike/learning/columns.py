"""Which columns of a catalogue an encoder learns from, and which it is only measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lookalike.doctor.tags.columns import TagColumn, tag_columns, whole_labels, why_not
from lookalike.doctor.tags.usual import usual_columns
from lookalike.errors import TrainingError
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Mask

MOST = 4
"""Columns that are learnt from where none are named."""

MEASURED = 6
"""Further columns that figures are reckoned for, at most."""

NONE = "none"
"""The name that stands for no column at all."""

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
        taught = usual_columns(able, snapshot.columns, MOST)
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
