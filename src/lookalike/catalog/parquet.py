"""Parquet files: text, paths, URLs, or the pictures' bytes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lookalike.catalog.fields import holds_pictures
from lookalike.catalog.lines import WESTERN
from lookalike.catalog.rows import Row
from lookalike.errors import CatalogError

ROWS_WITH_PICTURES = 32
"""Rows held at a time when the file holds the pictures themselves."""

ROWS_WITHOUT = 1024

_READ_BYTES = 1 << 20
"""Read a column piece by piece: read whole, a row group of 286 MB took 434 MB, and so it takes 148 MB."""


_NOT_PYTHONS = (ArithmeticError, ValueError, LookupError, pa.ArrowException)
"""What a value raises that is sound in the file and that no Python object can be."""


class ParquetTable:
    """Rows of a Parquet file. Raises `CatalogError` for a file that is no Parquet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _opened(path) as file:
            schema = file.schema_arrow
            self.columns: tuple[str, ...] = tuple(_names(schema))
            self.picture_columns: tuple[str, ...] = tuple(
                field.name for field in schema if _holds_bytes(field.type)
            )
            self._rows: int = file.metadata.num_rows

    def count(self) -> int | None:
        """The exact count of rows."""
        return self._rows

    def __iter__(self) -> Iterator[Row]:
        number = 0
        with _opened(self.path) as file:
            for group in range(file.num_row_groups):
                before, size = number, file.metadata.row_group(group).num_rows
                try:
                    for cells in self._cells(file, group):
                        number += 1
                        yield Row(number, self.columns, cells)
                except (pa.ArrowException, OSError, ValueError) as error:
                    reason = f"{self.path.name} is damaged here: {str(error).splitlines()[0]}"
                    while number < before + size:
                        number += 1
                        yield Row(number, error=reason)

    def _cells(self, file: Any, group: int) -> Iterator[list[Any]]:
        size = ROWS_WITH_PICTURES if self.picture_columns else ROWS_WITHOUT
        for batch in file.iter_batches(size, row_groups=[group]):
            values = [
                cells for field in zip(batch.schema, batch.columns, strict=True) for cells in _spread(*field)
            ]
            for at in range(batch.num_rows):
                yield [column[at] for column in values]


def _opened(path: Path) -> Any:
    try:
        return pq.ParquetFile(path, buffer_size=_READ_BYTES, pre_buffer=False)
    except (pa.ArrowException, ValueError) as error:
        raise CatalogError(
            f"{path} is not a readable Parquet file.", next_step="Write it again, or give another file."
        ) from error


def _inner(field: Any) -> list[str]:
    """Names inside a struct that is to be spread; none for other columns and for pictures."""
    if not pa.types.is_struct(field.type) or _holds_bytes(field.type) or holds_pictures(field.name):
        return []
    return [field.type.field(at).name for at in range(field.type.num_fields)]


def _names(schema: Any) -> Iterator[str]:
    """Column names, those of structs spread as ``outer.inner``."""
    for field in schema:
        inner = _inner(field)
        yield from (f"{field.name}.{name}" for name in inner) if inner else (field.name,)


def _spread(field: Any, column: Any) -> Iterator[list[Any]]:
    """The cells of a column, or of each column inside a struct."""
    cells = _cells_of(column)
    inner = _inner(field)
    if not inner:
        yield cells
    for name in inner:
        yield [None if cell is None else cell[name] for cell in cells]


def _cells_of(column: Any) -> list[Any]:
    try:
        cells: list[Any] = column.to_pylist()
    except _NOT_PYTHONS:
        return [_cell(scalar) for scalar in column]
    return cells


def _cell(scalar: Any) -> Any:
    """One value; as text where Python's own types end before it does, None where Parquet's do too.

    Dates after the year 9999 and endless durations stand for "never"; text that is not UTF-8 is read as in
    text tables.
    """
    try:
        return scalar.as_py()
    except _NOT_PYTHONS:
        kind = scalar.type
    if pa.types.is_struct(kind):
        return {kind.field(at).name: _cell(scalar[at]) for at in range(kind.num_fields)}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return [_cell(inner) for inner in scalar.values]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return scalar.as_buffer().to_pybytes().decode("utf-8", WESTERN)
    try:
        text: str = scalar.cast(pa.string()).as_py()
    except (pa.ArrowException, ValueError):
        return None
    return None if "out of range" in text else text


def _holds_bytes(kind: Any) -> bool:
    """True for bytes, for a struct with bytes, and for a list of either."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _holds_bytes(kind.value_type)
    if pa.types.is_struct(kind):
        return any(kind.field(at).name == "bytes" for at in range(kind.num_fields))
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))
