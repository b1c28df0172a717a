"""Arrays in files that are mapped into memory: read as they are needed, and shared by processes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def write_array(path: Path, array: Array) -> None:
    """Write an array (``.npy``) so that it is there whole or not at all. Raises `OSError`."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        with temporary.open("wb") as file:
            np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def map_array(path: Path) -> Array | None:
    """The array of a file, read-only; None where there is none, or where it is no such file."""
    try:
        found: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found
