"""The products nearest to each product, compared with what comparing one by one finds."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.doctor import neighbourhood
from lookalike.doctor.neighbourhood import Neighbourhood
from lookalike.neighbours.snapshot import Snapshot
from lookalike.testing.planted import Planted, plant, planted

COUNT = 600


def snapshot(*items: Planted) -> Snapshot:
    columns = plant(items).reader().columns()
    return Snapshot(
        version=1,
        products=columns.products,
        picture_product=columns.picture_product,
        position=columns.position,
        looks=columns.looks,
        norms=columns.norms,
        palettes=columns.palettes,
    )


def silent(_doing: str, _done: int, _total: int) -> None:
    """Nobody is told."""


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    """Products in chance directions, a tenth of them in families of six, some with two pictures or none."""
    drawn = np.random.default_rng(4).normal(size=(COUNT, 2, 8)).tolist()
    items = []
    for number, looks in enumerate(drawn):
        group = f"style-{number // 6}" if number < COUNT // 10 else ""
        shown = looks[: 0 if number % 50 == 7 else 1 + number % 2]
        items.append(planted(f"{number:03}", *shown, group=group))
    return snapshot(*items)


def one_by_one(shop: Snapshot, row: int, k: int, *, fold: bool) -> list[int]:
    """Rows of the k nearest, each product compared alone."""
    if not shop.pictured[row]:
        return []
    looks = shop.looks_of(np.arange(len(shop)))
    order = np.argsort(-(looks @ looks[row]), kind="stable")
    found: list[int] = []
    met = {int(shop.kin.group[row])} - {-1}
    for other in order.tolist():
        family = int(shop.kin.group[other])
        if other == row or not shop.pictured[other] or (fold and family in met):
            continue
        found.append(other)
        met |= {family} - {-1}
    return found[:k]


@pytest.mark.parametrize("k", [1, 10, 24])
def test_the_nearest_of_all_products_are_those_that_comparing_one_by_one_finds(
    shop: Snapshot, k: int
) -> None:
    found = Neighbourhood.of(shop, silent, k)
    for row in range(0, COUNT, 7):
        rows = [*filter(lambda other: other >= 0, found.rows[row].tolist())]
        assert rows == one_by_one(shop, row, k, fold=False)


def test_a_shelf_has_one_of_each_family_and_none_of_its_own(shop: Snapshot) -> None:
    found = Neighbourhood.of(shop, silent)
    for row in range(0, COUNT, 7):
        rows = [*filter(lambda other: other >= 0, found.others[row].tolist())]
        assert rows == one_by_one(shop, row, found.others.shape[1], fold=True)


def test_a_family_of_half_the_shop_leaves_every_shelf_as_long_as_it_can_be() -> None:
    drawn = np.random.default_rng(5).normal(size=(200, 8))
    drawn[:100] = drawn[0] + 0.01 * drawn[:100]
    shop = snapshot(
        *(planted(f"{n:03}", look, group="one" if n < 100 else "") for n, look in enumerate(drawn.tolist()))
    )
    found = Neighbourhood.of(shop, silent)
    assert (found.others >= 0).all()
    assert found.others[0].tolist() == one_by_one(shop, 0, 24, fold=True)
    assert (found.others[0] >= 100).all()
    assert (found.rows[0] < 100).all()


def test_cosines_stand_beside_their_rows_and_are_missing_where_there_is_no_picture(shop: Snapshot) -> None:
    found = Neighbourhood.of(shop, silent)
    looks = shop.looks_of(np.arange(COUNT))
    for rows, cosines in ((found.rows, found.cosines), (found.others, found.others_cosines)):
        assert np.array_equal(rows >= 0, ~np.isnan(cosines))
        assert np.allclose(cosines[3], looks[rows[3]] @ looks[3], atol=1e-6)
        assert (rows[~shop.pictured] == -1).all()
    assert found.whole


@pytest.mark.parametrize("count", [0, 1, 2, 10])
def test_a_catalogue_of_a_few_has_as_many_neighbours_as_there_are(count: int) -> None:
    items = [planted("pictureless"), *(planted(str(n), [1.0, 0.1 * n, 0.5]) for n in range(count))]
    if not count:
        items.append(planted("one", [1.0, 0.0, 0.0]))
    found = Neighbourhood.of(snapshot(*items), silent)
    assert (found.rows >= 0).sum(axis=1).tolist() == [max(count - 1, 0)] * max(count, 1) + [0]


def test_of_very_many_products_a_sample_is_compared_with_and_that_is_known(
    shop: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "GALLERY", 100)
    found = Neighbourhood.of(shop, silent)
    assert not found.whole
    assert len(np.unique(found.rows[found.rows >= 0])) <= 100
    assert (found.rows[shop.pictured] >= 0).all()
    assert not (found.rows == np.arange(COUNT)[:, None]).any()


def test_small_blocks_find_what_large_ones_find(shop: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Neighbourhood.of(shop, silent)
    monkeypatch.setattr(neighbourhood, "_HELD", 1)
    told: list[tuple[str, int, int]] = []
    blocks = Neighbourhood.of(shop, lambda *said: told.append(said))
    assert np.array_equal(whole.rows, blocks.rows)
    assert np.array_equal(whole.others, blocks.others)
    assert len(told) > 30 and {total for _, _, total in told} == {int(shop.pictured.sum())}
