"""Hats, caps, sunglasses and watches."""

from __future__ import annotations

import numpy as np

from lookalike.demo.canvas import Canvas, Mask, Rgb, bar, ellipse, lambert, mirrored, rounded, smooth, toned
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.palette import LEATHERS, METALS
from lookalike.demo.surfaces import cloth, contact, plate, seam

C = 200.0


def draw_hat(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A hat with a brim: pinched fedora, flat boater, or round sun hat; felt or straw weave."""
    shape = cut["shape"]
    wide = (172.0 if shape == "sun hat" else 148.0) + 8 * cut.width
    y = 306.0
    canvas.ground(C, y + 30, wide * 0.9, 12, 0.5)
    brim_outline = smooth(
        [
            (C - wide, y - 8),
            (C - wide * 0.6, y + 20),
            (C, y + 34),
            (C + wide * 0.6, y + 20),
            (C + wide, y - 8),
            (C + wide * 0.6, y - 32),
            (C, y - 38),
            (C - wide * 0.6, y - 32),
        ]
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
        "fedora": [
            (C, y - 128),
            (C + 34, y - 142),
            (C + 68, y - 124),
            (C + 86, y - 60),
            (C + 94, y - 6, 1),
            (C, y + 14),
        ],
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
    band = canvas.area(
        smooth(
            mirrored(
                [
                    (C, y - 22),
                    (C + 50, y - 26),
                    (C + 91.5, y - 38, 1),
                    (C + 95, y - 8, 1),
                    (C + 50, y + 8),
                    (C, y + 13),
                ]
            )
        )
    ).within(crown)
    cloth(canvas, band, Look(look.accent, look.shade), puff=9, pattern="plain", gloss=0.1)
    if cut["trim"] == "bow":
        bow = canvas.area(
            smooth([(C + 62, y - 34), (C + 88, y - 26), (C + 86, y - 4), (C + 62, y + 2), (C + 66, y - 16)])
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
    crown = canvas.area(
        smooth(
            [
                (92, 318, 1),
                (84, 262),
                (108, 196 - rise),
                (176, 156 - rise),
                (250, 162 - rise),
                (306, 210 - rise),
                (326, 272),
                (330, 326, 1),
                (260, 338),
                (170, 334),
            ]
        )
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
    peak = canvas.area(
        smooth(
            [
                (92, 310, 1),
                (150, 296),
                (226, 318),
                (246, 336, 1),
                (190, 344),
                (110, 352),
                (40, 372),
                (14, 366),
                (24, 344),
                (56, 322),
            ]
        )
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


def _lens(shape: str, x: float, y: float, side: int) -> list[tuple[float, float]]:
    if shape == "round":
        return ellipse(x, y, 62, 60)
    if shape == "cat-eye":
        return smooth(
            [
                (x - side * 60, y - 22),
                (x, y - 40),
                (x + side * 74, y - 56, 1),
                (x + side * 66, y + 6),
                (x + side * 20, y + 44),
                (x - side * 42, y + 34),
            ]
        )
    if shape == "aviator":
        return smooth(
            [
                (x - side * 54, y - 34),
                (x, y - 44),
                (x + side * 62, y - 34),
                (x + side * 58, y + 26),
                (x + side * 8, y + 66),
                (x - side * 44, y + 34),
            ]
        )
    return smooth(
        [
            (x - side * 58, y - 40),
            (x + side * 64, y - 44),
            (x + side * 64, y + 20),
            (x + side * 44, y + 44),
            (x - side * 40, y + 44),
            (x - side * 58, y + 18),
        ]
    )


def draw_sunglasses(canvas: Canvas, cut: Cut, look: Look) -> None:
    """Sunglasses from the front: round, square, cat-eye or aviator; dark, brown or tinted lenses."""
    shape, y = cut["shape"], 252.0
    thin = shape == "aviator" or cut["rim"] == "thin"
    rim = 6.0 if thin else 13.0
    glass: Rgb = {
        "dark": (0.16, 0.17, 0.20),
        "brown": (0.36, 0.24, 0.16),
        "tinted": toned(look.accent.rgb, 0.35, 0.12),
    }[cut["lens"]]
    canvas.ground(C, y + 92, 150, 7, 0.35)
    for side in (-1, 1):
        arm = canvas.line(
            smooth(
                [
                    (C + side * 152, y - 30),
                    (C + side * 168, y - 42),
                    (C + side * 150, y - 78),
                    (C + side * 112, y - 92),
                ],
                closed=False,
            ),
            rim * 0.8,
        )
        cloth(canvas, arm, look, puff=4, dim=0.7, gloss=0.4, grain=0, pattern="plain")
    for side in (-1, 1):
        x = C + side * 84
        outline = _lens(shape, x, y, side)
        lens = canvas.area(outline)
        canvas.cast(lens, 4, 22, 12, 0.30)
        gx, gy = canvas.grid(lens)
        fade = np.clip((gy - (y - 50)) / 130, 0, 1) * 0.45
        sheen = (
            np.exp(-((((gx - x) * 0.75 + (gy - y) + 24) / 11) ** 2)) * 0.30
            + np.exp(-((((gx - x) * 0.75 + (gy - y) + 2) / 4) ** 2)) * 0.16
        )
        canvas.paint(lens, glass, (1 + fade * 0.6 + sheen).astype(np.float32), 0.97)
        ring = canvas.line([*outline, outline[0], outline[1]], rim)
        dx, dy = canvas.relief(ring, rim * 0.5)
        frame = METALS[cut.seed % 2] if shape == "aviator" else look.shade.rgb
        if shape != "aviator" and look.pattern != "plain":
            cloth(canvas, ring, look, puff=rim * 0.5, gloss=0.5, grain=0)
        else:
            canvas.paint(ring, frame, lambert(dx, dy, 0.9, 0.8))
        if shape != "aviator":
            plate(
                canvas,
                canvas.area(bar((x + side * 58, y - 36), (x + side * 78, y - 40), 14, 11)),
                look.shade.rgb,
                4,
                gloss=0.6,
            )
    bridge = [(C - 26, y - 16), (C, y - 28), (C + 26, y - 16)]
    for lift in (0, 24) if shape == "aviator" else (0,):
        tube = canvas.line(smooth([(a, b - lift) for a, b in bridge], closed=False), rim)
        dx, dy = canvas.relief(tube, rim * 0.5)
        canvas.paint(
            tube, METALS[cut.seed % 2] if shape == "aviator" else look.shade.rgb, lambert(dx, dy, 0.9, 0.8)
        )


def draw_watch(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A wristwatch, upright: round or square case, leather or metal-look strap, plain or marked dial."""
    metal = METALS[{"gold": 0, "steel": 1, "black": 2}[cut["case"]]]
    square = cut["shape"] == "square"
    y, r = 250.0, 74.0 + 4 * cut.width
    for side in (-1, 1):
        end = y + side * 212
        strap = canvas.area(
            smooth(
                [
                    (C - 42, y + side * 52, 1),
                    (C - 36, y + side * 120),
                    (C - 31, end - side * 12),
                    (C - 22, end),
                    (C + 22, end),
                    (C + 31, end - side * 12),
                    (C + 36, y + side * 120),
                    (C + 42, y + side * 52, 1),
                ]
            )
        )
        canvas.cast(strap, 4, 9, 9, 0.4)
        cloth(canvas, strap, look, puff=14, gloss=0.25, grain=0.006)
        if cut["strap"] == "links":
            for k in range(9):
                at = y + side * (80 + 15 * k)
                canvas.paint(canvas.line([(C - 44, at), (C + 44, at)], 2.2).within(strap), (0, 0, 0), 1, 0.45)
                canvas.paint(
                    canvas.line([(C - 44, at + 2.5), (C + 44, at + 2.5)], 1.4).within(strap),
                    (1, 1, 1),
                    1,
                    0.35,
                )
        else:
            for edge in (-1, 1):
                stitch = [
                    (C + edge * 36, y + side * 62),
                    (C + edge * 30, y + side * 120),
                    (C + edge * 25, end - side * 14),
                ]
                canvas.paint(canvas.line(smooth(stitch, closed=False), 1.2), (0.96, 0.93, 0.86), 1, 0.55)
            for k in range(3 if side > 0 else 0):
                canvas.paint(canvas.area(ellipse(C, end - 40 - 20 * k, 3, 3)), (0, 0, 0), 1, 0.7)
    crown = canvas.area(rounded(C + r - 2, y - 10, C + r + 12, y + 10, 3))
    plate(canvas, crown, metal, 4, gloss=0.6)
    case = canvas.area(rounded(C - r, y - r, C + r, y + r, 20) if square else ellipse(C, y, r, r))
    canvas.cast(case, 4, 8, 8, 0.4)
    contact(canvas, case, case, (0, 0), blur=1, strength=0)
    plate(canvas, case, metal, 9, depth=1.1, gloss=0.7)
    inner = r - 11
    dial_outline = (
        rounded(C - inner, y - inner, C + inner, y + inner, 14) if square else ellipse(C, y, inner, inner)
    )
    dial = canvas.area(dial_outline)
    face: Rgb = {
        "white": (0.97, 0.97, 0.95),
        "black": (0.12, 0.12, 0.14),
        "tonal": toned(look.shade.rgb, 0.75, 0.05),
    }[cut["dial"]]
    gx, gy = canvas.grid(dial)
    canvas.paint(dial, face, (1 + 0.10 * np.clip((C - gx + y - gy) / 90, -1, 1)).astype(np.float32))
    _dial(canvas, cut, y, inner, (0.12, 0.12, 0.14) if sum(face) > 1.6 else (0.95, 0.94, 0.9), metal)


def _dial(canvas: Canvas, cut: Cut, y: float, radius: float, ink: Rgb, metal: Rgb) -> None:
    """Hour marks, hands and the glint of the glass."""
    for hour in range(12):
        a = np.radians(hour * 30)
        s, c = float(np.sin(a)), float(np.cos(a))
        start = 0.74 if hour % 3 == 0 else 0.80
        canvas.paint(
            canvas.line(
                [
                    (C + s * radius * start, y - c * radius * start),
                    (C + s * radius * 0.9, y - c * radius * 0.9),
                ],
                4.5 if hour % 3 == 0 else 2.4,
            ),
            ink,
        )
    if cut["marks"] == "chronograph":
        for px, py in ((-0.36, 0.0), (0.36, 0.0), (0, 0.36)):
            small = ellipse(C + px * radius, y + py * radius, radius * 0.21, radius * 0.21)
            canvas.paint(
                canvas.area(
                    small, holes=[ellipse(C + px * radius, y + py * radius, radius * 0.18, radius * 0.18)]
                ),
                ink,
                1,
                0.75,
            )
            canvas.paint(
                canvas.line(
                    [(C + px * radius, y + py * radius), (C + px * radius + 5, y + py * radius - 8)], 1.6
                ),
                ink,
            )
    for angle, long, width in ((305, 0.48, 5.5), (60, 0.70, 4.0)):
        a = np.radians(angle)
        canvas.paint(
            canvas.line(
                [(C, y), (C + float(np.sin(a)) * radius * long, y - float(np.cos(a)) * radius * long)], width
            ),
            ink,
        )
    canvas.paint(canvas.area(ellipse(C, y, 5, 5)), metal)
    glint = canvas.area(ellipse(C - radius * 0.34, y - radius * 0.40, radius * 0.42, radius * 0.17, -45))
    canvas.paint(glint, (1, 1, 1), 1, 0.13)


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
    Kind(
        "Sunglasses",
        "sunglasses",
        "Accessories > Sunglasses",
        draw_sunglasses,
        {
            "shape": ("round", "square", "cat-eye", "aviator"),
            "rim": ("thick", "thin"),
            "lens": ("dark", "brown", "tinted"),
        },
        (19, 149),
        ("acetate", "bio-acetate", "recycled plastic"),
        ("plain",),
        standing=True,
        weight=0.9,
    ),
    Kind(
        "Watches",
        "watch",
        "Accessories > Watches",
        draw_watch,
        {
            "shape": ("round", "round", "square"),
            "case": ("gold", "steel", "black"),
            "strap": ("leather", "links"),
            "dial": ("white", "black", "tonal"),
            "marks": ("plain", "chronograph"),
        },
        (59, 349),
        ("leather", "vegan leather", "silicone"),
        ("plain",),
        LEATHERS,
        weight=0.9,
    ),
)
