"""Pictures of any shape become the pixels a card asks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from lookalike.encoders.card import Preprocessing
from lookalike.encoders.preprocess import prepare, to_input

LETTERBOX = Preprocessing(width=40, height=40, layout="NHWC", resize="letterbox")
RED, WHITE = (200, 10, 20), (255, 255, 255)


def striped(width: int, height: int) -> Image.Image:
    """Black and blue thirds at the ends of the longer side, red in the middle."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:] = RED
    if height >= width:
        pixels[: height // 3], pixels[-(height // 3) :] = (0, 0, 0), (0, 0, 250)
    else:
        pixels[:, : width // 3], pixels[:, -(width // 3) :] = (0, 0, 0), (0, 0, 250)
    return Image.fromarray(pixels)


def test_a_letterbox_shows_the_whole_of_a_tall_picture_between_white_bars() -> None:
    pixels = prepare(striped(30, 60), LETTERBOX)
    assert pixels.shape == (40, 40, 3) and pixels.dtype == np.uint8
    assert tuple(pixels[20, 0]) == tuple(pixels[20, 39]) == WHITE
    assert tuple(pixels[1, 20]) == (0, 0, 0) and tuple(pixels[38, 20]) == (0, 0, 250)
    assert tuple(pixels[20, 20]) == RED


def test_the_bars_have_the_colour_the_card_gives() -> None:
    assert tuple(prepare(striped(30, 60), replace(LETTERBOX, pad=(1, 2, 3)))[20, 0]) == (1, 2, 3)


def test_trim_lets_go_of_the_ends_only_as_far_as_it_says() -> None:
    pixels = prepare(striped(30, 60), replace(LETTERBOX, trim=0.25))
    bars = (pixels[20] == 255).all(axis=1).sum()
    assert bars == 40 - round(40 / 1.5)
    ends = (pixels[:, 20] == 0).all(axis=1).sum()
    assert abs(ends - 40 * (1 / 3 - 1 / 8) / 0.75) <= 1


def test_trim_never_cuts_more_than_fills_the_frame() -> None:
    pixels = prepare(striped(36, 40), replace(LETTERBOX, trim=0.25))
    assert not (pixels == 255).all(axis=2).any()
    assert np.array_equal(pixels, prepare(striped(36, 40), replace(LETTERBOX, resize="crop")))


@pytest.mark.parametrize("resize", ["letterbox", "crop"])
def test_a_picture_of_the_right_proportions_is_only_scaled(resize: str) -> None:
    picture = striped(80, 80)
    asked = replace(LETTERBOX, resize=resize, trim=0.25)  # type: ignore[arg-type]
    assert np.array_equal(prepare(picture, asked), prepare(picture, replace(LETTERBOX, resize="stretch")))


def test_crop_loses_the_ends_and_stretch_keeps_them() -> None:
    cropped = prepare(striped(30, 90), replace(LETTERBOX, resize="crop"))
    assert (cropped[2:-2] == RED).all()
    stretched = prepare(striped(30, 90), replace(LETTERBOX, resize="stretch"))
    assert tuple(stretched[1, 0]) == (0, 0, 0) and tuple(stretched[38, 39]) == (0, 0, 250)


@pytest.mark.parametrize("resize", ["letterbox", "crop", "stretch"])
@pytest.mark.parametrize("size", [(1, 1), (1, 2000), (2000, 1), (3, 7)])
def test_no_shape_is_too_extreme(resize: str, size: tuple[int, int]) -> None:
    asked = replace(LETTERBOX, resize=resize, trim=0.25)  # type: ignore[arg-type]
    assert prepare(Image.new("RGB", size, RED), asked).shape == (40, 40, 3)


def test_a_frame_that_is_not_square_is_height_by_width() -> None:
    assert prepare(striped(30, 60), replace(LETTERBOX, width=20, height=50)).shape == (50, 20, 3)


def test_a_graph_gets_its_own_layout_colour_order_and_numbers() -> None:
    batch = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
    how = Preprocessing(width=5, height=4, layout="NCHW", resize="stretch", colour_order="BGR")
    plain = to_input(batch, how, np.uint8)
    assert plain.dtype == np.uint8 and plain.shape == (2, 3, 4, 5)
    assert plain[1, 0, 2, 3] == batch[1, 2, 3, 2]
    scaled = to_input(batch, replace(how, mean=(1.0, 2.0, 3.0), scale=(0.5, 0.25, 2.0)), np.float32)
    assert scaled.dtype == np.float32
    assert scaled[1, 0, 2, 3] == (float(batch[1, 2, 3, 2]) - 1.0) * 0.5
    assert scaled[1, 2, 2, 3] == (float(batch[1, 2, 3, 0]) - 3.0) * 2.0
