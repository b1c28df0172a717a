from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.products import Product
from lookalike.testing.tiny_shop import TinyShop, tiny_shop, write_tiny_shop


@pytest.fixture(scope="module")
def shop() -> TinyShop:
    return tiny_shop()


def main_pixels(product: Product) -> bytes:
    with Image.open(io.BytesIO(product.pictures[0].data or b"")) as image:
        return image.convert("RGB").tobytes()


def test_it_is_uneven(shop: TinyShop) -> None:
    sizes = Counter(shop.kind.values())
    assert len(set(sizes.values())) >= 5
    assert len({len(product.pictures) for product in shop.products}) == 3
    assert 35 <= len(shop.products) <= 50


def test_every_id_is_known_once(shop: TinyShop) -> None:
    ids = [product.id for product in shop.products]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(shop.kind) == set(shop.colour)
    assert [product.row for product in shop.products] == list(range(1, len(ids) + 1))
    assert any(id_.startswith("0") for id_ in ids)
    assert ids != sorted(ids)


def test_copies_have_the_same_pixels_and_nothing_else_has(shop: TinyShop) -> None:
    families: dict[str, set[str]] = {}
    for product in shop.products:
        families.setdefault(hashlib.sha256(main_pixels(product)).hexdigest(), set()).add(product.id)
    found = {
        id_: frozenset(family - {id_}) for family in families.values() for id_ in family if len(family) > 1
    }
    assert found == dict(shop.copies)


def test_some_copies_are_in_another_container(shop: TinyShop) -> None:
    formats = set()
    for product in shop.products:
        with Image.open(io.BytesIO(product.pictures[0].data or b"")) as image:
            formats.add(image.format)
    assert formats == {"PNG", "WEBP"}


def test_variants_share_a_group_and_a_kind_and_differ_in_pixels(shop: TinyShop) -> None:
    by_id = {product.id: product for product in shop.products}
    assert len(shop.variants) >= 6
    for group, ids in shop.variants.items():
        assert {by_id[id_].group for id_ in ids} == {group}
        assert len({shop.kind[id_] for id_ in ids}) == 1
        assert len({main_pixels(by_id[id_]) for id_ in ids}) == len(ids) > 1


def test_products_with_several_pictures_are_named(shop: TinyShop) -> None:
    assert shop.multi == {product.id for product in shop.products if len(product.pictures) > 1}
    assert 4 <= len(shop.multi) < len(shop.products) / 2


def test_prices_stock_and_brands_have_gaps(shop: TinyShop) -> None:
    currencies = Counter(product.price.currency for product in shop.products if product.price)
    assert currencies.most_common(1)[0][0] == "EUR"
    assert set(currencies) == {"EUR", "USD", "GBP"}
    assert {product.availability for product in shop.products} == {"in stock", "out of stock"}
    assert any(not product.brand for product in shop.products)


def test_the_colour_is_in_the_middle_of_the_picture(shop: TinyShop) -> None:
    reds = [p for p in shop.products if shop.colour[p.id] == "red" and shop.kind[p.id] == "T-shirts"]
    for product in reds[:1]:
        pixels = np.frombuffer(main_pixels(product), np.uint8).reshape(120, 96, 3)
        red, green, blue = pixels[50:70, 40:56].reshape(-1, 3).mean(axis=0)
        assert red > 2 * max(green, blue)


def test_each_taste_fits_its_shopper(shop: TinyShop) -> None:
    by_id = {product.id: product for product in shop.products}
    for taste in shop.tastes.values():
        assert set(taste.liked) < taste.fitting
        for id_, product in by_id.items():
            price = product.price
            inside = price is not None and price.currency == "EUR"
            inside = inside and price is not None and taste.price[0] <= price.amount <= taste.price[1]
            fits = inside and shop.kind[id_] in taste.kinds and shop.colour[id_] in taste.colours
            assert fits == (id_ in taste.fitting)


def test_photos_are_of_products_and_like_no_stored_picture(shop: TinyShop) -> None:
    assert set(shop.photos) == set(shop.photo_of)
    assert set(shop.photo_of.values()) <= set(shop.kind)
    for data in shop.photos.values():
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG"


def test_the_written_shop_holds_the_same_bytes(shop: TinyShop, tmp_path: Path) -> None:
    table = write_tiny_shop(tmp_path)
    with table.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert [row["id"] for row in rows] == [product.id for product in shop.products]
    for row, product in zip(rows, shop.products, strict=True):
        assert row["price"] == str(product.price)
        assert (tmp_path / row["image_link"]).read_bytes() == product.pictures[0].data
        others = [name for name in row["additional_image_link"].split(",") if name]
        assert len(others) == len(product.pictures) - 1
    for name, data in shop.photos.items():
        assert (tmp_path / "photos" / name).read_bytes() == data
