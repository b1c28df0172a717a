"""Orders of a catalogue: all its rows by id, title or price."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from lookalike.mapped import map_array, write_array
from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.tokens import plain_titles
from lookalike.vectors import Rows

_BY_TITLE = "rows-by-title.npy"

SORTS = ("id", "title", "price", "-price")


def rows_by(sort: str, columns: ProductColumns) -> Rows:
    """All rows in one of the orders `SORTS`, (p,); equals are ordered by id.

    Titles compare without case and accents. Prices compare within a currency, the most frequent currency
    first; "-price" is dearest first. A product without title or price comes last in every order.
    """
    if sort == "title":
        kept = columns.kept
        found = map_array(kept.folder / _BY_TITLE) if kept is not None and kept.products is None else None
        return _by_title(columns) if found is None else found.astype(np.intp)
    if sort in ("price", "-price"):
        amounts, currency = columns.prices()
        priced = ~np.isnan(amounts)
        counts = np.bincount(currency.codes[priced] + 1, minlength=len(currency.values) + 1)
        return np.lexsort((-amounts if sort == "-price" else amounts, -counts[currency.codes + 1], ~priced))
    return np.arange(len(columns), dtype=np.intp)


def keep_orders(folder: Path, columns: ProductColumns) -> None:
    """Write the order that takes long to make into the folder of a version. Raises `OSError`."""
    write_array(folder / _BY_TITLE, _by_title(columns).astype(np.int32))


def _by_title(columns: ProductColumns) -> Rows:
    titles = plain_titles(columns.table)
    found: Rows = pc.sort_indices(titles).to_numpy().astype(np.intp)  # stable, as is `roll`
    return np.roll(found, -pc.sum(pc.equal(titles, "")).as_py() if len(found) else 0)
