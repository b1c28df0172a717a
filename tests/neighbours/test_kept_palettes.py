"""Colours bound and name products the same from the files of a kept version."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike import colour
from lookalike.neighbours import palettes as module
from lookalike.neighbours.palettes import Palettes
from lookalike.neighbours.shadows import SLACK
from lookalike.stacked import Kept
from lookalike.vectors import Floats

from .later import Later, later

Lab = tuple[float, float, float]
LAB = st.tuples(st.floats(5, 95), st.floats(-60, 60), st.floats(-60, 60))


def palettes_of(colours: list[Lab]) -> Floats:
    """Items of one colour each, black ones without any."""
    found = np.zeros((len(colours), 5, 4), dtype=np.float32)
    for row, lab in enumerate(colours):
        found[row, 0] = (*lab, 1) if lab[0] > 10 else (0, 0, 0, 0)
    return found


@settings(deadline=None, max_examples=40)
@given(later(LAB))
def test_a_later_version_is_bounded_and_named_as_it_is(shop: Later[Lab]) -> None:
    plain = Palettes(palettes_of(shop.last))
    with tempfile.TemporaryDirectory() as name:
        Palettes(palettes_of(shop.first)).keep(Path(name))
        found = Palettes(palettes_of(shop.last), kept=Kept(Path(name), 1, shop.products))

        assert found.shares().tolist() == plain.shares().tolist()
        rows = [*reversed(range(len(shop.last)))]
        assert found.described(rows) == plain.described(rows)
        assert [*found.described(rows)] == [tuple(colour.describe(found.values[row])) for row in rows]
        for vector in plain.all_vectors()[plain.said]:
            cosines = plain.all_vectors() @ vector
            assert (found.bounds(vector) >= cosines - SLACK).all()


@settings(deadline=None, max_examples=20)
@given(st.lists(LAB, min_size=1, max_size=8))
def test_the_kept_version_itself_has_what_was_written(colours: list[Lab]) -> None:
    plain = Palettes(palettes_of(colours))
    with tempfile.TemporaryDirectory() as name:
        plain.keep(Path(name))
        found = Palettes(palettes_of(colours), kept=Kept(Path(name), 1))

        assert found.shares().tolist() == plain.shares().tolist()
        assert found.described(range(len(colours))) == plain.described(range(len(colours)))
        vector = colour.colour_vectors(palettes_of([(50, 40, 30)]))[0]
        assert found.bounds(vector).tolist() == plain.bounds(vector).tolist()


@pytest.mark.parametrize(("remembered", "ahead"), [(50, 512), (300, 7), (300, 512)])
def test_vectors_are_the_same_however_few_are_remembered_or_made_ahead(
    remembered: int, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", remembered)
    monkeypatch.setattr(module, "_AHEAD", ahead)
    values = palettes_of([(20 + row % 70, row % 50, -(row % 40)) for row in range(300)])
    whole = colour.colour_vectors(values)
    chance = np.random.default_rng(3)
    shop = Palettes(values)
    for _ in range(60):
        rows = chance.integers(0, 300, chance.integers(0, 40))
        assert np.allclose(shop.vectors(rows), whole[rows], atol=1e-6)
    assert np.allclose(shop.all_vectors(), whole, atol=1e-6)
