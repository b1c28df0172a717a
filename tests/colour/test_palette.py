"""Pictures whose colours are known because they are drawn here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw, ImageFilter

from lookalike.colour import NAMES, colour_vectors, describe, measure_palette, name_shares
from lookalike.palette import COLOURS, lab_from_rgb, rgb_from_lab
from lookalike.vectors import Floats

Colour = tuple[int, int, int]
RED, GREEN, BLUE, ORANGE = (200, 20, 30), (30, 140, 50), (40, 90, 200), (240, 120, 20)
BLACK, WHITE, GREY, BROWN = (15, 15, 16), (255, 255, 255), (128, 128, 128), (100, 62, 36)


def item(
    colour: Colour,
    background: Colour = WHITE,
    box: tuple[int, int, int, int] = (60, 70, 165, 230),
    size: tuple[int, int] = (225, 300),
) -> Image.Image:
    picture = Image.new("RGB", size, background)
    ImageDraw.Draw(picture).rectangle(box, fill=colour)
    return picture


def on_boards(colour: Colour) -> Image.Image:
    """An item on a floor of brown boards, with the noise of a phone."""
    floor = np.empty((300, 225, 3))
    floor[:] = (170, 130, 85)
    floor[:, ::25] = (120, 85, 50)
    floor += np.random.default_rng(3).normal(0, 12, (300, 225, 1))
    picture = Image.fromarray(np.clip(floor, 0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).rectangle((50, 60, 175, 240), fill=colour)
    return picture


def share(picture: Image.Image, name: str) -> float:
    return float(name_shares(measure_palette(picture)[None])[0, NAMES.index(name)])


def likeness(one: Floats, other: Floats) -> float:
    rows = np.zeros((2, COLOURS, 4), dtype=np.float32)
    rows[0, : len(one)], rows[1, : len(other)] = one, other
    vectors = colour_vectors(rows)
    return float(vectors[0] @ vectors[1])


def test_lab_of_the_primaries_is_what_the_standard_says() -> None:
    rgb = np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]], dtype=np.uint8)
    known = [[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20], [87.73, -86.18, 83.18], [32.30, 79.19, -107.86]]
    assert np.abs(lab_from_rgb(rgb) - known).max() < 0.05


@given(arrays.arrays(np.uint8, (20, 3)))
def test_a_colour_goes_to_lab_and_back(rgb: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    assert np.abs(rgb_from_lab(lab_from_rgb(rgb)).astype(int) - rgb).max() <= 1


@pytest.mark.parametrize("background", [WHITE, (225, 225, 228), (20, 20, 20), (240, 225, 200)])
@pytest.mark.parametrize(("colour", "name"), [(RED, "red"), (GREEN, "green"), (BLUE, "blue"), (GREY, "grey")])
def test_a_plain_background_is_left_out(colour: Colour, name: str, background: Colour) -> None:
    palette = measure_palette(item(colour, background))
    assert describe(palette)[0][0] == name
    assert palette[0, 3] > 0.97
    assert np.abs(palette[0, :3] - lab_from_rgb(np.array(colour, dtype=np.uint8))).max() < 1


def test_two_colours_come_with_their_shares() -> None:
    picture = item(RED)
    ImageDraw.Draw(picture).rectangle((60, 70, 165, 149), fill=BLUE)
    assert share(picture, "red") == pytest.approx(0.5, abs=0.06)
    assert share(picture, "blue") == pytest.approx(0.5, abs=0.06)


def test_white_inside_a_shirt_survives() -> None:
    picture = item(RED)
    ImageDraw.Draw(picture).rectangle((90, 120, 135, 180), fill=WHITE)
    assert share(picture, "white") > 0.15
    assert share(picture, "red") > 0.5


def test_background_seen_through_a_thin_handle_is_no_colour_of_the_bag() -> None:
    picture = item(BLACK, box=(60, 150, 165, 240))
    ImageDraw.Draw(picture).ellipse((75, 70, 150, 200), outline=BLACK, width=6)
    ImageDraw.Draw(picture).rectangle((60, 150, 165, 240), fill=BLACK)
    assert share(picture, "white") < 0.05
    assert share(picture, "black") > 0.85


def test_a_white_shirt_on_white_is_white_and_not_its_shadows() -> None:
    picture = item((247, 247, 248))
    for x in range(75, 165, 22):
        ImageDraw.Draw(picture).line((x, 80, x + 6, 225), fill=(222, 222, 225), width=3)
    assert share(picture.filter(ImageFilter.GaussianBlur(1)), "white") > 0.9


def test_a_shadow_on_the_ground_is_not_the_shoe() -> None:
    picture = Image.new("RGB", (225, 300), WHITE)
    ImageDraw.Draw(picture).ellipse((40, 195, 190, 225), fill=(228, 228, 230))
    picture = picture.filter(ImageFilter.GaussianBlur(4))
    ImageDraw.Draw(picture).rectangle((50, 130, 180, 205), fill=BROWN)
    assert describe(measure_palette(picture))[0][0] == "brown"
    assert share(picture, "brown") > 0.95


def test_a_backdrop_that_is_lit_unevenly_is_left_out() -> None:
    light = 235 - np.asarray(Image.radial_gradient("L").resize((225, 300)), dtype=np.float32) * 0.2
    picture = Image.fromarray(np.repeat(light.astype(np.uint8)[..., None], 3, axis=2))
    ImageDraw.Draw(picture).rectangle((60, 90, 165, 210), fill=GREEN)
    assert share(picture, "green") > 0.95


@pytest.mark.parametrize(
    ("colour", "name"), [(RED, "red"), (BLUE, "blue"), (BLACK, "black"), (WHITE, "white")]
)
def test_a_floor_of_boards_is_left_out(colour: Colour, name: str) -> None:
    assert share(on_boards(colour), name) > 0.85


def worn(colour: Colour) -> Image.Image:
    """A small garment on a body that the picture's edge cuts."""
    picture = item((205, 150, 120), box=(60, 0, 165, 300))
    ImageDraw.Draw(picture).rectangle((60, 110, 165, 190), fill=colour)
    return picture


def test_the_skin_of_a_model_is_not_what_she_wears() -> None:
    assert describe(measure_palette(worn(BLACK)))[0][0] == "black"
    assert share(worn(BLACK), "black") > 0.75


def test_a_shoe_of_the_colour_of_skin_is_measured() -> None:
    shoe = item((205, 150, 120), box=(50, 130, 180, 205))
    ImageDraw.Draw(shoe).rectangle((50, 195, 180, 205), fill=BLACK)
    assert share(shoe, "black") < 0.2


def test_an_item_of_the_colour_of_everything_is_still_measured() -> None:
    assert describe(measure_palette(Image.new("RGB", (225, 300), RED))) == [("red", 1.0, "#c8141e")]
    assert describe(measure_palette(Image.new("RGB", (225, 300), WHITE))) == [("white", 1.0, "#ffffff")]


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 900), (900, 1), (2000, 3), (5, 5), (6, 6), (47, 49), (3000, 40)]
)
def test_pictures_of_any_shape_have_a_palette(size: tuple[int, int]) -> None:
    assert describe(measure_palette(Image.new("RGB", size, GREEN)))[0][0] == "green"


def test_a_greyscale_picture_has_a_palette_without_hue() -> None:
    palette = measure_palette(Image.radial_gradient("L"))
    assert np.abs(palette[:, 1:3]).max() < 0.5


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60), st.just(3)), fill=st.nothing())
)
def test_shares_sum_to_one_largest_first(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    palette = measure_palette(Image.fromarray(pixels))
    assert 1 <= len(palette) <= COLOURS
    assert palette.dtype == np.float32
    assert palette[:, 3].sum() == pytest.approx(1, abs=1e-5)
    assert (np.diff(palette[:, 3]) <= 0).all()
    assert (palette[:, 3] > 0).all()
    assert np.isfinite(palette).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(-55, 55), st.integers(-65, 65))
def test_where_an_item_stands_hardly_matters(right: int, down: int) -> None:
    def striped(x: int, y: int) -> Image.Image:
        picture = item(ORANGE, box=(60 + x, 70 + y, 165 + x, 230 + y))
        ImageDraw.Draw(picture).rectangle((60 + x, 130 + y, 165 + x, 170 + y), fill=BLUE)
        return picture

    here, there = measure_palette(striped(0, 0)), measure_palette(striped(right, down))
    assert likeness(here, there) > 0.97


@pytest.mark.parametrize("light", [0.8, 0.9, 1.1, 1.2])
@pytest.mark.parametrize(
    ("colour", "name"), [(RED, "red"), (GREEN, "green"), (BLUE, "blue"), (ORANGE, "orange")]
)
def test_brighter_or_darker_light_keeps_the_name(colour: Colour, name: str, light: float) -> None:
    lit = tuple(min(255, round(channel * light)) for channel in colour)
    assert describe(measure_palette(item((lit[0], lit[1], lit[2]))))[0][0] == name


def test_the_same_pixels_give_the_same_palette() -> None:
    assert np.array_equal(measure_palette(on_boards(RED)), measure_palette(on_boards(RED)))
