"""Files of events as they come: in any container and encoding, cut off, or something else altogether."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lookalike.deliveries import open_events, read_events
from lookalike.errors import BadArgument, EventsError
from lookalike.events import Event
from lookalike.products import Problem

EVENTS = [Event(f"u{at % 3}", f"{at:04}", "viewed", 1_767_225_600_000 + at * 1000) for at in range(20)]
ROWS = [{"user": e.user, "item": e.item, "event": e.kind, "timestamp": e.time} for e in EVENTS]
CSV = "user,item,event,timestamp\n" + "".join(",".join(map(str, row.values())) + "\n" for row in ROWS)
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)

Write = Callable[[str, "str | bytes"], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def parted(path: Path, **options: Any) -> tuple[list[Event], list[Problem]]:
    found = list(read_events(path, **options))
    return [one for one in found if isinstance(one, Event)], [
        one for one in found if isinstance(one, Problem)
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("events.csv", CSV),
        ("events.tsv", CSV.replace(",", "\t")),
        ("events.csv", CSV.replace(",", ";")),
        ("events.csv", CSV.replace("\n", "\r\n")),
        ("events.csv", "\ufeff" + CSV),
        ("events.csv", CSV.encode("utf-16")),
        ("events.csv", CSV.encode("utf-16-le")),
        ("events.csv.gz", gzip.compress(CSV.encode())),
        ("events.jsonl", LINES),
        ("events.jsonl.gz", gzip.compress(LINES.encode())),
        ("events.json", LINES),
        ("events.json", json.dumps(ROWS)),
        ("events.json", json.dumps(ROWS, indent=2)),
        ("events.json", json.dumps({"events": ROWS}, indent=2)),
        ("events.json", "\n\n".join(json.dumps(row, indent=2) for row in ROWS)),
        ("events.json", json.dumps(ROWS).encode("utf-16")),
        ("events.json.gz", gzip.compress(json.dumps(ROWS, indent=1).encode())),
    ],
)
def test_the_same_events_in_many_containers(write: Write, name: str, content: str | bytes) -> None:
    assert parted(write(name, content)) == (EVENTS, [])


def test_the_same_events_in_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "events.parquet")
    assert parted(tmp_path / "events.parquet") == (EVENTS, [])
    stamps = pa.array([row["timestamp"] for row in ROWS], pa.timestamp("ms", tz="Europe/Athens"))
    table = pa.Table.from_pylist(ROWS).set_column(3, "timestamp", stamps)
    pq.write_table(table, tmp_path / "stamped.parquet")
    assert parted(tmp_path / "stamped.parquet") == (EVENTS, [])


def test_a_folder_of_files_is_read_in_the_order_of_their_names(tmp_path: Path, write: Write) -> None:
    half = len(ROWS) // 2
    pq.write_table(pa.Table.from_pylist(ROWS[:half]), tmp_path / "events_000.parquet")
    write("events_001.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS[half:]))
    write("README.md", "about these events")
    (tmp_path / "events_002.jsonl").mkdir()
    assert parted(tmp_path) == (EVENTS, [])
    assert open_events(tmp_path).documents == len(ROWS)


def test_nested_columns_of_parquet_are_read_as_documents(tmp_path: Path) -> None:
    value = pa.struct([("string_value", pa.string()), ("int_value", pa.int64())])
    param = pa.struct([("key", pa.string()), ("value", value)])
    item = pa.struct([("item_id", pa.string()), ("quantity", pa.int64())])
    table = pa.table(
        {
            "event_name": ["purchase", "scroll"],
            "event_timestamp": pa.array([EVENTS[0].time * 1000, EVENTS[0].time * 1000], pa.int64()),
            "user_pseudo_id": ["p", "p"],
            "event_params": pa.array(
                [[{"key": "ga_session_id", "value": {"string_value": None, "int_value": 5}}], []],
                pa.list_(param),
            ),
            "ecommerce": pa.array(
                [{"transaction_id": "T1"}, None], pa.struct([("transaction_id", pa.string())])
            ),
            "items": pa.array([[{"item_id": "A", "quantity": 2}], []], pa.list_(item)),
        }
    )
    pq.write_table(table, tmp_path / "ga4.parquet")
    events, problems = parted(tmp_path / "ga4.parquet")
    assert events == [Event("p", "A", "bought", EVENTS[0].time, 2.0, "p.5", "", "T1")]
    assert [(one.reason, one.detail) for one in problems] == [("passed-over", "scroll")]


def test_letters_of_an_old_encoding_are_read(write: Write) -> None:
    events, _ = parted(write("events.csv", CSV.replace("u0", "Zoë").encode("cp1252")))
    assert events[0].user == "Zoë"


@pytest.mark.parametrize(
    ("name", "content", "read", "reason"),
    [
        ("events.csv", CSV.encode()[:-9], 19, "time"),
        ("events.jsonl", LINES.encode()[:-9], 19, "malformed"),
        ("events.json", json.dumps(ROWS).encode()[:-9], 19, "malformed"),
        ("events.json", json.dumps(ROWS).encode()[:-1], 20, "malformed"),
    ],
)
def test_half_a_file_gives_what_it_holds_and_says_where_it_ends(
    write: Write, name: str, content: bytes, read: int, reason: str
) -> None:
    events, problems = parted(write(name, content))
    assert events == EVENTS[:read]
    assert [one.reason for one in problems] == [reason]


@pytest.mark.parametrize("text", [CSV, LINES, json.dumps(ROWS)])
def test_half_a_packed_file_says_that_it_is_damaged(write: Write, text: str) -> None:
    name = {"u": "a.csv.gz", "{": "a.jsonl.gz", "[": "a.json.gz"}[text[0]]
    long = text * 200 if text[0] != "[" else json.dumps(ROWS * 200)
    events, problems = parted(write(name, gzip.compress(long.encode())[:-200]))
    assert events[:20] == EVENTS
    assert any("damaged" in one.detail and one.fatal for one in problems)


def test_half_a_parquet_file_is_refused_as_a_whole(tmp_path: Path, write: Write) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "events.parquet")
    content = (tmp_path / "events.parquet").read_bytes()
    with pytest.raises(EventsError, match="not a readable Parquet"):
        open_events(write("half.parquet", content[: len(content) // 2]))


def test_a_line_that_is_broken_costs_no_other(write: Write) -> None:
    lines = LINES.splitlines()
    lines[3] = lines[3][:20]
    lines[7] = "[1, 2]"
    events, problems = parted(write("events.jsonl", "\n".join(lines) + "\n"))
    assert len(events) == 18
    assert [(one.row, one.reason) for one in problems] == [(4, "malformed"), (8, "malformed")]


def test_a_row_with_a_cell_too_many_is_not_guessed_at(write: Write) -> None:
    rows = CSV.splitlines()
    rows[2] = "u,a," + rows[2]
    rows[3] += ",,"
    events, problems = parted(write("events.csv", "\n".join(rows)))
    assert len(events) == 19
    assert [(one.row, one.reason) for one in problems] == [(2, "malformed")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("events.csv", b"", "empty"),
        ("events.csv", b"\xff\xd8\xff\xe0" + bytes(200), "JPEG"),
        ("events.csv", b"PK\x03\x04" + bytes(200), "zip"),
        ("events.csv", b"colour,size\nred,1\n", "user or session, item, time, event"),
        ("events.csv", b"user,item,event\nu,i,view\n", "time"),
        ("events.csv", b"user,item,time\nu,i,2026-01-01\n", "--kind"),
        ("events.xlsx", b"PK\x03\x04", "spreadsheet"),
        ("events.md", b"# Events", "not known"),
    ],
)
def test_a_file_that_is_none_of_events_is_refused_with_a_next_step(
    write: Write, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(EventsError) as refused:
        open_events(write(name, content))
    assert said in str(refused.value)
    assert refused.value.next_step


def test_paths_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path, "https://shop.example/events.csv"):
        with pytest.raises(EventsError):
            open_events(path)


def test_a_mapping_of_a_column_that_is_not_there_is_refused(write: Write) -> None:
    path = write("events.csv", CSV)
    with pytest.raises(EventsError, match="no column 'buyer'"):
        open_events(path, {"buyer": "user"})
    with pytest.raises(BadArgument):
        open_events(path, {"user": "hat"})
    with pytest.raises(EventsError):
        open_events(path, format="xml")


def test_a_table_without_events_is_read_with_a_kind(write: Write) -> None:
    path = write("orders.csv", "customer_id,article_id,t_dat\nc1,0108775015,2018-09-20\n")
    events, _ = parted(path, kind="bought")
    assert [(event.item, event.kind) for event in events] == [("0108775015", "bought")]


def test_events_of_a_file_must_say_when(write: Write) -> None:
    events, problems = parted(write("events.jsonl", '{"user": "u", "item": "i", "event": "view"}\n'))
    assert not events
    assert problems[0].reason == "time"


def test_a_long_file_is_read_a_piece_at_a_time(write: Write) -> None:
    rows, note = 700, "x" * 9_000
    document = json.dumps({**ROWS[0], "note": note})
    for path in (
        write(
            "events.csv", "user,item,event,timestamp,note\n" + f"u1,0001,viewed,1767225600,{note}\n" * rows
        ),
        write("events.jsonl", f"{document}\n" * rows),
        write("events.json", "[" + ",\n".join([document] * rows) + "]"),
    ):
        tracemalloc.start()
        count = sum(1 for _ in read_events(path))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == rows
        assert peak < path.stat().st_size / 2
