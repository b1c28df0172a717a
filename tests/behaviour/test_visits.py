"""What a log says as visits."""

from __future__ import annotations

from lookalike.behaviour.visits import LONGEST, STRENGTH, Visits
from lookalike.events import Event, Kind, Log

MINUTE = 60_000


def visits(*events: Event) -> Visits:
    return Visits.of(Log.of(events))


def event(session: str, item: str, minute: int, kind: Kind = "viewed", user: str = "") -> Event:
    return Event(user, item, kind, minute * MINUTE, session=session)


def test_visits_come_in_the_order_of_their_ends_and_their_events_in_order_of_time() -> None:
    found = visits(
        event("long", "a", 0), event("short", "b", 1), event("short", "c", 2), event("long", "d", 9)
    )
    assert found.visit.tolist() == [0, 0, 1, 1]
    assert found.ended.tolist() == [2 * MINUTE, 9 * MINUTE]
    assert found.item.tolist() == [1, 2, 0, 3]
    assert found.starts.tolist() == [0, 2, 4]


def test_a_click_the_page_and_the_cart_are_one_event_of_the_strongest_kind() -> None:
    found = visits(event("s", "a", 0, "clicked"), event("s", "a", 0, "viewed"), event("s", "a", 1, "carted"))
    assert found.item.tolist() == [0]
    assert found.strength.tolist() == [STRENGTH["carted"]]


def test_a_page_seen_twice_is_seen_twice() -> None:
    assert len(visits(event("s", "a", 0), event("s", "a", 1)).item) == 2


def test_what_was_only_shown_or_was_disliked_or_given_back_is_no_wish() -> None:
    found = visits(*(event("s", "a", at, kind) for at, kind in enumerate(("shown", "disliked", "returned"))))
    assert len(found) == 0
    assert found.items == 1


def test_of_a_visit_without_end_the_last_events_count() -> None:
    found = visits(*(event("robot", f"i{at}", at) for at in range(LONGEST + 50)))
    assert len(found.item) == LONGEST
    assert found.item[-1] == LONGEST + 49


def test_visits_of_one_user_have_one_shopper_and_visits_of_nobody_have_each_their_own() -> None:
    found = visits(
        event("1", "a", 0, user="u"), event("2", "a", 90, user="u"), event("3", "a", 91), event("4", "a", 92)
    )
    shoppers = found.shopper.tolist()
    assert shoppers[0] == shoppers[1]
    assert len(set(shoppers)) == 3


def test_nothing_has_no_visits() -> None:
    assert len(visits()) == 0
    assert visits().starts.tolist() == [0]
