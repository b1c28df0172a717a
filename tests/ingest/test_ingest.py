"""From rows to an index: nothing is lost, nothing is encoded twice, every row is accounted for."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.catalog import catalog_of
from lookalike.encoders.base import Pixels
from lookalike.errors import BadArgument, PictureError, TooManyRemovals
from lookalike.index import Index
from lookalike.ingest.report import Interrupted
from lookalike.products import PictureSource, Price, Problem, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.vectors import Floats

COLOURS = ["red", "blue", "green", "gold", "purple", "black", "teal", "brown", "pink", "navy"]


def png(colour: str, mark: int = 0) -> bytes:
    """A picture of one colour with a mark that makes it its own."""
    image = Image.new("RGB", (40, 50), colour)
    image.paste((255, 255, 255), (mark % 5 * 8, mark // 5 % 6 * 8, mark % 5 * 8 + 8, mark // 5 % 6 * 8 + 8))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def product(number: int, **fields: object) -> Product:
    picture = PictureSource(data=png(COLOURS[number % 10], number))
    return replace(
        Product(f"{number:03}", (picture,), title=f"product {number}", row=number + 1),
        **fields,  # type: ignore[arg-type]
    )


def shop_on_disk(folder: Path, count: int) -> list[Product]:
    products = []
    for number in range(count):
        path = folder / f"{number:03}.png"
        path.write_bytes(png(COLOURS[number % 10], number))
        products.append(product(number, pictures=(PictureSource(str(path)),)))
    return products


@pytest.fixture
def encoder() -> GridEncoder:
    return GridEncoder()


@pytest.fixture
def index(encoder: GridEncoder) -> Index:
    return Index(MemoryStore(encoder.space, "grid"), encoder)


def test_every_row_is_indexed_unchanged_or_reported(index: Index) -> None:
    rows: list[Product | Problem] = [
        product(0),
        product(1),
        product(2, pictures=(PictureSource(data=b"not a picture"),)),
        product(3, pictures=(PictureSource("/nowhere/at/all.jpg"),)),
        product(4, pictures=(), title=""),
        product(0),
    ]
    report = index.add(row for row in rows if isinstance(row, Product))
    assert report.rows == 6
    assert report.added == 2
    assert report.rows == report.indexed + report.unchanged + report.reported
    assert report.reasons() == {"not-a-picture": 1, "missing": 1, "no-picture": 1, "repeated-id": 1}
    assert [(p.row, p.id) for p in report.problems] == [(1, "000"), (3, "002"), (4, "003"), (5, "004")]
    assert index.ids == ["000", "001"]


def test_an_unchanged_catalogue_is_not_encoded_again(index: Index, encoder: GridEncoder) -> None:
    products = [product(number) for number in range(10)]
    assert index.add(products).encoded == 10
    version = index.manifest.version
    report = index.add(products)
    assert (report.unchanged, report.encoded, encoder.calls) == (10, 0, 10)
    assert index.manifest.version == version


def test_a_new_price_is_an_update_that_reads_no_picture(tmp_path: Path, index: Index) -> None:
    products = shop_on_disk(tmp_path, 3)
    index.add(products)
    before = index.vectors()[1]
    path = tmp_path / "001.png"
    status = path.stat()
    path.write_bytes(b"x" * status.st_size)  # would be reported if it were read
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    cheaper = replace(products[1], price=Price(Decimal("9.90"), "EUR"))
    report = index.add([products[0], cheaper, products[2]])
    assert (report.updated, report.unchanged, report.encoded, report.problems) == (1, 2, 0, ())
    assert index.product("001").price == Price(Decimal("9.90"), "EUR")
    assert (index.vectors()[1] == before).all()


def test_a_new_picture_under_the_same_name_is_encoded(tmp_path: Path, index: Index) -> None:
    products = shop_on_disk(tmp_path, 3)
    index.add(products)
    (tmp_path / "001.png").write_bytes(png("white", 7))
    report = index.add(products)
    assert (report.updated, report.unchanged, report.encoded) == (1, 2, 1)


def test_a_touched_file_is_read_and_not_encoded(tmp_path: Path, index: Index) -> None:
    products = shop_on_disk(tmp_path, 2)
    index.add(products)
    os.utime(tmp_path / "000.png", ns=(1, 1))
    assert index.add(products).encoded == 0
    report = index.add(products)
    assert (report.unchanged, report.encoded, report.reused) == (2, 0, 0)


def test_the_same_bytes_under_another_product_are_not_encoded_again(index: Index) -> None:
    index.add([product(0)])
    report = index.add([replace(product(0), id="copy", title="the copy")])
    assert (report.added, report.encoded, report.reused) == (1, 0, 1)
    assert index.similar("copy", duplicates=True, recipe="look")[0].score == 1.0
    assert report.copies == 1


def test_a_product_is_indexed_with_the_pictures_that_can_be_read(index: Index) -> None:
    good, other = PictureSource(data=png("red", 1)), PictureSource(data=png("blue", 2))
    mixed = Product("a", (good, PictureSource(data=b"", uri="broken.jpg"), other), row=9)
    report = index.add([mixed])
    assert (report.added, report.reported, report.encoded) == (1, 0, 2)
    (problem,) = report.problems
    assert (problem.row, problem.reason, problem.uri, problem.fatal) == (9, "empty", "broken.jpg", False)
    assert len(index.product("a").pictures) == 2
    assert index.add([mixed]).unchanged == 1


def test_a_picture_that_breaks_later_does_not_lose_what_is_stored(tmp_path: Path, index: Index) -> None:
    products = shop_on_disk(tmp_path, 2)
    index.add(products)
    (tmp_path / "000.png").write_bytes(b"ruined")
    looks = index.vectors()[1]
    report = index.add(products)
    assert (report.unchanged, report.stale, report.reported) == (2, 1, 0)
    (problem,) = report.problems
    assert (problem.id, problem.reason, problem.fatal) == ("000", "not-a-picture", False)
    assert (index.vectors()[1] == looks).all()


def test_a_stored_product_that_lost_its_pictures_keeps_the_old_ones_and_is_told(index: Index) -> None:
    index.add([product(0)])
    report = index.add([product(0, pictures=(), title="renamed")])
    assert (report.updated, report.stale, report.reasons()) == (1, 1, {"no-picture": 1})
    assert index.product("000").title == "renamed"
    assert len(index.vectors()[0]) == 1


def test_a_product_without_a_picture_is_stored_with_its_words_and_told(index: Index) -> None:
    bare = product(1, pictures=(), title="a mug without a picture")
    report = index.add([product(0), bare])
    assert (report.added, report.reported) == (2, 0)
    (problem,) = report.problems
    assert (problem.id, problem.reason, problem.fatal) == ("001", "no-picture", False)
    assert index.search(text="mug").ids == ["001"]
    assert index.similar("000", recipe="look").ids == []

    again = index.add([bare])
    assert (again.unchanged, again.stale, again.reasons()) == (1, 0, {"no-picture": 1})
    later = index.add([product(1, title=bare.title)])
    assert (later.updated, later.encoded, later.problems) == (1, 1, ())
    assert index.similar("000").ids == ["001"]


@pytest.mark.parametrize("ruin", [None, b"ruined"])
def test_a_new_main_picture_that_cannot_be_read_does_not_change_the_look(
    tmp_path: Path, index: Index, ruin: bytes | None
) -> None:
    one, two = (PictureSource(str(tmp_path / f"{number:03}.png")) for number in range(2))
    shop_on_disk(tmp_path, 2)
    index.add([Product("a", (one, two))])
    looks = index.vectors()[1]
    new = tmp_path / "new.png"
    if ruin is not None:
        new.write_bytes(ruin)
    for pictures in ((PictureSource(str(new)), two), (PictureSource(str(new)),)):
        report = index.add([Product("a", pictures, title="renamed")])
        assert (report.stale, report.reported, report.encoded) == (1, 0, 0)
        assert index.product("a").pictures == (one, two)
        assert index.product("a").title == "renamed"
        assert (index.vectors()[1] == looks).all()
    new.write_bytes(png("white", 9))
    assert index.add([Product("a", (PictureSource(str(new)), two), title="renamed")]).updated == 1
    assert index.product("a").pictures == (PictureSource(str(new)), two)


def test_price_and_stock_follow_the_feed_even_while_a_picture_is_broken(tmp_path: Path, index: Index) -> None:
    products = shop_on_disk(tmp_path, 2)
    index.add(products)
    (tmp_path / "000.png").unlink()
    report = index.add([replace(products[0], availability="out of stock"), products[1]])
    assert (report.updated, report.unchanged, report.stale) == (1, 1, 1)
    assert index.product("000").availability == "out of stock"
    assert [picture.uri for picture in index.product("000").pictures] == [str(tmp_path / "000.png")]
    assert not report.within(0.05)
    assert index.similar("001").ids == ["000"]


def test_dropped_and_reordered_pictures_follow_the_catalogue(index: Index, encoder: GridEncoder) -> None:
    one, two, three = (PictureSource(data=png(c, i)) for i, c in enumerate(["red", "blue", "green"]))
    index.add([Product("a", (one, two, three))])
    first = index.vectors()[1][0]
    report = index.add([Product("a", (three, one))])
    assert (report.updated, report.encoded, report.reused) == (1, 0, 2)
    assert len(index.product("a").pictures) == 2
    assert (index.vectors()[1][0] != first).any()
    assert encoder.calls == 3


def test_stopping_stores_what_was_measured_and_the_next_run_goes_on(
    index: Index, encoder: GridEncoder
) -> None:
    products = [product(number) for number in range(28)]

    def stop(done: int) -> None:
        if done == 18:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        index.add(products, progress=stop)
    assert stopped.value.report.rows == 18
    assert len(index) == 18
    report = index.add(products)
    assert (report.unchanged, report.added, report.encoded) == (18, 10, 10)


def test_an_error_in_the_feed_keeps_what_was_committed_and_is_not_swallowed(index: Index) -> None:
    def feed() -> Iterator[Product]:
        yield from (product(number) for number in range(28))
        raise RuntimeError("the feed broke")

    with pytest.raises(RuntimeError, match="the feed broke"):
        index.add(feed())
    assert index.add([product(number) for number in range(28)]).rows == 28


def test_sync_adds_updates_and_removes_what_vanished(index: Index) -> None:
    index.add([product(number) for number in range(10)])
    feed = [product(number) for number in range(1, 9)] + [product(20)]
    feed[0] = replace(feed[0], title="renamed")
    report = index.sync(feed)
    assert (report.added, report.updated, report.unchanged, report.removed) == (1, 1, 7, 2)
    assert index.ids == [f"{n:03}" for n in (*range(1, 9), 20)]


def test_a_feed_that_would_empty_the_shop_is_refused_whole(index: Index) -> None:
    index.add([product(number) for number in range(10)])
    version = index.manifest.version
    with pytest.raises(TooManyRemovals, match="lacks 3 of the 10"):
        index.sync([product(number, title="new") for number in range(7)])
    assert index.manifest.version == version
    assert index.sync([product(number) for number in range(7)], max_removed=1).removed == 3


def test_a_product_whose_picture_broke_is_not_taken_for_vanished(index: Index) -> None:
    products = [product(number) for number in range(30)]
    index.add(products)
    products[3] = replace(products[3], pictures=(PictureSource(data=b"ruined"),))
    report = index.sync(products)
    assert (report.stale, report.reported, report.removed) == (1, 0, 0)
    assert "003" in index


def test_nothing_is_removed_when_too_much_of_the_feed_cannot_be_read(index: Index) -> None:
    products = [product(number) for number in range(10)]
    index.add(products)
    broken = [replace(p, pictures=(PictureSource(data=b"ruined"),)) for p in products[1:]]
    report = index.sync(broken)
    assert (report.stale, report.removed, report.withheld) == (9, 0, 1)
    assert len(index) == 10


def test_a_row_whose_id_cannot_be_read_may_be_the_one_that_seems_gone(index: Index) -> None:
    index.add([product(number) for number in range(28)])
    feed = [*(product(number) for number in range(27)), Problem(28, "", "malformed", "a quote is open")]
    report = index.sync(catalog_of(feed))
    assert (report.reported, report.removed, report.withheld) == (1, 0, 1)
    assert "027" in index
    assert index.sync(catalog_of(feed), max_removed=1).removed == 1


@pytest.mark.parametrize("share", [float("nan"), -0.1, 1.1])
def test_a_share_that_is_none_does_not_switch_the_guard_off(index: Index, share: float) -> None:
    with pytest.raises(BadArgument, match="max_removed"):
        index.sync([product(0)], max_removed=share)


def test_a_picture_the_encoder_says_nothing_of_is_reported_and_the_rest_goes_on() -> None:
    class Blind(GridEncoder):
        def encode(self, batch: Pixels) -> Floats:
            vectors = super().encode(batch)
            vectors[batch.reshape(len(batch), -1).max(axis=1) == 0] = np.nan
            return vectors

    encoder = Blind()
    index = Index(MemoryStore(encoder.space, "grid"), encoder)
    black = Image.new("RGB", (20, 20))
    out = io.BytesIO()
    black.save(out, "PNG")
    report = index.add([product(0), product(1, pictures=(PictureSource(data=out.getvalue()),)), product(2)])
    assert (report.added, report.reasons()) == (2, {"no-vector": 1})
    with pytest.raises(PictureError, match="no finite vector"):
        index.search(black)


def test_a_report_is_a_document_and_a_table(tmp_path: Path, index: Index) -> None:
    report = index.add([product(0), product(1, pictures=(PictureSource(data=b"ruined"),))])
    document = report.to_dict()
    assert document["rows"] == document["indexed"] + document["unchanged"] + document["reported"]
    report.write_csv(tmp_path / "problems.csv")
    lines = (tmp_path / "problems.csv").read_text().splitlines()
    assert lines[0] == "row,id,reason,detail,uri,indexed"
    assert lines[1].startswith("2,001,not-a-picture,")
    assert not report.within(0.05)
    assert report.within(0.5)


def test_an_index_verifies_itself_and_notices_what_changed(tmp_path: Path, index: Index) -> None:
    index.add([*shop_on_disk(tmp_path, 5), product(7)])
    assert index.verify().to_dict() == {
        "ok": True,
        "sampled": 6,
        "found": 6,
        "lost": [],
        "changed": 0,
        "unreadable": 0,
        "tables": [],
        "rebuilding": None,
        "fitted": [],
        "records": [],
        "rules": [],
    }
    (tmp_path / "000.png").write_bytes(png("white", 3))
    (tmp_path / "001.png").unlink()
    report = index.verify()
    assert (report.found, report.changed, report.unreadable, report.ok) == (4, 1, 1, True)


def test_an_index_whose_pictures_are_all_gone_is_not_called_sound(tmp_path: Path, index: Index) -> None:
    assert index.verify().ok
    index.add(shop_on_disk(tmp_path, 3))
    for path in tmp_path.iterdir():
        path.unlink()
    report = index.verify()
    assert (report.unreadable, report.tested, report.ok) == (3, 0, False)


def test_a_photo_that_is_in_the_catalogue_finds_itself(index: Index) -> None:
    index.add([product(number) for number in range(10)])
    answer = index.search(png(COLOURS[4], 4), k=1)
    assert answer.ids == ["004"]
    assert answer[0].score == 1.0
    assert answer[0].evidence["colour"] == pytest.approx(1.0, abs=1e-4)
