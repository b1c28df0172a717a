"""What may be found: products with a picture of their own, whole families of them, what belongs together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import PictureError
from lookalike.fetching import Fetcher
from lookalike.index import Index
from lookalike.products import Product
from lookalike.verdict.panel import Source, panel_of

from .known_shop import PRODUCTS, drawn, made, panel, picture

Ids = list[str]


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> list[Product]:
    return drawn(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def grouped(products: list[Product]) -> Index:
    """Every product is in a group with the next one."""
    return made(products, lambda at, product: replace(product, group=f"g{at // 2}"))


def test_every_product_with_a_picture_may_be_found(products: list[Product]) -> None:
    index = made(products, lambda at, product: replace(product, pictures=()) if at < 3 else product)
    found = panel(index)
    assert found.ids == [product.id for product in products[3:]]
    assert found.excluded == {"product without a picture": 3}
    assert not found.sample


def test_looks_are_those_of_the_main_pictures(products: list[Product]) -> None:
    index = made(
        products,
        lambda at, product: replace(product, pictures=(product.pictures[0], products[at - 1].pictures[0])),
    )
    found = panel(index)
    assert len(found.pictures) == 2 * PRODUCTS
    assert found.looks.shape == (PRODUCTS, found.picture_looks.shape[1])
    assert np.array_equal(found.looks, found.picture_looks[::2])


def test_variants_are_one_family(grouped: Index) -> None:
    found = panel(grouped)
    assert found.families["p00"] == found.families["p01"] != found.families["p02"]
    assert not found.copies


def test_products_that_show_one_picture_are_copies_and_one_family(products: list[Product]) -> None:
    index = made(
        products,
        lambda at, product: replace(product, pictures=products[0].pictures) if at in (7, 9) else product,
    )
    found = panel(index)
    assert found.copies["p00"] == {"p07", "p09"}
    assert len({found.families[i] for i in ("p00", "p07", "p09")}) == 1


def test_a_picture_that_many_show_is_nobodys_own(tmp_path: Path) -> None:
    products = drawn(tmp_path, 60)
    shutil.copy(tmp_path / "00.png", tmp_path / "sizes.png")
    sizes = replace(products[0].pictures[0], uri=str(tmp_path / "sizes.png"))
    picture(99, 99).save(tmp_path / "sizes.png")

    def change(at: int, product: Product) -> Product:
        own = (*product.pictures, sizes) if at < 25 else product.pictures
        return replace(product, pictures=(sizes,) if at == 25 else own)

    found = panel(made(products, change))
    assert not found.copies
    assert "p25" not in found.ids
    assert len(found.pictures) == 59
    assert found.excluded["picture that many products show"] == 26
    assert found.excluded["product with no picture but one that many show"] == 1


@settings(deadline=None)
@given(most=st.integers(1, PRODUCTS), seed=st.integers(0, 50))
def test_a_sample_is_of_whole_families(grouped: Index, most: int, seed: int) -> None:
    found = panel(grouped, most, seed)
    numbers = {int(i[1:]) for i in found.ids}
    assert numbers == {n + d for n in {n - n % 2 for n in numbers} for d in (0, 1)}
    assert most <= len(found) <= most + 1
    assert found.sample == (len(found) < PRODUCTS)
    assert found.catalogue == PRODUCTS
    assert found.ids == sorted(found.ids)


def test_a_sample_has_the_looks_of_its_own_products(grouped: Index) -> None:
    whole, some = panel(grouped), panel(grouped, 10)
    looks = [whole.looks[whole.place_of[i]] for i in some.ids]
    assert np.array_equal(some.looks, looks)


def test_a_product_stays_in_the_sample_whatever_else_comes(products: list[Product]) -> None:
    before, after = panel(made(products[:20]), 10), panel(made(products), 15)
    gone = set(before.ids) - set(after.ids)
    earlier = {i for i in after.ids if i in {product.id for product in products[:20]}}
    assert not gone or earlier < set(before.ids)


@pytest.fixture
def lost(tmp_path: Path) -> Callable[[], Index]:
    """A shop of which two pictures are gone since they were indexed."""

    def make() -> Index:
        index = made(drawn(tmp_path))
        for name in ("03.png", "11.png"):
            (tmp_path / name).unlink()
        return index

    return make


def test_where_pictures_have_to_be_had_products_without_are_left_out(lost: Callable[[], Index]) -> None:
    index = lost()
    told: list[tuple[str, int, int]] = []
    source = Source(Fetcher(), lambda: index._newest().reader)
    found = panel_of(index._now(), source, [], opened=lambda *at: told.append(at))
    assert not {"p03", "p11"} & {*found.ids}
    assert found.excluded == {"product whose picture cannot be opened": 2}
    assert told[-1] == ("Opening pictures", PRODUCTS, PRODUCTS)


def test_a_thumbnail_may_stand_in_for_a_lost_picture(lost: Callable[[], Index]) -> None:
    index = lost()
    with pytest.raises(PictureError):
        panel(index).open(3, None)
    source = Source(Fetcher(), lambda: index._newest().reader, small=True)
    assert panel_of(index._now(), source, []).open(3, None).mode == "RGB"
