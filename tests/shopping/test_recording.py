"""What shoppers did is written down once, and every row of a delivery is accounted for."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike.deliveries import RecordReport, RecordStopped
from lookalike.errors import BadArgument, EventsError
from lookalike.events import Event
from lookalike.index import Index
from lookalike.shopping.recording import BATCH
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

TIME = 1_767_225_600_000
KNOWN = tiny_shop().products[0].id


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "index"
    Index.create(path, GridEncoder()).add(list(tiny_shop().products[:4]), duplicates=False, fit=False)
    return path


@pytest.fixture
def index(shop: Path, tmp_path: Path) -> Index:
    return Index.open(shop, events=f"sqlite:///{tmp_path / 'events.sqlite'}")


def views(count: int, user: str = "u") -> list[Event]:
    return [Event(user, f"{at:06}", "viewed", TIME + at) for at in range(count)]


def holds(report: RecordReport) -> bool:
    return report.rows == report.recorded + report.repeated + report.erased + report.reported


def test_a_delivery_is_accounted_for_row_by_row(index: Index) -> None:
    row = {"user": "u", "item": KNOWN, "event": "view", "time": TIME}
    report = index.record(
        [
            row,
            {**row, "event": "buy", "quantity": 2},
            row,
            {**row, "item": "gone"},
            {**row, "event": "sniffed"},
            {**row, "event": "page_view"},
            {**row, "time": int(time.time() * 1000) + 86_400_000},
            "junk",
        ]
    )
    assert (report.rows, report.recorded, report.repeated, report.reported) == (7, 4, 1, 2)
    assert holds(report)
    assert (report.unknown, report.future) == (1, 1)
    assert report.kinds == {"viewed": 3, "bought": 1}
    assert report.passed == {"page_view": 1}
    assert report.reasons == {"unknown-event": 1, "malformed": 1}
    assert [(one.row, one.reason) for one in report.problems] == [(5, "unknown-event"), (8, "malformed")]
    assert not report.within(0.05)
    assert report.within(0.5)
    document = json.loads(json.dumps(report.to_dict()))
    assert document["rows"] == 7
    assert document["problems"][0] == {
        "row": 5,
        "item": KNOWN,
        "reason": "unknown-event",
        "detail": report.problems[0].detail,
        "recorded": False,
    }


def test_what_is_recorded_is_there_for_whoever_opens_the_index_next(shop: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'events.sqlite'}"
    Index.open(shop, events=url).record(views(3))
    assert Index.open(shop, events=url)._records.count() == 3


def test_the_same_file_twice_counts_once(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user,item,event,timestamp\n" + "".join(f"u,{at},buy,{TIME + at}\n" for at in range(50)))
    first, again = index.record(path), index.record(path)
    assert (first.recorded, first.repeated) == (50, 0)
    assert (again.recorded, again.repeated) == (0, 50)
    assert again.kinds == {}
    assert holds(again)
    assert index._records.count() == 50


def test_what_a_shopper_did_before_they_were_erased_stays_out(index: Index) -> None:
    index.record(views(3, "gone"))
    index._records.erase("gone")
    report = index.record(views(4, "gone"))
    assert (report.recorded, report.erased) == (0, 4)
    assert holds(report)


def test_an_event_alone_and_a_document_alone_and_a_generator(index: Index) -> None:
    assert index.record(Event("u", "a", "liked", TIME)).recorded == 1
    assert index.record({"user": "u", "item": "b", "event": "like"}).recorded == 1
    assert index.record(one for one in views(3, "g")).recorded == 3
    assert index.record([]).rows == 0


def test_progress_is_told_of_what_is_on_disk(index: Index) -> None:
    told: list[tuple[int, int | None, int]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total, index._records.count()))

    index.record(views(2 * BATCH + 1), progress=progress)
    count = 2 * BATCH + 1
    assert told == [(BATCH, count, BATCH), (2 * BATCH, count, 2 * BATCH), (count, count, count)]


def test_ctrl_c_leaves_what_was_acknowledged_and_the_rest_can_follow(index: Index) -> None:
    events = views(BATCH + 10)

    def stopped() -> Iterator[Event]:
        yield from events[:-5]
        raise KeyboardInterrupt

    with pytest.raises(RecordStopped) as caught:
        index.record(stopped())
    assert caught.value.report.recorded == index._records.count() == BATCH
    report = index.record(events)
    assert (report.recorded, report.repeated) == (10, BATCH)


def test_a_delivery_that_breaks_keeps_what_came_before(index: Index) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield from ({"user": "u", "item": f"{at}", "event": "view", "time": TIME} for at in range(BATCH))
        raise OSError(5, "Input/output error")

    with pytest.raises(EventsError, match="cannot be read further"):
        index.record(broken())
    assert index._records.count() == BATCH


def test_only_the_first_problems_are_listed_and_all_are_counted(index: Index) -> None:
    report = index.record(["junk"] * 1_500)
    assert report.reported == report.rows == report.reasons["malformed"] == 1_500
    assert len(report.problems) == 1_000


def test_names_that_nobody_heard_of_fill_no_memory(index: Index) -> None:
    call = {"userId": "u", "properties": {"product_id": "a"}, "timestamp": "2026-01-01T00:00:00Z"}
    report = index.record([{**call, "event": f"Custom {at}"} for at in range(1_000)])
    assert (len(report.passed), sum(report.passed.values()), report.passed["others"]) == (201, 1_000, 800)
    assert report.rows == 0


def test_a_wrong_argument_is_refused_before_anything_is_read(index: Index, tmp_path: Path) -> None:
    with pytest.raises(EventsError):
        index.record(tmp_path / "missing.csv")
    with pytest.raises(BadArgument):
        index.record([], kind="sniffed")  # type: ignore[arg-type]
    with pytest.raises(BadArgument):
        index.record(7)  # type: ignore[arg-type]
