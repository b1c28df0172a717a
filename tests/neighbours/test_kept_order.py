"""Products are in the order of their titles also by the file of a kept version."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.orders import keep_orders, rows_by
from lookalike.neighbours.palettes import Palettes
from lookalike.stacked import Kept


def columns(titles: list[str], kept: Kept | None = None) -> ProductColumns:
    palettes = Palettes(np.zeros((len(titles), 5, 4), dtype=np.float32))
    return ProductColumns(pa.table({"title": titles}), palettes, kept)


def test_the_order_of_titles_is_read_and_of_a_later_version_found_anew(tmp_path: Path) -> None:
    titles = ["Été", "", "Zebra", "an apple", "An apple", "éclair"]
    keep_orders(tmp_path, columns(titles))

    kept = rows_by("title", columns(titles, Kept(tmp_path, 1)))
    later = rows_by("title", columns(["b", "a"], Kept(tmp_path, 1, np.array([2, -1]))))

    assert kept.tolist() == rows_by("title", columns(titles)).tolist() == [3, 4, 5, 0, 2, 1]
    assert later.tolist() == [1, 0]
