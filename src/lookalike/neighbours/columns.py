"""The filter columns of one table version: what `filters` asks, answered from an Arrow table and palettes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lookalike import colour
from lookalike.filters import Coded
from lookalike.neighbours.attributes import Attributes, attributes_of, coded, kept_attributes
from lookalike.neighbours.lazy_texts import one_array
from lookalike.neighbours.palettes import Palettes
from lookalike.stacked import Kept
from lookalike.vectors import Mask, Rows

_FIELDS = ("id", "title", "brand", "category", "currency", "availability", "group")
_OWN = "attributes."
_NOT_A_LETTER = str.maketrans("", "", " _-")
_COLOUR_TAGS = ("colour", "color", "maincolour", "maincolor", "basecolour", "basecolor")
_BETWEEN_COLOURS = re.compile(r"[/,;|&+]| and ")
_MEASURED = frozenset(colour.NAMES)


@dataclass(frozen=True, slots=True)
class Tags:
    """What colours a table says: ``codes`` (n,) point into sets of words, -1 where it says nothing."""

    codes: npt.NDArray[np.int32]
    values: list[frozenset[str]]


class ProductColumns:
    """Columns of n products, in the order of their rows.

    ``table`` has the columns of `lookalike.store.base.Columns.products`; ``palettes`` belong to the main
    pictures. Nothing is decoded before a filter asks for it. ``kept`` has files of what was decoded before.
    """

    def __init__(self, table: pa.Table, palettes: Palettes, kept: Kept | None = None) -> None:
        self.table = table
        self.kept = kept
        self._palettes = palettes
        self._coded: dict[str, Coded] = {}
        self._tinted: dict[str, Mask] = {}

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def fields(self) -> list[str]:
        """The names a filter may use: what holds anything, and attributes.NAME where a name is taken."""
        taken = {_folded(name) for name in (*_FIELDS, "price", "colour", "color")}
        own = [f"attributes.{name}" if _folded(name) in taken else name for name in sorted(self._attributes)]
        held = [name for name in _FIELDS if (column := self.text(name)) and (column.codes >= 0).any()]
        price = [] if np.isnan(self._amounts).all() else ["price"]
        return [*held, *price, "colour", *own]

    def text(self, field: str) -> Coded | None:
        """A column of the table, or an attribute; case, spaces, underscores and hyphens do not count."""
        name = self.named(field)
        if name is None:
            return None
        if name.startswith(_OWN):
            return self._attributes[name.removeprefix(_OWN)]
        if name not in self._coded:
            self._coded[name] = coded(one_array(self.table.column(name)))
        return self._coded[name]

    def words(self, field: str, rows: Rows) -> list[str]:
        """What a column says of some products, "" where it says nothing or is not there."""
        column = self.text(field)
        if column is None:
            return [""] * len(rows)
        return [column.values[code] if code >= 0 else "" for code in column.codes[rows].tolist()]

    def named(self, field: str) -> str | None:
        """The one name of the column that `text` finds: a field's, or attributes.NAME; None where none is."""
        name = _folded(field)
        if name in _FIELDS:
            return name
        short = field.removeprefix(_OWN)
        for asked in dict.fromkeys((field, short)):
            if asked in self._attributes:
                return _OWN + asked
        found = self._folded_names.get(name) or self._folded_names.get(_folded(short))
        return None if found is None else _OWN + found

    def attributes(self) -> Attributes:
        """The catalogue's own columns, by name."""
        return self._attributes

    def prices(self) -> tuple[npt.NDArray[np.float64], Coded]:
        """Amounts, NaN where there is none, and currencies."""
        currency = self.text("currency")
        assert currency is not None
        return self._amounts, currency

    def colour(self, word: str) -> Mask | None:
        """Which products are of this colour: their tags say so, or where none does, the main picture.

        A tag counts when it holds words for colours that are measured, "navy/white" for both. A word for no
        such colour, such as "silver", finds the tags that say it; None where there are none.
        """
        name = colour.canonical(word)
        known = name or word.casefold().strip()
        if known not in self._tinted:
            spoken = [known] if name is None else colour.BROADER.get(name, (name,))
            tags = self._tags
            said = np.array([not tag.isdisjoint(spoken) for tag in tags.values] + [False])[tags.codes]
            if name is None and not said.any():
                return None
            seen = colour.shows(self._palettes.shares(), name) if name else np.zeros(len(self), np.bool_)
            told = np.array([bool(tag & _MEASURED) for tag in tags.values] + [False])[tags.codes]
            self._tinted[known] = said | (seen & ~told)
        return self._tinted[known]

    def is_colour(self, name: str) -> bool:
        """Whether an attribute of this name says the colour of a product."""
        return _folded(name) in _COLOUR_TAGS

    def colours(self) -> Sequence[str]:
        """The colour words that are measured."""
        return colour.NAMES

    @cached_property
    def _tags(self) -> Tags:
        """The colours that tables say, of the first of the columns that says any of a product."""
        codes = np.full(len(self), -1, dtype=np.int32)
        values: list[frozenset[str]] = []
        for folded in _COLOUR_TAGS:
            for name, column in self._attributes.items():
                if _folded(name) == folded:
                    fresh = (codes < 0) & (column.codes >= 0)
                    codes[fresh] = column.codes[fresh] + len(values)
                    values += map(_colours_said, column.values)
        return Tags(codes, values)

    @cached_property
    def _amounts(self) -> npt.NDArray[np.float64]:
        amounts = pc.fill_null(one_array(self.table.column("amount")), float("nan"))
        found: npt.NDArray[np.float64] = amounts.to_numpy(zero_copy_only=False)
        return np.where(np.isfinite(found), found, np.nan)

    @cached_property
    def _folded_names(self) -> dict[str, str]:
        return {_folded(name): name for name in self._attributes}

    @cached_property
    def _attributes(self) -> Attributes:
        lists = one_array(self.table.column("attributes"))
        found = None if self.kept is None else kept_attributes(self.kept, lists)
        return attributes_of(lists) if found is None else found


def _folded(name: str) -> str:
    return name.casefold().translate(_NOT_A_LETTER)


def _colours_said(tag: str) -> frozenset[str]:
    """The colours that a tag such as "Navy Blue" or "teal/cream" holds, by the names that are measured.

    What is no such colour stays as it is written, in small letters.
    """
    parts = [part.strip() for part in (tag.casefold(), *_BETWEEN_COLOURS.split(tag.casefold()))]
    return frozenset(colour.canonical(part) or part for part in parts if part)
