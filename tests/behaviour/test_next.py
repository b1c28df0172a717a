"""What comes next in a visit."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.behaviour.paths import Paths
from lookalike.behaviour.sessions import Sessions
from lookalike.behaviour.signals import Signals
from lookalike.behaviour.together import DAY
from lookalike.behaviour.visits import Visits
from lookalike.events import Event, Log
from lookalike.vectors import Floats

NOW = 100 * DAY


def log(*visits: str, days_ago: float = 1) -> Log:
    """A visit for each word, which looked at its letters in order."""
    begin = NOW - int(days_ago * DAY)
    return Log.of(
        Event("", item, "viewed", begin + 1000 * number + at, session=f"{number}")
        for number, items in enumerate(visits)
        for at, item in enumerate(items)
    )


def first(told: Log, scores: Floats) -> str:
    return told.items[int(scores.argmax())]


def paths(told: Log, recent: str) -> Floats:
    """``recent`` with the latest last."""
    items = np.array([told.items.index(item) for item in recent[::-1]])
    return Paths.of(Visits.of(told), NOW, 14.0).next(items, np.ones(len(items), np.float32))


def sessions(told: Log, recent: str) -> Floats:
    items = np.array([told.items.index(item) for item in recent[::-1]])
    return Sessions.of(Visits.of(told), NOW, 14.0).next(items, np.ones(len(items), np.float32))


def test_what_followed_most_often_comes_next() -> None:
    told = log("ab", "ab", "ac", "db")
    assert first(told, paths(told, "a")) == "b"
    assert first(told, Signals.of(told, NOW).next([("a", 1.0)])) in "ab"


def test_the_way_there_counts_more_than_the_way_back() -> None:
    told = log("xay")
    scores = paths(told, "a")
    assert scores[told.items.index("y")] > scores[told.items.index("x")] > 0


def test_what_comes_at_once_counts_more_than_what_comes_later() -> None:
    told = log("abc")
    scores = paths(told, "a")
    assert scores[told.items.index("b")] > scores[told.items.index("c")] > 0


def test_two_ways_lead_where_no_visit_went_in_one() -> None:
    told = log("ab", "bc")
    scores = paths(told, "a")
    assert 0 < scores[told.items.index("c")] < scores[told.items.index("b")]


def test_shares_of_what_follows_an_item_are_of_one() -> None:
    told = log("abc", "abd", "ca")
    table = Paths.of(Visits.of(told), NOW, 14.0).table
    for row in range(len(told.items)):
        assert table.values[table.row(row)].sum() == pytest.approx(1, rel=1e-5)


def test_the_visits_that_share_more_vote_for_more() -> None:
    told = log("abx", "acy", "dcz")
    scores = sessions(told, "ab")
    assert scores[told.items.index("x")] > scores[told.items.index("y")] > 0
    assert scores[told.items.index("z")] == 0


def test_the_last_item_of_a_visit_says_most() -> None:
    told = log("ax", "by")
    scores = sessions(told, "ab")
    assert scores[told.items.index("y")] > scores[told.items.index("x")] > 0


def test_a_rare_item_says_more_than_one_that_everybody_had() -> None:
    def gained(told: Log) -> float:
        scores = sessions(told, "ra")
        return float(scores[told.items.index("y")] / scores[told.items.index("x")])

    assert gained(log("ry", "a", "a", "a", "ax")) > 2 * gained(log("ry", "ax"))


def test_a_young_visit_votes_for_more_than_an_old_one() -> None:
    old = [Event("", item, "viewed", NOW - 60 * DAY + at, session="old") for at, item in enumerate("ax")]
    new = [Event("", item, "viewed", NOW - DAY + at, session="new") for at, item in enumerate("ay")]
    told = Log.of([*old, *new])
    scores = Signals.of(told, NOW).next([("a", 1.0)])
    assert scores[told.items.index("y")] > scores[told.items.index("x")] > 0


def test_scores_of_what_comes_next_are_shares_and_of_the_catalogues_size() -> None:
    told = log("abc", "bcd")
    scores = Signals.of(told, NOW).next([("b", 2.0), ("a", 1.0)])
    assert scores.shape == (4,)
    assert scores.dtype == np.float32
    assert scores.sum() == pytest.approx(1, rel=1e-5)
    assert scores.min() >= 0


def test_items_that_nobody_knows_say_nothing() -> None:
    signals = Signals.of(log("ab"), NOW)
    assert not signals.next([("unknown", 1.0)]).any()
    assert not signals.next([]).any()
    known = signals.next([("a", 1.0)])
    np.testing.assert_array_equal(signals.next([("unknown", 1.0), ("a", 1.0)]), known)


def test_the_same_item_twice_is_said_once() -> None:
    signals = Signals.of(log("ab", "bc"), NOW)
    once = signals.next([("a", 1.0), ("b", 1.0)])
    np.testing.assert_array_equal(signals.next([("a", 1.0), ("b", 1.0), ("a", 5.0)]), once)


def test_where_nothing_happened_all_signals_are_empty() -> None:
    signals = Signals.of(Log.of(()))
    assert signals.next([("a", 1.0)]).shape == (0,)
    assert signals.of_history([], NOW).shape == (0,)
    assert signals.popular().shape == signals.trending().shape == signals.seen_often().shape == (0,)
    assert signals.viewed_with("a").score.shape == signals.bought_with("a").support.shape == (0,)


def test_items_with_which_nothing_but_showing_was_done_are_known_and_silent() -> None:
    told = Log.of([Event("u", "a", "shown", NOW), Event("u", "b", "shown", NOW + 1)])
    signals = Signals.of(told, NOW)
    assert signals.items == ("a", "b")
    assert not signals.seen_often().any()
    assert not signals.next([("a", 1.0)]).any()
    assert not signals.popular().any()
