from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lookalike import colour
from lookalike.demo.canvas import Canvas, ellipse, gaussian, knots, lambert, lit, mirrored, smooth
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.palette import SHADES, partners
from lookalike.demo.patterns import PATTERNS, coloured
from lookalike.demo.photography import studio
from lookalike.demo.plan import KINDS
from lookalike.palette import measure_palette


def first_cut(kind: Kind) -> Cut:
    return Cut({name: choices[0] for name, choices in kind.options.items()}, seed=5)


def test_a_disc_covers_its_area_with_soft_edges() -> None:
    mask = Canvas(1.0).area(ellipse(200, 250, 50, 50))
    assert mask.alpha.sum() == pytest.approx(np.pi * 50**2, rel=0.01)
    assert 0 < np.mean((mask.alpha > 0) & (mask.alpha < 1)) < 0.1


def test_a_mask_less_itself_covers_nothing() -> None:
    mask = Canvas(1.0).area(ellipse(200, 250, 50, 50), holes=[ellipse(200, 250, 20, 20)])
    assert mask.without(mask).alpha.max() <= 0.25
    assert mask.within(mask).alpha.max() == 1


def test_scale_changes_pixels_not_the_design() -> None:
    small, large = (Canvas(scale).area(ellipse(200, 250, 50, 80)) for scale in (0.5, 1.0))
    assert large.alpha.sum() == pytest.approx(4 * small.alpha.sum(), rel=0.02)


def test_drawing_beyond_the_edge_is_cut_off() -> None:
    canvas = Canvas(0.5)
    canvas.paint(canvas.area(ellipse(0, 500, 60, 60)), (1.0, 0.0, 0.0))
    canvas.cast(canvas.area(ellipse(400, 0, 60, 60)), 9, -9, 20, 0.5)
    assert canvas.alpha[-1, 0] == 1
    assert canvas.alpha.sum() * 4 == pytest.approx(np.pi * 60**2 / 4, rel=0.05)


def test_a_blur_keeps_the_sum_away_from_the_border() -> None:
    spot = np.zeros((120, 120), dtype=np.float32)
    spot[56:64, 56:64] = 1
    for radius in (1.0, 3.0, 9.0):
        assert gaussian(spot, radius).sum() == pytest.approx(64, rel=0.02)


def test_a_smooth_curve_passes_through_its_points_and_keeps_corners() -> None:
    points: list[tuple[float, ...]] = [(0, 0, 1), (10, 0, 1), (10, 10), (0, 12)]
    curve = smooth(points)
    assert all(any(abs(x - p[0]) + abs(y - p[1]) < 1e-9 for x, y in curve) for p in points)
    assert smooth([(0, 0, 1), (10, 0, 1)], closed=False) == [(0, 0), (10, 0)]


def test_half_an_outline_is_mirrored_about_the_middle() -> None:
    assert mirrored(knots([(210, 0)], [(220, 5, 1)])) == [(210, 0), (220, 5, 1), (180, 5, 1), (190, 0)]
    assert mirrored([(200, 0), (220, 5), (200, 9, 1)]) == [(200, 0), (220, 5), (200, 9, 1), (180, 5)]


def test_light_darkens_slopes_that_turn_away_and_leaves_the_flat_alone() -> None:
    flat, steep = np.zeros(1, dtype=np.float32), np.ones(1, dtype=np.float32)
    away, towards = lambert(-steep, -steep)[0], lambert(0.5 * steep, 0.5 * steep)[0]
    assert lambert(flat, flat)[0] == pytest.approx(1)
    assert away < 0.7 < 1 < towards
    assert np.allclose(lit(np.array([0.2, 0.4, 0.6], dtype=np.float32), 1.0), [0.2, 0.4, 0.6])


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_stays_between_its_colours_and_shows_both(name: str) -> None:
    x = np.arange(-100, 100, dtype=np.float32)[None, :]
    y = np.arange(100, 400, dtype=np.float32)[:, None]
    pixels = coloured(name, x, y, ((0.1, 0.1, 0.1), (0.9, 0.9, 0.9)))
    assert pixels.shape == (300, 200, 3)
    assert pixels.min() >= 0.05
    assert pixels.max() <= 1.0
    assert (np.ptp(pixels) > 0.5) == (name != "plain")


def test_every_shade_has_partners_of_another_name() -> None:
    for shade in SHADES.values():
        assert partners(shade)
        assert shade not in partners(shade)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_choice_of_every_kind_can_be_drawn(kind: Kind) -> None:
    look = Look(SHADES["teal"], SHADES["cream"], kind.patterns[-1])
    for name, choices in kind.options.items():
        for choice in choices:
            cut = Cut({**first_cut(kind).options, name: choice}, 1.0, -1.0, seed=4)
            canvas = Canvas(0.2)
            kind.draw(canvas, cut, look)
            assert 0.08 < canvas.alpha.mean() < 0.7
            assert np.isfinite(canvas.rgb).all()
            edge = np.concatenate(
                [canvas.alpha[0], canvas.alpha[-1], canvas.alpha[:, 0], canvas.alpha[:, -1]]
            )
            assert edge.max() < 0.5, f"{kind.name} with {name}={choice} touches the edge"


@pytest.mark.parametrize("kind", [k for k in KINDS if k.name in {"T-shirts", "Shirts", "Cushions", "Sofas"}])
@pytest.mark.parametrize("name", ["red", "cobalt", "emerald", "pink", "black", "brown", "purple", "orange"])
def test_a_plain_item_measures_as_the_colour_it_is_named(kind: Kind, name: str) -> None:
    shade = SHADES[name]
    options = {**first_cut(kind).options}
    if "cushions" in options:
        options["cushions"] = "none"
    canvas = Canvas(0.5)
    kind.draw(canvas, Cut(options, seed=5), Look(shade, shade))
    backdrop = studio(canvas.width, canvas.height, (1.0, 1.0, 1.0), True)
    picture = backdrop * (1 - canvas.alpha[..., None]) + canvas.rgb
    palette = measure_palette(Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8)))
    assert colour.has_colour(palette[None], shade.basic)[0]
