"""Recipes that read events answer as the shop would have then, and know nothing of after the moment."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.evaluation.judge import judge
from lookalike.evaluation.question import Visit
from lookalike.events import Event, Kind, Log
from lookalike.index import Index
from lookalike.testing.planted import plant, planted
from lookalike.verdict.shopping_subjects import NAMES, SHELF, ShoppingSubject, shopping
from lookalike.verdict.visits import IN_VISIT, OF_SHOPPER, EventSplit, split_events
from lookalike.view import View

MINUTE, DAY = 60_000, 24 * 3600 * 1000
IDS = [f"p{number:02}" for number in range(40)]
PAIRS = {IDS[at]: IDS[at ^ 1] for at in range(len(IDS))}  # who had one of two next has the other
CUT = int(time.time() * 1000)


def shop() -> Index:
    """Forty products, whose looks say nothing of which are had together, in four kinds."""
    chance = np.random.default_rng(2)
    looks = chance.normal(size=(len(IDS), 8))
    kinds = ("Hats", "Shoes", "Lamps", "Bags")
    return Index(
        plant(
            [
                planted(i, tuple(map(float, look)), title=f"Product {i}", category=kinds[at % 4])
                for at, (i, look) in enumerate(zip(IDS, looks, strict=True))
            ]
        )
    )


@cache
def view() -> View:
    """One version of it, which no test writes into."""
    return shop()._now()


def visit(items: list[str], at: int, user: str = "", kind: Kind = "viewed") -> list[Event]:
    return [Event(user, item, kind, at + n * MINUTE, session=f"s{at}-{user}") for n, item in enumerate(items)]


def habits(count: int, first: int) -> list[Event]:
    """Visits to a product and then to the one that belongs to it; low numbers are had more often."""
    chance = np.random.default_rng(count)
    events = []
    for number in range(count):
        item = IDS[int(len(IDS) * chance.random() ** 2)]
        kind: Kind = "bought" if number % 3 == 0 else "viewed"
        events += visit([item, PAIRS[item]], first + number * 5 * MINUTE, f"u{number % 60}", kind)
    return events


def split(after: list[Event] | None = None) -> EventSplit:
    events = [*habits(400, CUT - 9 * DAY), *(habits(60, CUT + DAY) if after is None else after)]
    return split_events(Log.of(events), IDS, cut=CUT)


def made(name: str, found: EventSplit, ids: list[str] = IDS) -> ShoppingSubject:
    return shopping(view(), ids, found)(name)


def test_what_belongs_together_is_found_and_what_is_popular_is_not_enough() -> None:
    found = split()
    question = found.questions[IN_VISIT]
    together, popular = (
        judge(made(name, found), question.cases, ks=(1,), depth=1)["recall_at_1"].mean
        for name in ("bought-together", "popular")
    )
    assert together == 1.0
    assert popular < 0.3


@pytest.mark.parametrize("name", NAMES)
def test_what_happens_later_changes_no_answer(name: str) -> None:
    asks = [Visit((i,), user) for i in IDS[:12] for user in (None, "u1", "u30", "nobody")]
    swapped = [replace(event, item=IDS[-1]) for event in habits(60, CUT + DAY)]
    first, other = (made(name, split(after)).answer_many(asks, 10) for after in (None, swapped))
    assert first == other
    assert any(answer for answer in first)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_visit_came_to_is_not_shown_again_and_nothing_twice(name: str) -> None:
    asks = [Visit(tuple(IDS[at : at + 5]), "u7" if at % 2 else None) for at in range(0, 30, 3)]
    for ask, answer in zip(asks, made(name, split()).answer_many(asks, 10), strict=True):
        assert not {*ask.items} & {*answer}
        assert len({*answer}) == len(answer) <= 10


@pytest.mark.parametrize("name", NAMES)
def test_only_what_may_be_found_is_answered(name: str) -> None:
    some = IDS[::3]
    for answer in made(name, split(), some).answer_many([Visit((i,), None) for i in IDS[:9]], 10):
        assert answer
        assert {*answer} <= {*some}


@pytest.mark.parametrize("user", ["u3", "u12", "u41", None])
@pytest.mark.parametrize("items", [(), ("p04",), ("p04", "p09", "p30")])
def test_the_whole_recipe_answers_as_the_index_does(user: str | None, items: tuple[str, ...]) -> None:
    index = shop()
    events = [*habits(400, CUT - 9 * DAY), *visit(["p20"], CUT - DAY, "u3", "disliked")]
    index._records.append(events)
    found = split_events(Log.of([*events, *habits(9, CUT + DAY)]), IDS, cut=CUT)
    subject = shopping(index._now(), IDS, found)("recommend")
    expected = index.recommend(user, k=SHELF, recent=items, stock="any").ids
    assert subject.answer_many([Visit(items, user)], 100) == [expected]


def test_what_a_shopper_owns_had_seen_or_dislikes_is_not_recommended() -> None:
    before = [
        *habits(400, CUT - 9 * DAY),
        *visit(["p01", "p02"], CUT - 2 * DAY, "ann", "bought"),
        *visit(["p03"], CUT - DAY, "ann", "viewed"),
        *visit(["p05"], CUT - DAY, "ann", "disliked"),
    ]
    found = split_events(Log.of([*before, *habits(9, CUT + DAY)]), IDS, cut=CUT)
    (answer,) = made("recommend", found).answer_many([Visit(("p00",), "ann")], 10)
    assert not {"p00", "p01", "p02", "p03", "p05"} & {*answer}


def test_popular_is_what_most_wanted_lately() -> None:
    events = [
        *[event for n in range(9) for event in visit(["p07"], CUT - DAY + n, f"a{n}")],
        *[event for n in range(5) for event in visit(["p11"], CUT - DAY + n, f"b{n}")],
        *[event for n in range(12) for event in visit(["p13"], CUT - 90 * DAY + n, f"c{n}")],
    ]
    found = split_events(Log.of([*events, *visit(["p01", "p02"], CUT + DAY)]), IDS, cut=CUT)
    assert made("popular", found).answer_many([Visit((), None), Visit(("p07",), None)], 2) == [
        ["p07", "p11"],
        ["p11", "p13"],
    ]


def test_what_was_bought_with_it_stands_before_what_was_seen_with_it() -> None:
    events = [
        *[event for n in range(3) for event in visit(["p00", "p09"], CUT - DAY + n, f"a{n}", "bought")],
        *[event for n in range(30) for event in visit(["p00", "p08"], CUT - DAY + n, f"b{n}")],
    ]
    found = split_events(Log.of([*events, *visit(["p01", "p02"], CUT + DAY)]), IDS, cut=CUT)
    assert made("bought-together", found).answer_many([Visit(("p00",), None), Visit(("p30",), None)], 9) == [
        ["p09", "p08"],
        [],
    ]


def test_products_that_nobody_had_are_found_by_what_they_are_and_by_no_baseline() -> None:
    new = {IDS[at]: IDS[at] for at in (4, 5)}
    before = [event for event in habits(400, CUT - 9 * DAY) if event.item not in new]
    after = [event for n in range(8) for event in visit([IDS[n * 4 + 8], "p04"], CUT + DAY + n * DAY)]
    found = split_events(Log.of([*before, *after]), IDS, cut=CUT)
    question = found.questions[IN_VISIT]
    assert len(question.parts["cold"]) == 8
    assert "warm" not in question.parts
    for name in ("popular", "bought-together"):
        assert judge(made(name, found), question.cases, depth=10)["recall_at_10"].mean == 0


def test_known_shoppers_are_asked_by_all_they_had() -> None:
    found = split()
    question = found.questions[OF_SHOPPER]
    ask = question.cases.cases[0].ask
    had = {event.item for event in habits(400, CUT - 9 * DAY) if event.user == ask.user}
    assert {*ask.items} == had


def test_an_unknown_recipe_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(BadArgument, match="no recipe 'magic'") as error:
        made("magic", split())
    assert "recommend, popular or bought-together" in error.value.next_step


def test_a_recipe_says_what_it_can_be_asked() -> None:
    subject = made("popular", split())
    assert (subject.name, subject.kind, subject.asks, subject.exact) == (
        "recipe:popular",
        "recipe",
        {"visit"},
        False,
    )
    assert not subject.reads("category")
