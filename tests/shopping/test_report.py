"""What came of answers, shelf by shelf."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike import attribution
from lookalike.errors import BadArgument
from lookalike.events import Event, Kind
from lookalike.index import Index
from lookalike.shopping.report import Rate, Shelf, moment, report_of
from lookalike.testing.grid import GridEncoder

TIME = 1_767_225_600_000
SIMILAR, ALSO_SIMILAR, LOOK = (
    attribution.token("similar", 1, "A"),
    attribution.token("similar", 1, "A"),
    attribution.token("outfit", 1),
)


def test_shown_clicked_and_bought_are_counted_by_product_in_its_answer() -> None:
    funnel: list[tuple[str, str, Kind, int]] = [
        (SIMILAR, "A", "shown", 3),
        (SIMILAR, "A", "clicked", 2),
        (SIMILAR, "B", "shown", 1),
        (ALSO_SIMILAR, "A", "shown", 1),
        (ALSO_SIMILAR, "A", "clicked", 1),
        (ALSO_SIMILAR, "A", "bought", 1),
        (LOOK, "C", "shown", 1),
        ("something else", "D", "clicked", 1),
    ]
    report = report_of(funnel)
    assert report.shelves == (Shelf("similar", 2, 3, 2, 1), Shelf("outfit", 1, 1, 0, 0))
    assert (report.unknown, report.events) == (1, 11)
    assert report["recommend"] == Shelf("recommend", 0, 0, 0, 0)
    with pytest.raises(KeyError):
        report["window"]


@pytest.mark.parametrize("kind", ["clicked", "viewed", "liked", "carted", "bought", "disliked"])
def test_what_was_done_from_an_answer_was_shown_by_it(kind: Kind) -> None:
    shelf = report_of([(SIMILAR, "A", kind, 1)])["similar"]
    assert shelf.shown == 1
    assert shelf.clicked == (kind in ("clicked", "viewed"))
    assert shelf.bought == (kind == "bought")


def test_rates_have_the_intervals_of_wilson() -> None:
    rate = Rate.of(10, 100)
    assert (rate.value, rate.low, rate.high) == pytest.approx((0.1, 0.05523, 0.17437), abs=1e-5)
    none, all_ = Rate.of(0, 10), Rate.of(10, 10)
    assert (none.value, none.low, none.high) == pytest.approx((0.0, 0.0, 0.27754), abs=1e-5)
    assert (all_.value, all_.low, all_.high) == pytest.approx((1.0, 0.72246, 1.0), abs=1e-5)
    assert Rate.of(0, 0) == Rate(0.0, 0.0, 1.0)


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500))
def test_a_rate_lies_in_its_interval(part: int, more: int) -> None:
    rate = Rate.of(part, part + more)
    assert 0.0 <= rate.low <= rate.value <= rate.high <= 1.0


def test_bounds_are_times_dates_or_days_before_now() -> None:
    assert moment(None) is None
    assert (
        moment("2026-01-01") == moment(date(2026, 1, 1)) == moment(datetime(2026, 1, 1, tzinfo=UTC)) == TIME
    )
    assert moment(TIME) == TIME
    assert moment("30d", now=TIME) == moment("30 days", now=TIME) == TIME - 30 * 86_400_000
    for wrong in ("soon", "", "d", 5):
        with pytest.raises(BadArgument):
            moment(wrong)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Index.create(tmp_path_factory.mktemp("report") / "index", GridEncoder())


def test_an_index_without_events_has_nothing_to_report_and_makes_nothing(index: Index) -> None:
    assert index.path is not None
    before = sorted(path.name for path in Path(index.path).iterdir())
    assert index.report().shelves == ()
    assert sorted(path.name for path in Path(index.path).iterdir()) == before


def test_events_are_reported_within_bounds(index: Index) -> None:
    day = TIME + 86_400_000
    early = [Event("u", "A", kind, TIME, answer=SIMILAR) for kind in ("shown", "clicked")]
    late = [Event("u", "B", "shown", day, answer=LOOK), Event("u", "B", "bought", day)]
    index.record([*early, *late])
    assert [shelf.name for shelf in index.report().shelves] == ["similar", "outfit"]
    assert [shelf.name for shelf in index.report(since="2026-01-02").shelves] == ["outfit"]
    assert [shelf.name for shelf in index.report(until="2026-01-02").shelves] == ["similar"]
    assert index.report()["outfit"].bought == 0  # it named no answer
    document = json.loads(json.dumps(index.report(since="2026-01-01").to_dict()))
    assert document["since"] == "2026-01-01T00:00:00+00:00"
    assert document["until"] is None
    assert document["shelves"][0]["click_rate"] == {"value": 1.0, "low": 0.20655, "high": 1.0}
