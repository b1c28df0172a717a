"""Corrected rows are added again, and nothing but what was corrected changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lookalike.catalog import open_catalog
from lookalike.checkup.decision import Decision
from lookalike.checkup.fixes import suggested, table_text
from lookalike.doctor.finding import Finding
from lookalike.index import Index
from lookalike.products import Price, Product
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop, write_tiny_shop

from .conftest import PICTURES, PRODUCTS, Found

TAG = Finding("wrong-tag", ("007",), 0.9, "colour", "blue", "red")
LESS = Finding("colour-text", ("007",), 0.6, "colour", "blue", "teal")
SLIP = Finding("price", ("8",), 0.95, "price", "1250.00 USD", "12.50 USD")
SOFT = Finding("blurred", ("10",), 0.8, picture=0)


def test_of_two_suggestions_the_surest_is_put_in() -> None:
    products = {product.id: product for product in PRODUCTS}
    fixed = suggested([LESS, SLIP, TAG, SOFT, replace(TAG, products=("gone",))], products)
    assert [product.id for product in fixed] == ["007", "8"]
    assert fixed[0] == replace(PRODUCTS[0], attributes={"colour": "red", "season": "summer"})
    assert fixed[1].price == Price(Decimal("12.50"), "USD")


def test_what_has_changed_since_is_not_put_in() -> None:
    assert suggested([TAG], {"007": replace(PRODUCTS[0], attributes={"colour": "teal"})}) == []


def test_a_whole_shop_is_read_again_as_it_was(tmp_path: Path) -> None:
    shop = [*open_catalog(write_tiny_shop(tmp_path))]
    products = [product for product in shop if isinstance(product, Product)]
    assert len(products) == len(tiny_shop().products)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "fixes.csv").write_text(table_text(products), encoding="utf-8")
    assert [*open_catalog(elsewhere / "fixes.csv")] == products


@pytest.mark.parametrize(
    "product",
    [
        Product("0042", ("/a/b, c.jpg", "/a/d|e.png", "/a/f.jpg"), 'Title, with; all\tof it\nand "quotes"'),
        Product("1", "https://shop.example/a,b.jpg?x=1|2", price=Price(Decimal("1.299"), "EUR")),
        Product("1", "https://shop.example/a.jpg", price=Price(Decimal("1299"), "JPY")),
        Product("1", "/a.jpg", price=Price(Decimal("0.5"))),
        Product("=1+1", "/a.jpg", "-5% off", attributes={"@x": "=SUM(A1)", "Size": "007"}),
        Product("1", "/a.jpg", category="A > B", attributes={"type": "t", "Category": "other", "name": "n"}),
        Product(
            "1", "/a.jpg", attributes={"sale_price": "3", "stock": "7", "url": "x", "desc": "d", "ID": "2"}
        ),
        Product("1", "/a.jpg", availability="in stock", group="g", link="https://shop.example/1"),
        Product("ß", "/ü.jpg", "Größe", attributes={"größe": "ä", "尺寸": "大"}),
    ],
    ids=lambda product: product.title or product.id,
)
def test_every_product_survives_the_table(product: Product, tmp_path: Path) -> None:
    other = Product("other", "/o.jpg", "Other", attributes={"material": "wool"})
    (tmp_path / "fixes.csv").write_text(table_text([product, other]), encoding="utf-8")
    back, second = open_catalog(tmp_path / "fixes.csv")
    assert second == other
    assert isinstance(back, Product)
    assert _exact(back) == _exact(product)


def _exact(product: Product) -> tuple[Product, Mapping[str, str]]:
    return product, dict(product.attributes)


def test_adding_the_fixes_changes_the_corrected_cells_alone(tmp_path: Path) -> None:
    encoder = GridEncoder()
    index = Index.create(tmp_path / "index", encoder)
    index.add(write_tiny_shop(tmp_path), fit=False)
    before = {id: index.product(id) for id in index.ids}
    wrong = index.product("0010")
    tag = Finding("wrong-tag", ("0010",), 0.9, "category", wrong.category, "Hats")
    fixes = tmp_path / "out" / "fixes.csv"
    fixes.parent.mkdir()
    fixes.write_text(table_text(suggested([tag], {"0010": wrong})), encoding="utf-8")
    calls = encoder.calls
    report = index.add(fixes, fit=False)
    assert (report.updated, report.problems, encoder.calls) == (1, (), calls)
    assert {id: index.product(id) for id in index.ids} == {**before, "0010": replace(wrong, category="Hats")}


def test_pictures_that_only_the_index_holds_stay_in_it(index: Index, found: Found, tmp_path: Path) -> None:
    found(TAG, SLIP)
    (tmp_path / "fixes.csv").write_text(index.doctor.findings().fixes_text(), encoding="utf-8")
    pictures = index.manifest.pictures
    index.add(tmp_path / "fixes.csv", duplicates=False, fit=False)
    assert index.product("007").attributes["colour"] == "red"
    assert index.product("8").price == Price(Decimal("12.50"), "USD")
    assert (index.manifest.pictures, len(index.doctor.examine("pictures"))) == (pictures, 0)
    assert index.search(PICTURES[0], k=1)[0].product.id == "007"


def test_what_was_applied_is_handed_out_for_the_shops_own_table(
    index: Index, found: Found, tmp_path: Path
) -> None:
    found(TAG, SLIP, SOFT)
    index.doctor.decide([Decision(TAG.id, "apply"), Decision(SOFT.id, "dismiss")])
    (tmp_path / "fixes.csv").write_text(index.doctor.fixes_text(), encoding="utf-8")
    (row,) = open_catalog(tmp_path / "fixes.csv")
    assert isinstance(row, Product)
    assert (row.id, row.attributes["colour"]) == ("007", "red")
    assert index.doctor.corrected == ["007"]
