"""What a shopper wants next whose history is known."""

from __future__ import annotations

import numpy as np

from lookalike.behaviour.signals import Signals
from lookalike.behaviour.together import DAY
from lookalike.events import Event, Kind, Log, Touch

NOW = 100 * DAY


def signals() -> Signals:
    """Tea is bought with milk, and paint with brushes."""
    baskets = [("tea", "milk")] * 4 + [("paint", "brush")] * 4 + [("milk", "salt")]
    return Signals.of(
        Log.of(
            Event(f"u{at}", item, "bought", NOW - 5 * DAY, session=f"{at}")
            for at, basket in enumerate(baskets)
            for item in basket
        ),
        NOW,
    )


def touch(item: str, kind: Kind = "bought", days_ago: float = 1, weight: float = 1) -> Touch:
    return Touch(item, kind, NOW - int(days_ago * DAY), weight)


def scores(*touches: Touch) -> dict[str, float]:
    found = signals()
    return dict(zip(found.items, found.of_history(touches, NOW).tolist(), strict=True))


def test_what_belongs_to_what_was_bought_is_wanted_and_other_things_are_not() -> None:
    found = scores(touch("tea"))
    assert found["milk"] > 0
    assert found["paint"] == found["brush"] == 0


def test_what_was_bought_is_wanted_again() -> None:
    assert scores(touch("salt"))["salt"] > 0


def test_what_was_bought_counts_more_than_what_was_looked_at() -> None:
    found = scores(touch("tea"), touch("paint", "viewed"))
    assert found["milk"] > found["brush"] > 0


def test_what_was_done_lately_counts_more() -> None:
    found = scores(touch("tea", days_ago=300), touch("paint", days_ago=1))
    assert found["brush"] > found["milk"] > 0


def test_a_hundred_bought_at_once_are_one_purchase() -> None:
    assert scores(touch("tea", weight=100), touch("paint")) == scores(touch("tea"), touch("paint"))


def test_what_was_looked_at_often_counts_more() -> None:
    found = scores(touch("tea", "viewed", weight=7), touch("paint", "viewed"))
    assert found["milk"] > found["brush"]


def test_what_was_given_back_or_is_disliked_says_nothing_until_it_is_bought_again() -> None:
    assert not any(scores(touch("tea", days_ago=3), touch("tea", "returned", days_ago=2)).values())
    assert not any(scores(touch("tea", "viewed", days_ago=3), touch("tea", "disliked")).values())
    again = scores(touch("tea", days_ago=1), touch("tea", "returned", days_ago=2))
    assert again["milk"] > 0


def test_a_shopper_of_whom_nothing_is_known_gets_no_scores() -> None:
    assert not any(scores().values())
    assert not any(scores(touch("unknown")).values())
    assert not any(scores(touch("tea", "shown")).values())


def test_scores_are_finite_for_what_was_done_in_another_century() -> None:
    found = signals().of_history([touch("tea", days_ago=99), touch("paint", days_ago=-50_000)], NOW)
    assert np.isfinite(found).all()
