"""Columns of a table as filters and checks read them."""

from __future__ import annotations

import numpy as np

from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.palettes import Palettes
from lookalike.testing.planted import plant, planted


def columns(*attributes: dict[str, str]) -> ProductColumns:
    items = [planted(f"p{n}", [1.0, float(n)], attributes=own) for n, own in enumerate(attributes)]
    table = plant(items).reader().columns().products
    return ProductColumns(table, Palettes(np.zeros((len(items), 5, 4), dtype=np.float32)))


def test_an_empty_attribute_says_nothing() -> None:
    shop = columns({"shade": "teal"}, {"shade": ""}, {"shade": "rust"}, {})
    assert shop.words("shade", np.arange(4)) == ["teal", "", "rust", ""]


def test_an_attribute_that_is_empty_everywhere_is_no_column() -> None:
    shop = columns({"shade": "", "cut": "wide"}, {"shade": ""})
    assert shop.text("shade") is None
    assert shop.words("cut", np.arange(2)) == ["wide", ""]
