"""What a catalogue can be filtered by: the values of each field, and how many products each would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike import colour
from lookalike.filters import Coded, Filter, Term, fold_availability, fold_category
from lookalike.neighbours.links import is_link
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Mask, Rows

MOST_VALUES = 200
"""Brands that are named at most, and categories."""

MOST_ATTRIBUTES = 6
ATTRIBUTE_VALUES = range(2, 31)
"""How many values an attribute has that is worth a facet."""

ATTRIBUTE_SHARE = 0.2
"""A facet says something of at least this share of the products."""

BINS = 20
"""Bars of a histogram of prices."""

_TEXTS: dict[str, Callable[[str], str]] = {"brand": str.casefold, "availability": fold_availability}


class Under:
    """The products under a filter, of p: counted for several facets."""

    def __init__(self, keep: Mask) -> None:
        self.keep = keep
        self.total = int(np.count_nonzero(keep))

    @cached_property
    def rows(self) -> Rows:
        """Their rows."""
        return np.flatnonzero(self.keep)

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.total == len(self.keep)


@dataclass(frozen=True, eq=False)
class Folded:
    """A column whose spellings are taken together as a filter takes them: ``places`` (p,) point into
    ``values``, each the most frequent spelling; -1 where a product has none."""

    places: npt.NDArray[np.intp]
    values: Sequence[str]

    @classmethod
    def of(cls, column: Coded, fold: Callable[[str], str] = str.casefold) -> Folded:
        """A column, its spellings taken together where ``fold`` makes them the same."""
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
        spelled: dict[str, int] = {}
        for code in np.argsort(-counts, kind="stable").tolist():
            if counts[code]:
                spelled.setdefault(fold(column.values[code]), code)
        place = {form: at for at, form in enumerate(spelled)}
        places = np.array([place.get(fold(value), -1) for value in column.values] + [-1], dtype=np.intp)
        return cls(places[column.codes], [column.values[code] for code in spelled.values()])

    @cached_property
    def _all(self) -> npt.NDArray[np.intp]:
        return self._counted(self.places)

    def _counted(self, places: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        return np.bincount(places + 1, minlength=len(self.values) + 1)[1:]

    def counts(self, under: Under) -> npt.NDArray[np.intp]:
        """How many of the products under a filter have each value, (len(values),)."""
        return self._all if under.is_all else self._counted(self.places[under.rows])

    def listed(self, under: Under) -> list[dict[str, Any]]:
        """The values that are there, most frequent first, then by name."""
        counts = self.counts(under)
        there = sorted(np.flatnonzero(counts).tolist(), key=lambda at: (-counts[at], self.values[at]))
        return [{"value": self.values[at], "count": int(counts[at])} for at in there[:MOST_VALUES]]


class Facets:
    """The facets of one snapshot. Every facet is counted under all terms of a filter but its own."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._columns = snapshot.columns

    def count(self, wishes: Filter, among: Mask | None = None) -> dict[str, Any]:
        """All facets of the products that pass a filter and are ``among`` (p,), as a JSON-ready document."""

        counted: dict[tuple[Term, ...], Under] = {}

        def under(name: str = "") -> Under:
            terms = tuple(t for t in wishes.terms if self._name(t) != name)
            if terms not in counted:
                keep = self._snapshot.mask(Filter(terms))
                counted[terms] = Under(keep if among is None else keep & among)
            return counted[terms]

        return {
            "total": under().total,
            "category": self._categories(under("category")),
            "brand": self._text["brand"].listed(under("brand")),
            "colour": self._colours(under("colour")),
            "availability": self._text["availability"].listed(under("availability")),
            "price": [*self._prices(under("price"))],
            "attributes": [
                {"name": name, "values": values}
                for name, column in self._attributes.items()
                if (values := column.listed(under(f"attributes.{name}")))
            ],
        }

    def _name(self, term: Term) -> str | None:
        """Which facet a term belongs to."""
        field = term.field.casefold()
        if field in ("colour", "color"):
            return "colour"
        return "price" if field == "price" else self._columns.named(term.field)

    def _categories(self, under: Under) -> list[dict[str, Any]]:
        """Every level of every path, counted with all that lies below it."""
        column = self._text["category"]
        counts: dict[tuple[str, ...], int] = {}
        spelled: dict[tuple[str, ...], list[str]] = {}
        for value, count in zip(column.values, column.counts(under).tolist(), strict=True):
            levels = [level.strip() for level in value.split(">")]
            for depth in range(1, len(levels) + 1 if count else 0):
                if not levels[depth - 1]:  # "Shoes > > Boots": a level without a name cannot be chosen
                    continue
                path = tuple(level.casefold() for level in levels[:depth])
                counts[path] = counts.get(path, 0) + count
                spelled.setdefault(path, levels[:depth])
        ranked = sorted(counts, key=lambda path: (-counts[path], path))
        return [
            {
                "value": spelled[path][-1],
                "path": " > ".join(spelled[path]),
                "depth": len(path) - 1,
                "count": counts[path],
            }
            for path in ranked[:MOST_VALUES]
        ]

    def _colours(self, under: Under) -> list[dict[str, Any]]:
        masks = {name: self._columns.colour(name) for name in colour.NAMES}
        counts = {
            name: int(np.count_nonzero(mask & under.keep)) for name, mask in masks.items() if mask is not None
        }
        ranked = sorted((name for name in counts if counts[name]), key=lambda name: -counts[name])
        return [{"value": n, "hex": colour.SWATCHES[n], "count": counts[n]} for n in ranked]

    def _prices(self, under: Under) -> Iterator[dict[str, Any]]:
        """Least and highest price, and a histogram between them, the most frequent currency first."""
        amounts, currency = self._columns.prices()
        kept = under.rows[~np.isnan(amounts[under.rows])]
        counts = np.bincount(currency.codes[kept] + 1, minlength=len(currency.values) + 1)
        for code in np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)].tolist():
            code -= 1  # -1 for none comes first
            own = amounts[kept[currency.codes[kept] == code]]
            least, most = float(own.min()), float(own.max())
            spread = np.histogram(own, bins=BINS, range=(least, most if most > least else least + 1))[0]
            name = currency.values[code] if code >= 0 else ""
            yield {"currency": name, "min": least, "max": most, "histogram": spread.tolist()}

    @cached_property
    def _text(self) -> dict[str, Folded]:
        folds = {**_TEXTS, "category": fold_category}
        columns = {name: self._columns.text(name) for name in folds}
        return {
            name: Folded.of(column, folds[name]) for name, column in columns.items() if column is not None
        }

    @cached_property
    def _attributes(self) -> dict[str, Folded]:
        """The attributes that are worth a facet, those that most products have first."""
        found: dict[str, tuple[int, Folded]] = {}
        for name, coded in self._columns.attributes().items():
            said = 0 if is_link(name) else int(np.count_nonzero(coded.codes >= 0))
            if said < ATTRIBUTE_SHARE * len(self._columns) or len(coded.values) > 10 * ATTRIBUTE_VALUES.stop:
                continue
            column = Folded.of(coded)
            if len(column.values) in ATTRIBUTE_VALUES and said >= 2 * len(
                column.values
            ):  # no number of its own
                found[name] = said, column
        ranked = sorted(found, key=lambda name: (-found[name][0], name))
        return {name: found[name][1] for name in ranked[:MOST_ATTRIBUTES]}
