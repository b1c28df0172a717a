"""Groups go out as a table, come back with a person's decisions, and nothing of it is taken on trust."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.copies.table import COLUMNS
from lookalike.duplicates.judgements import Judgement
from lookalike.errors import CatalogError, StorageError
from lookalike.index import Index
from lookalike.neighbours import snapshot
from lookalike.products import PictureSource
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

SHOP = tiny_shop()
MUGS = sorted(SHOP.copies["m1"] | {"m1"})


@pytest.fixture
def index() -> Index:
    encoder = GridEncoder()
    made = Index(MemoryStore(encoder.space, encoder.name), encoder)
    made.add([product for product in SHOP.products if product.id in (*MUGS, "0009", "m4")], duplicates=False)
    return made


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def filled(path: Path, table: list[dict[str, str]], decisions: Mapping[str, str], sep: str = ",") -> Path:
    """The table as a person gives it back, by product id."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, COLUMNS, delimiter=sep)
    writer.writeheader()
    writer.writerows({**row, "decision": decisions.get(row["id"], row["decision"])} for row in table)
    path.write_text(sink.getvalue(), encoding="utf-8")
    return path


def test_every_picture_of_a_group_has_a_row_and_the_head_is_proposed(index: Index, tmp_path: Path) -> None:
    found = index.duplicates()
    found.to_csv(tmp_path / "deep" / "table.csv")
    text = (tmp_path / "deep" / "table.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == ",".join(COLUMNS)
    table = rows(text)
    (group,) = found
    assert [row["id"] for row in table] == [member.id for member in group.members]
    assert {(row["group"], row["keep_id"], row["decision"]) for row in table} == {
        (group.id, group.head.id, "")
    }
    assert all(row["title"] and row["uri"] for row in table)


def test_decisions_are_taken_and_stand_in_the_next_table(index: Index, tmp_path: Path) -> None:
    table = rows(index.duplicates().csv_text())
    keep, same, other = (row["id"] for row in table)
    report = index.review(
        filled(tmp_path / "t.csv", table, {keep: " Keep ", same: "same", other: "Not same"})
    )
    assert (report.taken, report.refused) == (2, ())
    after = {row["id"]: row for row in rows(index.duplicates().csv_text())}
    assert after.keys() == {keep, same}
    assert [after[keep][name] for name in ("decision", "merge_into", "drop_picture")] == ["keep", "", ""]
    assert [after[same][name] for name in ("decision", "merge_into", "drop_picture")] == ["same", keep, "yes"]
    assert index.duplicates()[0].reviewed
    again = index.review(filled(tmp_path / "t.csv", table, {other: "undo"}))
    assert again.taken == 1
    assert {row["id"] for row in rows(index.duplicates().csv_text())} == {keep, same, other}


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (lambda text: text.replace("\r\n", "\r"), "utf-8"),
        (lambda text: text, "utf-16"),
        (lambda text: text.replace(",", ";"), "cp1252"),
        (lambda text: text.replace("group,kind,decision", "Group, Kind, Decision "), "utf-8"),
        (lambda text: "\r\n" + text, "utf-8"),
    ],
    ids=["old line ends", "UTF-16", "Windows-1252", "another header", "an empty line before"],
)
def test_what_spreadsheets_make_of_a_table_is_taken(
    index: Index, tmp_path: Path, change: Callable[[str], str], encoding: str
) -> None:
    table = rows(index.duplicates().csv_text())
    own = [{name: row[name] for name in COLUMNS[:7]} for row in table]
    path = filled(tmp_path / "t.csv", [{**row, "kind": "Größe"} for row in own], {own[1]["id"]: "same"})
    path.write_bytes(change(path.read_bytes().decode()).encode(encoding))
    report = index.review(path)
    assert (report.taken, report.refused) == (1, ())


def test_another_picture_than_the_head_can_be_kept(index: Index, tmp_path: Path) -> None:
    table = rows(index.duplicates().csv_text())
    head, keep, third = (row["id"] for row in table)
    index.review(filled(tmp_path / "t.csv", table, {head: "same", keep: "keep", third: "same"}, sep=";"))
    (group,) = index.duplicates()
    assert (group.keep, group.reviewed) == ((keep, 0), True)


def test_a_row_that_makes_no_sense_is_refused_and_the_rest_is_taken(index: Index, tmp_path: Path) -> None:
    table = rows(index.duplicates().csv_text())
    keep, same, other = (row["id"] for row in table)
    decisions = {keep: "keep", same: "same", other: "perhaps"}
    strange = [
        {**table[1], "id": "nobody"},
        {**table[1], "picture": "first"},
        {**table[1], "picture": "7"},
        {**table[2], "group": "", "keep_id": "nobody", "decision": "same"},
        {**table[0], "id": same},
    ]
    decisions["nobody"] = "same"
    report = index.review(filled(tmp_path / "t.csv", [*table, *strange], decisions))
    assert report.taken >= 1
    assert {refusal.row for refusal in report.refused} >= {3, 4, 5, 6, 7}
    assert all(refusal.message and refusal.next_step for refusal in report.refused)
    assert [one.other for one in index.judgements() if one.verdict == "same"] == [(same, 0)]


def test_keep_is_said_once_in_a_group(index: Index, tmp_path: Path) -> None:
    table = rows(index.duplicates().csv_text())
    decisions = {row["id"]: "keep" for row in table}
    report = index.review(filled(tmp_path / "t.csv", table, decisions))
    assert (report.taken, [refusal.row for refusal in report.refused]) == (0, [2, 3])


@pytest.mark.parametrize(
    "made",
    [
        Judgement(("m1", 0), ("m1-bis", 0), "perhaps"),
        Judgement(("m1", 0, 1), ("m1-bis", 0), "same"),  # type: ignore[arg-type]
        Judgement(None, ("m1-bis", 0), "same"),  # type: ignore[arg-type]
        Judgement(("m1", 0.0), ("m1-bis", 0), "same"),  # type: ignore[arg-type]
        Judgement("m1", "m1-bis", "same"),  # type: ignore[arg-type]
    ],
)
def test_a_judgement_made_by_hand_is_looked_through_as_well(index: Index, made: Judgement) -> None:
    report = index.judge([made])
    assert (report.taken, len(report.refused)) == (0, 1)
    assert index.judgements() == []


def test_a_thousand_unknown_ids_do_not_ask_for_near_ones_each(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(snapshot, "near_ids", lambda wanted, _: asked.append(wanted) or ["m1"])
    report = index.judge(Judgement(("m1", 0), (f"nobody-{n}", 0), "same") for n in range(1000))
    assert len(report.refused) == 1000
    assert all("nobody" in refusal.message and refusal.next_step for refusal in report.refused)
    assert 0 < len(asked) < 100


def test_a_table_that_nobody_filled_in_says_nothing(index: Index, tmp_path: Path) -> None:
    report = index.review(filled(tmp_path / "t.csv", rows(index.duplicates().csv_text()), {}))
    assert (report.taken, report.refused, index.judgements()) == (0, (), [])


def test_awkward_texts_go_out_and_come_back(index: Index, tmp_path: Path) -> None:
    """A title that begins with = is no formula for a spreadsheet, and an id that does is still that id."""
    source = next(product for product in SHOP.products if product.id == "0009")
    data = source.pictures[0].data or b""
    odd = ["=1+1", "'quoted", 'say "a, b"\nand c', "+7", "Größe 👗"]
    index.add(
        [replace(source, id=i, title=f"={i}", pictures=(PictureSource(data=data),), group="") for i in odd]
    )
    text = index.duplicates(kinds="same-bytes").csv_text()
    table = [row for row in rows(text) if row["similarity"]]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row.values())
    group = next(row["group"] for row in table if row["id"] == "Größe 👗")
    own = [row for row in table if row["group"] == group]
    report = index.review(filled(tmp_path / "t.csv", own, {row["id"]: "same" for row in own[1:]}))
    assert (report.taken, report.refused) == (len(odd), ())
    assert {one.other[0] for one in index.judgements()} | {one.keep[0] for one in index.judgements()} == {
        *odd,
        "0009",
    }


@pytest.mark.parametrize(
    "data",
    [b"", b"id,title\n1,x\n", b"\xff\xfe\x00a", b'group,decision,id,picture\n"open', b"\x89PNG\r\n\x1a\n"],
)
def test_a_file_that_is_no_such_table_is_refused_whole(index: Index, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(CatalogError) as refused:
        index.review(tmp_path / "t.csv")
    assert "--csv" in refused.value.next_step


def test_a_file_that_is_not_there_or_cannot_be_written_is_said(index: Index, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(CatalogError):
            index.review(path)
    with pytest.raises(StorageError):
        index.duplicates().to_csv(tmp_path)


def test_the_sheet_shows_every_picture_and_escapes_what_shops_write(index: Index) -> None:
    source = next(product for product in SHOP.products if product.id == "m4")
    index.add([replace(source, id="evil", title="<script>alert(1)</script>")])
    found = index.duplicates()
    html = found.to_html()
    assert html.count("<img ") == sum(len(group.members) for group in found)
    assert "<script" not in html
    assert "http://" not in html
    assert found._repr_html_().count("<section>") == len(found)


def test_a_product_that_has_a_picture_twice_is_decided(index: Index, tmp_path: Path) -> None:
    source = next(product for product in SHOP.products if product.id == "0009")
    index.add([replace(source, id="twice", pictures=source.pictures[:1] * 2, group="")])
    index.remove(["0009"])
    table = [row for row in rows(index.duplicates(kinds="same-bytes").csv_text()) if row["id"] == "twice"]
    for row, decision in zip(table, ("same", "keep"), strict=True):
        row["decision"] = decision
    assert index.review(filled(tmp_path / "t.csv", table, {})).taken == 1
    (group,) = [one for one in index.duplicates(kinds="same-bytes") if one.head.id == "twice"]
    assert (group.reviewed, group.keep) == (True, ("twice", int(table[1]["picture"])))


def test_of_several_pictures_to_keep_the_one_that_was_named_last_stays(index: Index) -> None:
    one, two, three = ((i, 0) for i in MUGS)
    pairs = [(one, two), (two, three), (three, one)]
    for turn in range(3):
        index.judge([Judgement(*ends, "same") for ends in pairs[turn:] + pairs[:turn]])
        assert index.duplicates()[0].keep == (pairs[turn:] + pairs[:turn])[-1][0]
