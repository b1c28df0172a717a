"""The two Lance tables of an index: opening one at a version, and what their failures mean."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lookalike.errors import LookalikeError, StorageError
from lookalike.store.base import VersionGone
from lookalike.store.damage import damaged, no_index, shown

# Lance reads this once, when it is imported; what it would log is said by our own errors.
os.environ.setdefault("LANCE_LOG", "error")

import lance
import pyarrow as pa

Table = Any
"""A `lance.LanceDataset`; the package has no type stubs that mypy follows."""

PRODUCTS = "products.lance"
PICTURES = "pictures.lance"

_C_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None

_REFUSALS: tuple[tuple[tuple[int, ...], tuple[str, ...], str, str], ...] = (
    (
        (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
        ("no space left", "quota exceeded", "file too large", "(os error 28)", "(os error 27)"),
        "The disk is full: {path} could not be written.",
        "Free some space and run the command again; nothing that was stored is lost.",
    ),
    (
        (errno.EROFS,),
        ("read-only file system",),
        "{path} is on a read-only disk.",
        "Use a folder on a disk that can be written.",
    ),
    (
        (errno.EACCES, errno.EPERM),
        ("permission denied", "operation not permitted"),
        "Not permitted to write or read {path}.",
        "Change the folder's permissions, or use another folder.",
    ),
)


def refusal(error: BaseException, path: Path) -> StorageError | None:
    """The `StorageError` this failure is, or None when the disk did not refuse."""
    text = str(error).lower()
    for numbers, words, message, next_step in _REFUSALS:
        if getattr(error, "errno", None) in numbers or any(word in text for word in words):
            return StorageError(message.format(path=shown(path)), next_step=next_step)
    return None


def brief(error: BaseException) -> str:
    """A failure of Lance in one short line, without the places in its source."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return shown(line.split(", /")[0].split(", src/")[0][:200])


@contextmanager
def reading(path: Path, is_gone: Callable[[], bool]) -> Iterator[None]:
    """Turn a failure to read into `VersionGone`, `StorageError`, `NoIndex` or `IndexDamaged`."""
    try:
        yield
    except (LookalikeError, VersionGone, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:  # a panic inside Lance is not an Exception
        if is_gone():
            raise VersionGone("Later commits have cleaned this version away.") from error
        if refused := refusal(error, path):
            raise refused from error
        if not os.path.lexists(path):  # deleted under a reader
            raise no_index(path) from error
        raise damaged(path, brief(error)) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failure to write into `StorageError`, `NoIndex` or `IndexDamaged`."""
    with reading(path, lambda: False):
        yield


def open_table(path: Path, name: str, version: int | None = None) -> Table:
    """The table ``name`` of the index at ``path``, at this version or the newest."""
    return lance.dataset(str(path / name), version=version)


def trim_memory() -> None:
    """Hand freed memory back to the system, where the C library can.

    The threads of Lance free in heaps of their own, which glibc would keep: 34,000 pictures held 100 MB.
    """
    trim = getattr(_C_LIBRARY, "malloc_trim", None)
    if trim is not None:
        trim(0)


def make_table(path: Path, name: str, schema: Any) -> Table:
    """A new empty table."""
    return lance.write_dataset(schema.empty_table(), str(path / name), schema=schema, mode="create")


def replace_rows(path: Path, name: str, rows: pa.RecordBatchReader, fragment_rows: int) -> None:
    """A new version of a table that holds these rows alone, in their schema; earlier versions stay."""
    lance.write_dataset(
        rows, str(path / name), schema=rows.schema, mode="overwrite", max_rows_per_file=fragment_rows
    )


def append_rows(path: Path, name: str, rows: pa.RecordBatchReader) -> None:
    """A new version of a table with these rows behind those it has."""
    lance.write_dataset(rows, str(path / name), mode="append")


def sweep(path: Path, names: Iterable[str]) -> None:
    """Delete the temporary files that a killed writer left: its own document, and those in these tables."""
    for leftover in (*path.glob(".tmp*"), *(file for name in names for file in (path / name).rglob(".tmp*"))):
        leftover.unlink(missing_ok=True)


def take_rows(table: Table, addresses: list[int], columns: list[str]) -> pa.Table:
    """Rows by their ``_rowid`` in this version, in the order asked for.

    The public `take` counts over deleted rows anew at every call, which costs three times the fetch itself.
    """
    return table._take_rows(addresses, columns=columns)


def missing_files(table: Table, folder: Path) -> list[str]:
    """Names of data files that this version needs and that are missing or of another size."""
    wrong = []
    for fragment in table.get_fragments():
        for data_file in fragment.data_files():
            file = folder / "data" / data_file.path
            size = file.stat().st_size if file.is_file() else None
            expected = data_file.file_size_bytes
            if size is None:
                wrong.append(f"{folder.name}/data/{data_file.path} is missing")
            elif expected is not None and size != expected:
                wrong.append(f"{folder.name}/data/{data_file.path} has {size} bytes instead of {expected}")
    return wrong
