from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.products import PictureSource, Price, Product, product_id, product_ids


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("a.jpg", (PictureSource("a.jpg"),)),
        (Path("a.jpg"), (PictureSource("a.jpg"),)),
        (b"bytes", (PictureSource(data=b"bytes"),)),
        (["a.jpg", b"b"], (PictureSource("a.jpg"), PictureSource(data=b"b"))),
        (None, ()),
        ((), ()),
    ],
)
def test_pictures_are_taken_as_they_come(given: object, taken: tuple[PictureSource, ...]) -> None:
    assert Product("1", given).pictures == taken


def test_a_number_is_no_picture() -> None:
    with pytest.raises(BadArgument, match="5 is no picture"):
        Product("1", (5,))


def test_an_id_is_text_and_keeps_its_zeros() -> None:
    assert product_id("00042") == "00042"
    assert product_id(np.int32(42)) == "42"
    assert product_ids("abc") == ["abc"]
    for wrong in (True, 4.2, None, b"a"):
        with pytest.raises(BadArgument):
            product_id(wrong)


def test_a_whole_number_is_taken_for_an_id_and_nothing_else_is() -> None:
    assert Product(5).id == Product(np.int64(5)).id == "5"  # type: ignore[arg-type]
    assert [Product(wrong).id for wrong in (True, 4.2, None)] == [True, 4.2, None]  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["1e400", "-1e400", "NaN"])
def test_an_amount_beyond_numbers_is_no_price_in_a_document(amount: str) -> None:
    product = Product("1", price=Price(Decimal(amount), "EUR"))
    assert product.to_dict()["price"] is None
    assert "Infinity" not in json.dumps(product.to_dict(), allow_nan=False)
    assert product.metadata_hash() != Product("1").metadata_hash()


def test_a_row_is_the_same_while_only_its_pictures_change() -> None:
    price = Price(Decimal("9.90"), "EUR")
    row = Product("1", "a.jpg", title="Mug", price=price, attributes={"a": "1", "b": "2"})
    assert (
        row.metadata_hash()
        == Product(
            "1", "b.jpg", title="Mug", price=price, attributes={"b": "2", "a": "1"}, row=7
        ).metadata_hash()
    )
    for other in (
        Product("1", "a.jpg", title="Mugs", price=price, attributes={"a": "1", "b": "2"}),
        Product(
            "1", "a.jpg", title="Mug", price=Price(Decimal("9.9"), "USD"), attributes={"a": "1", "b": "2"}
        ),
        Product("1", "a.jpg", title="Mug", price=price, attributes={"a": "1"}),
    ):
        assert other.metadata_hash() != row.metadata_hash()


def test_a_price_reads_as_people_write_it() -> None:
    assert str(Price(Decimal("9.9"), "EUR")) == "9.90 EUR"
    assert str(Price(Decimal(5))) == "5.00"
