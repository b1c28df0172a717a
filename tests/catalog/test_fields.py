"""Which column is taken for which field."""

from decimal import Decimal
from pathlib import Path

import pytest

from lookalike.catalog import open_catalog
from lookalike.catalog.fields import ALIASES, FIELDS, assign, folded
from lookalike.catalog.offers import availability, price
from lookalike.products import Price, Product

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "catalogues.md"


def only(folder: Path, text: str, **options) -> Product:
    path = folder / "shop.csv"
    path.write_text(text)
    (product,) = open_catalog(path, **options)
    assert isinstance(product, Product)
    return product


@pytest.mark.parametrize(
    "header", ["Image Link", "image_link", "g:image_link", "IMAGE-LINK", "imageLink", " image link "]
)
def test_spelling_of_a_header_does_not_matter(header):
    assert assign(["id", header]).named()[header] == "picture"


def test_no_name_stands_twice_for_one_field():
    for names in ALIASES.values():
        assert len({folded(name) for name in names}) == len(names)


def test_the_guide_lists_every_name_that_is_read():
    text = GUIDE.read_text()
    listed = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 and cells[0].strip("`") in FIELDS:
            listed[cells[0].strip("`")] = tuple(name.strip(" `") for name in cells[1].split(","))
    assert listed == ALIASES


def test_id_is_taken_before_sku_and_a_barcode_never():
    named = assign(["gtin", "sku", "id", "image"]).named()
    assert named == {"id": "id", "image": "picture"}
    assert "id" not in assign(["gtin", "image"]).positions


def test_a_product_code_is_the_group_beside_an_article_id_and_the_id_alone():
    assert assign(["article_id", "product_code"]).named() == {"article_id": "id", "product_code": "group"}
    assert assign(["product_code", "image"]).named()["product_code"] == "id"


def test_product_type_is_the_category_before_the_taxonomy():
    named = assign(["id", "google_product_category", "product_type"]).named()
    assert named["product_type"] == "category"
    assert "google_product_category" not in named


def test_columns_left_over_become_attributes_under_their_own_name(tmp_path):
    product = only(tmp_path, "id,image,Colour,gtin,note,\n1,a.jpg,red,0123,,x\n")
    assert dict(product.attributes) == {"Colour": "red", "gtin": "0123"}


def test_a_mapping_can_send_a_column_to_the_attributes(tmp_path):
    product = only(tmp_path, "id,image,label\n1,a.jpg,7\n", mapping={"label": "attribute"})
    assert (product.category, dict(product.attributes)) == ("", {"label": "7"})


def test_a_merchant_feed_is_read_whole(tmp_path):
    path = tmp_path / "feed.tsv"
    path.write_text(
        "id\ttitle\tdescription\tlink\timage_link\tadditional_image_link\tadditional_image_link\tprice\t"
        "sale price\tavailability\tbrand\tgtin\titem group id\tcolor\tproduct_type\n"
        "007\tMug\tBig\thttps://s.example/7\thttps://s.example/7.jpg\t"
        "https://s.example/7b.jpg,https://s.example/7c.jpg\thttps://s.example/7d.jpg\t15.00 USD\t12.00 USD\t"
        "in_stock\tAcme\t4006381333931\tG7\tred\tKitchen > Mugs\n"
    )
    (product,) = open_catalog(path)
    assert isinstance(product, Product)
    assert product.id == "007"
    assert [p.uri for p in product.pictures] == [f"https://s.example/7{n}.jpg" for n in ("", "b", "c", "d")]
    assert product.price == Price(Decimal("12.00"), "USD")
    assert (product.availability, product.brand, product.group) == ("in stock", "Acme", "G7")
    assert (product.category, product.link) == ("Kitchen > Mugs", "https://s.example/7")
    assert dict(product.attributes) == {
        "gtin": "4006381333931", "color": "red", "regular_price": "15.00 USD",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("regular", "sale", "counts"),
    [
        ("20 EUR", "15 EUR", "15.00 EUR"),
        ("20 EUR", "25 EUR", "20.00 EUR"),
        ("", "15 EUR", "15.00 EUR"),
        ("20 EUR", "", "20.00 EUR"),
        ("20 EUR", "15", "15.00 EUR"),
        ("20 EUR", "15 USD", "20.00 EUR"),
    ],
)
def test_the_sale_price_counts_when_it_is_lower_and_in_the_same_currency(tmp_path, regular, sale, counts):
    assert str(only(tmp_path, f"id,image,price,sale_price\n1,a.jpg,{regular},{sale}\n").price) == counts


def test_a_currency_column_names_what_the_price_does_not(tmp_path):
    assert str(only(tmp_path, "id,image,price,currency\n1,a.jpg,15.5,sek\n").price) == "15.50 SEK"


@pytest.mark.parametrize("cell", ["-5", "call us", "10-20 USD", "(15)", "from 15"])
def test_what_is_no_price_is_kept_as_text(tmp_path, cell):
    product = only(tmp_path, f"id,image,price\n1,a.jpg,{cell}\n")
    assert (product.price, product.attributes["price_text"]) == (None, cell)


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("15.00 USD", "15", "USD"), ("1.299,00 €", "1299", "EUR"), ("12,50 EUR", "12.5", "EUR"),
        ("$15", "15", "USD"), ("1,299.00", "1299", ""), ("1,299", "1299", ""), ("1.299", "1.299", ""),
        ("1.299 €", "1299", "EUR"), ("US $15", "15", "USD"), ("1 299,50 kr", "1299.5", ""),
        ("15,-", "15", ""),
        ("1'299.50 CHF", "1299.5", "CHF"), ("15.000 KWD", "15", "KWD"), ("zł 12", "12", "PLN"),
        ("12,345,678.90 USD", "12345678.9", "USD"), ("R$ 1.234,56", "1234.56", "BRL"), ("¥1200", "1200", ""),
        (1299, "1299", ""), (12.989999771118164, "12.99", ""), ("0,999", "0.999", ""),
    ],
)  # fmt: skip
def test_prices_as_shops_write_them(cell, amount, currency):
    assert price(cell) == Price(Decimal(amount), currency)


@pytest.mark.parametrize(
    "cell", ["", "free", float("nan"), float("inf"), True, None, 10**400, "9" * 60, "1.2.3"]
)
def test_nonsense_is_no_price(cell):
    assert price(cell) is None


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("in_stock", "in stock"), ("InStock", "in stock"), ("https://schema.org/InStock", "in stock"),
        ("true", "in stock"), ("12", "in stock"), ("0", "out of stock"), ("Sold out", "out of stock"),
        ("no", "out of stock"), ("PreOrder", "preorder"), ("http://schema.org/BackOrder", "backorder"),
        ("in 3 days", "in 3 days"), ("", ""),
    ],
)  # fmt: skip
def test_stock_words_are_folded_and_others_kept(cell, word):
    assert availability(cell) == word
