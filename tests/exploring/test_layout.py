"""A map puts side by side what looks alike, whatever there is of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.exploring.layout import EARLY, FEWEST, LATE, laid_out, nearest, within
from lookalike.exploring.placing import beside

from .crowds import DIM, crowd, crowds, own_crowd


def silent(doing: str, done: int, total: int) -> None:
    pass


def test_what_looks_alike_lies_together() -> None:
    made = laid_out(crowds(4, 60), silent)
    assert made.method == "t-SNE"
    assert own_crowd(made.points, 60) == 1.0


def test_the_same_looks_are_laid_out_the_same() -> None:
    looks = crowds(2, 30)
    assert np.array_equal(laid_out(looks, silent).points, laid_out(looks, silent).points)


def test_a_map_fills_the_unit_square_with_one_scale_for_both_axes() -> None:
    points = laid_out(crowds(3, 20), silent).points
    assert points.shape == (60, 2)
    spread = points.max(axis=0) - points.min(axis=0)
    assert points.min() >= 0 and points.max() <= 1 and spread.max() == pytest.approx(1, abs=1e-5)
    assert within(np.array([[0.0, 0.0], [4.0, 2.0]])).tolist() == [[0, 0.25], [1, 0.75]]


@pytest.mark.parametrize("count", [0, 1, 2, 3, FEWEST - 1, FEWEST])
def test_a_small_shop_has_a_map_too(count: int) -> None:
    made = laid_out(crowd(0, count), silent)
    assert made.points.shape == (count, 2)
    assert np.isfinite(made.points).all()
    assert len(np.unique(made.points, axis=0)) == count


@pytest.mark.parametrize("count", [2, 40])
def test_products_that_all_look_the_same_do_not_lie_on_one_another(count: int) -> None:
    made = laid_out(np.repeat(crowd(0, 1), count, axis=0), silent)
    assert made.method == "spiral"
    assert len(np.unique(made.points.round(3), axis=0)) == count


def test_many_copies_of_one_picture_among_others_are_no_trouble() -> None:
    looks = np.concatenate([np.repeat(crowd(0, 1), 150, axis=0), crowds(3, 30)[30:]])
    points = laid_out(looks, silent).points
    assert np.isfinite(points).all()
    copies, others = points[:150], points[150:]
    middle = copies.mean(axis=0)
    assert np.linalg.norm(others - middle, axis=1).min() > np.linalg.norm(copies - middle, axis=1).mean()


def test_every_part_says_how_far_it_is() -> None:
    told: list[tuple[str, int, int]] = []
    laid_out(crowds(2, 40), lambda *said: told.append(said))
    assert [*dict.fromkeys(doing for doing, _, _ in told)] == ["Looking for neighbours", "Laying out"]
    steps = [done for doing, done, _ in told if doing == "Laying out"]
    assert steps == sorted(steps) and steps[-1] == EARLY + LATE and len(steps) > 50
    assert all(done <= total for _, done, total in told)


@pytest.mark.parametrize("at", ["Looking for neighbours", "Laying out"])
def test_who_is_told_may_stop_it(at: str) -> None:
    class Enough(Exception):
        pass

    def tell(doing: str, done: int, total: int) -> None:
        if doing == at and done >= (0 if at == "Looking for neighbours" else 300):
            raise Enough

    with pytest.raises(Enough):
        laid_out(crowds(2, 40), tell)


@given(st.integers(1, 40), st.integers(1, 60), st.integers(0, 99), st.data())
def test_the_nearest_are_those_of_a_full_sort(
    asking: int, among: int, seed: int, data: st.DataObject
) -> None:
    k = data.draw(st.integers(1, among))
    draw = np.random.default_rng(seed)
    looks, gallery = (draw.normal(size=(n, DIM)).astype(np.float32) for n in (asking, among))
    rows, cosines = nearest(looks, gallery, k, lambda done: None)
    whole = looks @ gallery.T
    assert np.allclose(cosines, -np.sort(-whole, axis=1)[:, :k], atol=1e-6)
    assert np.allclose(np.take_along_axis(whole, rows, axis=1), cosines, atol=1e-6)


def test_a_later_product_is_placed_among_those_it_looks_like() -> None:
    known, points = crowds(2, 20), np.repeat([[0.1, 0.1], [0.9, 0.9]], 20, axis=0).astype(np.float32)
    placed = beside(np.concatenate([crowd(0, 5, seed=1), crowd(1, 5, seed=1)]), known, points)
    assert np.abs(placed[:5] - 0.1).max() < 0.01
    assert np.abs(placed[5:] - 0.9).max() < 0.01


def test_a_product_between_two_crowds_is_placed_in_one_of_them() -> None:
    known, points = crowds(2, 5), np.repeat([[0.1, 0.1], [0.9, 0.9]], 5, axis=0).astype(np.float32)
    between = (crowd(0, 1) + crowd(1, 1)) / 2**0.5
    placed = beside(between, known, points)[0]
    assert min(np.abs(placed - 0.1).max(), np.abs(placed - 0.9).max()) < 0.01


def test_without_anything_on_the_map_a_product_lies_in_its_middle() -> None:
    none = np.empty((0, DIM), np.float32), np.empty((0, 2), np.float32)
    assert beside(crowd(0, 2), *none).tolist() == [[0.5, 0.5], [0.5, 0.5]]
