from __future__ import annotations

import numpy as np
import pytest

from lookalike.duplicates.candidates import (
    Pairs,
    equal_pairs,
    flipped,
    joined,
    nearest_pairs,
    signatures,
)
from lookalike.duplicates.sight import Glances
from lookalike.errors import BadArgument


def planted(count: int, dim: int = 12, seed: int = 1) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def as_set(pairs: Pairs) -> set[tuple[int, int]]:
    return set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))


def by_hand(scores: np.ndarray, k: int, least: float) -> set[tuple[int, int]]:
    """One of the two is among the k nearest of the other, and near enough."""
    scores = scores.copy()
    np.fill_diagonal(scores, -2)
    return {
        (min(row, other), max(row, other))
        for row in range(len(scores))
        for other in np.argsort(-scores[row])[:k].tolist()
        if scores[row, other] >= least
    }


@pytest.mark.parametrize("rows", [1, 7, 200])
def test_the_nearest_of_each_are_found_whatever_the_memory(rows: int) -> None:
    vectors = planted(200)
    found = nearest_pairs(vectors, 3, 0.4, memory=6 * 200 * rows)
    assert as_set(found) == by_hand(vectors @ vectors.T, 3, 0.4)
    assert len(as_set(found)) == len(found)
    assert np.allclose(found.scores, (vectors[found.first] * vectors[found.second]).sum(axis=1), atol=1e-5)


def test_one_far_from_all_has_no_neighbour() -> None:
    vectors = np.eye(4, dtype=np.float32)
    assert len(nearest_pairs(vectors, 2, 0.5)) == 0
    assert len(nearest_pairs(vectors[:0], 2, 0.5)) == 0


def test_a_turned_picture_finds_its_original_and_not_itself() -> None:
    plain = signatures(glance_of(np.random.default_rng(3).integers(0, 255, (5, 32, 32))))
    turned = flipped(plain, down=True)
    together = np.concatenate([plain, turned[2:3]])
    found = nearest_pairs(together, 1, 0.99, turned=flipped(together, down=True))
    assert as_set(found) == {(2, 5)}


def test_too_little_memory_says_how_much_is_needed() -> None:
    with pytest.raises(BadArgument, match="1,200") as raised:
        nearest_pairs(planted(200), 3, 0.4, memory=1000)
    assert "1,200" in raised.value.next_step


def test_no_neighbours_are_not_asked_for() -> None:
    with pytest.raises(BadArgument):
        nearest_pairs(planted(3), 0, 0.4)


def test_equal_hashes_are_tied_to_the_first_and_missing_ones_to_nothing() -> None:
    assert as_set(equal_pairs(["x", "", "y", "x", "", "x"])) == {(0, 3), (0, 5)}


def test_a_pair_of_two_searches_stands_once_with_its_better_score() -> None:
    one = Pairs(np.array([0, 1]), np.array([2, 3]), np.array([0.5, 0.9], dtype=np.float32))
    other = Pairs(np.array([0]), np.array([2]), np.array([0.7], dtype=np.float32))
    both = joined([one, other])
    assert (as_set(both), both.scores.tolist()) == ({(0, 2), (1, 3)}, pytest.approx([0.7, 0.9]))


def glance_of(levels: np.ndarray) -> Glances:
    return Glances(levels.astype(np.uint8), np.full((len(levels), 2), 0.5, dtype=np.float32))


def test_a_signature_does_not_change_with_the_light() -> None:
    levels = np.random.default_rng(4).integers(60, 160, (1, 32, 32))
    one, brighter = signatures(glance_of(levels)), signatures(glance_of(levels * 1.4))
    assert float(one[0] @ brighter[0]) > 0.999


def test_a_blank_picture_has_a_signature_like_nobodys() -> None:
    blank = signatures(glance_of(np.full((2, 32, 32), 255)))
    assert not blank.any()
