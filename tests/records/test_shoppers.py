from collections.abc import Iterator

import pytest

from lookalike.errors import BadArgument
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


def test_a_shopper_has_the_document_that_was_put_last(place: str, records: Records) -> None:
    assert records.profile("ann") is None
    records.set_profile("ann", {"sizes": ["M"]})
    records.set_profile("ann", {"brands": {"like": ["Ørn"]}})
    assert Records.open(place).profile("ann") == {"brands": {"like": ["Ørn"]}}
    records.set_profile("ann", None)
    assert (records.profile("ann"), records.users()) == (None, [])


def test_documents_of_many_are_put_all_or_none(records: Records) -> None:
    records.set_profiles({"ann": {"a": 1}, "bob": {"b": 2}, "cyd": {}})
    with pytest.raises(BadArgument):
        records.set_profiles({"ann": {"a": 9}, "bob": {"b": {1}}})
    records.set_profiles({"bob": None, "cyd": {"c": 3}})
    assert [records.profile(user) for user in ("ann", "bob", "cyd")] == [{"a": 1}, None, {"c": 3}]
    assert (records.users(), records.users(limit=5, after="ann")) == (["ann", "cyd"], ["cyd"])


def test_a_document_that_is_none_is_refused(records: Records) -> None:
    for user, document in (("ann", {"a": float("nan")}), ("ann", {"a": {1, 2}}), ("", {}), ("\ud800", {})):
        with pytest.raises(BadArgument):
            records.set_profile(user, document)


def test_users_are_those_with_an_event_or_a_document(records: Records) -> None:
    records.append([event("cyd", "a"), event("ann", "a"), event("", "a", session="s")], now=NOW)
    records.set_profile("bob", {})
    assert records.users() == ["ann", "bob", "cyd"]
    assert records.users(limit=1, offset=1) == ["bob"]
    records.set_profile("cyd", {"a": 1})
    records.set_profile("cyd", None)
    assert "cyd" in records.users()  # there is still what she did


def test_of_an_erased_shopper_nothing_is_left(records: Records) -> None:
    records.append([event("ann", "a"), event("ann", "b", "bought"), event("bob", "c")], now=NOW)
    records.set_profile("ann", {"sizes": ["M"]})
    before = records.revision()
    assert records.erase("ann", now=NOW + 1) == 2
    assert (records.touches("ann"), records.items_of("ann", KINDS), records.profile("ann")) == ([], {}, None)
    assert (records.users(), records.log().users, records.count()) == (["bob"], ("bob",), 1)
    assert records.revision() > before


def test_events_of_before_that_arrive_after_an_erasure_stay_out(records: Records) -> None:
    told = [event("ann", "a", time=NOW - DAY), event("bob", "a", time=NOW - DAY)]
    records.append(told, now=NOW)
    records.erase("ann", now=NOW)
    late = event("ann", "b", time=NOW - 2 * DAY)
    new = event("ann", "c", time=NOW + 1)
    assert records.append([*told, late, new], now=NOW + 2).fates == (
        "erased",
        "repeated",
        "erased",
        "recorded",
    )
    assert [touch.item for touch in records.touches("ann")] == ["c"]


def test_a_clock_that_was_ahead_is_no_way_back_after_an_erasure(records: Records) -> None:
    told = [event("ann", "a", time=NOW + 60_000), event("ann", "b", time=NOW + 9 * DAY)]
    assert records.append(told, now=NOW).recorded == 2
    records.erase("ann", now=NOW + 1)
    done = records.append(told, now=NOW + 2)
    assert (done.fates, done.clocks) == (("erased", "erased"), 1)


def test_a_shopper_of_whom_nothing_is_known_can_be_erased_beforehand(records: Records) -> None:
    assert records.erase("ann", now=NOW) == 0
    assert records.append([event("ann", "a", time=NOW - 1)], now=NOW).erased == 1
    assert records.count() == 0


def test_the_later_of_two_erasures_counts(records: Records) -> None:
    records.erase("ann", now=NOW)
    records.erase("ann", now=NOW + DAY)
    assert records.append([event("ann", "a", time=NOW + 5)], now=NOW + DAY).erased == 1


def test_what_came_of_answers_is_counted_by_product_and_kind(records: Records) -> None:
    told = [
        event("ann", "a", "shown", NOW - 9, answer="t1"),
        event("bob", "a", "shown", NOW - 8, answer="t1"),
        event("ann", "a", "clicked", NOW - 7, answer="t1"),
        event("ann", "b", "bought", NOW - 3, answer="t2"),
        event("ann", "b", "viewed", NOW - 2),
    ]
    records.append(told, now=NOW)
    assert records.funnel() == [("t1", "a", "shown", 2), ("t1", "a", "clicked", 1), ("t2", "b", "bought", 1)]
    assert records.funnel(NOW - 8, NOW - 3) == [("t1", "a", "shown", 1), ("t1", "a", "clicked", 1)]


def test_a_name_that_cannot_be_written_down_is_of_nobody(records: Records) -> None:
    records.append([event("ann", "a")], now=NOW)
    for name in ("\ud800", "a\0"):
        assert (records.touches(name), records.items_of(name, KINDS)) == ([], {})
        with pytest.raises(BadArgument, match="row 7"):
            records.append([event(name, "a", row=7)], now=NOW)


def test_what_cannot_be_written_down_leaves_nothing(records: Records) -> None:
    for bad in (event("bob", "a", time=2**63), event("bob", "\0")):
        with pytest.raises(BadArgument):
            records.append([event("ann", "a"), bad], now=NOW)
    assert (records.count(), records.users()) == (0, [])


def test_texts_of_every_language_come_back_as_they_were_and_in_one_order(records: Records) -> None:
    names = ["Zoë", "zoe", "Ångström", "李", "🙂", "a b", "ann", "Ann", "'; drop table lookalike_events; --"]
    records.append([event(name, f"{name} %s :x", session=name) for name in names], now=NOW)
    assert records.users() == sorted(names, key=str.encode)
    assert [touch.item for name in names for touch in records.touches(name)] == [f"{n} %s :x" for n in names]


def test_a_document_is_changed_from_what_it_is_now(records: Records) -> None:
    for name in ("sizes", "brands"):
        records.change_profile("ann", lambda before, name=name: {**(before or {}), name: True})  # type: ignore[misc]
    assert records.profile("ann") == {"sizes": True, "brands": True}
    records.change_profile("ann", lambda _: None)
    assert records.profile("ann") is None


def test_the_numbers_that_stand_for_kinds_stay_what_they_are() -> None:
    kept = ("shown", "clicked", "viewed", "liked", "disliked", "carted", "bought", "returned")
    assert KINDS[: len(kept)] == kept


def test_kinds_that_are_none_are_refused(records: Records) -> None:
    with pytest.raises(BadArgument, match="eaten"):
        records.log(["eaten"])  # type: ignore[list-item]
