"""Rows of numbers of which most are zero."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from lookalike.behaviour.sparse import Sparse, stacked


def drawn(rows: int = 30, columns: int = 50, share: float = 0.3) -> tuple[np.ndarray, Sparse]:
    chance = np.random.default_rng(3)
    whole = chance.random((rows, columns)).astype(np.float32)
    whole[chance.random(whole.shape) > share] = 0
    return whole, Sparse.of(csr_matrix(whole))


def written_out(sparse: Sparse, columns: int) -> np.ndarray:
    whole = np.zeros((len(sparse), columns), np.float32)
    for row in range(len(sparse)):
        own = sparse.row(row)
        whole[row, sparse.columns[own]] = sparse.values[own]
    return whole


def test_the_highest_entries_of_each_row_are_kept() -> None:
    whole, sparse = drawn()
    kept = written_out(sparse.only(sparse.highest(8)), whole.shape[1])
    for before, after in zip(whole, kept, strict=True):
        least = np.sort(before)[-8]
        np.testing.assert_array_equal(after, np.where(before >= least, before, 0))


def test_rows_that_are_short_enough_stay_as_they_are() -> None:
    _, sparse = drawn()
    assert len(sparse.highest(50)) == len(sparse.columns)


def test_a_sum_of_rows_is_that_of_the_whole_table() -> None:
    whole, sparse = drawn()
    rows, weights = np.array([4, 0, 29, 4]), np.array([0.5, 2.0, 1.0, 1.0])
    np.testing.assert_allclose(sparse.summed(rows, weights, 50), weights @ whole[rows], rtol=1e-5)


def test_parts_stand_one_below_the_other() -> None:
    whole, _ = drawn()
    parts = [Sparse.of(csr_matrix(whole[first:last])) for first, last in ((0, 7), (7, 7), (7, 30))]
    np.testing.assert_array_equal(written_out(stacked(parts), 50), whole)
