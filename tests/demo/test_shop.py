from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from lookalike.demo import shop
from lookalike.demo.palette import SHADES
from lookalike.demo.plan import KINDS, plan_shop
from lookalike.errors import BadArgument

SMALL = 40


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop.draw_shop(tmp_path_factory.mktemp("shop"), products=SMALL, seed=3)


@pytest.fixture(scope="module")
def rows(drawn: Path) -> list[dict[str, str]]:
    with drawn.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def pictures_of(row: dict[str, str]) -> list[str]:
    return [row["image_link"], *(name for name in row["additional_image_link"].split(",") if name)]


def test_the_full_shop_has_640_products_of_23_kinds() -> None:
    items = plan_shop(640, 7)
    assert len(items) == 640
    assert len({item.kind.name for item in items}) == len(KINDS) == 23
    assert len({item.id for item in items}) == 640


def test_the_shop_is_varied() -> None:
    items = plan_shop(640, 7)
    assert {item.look.shade.name for item in items} == set(SHADES)
    assert len({item.look.pattern for item in items}) == 8
    assert len({item.brand for item in items}) > 10
    stock = [item.availability for item in items]
    assert 0 < stock.count("out of stock") < len(items) / 4
    several = sum(len(item.views) > 1 for item in items)
    assert len(items) / 6 < several < len(items) / 2
    assert all(len(set(item.views)) == len(item.views) for item in items), "a picture is there twice"
    reduced = [item for item in items if item.sale_price is not None]
    assert reduced
    assert all(item.sale_price < item.price for item in reduced if item.sale_price is not None)


def test_variants_share_cut_brand_and_price_and_differ_in_colour() -> None:
    items = plan_shop(640, 7)
    groups: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        groups.setdefault(item.group, []).append(place)
    assert sum(len(places) > 1 for places in groups.values()) > 100
    for places in groups.values():
        variants = [items[place] for place in places]
        assert len({item.look.shade.name for item in variants}) == len(variants)
        assert len({(item.kind.name, item.brand, item.price, item.cut.seed) for item in variants}) == 1


def test_a_small_shop_still_has_every_kind(rows: list[dict[str, str]]) -> None:
    assert len(rows) == SMALL
    assert {row["product_type"] for row in rows} == {kind.category for kind in KINDS}


def test_every_row_is_complete(rows: list[dict[str, str]]) -> None:
    may_be_empty = {"sale_price", "additional_image_link", "gender", "related", "crosssell"}
    for row in rows:
        assert tuple(row) == shop.COLUMNS
        assert not [name for name, value in row.items() if not value and name not in may_be_empty]
        amount, currency = row["price"].split()
        assert currency == "EUR"
        assert Decimal(amount) > 0
        worn = row["product_type"].split(" > ")[0] in {"Clothing", "Shoes"}
        assert bool(row["gender"]) == worn


def test_every_picture_is_there_and_no_other(drawn: Path, rows: list[dict[str, str]]) -> None:
    named = {name for row in rows for name in pictures_of(row)}
    assert named == {f"images/{path.name}" for path in (drawn.parent / "images").iterdir()}
    for name in named:
        with Image.open(drawn.parent / name) as picture:
            assert (picture.format, picture.size, picture.mode) == ("JPEG", (400, 500), "RGB")


def test_the_same_seed_draws_the_same_shop(tmp_path: Path) -> None:
    one, two = (shop.draw_shop(tmp_path / name, products=6, seed=11) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    names = sorted(path.name for path in (one.parent / "images").iterdir())
    assert names == sorted(path.name for path in (two.parent / "images").iterdir())
    for name in names:
        assert (one.parent / "images" / name).read_bytes() == (two.parent / "images" / name).read_bytes()


def test_another_seed_plans_another_shop() -> None:
    assert [item.title for item in plan_shop(SMALL, 3)] != [item.title for item in plan_shop(SMALL, 4)]


def test_a_complete_shop_is_not_drawn_again_and_an_interrupted_one_is(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    shop.draw_shop(tmp_path, products=2, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    shop.draw_shop(tmp_path, products=2, progress=lambda done, total: steps.append((done, total)))
    assert len(steps) == 2
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    (tmp_path / "shop.json").write_text(json.dumps({"complete": False}))
    shop.draw_shop(tmp_path, products=2, progress=lambda done, total: steps.append((done, total)))
    assert len(steps) == 4


def test_a_broken_draw_leaves_no_table_behind(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.draw_shop(tmp_path, products=2, progress=stop)
    assert not (tmp_path / "products.csv").exists()
    assert not (tmp_path / "images").exists()
    shop.draw_shop(tmp_path, products=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "products.csv", "shop.json"]


def test_a_folder_of_somebody_elses_images_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "holiday.jpg").write_bytes(b"mine")
    with pytest.raises(BadArgument, match="did not draw"):
        shop.draw_shop(tmp_path, products=2)
    assert (tmp_path / "images" / "holiday.jpg").read_bytes() == b"mine"


def test_a_shop_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument):
        shop.draw_shop(tmp_path, products=0)


def test_customers_photos_show_products_of_different_kinds(drawn: Path, rows: list[dict[str, str]]) -> None:
    table = shop.street_photos(drawn.parent, count=3)
    with table.open(encoding="utf-8", newline="") as source:
        photos = list(csv.DictReader(source))
    kinds = {row["id"]: row["product_type"] for row in rows}
    assert len({kinds[photo["product_id"]] for photo in photos}) == 3
    for photo in photos:
        with Image.open(table.parent / photo["photo"]) as picture:
            assert picture.size == (400, 500)


def test_photos_of_a_shop_that_was_not_drawn_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="no drawn demo shop"):
        shop.street_photos(tmp_path)
