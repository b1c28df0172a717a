"""Texts as Arrow keeps them, such as a million ids in a mapped file: read one by one, found by bisection."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.vectors import Rows

_APART = 64
_NONE = pa.array([], pa.string())
_BLOCK = 1 << 16  # texts of which objects are made at once


class LazyTexts(Sequence[str]):
    """The texts of an Arrow array without nulls, which may lie in a file that processes share."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        """One text, or some as a list."""
        if isinstance(at, slice):
            some: list[str] = self.array[at].to_pylist()
            return some
        one: str = self.array[at].as_py()
        return one

    def __arrow_array__(self, type: pa.DataType | None = None) -> pa.Array:
        return self.array if type is None else self.array.cast(type)

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self.array), _BLOCK):
            yield from self.array.slice(start, _BLOCK).to_pylist()


class SortedTexts(LazyTexts):
    """n texts in order of their UTF-8 bytes, which is the order that Python's own texts have.

    A look-up is a binary search over the bytes where they lie, by way of every 64th of them in memory, so
    that processes share them and none builds a map of its own. ``texts`` has type string and no null.
    """

    def __init__(self, texts: pa.ChunkedArray | pa.StringArray) -> None:
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.chunk(0) if texts.num_chunks == 1 else pa.concat_arrays(texts.chunks or [_NONE])
        super().__init__(texts)
        _, offsets, data = texts.buffers()
        self._offsets = memoryview(offsets if offsets is not None else b"\0" * 4).cast("i")
        self._data = memoryview(data if data is not None else b"")
        self._start = texts.offset

    def bytes_of(self, row: int) -> bytes:
        """The text of a row in UTF-8."""
        at = self._start + row
        return bytes(self._data[self._offsets[at] : self._offsets[at + 1]])

    def place(self, text: str) -> int:
        """Before which row a text stands, or would stand, in their order."""
        wanted = text.encode("utf-8", "surrogatepass")
        high = bisect_left(self._signs, wanted) * _APART
        low = max(0, high - _APART + 1)
        return low + bisect_left(range(low, min(high, len(self))), wanted, key=self.bytes_of)

    @cached_property
    def _signs(self) -> list[bytes]:
        """Every text of a row that is a multiple of `_APART`."""
        rows = pa.array(np.arange(0, len(self), _APART))
        found: list[bytes] = self.array.take(rows).cast(pa.binary()).to_pylist()
        return found

    def row(self, text: str) -> int | None:
        """The row of a text, None where it is not among them."""
        found = self.place(text)
        same = found < len(self) and self.bytes_of(found) == text.encode("utf-8", "surrogatepass")
        return found if same else None

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self.row(text) is not None

    def rows(self, wanted: pa.ChunkedArray | pa.StringArray) -> Rows:
        """The row of each of many texts (n,), -1 for one that is not there."""
        if len(wanted) * 100 > len(self):  # by then a map of all of them is quicker
            found = pc.fill_null(pc.index_in(wanted, value_set=self.array), -1)
            return np.asarray(found.to_numpy(), dtype=np.intp)
        rows = (self.row(text) for text in wanted.to_pylist())
        return np.array([-1 if row is None else row for row in rows], dtype=np.intp)
