"""The same questions answered by several encoders, for people to look at: what got better, what got worse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lookalike.evaluation.split import position
from lookalike.training.judging import Judged, gains_by_product
from lookalike.training.lessons import Lessons

SHOWN = 6
"""Examples of each sort, at most."""


@dataclass(frozen=True)
class Found:
    """A product in a list: whether it is ``right``, and what the columns that are learnt from say of it.

    It is right when the first of these columns says the same as of the product that asks; where no column is
    learnt from, when both are of one group.
    """

    product: str
    right: bool
    label: str

    def to_dict(self) -> dict[str, Any]:
        """The place as one JSON-ready document."""
        return {"product": self.product, "right": self.right, "label": self.label}


@dataclass(frozen=True)
class Example:
    """A product and its list from each encoder, in their order.

    ``label`` is what the columns that are learnt from say of it, ``gain`` how much better the learnt encoder
    answers it than the one before, as `lookalike.training.judging.gain` reckons.
    """

    product: str
    label: str
    gain: float
    lists: Sequence[Sequence[Found]]

    def to_dict(self) -> dict[str, Any]:
        """The example as one JSON-ready document."""
        lists = [[found.to_dict() for found in own] for own in self.lists]
        return {"product": self.product, "label": self.label, "gain": round(self.gain, 4), "lists": lists}


@dataclass(frozen=True)
class Examples:
    """What got better most, what got worse most, and some drawn by chance; each of another kind."""

    better: Sequence[Example]
    worse: Sequence[Example]
    drawn: Sequence[Example]


def examples(lessons: Lessons, judgements: Sequence[Judged], shown: int = SHOWN) -> Examples:
    """Of several encoders, the first the one before and the second the learnt one.

    Equal gains are put in an order by hash, and those that are drawn are drawn by it, so the same catalogue
    gives the same examples.
    """
    before, after = judgements[:2]
    gains, _ = gains_by_product(after, before, lessons)
    writer = _Writer(lessons, judgements, gains)
    able = [i for i in gains if all(i in one.lists for one in judgements)]
    able.sort(key=lambda i: position(i, "examples"))
    better = writer.differing(sorted((i for i in able if gains[i] > 0), key=lambda i: -gains[i]), shown)
    worse = writer.differing(sorted((i for i in able if gains[i] < 0), key=lambda i: gains[i]), shown)
    taken = {example.product for example in (*better, *worse)}
    drawn = writer.differing((i for i in able if i not in taken), shown)
    return Examples(better, worse, drawn)


class _Writer:
    """Writes examples out, with what the labels say."""

    def __init__(self, lessons: Lessons, judgements: Sequence[Judged], gains: Mapping[str, float]) -> None:
        self._judgements = judgements
        self._gains = gains
        self._ids = lessons.ids
        self._row_of = {i: row for row, i in enumerate(lessons.ids)}
        self._columns = [*lessons.labels.values()] or [lessons.groups]
        self._titles = lessons.titles
        self._labelled = bool(lessons.labels)

    def differing(self, ids: Iterable[str], most: int) -> list[Example]:
        """The first of some products, no two of one kind as long as there are kinds."""
        first: dict[str, str] = {}
        for i in ids:
            if len(first) == most:
                break
            first.setdefault(self._columns[0][self._row_of[i]] if self._labelled else i, i)
        return [self._example(i) for i in first.values()]

    def _example(self, i: str) -> Example:
        own = self._row_of[i]
        lists = [[self._found(own, self._row_of[o]) for o in one.lists[i]] for one in self._judgements]
        return Example(i, self._label(own), self._gains[i], lists)

    def _found(self, own: int, row: int) -> Found:
        first = self._columns[0]
        right = bool(first[own]) and first[own] == first[row]
        return Found(self._ids[row], right, self._label(row))

    def _label(self, row: int) -> str:
        said = " · ".join(column[row] for column in self._columns if column[row])
        return said if self._labelled else self._titles[row]
