"""What became of a table's rows between two versions: told by the files they lie in, not by a history.

A table of Lance is fragments. A fragment's data files are never written again, and their names are drawn at
random; what is deleted of it stands in a file beside, of another name each time. So rows of a fragment that
has the same data files in two versions lie at the same addresses in both, but for those deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lookalike.store.tables import Table
from lookalike.vectors import Mask, Rows

ADDRESS = "_rowid"
Addresses = npt.NDArray[np.uint64]
_SHIFT = np.uint64(32)  # an address is the number of a fragment, and the place of a row in it
_PLACE = np.uint64((1 << 32) - 1)


@dataclass(frozen=True, slots=True)
class Fragment:
    """The files of one fragment: those of the rows, and what says which are deleted, "" where none is."""

    files: tuple[str, ...]
    deletions: str
    rows: int


def fragments_of(table: Table) -> dict[int, Fragment]:
    """The fragments of a table's version, by number."""
    return {
        fragment.fragment_id: Fragment(
            tuple(file.path for file in fragment.data_files()),
            fragment.deletion_file() or "",
            fragment.count_rows(),
        )
        for fragment in table.get_fragments()
    }


def fragments_to_document(fragments: dict[int, Fragment]) -> list[list[Any]]:
    """Fragments as they stand in a file."""
    return [[number, list(one.files), one.deletions, one.rows] for number, one in fragments.items()]


def fragments_from_document(document: list[list[Any]]) -> dict[int, Fragment]:
    """What `fragments_to_document` wrote. Raises `TypeError`, `ValueError`."""
    return {
        int(number): Fragment(tuple(map(str, files)), str(deletions), int(rows))
        for number, files, deletions, rows in document
    }


@dataclass(frozen=True, slots=True)
class Changes:
    """Between a version and a later one, or an earlier: numbers of fragments that hold what is not the same.

    ``fresh`` were not there, ``changed`` have other rows deleted, ``gone`` are there no more.
    """

    fresh: tuple[int, ...]
    changed: tuple[int, ...]
    gone: tuple[int, ...]

    @classmethod
    def between(cls, before: dict[int, Fragment], now: dict[int, Fragment]) -> Changes:
        """What differs in the fragments of two versions of a table."""
        same = {i for i, one in now.items() if i in before and before[i].files == one.files}
        return cls(
            fresh=tuple(i for i in now if i not in same),
            changed=tuple(i for i in now if i in same and before[i].deletions != now[i].deletions),
            gone=tuple(i for i in before if i not in same),
        )

    def __bool__(self) -> bool:
        return bool(self.fresh or self.changed or self.gone)


def rows_changed(before: dict[int, Fragment], now: dict[int, Fragment]) -> int:
    """How many rows of one version lie elsewhere in another, or not at all, or the other way round."""
    changes = Changes.between(before, now)
    moved = sum(now[i].rows for i in changes.fresh) + sum(before[i].rows for i in changes.gone)
    return moved + sum(abs(before[i].rows - now[i].rows) or 1 for i in changes.changed)


def still_there(table: Table, changes: Changes, addresses: Addresses) -> Mask:
    """Which of a version's rows, by their addresses (n,), lie in this one where they lay."""
    number, place = (addresses >> _SHIFT).astype(np.intp), (addresses & _PLACE).astype(np.intp)
    touched = _among((*changes.gone, *changes.changed), number)
    alive = ~touched
    if changes.changed:
        held = addresses_in(table, changes.changed)
        there = (held & _PLACE).astype(np.intp)
        known = np.unique(np.array(changes.changed, dtype=np.intp))
        width = 1 + max(int(there.max(initial=0)), int(place.max(initial=0)))
        present = np.zeros((len(known), width), dtype=np.bool_)
        present[np.searchsorted(known, (held >> _SHIFT).astype(np.intp)), there] = True
        changed = _among(changes.changed, number)
        alive[changed] = present[np.searchsorted(known, number[changed]), place[changed]]
    return alive


def _among(wanted: Sequence[int], numbers: Rows) -> Mask:
    """Which numbers of fragments are among some."""
    flags = np.zeros(1 + max([int(numbers.max(initial=0)), *wanted]), dtype=np.bool_)
    flags[list(wanted)] = True
    found: Mask = flags[numbers]
    return found


def addresses_in(table: Table, numbers: Sequence[int]) -> Addresses:
    """The addresses of all rows of some fragments."""
    found = fragments_rows(table, numbers, []).column(ADDRESS)
    return np.asarray(found.to_numpy(), dtype=np.uint64)


def fragments_rows(table: Table, numbers: Sequence[int], columns: list[str]) -> pa.Table:
    """All rows of some fragments, and their addresses."""
    wanted = [fragment for fragment in table.get_fragments() if fragment.fragment_id in set(numbers)]
    scanner = table.scanner(columns=columns, with_row_id=True, fragments=wanted)
    found: pa.Table = scanner.to_table()
    return found
