"""Questions from labels: products ask for those that a column of the table calls the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from lookalike.doctor.tags.columns import TagColumn, tag_columns, whole_labels
from lookalike.doctor.tags.usual import usual_columns
from lookalike.errors import BadArgument
from lookalike.evaluation.cases import CaseSet, label_cases
from lookalike.evaluation.question import Question
from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Mask
from lookalike.verdict.panel import Panel

MOST: Final = 4
"""Columns that are asked of where none are named."""

ALL: Final = "all labels"
METRIC: Final = "precision_at_10"
COLUMN: Final = "column "
"""Before the name of a column that is called as another question is."""

_OWN = "attributes."
_COLOUR = ("colour", "color")
_NO_TAGS = ("id", "title", "price", "currency", "colour", "group")
_SHARED = 0.5  # share of the labelled products whose label another has too, for a column nobody named
_TAKEN = (
    *("labels", "structure", "events", ALL, "other picture", "variants", "photo"),
    *("next in visit", "next of shopper"),
)


def label_columns(snapshot: Snapshot, named: Sequence[str] | None) -> tuple[list[TagColumn], dict[str, str]]:
    """The columns to ask of, and for those that cannot be the reason, by name.

    Those named, each once, else the category, the colour and what else says something new, at most `MOST`.
    Raises `BadArgument` for a column that is not there or holds numbers.
    """
    shown = snapshot.pictured
    if named is None:
        able = [one for one in tag_columns(snapshot.columns) if not one.level]
        able = [one for one in able if not flaw(one, shown) and _shared(one, shown) >= _SHARED]
        usual = usual_columns(able, snapshot.columns, MOST)
        return usual, ({} if usual else {"labels": "No column of the table has labels that products share."})
    chosen = {one.name: one for one in (_named(snapshot, name) for name in named)}
    flaws = {question_of(name): reason for name, one in chosen.items() if (reason := flaw(one, shown))}
    return [one for name, one in chosen.items() if question_of(name) not in flaws], flaws


def flaw(column: TagColumn, shown: Mask) -> str:
    """Why nobody can be asked by a column, in one sentence; "" where they can.

    ``shown`` (p,) says which products have a picture.
    """
    counts = np.bincount(column.codes[shown & (column.codes >= 0)], minlength=1)
    labelled, name = int(counts.sum()), column.name
    if not labelled:
        return f"No product with a picture has a label in {name}."
    if counts.max() == labelled and labelled > 1:
        label = column.values[int(counts.argmax())]
        return f"Every product that has {name} says the same, “{label}”: every answer would be right."
    if counts.max() == 1:
        return f"No two products share a label in {name}: no answer could be right."
    return ""


def question_of(column: str) -> str:
    """What the question of a column is called."""
    taken = column in _TAKEN or column.startswith(("photo: ", "copy: ", COLUMN))
    return f"{COLUMN}{column}" if taken else column


def label_questions(panel: Panel, asking: Sequence[str]) -> tuple[dict[str, Question], dict[str, str]]:
    """A question for each column and one for all of them together; and why, of those there are not.

    ``asking`` are the ids that ask; any product of the panel may be found.
    """
    found: dict[str, Question] = {}
    unasked: dict[str, str] = {}
    labels: dict[str, Mapping[str, str | Sequence[str]]] = {}
    about: dict[str, str] = {}
    for column, values in panel.labels.items():
        name = question_of(column)
        labels[name] = dict(zip(panel.ids, values, strict=True))
        about[name] = f"Products ask for those of the same {column}."
    if len(panel.labels) > 1:
        every = zip(*panel.labels.values(), strict=True)
        labels[ALL] = dict(zip(panel.ids, every, strict=True))
        about[ALL] = f"Products ask for those with the same {listed([*panel.labels])}."
    for name, by_id in labels.items():
        cases = label_cases(by_id, asking, copies=panel.copies, clusters=panel.families)
        if cases.cases:
            found[name] = Question(name, "labels", METRIC, about[name], cases)
        else:
            unasked[name] = _nobody(cases)
    return found, unasked


def _nobody(cases: CaseSet) -> str:
    """Why a question of labels has no case."""
    alone = cases.left_out["alone with its label"]
    return (
        f"Nobody can ask: {alone:,} products have labels that no other product has, copies left out, and "
        f"{cases.left_out['no label']:,} have none."
    )


def listed(names: Sequence[str]) -> str:
    """Names, at least one, as a sentence lists them."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _shared(column: TagColumn, shown: Mask) -> float:
    """The share of the labelled products whose label another one has as well."""
    counts = np.bincount(column.codes[shown & (column.codes >= 0)], minlength=1)
    return float(counts[counts > 1].sum() / counts.sum())


def column_named(columns: ProductColumns, name: str) -> str | None:
    """The column of labels that a name means, None where there is none.

    "colour" means the table's own: what was measured on the pictures cannot judge who looks at them.
    """
    found = columns.named(name)
    if found is None and name.casefold() in _COLOUR:
        return next((f"{_OWN}{one}" for one in columns.attributes() if columns.is_colour(one)), None)
    return found


def _named(snapshot: Snapshot, name: str) -> TagColumn:
    columns = snapshot.columns
    found = column_named(columns, name)
    coded = None if found is None else columns.text(found)
    if found is None or coded is None or found in _NO_TAGS:
        fields = columns.fields()
        tags = [one.removeprefix(_OWN) for one in fields if one not in _NO_TAGS]
        raise BadArgument(
            "The table has no column of colours, and those measured on the pictures judge nobody."
            if name.casefold() in _COLOUR
            else f"{name} is no label that products share."
            if name in fields
            else f"The catalogue has no column {name!r:.80}.",
            next_step=f"Name some of: {', '.join(tags)}." if tags else "Leave --labels out.",
        )
    return whole_labels(found.removeprefix(_OWN), coded, most=None)
