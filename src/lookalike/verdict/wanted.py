"""Which questions somebody wants asked, by their sort or by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from lookalike.errors import BadArgument
from lookalike.evaluation.question import About
from lookalike.neighbours.columns import ProductColumns
from lookalike.verdict.labels import ALL, COLUMN, column_named, question_of
from lookalike.verdict.structure import VARIANTS, photo_names
from lookalike.verdict.visits import QUESTIONS as OF_EVENTS

SORTS: Final[tuple[About, ...]] = ("labels", "structure", "events")


@dataclass(frozen=True)
class Wanted:
    """Questions by ``sorts`` and by ``names``; ``labels`` are columns to ask of, None for the usual ones,
    ``further`` columns whose question was named."""

    sorts: Collection[About]
    names: Collection[str] = ()
    labels: Sequence[str] | None = None
    further: Sequence[str] = ()

    @classmethod
    def of(
        cls, questions: Sequence[str] | None, labels: Sequence[str] | None, columns: ProductColumns
    ) -> Wanted:
        """What is wanted of a table with these columns: all where ``questions`` is None, and columns that are
        named in any case. Raises `BadArgument` for what is no question."""
        if questions is None:
            return cls(SORTS, labels=labels)
        sorts: set[About] = {"labels"} if labels else set()
        sorts |= {sort for sort in SORTS if sort in questions}
        names, further = [], []
        for name in dict.fromkeys(questions):
            if name in SORTS:
                continue
            if name not in (ALL, VARIANTS, *photo_names(), *OF_EVENTS):
                further.append(_column(name, columns))
                name = question_of(further[-1])
            names.append(name)
        return cls(sorts, names, labels, further)

    def __call__(self, name: str) -> bool:
        """Whether a question of this name is wanted."""
        return name in self.names or _sort(name) in self.sorts

    def any_of(self, sort: About) -> bool:
        """Whether any question of a sort is wanted."""
        return sort in self.sorts or any(_sort(name) == sort for name in self.names)

    @property
    def usual(self) -> bool:
        """Whether columns are asked of that nobody has named as a question."""
        return "labels" in self.sorts or ALL in self.names


def _sort(name: str) -> About:
    if name in OF_EVENTS:
        return "events"
    return "structure" if name in (VARIANTS, *photo_names()) else "labels"


def _column(name: str, columns: ProductColumns) -> str:
    """The name of the column that a question is called by."""
    short = name.removeprefix(COLUMN)
    found = column_named(columns, short)
    if found is None:
        known = ", ".join((*SORTS, ALL, VARIANTS, *photo_names()[:2], *OF_EVENTS))
        raise BadArgument(
            f"There is no question {name[:80]!r}.",
            next_step=f"Choose some of: {known}, or the name of a column.",
        )
    return found.removeprefix("attributes.")
