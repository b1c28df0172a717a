"""An examination is kept, told again, and compared with the one before it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookalike.checkup import kept, remembered
from lookalike.checkup.examination import case_of
from lookalike.checkup.kept import Kept
from lookalike.checkup.packed import Chosen, Packed
from lookalike.doctor import pixels
from lookalike.doctor.case import Case, Tell, silent
from lookalike.doctor.finding import KINDS, Finding, Unjudged
from lookalike.errors import BadArgument, StorageError
from lookalike.index import Index
from lookalike.products import Product
from lookalike.store.base import Change, VersionGone
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder

from .conftest import PICTURES, PRODUCTS, Found

TAG = Finding("wrong-tag", ("007",), 0.9, "colour", "blue", "red", 0, {"says": "It looks red."})
OWN = ("unreadable", "no-picture")
GUESS = Finding("wrong-tag", ("=9",), 0.4, "colour", "green", "blue")
SLIP = Finding("price", ("8",), 0.95, "price", "1250.00 USD", "12.50 USD")


def test_before_any_examination_the_next_step_is_named(index: Index) -> None:
    assert not index.doctor.examined
    with pytest.raises(BadArgument, match="Nobody has examined") as caught:
        index.doctor.findings()
    assert "lookalike doctor" in caught.value.next_step


def test_what_could_not_be_read_is_found_until_it_can_be(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    good = PICTURES[0]
    index.add(
        [
            Product("a", good),
            Product("b", (good, tmp_path / "gone.png")),
            Product("c", tmp_path / "no.jpg"),
            Product("d", (), "Only words"),
            Product("e"),
        ]
    )
    found = index.doctor.examine(OWN)
    told = {(one.kind, one.products): one.evidence["indexed"] for one in found}
    assert told == {
        ("unreadable", ("b",)): True,
        ("unreadable", ("c",)): False,
        ("no-picture", ("d",)): True,
        ("no-picture", ("e",)): False,
    }
    assert {one.confidence for one in found} == {1.0}
    index.add([Product("b", good), Product("c", PICTURES[1]), Product("d", (), "Only words")])
    assert {one.products for one in index.doctor.examine(OWN)} == {("d",), ("e",)}
    index.sync([Product("b", good), Product("c", PICTURES[1]), Product("d", PICTURES[2])], max_removed=1)
    assert len(index.doctor.examine(OWN)) == 0


def test_what_a_removed_product_could_not_show_is_forgotten(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add([Product("a", (PICTURES[0], tmp_path / "gone.png")), Product("b", PICTURES[1])])
    assert len(index.doctor.examine("unreadable")) == 1
    index.remove(["a"])
    assert len(index.doctor.examine("unreadable")) == 0
    index.add([Product("a", PICTURES[0])])
    assert len(index.doctor.examine("unreadable")) == 0


def test_rows_without_an_id_are_those_of_the_last_run(tmp_path: Path) -> None:
    table = tmp_path / "products.csv"
    index = Index.create(tmp_path / "index", GridEncoder())
    table.write_text("id,title,image\n,Nameless,\na,Apple,\n")
    index.add(table)
    (found,) = index.doctor.examine("unreadable")
    assert (found.products, found.value) == ((), "row 1")
    table.write_text("id,title,image\na,Apple,\n")
    index.add(table)
    assert len(index.doctor.examine("unreadable")) == 0


def test_the_last_examination_is_told_again_by_another_process(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add([Product("d", (), "Only words")])
    examined = index.doctor.examine().to_dict()
    again = Index.open(tmp_path / "index", GridEncoder()).doctor.findings().to_dict()
    assert again == examined
    assert json.loads(json.dumps(again)) == again
    assert again["counts"] == {"no-picture": 1}
    assert again["sections"] == {"pictures": 1, "tags": 0, "table": 0, "shelves": 0}
    assert (again["products"], again["pictures"], again["stale"]) == (1, 0, False)
    index.add([Product("e", (), "More words")])
    assert index.doctor.findings().stale


def test_findings_come_by_kind_and_the_surest_first(index: Index, found: Found) -> None:
    found(SLIP, GUESS, TAG)
    doctor = index.doctor
    assert [one.id for one in doctor.findings(confidence=0)] == [TAG.id, GUESS.id, SLIP.id]
    assert [one.id for one in doctor.findings()] == [TAG.id, SLIP.id]
    assert [one.id for one in doctor.findings("tags", confidence=0.3)] == [TAG.id, GUESS.id]
    assert [one.id for one in doctor.findings(["price", "blurred"])] == [SLIP.id]
    assert doctor.findings("wrong-tag,price").counts == {"wrong-tag": 1, "price": 1}
    assert doctor.findings()[0] == TAG
    assert [one.id for one in doctor.findings()[:1]] == [TAG.id]


def test_of_equal_findings_the_surest_is_told(index: Index, found: Found) -> None:
    found(Finding("tiny", ("8",), 0.6), Finding("tiny", ("8",), 0.8), Finding("tiny", ("8",), 0.7))
    assert [one.confidence for one in index.doctor.findings("tiny")] == [0.8]


@pytest.mark.parametrize("kinds", ["wrong-tags", "", [], 7, ["price", None]])
def test_kinds_that_there_are_not_are_named_with_those_near(index: Index, kinds: Any) -> None:
    with pytest.raises(BadArgument) as caught:
        index.doctor.findings(kinds)
    assert "wrong-tag" in caught.value.next_step


@pytest.mark.parametrize("confidence", [-0.1, 1.1, "sure", True, float("nan")])
def test_a_confidence_is_a_share(index: Index, confidence: Any) -> None:
    with pytest.raises(BadArgument, match="confidence"):
        index.doctor.examine(confidence=confidence)


def test_new_is_what_the_examination_before_did_not_find(index: Index, found: Found) -> None:
    found(TAG)
    assert index.doctor.findings(new=True).new == {TAG.id}
    assert index.doctor.findings().all_new
    found(TAG, SLIP)
    assert index.doctor.findings().new_counts == {"price": 1}
    assert not index.doctor.findings().all_new
    assert [one.id for one in index.doctor.findings(new=True)] == [SLIP.id]
    found(TAG, SLIP)
    assert len(index.doctor.findings(new=True)) == 0


def test_an_examination_of_some_kinds_leaves_the_others_as_they_were(index: Index, found: Found) -> None:
    found(TAG, SLIP, Finding("no-picture", ("8",), 1.0), unjudged=(Unjudged("person", "", "Too few."),))
    index.add([Product("bare", (), "Words")])
    examined = index.doctor.examine("no-picture")
    assert [one.products for one in examined] == [("bare",)]
    assert not examined.stale
    every = index.doctor.findings()
    assert [one.id for one in every[1:]] == [TAG.id, SLIP.id]
    assert every.stale
    assert every.examined_at == 1000
    assert [one.kind for one in every.unjudged] == ["person"]
    assert len(index.doctor.examine("unreadable").unjudged) == 0


def test_progress_may_end_an_examination_and_nothing_is_kept(index: Index) -> None:
    def stop(doing: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.doctor.examine(progress=stop)
    assert not index.doctor.examined


def test_where_nothing_can_be_kept_the_findings_are_told_all_the_same(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, make: Change) -> bytes:
        raise StorageError(f"{name} cannot be written.", next_step="Choose another place.")

    monkeypatch.setattr(index._store.notes, "change", refuse)
    index._store.notes.change  # noqa: B018
    index.doctor._notes.change = refuse  # type: ignore[method-assign]
    index.add([Product("bare", (), "Words")], duplicates=False, fit=False)
    found = index.doctor.examine("no-picture")
    assert [one.products for one in found] == [("bare",)]
    assert "cannot be written" in found.unkept
    assert index.doctor.findings("no-picture") == found
    assert found.to_dict()["unkept"]


def test_a_damaged_note_is_as_if_nobody_had_examined(index: Index, found: Found) -> None:
    found(TAG)
    data = index._store.notes.read(kept.NAME)
    assert data is not None
    for spoilt in (b"", b"no", data[:-20], b"x" + data):
        index._store.notes.write(kept.NAME, spoilt)
        assert not index.doctor.examined


def test_thousands_of_findings_are_kept_small_and_chosen_from_unread() -> None:
    said = {
        "says": "It looks red.",
        "products": [{"id": str(n), "picture": 0, "value": "red"} for n in range(5)],
    }
    many = [
        Finding("wrong-tag", (str(n),), 0.25 + n % 3 / 4, "colour", "blue", "red", 0, said)
        for n in range(12_000)
    ]
    data = Kept(Packed.of(many)).to_bytes()
    assert len(data) < 1_500_000
    packed = Kept.from_bytes(data).packed
    assert sum(map(len, packed.pieces)) < 1_000_000
    every = Chosen(packed, np.arange(12_000))
    assert len(every.among(["wrong-tag"], 0.5)) == 8_000
    assert every[3_999] == many[9_998]
    assert every[4_000].confidence == 0.5
    assert list(every.among(["wrong-tag"], 0, "7")) == [many[7]]


def test_the_few_surest_of_each_kind_can_be_chosen(index: Index, found: Found) -> None:
    found(SLIP, GUESS, TAG, Finding("tiny", ("8",), 1.0))
    chosen = index.doctor.findings(confidence=0).chosen
    assert [(one.kind, one.products[0]) for one in chosen.few(2)] == [
        ("tiny", "8"),
        ("wrong-tag", "007"),
        ("wrong-tag", "=9"),
        ("price", "8"),
    ]
    assert chosen.few(1).counts() == {"tiny": 1, "wrong-tag": 1, "price": 1}


def test_numbers_of_arrays_and_no_numbers_are_kept_as_json_has_them() -> None:
    odd = Finding("price", ("8",), np.float32(0.75).item(), evidence={"a": np.float32(2), "b": float("nan")})
    back = Kept.from_bytes(Kept(Packed.of([odd])).to_bytes()).packed.finding(0)
    assert back.evidence == {"a": 2.0, "b": None}


def test_every_kind_may_be_asked_for_by_its_name() -> None:
    encoder = GridEncoder()
    empty = Index(MemoryStore(encoder.space, encoder.name), encoder)
    found = empty.doctor.examine(list(KINDS), confidence=0)
    assert len(found) == 0
    assert found.kinds == tuple(KINDS)


def case_in(index: Index, tell: Tell = silent) -> Case:
    return case_of(index._now(), index._store.notes, index._encoder_of, index._now, tell=tell)


def test_pixels_are_measured_once_for_each_content(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    monkeypatch.setattr(
        pixels, "decoded", lambda data, own=pixels.decoded: (measured.append(len(data)), own(data))[1]
    )
    first = case_in(index).pixels
    again = case_in(index).pixels
    assert len(measured) == len(first.contents) == index.manifest.pictures
    assert np.array_equal(first.table, again.table, equal_nan=True)
    assert first.contents == again.contents


def test_pixels_measured_before_a_stop_are_kept(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_SLICE", 2)
    told: list[tuple[int, int]] = []

    def stop(doing: str, done: int, total: int) -> None:
        told.append((done, total))
        if done > 2:
            raise KeyboardInterrupt

    notes = index._store.notes
    case = case_in(index, tell=stop)
    with pytest.raises(KeyboardInterrupt):
        _ = case.pixels
    assert told[0] == (0, 4)
    assert len(remembered.Remembered.of(notes).contents) == 2
    assert len(case_in(index).pixels.contents) == 4
    assert len(remembered.Remembered.of(notes).contents) == 4


def test_a_version_that_writers_cleaned_away_is_examined_to_its_end(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(PRODUCTS, duplicates=False, fit=False)
    case, keys = case_in(index), [(product.id, 0) for product in PRODUCTS]
    before = dict(case.thumbnails(keys))
    index.remove(["8"])
    index.add([replace(PRODUCTS[0], pictures=PICTURES[5])], duplicates=False, fit=False)  # type: ignore[arg-type]
    monkey = VersionGone("cleaned away")

    def gone(keys: object) -> dict[tuple[str, int], bytes]:
        raise monkey

    case.thumbnails._first.reader.thumbnails = gone  # type: ignore[attr-defined]
    left = dict(case.thumbnails(keys))
    assert left == {key: before[key] for key in keys if key[0] in ("=9", "10")}
