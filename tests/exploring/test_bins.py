"""Bounds that people read lose no number and count none twice."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lookalike.exploring.bins import counted, equal_shares, round_bounds, written

AMOUNTS = st.lists(
    st.decimals(0, 100_000, places=2, allow_nan=False, allow_infinity=False).map(float),
    min_size=1,
    max_size=60,
)


@given(AMOUNTS)
def test_each_number_is_counted_once(amounts: list[float]) -> None:
    for bounds in (round_bounds(np.array(amounts)), equal_shares(np.array(amounts), 8)):
        assert bounds == sorted(set(bounds))
        assert bounds[0] <= min(amounts) and max(amounts) < bounds[-1]
        counts = counted(np.array(amounts), bounds)
        assert len(counts) == len(bounds) - 1
        for low, high, count in zip(bounds, bounds[1:], counts, strict=False):
            assert count == sum(low <= amount < high for amount in amounts)


@given(AMOUNTS)
def test_there_are_no_more_parts_than_a_chart_shows(amounts: list[float]) -> None:
    assert 1 <= len(round_bounds(np.array(amounts))) - 1 <= 23
    assert 1 <= len(equal_shares(np.array(amounts), 8)) - 1 <= 8


@given(AMOUNTS)
def test_a_bound_is_written_as_it_is_meant_without_an_exponent(amounts: list[float]) -> None:
    for bound in round_bounds(np.array(amounts)):
        assert float(written(bound)) == bound
        assert "e" not in written(bound)


def test_prices_lie_between_round_numbers() -> None:
    bounds = round_bounds(np.arange(10.0, 200.0))
    assert bounds[:4] == [0, 20, 40, 60] or bounds[:4] == [10, 20, 30, 40]
    assert len(set(np.diff(bounds).round(6))) == 1


def test_a_single_dear_product_does_not_press_the_others_into_one_bar() -> None:
    prices = np.append(np.linspace(5, 50, 500), 9_999)
    bounds = round_bounds(prices)
    assert sum(count > 0 for count in counted(prices, bounds)) > 8
    assert bounds[-1] > 9_999


def test_nothing_has_no_bounds() -> None:
    assert round_bounds(np.empty(0)) == [] == equal_shares(np.empty(0), 4)


def test_equal_numbers_are_one_part() -> None:
    assert len(round_bounds(np.full(9, 5.0))) == 2 == len(equal_shares(np.full(9, 5.0), 4))


@given(st.integers(10**10, 10**16), st.lists(st.integers(0, 100), min_size=1, max_size=40))
def test_long_numbers_that_hardly_differ_are_all_counted(least: int, more: list[int]) -> None:
    numbers = np.array([float(least + own) for own in more])
    bounds = round_bounds(numbers)
    assert sum(counted(numbers, bounds)) == len(numbers)
    assert len({written(bound) for bound in bounds}) == len(bounds) >= 2


@given(st.lists(st.floats(0, 1e300), min_size=1, max_size=40))
def test_numbers_of_any_size_are_all_counted(numbers: list[float]) -> None:
    assert sum(counted(np.array(numbers), round_bounds(np.array(numbers)))) == len(numbers)
