"""The two Lance tables of an index: opening one at a version, making and changing one."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

from lookalike.store.place import Place

# Lance reads this once, when it is imported; what it would log is said by our own errors.
os.environ.setdefault("LANCE_LOG", "error")

import lance
import pyarrow as pa

Table = Any
"""A `lance.LanceDataset`; the package has no type stubs that mypy follows."""

PRODUCTS = "products.lance"
PICTURES = "pictures.lance"

_C_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None


def open_table(place: Place, name: str, version: int | None = None) -> Table:
    """The table ``name`` of the index at a place, at this version or the newest."""
    return lance.dataset(**_at(place, name), version=version)


def _at(place: Place, name: str) -> dict[str, Any]:
    address = place.table(name)
    return {"uri": address.uri, "storage_options": dict(address.options) or None}


def trim_memory() -> None:
    """Hand freed memory back to the system, where the C library can.

    The threads of Lance free in heaps of their own, which glibc would keep: 34,000 pictures held 100 MB.
    """
    trim = getattr(_C_LIBRARY, "malloc_trim", None)
    if trim is not None:
        trim(0)


def make_table(place: Place, name: str, schema: Any) -> Table:
    """A new empty table."""
    return lance.write_dataset(schema.empty_table(), **_at(place, name), schema=schema, mode="create")


def replace_rows(place: Place, name: str, rows: pa.RecordBatchReader, fragment_rows: int) -> Table:
    """A new version of a table that holds these rows alone, in their schema; earlier versions stay."""
    return lance.write_dataset(
        rows, **_at(place, name), schema=rows.schema, mode="overwrite", max_rows_per_file=fragment_rows
    )


def append_rows(place: Place, name: str, rows: pa.RecordBatchReader) -> None:
    """A new version of a table with these rows behind those it has."""
    lance.write_dataset(rows, **_at(place, name), mode="append")


def take_rows(table: Table, addresses: list[int], columns: list[str]) -> pa.Table:
    """Rows by their ``_rowid`` in this version, in the order asked for.

    The public `take` counts over deleted rows anew at every call, which costs three times the fetch itself.
    """
    return table._take_rows(addresses, columns=columns)


def missing_files(table: Table, place: Place, name: str) -> list[str]:
    """Names of data files that this version needs and that are missing or of another size."""
    sizes = place.sizes(f"{name}/data")
    wrong = []
    for fragment in table.get_fragments():
        for data_file in fragment.data_files():
            size, expected = sizes.get(data_file.path), data_file.file_size_bytes
            if size is None:
                wrong.append(f"{name}/data/{data_file.path} is missing")
            elif expected is not None and size != expected:
                wrong.append(f"{name}/data/{data_file.path} has {size} bytes instead of {expected}")
    return wrong
