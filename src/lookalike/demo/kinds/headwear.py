"""Hats with brims, and caps."""

from __future__ import annotations

import numpy as np

from lookalike.demo.canvas import (
    Canvas,
    Mask,
    ellipse,
    knots,
    mirrored,
    smooth,
)
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.surfaces import cloth, contact, plate, seam

C = 200.0


def draw_hat(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A hat with a brim: pinched fedora, flat boater, or round sun hat; felt or straw weave."""
    shape = cut["shape"]
    wide = (172.0 if shape == "sun hat" else 148.0) + 8 * cut.width
    y = 306.0
    canvas.ground(C, y + 30, wide * 0.9, 12, 0.5)
    brim_outline = smooth(
        knots(
            [(C - wide, y - 8), (C - wide * 0.6, y + 20), (C, y + 34)],
            [(C + wide * 0.6, y + 20), (C + wide, y - 8), (C + wide * 0.6, y - 32)],
            [(C, y - 38), (C - wide * 0.6, y - 32)],
        )
    )
    brim = canvas.area(brim_outline)
    canvas.cast(brim, 3, 10, 9, 0.3)
    cloth(
        canvas,
        brim,
        look,
        [(smooth([(C - 105, y - 6), (C, y + 14), (C + 105, y - 6)], closed=False), 22, -7)],
        13,
        depth=0.8,
    )
    half: list[tuple[float, ...]] = {
        "fedora": knots(
            [(C, y - 128), (C + 34, y - 142), (C + 68, y - 124), (C + 86, y - 60)],
            [(C + 94, y - 6, 1), (C, y + 14)],
        ),
        "boater": [(C, y - 96), (C + 88, y - 92, 1), (C + 92, y - 50), (C + 93, y - 6, 1), (C, y + 14)],
        "sun hat": [(C, y - 124), (C + 54, y - 112), (C + 86, y - 66), (C + 94, y - 6, 1), (C, y + 14)],
    }[shape]
    crown = canvas.area(smooth(mirrored(half)))
    contact(canvas, crown, brim, (4, 6), blur=9, strength=0.40)
    folds = (
        [
            (smooth([(C - 8, y - 128), (C, y - 104), (C + 6, y - 84)], closed=False), 20, -12),
            (smooth([(C + 46, y - 112), (C + 60, y - 70)], closed=False), 18, -6),
        ]
        if shape == "fedora"
        else []
    )
    cloth(canvas, crown, look, folds, 30)
    band = canvas.symmetric(
        [(C, y - 22), (C + 50, y - 26), (C + 91.5, y - 38, 1), (C + 95, y - 8, 1)],
        [(C + 50, y + 8), (C, y + 13)],
    ).within(crown)
    cloth(canvas, band, Look(look.accent, look.shade), puff=9, pattern="plain", gloss=0.1)
    if cut["trim"] == "bow":
        bow = canvas.inside(
            [(C + 62, y - 34), (C + 88, y - 26), (C + 86, y - 4), (C + 62, y + 2), (C + 66, y - 16)]
        )
        contact(canvas, bow, band, (1, 2), blur=3, strength=0.4)
        cloth(canvas, bow, Look(look.accent, look.shade), puff=6, pattern="plain", dim=0.9)
    if cut["weave"] == "straw":
        for part in (brim, crown.without(band)):
            _straw(canvas, part)


def _straw(canvas: Canvas, mask: Mask) -> None:
    """A plaited texture: fine rows, each broken by small knots."""
    x, yy = canvas.grid(mask)
    row = np.sin(yy * 1.25) * 0.5 + 0.5
    knot = np.sin(x * 0.9 + np.floor(yy * 1.25 / np.pi) * 1.7) * 0.5 + 0.5
    canvas.paint(
        Mask(mask.left, mask.top, (mask.alpha * row * knot).astype(np.float32)), (0.25, 0.16, 0.08), 1.0, 0.32
    )


def draw_cap(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A baseball cap from the side front; plain, badge or contrasting peak."""
    canvas.ground(196, 342, 150, 9, 0.45)
    trim = Look(look.accent, look.shade)
    rise = 6 * cut.length
    crown = canvas.inside(
        [(92, 318, 1), (84, 262), (108, 196 - rise), (176, 156 - rise), (250, 162 - rise)],
        [(306, 210 - rise), (326, 272), (330, 326, 1), (260, 338), (170, 334)],
    )
    canvas.cast(crown, 2, 8, 9, 0.25)
    cloth(canvas, crown, look, [], 38)
    for seam_points in (
        [(206, 156 - rise), (160, 220), (150, 330)],
        [(206, 156 - rise), (262, 220), (276, 336)],
        [(206, 156 - rise), (320, 234), (330, 300)],
    ):
        seam(canvas, smooth(seam_points, closed=False), 1.4, 0.3, crown)
    for x, yy in ((176, 212), (244, 206), (296, 236)):
        canvas.paint(canvas.area(ellipse(x, yy - rise, 3.2, 3.2)), (0, 0, 0), 1, 0.5)
    peak_look = trim if cut["peak"] == "contrast" else look
    peak = canvas.inside(
        [(92, 310, 1), (150, 296), (226, 318), (246, 336, 1), (190, 344), (110, 352)],
        [(40, 372), (14, 366), (24, 344), (56, 322)],
    )
    contact(canvas, peak, crown, (2, -6), blur=8, strength=0.35)
    canvas.cast(peak, 2, 7, 8, 0.3)
    cloth(
        canvas,
        peak,
        peak_look,
        [(smooth([(40, 352), (120, 320), (230, 332)], closed=False), 22, 5)],
        11,
        pattern="plain",
    )
    for k in range(3):
        run = smooth(
            [
                (30 + 12 * k, 358 - 5 * k),
                (100 + 8 * k, 334 - 3 * k),
                (160, 320 - 2 * k),
                (232 - 4 * k, 333 - 3 * k),
            ],
            closed=False,
        )
        canvas.paint(canvas.line(run, 0.9).within(peak), (1, 1, 1), 1, 0.28)
    plate(canvas, canvas.area(ellipse(207, 156 - rise, 10, 6)), peak_look.shade.rgb, 4)
    if cut["front"] == "badge":
        badge = canvas.area(ellipse(130, 258, 23, 30, 8))
        contact(canvas, badge, crown, (1, 1), blur=2, strength=0.3)
        cloth(canvas, badge, trim, puff=4, pattern="plain")
        canvas.paint(
            canvas.area(ellipse(130, 258, 17, 23, 8), holes=[ellipse(130, 258, 15, 21, 8)]),
            look.shade.rgb,
            1,
            0.9,
        )


KINDS = (
    Kind(
        "Hats",
        "hat",
        "Accessories > Hats",
        draw_hat,
        {"shape": ("fedora", "boater", "sun hat"), "trim": ("band", "bow"), "weave": ("felt", "straw")},
        (25, 89),
        ("wool felt", "paper straw", "raffia"),
        ("plain",),
        (
            "beige",
            "cream",
            "tan",
            "black",
            "grey",
            "navy",
            "burgundy",
            "olive",
            "white",
            "brown",
            "pink",
            "mustard",
            "sage",
            "red",
            "teal",
            "lilac",
        ),
        standing=True,
    ),
    Kind(
        "Caps",
        "cap",
        "Accessories > Caps",
        draw_cap,
        {"peak": ("tonal", "contrast"), "front": ("badge", "plain")},
        (15, 39),
        ("cotton twill", "corduroy", "recycled canvas"),
        ("plain", "plain", "plain", "plain", "checks", "dots", "floral", "pinstripes"),
        standing=True,
        weight=0.8,
    ),
)
