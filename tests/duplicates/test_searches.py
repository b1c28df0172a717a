from __future__ import annotations

import numpy as np
import pytest

from lookalike.duplicates.cells import Cells
from lookalike.duplicates.searches import Everything, Pairs, highest
from lookalike.errors import BadArgument


def planted(count: int, dim: int = 12, seed: int = 1) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def as_set(pairs: Pairs) -> set[tuple[int, int]]:
    return set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))


def by_hand(vectors: np.ndarray, k: int, least: float) -> set[tuple[int, int]]:
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -2)
    return {
        (row, other)
        for row in range(len(scores))
        for other in np.argsort(-scores[row])[:k].tolist()
        if scores[row, other] >= least
    }


@pytest.mark.parametrize("rows", [1, 7, 200])
def test_the_nearest_of_each_are_found_whatever_the_memory(rows: int) -> None:
    vectors = planted(200)
    found = Everything(vectors, memory=6 * 200 * rows).nearest(vectors, np.arange(200), 3, 0.4)
    assert as_set(found) == by_hand(vectors, 3, 0.4)
    assert np.allclose(found.scores, (vectors[found.first] * vectors[found.second]).sum(axis=1), atol=1e-5)


@pytest.mark.parametrize("width", [3, 63, 64, 1300, 1301, 1363])
def test_the_highest_of_a_row_are_found_however_many_there_are(width: int) -> None:
    scores = np.random.default_rng(width).normal(size=(20, width)).astype(np.float32)
    rows, columns, found = highest(scores, 4, -9.0)
    assert np.array_equal(scores[rows, columns], found)
    for row in range(20):
        assert sorted(found[rows == row]) == sorted(scores[row])[-4:]


def test_only_the_pictures_that_are_asked_for_get_neighbours() -> None:
    vectors = planted(50)
    found = Everything(vectors).nearest(vectors[[7, 9]], np.array([7, 9]), 2, -1.0)
    assert found.first.tolist() == [7, 7, 9, 9]
    assert not (found.first == found.second).any()


def test_one_far_from_all_has_no_neighbour() -> None:
    vectors = np.eye(4, dtype=np.float32)
    assert len(Everything(vectors).nearest(vectors, np.arange(4), 2, 0.5)) == 0
    assert len(Everything(vectors[:0]).nearest(vectors[:0], np.arange(0), 2, 0.5)) == 0


def test_too_little_memory_says_how_much_is_needed() -> None:
    with pytest.raises(BadArgument, match="1,200") as raised:
        Everything(planted(200), memory=1000)
    assert "1,200" in raised.value.next_step


def copies_of(vectors: np.ndarray, blur: float) -> np.ndarray:
    """The vectors, and after them a near copy of each."""
    noise = np.random.default_rng(5).normal(size=vectors.shape) * blur
    copied = vectors + noise.astype(np.float32)
    return np.concatenate([vectors, copied / np.linalg.norm(copied, axis=1, keepdims=True)])


def test_cells_find_nearly_all_near_copies() -> None:
    vectors = copies_of(planted(20_000, dim=32), blur=0.04)
    own = np.arange(20_000, 22_000)
    found = Cells(vectors).nearest(vectors[own], own, 1, 0.5)
    assert (found.second == found.first - 20_000).mean() > 0.95
    assert np.allclose(found.scores, (vectors[found.first] * vectors[found.second]).sum(axis=1), atol=1e-5)


def test_cells_give_each_asker_its_nearest_and_never_itself() -> None:
    vectors = planted(700)
    found = Cells(vectors, memory=100_000).nearest(vectors, np.arange(700), 5, -1.0)
    assert as_set(found) == by_hand(vectors, 5, -1.0)  # so few vectors are one cell


def test_cells_that_nobody_asks_find_nothing() -> None:
    vectors = planted(700)
    assert len(Cells(vectors).nearest(vectors[:0], np.arange(0), 5, -1.0)) == 0


@pytest.mark.parametrize("least", [-1.0, 0.6])
def test_cells_find_of_their_own_cells_what_comparing_finds(least: float) -> None:
    vectors = planted(4000, dim=3)  # so near in space that nearly all neighbours are in the cells asked
    own = np.arange(300)
    found = as_set(Cells(vectors).nearest(vectors[own], own, 4, least))
    expected = {pair for pair in by_hand(vectors, 4, least) if pair[0] < 300}
    assert found == expected


def test_vectors_that_are_all_the_same_are_everybodys_neighbours() -> None:
    vectors = np.repeat(planted(1), 2000, axis=0)
    found = Cells(vectors).nearest(vectors[:3], np.arange(3), 4, 0.9)
    assert found.first.tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_asking_in_order_of_the_cells_asks_for_everyone_once() -> None:
    rows = np.arange(0, 3000, 3)
    assert sorted(Cells(planted(3000)).ordered(rows).tolist()) == rows.tolist()
