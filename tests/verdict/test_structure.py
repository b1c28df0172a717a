"""Pictures ask for their product, and products for their variants; what cannot be opened does not ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.index import Index
from lookalike.products import Product
from lookalike.training.learnt import silent
from lookalike.verdict.structure import (
    EFFECTS_OF_PHONES,
    OTHER,
    PHOTO,
    SIDE,
    VARIANTS_METRIC,
    Shot,
    asked_of,
    photo_names,
    photo_questions,
    variant_question,
)

from .known_shop import PRODUCTS, drawn, made, panel

All = Callable[[str], bool]


def every(_: str) -> bool:
    return True


def named(*names: str) -> All:
    return lambda name: name in names


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> list[Product]:
    return drawn(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def grouped(products: list[Product]) -> Index:
    """The first ten are in groups of two; product 0 has the picture of product 1 besides."""

    def change(at: int, product: Product) -> Product:
        return replace(product, group=f"g{at // 2}" if at < 10 else "")

    return made(products, change)


def test_products_ask_for_their_variants(grouped: Index) -> None:
    own = panel(grouped)
    question, why = variant_question(own, own.ids)
    assert question is not None and not why
    assert [case.key for case in question.cases.cases] == [f"p{number:02}" for number in range(10)]
    assert question.metric == VARIANTS_METRIC
    assert question.to_dict()["left_out"] == {"no variant": PRODUCTS - 10}
    case = question.cases.cases[0]
    assert question.cases.truth.relevant(case, ["p01", "p02"]).tolist() == [True, False]


def test_without_groups_nobody_asks_for_variants(products: list[Product]) -> None:
    own = panel(made(products))
    question, why = variant_question(own, own.ids)
    assert question is None
    assert "share a group" in why


def test_a_shop_with_one_picture_each_has_no_other_picture_to_ask_with(grouped: Index) -> None:
    found, excluded, unasked = photo_questions(panel(grouped), named(OTHER), None, silent)
    assert not found and not excluded
    assert unasked == {OTHER: "No product has a further picture of its own."}


def test_a_further_picture_that_is_anothers_main_one_does_not_ask(products: list[Product]) -> None:
    def change(at: int, product: Product) -> Product:
        others = {0: products[1].pictures, 2: products[PRODUCTS - 1].pictures}
        return replace(product, pictures=(*product.pictures, *others.get(at, ())))

    index = made(products[:-1], change)
    found, _, _ = photo_questions(panel(index), named(OTHER), None, silent)
    question = found[OTHER]
    assert [case.key for case in question.cases.cases] == ["p02"]
    assert question.pictures == "main"
    assert question.cases.left_out == {"one picture only": PRODUCTS - 3, "same bytes as a main picture": 1}


def test_every_photograph_asks_for_its_product_and_not_for_its_variants(grouped: Index) -> None:
    found, _, _ = photo_questions(panel(grouped), named(PHOTO), None, silent)
    cases = {case.key: case for case in found[PHOTO].cases.cases}
    truth = found[PHOTO].cases.truth
    assert len(cases) == PRODUCTS
    assert cases["p00"].ignore == {"p01"}
    assert truth.relevant(cases["p00"], ["p00", "p01", "p02"]).tolist() == [True, False, False]


def test_all_effects_and_edits_are_asked_by_name(grouped: Index) -> None:
    found, _, unasked = photo_questions(panel(grouped), every, 2, silent)
    assert [*found] == [name for name in photo_names() if name != OTHER]
    assert [*unasked] == [OTHER]
    assert {len(one.cases.cases) for one in found.values()} == {2}
    assert all(one.metric == "recall_at_1" for one in found.values())


@pytest.mark.parametrize("effect", [*EFFECTS_OF_PHONES])
def test_an_effect_changes_the_picture_and_always_in_the_same_way(grouped: Index, effect: str) -> None:
    own = panel(grouped)
    first, again = (
        photo_questions(own, named(f"{PHOTO}: {effect}"), 1, silent)[0][f"{PHOTO}: {effect}"].cases.cases[0]
        for _ in range(2)
    )
    plain = np.asarray(own.open(int(own.main[own.place_of[first.key]]), None))
    assert first.ask().mode == "RGB"
    assert np.array_equal(np.asarray(first.ask()), np.asarray(again.ask()))
    changed = np.asarray(first.ask())
    assert changed.shape != plain.shape or not np.array_equal(changed, plain)


def test_products_take_chances_of_their_own(grouped: Index) -> None:
    found, _, _ = photo_questions(panel(grouped), named("photo: crop"), None, silent)
    cases = found["photo: crop"].cases.cases
    edits = {np.asarray(case.ask.edit(_gradient())).tobytes() for case in cases}
    assert len(edits) > len(cases) / 2


def _gradient() -> Image.Image:
    return Image.fromarray(np.arange(64 * 64 * 3, dtype=np.int64).reshape(64, 64, 3).astype(np.uint8))


def test_the_same_products_ask_whatever_else_is_there(products: list[Product]) -> None:
    few, many = (asked_of(panel(made(products[:count])), 8) for count in (20, PRODUCTS))
    kept = [i for i in many if i in {product.id for product in products[:20]}]
    assert kept == few[: len(kept)]


def test_another_seed_draws_others(grouped: Index) -> None:
    assert asked_of(panel(grouped, seed=1), 5) != asked_of(panel(grouped), 5)


def test_a_picture_that_is_gone_does_not_ask_and_is_counted(tmp_path: Path) -> None:
    index = made(drawn(tmp_path))
    (tmp_path / "04.png").unlink()
    found, excluded, _ = photo_questions(panel(index), named(PHOTO), None, silent)
    assert "p04" not in {case.key for case in found[PHOTO].cases.cases}
    assert excluded == {"picture that cannot be opened (missing)": 1}


def test_where_no_picture_can_be_opened_the_reason_is_told(tmp_path: Path) -> None:
    index = made(drawn(tmp_path))
    for file in tmp_path.glob("*.png"):
        file.unlink()
    found, _, unasked = photo_questions(panel(index), named(PHOTO), None, silent)
    assert not found
    assert "(missing)" in unasked[PHOTO] and "--thumbnails" in unasked[PHOTO]


def test_large_pictures_are_reduced_before_anything_is_done_to_them(tmp_path: Path) -> None:
    products = drawn(tmp_path, 12)
    for file in tmp_path.glob("*.png"):
        with Image.open(file) as small:
            small.resize((SIDE + 88, SIDE)).save(file)
    found, _, _ = photo_questions(panel(made(products)), named("copy: mirrored"), None, silent)
    shots: list[Shot] = [case.ask for case in found["copy: mirrored"].cases.cases]
    assert {max(shot().size) for shot in shots} == {SIDE}


def test_whoever_is_told_of_pictures_may_stop(grouped: Index) -> None:
    class Enough(Exception):
        pass

    def stop(*_: object) -> None:
        raise Enough

    with pytest.raises(Enough):
        photo_questions(panel(grouped), named(PHOTO), None, stop)
