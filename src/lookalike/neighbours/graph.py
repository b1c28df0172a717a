"""A graph of pictures in which a few hundred of a million are looked at to find the nearest.

Each picture is linked to near ones on several levels, the upper ones thinly settled, and a search walks from
link to link towards what is asked for: HNSW (Malkov and Yashunin, "Efficient and robust approximate nearest
neighbor search using Hierarchical Navigable Small World graphs", 2018), as the library usearch has it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from lookalike.vectors import Floats, Rows

_LINKS = 32  # of each picture on the upper levels; on the lowest twice as many
_LOOKED = 128  # pictures looked at to find the links of a new one
_BLOCK = 2000  # pictures added between two looks at whether to go on


class Graph:
    """Finds rows of the vectors that it was made of; many threads may ask at once.

    ``depth`` is how many of the nearest so far a search goes on from: the more, the surer and the slower.
    """

    def __init__(self, index: Any, depth: int) -> None:
        self._index = index
        self._asking = Lock()  # a search on one thread always works in the index's first place for one
        self.deepen(depth)

    @classmethod
    def empty(cls, dim: int, depth: int) -> Graph | None:
        """A graph to add to; None where the library is not there."""
        index = _index(dim)
        return None if index is None else cls(index, depth)

    @classmethod
    def mapped(cls, path: Path, dim: int, depth: int) -> Graph | None:
        """The graph of a file, whose pages are shared by processes; None where it cannot be read."""
        index = _index(dim)
        if index is None:
            return None
        try:
            index.view(str(path))
        except (OSError, RuntimeError, ValueError):
            return None
        return cls(index, depth) if index.ndim == dim else None

    def deepen(self, depth: int) -> None:
        """Search from so many of the nearest so far from now on."""
        self.depth = depth
        self._index.expansion_search = depth

    def __len__(self) -> int:
        return len(self._index)

    def add(self, rows: Rows, vectors: Floats, tell: Callable[[int], None]) -> None:
        """Add vectors (n, dim) under their rows, on all cores; ``tell`` hears how many are in.

        Raises `MemoryError`.
        """
        for start in range(0, len(rows), _BLOCK):
            tell(start)
            own = rows[start : start + _BLOCK]
            try:
                self._index.add(own, np.asarray(vectors[own]), threads=os.cpu_count() or 1)
            except RuntimeError as error:  # how the library says that there is no room
                raise MemoryError(f"The graph of neighbours was not made: {error}") from error
        tell(len(rows))

    def save(self, path: Path) -> None:
        """Write it so that it is there whole or not at all, also after a power cut. Raises `OSError`."""
        temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
        try:
            try:
                self._index.save(str(temporary))
            except RuntimeError as error:  # what refuses a file that is open is a full disk
                number = errno.ENOSPC if temporary.exists() else errno.ENOENT
                raise OSError(number, f"The graph of neighbours was not written: {error}") from error
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def near(self, vector: Floats, count: int) -> Rows:
        """About the ``count`` rows nearest to a unit vector, in no order to rely on."""
        with self._asking:
            found = self._index.search(vector, count, threads=1)
        rows: Rows = found.keys.astype(np.intp)
        return rows


def _index(dim: int) -> Any:
    try:
        from usearch.index import Index
    except ImportError:
        return None
    return Index(
        ndim=dim,
        metric="ip",
        dtype="bf16",  # half the size of single precision, as near as its own links need it
        connectivity=_LINKS,
        expansion_add=_LOOKED,
        enable_key_lookups=False,
    )
