"""Pictures that are blank, of one colour, blurred, tiny, of an odd shape, bordered; and such that are not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from lookalike.doctor.aspect import aspect
from lookalike.doctor.blank import blank
from lookalike.doctor.blurred import blurred
from lookalike.doctor.border import border
from lookalike.doctor.finding import Finding
from lookalike.doctor.tiny import tiny

from .scenes import Check, Draw, among, packshot, photograph, shop_of, told, unjudged

CHECKS = [blank, blurred, tiny, aspect, border]
SIZE = (96, 128)


def noise(spread: float, level: int = 128) -> Image.Image:
    grain = np.random.default_rng(3).normal(level, spread, (SIZE[1], SIZE[0], 3))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))


def shaded() -> Image.Image:
    """A soft run from light to dark."""
    return Image.linear_gradient("L").point(lambda at: 160 + at // 3).resize(SIZE).convert("RGB")


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", SIZE, "white"),
        Image.new("RGB", SIZE, "black"),
        Image.new("RGB", SIZE, (251, 250, 248)),
        Image.new("RGB", SIZE, (128, 128, 128)),
        shaded(),
        noise(5),
        noise(70),
    ],
    ids=["white", "black", "nearly white", "grey", "shaded", "grain", "static"],
)
def test_a_picture_of_nothing_is_blank(picture: Image.Image) -> None:
    assert told(blank, among({"x": picture})) == {"x": "blank"}


def test_a_picture_of_nothing_but_a_colour_is_of_one_colour() -> None:
    case = among({"red": Image.new("RGB", SIZE, "red"), "teal": Image.new("RGB", SIZE, "teal")})
    assert told(blank, case) == {"red": "one-colour", "teal": "one-colour"}


def test_where_colours_are_what_is_sold_they_are_no_finding() -> None:
    paints = {f"c{at}": Image.new("RGB", SIZE, f"hsl({at * 12}, 80%, 50%)") for at in range(30)}
    case = among({**paints, "white": Image.new("RGB", SIZE, "white")})
    assert told(blank, case) == {"white": "blank"}
    assert [kind for kind, _ in unjudged(blank, case)] == ["one-colour"]


def test_a_thin_chain_and_a_pale_plate_on_white_are_not_blank() -> None:
    chain = Image.new("RGB", SIZE, "white")
    ImageDraw.Draw(chain).arc((20, 10, 76, 110), 0, 180, (205, 170, 60))
    plate = Image.new("RGB", SIZE, "white")
    ImageDraw.Draw(plate).circle((48, 64), 40, (236, 236, 234))
    assert told(blank, among({"chain": chain, "plate": plate}), 0.2) == {}


def test_cloth_close_up_is_not_of_one_colour() -> None:
    weave = np.zeros((SIZE[1], SIZE[0], 3), np.uint8) + np.array([150, 40, 60], np.uint8)
    weave[::4] //= 2
    weave[1::4] //= 2
    assert told(blank, among({"cloth": Image.fromarray(weave)}), 0.2) == {}


@pytest.mark.parametrize("radius", [2.0, 4.0])
@pytest.mark.parametrize("usual", [photograph, packshot], ids=["photographs", "packshots"])
def test_a_picture_out_of_focus_is_blurred(radius: float, usual: Draw) -> None:
    soft = {name: usual(at).filter(ImageFilter.GaussianBlur(radius)) for name, at in (("x", 91), ("y", 92))}
    assert told(blurred, among(soft, usual)) == {"x": "blurred", "y": "blurred"}


def test_a_picture_of_a_moved_camera_is_blurred() -> None:
    pixels = np.asarray(photograph(91), dtype=np.float32)
    moved = np.mean([np.roll(pixels, step, axis=1) for step in range(9)], axis=0)
    assert told(blurred, among({"x": Image.fromarray(moved.astype(np.uint8))})) == {"x": "blurred"}


def test_a_smooth_item_with_a_sharp_outline_is_not_blurred() -> None:
    ball = Image.radial_gradient("L").point(lambda at: 250 - at // 2).resize((70, 70)).convert("RGB")
    round_mask = Image.new("L", (280, 280))
    ImageDraw.Draw(round_mask).ellipse((0, 0, 279, 279), 255)
    plate = Image.new("RGB", SIZE, (190, 190, 195))
    plate.paste(ball, (13, 29), round_mask.resize((70, 70)))
    ring = Image.new("RGB", SIZE, "white")
    ImageDraw.Draw(ring).circle((48, 64), 9, outline=(190, 150, 40), width=2)
    assert told(blurred, among({"plate": plate, "ring": ring}, packshot)) == {}


def test_where_all_pictures_are_soft_none_stands_out() -> None:
    case = shop_of({f"p{at}": photograph(at).filter(ImageFilter.GaussianBlur(3)) for at in range(60)})
    assert told(blurred, case) == {}
    assert [kind for kind, _ in unjudged(blurred, case)] == ["blurred"]


def test_a_picture_far_smaller_than_the_others_is_tiny() -> None:
    spoilt = {"a": photograph(1, (20, 30)), "b": photograph(2, (48, 64)), "c": photograph(3, (240, 320))}
    found = told(tiny, among(spoilt, lambda at: photograph(at, (240, 320))))
    assert found == {"a": "tiny", "b": "tiny"}


def test_in_a_shop_of_small_pictures_only_far_smaller_ones_are_tiny() -> None:
    case = among(
        {"a": photograph(1, (12, 16)), "b": photograph(2, (60, 80))}, lambda at: photograph(at, (60, 80))
    )
    assert told(tiny, case) == {"a": "tiny"}
    assert "60 x 80" in unjudged(tiny, case)[0][1]


def test_a_strip_is_of_an_unusual_shape() -> None:
    case = among({"tall": photograph(1, (30, 128)), "wide": photograph(2, (128, 30)), "x": photograph(3)})
    assert told(aspect, case) == {"tall": "aspect", "wide": "aspect"}


def test_where_shapes_vary_an_upright_one_may_as_well_lie() -> None:
    def shape(at: int) -> Image.Image:
        return photograph(at, (96, 128) if at % 2 else (128, 128))

    assert told(aspect, among({"lying": photograph(1, (128, 96))}, shape)) == {}
    assert told(aspect, among({"square": photograph(1, (128, 128))})) == {"square": "aspect"}


def test_forty_strips_do_not_make_strips_usual() -> None:
    case = among({f"s{at}": photograph(at, (128, 32)) for at in range(8)}, count=150)
    assert len(told(aspect, case)) == 8


@pytest.mark.parametrize("colour", ["black", "white", "gold", (120, 120, 120)])
def test_a_frame_around_a_photograph_is_a_border(colour: str | tuple[int, int, int]) -> None:
    framed = ImageOps.expand(photograph(91), 9, colour)
    assert told(border, among({"x": framed})) == {"x": "border"}


@pytest.mark.parametrize("where", [(0, 14), (12, 0)], ids=["above and below", "at the sides"])
def test_two_bars_are_a_border(where: tuple[int, int]) -> None:
    picture = Image.new("RGB", SIZE, "black")
    inner = photograph(91, (SIZE[0] - 2 * where[0], SIZE[1] - 2 * where[1]))
    picture.paste(inner, where)
    (found,) = (one for one in border(among({"x": picture})) if isinstance(one, Finding))
    assert found.confidence > 0.5
    assert ("above and below" if where[1] else "at the sides") in found.says


def test_a_dark_frame_around_an_item_on_white_is_a_border() -> None:
    framed = ImageOps.expand(packshot(91), 9, (20, 20, 30))
    assert told(border, among({"x": framed}, packshot)) == {"x": "border"}


def test_a_carton_on_white_is_no_border_where_items_are_on_white() -> None:
    carton = Image.new("RGB", SIZE, "white")
    carton.paste(photograph(91, (60, 100)), (18, 14))
    assert told(border, among({"x": carton}, packshot)) == {}


def test_a_shop_of_books_on_white_has_no_borders() -> None:
    def book(at: int) -> Image.Image:
        return ImageOps.expand(photograph(at), 12, "white")

    case = among({}, book)
    assert told(border, case) == {}
    assert [kind for kind, _ in unjudged(border, case)] == ["border"]


def test_an_item_in_the_middle_of_its_ground_is_no_border() -> None:
    assert told(border, among({"x": packshot(91)}), 0.2) == {}


@pytest.mark.parametrize("check", CHECKS)
def test_usual_pictures_are_no_findings(check: Check) -> None:
    assert told(check, among({}), 0.2) == {}
    assert told(check, among({}, packshot), 0.2) == {}


@pytest.mark.parametrize("check", CHECKS)
def test_a_catalogue_without_a_picture_is_said_not_to_be_judged(check: Check) -> None:
    reasons = unjudged(check, shop_of({}))
    assert reasons
    assert all(why == "No product has a picture." for _, why in reasons)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("count", [1, 10])
def test_one_picture_and_ten_are_looked_at_too(check: Check, count: int) -> None:
    case = among({}, count=count)
    assert told(check, case) == {}


def test_a_blank_picture_is_found_in_a_shop_of_one() -> None:
    assert told(blank, shop_of({"x": Image.new("RGB", (1, 1), "white")})) == {"x": "blank"}
