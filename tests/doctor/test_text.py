"""Text laid over pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from lookalike.doctor import lettering
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.text import text

from .scenes import packshot, shop_of

SIZE = (192, 256)


def written(seed: int, words: str, down: float, ink: str = "black", plate: str = "") -> Image.Image:
    """A packshot with words over it, at a share of its height."""
    image = packshot(seed, SIZE).copy()
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(22)
    place = (16, int(SIZE[1] * down))
    if plate:
        draw.rectangle(draw.textbbox(place, words, font), fill=plate)
    draw.text(place, words, ink, font)
    return image


def plain(count: int) -> dict[str, Image.Image]:
    return {f"p{at:03}": packshot(at, SIZE) for at in range(count)}


def test_words_over_a_picture_are_told_with_their_place() -> None:
    spoilt = {
        "price": written(1, "Only 19.99 EUR", 0.05),
        "sale": written(2, "SALE today", 0.85, "white", "red"),
        "mark": written(3, "www.a-shop.example", 0.5, "navy"),
    }
    found = {
        one.products[0]: one for one in text(shop_of({**plain(60), **spoilt})) if isinstance(one, Finding)
    }
    sure = {id for id, one in found.items() if one.confidence >= 0.5}
    assert sure == set(spoilt)
    assert "top" in found["price"].says and "bottom" in found["sale"].says
    assert found["mark"].picture == 0


def test_pictures_too_small_to_read_are_said_to_be_so() -> None:
    told = list(text(shop_of({f"p{at}": packshot(at, (60, 80)) for at in range(9)})))
    assert [type(one) for one in told] == [Unjudged]
    assert "too small" in told[0].why  # type: ignore[union-attr]


def test_a_shop_that_writes_on_all_its_pictures_has_no_fault() -> None:
    told = list(text(shop_of({f"p{at}": written(at, "Shop & Sons", 0.1) for at in range(20)})))
    assert [type(one) for one in told] == [Unjudged]
    assert "manner" in told[0].why  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [(96, 96), (97, 301), (320, 240), (255, 256)])
def test_pictures_of_every_size_from_the_least_on_are_measured(size: tuple[int, int]) -> None:
    pictures = np.zeros((3, size[1], size[0], 3), dtype=np.uint8)
    found = lettering.lettering(pictures)
    assert found.shape == (3, 3) and np.isfinite(found).all()
    assert (found[:, 1:] >= 0).all() and (found[:, 1:] <= 1).all()


def test_a_picture_is_measured_alike_alone_and_among_others() -> None:
    images = [packshot(1, SIZE), written(1, "Now reduced", 0.7)]
    pictures = np.stack([np.asarray(one.convert("YCbCr")) for one in images])
    both = lettering.lettering(pictures)
    assert np.allclose(both[1], lettering.lettering(pictures[1:])[0], atol=1e-4)
    assert both[1, 0] > both[0, 0]


def test_a_placeholder_is_not_told_for_its_text_too() -> None:
    soon = {f"s{at}": written(0, "Image coming soon", 0.5) for at in range(8)}
    spoilt = {**soon, "sale": written(2, "SALE today", 0.85, "white", "red")}
    told = [one for one in text(shop_of({**plain(60), **spoilt})) if isinstance(one, Finding)]
    assert {one.products[0] for one in told if one.confidence >= 0.5} == {"sale"}
