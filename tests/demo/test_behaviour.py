"""Drawn shoppers behave as shoppers do, and the same every time."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from lookalike.demo.behaviour import COLUMNS, draw_behaviour, shopper_names, write_events
from lookalike.demo.plan import Item, plan_shop
from lookalike.demo.ties import BESIDE, merchants_links
from lookalike.events import Event

NOW = 1_795_000_000_000
DAY = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return plan_shop(640, 7)


@pytest.fixture(scope="module")
def events(items: list[Item]) -> list[Event]:
    return draw_behaviour(items, NOW, shoppers=100, events=6000)


def test_the_same_behaviour_is_drawn_again(items: list[Item], events: list[Event]) -> None:
    assert draw_behaviour(items, NOW, shoppers=100, events=6000) == events
    other = draw_behaviour(items, NOW, shoppers=100, events=6000, seed=8)
    assert other != events


def test_another_day_moves_it_in_time_and_changes_no_event_s_name(
    items: list[Item], events: list[Event]
) -> None:
    later = draw_behaviour(items, NOW + 10 * DAY, shoppers=100, events=6000)
    assert [event.time + 10 * DAY for event in events] == [event.time for event in later]
    assert [event.key for event in events] == [event.key for event in later]


def test_nothing_lies_in_the_future_or_long_ago(events: list[Event]) -> None:
    assert all(NOW - 95 * DAY < event.time <= NOW for event in events)
    assert len(events) == pytest.approx(6000, rel=0.02)
    assert len({event.key for event in events}) == len(events)


def test_most_is_looked_at_and_little_bought(events: list[Event]) -> None:
    kinds = Counter(event.kind for event in events)
    assert kinds["viewed"] > 0.7 * len(events)
    assert kinds["viewed"] > kinds["carted"] > kinds["bought"] > kinds["returned"] > 0
    assert kinds["liked"] > kinds["disliked"] > 0


def test_shoppers_keep_to_their_kinds_and_colours(items: list[Item], events: list[Event]) -> None:
    by = {item.id: item for item in items}
    looked: defaultdict[str, list[Item]] = defaultdict(list)
    for event in events:
        if event.kind == "viewed":
            looked[event.user].append(by[event.item])
    busy = [seen for seen in looked.values() if len(seen) >= 40]
    assert len(busy) > 20
    first = [Counter(item.kind.name for item in seen).most_common(3) for seen in busy]
    shares = [sum(count for _, count in most) / len(seen) for most, seen in zip(first, busy, strict=True)]
    assert sum(shares) / len(shares) > 0.6  # of 23 kinds three have most
    mixed = [seen for seen in busy if {"women", "men"} <= {item.gender for item in seen}]
    assert not mixed


def test_what_is_sold_out_is_not_bought_and_the_newest_nobody_has_met(
    items: list[Item], events: list[Event]
) -> None:
    gone = {item.id for item in items if item.availability == "out of stock"}
    assert not [event for event in events if event.kind == "bought" and event.item in gone]
    newest = {item.id for item in items[-25:]}
    assert newest.isdisjoint(event.item for event in events)


def test_what_is_bought_together_is_of_kinds_that_go_together(items: list[Item], events: list[Event]) -> None:
    by = {item.id: item for item in items}
    visits: defaultdict[str, list[str]] = defaultdict(list)
    for event in events:
        if event.kind == "bought":
            visits[event.session].append(by[event.item].kind.name)
    several = [kinds for kinds in visits.values() if len(kinds) > 1]
    assert len(several) > 20
    assert all(set(kinds) <= {kinds[-1], *BESIDE[kinds[-1]]} for kinds in several)


def test_events_are_written_as_a_plain_table(events: list[Event], tmp_path: Path) -> None:
    path = write_events(tmp_path / "events.csv", events[:50])
    with path.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert tuple(rows[0]) == COLUMNS
    assert [row["item"] for row in rows] == [event.item for event in events[:50]]
    assert rows[0]["timestamp"].endswith("Z")
    assert not path.with_name("events.csv.part").exists()


def test_shoppers_have_names_of_their_own() -> None:
    assert len(set(shopper_names(1000))) == 1000
    assert shopper_names(2) == ["anna-a", "ben-a"]


def test_a_few_products_are_tied_to_others_that_exist(items: list[Item]) -> None:
    by = {item.id: item for item in items}
    links = merchants_links(items)
    assert 20 < len(links) < len(items) / 6
    for product_id, told in links.items():
        item = by[product_id]
        for other in filter(None, told.get("crosssell", "").split(",")):
            assert by[other].kind.name in BESIDE[item.kind.name]
        for other in filter(None, told.get("related", "").split(",")):
            assert by[other].kind is item.kind and by[other].group != item.group
