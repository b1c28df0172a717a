"""Reading every row of both tables, to say what does not agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from lookalike.store.base import Manifest
from lookalike.store.failing import brief
from lookalike.store.place import Place
from lookalike.store.rows import checksum, halves_of, product_from_json, products_to_table
from lookalike.store.tables import PICTURES, PRODUCTS, Table, missing_files

_ROWS_AT_ONCE = 256


def check_tables(place: Place, manifest: Manifest, products: Table, pictures: Table) -> list[str]:
    """A sentence for each thing that does not agree; at most a few for each kind of fault."""
    wrong: list[str] = []
    ids: set[str] = set()
    keys: set[tuple[str, int]] = set()
    for name, table, look_at in (
        (PRODUCTS, products, lambda batch: _check_products(batch, ids)),
        (PICTURES, pictures, lambda batch: _check_pictures(batch, ids, keys)),
    ):
        missing = missing_files(table, place, name)
        wrong += [f"{what}." for what in missing]
        if not missing:
            wrong += _check_fragments(name, table, look_at)
        if wrong:
            return wrong  # what hangs on this table would only repeat it
    for what, counted, expected in (
        ("products", len(ids), manifest.products),
        ("pictures", len(keys), manifest.pictures),
    ):
        if counted != expected:
            wrong.append(f"The manifest counts {expected} {what}, the table holds {counted}.")
    return wrong


def _check_fragments(name: str, table: Table, look_at: Any) -> list[str]:
    wrong: list[str] = []
    for fragment in table.get_fragments():
        file = fragment.data_files()[0].path
        try:
            for batch in fragment.to_batches(batch_size=_ROWS_AT_ONCE):
                wrong += look_at(pa.Table.from_batches([batch]))
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:  # a panic inside Lance is not an Exception
            wrong.append(f"{name}/data/{file} cannot be read: {brief(error)}.")
    return wrong[:20]


def _check_products(table: pa.Table, ids: set[str]) -> list[str]:
    wrong = []
    rows = table.to_pylist()
    again = products_to_table([product_from_json(row["document"]) for row in rows]).to_pylist()
    for row, expected in zip(rows, again, strict=True):
        if row["id"] in ids:
            wrong.append(f"Product {row['id']!r} is there twice.")
        ids.add(row["id"])
        if row != expected:
            wrong.append(f"Product {row['id']!r} does not match its document.")
    return wrong


def _check_pictures(table: pa.Table, ids: set[str], keys: set[tuple[str, int]]) -> list[str]:
    wrong = []
    looks = halves_of(table.column("look"))
    palettes = table.column("palette").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    palettes = palettes.reshape(table.num_rows, -1)
    names = ("product_id", "position", "thumbnail", "glance", "original", "checksum")
    rows = zip(*(table.column(name).to_pylist() for name in names), strict=True)
    for i, (product_id, position, thumbnail, glance, original, expected) in enumerate(rows):
        key = (product_id, position)
        if key in keys:
            wrong.append(f"Picture {position} of {product_id!r} is there twice.")
        keys.add(key)
        if product_id not in ids:
            wrong.append(f"Picture {position} of {product_id!r} belongs to no product.")
        palette = np.ascontiguousarray(palettes[i]).tobytes()
        found = checksum(looks[i].tobytes(), palette, thumbnail, glance, original)
        if found != expected:
            wrong.append(f"Picture {position} of {product_id!r} does not match its checksum.")
    return wrong
