"""Reading the columns of a search from the two tables, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.stacked import Stacked
from lookalike.store.base import Columns
from lookalike.store.damage import damaged
from lookalike.store.rows import SEARCHED, looks_of, palettes_of, searched
from lookalike.store.tables import Table
from lookalike.vectors import Rows

MEASURED = ("content_hash", "width", "height", "norm", "palette")
"""What a search needs of a picture beside whose it is and its look."""

KEYS = ("product_id", "position")

DOCUMENT = "document"


def read_columns(where: object, version: int, products: Table, pictures: Table) -> Columns:
    """The columns of one version of the index at a place. Raises `IndexDamaged`."""
    table = read_products(products)
    table = table.take(pc.sort_indices(table.column("id"))).combine_chunks()
    rows = pictures.to_table(columns=[*KEYS, *MEASURED, "look"])
    owner, order = owners(where, rows, table.column("id"))
    return Columns(
        version=version,
        products=table,
        picture_product=owner[order],
        looks=Stacked(looks_of(rows.column("look"), order)),
        **measured(rows, order),
    )


def read_products(table: Table, more: Sequence[str] = (), *, addresses: bool = False) -> pa.Table:
    """The columns of products, and ``more``, a batch at a time, so that not all documents are held at once.

    Documents among ``more`` come as large texts, since all of them may be more than a column of texts takes.
    """
    names = [*SEARCHED, DOCUMENT]
    batches = table.to_batches(columns=names, with_row_id=addresses)
    tables = [searched_with(pa.Table.from_batches([batch]), more) for batch in batches]
    return (
        pa.concat_tables(tables)
        if tables
        else searched_with(table.to_table(names, with_row_id=addresses), more)
    )


def searched_with(rows: pa.Table, more: Sequence[str]) -> pa.Table:
    """The columns of a search of some rows of products, and ``more``; see `read_products`."""
    found = searched(rows)
    for name in more:
        column = rows.column(name)
        found = found.append_column(name, column.cast(pa.large_string()) if name == DOCUMENT else column)
    return found


def owners(where: object, keys: pa.Table, ids: pa.ChunkedArray) -> tuple[Rows, Rows]:
    """The row of each picture's product among sorted ids, and the order of the pictures.

    Raises `IndexDamaged` for a picture of no product.
    """
    rows = pc.index_in(keys.column("product_id"), value_set=ids.combine_chunks())
    if rows.null_count:
        raise damaged(where, f"{rows.null_count} pictures belong to no product")
    owner = rows.to_numpy().astype(np.intp)
    return owner, np.lexsort((keys.column("position").to_numpy(), owner))


def measured(rows: pa.Table, order: Rows) -> dict[str, Any]:
    """What is measured on pictures, as fields of `Columns`, in this order of the rows."""
    return {
        "position": rows.column("position").to_numpy()[order],
        "contents": rows.column("content_hash").combine_chunks().take(pa.array(order)),
        "sizes": np.stack([rows.column(side).to_numpy() for side in ("width", "height")], 1)[order],
        "norms": rows.column("norm").to_numpy()[order],
        "palettes": palettes_of(rows.column("palette"))[order],
    }
