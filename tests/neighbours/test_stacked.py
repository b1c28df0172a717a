"""Vectors in two parts are one array to whoever asks, and are not copied for it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lookalike.stacked import Stacked
from lookalike.vectors import Floats


@st.composite
def stacked(draw: st.DrawFn) -> Stacked:
    chance = np.random.default_rng(draw(st.integers(0, 1000)))
    base, tail = (chance.integers(-8, 9, (draw(st.integers(0, 9)), 4)).astype(np.float32) for _ in range(2))
    if draw(st.booleans()):
        return Stacked(base)
    every = chance.permutation(len(base) + len(tail))
    return Stacked(base, tail, every[: draw(st.integers(0, len(every)))])


@given(stacked())
def test_products_are_those_of_one_array(vectors: Stacked) -> None:
    asked = np.array([1, -2, 3, 0.5], dtype=np.float32)
    assert np.array_equal(vectors @ asked, vectors.whole @ asked)
    assert len(vectors @ asked) == len(vectors)


@given(stacked())
def test_what_each_is_given_is_base_and_tail_and_no_copy_of_all(vectors: Stacked) -> None:
    given: list[Floats] = []

    def lengths(some: Floats) -> Floats:
        given.append(some)
        return np.linalg.norm(some, axis=1)

    found = vectors.each(lengths)
    assert np.array_equal(found, np.linalg.norm(vectors.whole, axis=1))
    assert given[0] is vectors.base
    assert vectors.places is None or given[1] is vectors.tail
