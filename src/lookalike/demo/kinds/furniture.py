"""Chairs, sofas and cushions."""

from __future__ import annotations

import numpy as np

from lookalike.demo.canvas import Canvas, Mask, Point, Rgb, bar, ellipse, knots, mirrored, rounded, smooth
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.palette import METALS, WOODS
from lookalike.demo.surfaces import Fold, cloth, contact, plate, seam

C = 200.0


def draw_cushion(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A cushion: square, wide or round; plain edge, piping or tassels."""
    shape, y = cut["shape"], 250.0
    a, b = {"square": (142.0, 138.0), "wide": (166.0, 104.0), "round": (142.0, 142.0)}[shape]
    canvas.ground(C, y + b + 4, a * 0.86, 10, 0.55)
    if shape == "round":
        outline = ellipse(C, y, a, b)
    else:
        outline = smooth(
            mirrored(
                knots(
                    [(C, y - b + 9), (C + a * 0.6, y - b + 3), (C + a, y - b - 4, 1)],
                    [(C + a - 10, y - b * 0.4), (C + a - 12, y + b * 0.4), (C + a, y + b + 4, 1)],
                    [(C + a * 0.6, y + b - 5), (C, y + b - 9)],
                )
            )
        )
    body = canvas.area(outline)
    canvas.cast(body, 3, 9, 11, 0.3)
    if cut["edge"] == "tassels" and shape != "round":
        _tassels(canvas, look, (a, b), y)
    folds = _cushion_folds(shape, (a, b), y)
    cloth(canvas, body, look, folds, 46, depth=0.9)
    if cut["edge"] == "piping":
        pipe = canvas.line([*outline, outline[0], outline[1]], 6)
        cloth(canvas, pipe, Look(look.accent, look.shade), puff=3, pattern="plain")
    if shape == "round":
        button = canvas.area(ellipse(C, y, 11, 11))
        contact(canvas, button, body, (1, 3), blur=4, strength=0.4)
        cloth(canvas, button, Look(look.accent, look.shade), puff=6, pattern="plain")


_CORNERS = ((-1, -1), (-1, 1), (1, -1), (1, 1))


def _tassels(canvas: Canvas, look: Look, half: Point, y: float) -> None:
    for sx, sy in _CORNERS:
        x0, y0 = C + sx * half[0], y + sy * half[1]
        for k in range(5):
            spread = 2.4 * (k - 2)
            end = (x0 + sx * (14 + 2 * (k % 2)) + spread, y0 + sy * 14 - spread * sx * sy)
            thread = canvas.line([(x0 - 3 * sx, y0), end], 2.4)
            canvas.paint(thread, look.accent.rgb, 0.85 + 0.1 * (k % 2))


def _cushion_folds(shape: str, half: Point, y: float) -> list[Fold]:
    """Creases that run in from the corners, or the dimple of a round cushion."""
    if shape == "round":
        rays = np.radians(np.arange(0, 360, 20)).tolist()
        pleats: list[Fold] = [
            ([(C + 20 * np.cos(a), y + 20 * np.sin(a)), (C + 104 * np.cos(a), y + 104 * np.sin(a))], 7, 5)
            for a in rays
        ]
        return [*pleats, (ellipse(C, y, 12, 12), 20, -10)]
    folds: list[Fold] = []
    for sx, sy in _CORNERS:
        for k, turn in ((0, 0.55), (1, 0.85), (2, 0.7)):
            start = (C + sx * (half[0] - 12), y + sy * (half[1] - 12))
            end = (C + sx * half[0] * (0.45 + 0.1 * k), y + sy * half[1] * turn)
            folds.append(([start, end], 11, 7 * (-1) ** k))
    return folds


def _wood(canvas: Canvas, outline: list[tuple[float, float]], colour: Rgb, dim: float = 1.0) -> None:
    mask = canvas.area(outline)
    canvas.cast(mask, 2, 3, 6, 0.10)
    plate(canvas, mask, colour, 5, depth=1.0, gloss=0.15, dim=dim)


def draw_chair(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A chair seen from the front at an angle: slatted, upholstered or shell back; wooden or metal legs."""
    wood = WOODS[cut.seed % 4] if cut["legs"] == "wood" else METALS[1 + cut.seed % 2]
    thick = 11.0 if cut["legs"] == "wood" else 6.0
    seat_y, base = 292.0, 456.0
    wide = 92.0 + 5 * cut.width
    top = 76.0 - 8 * cut.length
    canvas.ground(C + 4, base - 4, wide * 1.05, 13, 0.42)
    for side in (-1, 1):
        _wood(
            canvas,
            bar(
                (C + side * (wide - 26), seat_y - 8),
                (C + side * (wide - 16), base - 34),
                thick * 0.9,
                thick * 0.7,
            ),
            wood,
            0.70,
        )
    _back(canvas, cut, look, wood, (top, seat_y, wide, thick))
    for side in (-1, 1):
        _wood(
            canvas,
            bar(
                (C + side * (wide - 5), seat_y + 12),
                (C + side * (wide + 8), base),
                thick * 1.25,
                thick * 0.85,
            ),
            wood,
        )
    if cut["legs"] == "wood":
        _wood(canvas, bar((C - wide, seat_y + 78), (C + wide, seat_y + 78), 6), wood, 0.85)
    seat = canvas.symmetric(
        [(C, seat_y - 34), (C + wide - 24, seat_y - 34), (C + wide - 12, seat_y - 26)],
        [(C + wide + 10, seat_y + 8), (C + wide + 4, seat_y + 26), (C, seat_y + 34)],
    )
    cloth(
        canvas,
        seat,
        look,
        [
            (
                smooth(
                    [(C - wide - 8, seat_y + 10), (C, seat_y + 20), (C + wide + 8, seat_y + 10)], closed=False
                ),
                9,
                5,
            )
        ],
        13,
        gloss=0.04,
    )
    seam(
        canvas,
        smooth([(C - wide - 9, seat_y + 14), (C, seat_y + 24), (C + wide + 9, seat_y + 14)], closed=False),
        1.3,
        0.25,
        seat,
    )


def _back(canvas: Canvas, cut: Cut, look: Look, wood: Rgb, sizes: tuple[float, float, float, float]) -> None:
    """The back of a chair above its seat."""
    top, seat_y, wide, thick = sizes
    if cut["back"] == "slats":
        for side in (-1, 1):
            _wood(
                canvas,
                bar((C + side * (wide - 8), top), (C + side * (wide - 18), seat_y - 10), thick * 1.1),
                wood,
            )
        for k in range(5):
            x = (k - 2) * (wide - 20) / 2.7
            _wood(canvas, bar((C + x, top + 16), (C + x * 0.92, seat_y - 22), thick * 0.75), wood, 0.92)
        rail = canvas.symmetric(
            [(C, top - 8), (C + wide * 0.6, top - 5), (C + wide + 1, top + 1, 1)],
            [(C + wide - 2, top + 30, 1), (C + wide * 0.6, top + 26), (C, top + 24)],
        )
        cloth(canvas, rail, look, puff=7)
        return
    if cut["back"] == "upholstered":
        for side in (-1, 1):
            _wood(
                canvas,
                bar((C + side * (wide - 20), top + 120), (C + side * (wide - 20), seat_y - 8), thick),
                wood,
            )
        outline = smooth(
            mirrored(
                knots(
                    [(C, top), (C + wide * 0.7, top + 4), (C + wide - 2, top + 26)],
                    [(C + wide - 6, top + 120), (C + wide - 16, seat_y - 54), (C, seat_y - 46)],
                )
            )
        )
    else:
        outline = smooth(
            mirrored(
                knots(
                    [(C, top + 20), (C + wide * 0.62, top + 32), (C + wide + 2, top + 100)],
                    [(C + wide + 10, seat_y - 30), (C + wide - 4, seat_y - 2), (C, seat_y - 6)],
                )
            )
        )
    back = canvas.area(outline)
    canvas.cast(back, 3, 7, 10, 0.2)
    folds: list[Fold] = (
        [
            ([(C + side * wide * 0.36, top + 50), (C + side * wide * 0.34, seat_y - 66)], 10, -4)
            for side in (-1, 1)
        ]
        if cut["back"] == "upholstered"
        else []
    )
    cloth(canvas, back, look, folds, 22)


def draw_sofa(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A sofa from the front: two or three seats; track, rolled or no arms; wooden or metal feet."""
    seats = 3 if cut["seats"] == "three" else 2
    half = 178.0 if seats == 3 else 156.0
    arm = {"track": 30.0, "rolled": 42.0, "slim": 17.0}[cut["arms"]]
    top, seat_y, base = 170.0 - 8 * cut.length, 272.0, 338.0
    canvas.ground(C, base + 27, half * 0.98, 11, 0.6)
    wood = WOODS[cut.seed % 4] if cut["feet"] == "wood" else METALS[2]
    for x in (-half + 24, half - 24, *((0,) if seats == 3 else ())):
        _wood(canvas, bar((C + x, base - 4), (C + x * 1.02, base + 27), 12, 8), wood)
    back = canvas.symmetric(
        [(C, top + 2), (C + half * 0.8, top + 3), (C + half - 8, top + 14)],
        [(C + half - 4, base - 10, 1), (C, base - 10)],
    )
    canvas.cast(back, 2, 6, 10, 0.2)
    cloth(canvas, back, look, puff=14, dim=0.9)
    inner = half - arm
    step = 2 * inner / seats
    for k in range(seats):
        x0 = C - inner + k * step
        pad = canvas.area(rounded(x0 + 1, top + 10, x0 + step - 1, seat_y + 12, 17))
        contact(canvas, pad, back, (0, 0), blur=4, strength=0.25)
        folds: list[Fold] = [
            ([(x0 + step * 0.3, top + 64), (x0 + step * 0.5, top + 70), (x0 + step * 0.7, top + 62)], 12, -5)
        ]
        cloth(canvas, pad, look, folds, 17, origin=(step * k, 0))
        if cut["back"] == "buttoned":
            for bx in (0.3, 0.7):
                for by in (0.35, 0.72):
                    at = (x0 + step * bx, top + 10 + (seat_y - top) * by)
                    canvas.paint(canvas.area(ellipse(at[0], at[1] + 1, 5, 5)), (0, 0, 0), 1, 0.30)
                    plate(canvas, canvas.area(ellipse(*at, 3.2, 3.2)), look.shade.rgb, 2)
    frame = canvas.area(rounded(C - half + 6, seat_y + 20, C + half - 6, base, 6))
    cloth(canvas, frame, look, puff=10, dim=0.88)
    for k in range(seats):
        x0 = C - inner + k * step
        pad = canvas.area(rounded(x0 + 0.5, seat_y - 6, x0 + step - 0.5, seat_y + 36, 12))
        contact(canvas, pad, frame, (0, 5), blur=5, strength=0.4)
        cloth(canvas, pad, look, [], 13, origin=(step * k, 30))
    _sofa_arms(canvas, cut, look, frame, (half, arm, base))
    if cut["cushions"] == "cushions":
        for side in (-1, 1):
            x = C + side * (inner - 34)
            pillow = canvas.inside(
                [(x - 32, 226, 1), (x, 232), (x + 30, 222, 1), (x + 28, 252), (x + 34, 284, 1)],
                [(x, 279), (x - 30, 286, 1), (x - 27, 254)],
            )
            contact(canvas, pillow, back, (side * -2, 5), blur=7, strength=0.35)
            cloth(canvas, pillow, Look(look.accent, look.shade), puff=16, pattern="plain")


def _sofa_arms(canvas: Canvas, cut: Cut, look: Look, frame: Mask, at: tuple[float, float, float]) -> None:
    half, arm, base = at
    for side in (-1, 1):
        edge = C + side * half
        if cut["arms"] == "rolled":
            outline = smooth(
                knots(
                    [(edge - side * 44, 232), (edge - side * 22, 216), (edge + side * 6, 228)],
                    [(edge + side * 8, 250), (edge - side * 4, 268), (edge - side * 4, base, 1)],
                    [(edge - side * 40, base, 1), (edge - side * 40, 268)],
                )
            )
        else:
            high = 228.0 if cut["arms"] == "track" else 238.0
            outline = (
                rounded(edge - arm, high, edge, base + 1, 7)
                if side > 0
                else rounded(edge, high, edge + arm, base + 1, 7)
            )
        part = canvas.area(outline)
        contact(canvas, part, frame, (-side * 4, 2), blur=6, strength=0.3)
        canvas.cast(part, 2, 6, 8, 0.2)
        cloth(canvas, part, look, puff=12)


_ROOM = (*("plain",) * 8, "pinstripes", "checks")

KINDS = (
    Kind(
        "Cushions",
        "cushion",
        "Home > Textiles > Cushions",
        draw_cushion,
        {"shape": ("square", "square", "wide", "round"), "edge": ("plain", "piping", "tassels")},
        (12, 49),
        ("velvet", "cotton", "linen", "bouclé"),
        ("plain", "plain", "stripes", "checks", "dots", "floral", "colour-block", "gradient"),
        standing=True,
        weight=1.1,
    ),
    Kind(
        "Chairs",
        "chair",
        "Home > Furniture > Chairs",
        draw_chair,
        {"back": ("slats", "upholstered", "shell"), "legs": ("wood", "wood", "metal")},
        (69, 249),
        ("wool", "linen blend", "velvet"),
        ("plain", "plain", "plain", "plain", "checks", "stripes", "floral"),
        standing=True,
    ),
    Kind(
        "Sofas",
        "sofa",
        "Home > Furniture > Sofas",
        draw_sofa,
        {
            "seats": ("two", "three"),
            "arms": ("track", "rolled", "slim"),
            "feet": ("wood", "metal"),
            "back": ("smooth", "buttoned"),
            "cushions": ("cushions", "none"),
        },
        (399, 1499),
        ("velvet", "linen blend", "bouclé", "wool blend"),
        _ROOM,
        standing=True,
    ),
)
