from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from lookalike.demo import shop
from lookalike.demo.faults import Fault, plant_faults, planted
from lookalike.doctor.finding import KINDS
from lookalike.errors import BadArgument


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that is planned, with faults; its whole pictures are not drawn, to be quick."""
    folder = tmp_path_factory.mktemp("shop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop, "_draw_pictures", lambda *_: None)
        shop.draw_shop(folder, products=320)
    plant_faults(folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_every_kind_that_can_be_planted_is_planted(folder: Path) -> None:
    assert {fault.kind for fault in planted(folder)} == {*KINDS} - {"hidden", "hub"}


def test_no_product_has_two_faults(folder: Path) -> None:
    counts = Counter(one for fault in planted(folder) for one in fault.products)
    assert max(counts.values()) == 1
    assert max(Counter(fault.products for fault in planted(folder)).values()) == 1


def test_the_table_differs_from_the_plain_one_just_where_the_faults_are(folder: Path) -> None:
    plain = {row["id"]: row for row in rows(folder / "products.csv")}
    faulty = rows(folder / "faulty.csv")
    changed = {row["id"] for row in faulty if plain.get(row["id"]) != row}
    assert len({row["id"] for row in faulty}) == len(faulty) - 1, "one id stands there twice"
    assert changed == {one for fault in planted(folder) for one in fault.products}


def test_cells_say_what_the_faults_say(folder: Path) -> None:
    plain = {row["id"]: row for row in rows(folder / "products.csv")}
    faulty = {row["id"]: row for row in rows(folder / "faulty.csv")[:320]}
    columns = {"category": "product_type", "group": "item_group_id"}
    told = [fault for fault in planted(folder) if fault.field]
    assert len(told) > 20
    for fault in told:
        column = columns.get(fault.field, fault.field)
        (product,) = fault.products
        assert (plain[product][column], faulty[product][column]) == (fault.was, fault.now)
        assert fault.was != fault.now


def test_the_same_shop_always_gets_the_same_faults(folder: Path) -> None:
    def state() -> list[str]:
        files = [folder / "faulty.csv", folder / "faults.csv", *sorted((folder / "faulty").iterdir())]
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]

    before = state()
    plant_faults(folder)
    assert state() == before


def test_spoiled_pictures_are_as_they_are_said_to_be(folder: Path) -> None:
    def picture(kind: str, number: int = 0) -> Image.Image:
        fault = [fault for fault in planted(folder) if fault.kind == kind][number]
        return Image.open(io.BytesIO((folder / "faulty" / f"{fault.products[0]}.jpg").read_bytes()))

    assert [picture("tiny", at).size for at in range(3)] == [(16, 20), (32, 40), (48, 60)]
    assert picture("blank").getextrema() == ((255, 255),) * 3
    assert picture("rotated").size == (500, 400)
    assert picture("aspect").size == (400, 110)
    assert picture("border").getpixel((5, 5)) == (0, 0, 0)
    with pytest.raises(OSError, match="truncated"):
        picture("unreadable").load()


def test_a_shop_that_is_too_small_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop, "_draw_pictures", lambda *_: None)
        shop.draw_shop(tmp_path, products=8)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(BadArgument, match="too small") as refused:
        plant_faults(tmp_path)
    assert "320" in refused.value.next_step
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_finding_tells_a_fault_of_its_kind_and_product_and_a_tag_of_its_column() -> None:
    tag = Fault("wrong-tag", ("1",), "", field="color")
    assert tag.told_by("wrong-tag", ["1"], "color")
    assert not tag.told_by("wrong-tag", ["1"], "category")
    assert not tag.told_by("blank", ["1"], "color")
    assert Fault("blank", ("1", "2"), "").told_by("blank", ["2"])
