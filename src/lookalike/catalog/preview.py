"""What to tell when a necessary column is not found: the columns, two rows of values, and what to type."""

from __future__ import annotations

import shlex
from itertools import islice
from pathlib import Path

from lookalike.catalog.csv import CsvTable
from lookalike.catalog.fields import fits, holds_pictures
from lookalike.catalog.references import SUFFIXES
from lookalike.catalog.rows import Table, text
from lookalike.errors import CatalogError

SAMPLE_ROWS = 2
"""How many rows' values are shown."""

_SHOWN_CHARACTERS = 30
_SHOWN_COLUMNS = 40
_HOLDS = {"id": "the id", "picture": "the pictures"}


def missing_columns(fields: list[str], table: Table, path: Path) -> CatalogError:
    """The error for a table in which no column is known to be one of ``fields`` ("id", "picture")."""
    rows = [dict(zip(row.columns, row.cells, strict=False)) for row in islice(table, SAMPLE_ROWS)]
    columns = [column for column in dict.fromkeys(table.columns) if column]
    values = {column: [_short(row.get(column)) for row in rows] for column in columns}
    shown = [
        f"{_short(column)} ({' / '.join(values[column])})" if rows else _short(column) for column in columns
    ]
    more = f"; and {len(shown) - _SHOWN_COLUMNS} more" if len(shown) > _SHOWN_COLUMNS else ""
    options = " ".join(f"--map {shlex.quote(_likely(field, columns, values))}={field}" for field in fields)
    unheaded = isinstance(table, CsvTable) and not any(map(fits, columns))
    header = "" if not unheaded else " (or put a header line first, if the first line is a row)"
    return CatalogError(
        f"No column of {path} is known to hold {' or '.join(_HOLDS[field] for field in fields)}; "
        f"its columns are: {'; '.join(shown[:_SHOWN_COLUMNS]) or '(none)'}{more}.",
        next_step=f"Say which one does, for example: {options}{header}.",
    )


def _likely(field: str, columns: list[str], values: dict[str, list[str]]) -> str:
    """The column that looks most like the field: its values end like pictures, or differ and are short."""
    pictures = [column for column in columns if _names_pictures(column, values[column])]
    others = [column for column in columns if column not in pictures and not fits(column)]
    differing = [column for column in others if len(set(values[column])) == len(values[column]) > 0]
    numbered = [column for column in differing if any(map(str.isdigit, "".join(values[column])))]
    candidates = pictures if field == "picture" else [*numbered, *differing, *others]
    return next(iter(candidates), "COLUMN")


def _names_pictures(column: str, values: list[str]) -> bool:
    return holds_pictures(column) or any(Path(value).suffix.lower() in SUFFIXES for value in values)


def _short(cell: object) -> str:
    if isinstance(cell, bytes):
        return f"{len(cell)} bytes"
    if isinstance(cell, dict):
        return "{" + ", ".join(map(str, cell)) + "}"
    value = " ".join(text(cell).split())
    return value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 1] + "…"
