"""What a shopper did, told of a catalogue: the last word holds, styles count once, the newer more."""

from __future__ import annotations

import pytest

from lookalike.events import Kind, Touch
from lookalike.index import Index
from lookalike.neighbours.snapshot import Snapshot
from lookalike.taste.history import FADED, HALF_LIFE, STRENGTH, History, owned
from lookalike.testing.planted import plant, planted

NOW = 10 * HALF_LIFE


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    items = [planted(f"p{at}", (1.0, at / 9), group="style" if at in (1, 2, 3) else "") for at in range(9)]
    return Index(plant(items))._now().snapshot


def touch(item: str, kind: Kind = "liked", age: float = 0.0, weight: float = 1.0) -> Touch:
    return Touch(item, kind, int(NOW - age * HALF_LIFE), weight)


def worth(history: History) -> dict[str, float]:
    return {piece.item: round(piece.worth, 3) for piece in history.liked}


def test_an_act_counts_by_its_kind_and_the_strongest_of_a_product_counts(snapshot: Snapshot) -> None:
    history = History.of(
        [touch("p5", "viewed"), touch("p5", "carted"), touch("p5", "clicked")], snapshot, NOW
    )
    assert worth(history) == {"p5": STRENGTH["carted"]}
    assert not History.of([touch("p5", "shown")], snapshot, NOW)


def test_one_half_life_before_the_last_act_counts_half_and_long_ago_a_little(snapshot: Snapshot) -> None:
    found = worth(History.of([touch("p5"), touch("p6", age=1), touch("p7", age=9)], snapshot, NOW))
    assert found["p5"] == 1
    assert found["p6"] == pytest.approx((FADED + (1 - FADED) / 2) * 0.5**0.1, abs=1e-3)
    assert FADED * 0.8 < found["p7"] < 2 * FADED


def test_what_was_done_since_makes_older_acts_count_less_within_an_hour_too(snapshot: Snapshot) -> None:
    acts = [touch(f"p{at}", age=at * 1e-6) for at in (4, 5, 6, 7, 8)]
    found = list(worth(History.of(acts, snapshot, NOW)).values())
    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(0.5**0.4, abs=1e-3)


def test_often_counts_more_and_never_without_end(snapshot: Snapshot) -> None:
    once = worth(History.of([touch("p5", "viewed")], snapshot, NOW))["p5"]
    ten = worth(History.of([touch("p5", "viewed", weight=10)], snapshot, NOW))["p5"]
    many = worth(History.of([touch("p5", "viewed", weight=1e9)], snapshot, NOW))["p5"]
    assert once < ten < many == pytest.approx(2 * once)


def test_variants_of_one_style_count_once_together(snapshot: Snapshot) -> None:
    history = History.of([touch("p1"), touch("p2"), touch("p3"), touch("p5")], snapshot, NOW)
    style = sum(piece.worth for piece in history.liked if piece.item != "p5")
    alone = next(piece.worth for piece in history.liked if piece.item == "p5")
    assert style == pytest.approx(1.0)
    assert alone <= 1


def test_the_last_word_holds(snapshot: Snapshot) -> None:
    disliked = History.of([touch("p5", "liked", 2), touch("p5", "disliked", 1)], snapshot, NOW)
    assert [piece.kind for piece in disliked.disliked] == ["disliked"]
    assert disliked.liked == ()
    liked = History.of([touch("p5", "disliked", 2), touch("p5", "liked", 1)], snapshot, NOW)
    assert [piece.kind for piece in liked.liked] == ["liked"]
    looked = History.of([touch("p5", "disliked", 2), touch("p5", "viewed", 1)], snapshot, NOW)
    assert looked.liked == ()


def test_what_was_returned_speaks_against_itself_and_bought_again_for_it(snapshot: Snapshot) -> None:
    returned = History.of([touch("p5", "bought", 2), touch("p5", "returned", 1)], snapshot, NOW)
    assert (returned.liked, len(returned.disliked)) == ((), 1)
    again = History.of([touch("p5", "returned", 2), touch("p5", "bought", 1)], snapshot, NOW)
    assert (len(again.liked), again.disliked) == (1, ())


def test_products_that_are_not_there_are_passed_over_and_forgotten_ones_do_not_count(
    snapshot: Snapshot,
) -> None:
    history = History.of([touch("gone"), touch("p5"), touch("p6")], snapshot, NOW, forgotten={"p6"})
    assert list(worth(history)) == ["p5"]
    assert history.passed_over == 1


def test_an_act_in_the_future_is_one_of_now(snapshot: Snapshot) -> None:
    history = History.of([touch("p5", age=-50), touch("p6")], snapshot, NOW)
    assert max(piece.time for piece in history.liked) == NOW
    assert worth(history)["p6"] > 0.9


def test_owned_is_what_was_bought_and_not_returned_since() -> None:
    assert owned({"a": 5, "b": 5, "c": 5}, {"b": 6, "c": 4, "d": 1}) == {"a", "c"}
    assert owned({"a": 5}, {"a": 5}) == frozenset()
