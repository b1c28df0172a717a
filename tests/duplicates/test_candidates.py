from __future__ import annotations

import numpy as np
import pytest

from lookalike.duplicates import candidates
from lookalike.duplicates.candidates import Neighbourhood, equal_pairs, flipped, signatures
from lookalike.duplicates.gates import Candidates
from lookalike.duplicates.sight import Glances


def as_set(pairs: Candidates) -> set[tuple[int, int]]:
    return set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))


def glance_of(levels: np.ndarray) -> Glances:
    return Glances(levels.astype(np.uint8), np.full((len(levels), 2), 0.5, dtype=np.float32))


def unlike(count: int) -> np.ndarray:
    """Vectors at right angles."""
    return np.eye(count, 40, dtype=np.float32)


def test_equal_hashes_are_tied_to_the_first_and_missing_ones_to_nothing() -> None:
    found = equal_pairs(["x", "", "y", "x", "", "x"])
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 3), (0, 5)]


def test_a_signature_does_not_change_with_the_light() -> None:
    levels = np.random.default_rng(4).integers(60, 160, (1, 32, 32))
    one, brighter = signatures(glance_of(levels)), signatures(glance_of(levels * 1.4))
    assert float(one[0] @ brighter[0]) > 0.999


def test_a_blank_picture_has_a_signature_like_nobodys() -> None:
    assert not signatures(glance_of(np.full((2, 32, 32), 255))).any()


def test_a_picture_upside_down_is_a_candidate_whatever_its_vector() -> None:
    plain = signatures(glance_of(np.random.default_rng(3).integers(0, 255, (5, 32, 32))))
    together = np.concatenate([plain, flipped(plain, down=True)[2:3]])
    found = Neighbourhood(unlike(6), together, 1).candidates(np.array([5]))
    assert as_set(found) == {(5, 2)}


def test_a_near_vector_and_a_near_signature_make_one_candidate_with_its_cosine() -> None:
    looks = unlike(4)
    looks[3] = [0.8, 0.6, *[0] * 38]
    signed = signatures(glance_of(np.random.default_rng(3).integers(0, 255, (3, 32, 32))))
    signed = np.concatenate([signed, signed[:1]])
    found = Neighbourhood(looks, signed, 1).candidates(np.array([3]))
    assert (as_set(found), found.cosines.tolist()) == ({(3, 0)}, pytest.approx([0.8]))


def test_where_it_is_crowded_the_eighth_nearest_says_how_much() -> None:
    angles = np.linspace(0, 0.4, 12)
    looks = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    blank = np.zeros((12, 64), dtype=np.float32)
    found = Neighbourhood(looks, blank, 1).candidates(np.array([0]))
    assert as_set(found) == {(0, other) for other in range(1, 6)}
    assert found.crowd == pytest.approx(np.full(5, np.cos(angles[8])))
    few = Neighbourhood(looks[:8], blank[:8], 1).candidates(np.array([0]))
    assert set(few.crowd.tolist()) == {-1}


def test_cells_and_everything_give_the_same_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = np.random.default_rng(1).normal(size=(400, 8)).astype(np.float32)
    looks /= np.linalg.norm(looks, axis=1, keepdims=True)
    signed = signatures(glance_of(np.random.default_rng(2).integers(0, 255, (400, 32, 32))))
    exact = Neighbourhood(looks, signed, 400).candidates(np.arange(400))
    monkeypatch.setattr(candidates, "EXACT", 0)
    by_cells = Neighbourhood(looks, signed, 400)
    pieces = [*by_cells.in_pieces(np.arange(400), 7)]
    assert sorted(np.concatenate([rows for rows, _ in pieces]).tolist()) == [*range(400)]
    assert all(np.isin(found.first, rows).all() for rows, found in pieces)
    assert set().union(*(as_set(found) for _, found in pieces)) == as_set(exact) != set()
