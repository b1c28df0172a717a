"""Which pictures are the main one of several products, told by their contents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.mapped import map_table, write_table
from lookalike.stacked import Kept
from lookalike.vectors import Rows

_FILE = "repeated.arrow"


def main_contents(owners: Rows, contents: pa.Array) -> tuple[Rows, pa.Array]:
    """Where the main pictures of products stand among n, and their contents.

    ``owners`` (n,) are the rows of the pictures' products, sorted; of each the first picture is the main one.
    """
    mains = np.flatnonzero(np.diff(owners, prepend=-1))
    return mains, contents if len(mains) == len(contents) else contents.take(pa.array(mains))


def repeated(own: pa.Array) -> pa.Array:
    """The contents that are there more than once."""
    counts = pc.value_counts(own)
    return counts.field("values").filter(pc.greater(counts.field("counts"), 1))


def keep_repeated(folder: Path, owners: Rows, contents: pa.Array) -> None:
    """Write `repeated` of a version's main pictures into its folder. Raises `OSError`."""
    write_table(folder / _FILE, pa.table({"content": repeated(main_contents(owners, contents)[1])}))


def kept_repeated(kept: Kept, owners: Rows, contents: pa.Array) -> pa.Array | None:
    """The same as `repeated` of the main pictures, by the file of a kept version; None without."""
    table = map_table(kept.folder / _FILE)
    if table is None:
        return None
    before = table.column("content").combine_chunks()
    if kept.products is None:
        return before
    mains, own = main_contents(owners, contents)
    since = own.filter(pa.array(kept.products[owners[mains]] < 0))
    perhaps = pa.concat_arrays([before, since])
    return repeated(own.filter(pc.is_in(own, value_set=perhaps)))
