"""One table, or several of one kind that are read one after the other as if they were one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lookalike.catalog.rows import Table
from lookalike.catalog.translation import Translator
from lookalike.errors import CatalogError
from lookalike.products import Problem, Product


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a catalogue, and what makes products of its rows."""

    path: Path
    table: Table
    translator: Translator


class Parts:
    """Tables read as products, any number of times; rows are counted through all of them."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._before: list[int] = []  # rows before each part, of those that were begun
        names = Counter(part.path.name for part in parts)
        self._names = [str(p.path) if names[p.path.name] > 1 else p.path.name for p in parts]

    def count(self) -> int | None:
        """About how many rows there are, where each file can say so."""
        counts = [part.table.count() for part in self._parts]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def __iter__(self) -> Iterator[Product | Problem]:
        before = 0
        for at, part in enumerate(self._parts):
            if at == len(self._before):
                self._before.append(before)
            read = 0
            try:
                for row in part.table:
                    read = row.number
                    item = part.translator.product(row)
                    yield replace(item, row=before + read) if before else item
            except OSError as error:
                raise CatalogError(
                    f"{part.path} cannot be read further: {error.strerror or error}.",
                    next_step="Check the file and the disk, then run the same command again.",
                ) from error
            before += read

    def where(self, row: int) -> str:
        """A row that was read, as its file and the number it has there; "row 5" where there is one file."""
        if len(self._parts) == 1:
            return f"row {row}"
        at = bisect_left(self._before, row) - 1
        return f"{self._names[at]}, row {row - self._before[at]}"
