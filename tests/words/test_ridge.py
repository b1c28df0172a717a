"""The normal equations are solved where they stand, to the last digits that they have."""

import numpy as np
import pytest

from lookalike.words.ridge import solve_in_place


@pytest.mark.parametrize("count", [1, 5, 256, 257, 600])
def test_what_solves_the_equations_gives_back_their_right_side(count: int) -> None:
    chance = np.random.default_rng(count)
    factor = chance.normal(size=(count, 2 * count)).astype(np.float32)
    matrix = factor @ factor.T + np.eye(count, dtype=np.float32)
    wanted = chance.normal(size=(count, 3)).astype(np.float32)
    right = matrix @ wanted
    solve_in_place(matrix, right)
    assert np.allclose(right, wanted, atol=1e-3)
