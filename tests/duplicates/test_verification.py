from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from lookalike.distortions import COPIES, chain, crop, rotation, stretch
from lookalike.duplicates.finding import SAME_PHOTOGRAPH, THRESHOLDS, Pictures
from lookalike.duplicates.gates import READ_LEAST, Candidates, passed
from lookalike.duplicates.judging import Verdicts, nothing_alike
from lookalike.duplicates.verification import verified
from lookalike.testing.tiny_shop import tiny_shop

Shop = Mapping[str, Image.Image]
Shelf = Callable[[Shop], Pictures]
Compare = Callable[..., Verdicts]

THRESHOLD = THRESHOLDS[SAME_PHOTOGRAPH]
ASKED = ("0007", "t8", "0100", "0000300", "m1", "c1", "d2", "w1")


MISSED = {"light +30%": 4, "watermark": 2}
"""Of 8 drawings of 96 by 120 pixels; where much is cut at white or written over, an item might be another."""


@pytest.fixture(scope="module")
def compared(shop: Shop, shelved: Shelf) -> Compare:
    """Compares pictures with products of the shop."""
    products = shelved(shop)
    ids = [product for product, _ in products.keys]

    def compare(asked: list[Image.Image], with_: list[str], least: float = -np.inf) -> Verdicts:
        own = shelved({str(number): picture for number, picture in enumerate(asked)})
        second = np.array([ids.index(product) for product in with_], dtype=np.intp)
        near = np.full(len(asked), 0.9, dtype=np.float32)
        candidates = Candidates(
            np.arange(len(asked)), second, near, np.full(len(asked), -1, dtype=np.float32)
        )
        verdicts = nothing_alike(len(asked))
        with ThreadPoolExecutor(2) as pool:
            through = passed(candidates, own.gallery, products.gallery, pool, least)
            found = verified(candidates, through, own.thumbnails, products.thumbnails, pool)
        verdicts.put(through.rows, found)
        return verdicts

    return compare


@pytest.mark.parametrize("name", COPIES)
def test_an_edited_photograph_is_the_same_photograph(name: str, shop: Shop, compared: Compare) -> None:
    verdicts = compared([COPIES[name](shop[product]) for product in ASKED], list(ASKED))
    assert (verdicts.photograph > THRESHOLD).sum() >= len(ASKED) - MISSED.get(name, 1), verdicts.photograph


@pytest.mark.parametrize("name", COPIES)
def test_edits_pass_the_gates(name: str, shop: Shop, compared: Compare) -> None:
    verdicts = compared([COPIES[name](shop[product]) for product in ASKED], list(ASKED), least=READ_LEAST)
    assert (verdicts.photograph > THRESHOLD).sum() >= len(ASKED) - MISSED.get(name, 1), verdicts.photograph


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


def paler_in_the_middle(picture: Image.Image) -> Image.Image:
    """A ninth of the picture, in the middle of its item, is a shade paler."""
    width, height = picture.size
    place = (
        width // 2 - width // 6,
        height // 2 - height // 6,
        width // 2 + width // 6,
        height // 2 + height // 6,
    )
    part = picture.crop(place)
    dyed = picture.copy()
    dyed.paste(Image.blend(part, Image.new("RGB", part.size, (250, 240, 240)), 0.1), place)
    return dyed


def test_a_photograph_in_which_a_small_part_was_dyed_is_a_variant_and_no_copy(
    shop: Shop, compared: Compare
) -> None:
    asked = ["0101", "b3", "l4", "s4"]
    verdicts = compared([paler_in_the_middle(shop[product]) for product in asked], asked)
    assert verdicts.photograph.max() < THRESHOLD
    assert verdicts.form.min() > 0.9


def test_a_blank_picture_is_nothing_in_particular(compared: Compare) -> None:
    blank = Image.new("RGB", (96, 120), (255, 255, 255))
    verdicts = compared([blank] * 3, ["0007", "m1", "c1"])
    assert verdicts.photograph.max() < THRESHOLD


def test_nothing_compared_gives_no_verdict(compared: Compare) -> None:
    assert len(compared([], []).photograph) == 0
