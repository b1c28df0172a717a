"""Exact scores against a plain sum over every number."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from lookalike.neighbours.exact import colour_scores, look_scores, picture_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.store.rows import PRODUCT_SCHEMA, SEARCHED
from lookalike.vectors import unit

DIM = 24


@pytest.fixture
def snapshot() -> Snapshot:
    """Five products with 1, 2, 0, 3 and 1 pictures."""
    chance = np.random.default_rng(5)
    looks, norms = unit(chance.normal(size=(7, DIM)))
    palettes = np.zeros((7, 5, 4), dtype=np.float32)
    palettes[:, 0] = [(20.0 * i, 10.0 * i - 40, 30.0 - 9 * i, 1.0) for i in range(7)]
    schema = pa.schema([PRODUCT_SCHEMA.field(name) for name in SEARCHED])
    empty = {"amount": None, "attributes": []}
    rows = [{name: empty.get(name, "") for name in SEARCHED} | {"id": f"p{i}"} for i in range(5)]
    return Snapshot(
        version=1,
        products=pa.Table.from_pylist(rows, schema=schema),
        picture_product=np.array([0, 1, 1, 3, 3, 3, 4], dtype=np.intp),
        position=np.array([0, 0, 1, 0, 1, 2, 0], dtype=np.int32),
        looks=looks,
        norms=norms,
        palettes=palettes,
    )


def test_a_picture_scores_the_cosine(snapshot: Snapshot) -> None:
    look = unit(np.random.default_rng(6).normal(size=(1, DIM)))[0][0]
    expected = [sum(float(a) * float(b) for a, b in zip(row, look, strict=True)) for row in snapshot.looks]
    assert np.allclose(picture_scores(snapshot, look, 1.0), expected, atol=1e-6)


def test_a_product_scores_its_best_picture_and_none_scores_nothing(snapshot: Snapshot) -> None:
    scores = look_scores(snapshot, snapshot.looks[4:5], snapshot.norms[4:5])
    assert scores[3] == pytest.approx(1, abs=1e-6)
    assert np.isnan(scores[2])
    assert (scores[[0, 1, 4]] < 1).all()


def test_colours_score_the_best_of_several_questions(snapshot: Snapshot) -> None:
    both = colour_scores(snapshot, snapshot.colours_of([0, 4]))
    alone = np.stack([colour_scores(snapshot, snapshot.colours_of([i])) for i in (0, 4)])
    assert np.array_equal(both, alone.max(axis=0), equal_nan=True)
    assert np.isnan(both[2])
    assert both[0] == pytest.approx(1, abs=1e-6)
    assert both[4] == pytest.approx(1, abs=1e-6)
    assert both[3] < 0.99
