"""Rows as a file holds them, before anything is known about products; and cells as text."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number from 1, its column names (they may repeat) and its cells, of any type.

    ``error`` is non-empty when the row could not be read; there are no cells then. Cells beyond the last
    column came from unquoted delimiters, and ``joiner`` is that delimiter.
    """

    number: int
    columns: tuple[str, ...] = ()
    cells: Sequence[Any] = ()
    error: str = ""
    joiner: str = ","


class Table(Protocol):
    """A file that gives rows, any number of times, holding only a few of them in memory."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns known before the first row is read."""
        ...

    @property
    def picture_columns(self) -> tuple[str, ...]:
        """Columns that hold pictures whatever their name, because the file says so."""
        ...

    def count(self) -> int | None:
        """About how many rows there are, when that is cheap to know."""
        ...

    def __iter__(self) -> Iterator[Row]: ...


def text(cell: Any) -> str:  # noqa: PLR0911
    """A cell as clean text: stripped, without NUL characters or halves of characters; "" for nothing.

    Whole numbers have no ".0", truth values are "true" and "false", a list is joined with ", ",
    deeper structures are JSON, bytes are left out.
    """
    if isinstance(cell, str):
        return clean(cell)
    if cell is None or isinstance(cell, bytes | bytearray | memoryview):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, Mapping):
        return _json(cell)
    if isinstance(cell, Sequence):
        if any(isinstance(item, Mapping | list) for item in cell):
            return _json(cell)
        return ", ".join(part for part in map(text, cell) if part)
    return clean(str(cell))


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(value)


def _json(cell: Any) -> str:
    return clean(json.dumps(cell, ensure_ascii=False, default=text))


def clean(value: str) -> str:
    """A text without NUL characters, halves of characters, and blanks around it."""
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode("utf-8")
        value = value.strip("\ufeff")
    return value.replace("\x00", "").strip()
