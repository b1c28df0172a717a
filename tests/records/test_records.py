from collections.abc import Iterator

import numpy as np
import pytest

from lookalike.events import KINDS, Event, Kind
from lookalike.records.records import Records

DAY = 24 * 60 * 60 * 1000
NOW = 20_000 * DAY


def event(user: str, item: str, kind: Kind = "viewed", time: int = NOW, **told: object) -> Event:
    return Event(user=user, item=item, kind=kind, time=time, **told)  # type: ignore[arg-type]


@pytest.fixture
def records(place: str) -> Iterator[Records]:
    records = Records.open(place)
    yield records
    records.close()


def test_where_nothing_was_written_all_is_empty(records: Records) -> None:
    assert (records.count(), records.revision(), len(records.log())) == (0, 0, 0)
    assert (records.touches("ann"), records.items_of("ann", KINDS)) == ([], {})
    assert (records.users(), records.profile("ann"), records.funnel(), records.flaws()) == ([], None, [], [])


def test_what_is_appended_is_there_for_whoever_opens_it_later(place: str, records: Records) -> None:
    told = [event("ann", "a", time=NOW - 2), event("bob", "b", "bought", NOW - 1, weight=3.0)]
    assert records.append(told, now=NOW).recorded == 2
    records.close()
    log = Records.open(place).log()
    assert [log.users[u] for u in log.user] == ["ann", "bob"]
    assert [log.items[i] for i in log.item] == ["a", "b"]
    assert [KINDS[k] for k in log.kind] == ["viewed", "bought"]
    assert log.time.tolist() == [NOW - 2, NOW - 1]
    assert log.weight.tolist() == [1.0, 3.0]


def test_the_same_event_counts_once(records: Records) -> None:
    told = [event("ann", "a"), event("ann", "b"), event("ann", "a")]
    assert records.append(told, now=NOW).fates == ("recorded", "recorded", "repeated")
    assert records.append(told, now=NOW).fates == ("repeated",) * 3
    assert [(touch.item, touch.weight) for touch in records.touches("ann")] == [("a", 1.0), ("b", 1.0)]
    assert records.count() == 2


def test_an_event_that_its_sender_names_counts_once_whatever_its_clock_says(records: Records) -> None:
    told = [event("ann", "a", id="e1"), event("ann", "a", time=NOW - 5, id="e1")]
    assert records.append(told, now=NOW).fates == ("recorded", "repeated")


def test_the_revision_grows_when_something_is_new_and_only_then(place: str, records: Records) -> None:
    records.append([event("ann", "a")], now=NOW)
    first = records.revision()
    records.append([event("ann", "a")], now=NOW)
    assert records.revision() == first > 0
    records.append([event("ann", "b")], now=NOW)
    assert Records.open(place).revision() > first


def test_a_clock_in_the_future_is_set_to_now(records: Records) -> None:
    minute = 60_000
    done = records.append([event("ann", "a", time=NOW + DAY), event("ann", "b", time=NOW + minute)], now=NOW)
    assert (done.recorded, done.clocks) == (2, 1)
    assert {touch.item: touch.time for touch in records.touches("ann")} == {"a": NOW, "b": NOW + minute}
    assert records.append([event("ann", "a", time=NOW + DAY)], now=NOW + 9).repeated == 1


def test_touches_are_sums_by_product_and_kind_the_latest_first(records: Records) -> None:
    told = [
        event("ann", "a", "viewed", NOW - 3),
        event("ann", "a", "viewed", NOW - 9),
        event("ann", "a", "bought", NOW - 2, weight=4.0),
        event("ann", "b", "viewed", NOW - 1, weight=0.5),
        event("bob", "a", "viewed", NOW),
    ]
    for one in told:
        records.append([one], now=NOW)
    found = [(touch.item, touch.kind, touch.time, touch.weight) for touch in records.touches("ann")]
    assert found == [
        ("b", "viewed", NOW - 1, 0.5),
        ("a", "bought", NOW - 2, 4.0),
        ("a", "viewed", NOW - 3, 2.0),
    ]
    assert [touch.item for touch in records.touches("ann", limit=1)] == ["b"]


def test_a_visit_is_known_by_what_was_done_before_a_name(records: Records) -> None:
    told = [
        event("", "a", time=NOW - 2, session="s1"),
        event("ann", "a", time=NOW - 1, session="s1"),
        event("ann", "b", time=NOW, session="s1"),
        event("", "c", session="s2"),
    ]
    records.append(told, now=NOW)
    assert [(touch.item, touch.weight) for touch in records.touches(session="s1")] == [("a", 1.0)]
    both = [(touch.item, touch.time, touch.weight) for touch in records.touches("ann", "s1")]
    assert both == [("b", NOW, 1.0), ("a", NOW - 1, 2.0)]


def test_items_of_a_shopper_are_all_of_some_kinds_with_their_last_time(records: Records) -> None:
    told = [
        event("ann", "a", "bought", NOW - 9),
        event("ann", "a", "bought", NOW - 3),
        event("ann", "a", "returned", NOW - 1),
        event("ann", "b", "viewed"),
    ]
    records.append(told, now=NOW)
    assert records.items_of("ann", ["bought"]) == {"a": NOW - 3}
    assert records.items_of("ann", ["bought", "returned"]) == {"a": NOW - 1}


def test_a_log_can_be_of_some_kinds_and_from_a_time_on(records: Records) -> None:
    told = [event("ann", "a", "viewed", NOW - 3), event("ann", "b", "bought", NOW - 2), event("ann", "c")]
    records.append(told, now=NOW)
    bought = records.log(["bought"])
    late = records.log(since=NOW - 2)
    assert [bought.items[i] for i in bought.item] == ["b"]
    assert [late.items[i] for i in late.item] == ["b", "c"]
    assert bought.revision == records.revision()


def test_events_that_arrive_late_stand_in_order_of_time(records: Records) -> None:
    records.append([event("ann", "late", time=NOW)], now=NOW)
    records.append([event("ann", "early", time=NOW - DAY)], now=NOW)
    log = records.log()
    assert [log.items[i] for i in log.item] == ["early", "late"]
    assert log.session.tolist() == [0, 1]


def test_weights_beyond_a_log_are_its_largest(records: Records) -> None:
    records.append([event("ann", "a", weight=1e300)], now=NOW)
    assert np.isfinite(records.log().weight).all()
