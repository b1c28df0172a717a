from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadArgument
from lookalike.evaluation import metrics


def hits(*places: int) -> np.ndarray:
    return np.array(places, dtype=bool)


def test_precision_counts_empty_places_as_misses() -> None:
    assert metrics.precision_at(hits(1, 0, 1), 3) == pytest.approx(2 / 3)
    assert metrics.precision_at(hits(1), 5) == pytest.approx(1 / 5)
    assert metrics.precision_at(hits(), 5) == 0


def test_recall_is_the_share_found_and_hit_whether_any_was() -> None:
    assert metrics.recall_at(hits(1, 0, 1, 1), 4, 3) == pytest.approx(0.5)
    assert metrics.hit_rate_at(hits(0, 0, 1), 2) == 0
    assert metrics.hit_rate_at(hits(0, 0, 1), 3) == 1


def test_reciprocal_rank_is_one_over_the_first_place() -> None:
    assert metrics.reciprocal_rank_at(hits(0, 0, 1, 1), 4) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank_at(hits(0, 0), 2) == 0
    assert metrics.reciprocal_rank_at(hits(0, 0, 1), 2) == 0


def test_map_at_r_looks_at_the_first_r_places_only() -> None:
    assert metrics.average_precision_at_r(hits(1, 0, 1, 1), 3) == pytest.approx((1 + 2 / 3) / 3)
    assert metrics.average_precision_at_r(hits(0, 0, 0, 1), 3) == 0
    assert metrics.average_precision_at_r(hits(1, 1, 1), 3) == 1


def test_ndcg_is_one_for_the_ideal_order_and_less_for_a_later_place() -> None:
    assert metrics.ndcg_at(hits(1, 1, 0, 0), 2, 4) == pytest.approx(1)
    assert metrics.ndcg_at(hits(0, 1), 1, 2) == pytest.approx(1 / np.log2(3))


def test_what_no_share_can_be_taken_of_is_refused_and_not_a_zero() -> None:
    for measure in (metrics.recall_at, metrics.ndcg_at, metrics.average_precision_at):
        with pytest.raises(BadArgument, match="Nothing is right"):
            measure(hits(0, 0), 0, 2)
        with pytest.raises(BadArgument, match="first 0"):
            measure(hits(0, 1), 1, 0)
        with pytest.raises(BadArgument, match="fewer products"):
            measure(hits(1, 1), 1, 2)
    for plain in (metrics.precision_at, metrics.hit_rate_at, metrics.reciprocal_rank_at):
        with pytest.raises(BadArgument, match="first 0"):
            plain(hits(0, 1), 0)
    with pytest.raises(BadArgument, match="Nothing is right"):
        metrics.average_precision_at_r(hits(0), 0)


@given(st.lists(st.booleans(), max_size=30), st.integers(0, 20), st.integers(1, 40))
def test_every_metric_is_between_nothing_and_all(found: list[bool], missing: int, k: int) -> None:
    places = np.array(found, dtype=bool)
    total = max(1, int(places.sum()) + missing)
    for value in (
        metrics.precision_at(places, k),
        metrics.recall_at(places, total, k),
        metrics.hit_rate_at(places, k),
        metrics.reciprocal_rank_at(places, k),
        metrics.average_precision_at(places, total, k),
        metrics.average_precision_at_r(places, total),
        metrics.ndcg_at(places, total, k),
    ):
        assert 0 <= value <= 1 + 1e-12
