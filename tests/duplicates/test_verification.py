from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from PIL import Image

from lookalike.distortions import COPIES, chain, crop, rotation, stretch
from lookalike.duplicates.finding import SAME_PHOTOGRAPH, THRESHOLDS, Pictures
from lookalike.duplicates.judging import Verdicts
from lookalike.duplicates.verification import verify
from lookalike.testing.tiny_shop import tiny_shop

Shop = Mapping[str, Image.Image]
Shelf = Callable[[Shop], Pictures]
Compare = Callable[..., Verdicts]

THRESHOLD = THRESHOLDS[SAME_PHOTOGRAPH]
ASKED = ("0007", "t8", "0100", "0000300", "m1", "c1", "d2", "w1")


@pytest.fixture(scope="module")
def compared(shop: Shop, shelved: Shelf) -> Compare:
    """Compares pictures with products of the shop."""
    products = shelved(shop)
    ids = [product for product, _ in products.keys]

    def compare(asked: list[Image.Image], with_: list[str], hurried: bool = False) -> Verdicts:
        own = shelved({str(number): picture for number, picture in enumerate(asked)})
        return verify(
            np.arange(len(asked)),
            np.array([ids.index(product) for product in with_]),
            own.glances,
            own.thumbnails,
            others=products.glances,
            other_thumbnails=products.thumbnails,
            hurried=hurried,
        )

    return compare


@pytest.mark.parametrize("name", COPIES)
def test_an_edited_photograph_is_the_same_photograph(name: str, shop: Shop, compared: Compare) -> None:
    verdicts = compared([COPIES[name](shop[product]) for product in ASKED], list(ASKED))
    assert (verdicts.photograph > THRESHOLD).sum() >= len(ASKED) - 1, verdicts.photograph


@pytest.mark.parametrize("name", COPIES)
def test_edits_survive_a_glance(name: str, shop: Shop, compared: Compare) -> None:
    verdicts = compared([COPIES[name](shop[product]) for product in ASKED], list(ASKED), hurried=True)
    assert (verdicts.photograph > THRESHOLD).sum() >= len(ASKED) - 1, verdicts.photograph


def test_edits_add_up(shop: Shop, compared: Compare) -> None:
    edit = chain(rotation(10), crop(0.9), stretch(1.1), COPIES["light -30%"], COPIES["JPEG 25"])
    verdicts = compared([edit(shop[product]) for product in ASKED], list(ASKED))
    assert (verdicts.photograph > THRESHOLD).sum() >= len(ASKED) - 1


def test_other_products_are_other_photographs(shop: Shop, compared: Compare) -> None:
    kinds = tiny_shop().kind
    pairs = [(one, other) for one in ASKED for other in shop if kinds[one] != kinds[other]]
    verdicts = compared([shop[one] for one, _ in pairs], [other for _, other in pairs])
    assert verdicts.photograph.max() < THRESHOLD
    assert verdicts.form.max() < 0.9


def test_a_variant_in_another_colour_has_the_same_form_and_is_no_duplicate(
    shop: Shop, compared: Compare
) -> None:
    pairs = [("0007", "0008"), ("0007", "0010"), ("t5", "t6"), ("0100", "0101"), ("m1", "m2"), ("c1", "c2")]
    verdicts = compared([shop[one] for one, _ in pairs], [other for _, other in pairs])
    assert verdicts.photograph.max() < THRESHOLD
    assert verdicts.form.min() > 0.9


def test_no_variant_is_a_duplicate(shop: Shop, compared: Compare) -> None:
    pairs = [
        (one, other) for own in tiny_shop().variants.values() for one in own for other in own if one != other
    ]
    verdicts = compared([shop[one] for one, _ in pairs], [other for _, other in pairs])
    assert verdicts.photograph.max() < THRESHOLD


def test_another_print_on_the_same_shirt_is_another_picture(shop: Shop, compared: Compare) -> None:
    printed = shop["0007"].copy()
    printed.paste((250, 240, 40), (36, 52, 60, 76))
    verdicts = compared([printed], ["0007"])
    assert verdicts.photograph[0] < THRESHOLD


def test_a_blank_picture_is_nothing_in_particular(compared: Compare) -> None:
    blank = Image.new("RGB", (96, 120), (255, 255, 255))
    verdicts = compared([blank] * 3, ["0007", "m1", "c1"])
    assert verdicts.photograph.max() < THRESHOLD


def test_nothing_compared_gives_no_verdict(compared: Compare) -> None:
    assert len(compared([], []).photograph) == 0
