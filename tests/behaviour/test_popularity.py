"""What is popular, and what is more so lately."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.behaviour.popularity import Popularity
from lookalike.behaviour.together import DAY
from lookalike.behaviour.visits import Visits
from lookalike.events import Event, Kind, Log

NOW = 1000 * DAY


def told(events: list[tuple[str, float, Kind]]) -> dict[str, Popularity]:
    """The popularity of items, from item, days ago and kind, each in a visit of its own."""
    log = Log.of(
        Event("", item, kind, NOW - int(ago * DAY), session=f"{at}")
        for at, (item, ago, kind) in enumerate(events)
    )
    found = Popularity.of(Visits.of(log), NOW, 14.0)
    return {
        item: Popularity(found.popular[at], found.trending[at], found.known[at])
        for at, item in enumerate(log.items)
    }


def test_what_was_bought_is_more_popular_than_what_was_looked_at_as_often() -> None:
    found = told([("a", 1, "viewed"), ("b", 1, "bought")])
    assert found["b"].popular > found["a"].popular > 0


def test_what_was_wanted_a_half_life_ago_counts_half() -> None:
    found = told([("old", 14, "viewed"), ("new", 0, "viewed")])
    assert found["old"].popular == pytest.approx(found["new"].popular / 2)


def test_who_reloads_a_page_all_day_makes_it_no_more_popular() -> None:
    log = Log.of(Event("robot", "a", "viewed", NOW - DAY + at, session="s") for at in range(150))
    found = Popularity.of(Visits.of(log), NOW, 14.0)
    assert found.known.tolist() == [1]
    assert found.popular[0] <= 1


def test_what_is_wanted_as_ever_does_not_trend_and_what_is_wanted_more_does() -> None:
    steady = [("steady", ago + 0.5, "viewed") for ago in range(200)]
    rising = [("rising", ago / 10 + 0.1, "viewed") for ago in range(40)]
    fallen = [("fallen", 60 + ago / 10, "viewed") for ago in range(100)]
    found = told([*steady, *rising, *fallen])
    assert found["rising"].trending > 1
    assert found["steady"].trending < 0.2
    assert found["fallen"].trending == 0


def test_how_much_is_known_counts_visits() -> None:
    found = told([("a", 1, "viewed"), ("a", 400, "bought"), ("b", 2, "liked")])
    assert [float(found["a"].known), float(found["b"].known)] == [2, 1]


def test_numbers_are_finite_on_the_first_day() -> None:
    found = told([("a", 0, "viewed")])["a"]
    assert np.isfinite([found.popular, found.trending]).all()
