"""A cosine is told by the catalogue's own nearest neighbours, and a threshold says when nothing is close."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.recommend.closeness import LEAST, LEAST_PAIRS, Closeness
from lookalike.recommend.closeness_file import closeness_from_bytes, closeness_to_bytes
from lookalike.vectors import Floats, Rows, Space, unit

SPACE = Space("drawn", "f" * 64, 64)
NONE: Floats = np.empty((0, 64), dtype=np.float32)


def on_a_circle(degrees: list[float]) -> Floats:
    """Vectors in one plane: the cosine of two is that of the angle between them."""
    angles = np.radians(degrees)
    looks = np.zeros((len(degrees), 64), dtype=np.float32)
    looks[:, 0], looks[:, 1] = np.cos(angles), np.sin(angles)
    return looks


def of(looks: Floats, product: Rows | None = None, family: list[int] | None = None) -> Closeness:
    owners = np.arange(len(looks)) if product is None else product
    families = np.full(int(owners.max()) + 1, -1) if family is None else np.array(family)
    return Closeness.fitted(looks, owners, families, NONE, SPACE)


def photographed(products: int, unlike: float, seed: int = 0) -> tuple[Floats, Rows]:
    """Products of chance, two pictures of each that differ by ``unlike`` of their length."""
    chance = np.random.default_rng(seed)
    first = unit(chance.normal(size=(products, 64)))[0]
    second = unit(first + unlike / 8 * chance.normal(size=first.shape))[0]
    looks = np.stack([first, second], axis=1).reshape(-1, 64)
    return looks, np.repeat(np.arange(products), 2)


def test_the_percentile_is_the_share_of_nearest_neighbours_that_are_farther() -> None:
    gaps = [float(gap) for gap in range(1, 21)]  # 20 pairs, the n-th n degrees apart; pairs 40 degrees apart
    looks = np.concatenate([on_a_circle([0.0, gap]) for gap in gaps])
    for pair in range(20):  # each pair in a plane of its own
        looks[2 * pair : 2 * pair + 2] = np.roll(looks[2 * pair : 2 * pair + 2], 2 * pair, axis=1)
    closeness = of(looks)
    assert closeness.neighbours == 40
    cosines = np.cos(np.radians([0.5, 5.5, 10.5, 20.5])).astype(np.float32)
    assert closeness.percentile(cosines).tolist() == pytest.approx([1.0, 0.75, 0.5, 0.0])
    assert np.isnan(closeness.percentile(np.array([np.nan], np.float32))).all()


def test_variants_and_copies_of_a_product_are_not_its_neighbours() -> None:
    looks = on_a_circle([place for at in range(20) for place in (at * 10.0, at * 10.0 + 1)])
    alone = of(looks)
    assert np.degrees(np.arccos(np.median(alone.nearest))) == pytest.approx(1, abs=0.05)
    paired = of(looks, family=[at // 2 for at in range(40)])
    assert np.degrees(np.arccos(np.median(paired.nearest))) == pytest.approx(9, abs=0.05)


def test_nothing_is_close_nearer_to_what_empty_rooms_get_than_to_the_own_neighbours() -> None:
    looks = on_a_circle([at * 2.0 for at in range(40)])
    strangers = on_a_circle([78.0 + 60.0] * 10)
    found = Closeness.fitted(looks, np.arange(40), np.full(40, -1), strangers, SPACE)
    near, far = np.cos(np.radians(2.0)), np.cos(np.radians(60.0))
    assert found.nothing_close_below == pytest.approx(far + 0.25 * (near - far), abs=1e-5)
    assert found.is_far(0.6)
    assert not found.is_far(0.7)


def test_without_pictures_of_nothing_nothing_is_ever_far() -> None:
    closeness = of(on_a_circle([at * 2.0 for at in range(40)]))
    assert closeness.nothing_close_below is None
    assert not closeness.is_far(-1.0)


def test_too_few_products_are_refused_by_a_sentence() -> None:
    with pytest.raises(BadArgument, match="too few to say what is close"):
        of(on_a_circle([at * 2.0 for at in range(LEAST - 1)]))
    with pytest.raises(BadArgument, match="too few"):
        of(NONE, np.empty(0, np.intp), [])


def test_a_probability_needs_two_hundred_pairs_of_real_pictures() -> None:
    few = of(*photographed(LEAST_PAIRS - 1, 0.3))
    assert (few.pairs, few.same, few.same_product(np.array([0.9], np.float32))) == (
        LEAST_PAIRS - 1,
        None,
        None,
    )
    enough = of(*photographed(LEAST_PAIRS, 0.3))
    assert enough.pairs == LEAST_PAIRS
    said = enough.same_product(np.array([0.2, 0.7, 0.95, np.nan], np.float32))
    assert said is not None
    assert said[0] < 0.01
    assert said[0] < said[1] < said[2]
    assert said[2] > 0.9
    assert np.isnan(said[3])


def test_a_picture_put_up_twice_is_no_pair() -> None:
    looks, product = photographed(LEAST_PAIRS, 0.0)
    closeness = of(looks, product)
    assert closeness.pairs == 0
    assert closeness.same is None


def test_the_same_pictures_give_the_same_closeness() -> None:
    looks, product = photographed(600, 0.4)
    once, again = of(looks, product), of(looks.copy(), product)
    assert closeness_to_bytes(once) == closeness_to_bytes(again)


def test_a_closeness_comes_back_from_its_bytes() -> None:
    looks, product = photographed(300, 0.4)
    strangers = unit(np.random.default_rng(9).normal(size=(8, 64)))[0]
    closeness = Closeness.fitted(looks, product, np.full(300, -1), strangers, SPACE)
    back = closeness_from_bytes(closeness_to_bytes(closeness), SPACE)
    assert back is not None
    cosines = np.linspace(-1, 1, 50, dtype=np.float32)
    assert back.percentile(cosines) == pytest.approx(closeness.percentile(cosines), abs=0.01)
    assert (back.nothing_close_below, back.pairs) == (closeness.nothing_close_below, closeness.pairs)
    said, again = closeness.same_product(cosines), back.same_product(cosines)
    assert said is not None
    assert again is not None
    assert again.tolist() == said.tolist()


@pytest.mark.parametrize("at", [0, 1, 40, 100, -30, -2])
def test_damaged_bytes_are_no_closeness(at: int) -> None:
    data = closeness_to_bytes(of(*photographed(60, 0.4)))
    assert closeness_from_bytes(data[:at], SPACE) is None
    assert closeness_from_bytes(b"", SPACE) is None
    assert closeness_from_bytes(b'{"method":1}', SPACE) is None
    assert closeness_from_bytes(data.replace(b'"nearest":[', b'"nearest":["a",'), SPACE) is None


def test_a_closeness_of_another_space_is_none() -> None:
    data = closeness_to_bytes(of(*photographed(60, 0.4)))
    assert closeness_from_bytes(data, Space("drawn", "e" * 64, 64)) is None
