from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lookalike import distortions
from lookalike.distortions import COPIES, EDITS, phone


@pytest.fixture
def picture() -> Image.Image:
    """A blue box on a light ground, with a red mark in one corner of it."""
    pixels = np.full((120, 90, 3), 235, dtype=np.uint8)
    pixels[30:90, 25:65] = (40, 70, 160)
    pixels[30:42, 25:37] = (200, 30, 30)
    return Image.fromarray(pixels)


def mean(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, dtype=float).reshape(-1, 3).mean(axis=0)


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_changes_the_picture_and_gives_the_same_one_twice(name: str, picture: Image.Image) -> None:
    once, twice = EDITS[name](picture), EDITS[name](picture)
    assert once.mode == "RGB"
    assert np.array_equal(np.asarray(once), np.asarray(twice))
    assert once.size != picture.size or not np.array_equal(np.asarray(once), np.asarray(picture))


def test_light_is_a_factor(picture: Image.Image) -> None:
    assert np.allclose(mean(EDITS["light -30%"](picture)), 0.7 * mean(picture), atol=1)


def test_warm_light_lifts_red_and_lowers_blue(picture: Image.Image) -> None:
    red, green, blue = mean(EDITS["warm light"](picture)) - mean(picture)
    assert red > 2
    assert green == pytest.approx(0, abs=0.5)
    assert blue < -2


def test_a_crop_keeps_its_share_of_each_side(picture: Image.Image) -> None:
    assert distortions.crop(0.5, 0, 0)(picture).size == (45, 60)
    corner = distortions.crop(0.25, 0, 0)(picture)
    assert np.asarray(corner).min() == 235


def test_a_turned_picture_fills_its_corners_with_the_ground(picture: Image.Image) -> None:
    turned = np.asarray(distortions.rotation(20)(picture))
    assert (turned[0, 0] == 235).all()
    assert turned.shape == (120, 90, 3)


def test_a_perspective_that_moves_nothing_changes_nothing(picture: Image.Image) -> None:
    same = np.asarray(distortions.perspective(0.0, 1)(picture), dtype=int)
    assert np.abs(same - np.asarray(picture, dtype=int)).max() <= 1


def test_phones_differ_by_seed_and_stay_the_same_for_one(picture: Image.Image) -> None:
    first, again, other = phone(1)(picture), phone(1)(picture), phone(2)(picture)
    assert np.array_equal(np.asarray(first), np.asarray(again))
    assert first.size != other.size or not np.array_equal(np.asarray(first), np.asarray(other))


def test_a_tiny_picture_survives_everything() -> None:
    dot = Image.new("RGB", (1, 1), (10, 200, 30))
    for edit in (*EDITS.values(), *COPIES.values(), phone(3)):
        assert min(edit(dot).size) >= 1


@pytest.mark.parametrize("name", COPIES)
def test_every_copy_differs_from_its_original_and_is_the_same_twice(name: str, picture: Image.Image) -> None:
    once, twice = COPIES[name](picture), COPIES[name](picture)
    assert once.mode == "RGB"
    assert np.array_equal(np.asarray(once), np.asarray(twice))
    assert once.size != picture.size or not np.array_equal(np.asarray(once), np.asarray(picture))


def test_mirrored_twice_is_as_it_was(picture: Image.Image) -> None:
    for flip in (distortions.mirrored, distortions.upside_down):
        assert np.array_equal(np.asarray(flip(flip(picture))), np.asarray(picture))
    assert np.asarray(distortions.mirrored(picture))[36, 58].tolist() == [200, 30, 30]
    assert np.asarray(distortions.upside_down(picture))[84, 30].tolist() == [200, 30, 30]


def test_a_stretch_is_a_factor_of_each_side(picture: Image.Image) -> None:
    assert distortions.stretch(1.5, 0.5)(picture).size == (135, 60)


def test_a_border_lies_outside_the_picture(picture: Image.Image) -> None:
    framed = np.asarray(distortions.border(0.1, 1, 2, 3)(picture))
    assert framed.shape == (138, 108, 3)
    assert (framed[:9] == (1, 2, 3)).all()
    assert np.array_equal(framed[9:-9, 9:-9], np.asarray(picture))


def test_greyscale_keeps_lightness_and_no_colour(picture: Image.Image) -> None:
    grey = np.asarray(distortions.greyscale(picture))
    assert (grey == grey[:, :, :1]).all()
    assert grey[60, 60, 0] == round(0.299 * 40 + 0.587 * 70 + 0.114 * 160)


def test_a_watermark_greys_some_of_the_middle_and_nothing_at_the_corners(picture: Image.Image) -> None:
    marked = np.asarray(distortions.watermark("SHOP")(picture), dtype=int)
    changed = np.abs(marked - np.asarray(picture, dtype=int)).max(axis=2) > 3
    assert 0.01 < changed.mean() < 0.3
    assert not changed[:20].any()
    assert not changed[-20:].any()
