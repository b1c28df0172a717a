"""The best choice of one of each kind under a sum: as good as trying all of them, and never dearer."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.recommend.budget import STEPS, Offers, best_choice, left_out, swaps

OFFER = st.tuples(st.integers(0, 30), st.integers(0, 12))
WIDE = st.tuples(st.integers(0, 90_000), st.integers(0, STEPS))


def offers(*given: tuple[int, int]) -> Offers:
    """Of pairs of a price and a fit in steps."""
    prices, steps = zip(*given, strict=True)
    return Offers(np.array(prices, np.int64), (np.array(steps) / STEPS).astype(np.float32))


def worth(kinds: list[Offers], places: tuple[int, ...]) -> tuple[int, int]:
    """How well a choice fits, and what it saves against costing anything."""
    chosen = list(zip(kinds, places, strict=True))
    cost = sum(int(kind.prices[at]) for kind, at in chosen)
    return sum(int(kind.steps[at]) for kind, at in chosen), -cost


def by_trying_all(kinds: list[Offers], budget: int) -> tuple[int, int] | None:
    """What the best of all choices is worth."""
    every = (worth(kinds, places) for places in product(*(range(len(kind)) for kind in kinds)))
    return max((one for one in every if -one[1] <= budget), default=None)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.one_of(OFFER, WIDE), min_size=1, max_size=5), min_size=1, max_size=4),
    st.floats(0, 1.1),
)
def test_no_choice_within_the_budget_fits_better(
    given_kinds: list[list[tuple[int, int]]], share: float
) -> None:
    kinds = [offers(*one) for one in given_kinds]
    budget = int(share * sum(int(kind.prices.max()) for kind in kinds))
    found = best_choice(kinds, budget)
    assert (None if found is None else worth(kinds, found)) == by_trying_all(kinds, budget)


def test_many_kinds_of_which_price_is_fit_are_solved_as_well() -> None:
    rng = np.random.default_rng(4)
    kinds = [
        Offers(p := rng.integers(500, 2000, 60), (np.rint(p / 4) / STEPS).astype(np.float32))
        for _ in range(6)
    ]
    found = best_choice(kinds, 7000)
    assert found is not None
    assert worth(kinds, found)[0] >= 7000 * STEPS // 4000 - 1


def test_without_a_budget_the_best_of_each_kind_is_taken_and_of_equals_the_cheaper() -> None:
    kinds = [offers((5, 3), (9, 8), (7, 8)), offers((1, 1), (100, 2))]
    assert best_choice(kinds, None) == (2, 1)


def test_a_budget_that_is_met_to_the_unit_is_enough_and_one_unit_less_is_not() -> None:
    kinds = [offers((5, 3), (9, 8)), offers((1, 1), (4, 2))]
    assert best_choice(kinds, 6) == (0, 0)
    assert best_choice(kinds, 5) is None
    assert best_choice(kinds, 13) == (1, 1)


def test_free_things_are_to_be_had_for_nothing() -> None:
    assert best_choice([offers((0, 3), (1, 9))], 0) == (0,)


def test_swaps_are_cheaper_and_the_best_that_save_anything_a_quarter_and_half() -> None:
    kind = offers((100, 90), (99, 80), (95, 85), (75, 60), (50, 40), (49, 39), (10, 1), (120, 99))
    assert swaps(kind, 0) == [2, 3, 4]
    assert swaps(kind, 6) == []


def test_a_swap_is_named_once_where_the_same_saves_most_and_fits_best() -> None:
    assert swaps(offers((100, 90), (10, 80)), 0) == [1]


@pytest.mark.parametrize(("budget", "gone"), [(9, [1]), (5, [1]), (4, [1, 2]), (0, [0, 1, 2]), (99, [])])
def test_the_kinds_to_leave_out_are_the_dearest_and_as_few_as_can_be(budget: int, gone: list[int]) -> None:
    kinds = [offers((1, 1), (50, 9)), offers((30, 9)), offers((4, 1))]
    assert left_out(kinds, budget) == gone
