"""What can be had comes before what is sold out."""

from __future__ import annotations

import pytest

from lookalike.recommend.stages.stock import in_stock_first, sold_out


@pytest.mark.parametrize(
    ("word", "gone"),
    [
        ("in stock", False),
        ("", False),
        ("preorder", False),
        ("Backorder", False),
        ("in two weeks", False),
        ("out of stock", True),
        ("OUT_OF_STOCK", True),
        ("OutOfStock", True),
        ("sold-out", True),
        ("Discontinued", True),
    ],
)
def test_only_what_says_so_is_sold_out(word: str, gone: bool) -> None:
    assert sold_out([word]).tolist() == [gone]


def test_what_is_sold_out_comes_last_and_else_the_order_stays() -> None:
    gone = sold_out(["out of stock", "", "in stock", "sold out", "preorder"])
    assert in_stock_first(gone).tolist() == [1, 2, 4, 0, 3]


def test_a_shop_that_is_sold_out_keeps_its_order() -> None:
    assert in_stock_first(sold_out(["sold out"] * 3)).tolist() == [0, 1, 2]
