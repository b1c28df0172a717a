"""A bound is never below what it bounds, whatever the vectors are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.neighbours.shadows import SLACK, Shadow, principal_axes
from lookalike.vectors import Floats, unit


def directions(count: int, dim: int, seed: int, spread: float = 1.0) -> Floats:
    """Unit vectors round a common direction; the smaller the spread, the more alike."""
    chance = np.random.default_rng(seed)
    return unit(chance.normal(size=dim) + spread * chance.normal(size=(count, dim)))[0]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 90),
    st.integers(1, 60),
    st.sampled_from([0.0, 1e-4, 0.1, 1.0, 30.0]),
    st.integers(0, 999),
)
def test_no_cosine_exceeds_its_bound(count: int, dim: int, kept: int, spread: float, seed: int) -> None:
    vectors = directions(count, dim, seed, spread)
    asking = np.concatenate([directions(3, dim, seed + 1), vectors[:2], -vectors[:1]])
    shadow = Shadow.of(vectors, kept=min(kept, dim))
    for vector in asking:
        cosines = vectors.astype(np.float64) @ vector
        assert (cosines <= shadow.bounds(vector) + SLACK).all()
        for bounds in shadow.nearing(vector):
            assert (cosines <= bounds + SLACK).all()


def test_each_look_at_more_coordinates_brings_bounds_nearer_until_they_are_all() -> None:
    vectors = directions(500, 64, 5)
    shadow = Shadow.of(vectors, kept=40)
    seen = [bounds.copy() for bounds in shadow.nearing(vectors[3])]
    assert len(seen) == 3
    for rough, near in pairwise(seen):
        assert (near <= rough + 1e-5).all()
        assert near.mean() < rough.mean()
    assert seen[-1] == pytest.approx(shadow.bounds(vectors[3]), abs=1e-5)


def test_axes_of_other_vectors_bound_as_well_only_less_nearly() -> None:
    vectors, others = directions(500, 64, 1), directions(500, 64, 2)
    vector = directions(1, 64, 3)[0]
    own, foreign = Shadow.of(vectors, kept=16), Shadow.of(vectors, principal_axes(others, 16))
    cosines = vectors @ vector
    assert (cosines <= foreign.bounds(vector) + SLACK).all()
    assert (own.bounds(vector) - cosines).mean() < (foreign.bounds(vector) - cosines).mean()


def test_a_shadow_that_keeps_every_number_is_the_cosine() -> None:
    vectors = directions(50, 12, 4)
    bounds = Shadow.of(vectors, kept=12).bounds(vectors[7])
    assert bounds == pytest.approx(vectors @ vectors[7], abs=2e-3)


def test_a_zero_vector_is_bounded_too() -> None:
    vectors = np.zeros((3, 8), dtype=np.float32)
    vectors[0, 0] = 1
    assert (Shadow.of(vectors, kept=2).bounds(vectors[0]) >= vectors @ vectors[0] - SLACK).all()
