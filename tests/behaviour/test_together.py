"""What is viewed and bought together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.behaviour import together
from lookalike.behaviour.together import DAY, CoBuys, CoVisits, decayed
from lookalike.events import Event, Kind, Log

NOW = 100 * DAY


def log(*visits: tuple[str, str], kind: Kind = "viewed", user: str = "") -> Log:
    """A visit for each pair of a name and the letters it looked at."""
    return Log.of(
        Event(user, item, kind, NOW - DAY + at, session=name)
        for at, (name, items) in enumerate(visits)
        for item in items
    )


def test_support_counts_the_visits_that_had_both() -> None:
    told = log(("1", "ab"), ("2", "abc"), ("3", "bc"), ("4", "d"))
    support = CoVisits.from_log(told, NOW).of(told.items.index("b")).support
    assert dict(zip(told.items, support.tolist(), strict=True)) == {"a": 2, "b": 0, "c": 2, "d": 0}


def test_who_looks_at_a_product_ten_times_in_a_visit_is_one() -> None:
    told = log(("1", "ababababab"))
    assert CoVisits.from_log(told, NOW).of(0).support.tolist() == [0, 1]


def test_a_score_is_the_cosine_times_what_many_make_of_a_few() -> None:
    told = log(("1", "ab"), ("2", "ab"), ("3", "a"))
    score = CoVisits.from_log(told, NOW).of(0).score[1]
    assert score == pytest.approx(2 / np.sqrt(3 * 2) * 2 / (2 + 5), rel=1e-4)


def test_what_is_in_every_visit_goes_less_with_each_than_what_is_only_with_it() -> None:
    told = log(*((str(at), f"x{letter}") for at, letter in enumerate("abcdefgh")), ("9", "ay"), ("10", "ay"))
    found = CoVisits.from_log(told, NOW).of(told.items.index("a"))
    assert found.score[told.items.index("y")] > found.score[told.items.index("x")] > 0


def test_a_pair_of_long_ago_gives_way_to_one_of_now() -> None:
    old = [Event("", item, "viewed", NOW - 90 * DAY, session="old") for item in "ab"]
    new = [Event("", item, "viewed", NOW - DAY, session="new") for item in "ac"]
    told = Log.of([*old, *new])
    score = CoVisits.from_log(told, NOW, half_life=30).of(told.items.index("a")).score
    assert score[told.items.index("c")] > 2 * score[told.items.index("b")] > 0


def test_what_one_shopper_bought_on_two_days_was_bought_together_and_support_counts_shoppers() -> None:
    told = Log.of(
        Event(user, item, "bought", NOW - day * DAY, session=f"{user}{day}")
        for user in ("u", "v")
        for day, item in ((9, "a"), (2, "b"), (1, "a"))
    )
    assert CoBuys.from_log(told, NOW).of(told.items.index("a")).support.tolist() == [0, 2]
    assert CoVisits.from_log(told, NOW).of(0).support.tolist() == [0, 0]


def test_what_was_only_looked_at_is_not_bought_together() -> None:
    assert not CoBuys.from_log(log(("1", "ab")), NOW).of(0).support.any()


def test_a_basket_of_thousands_makes_pairs_of_its_last_ones_alone() -> None:
    told = Log.of(Event("", f"i{at}", "bought", NOW + at, session="whole shop") for at in range(3000))
    assert CoBuys.from_log(told, NOW).support.sum() == 100 * 99


def test_a_time_in_the_future_counts_as_now() -> None:
    assert decayed(np.array([NOW + 5 * DAY, NOW, NOW - 30 * DAY]), NOW, 30.0).tolist() == [1, 1, 0.5]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(alphabet="abcdefg", min_size=1, max_size=6), min_size=1, max_size=12))
def test_scores_are_symmetric_between_none_and_one_and_as_counted_by_hand(baskets: list[str]) -> None:
    told = log(*((str(at), items) for at, items in enumerate(baskets)))
    pairs = CoVisits.from_log(told, NOW)
    score = np.stack([pairs.of(at).score for at in range(len(told.items))])
    support = np.stack([pairs.of(at).support for at in range(len(told.items))])
    for one, first in enumerate(told.items):
        for other, second in enumerate(told.items):
            both = sum(first in items and second in items for items in baskets) * (one != other)
            assert support[one, other] == both
    np.testing.assert_allclose(score, score.T, atol=1e-6)
    assert score.min() >= 0
    assert score.max() <= 1


def test_pairs_worked_out_in_parts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(0)
    baskets = [(str(at), "".join(chance.choice([*"abcdefghijklmnop"], 5))) for at in range(40)]
    whole = CoVisits.from_log(log(*baskets), NOW)
    monkeypatch.setattr(together, "_AT_ONCE", 30)
    parts = CoVisits.from_log(log(*baskets), NOW)
    assert parts.table.columns.tolist() == whole.table.columns.tolist()
    np.testing.assert_array_equal(parts.table.values, whole.table.values)
    assert parts.support.tolist() == whole.support.tolist()


def test_of_many_partners_the_best_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "_WIDEST", 1)
    told = log(("1", "ab"), ("2", "ab"), ("3", "ac"))
    assert CoVisits.from_log(told, NOW).of(told.items.index("a")).support.tolist() == [0, 2, 0]
