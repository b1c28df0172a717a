"""What people decide is taken where it makes sense, written where it is asked for, and can be taken back."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lookalike.checkup import decided
from lookalike.checkup.decision import Decision
from lookalike.doctor.finding import Finding
from lookalike.errors import BadArgument, CatalogError, IndexDamaged, StorageError
from lookalike.index import Index
from lookalike.products import Price, Product
from lookalike.testing.grid import GridEncoder

from .conftest import PRODUCTS, Found

TAG = Finding("wrong-tag", ("007", "8"), 0.9, "colour", "blue", "red")
BLANK = Finding("missing-tag", ("10",), 0.9, "colour", "", "blue")
KIND = Finding("wrong-tag", ("=9",), 0.8, "category", "Bowls", "Mugs")
SLIP = Finding("price", ("8",), 0.95, "price", "1250.00 USD", "12.50 USD")
MONEY = Finding("currency", ("8",), 0.7, "currency", "USD", "EUR")
SPLIT = Finding("variants-split", ("=9",), 0.8, "group", "", "bowl")
JOINED = Finding("variants-joined", ("8", "007"), 0.8, "group", "g1", "")
TITLE = Finding("colour-text", ("007",), 0.8, "title", "Red mug", "Blue mug")
SOFT = Finding("blurred", ("10",), 0.8, picture=0)
ALL = (TAG, BLANK, KIND, SLIP, MONEY, SPLIT, JOINED, TITLE, SOFT)


def say(finding: Finding, decision: str, value: str | None = None) -> Decision:
    return Decision(finding.id, decision, value)


@pytest.mark.parametrize(
    ("finding", "changed"),
    [
        (TAG, {"007": {"attributes": {"colour": "red", "season": "summer"}}}),
        (BLANK, {"10": {"attributes": {"colour": "blue"}}}),
        (KIND, {"=9": {"category": "Mugs"}}),
        (SLIP, {"8": {"price": Price(Decimal("12.50"), "USD")}}),
        (MONEY, {"8": {"price": Price(Decimal("1250"), "EUR")}}),
        (SPLIT, {"=9": {"group": "bowl"}}),
        (JOINED, {"8": {"group": ""}}),
        (TITLE, {"007": {"title": "Blue mug"}}),
    ],
)
def test_what_is_applied_is_written_and_undone_is_as_it_was(
    index: Index, found: Found, finding: Finding, changed: dict[str, dict[str, Any]]
) -> None:
    found(*ALL)
    stored = {product.id: index.product(product.id) for product in PRODUCTS}
    encoder = index.encoder
    assert isinstance(encoder, GridEncoder)
    calls = encoder.calls
    report = index.doctor.decide([say(finding, "apply")])
    assert (report.applied, report.refused, set(report.changed)) == (1, (), set(changed))
    for id, product in stored.items():
        assert index.product(id) == replace(product, **changed.get(id, {}))
    assert finding.id not in {one.id for one in index.doctor.findings()}
    (done,) = index.doctor.findings(dismissed=True)
    told = index.doctor.findings(dismissed=True).told(done)
    assert (done.id, told["decision"]) == (finding.id, "applied")
    assert index.doctor.restore(finding.id).undone == 1
    assert {id: index.product(id) for id in stored} == stored
    assert finding.id in {one.id for one in index.doctor.findings()}
    assert (encoder.calls, index.manifest.pictures) == (calls, len(PRODUCTS))


def test_a_value_of_ones_own_is_written(index: Index, found: Found) -> None:
    found(*ALL)
    report = index.doctor.decide([say(TAG, "apply", " crimson "), say(SLIP, "apply", "13,75")])
    assert report.applied == 2
    assert index.product("007").attributes["colour"] == "crimson"
    assert index.product("8").price == Price(Decimal("13.75"), "USD")
    told = index.doctor.findings(dismissed=True).to_dict()["findings"]
    assert {one["applied"] for one in told} == {"crimson", "13.75 USD"}
    assert index.doctor.decide([say(TAG, "apply", "scarlet")]).applied == 1
    index.doctor.restore([TAG.id])
    assert index.product("007").attributes["colour"] == "blue"


def test_two_corrections_of_one_product_are_both_written(index: Index, found: Found) -> None:
    found(*ALL)
    version = index.manifest.version
    report = index.doctor.decide([say(one, "apply") for one in (TAG, TITLE, SLIP, MONEY)])
    assert (report.applied, report.version, set(report.changed)) == (4, version + 1, {"007", "8"})
    assert index.product("8").price == Price(Decimal("12.50"), "EUR")
    assert (index.product("007").title, index.product("007").attributes["colour"]) == ("Blue mug", "red")


def test_what_has_changed_since_is_not_written_over(index: Index, found: Found) -> None:
    found(*ALL)
    index.add([replace(PRODUCTS[0], attributes={"colour": "teal"})], duplicates=False, fit=False)
    (refused,) = index.doctor.decide([say(TAG, "apply")]).refused
    assert "has changed since" in refused.message
    assert "teal" in refused.message
    assert index.product("007").attributes == {"colour": "teal"}


def test_a_correction_that_somebody_wrote_over_is_not_undone(index: Index, found: Found) -> None:
    found(*ALL)
    index.doctor.decide([say(TAG, "apply")])
    index.add([replace(PRODUCTS[0], attributes={"colour": "teal"})], duplicates=False, fit=False)
    report = index.doctor.restore(TAG.id)
    assert (report.undone, len(report.refused)) == (0, 1)
    assert index.product("007").attributes == {"colour": "teal"}


def test_what_was_written_by_a_run_that_was_killed_is_taken_note_of(index: Index, found: Found) -> None:
    found(*ALL)
    index.doctor.decide([say(TAG, "apply")])
    index._store.notes.remove([decided.NAME])  # as if it was killed before it took note
    version = index.manifest.version
    report = index.doctor.decide([say(TAG, "apply")])
    assert (report.applied, report.changed, index.manifest.version) == (1, (), version)
    index.doctor.restore(TAG.id)
    assert index.product("007").attributes["colour"] == "blue"


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (say(SOFT, "apply"), "nothing can be written"),
        (say(replace(TAG, value="other"), "apply"), "No finding has the id"),
        (say(SLIP, "apply", "cheap"), "is no price"),
        (say(MONEY, "apply", "shells"), "is no currency"),
        (say(TAG, "undo"), "Nobody decided"),
        ({"finding": "", "decision": "apply"}, "names no finding"),
        ({"finding": TAG.id, "decision": "keep"}, "The decision is 'keep'"),
        ({"finding": TAG.id, "decision": "apply", "value": 7}, "The value is 7"),
        ("apply", "names no finding"),
        (None, "names no finding"),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_rest_counts(
    index: Index, found: Found, decision: Any, why: str
) -> None:
    found(*ALL)
    report = index.doctor.decide([say(SOFT, "dismiss"), decision, say(BLANK, "apply")])
    assert (report.dismissed, report.applied, report.taken) == (1, 1, 2)
    (refused,) = report.refused
    assert refused.row == 2
    assert why in refused.message
    assert refused.next_step


def test_a_product_that_is_gone_is_refused(index: Index, found: Found) -> None:
    found(*ALL)
    index.remove(["007"])
    report = index.doctor.decide([say(TAG, "apply"), say(TITLE, "dismiss")])
    assert (report.dismissed, "not in the index" in report.refused[0].message) == (1, True)


def test_dismissed_stays_dismissed_when_it_is_found_again(index: Index, found: Found) -> None:
    found(*ALL)
    index.doctor.dismiss([SOFT.id, TAG.id])
    found(*ALL, at=9e15)
    assert {SOFT.id, TAG.id} & {one.id for one in index.doctor.findings()} == set()
    assert index.doctor.findings(dismissed=True).dismissed == {SOFT.id, TAG.id}
    found()
    index.doctor.restore([SOFT.id])
    found(*ALL)
    assert SOFT.id in {one.id for one in index.doctor.findings()}


def test_a_correction_that_a_feed_undid_is_found_and_told_again(index: Index, found: Found) -> None:
    found(*ALL)
    index.doctor.decide([say(TAG, "apply")])
    index.add([PRODUCTS[0]], duplicates=False, fit=False)
    found(*ALL, at=9_000_000_000_000)
    assert TAG.id in {one.id for one in index.doctor.findings()}
    assert len(index.doctor.findings(dismissed=True)) == 0
    assert index.doctor.decide([say(TAG, "apply")]).applied == 1


def test_an_applied_one_is_undone_before_it_is_dismissed(index: Index, found: Found) -> None:
    found(*ALL)
    index.doctor.decide([say(TAG, "apply")])
    assert "Undo it first" in index.doctor.dismiss(TAG.id).refused[0].next_step
    report = index.doctor.decide([say(TAG, "undo"), say(TAG, "dismiss")])
    assert (report.undone, report.dismissed) == (1, 1)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def filled(path: Path, text: str, said: dict[str, dict[str, str]], sep: str = ",") -> Path:
    """The table as a person gives it back, by the ids of findings."""
    table = rows(text)
    sink = io.StringIO()
    writer = csv.DictWriter(sink, [*table[0]], delimiter=sep)
    writer.writeheader()
    writer.writerows({**row, **said.get(row["finding"], {})} for row in table)
    path.write_text(sink.getvalue(), encoding="utf-8")
    return path


def test_a_table_goes_out_is_filled_in_and_comes_back(index: Index, found: Found, tmp_path: Path) -> None:
    found(*ALL)
    index.doctor.findings().to_csv(tmp_path / "deep" / "table.csv")
    text = (tmp_path / "deep" / "table.csv").read_text(encoding="utf-8")
    assert len(rows(text)) == len(ALL)
    assert {row["decision"] for row in rows(text)} == {""}
    assert next(row for row in rows(text) if row["finding"] == KIND.id)["id"] == "'=9"
    table = filled(
        tmp_path / "table.csv",
        text,
        {
            TAG.id: {"decision": "Apply", "suggestion": "crimson"},
            SLIP.id: {"decision": "apply"},
            SOFT.id: {"decision": " dismiss "},
            MONEY.id: {"decision": "maybe"},
        },
        sep=";",
    )
    report = index.doctor.decide(table)
    assert (report.applied, report.dismissed) == (2, 1)
    assert [(one.finding, one.message) for one in report.refused] == [(MONEY.id, "The decision is 'maybe'.")]
    assert index.product("007").attributes["colour"] == "crimson"
    again = index.doctor.findings(dismissed=True).csv_text()
    assert {row["decision"] for row in rows(again)} == {"applied", "dismissed"}
    undone = filled(tmp_path / "undo.csv", again, {id: {"decision": "undo"} for id in (TAG.id, SOFT.id)})
    assert index.doctor.decide(undone).undone == 2
    assert index.product("007").attributes["colour"] == "blue"


def test_a_spreadsheet_that_drops_zeros_does_not_change_what_is_suggested(
    index: Index, found: Found, tmp_path: Path
) -> None:
    size = Finding("missing-tag", ("10",), 0.9, "size", "", "007")
    found(size)
    text = index.doctor.findings().csv_text()
    table = filled(tmp_path / "t.csv", text, {size.id: {"decision": "apply", "suggestion": "7"}})
    index.doctor.decide(table)
    assert index.product("10").attributes["size"] == "007"


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", 'decision,finding\n"open'])
def test_what_is_no_such_table_is_said_to_be_none(
    index: Index, found: Found, tmp_path: Path, text: str
) -> None:
    found(*ALL)
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(CatalogError) as caught:
        index.doctor.decide(tmp_path / "t.csv")
    assert "lookalike doctor --csv" in caught.value.next_step
    with pytest.raises(CatalogError, match="cannot be read"):
        index.doctor.decide(str(tmp_path / "none.csv"))


@pytest.mark.parametrize("given", [7, say(TAG, "apply"), {"finding": TAG.id}])
def test_decisions_are_a_list(index: Index, given: Any) -> None:
    with pytest.raises(BadArgument, match="no list"):
        index.doctor.decide(given)


def test_decisions_that_cannot_be_read_are_not_taken_for_none(index: Index, found: Found) -> None:
    found(*ALL)
    index._store.notes.write(decided.NAME, b'{"format": 1, "decided": [[]]}')
    with pytest.raises(IndexDamaged, match="doctor-decided"):
        index.doctor.findings()
    with pytest.raises(IndexDamaged):
        index.doctor.dismiss(TAG.id)


def test_an_index_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add([Product("d", (), "Only words")], fit=False)
    (one,) = index.doctor.examine()
    notes = tmp_path / "index" / "notes"
    for path in (*notes.iterdir(), notes):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        if not _may_write(notes):
            with pytest.raises(StorageError):
                index.doctor.dismiss(one.id)
    finally:
        notes.chmod(0o700)


def _may_write(folder: Path) -> bool:
    """True for a superuser, whom no permission keeps from writing."""
    try:
        (folder / "probe").touch()
    except OSError:
        return False
    (folder / "probe").unlink()
    return True
