"""Lists of pictures in files, of which only those near to what is asked for are read.

Each picture is in the list of the centre that it is nearest to (an inverted file: Jégou, Douze and Schmid,
"Product Quantization for Nearest Neighbor Search", 2011, section 4), its numbers turned at random and
rounded to four bits (RaBitQ: Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical
Error Bound for Approximate Nearest Neighbor Search", 2024), as the library Lance has them. `listing` makes
them.
"""

from __future__ import annotations

import logging
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np

from lookalike import settings
from lookalike.vectors import Floats, Rows

LOOK, NAME = "look", "lists"
"""The column of the table, and the name of its index."""

PART = 65_536
"""Pictures in a fragment of the table, of which the last may have fewer: so an address tells a place."""

_TURNED = 8  # the library turns vectors of a multiple of so many numbers
_MORE = 8  # so many times the pictures wanted are read besides the lists of the depth
_CACHE = 256 << 20  # bytes that a process keeps of the lists at least; the system keeps their files besides
_SHARE = 32  # or one in so many of the memory
_SHIFT, _PLACE = np.uint64(32), np.uint64((1 << 32) - 1)  # an address is a fragment, and a place in it

logger = logging.getLogger("lookalike.neighbours")


class Lists:
    """Finds rows of the vectors that it was made of; many threads may ask at once.

    ``depth`` is how many lists a search reads, and some more where many are wanted: the more, the surer and
    the slower.
    """

    def __init__(self, table: Any, dim: int, depth: int) -> None:
        self._table = table
        self._dim = dim
        self._count = int(table.count_rows())
        self.depth = depth

    @classmethod
    def mapped(cls, path: Path, dim: int, depth: int) -> Lists | None:
        """The lists of a folder; None where they cannot be read, or are of vectors of another length."""
        import lance

        cache = max(_CACHE, (settings.memory() or 0) // _SHARE)
        try:
            lists = cls(lance.dataset(str(path), index_cache_size_bytes=cache), dim, depth)
            if lists._is_of(padded(dim)) and lists.near(np.eye(1, dim, dtype=np.float32)[0], 1) is not None:
                return lists
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:  # of Lance, whose panics are no Exception
            logger.warning("The lists of neighbours cannot be opened: %s", error)
        return None

    def deepen(self, depth: int) -> None:
        """Read so many lists from now on."""
        self.depth = depth

    def __len__(self) -> int:
        return self._count

    def near(self, vector: Floats, count: int) -> Rows | None:
        """About the ``count`` rows nearest to a unit vector, in no order to rely on.

        None where the files are gone, as those of a version are when a later one is kept, or damaged.
        """
        asked = np.zeros(padded(self._dim), dtype=np.float32)
        asked[: self._dim] = vector
        lists = self.depth + _MORE * count // isqrt(self._count)
        nearest = {"column": LOOK, "q": asked, "k": count, "nprobes": lists}
        try:
            found = self._table.scanner(
                columns=[],
                with_row_id=True,
                nearest=nearest,
                fast_search=True,  # in the lists only: the vectors themselves are elsewhere
                disable_scoring_autoprojection=True,
            ).to_table()
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:  # a panic inside Lance is not an Exception
            logger.warning("The lists of neighbours cannot be read: %s", error)
            return None
        addresses = found.column("_rowid").to_numpy()
        rows: Rows = ((addresses >> _SHIFT) * np.uint64(PART) + (addresses & _PLACE)).astype(np.intp)
        rows = rows[rows < self._count]
        return rows if len(rows) else None

    def _is_of(self, dim: int) -> bool:
        """Whether the table has vectors of so many numbers, in fragments as an address takes them to be."""
        sizes = [fragment.physical_rows for fragment in self._table.get_fragments()]
        return self._table.schema.field(LOOK).type.list_size == dim and set(sizes[:-1]) <= {PART}


def padded(dim: int) -> int:
    """How many numbers the table has of a vector of so many: zeros come behind them."""
    return -(-dim // _TURNED) * _TURNED
