"""What a run could not read is kept until it is read, or its product is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import StorageError
from lookalike.index import Index
from lookalike.ingest import reported
from lookalike.ingest.report import Interrupted
from lookalike.ingest.reported import Reported
from lookalike.products import Problem, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

PICTURES = [product.pictures[0].data or b"" for product in tiny_shop().products[:4]]


@pytest.fixture
def index() -> Index:
    encoder = GridEncoder()
    return Index(MemoryStore(encoder.space, encoder.name), encoder)


def broken(*ids: str) -> list[Product]:
    return [Product(id, (PICTURES[0], "/nowhere.png")) for id in ids]


def kept(index: Index) -> set[tuple[str, str]]:
    told = Reported.from_bytes(index._store.notes.read(reported.NAME))
    return {(one.id, one.reason) for one in told.problems}


def test_a_run_without_problems_leaves_no_note(index: Index) -> None:
    index.add([Product("a", PICTURES[0]), Product("b", (), "Words alone")])
    assert reported.NAME not in index._store.notes.names()


def test_a_run_replaces_what_is_said_of_the_products_that_it_met(index: Index) -> None:
    index.add(broken("a", "b"))
    index.add([*broken("c"), Product("a", PICTURES[1]), Product("d", b"no picture")])
    assert kept(index) == {("b", "missing"), ("c", "missing"), ("d", "not-a-picture")}


def test_a_feed_that_is_followed_to_its_end_settles_what_it_leaves_out(index: Index) -> None:
    index.add([*broken("a"), Product("never", "/nowhere.png"), *(Product(str(n), (), "x") for n in range(9))])
    rest = [Product(str(n), (), "x") for n in range(9)]
    index.sync([*rest, *(Product("", (), "no id") for _ in range(5))])
    assert kept(index) == {("a", "missing"), ("never", "missing"), ("", "no-id")}
    index.sync(rest)
    assert kept(index) == set()


def test_what_was_met_before_a_stop_is_kept(index: Index) -> None:
    def stop(rows: int) -> None:
        if rows == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        index.add(broken("a", "b", "c"), progress=stop, workers=1)
    assert kept(index) == {("a", "missing"), ("b", "missing")}


def test_removed_products_are_forgotten(index: Index) -> None:
    index.add(broken("a", "b"))
    index.remove(["a"])
    assert kept(index) == {("b", "missing")}


def test_a_note_that_cannot_be_written_fails_no_run(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        raise StorageError("The disk is full.", next_step="Make room.")

    monkeypatch.setattr(type(index._store.notes), "change", refuse)
    assert index.add(broken("a"), duplicates=False, fit=False).added == 1


def test_what_cannot_be_read_is_taken_for_nothing() -> None:
    told = Reported((Problem(1, "a", "missing", "There is no file.", "/x", fatal=False),))
    data = told.to_bytes()
    assert Reported.from_bytes(data) == told
    assert [Reported.from_bytes(bad) for bad in (None, b"", b"x", data[:-4])] == [Reported()] * 4


def test_of_very_many_problems_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reported, "MOST", 3)
    old = Reported(tuple(Problem(n, f"old{n}", "missing", "x") for n in range(3)))
    new = old.after({"new"}, [Problem(9, "new", "missing", "x"), Problem(10, "", "no-id", "x")])
    assert [one.id for one in new.problems] == ["new", "", "old0"]


def test_a_picture_of_a_product_that_is_gone_is_no_problem(tmp_path: Path) -> None:
    told = Reported((Problem(1, "a", "missing", "x", "/x", fatal=False), Problem(2, "b", "missing", "x")))
    assert [one.id for one in told.holding(())] == ["b"]
    assert [one.id for one in told.holding({"a"})] == ["a", "b"]
