"""Arrays and tables in files that are mapped into memory: read as needed, and shared by processes."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

Array = np.ndarray[Any, Any]

_SAMPLES = 5  # pages of a file whose bytes are looked at
_PAGE = 4096


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that is there whole afterwards, also after a power cut, or not at all.

    Raises `OSError`.
    """
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_array(path: Path, array: Array) -> None:
    """Write an array (``.npy``) so that it is there whole or not at all. Raises `OSError`."""
    with replacing(path) as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)


def map_array(path: Path) -> Array | None:
    """The array of a file, read-only; None where there is none, or where it is no such file."""
    try:
        found: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found.view(np.ndarray)  # the same pages; every slice of a `memmap` costs microseconds more


def sampled(path: Path) -> int:
    """A checksum (CRC-32) of a few pages of a file, from the first to the last. Raises `OSError`.

    It tells in a moment that a file of the right size lost a quarter or more, as to zeros in a power cut.
    """
    with path.open("rb", buffering=0) as file:
        last = max(0, os.fstat(file.fileno()).st_size - _PAGE)
        found = 0
        for place in sorted({last * part // (_SAMPLES - 1) for part in range(_SAMPLES)}):
            file.seek(place)
            found = zlib.crc32(file.read(_PAGE), found)
    return found


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table (Arrow IPC, as it lies in memory) so that it is there whole or not at all.

    Raises `OSError`.
    """
    with replacing(path) as file, pa.ipc.new_file(file, table.schema) as sink:
        sink.write_table(table)


def map_table(path: Path) -> pa.Table | None:
    """The table of a file, read-only; None where there is none, or where it is no such file."""
    try:
        with pa.memory_map(str(path)) as source:
            return pa.ipc.open_file(source).read_all()
    except (OSError, pa.ArrowInvalid):
        return None
