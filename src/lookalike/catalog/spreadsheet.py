"""Tables that people fill in with a spreadsheet: written so that it spoils little, read as it saves them."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lookalike.catalog.lines import WESTERN, encoding_of
from lookalike.errors import CatalogError, unwritable

_SNIFFED = 4096  # bytes by which the encoding is known
_MARK = "\ufeff"  # without it a spreadsheet takes the text for another encoding
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def table_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A table as CSV. Cells are written as they are: see `plain`."""
    sink = io.StringIO()
    table = csv.DictWriter(sink, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return _MARK + sink.getvalue()


def write_table(path: Path, text: str) -> None:
    """Write a table where the user asked for it. Raises `StorageError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
    except OSError as error:
        raise unwritable(path, error) from error


def read_table(path: Path, needed: Iterable[str], again: str) -> list[dict[str | Any, Any]]:
    """The rows of a filled-in table, by column names in small letters.

    Raises `CatalogError`, with the next step ``again``, where it is no table, or lacks a ``needed`` column.
    """
    try:
        data = path.read_bytes()
        text = data.decode(encoding_of(data[:_SNIFFED]), WESTERN).lstrip(f"{_MARK}\r\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise CatalogError(f"{path} cannot be read: {why}.", next_step=again) from error
    lines = io.StringIO(text, newline="")
    head = next(lines, "")
    try:
        table = csv.DictReader(
            itertools.chain([head.lower()], lines), delimiter=max(",;\t", key=head.count), strict=True
        )
        names = [name.strip() for name in table.fieldnames or ()]
        missing = [name for name in needed if name not in names]
        if missing:
            raise CatalogError(f"{path} has no column {missing[0]!r}.", next_step=again)
        table.fieldnames = names
        return list(table)
    except csv.Error as error:
        raise CatalogError(f"{path} is no CSV table: {error}.", next_step=again) from error


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in _FORMULA else text


def bare(text: str) -> str:
    """The text that `plain` made safe."""
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text
