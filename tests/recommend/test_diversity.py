"""The dial of diversity: off, as different as possible, and in between."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.recommend.stages.diversity import diversified
from lookalike.vectors import Floats, unit

TWO_KINDS = np.array([[1, 0], [1, 0.01], [1, 0.02], [0, 1], [0.01, 1]], dtype=np.float32)
"""Three that are nearly the same, and two others that are."""


def best_first(count: int) -> Floats:
    return np.linspace(1, 0.5, count).astype(np.float32)


def distance(looks: Floats, places: Any) -> float:
    """The mean cosine distance of all pairs."""
    chosen = looks[places]
    return float(1 - (chosen @ chosen.T)[np.triu_indices(len(chosen), 1)].mean())


def some(seed: int, count: int) -> tuple[Floats, Floats]:
    chance = np.random.default_rng(seed)
    scores = -np.sort(-chance.random(count)).astype(np.float32)
    return scores, unit(chance.normal(size=(count, 6)) + 1)[0]


def test_at_nought_the_order_is_that_of_scores() -> None:
    assert diversified(best_first(5), unit(TWO_KINDS)[0], 0, 5).tolist() == [0, 1, 2, 3, 4]


def test_at_one_the_second_is_the_one_that_is_least_like_the_first() -> None:
    assert diversified(best_first(5), unit(TWO_KINDS)[0], 1, 2).tolist()[:2] == [0, 3]


def test_in_between_another_kind_comes_before_more_of_the_same() -> None:
    order = diversified(best_first(5), unit(TWO_KINDS)[0], 0.5, 5).tolist()
    assert order == [0, 3, 1, 2, 4]


def test_equal_products_keep_the_order_of_their_ids() -> None:
    same = unit(np.ones((4, 3), dtype=np.float32))[0]
    for dial in (0.0, 0.4, 1.0):
        assert diversified(np.full(4, 0.5, dtype=np.float32), same, dial, 4).tolist() == [0, 1, 2, 3]


def test_what_is_sold_out_waits_for_the_others_however_different_it_is() -> None:
    gone = np.array([False, False, False, True, True])
    order = diversified(best_first(5), unit(TWO_KINDS)[0], 1, 5, gone).tolist()
    assert set(order[:3]) == {0, 1, 2}


def test_a_product_without_a_picture_is_neither_like_nor_unlike_the_others() -> None:
    looks = unit(TWO_KINDS)[0]
    looks[1] = 0
    order = diversified(np.ones(5, dtype=np.float32), looks, 1, 5).tolist()
    assert order.index(3) < order.index(1) < order.index(2)


def test_pictures_are_not_needed_at_all() -> None:
    assert diversified(best_first(3), np.zeros((3, 4), dtype=np.float32), 0.7, 3).tolist() == [0, 1, 2]
    assert diversified(best_first(0), np.zeros((0, 4), dtype=np.float32), 0.7, 3).tolist() == []


@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 20), st.floats(0, 1))
@settings(deadline=None)
def test_every_product_has_one_place_and_the_best_the_first(
    seed: int, count: int, wanted: int, dial: float
) -> None:
    order = diversified(*some(seed, count), dial, wanted).tolist()
    assert sorted(order) == list(range(count))
    assert order[0] == 0
    rest = order[wanted:]
    assert rest == sorted(rest)


@given(st.integers(0, 10_000), st.floats(0, 1), st.integers(-3, 6), st.integers(-5, 5))
@settings(deadline=None)
def test_the_dial_means_the_same_on_every_scale_of_scores(
    seed: int, dial: float, power: int, more: int
) -> None:
    scores, looks = some(seed, 15)
    coarse = (scores * 64).round() / 64  # numbers that a scale does not round
    order = diversified(coarse, looks, dial, 15)
    moved = diversified(coarse * np.float32(2.0**power) + np.float32(more), looks, dial, 15)
    assert order.tolist() == moved.tolist()


def test_the_further_the_dial_the_more_different_are_the_products() -> None:
    spreads = []
    for dial in (0, 0.3, 0.7, 1):
        drawn = [some(seed, 60) for seed in range(30)]
        spreads.append(
            np.mean([distance(looks, diversified(scores, looks, dial, 8)[:8]) for scores, looks in drawn])
        )
    assert spreads == sorted(spreads)
    assert spreads[-1] > 1.2 * spreads[0]
