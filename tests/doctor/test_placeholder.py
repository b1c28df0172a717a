"""Placeholders: one picture for products that are not one."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.placeholder import placeholders

from .cases import Goods, case_of

NOUNS = ["shirt", "lamp", "chair", "mug", "boot", "scarf", "vase", "clock", "kettle", "rug", "sofa", "watch"]
MAKERS = [
    "Arvo",
    "Belmo",
    "Cirrus",
    "Dalen",
    "Elmo",
    "Fjord",
    "Gerlach",
    "Hasel",
    "Inari",
    "Jorva",
    "Kelo",
    "Lumi",
]


def coming_soon(side: int = 300) -> Image.Image:
    image = Image.new("RGB", (side, side), "#eeeeee")
    font = ImageFont.load_default(side / 8)
    ImageDraw.Draw(image).text((side / 2, side / 2), "coming soon", "#444444", font, anchor="mm")
    return image


def goods(count: int) -> list[Goods]:
    """Products of twelve kinds, all unlike."""
    looks = np.random.default_rng(1).normal(size=(count, 16))
    return [
        Goods(
            f"p{at:03}",
            f"{MAKERS[at % 12]} {NOUNS[at // 12 % 12]} {at}",
            NOUNS[at // 12 % 12],
            looks[at].tolist(),
        )
        for at in range(count)
    ]


def test_one_picture_on_many_unlike_products_is_a_placeholder() -> None:
    shop = goods(120)
    for one in shop[::20]:
        one.picture, one.look = coming_soon(), [1.0] * 16
    found = [one for one in placeholders(case_of(shop)) if isinstance(one, Finding)]
    assert {one.products[0] for one in found} == {one.id for one in shop[::20]}
    assert all(one.sure and one.picture == 0 for one in found)
    assert all(len(one.evidence["products"]) == 5 for one in found)


def test_a_placeholder_is_found_in_other_sizes_too() -> None:
    shop = goods(120)
    for one, side in zip(shop[::20], [150, 200, 250, 300, 350, 400], strict=True):
        one.picture, one.look = coming_soon(side), [1.0] * 16
    found = [one for one in placeholders(case_of(shop)) if isinstance(one, Finding)]
    assert {one.products[0] for one in found} == {one.id for one in shop[::20]}


def test_one_product_that_is_listed_many_times_is_no_placeholder() -> None:
    shop = goods(120)
    for one in shop[:6]:
        one.title, one.category = "Arvo shirt classic", "shirt"
        one.picture, one.look = coming_soon(), [1.0] * 16
    assert list(placeholders(case_of(shop))) == []


def test_pictures_that_nobody_shares_are_no_placeholders() -> None:
    assert list(placeholders(case_of(goods(60)))) == []


def test_two_products_are_too_few_to_share_a_placeholder() -> None:
    (said,) = placeholders(case_of(goods(2)))
    assert isinstance(said, Unjudged)


def test_a_blank_picture_is_no_placeholder_however_many_share_it() -> None:
    shop = goods(120)
    for one in shop[::20]:
        one.picture, one.look = Image.new("RGB", (300, 300), "white"), [1.0] * 16
    assert [one for one in placeholders(case_of(shop)) if isinstance(one, Finding)] == []
