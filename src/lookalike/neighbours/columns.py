"""The filter columns of one table version: what `filters` asks, answered from an Arrow table and palettes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lookalike import colour
from lookalike.filters import Coded
from lookalike.neighbours.palettes import Palettes
from lookalike.vectors import Mask, Rows

_FIELDS = ("id", "title", "brand", "category", "currency", "availability", "group")
_OWN = "attributes."
_NOT_A_LETTER = str.maketrans("", "", " _-")


class ProductColumns:
    """Columns of n products, in the order of their rows.

    ``table`` has the columns of `lookalike.store.base.Columns.products`; ``palettes`` belong to the main
    pictures. Nothing is decoded before a filter asks for it.
    """

    def __init__(self, table: pa.Table, palettes: Palettes) -> None:
        self.table = table
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
            self._coded[name] = _coded(self.table.column(name).combine_chunks())
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

    def attributes(self) -> dict[str, Coded]:
        """The catalogue's own columns, by name."""
        return self._attributes

    def prices(self) -> tuple[npt.NDArray[np.float64], Coded]:
        """Amounts, NaN where there is none, and currencies."""
        currency = self.text("currency")
        assert currency is not None
        return self._amounts, currency

    def colour(self, word: str) -> Mask | None:
        """Which products' main pictures show this colour."""
        name = colour.canonical(word)
        if name is None:
            return None
        if name not in self._tinted:
            self._tinted[name] = colour.shows(self._palettes.shares(), name)
        return self._tinted[name]

    def colours(self) -> Sequence[str]:
        """The colour words that are measured."""
        return colour.NAMES

    @cached_property
    def _amounts(self) -> npt.NDArray[np.float64]:
        amounts = pc.fill_null(self.table.column("amount").combine_chunks(), float("nan"))
        found: npt.NDArray[np.float64] = amounts.to_numpy(zero_copy_only=False)
        return np.where(np.isfinite(found), found, np.nan)

    @cached_property
    def _folded_names(self) -> dict[str, str]:
        return {_folded(name): name for name in self._attributes}

    @cached_property
    def _attributes(self) -> dict[str, Coded]:
        lists = self.table.column("attributes").combine_chunks()
        rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
        entries = lists.flatten()
        names = _coded(entries.field("name"))
        values = _coded(entries.field("value"))
        found: dict[str, Coded] = {}
        for code, name in enumerate(names.values):
            here = names.codes == code
            used, local = np.unique(values.codes[here], return_inverse=True)
            codes = np.full(len(self), -1, dtype=np.int32)
            codes[rows[here]] = local
            found[name] = Coded(codes, [values.values[i] for i in used])
        return found


def _folded(name: str) -> str:
    return name.casefold().translate(_NOT_A_LETTER)


def _coded(array: pa.Array) -> Coded:
    """A text column as codes; null and empty text are the same absence."""
    encoded = pc.dictionary_encode(array)
    values = encoded.dictionary.to_pylist()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    if "" in values:
        codes = np.where(codes == values.index(""), np.int32(-1), codes)
    return Coded(codes, values)
