"""Dresses, skirts and trousers, laid flat as if worn."""

from __future__ import annotations

import numpy as np

from lookalike.demo.canvas import Canvas, Mask, Point, bar, ellipse, knots, mirrored, rounded, smooth
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.surfaces import Fold, cloth, contact, drape, plate, seam

C = 200.0


def _pleats(top: float, bottom: float, narrow: float, wide: float, count: int) -> list[Fold]:
    """Straight, even folds of a pleated skirt."""
    folds: list[Fold] = []
    for i in range(count + 1):
        t = i / count * 2 - 1
        folds.append(([(C + t * narrow, top), (C + t * wide, bottom)], 5.5, 4.5 if i % 2 else -4.5))
    return folds


def _wavy_hem(y: float, half: float, waves: int, deep: float) -> list[tuple[float, ...]]:
    """Points of a hem from right to centre, rising and falling."""
    xs = np.linspace(half, 0, waves * 2 + 1)[1:]
    return [(C + float(x), y + 8 * (1 - (float(x) / half) ** 2) + deep * (-1) ** i) for i, x in enumerate(xs)]


def draw_skirt(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A skirt: straight pencil, flared A-line, or pleated; short to long."""
    shape = cut["shape"]
    top, waist = 92.0, 62.0 + 4 * cut.width
    bottom = {"mini": 285.0, "knee": 350.0, "maxi": 440.0}[cut["length"]] + 6 * cut.length
    reach = (bottom - top) / 260
    hem = {"pencil": 76.0, "A-line": 88 + 62 * reach, "pleated": 92 + 66 * reach}[shape] + 6 * cut.width
    hip = 88.0 if shape == "pencil" else waist + (hem - waist) * 0.42
    half: list[tuple[float, ...]] = [(C + waist, top, 1), (C + hip, top + 88), (C + hem, bottom - 6, 1)]
    half += _wavy_hem(bottom, hem, 1 if shape == "pencil" else 4, 0 if shape == "pencil" else 3.5)
    body = canvas.area(smooth(mirrored(half)))
    canvas.cast(body, 3, 10, 11, 0.32)
    inner = canvas.area(ellipse(C, top, waist - 1, 9))
    cloth(canvas, inner, look, pattern="plain", dim=0.6, puff=6)
    if shape == "pleated":
        folds = _pleats(top + 20, bottom + 6, waist, hem, 18)
    else:
        folds = drape(
            cut,
            (C, top + 30),
            (C, bottom),
            hem * 0.85,
            4 if shape == "pencil" else 9,
            width=15,
            rise=4 if shape == "pencil" else 12,
        )
    cloth(canvas, body, look, folds, 22)
    band = canvas.symmetric(
        [(C, top + 4), (C + waist * 0.6, top + 3), (C + waist, top - 1, 1)],
        [(C + waist + 3, top + 18, 1), (C + waist * 0.6, top + 24), (C, top + 26)],
    )
    contact(canvas, band, body, (0, 3), blur=4, strength=0.3)
    cloth(canvas, band, look, puff=6, pattern="plain")
    if shape == "pencil":
        seam(canvas, [(C + 34, bottom - 66), (C + 35, bottom)], 2, 0.4, body)
    if shape == "A-line" and cut.seed % 2:
        _button_row(canvas, look, body, top + 13, bottom)
    elif shape != "pleated":
        seam(canvas, [(C - waist + 10, top + 24), (C - waist + 4, top + 92)], 1.6, 0.35, body)


def _button_row(canvas: Canvas, look: Look, body: Mask, top: float, bottom: float) -> None:
    """A buttoned front from waistband to hem."""
    seam(canvas, [(C + 9, top + 10), (C + 10, bottom + 8)], 1.6, 0.4, body)
    colour = (0.94, 0.90, 0.82) if look.shade.basic not in {"white", "beige"} else (0.45, 0.30, 0.20)
    for k in range(6):
        y = top + k * (bottom - top - 14) / 5.4
        canvas.paint(canvas.area(ellipse(C + 0.6, y + 1.4, 4.6, 4.6)), (0, 0, 0), 1, 0.35)
        plate(canvas, canvas.area(ellipse(C, y, 4.4, 4.4)), colour, 2, gloss=0.4)


def _bodice(cut: Cut) -> list[tuple[float, ...]]:
    """Right half of the upper part of a dress from the centre of the neck to the waist."""
    waist = 58.0 + 4 * cut.width
    neck: dict[str, list[tuple[float, ...]]] = {
        "round": [(C, 92), (C + 24, 84), (C + 38, 58, 1)],
        "V": [(C, 128, 1), (C + 36, 56, 1)],
        "straps": [(C, 104), (C + 40, 92, 1), (C + 44, 46, 1)],
    }
    shoulder: list[tuple[float, ...]] = (
        [(C + 53, 46, 1), (C + 58, 92), (C + 74, 122, 1)]
        if cut["neck"] == "straps"
        else [(C + 74, 70, 1), (C + 66, 104), (C + 76, 134, 1)]
    )
    return [*neck[cut["neck"]], *shoulder, (C + 70, 160), (C + waist, 204)]


def draw_dress(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A dress: flared or straight, knee or floor length; neckline and sleeves vary."""
    flared = cut["shape"] == "flared"
    bottom = (400.0 if cut["length"] == "knee" else 466.0) + 5 * cut.length
    hem = (128.0 if flared else 80.0) + 7 * cut.width
    hip = (58 + (hem - 58) * 0.5) if flared else 82.0
    upper = _bodice(cut)
    half = [
        *upper,
        (C + hip, 278),
        (C + hem, bottom - 8, 1),
        *_wavy_hem(bottom, hem, 5 if flared else 1, 4 if flared else 0),
    ]
    body = canvas.area(smooth(mirrored(half)))
    arms: list[Mask] = []
    for side in (-1, 1) if cut["neck"] != "straps" and cut["sleeve"] != "sleeveless" else ():
        if cut["sleeve"] == "long":
            arm: list[tuple[float, ...]] = knots(
                [(62, 66, 1), (80, 74), (100, 150), (116, 258, 1), (88, 264, 1), (78, 190)], [(68, 128, 1)]
            )
        else:
            arm = [(60, 66, 1), (84, 72), (112, 112), (116, 134, 1), (90, 142), (68, 132, 1)]
        arms.append(canvas.area(smooth([(C + side * p[0], *p[1:]) for p in arm])))
    for part in (body, *arms):
        canvas.cast(part, 3, 10, 11, 0.30)
    if cut["neck"] != "straps":
        back = canvas.symmetric([(C, 66), (C + 36, 57, 1), (C + 34, 92), (C, 130)])
        cloth(canvas, back, look, pattern="plain", dim=0.62, puff=8)
    for side, mask in zip((-1, 1), arms, strict=False):
        cloth(
            canvas, mask, look, [([(C + side * 74, 112), (C + side * 104, 100)], 8, -3)], 13, turn=-side * 14
        )
        contact(canvas, body, mask, (side * 2, 3), blur=5, strength=0.25)
    folds = drape(
        cut, (C, 205), (C, bottom), hem * 0.88, 10 if flared else 5, width=15, rise=9 if flared else 3.5
    )
    folds += [([(C - 50, 150), (C - 30, 196)], 10, -2), ([(C + 50, 150), (C + 34, 196)], 10, -2)]
    cloth(canvas, body, look, folds, 20)
    belt = smooth([(C - 66, 202), (C, 208), (C + 66, 202)], closed=False)
    if cut["waist"] == "belt":
        band = canvas.line(belt, 12).within(body)
        contact(canvas, band, body, (0, 3), blur=3, strength=0.35)
        cloth(canvas, band, Look(look.accent, look.shade), puff=5, pattern="plain", gloss=0.2)
        plate(
            canvas,
            canvas.area(rounded(C - 8, 199, C + 8, 216, 3), holes=[rounded(C - 4, 203, C + 4, 212, 2)]),
            (0.8, 0.68, 0.4),
            2,
            gloss=0.6,
        )
    else:
        seam(canvas, belt, 1.5, 0.35, body)
    right = upper[: 3 if cut["neck"] != "V" else 2]
    left = [(2 * C - p[0], *p[1:]) for p in reversed(right[1:])]
    edge = smooth([*left, *right], closed=False)
    canvas.paint(canvas.line(edge, 1.6).within(body), (0, 0, 0), 1, 0.2)


def _leg(side: int, cut: Cut, bottom: float, hem: float) -> list[Point]:
    """Outline of one trouser leg from waist to hem."""
    hip = 84.0 + 4 * cut.width
    knee = {"skinny": 54.0, "straight": 62.0, "wide": 78.0}[cut["leg"]]
    lean = {"skinny": 26.0, "straight": 30.0, "wide": 34.0}[cut["leg"]]
    points: list[tuple[float, ...]] = knots(
        [(-1, 60, 1), (66, 58, 1), (hip - 5, 108), (hip, 158)],
        [(lean + knee * 0.62 + 14, 290), (lean + 14 + hem * 0.5, bottom, 1)],
        [(lean + 14 - hem * 0.5, bottom + 3, 1), (lean + 8 - knee * 0.44, 290)],
        [(5, 186, 1), (-1, 180, 1)],
    )
    if bottom < 300:
        points = [p for p in points if p[1] != 290]
    return smooth([(C + side * p[0], *p[1:]) for p in points])


def draw_trousers(canvas: Canvas, cut: Cut, look: Look) -> None:
    """Trousers: skinny, straight or wide legs; full length or shorts; jeans stitching or a crease."""
    short = cut["length"] == "shorts"
    bottom = (268.0 if short else 452.0) + 6 * cut.length
    hem = {"skinny": 46.0, "straight": 64.0, "wide": 98.0}[cut["leg"]]
    hem = 84 + hem * 0.12 if short else hem
    legs = [canvas.area(_leg(side, cut, bottom, hem)) for side in (-1, 1)]
    for leg in legs:
        canvas.cast(leg, 3, 9, 10, 0.32)
    inner = canvas.area(ellipse(C, 60, 66, 8))
    cloth(canvas, inner, look, pattern="plain", dim=0.55, puff=5)
    for side, leg in zip((-1, 1), legs, strict=True):
        knee = 268.0
        folds: list[Fold] = [
            (smooth([(C + side * 8, 178), (C + side * 34, 166), (C + side * 62, 142)], closed=False), 10, -4),
            (smooth([(C + side * 8, 190), (C + side * 36, 190), (C + side * 70, 178)], closed=False), 10, 3),
        ]
        if not short:
            folds += [
                ([(C + side * 22, knee + 14 * k), (C + side * 66, knee - 8 + 14 * k)], 10, 3.2 * (-1) ** k)
                for k in range(3)
            ]
            folds += [
                (
                    [(C + side * 28, bottom - 44 + 15 * k), (C + side * 62, bottom - 36 + 15 * k)],
                    9,
                    3 * (-1) ** k,
                )
                for k in range(2)
            ]
        if cut["style"] == "pressed":
            folds.append(([(C + side * 42, 120), (C + side * 44, bottom)], 5, 6))
        cloth(canvas, leg, look, folds, 19, turn=-side * 3)
        seam(
            canvas, [(C + side * (44 - hem), bottom - 9), (C + side * (44 + hem), bottom - 9)], 1.4, 0.25, leg
        )
        pocket = smooth([(C + side * 34, 80), (C + side * 44, 108), (C + side * 84, 116)], closed=False)
        seam(canvas, pocket, 1.8, 0.42, leg)
        if cut["style"] == "jeans":
            for dy in (4, 7):
                stitch = canvas.line([(x, y + dy) for x, y in pocket], 0.9).within(leg)
                canvas.paint(stitch, (0.87, 0.62, 0.28), 1, 0.9)
    band = canvas.symmetric([(C, 66), (C + 66, 58, 1), (C + 70, 79, 1), (C, 88)])
    contact(canvas, band, legs[0], (0, 3), blur=3, strength=0.3)
    contact(canvas, band, legs[1], (0, 3), blur=3, strength=0.3)
    cloth(canvas, band, look, puff=6, pattern="plain")
    fly = smooth([(C + 14, 90), (C + 15, 132), (C + 1, 160)], closed=False)
    seam(canvas, fly, 1.5, 0.4)
    seam(canvas, [(C, 88), (C, 184)], 1.8, 0.5)
    for x in (-46, -18, 22, 48):
        loop = canvas.area(bar((C + x, 60), (C + x, 88), 7))
        cloth(canvas, loop, look, puff=3, pattern="plain", dim=0.92)
    plate(
        canvas,
        canvas.area(ellipse(C + 1, 77, 5, 5)),
        (0.74, 0.60, 0.38) if cut["style"] == "jeans" else (0.25, 0.22, 0.2),
        2,
        gloss=0.7,
    )


KINDS = (
    Kind(
        "Dresses",
        "dress",
        "Clothing > Dresses",
        draw_dress,
        {
            "shape": ("flared", "flared", "straight"),
            "length": ("knee", "floor"),
            "neck": ("round", "V", "straps"),
            "sleeve": ("sleeveless", "short", "long"),
            "waist": ("belt", "seam"),
        },
        (39, 159),
        ("viscose", "cotton", "crepe", "silk blend"),
        ("plain", "plain", "floral", "floral", "dots", "stripes", "gradient"),
        genders=("women",),
        weight=1.3,
    ),
    Kind(
        "Skirts",
        "skirt",
        "Clothing > Skirts",
        draw_skirt,
        {"shape": ("A-line", "pleated", "pencil"), "length": ("mini", "knee", "knee", "maxi")},
        (29, 89),
        ("cotton twill", "viscose", "wool blend", "satin"),
        ("plain", "plain", "checks", "floral", "dots", "stripes"),
        genders=("women",),
    ),
    Kind(
        "Trousers",
        "trousers",
        "Clothing > Trousers",
        draw_trousers,
        {
            "leg": ("skinny", "straight", "wide"),
            "length": ("full", "full", "full", "shorts"),
            "style": ("jeans", "chino", "pressed"),
        },
        (35, 119),
        ("denim", "cotton twill", "linen blend"),
        ("plain", "plain", "plain", "plain", "pinstripes", "checks"),
        (
            "denim",
            "navy",
            "black",
            "charcoal",
            "grey",
            "beige",
            "olive",
            "brown",
            "white",
            "burgundy",
            "tan",
            "sage",
            "sky blue",
            "forest",
            "cream",
            "mustard",
        ),
        ("women", "men"),
        weight=1.2,
    ),
)
