from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import SpaceMismatch
from lookalike.vectors import DECIMALS, Space, best, stored, unit


def test_a_vector_is_split_into_its_direction_and_its_length() -> None:
    units, norms = unit([[3.0, 4.0], [0.0, 2.0]])
    assert np.allclose(units, [[0.6, 0.8], [0.0, 1.0]])
    assert norms.tolist() == [5.0, 2.0]


def test_a_zero_vector_stays_zero() -> None:
    units, norms = unit([[0.0, 0.0]])
    assert units.tolist() == [[0.0, 0.0]]
    assert norms.tolist() == [0.0]


def test_a_stored_vector_scores_one_with_itself_and_is_not_changed_by_storing_twice() -> None:
    rng = np.random.default_rng(3)
    once = stored(unit(rng.normal(size=(50, 256)))[0])
    assert np.round(np.einsum("ij,ij->i", once, once), DECIMALS).tolist() == [1.0] * 50
    assert np.abs(stored(once) - once).max() < 1e-3


def test_the_best_come_first_and_equal_scores_keep_their_order() -> None:
    rows, scores = best(np.array([0.1, 0.9, 0.5, 0.9, 0.5], dtype=np.float32), 4)
    assert rows.tolist() == [1, 3, 2, 4]
    assert np.allclose(scores, [0.9, 0.9, 0.5, 0.5])


def test_scores_that_differ_behind_the_fifth_decimal_are_equal() -> None:
    rows, _ = best(np.array([0.5000011, 0.5000042], dtype=np.float32), 2)
    assert rows.tolist() == [0, 1]


def test_silence_is_never_an_answer() -> None:
    rows, _ = best(np.array([np.nan, 0.2, np.nan], dtype=np.float32), 3)
    assert rows.tolist() == [1]


@given(
    st.lists(st.one_of(st.floats(-1, 1, width=32), st.just(float("nan"))), max_size=60),
    st.integers(1, 70),
)
def test_the_best_are_those_a_full_sort_would_give(values: list[float], k: int) -> None:
    scores = np.array(values, dtype=np.float32)
    rounded = np.round(scores.astype(np.float64), DECIMALS)
    expected = sorted(
        (i for i in range(len(values)) if not np.isnan(scores[i])), key=lambda i: (-rounded[i], i)
    )
    assert best(scores, k)[0].tolist() == expected[:k]


def test_vectors_of_another_encoder_are_refused_by_name() -> None:
    here, there = Space("imagenet", "a" * 64, 256), Space("other", "b" * 64, 256)
    here.require(Space("imagenet", "a" * 64, 256))
    with pytest.raises(SpaceMismatch, match=r"imagenet.*other"):
        here.require(there)
