"""Many texts without an object for each: read from an Arrow column one by one, and found by bisection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from lookalike.ids import LazyTexts, SortedTexts

HELD = 100_000
"""Texts that are held as objects at most: 10 MB, and quicker to read."""


class SortedRows(Mapping[str, int]):
    """The rows of many texts that are all different and sorted, by text."""

    def __init__(self, texts: SortedTexts) -> None:
        self._texts = texts

    def __getitem__(self, text: str) -> int:
        row = self._texts.row(text) if isinstance(text, str) else None
        if row is None:
            raise KeyError(text)
        return row

    def __contains__(self, text: object) -> bool:
        return text in self._texts

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


def rows_of(ids: Sequence[str]) -> Mapping[str, int]:
    """The rows of ids that are all different, by id; sorted where they are many."""
    if isinstance(ids, LazyTexts):
        return SortedRows(SortedTexts(ids.array))
    return {one: row for row, one in enumerate(ids)}


def texts_of(array: pa.Array) -> Sequence[str]:
    """The texts of an array without nulls: a list where they are few."""
    found: Sequence[str] = array.to_pylist() if len(array) <= HELD else LazyTexts(array)
    return found


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array; where it is one already, its own memory and no copy."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
