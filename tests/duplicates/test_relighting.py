from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from lookalike.distortions import COPIES, Distortion, brightness, greyscale, white_balance
from lookalike.duplicates.alignment import aligned, roughly_aligned
from lookalike.duplicates.relighting import Relighting, relit
from lookalike.duplicates.sight import Couples, sights
from lookalike.images import thumbnail

Shop = Mapping[str, Image.Image]
ASKED = ("t8", "0100", "c1", "d2")


def lit(shop: Shop, edit: Distortion) -> Relighting:
    """Pictures beside themselves after an edit that moves nothing."""
    first = sights([thumbnail(shop[i]) for i in ASKED])
    second = sights([thumbnail(edit(shop[i])) for i in ASKED])
    rows = np.arange(len(ASKED))
    couples = Couples(first, rows, second, rows)
    rough, _ = roughly_aligned(couples, np.tile(np.eye(2, 3, dtype=np.float32), (len(ASKED), 1, 1)))
    return relit(couples, aligned(couples, rough))


def dyed(red: float, green: float, blue: float) -> Distortion:
    """The item in another colour; what is nearly white stays as it is."""

    def apply(picture: Image.Image) -> Image.Image:
        pixels = np.asarray(picture, dtype=np.float32)
        new = np.clip(pixels * (red, green, blue), 0, 255)
        ground = pixels.min(axis=2, keepdims=True) > 225
        return Image.fromarray(np.where(ground, pixels, new).astype(np.uint8))

    return apply


@pytest.mark.parametrize(
    ("edit", "gains"),
    [(brightness(0.7), (0.7, 0.7, 0.7)), (white_balance(1.15, 0.85), (1.15, 1.0, 0.85))],
)
def test_the_light_of_a_copy_is_measured(edit: Distortion, gains: tuple[float, ...], shop: Shop) -> None:
    found = lit(shop, edit)
    assert np.median(np.abs(found.gains - gains), axis=0).max() < 0.05, found.gains
    assert np.median(found.colour) < 3


def test_what_is_the_same_has_the_same_light(shop: Shop) -> None:
    found = lit(shop, lambda picture: picture)
    assert np.allclose(found.gains, 1, atol=0.01)
    assert max(found.colour.max(), found.light.max(), found.marked.max()) < 0.5


def test_a_dyed_item_is_no_light(shop: Shop) -> None:
    plain, found = lit(shop, white_balance(1.15, 0.85)), lit(shop, dyed(0.5, 0.8, 1.1))
    assert found.colour.min() > 4
    assert (found.colour > 2 * plain.colour).all()


def test_a_darker_item_on_the_same_ground_is_no_light(shop: Shop) -> None:
    found, whole = lit(shop, dyed(0.6, 0.6, 0.6)), lit(shop, brightness(0.7))
    assert (np.maximum(found.light, found.colour) > 1.5 * np.maximum(whole.light, whole.colour)).all()


def test_a_picture_without_colours_is_known_and_compared_by_its_light(shop: Shop) -> None:
    found = lit(shop, greyscale)
    assert found.colourless.tolist() == [[0, 1]] * len(ASKED)
    assert found.colour.max() < 0.1
    assert found.light.max() < 4


def test_writing_is_a_spot(shop: Shop) -> None:
    marked, plain = lit(shop, COPIES["watermark"]), lit(shop, COPIES["JPEG 25"])
    assert (marked.light_spot > plain.light_spot).all()
    assert marked.marked.max() > 0
