"""T-shirts, shirts, jumpers and jackets, laid flat as if worn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lookalike.demo.canvas import Canvas, Mask, Point, Rgb, bar, ellipse, knots, mirrored, rounded, smooth
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.palette import METALS
from lookalike.demo.surfaces import Fold, cloth, contact, drape, plate, seam

CENTRE = 200.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """Measures of a top in units from the centre line: neck, shoulder, chest, hem; and heights."""

    neck: float
    shoulder: float
    chest: float
    hem: float
    top: float
    bottom: float
    tail: float = 0.0

    def body(self) -> list[Point]:
        c, s = CENTRE, self
        return smooth(
            mirrored(
                knots(
                    [(c, s.top + 2), (c + s.neck, s.top, 1), (c + s.shoulder, s.top + 25, 1)],
                    [(c + s.shoulder - 9, s.top + 65), (c + s.chest, s.top + 104, 1)],
                    [(c + (s.chest + s.hem) / 2 - 3, (s.top + 104 + s.bottom) / 2)],
                    [(c + s.hem, s.bottom - 4 - s.tail, 1), (c + s.hem * 0.5, s.bottom + 3)],
                )
            )
        )

    def sleeve(self, side: int, reach: float, drop: float, cuff: float) -> list[Point]:
        """Outline of one sleeve; ``side`` is 1 on the right, -1 on the left."""
        c, s = CENTRE, self
        out = s.shoulder + reach
        points: list[tuple[float, ...]] = knots(
            [(s.shoulder - 16, s.top + 19, 1), (s.shoulder + 6, s.top + 30)],
            [(s.shoulder + reach * 0.55, s.top + 30 + drop * 0.45)],
            [(out, s.top + 26 + drop, 1), (out - cuff, s.top + 26 + drop + cuff * 0.28, 1)],
            [(s.chest + (out - cuff - s.chest) * 0.42, s.top + 108 + (drop - 82) * 0.42)],
            [(s.chest - 12, s.top + 112, 1)],
        )
        return smooth([(c + side * p[0], *p[1:]) for p in points])


def _frame(cut: Cut, loose: float = 0.0) -> _Frame:
    wide = cut.width * 7 + loose
    return _Frame(46, 104 + wide * 0.5, 102 + wide, 103 + wide * 1.2, 84, 404 + cut.length * 20)


def _folds(cut: Cut, frame: _Frame) -> list[Fold]:
    c, b = CENTRE, frame.bottom
    chance = cut.chance()
    folds: list[Fold] = drape(cut, (c, frame.top + 150), (c, b), frame.hem * 0.8, 5, width=13, rise=3.4)
    for side in (-1, 1):
        x = c + side * (frame.chest - 6)
        for k in range(3):
            y = frame.top + 116 + 22 * k + float(chance.uniform(-5, 5))
            run = [(x, y), (x - side * 26, y + 10 + 9 * k), (x - side * 52, y + 13 + 16 * k)]
            folds.append((smooth(run, closed=False, steps=6), 8, 2.6 if k % 2 else -3.0))
    return folds


def _sleeve_folds(side: int, frame: _Frame, long: bool) -> list[Fold]:
    x = CENTRE + side * (frame.shoulder + 10)
    folds: list[Fold] = []
    for k in range(5 if long else 2):
        y = frame.top + 72 + k * (52 if long else 18)
        shift = side * k * (8 if long else 5)
        folds.append(
            (
                [(x + shift - side * 26, y + 12), (x + shift + side * 18, y - 4 + 3 * (k % 2))],
                8,
                3.4 * (-1) ** k,
            )
        )
    return folds


def _neckline(cut: Cut, frame: _Frame) -> list[Point]:
    c, n, t = CENTRE, frame.neck, frame.top
    if cut.options.get("neck") == "v-neck":
        return [(c - n + 1, t - 8), (c + n - 1, t - 8), (c + n - 1, t), (c, t + 66), (c - n + 1, t)]
    deep = 58 if cut.options.get("neck") == "scoop" else 31
    return [(c - n + 1, t - 8), (c + n - 1, t - 8), *ellipse(c, t, n - 1, deep)[0:25]]


def _inside(canvas: Canvas, look: Look, frame: _Frame) -> None:
    """The back of the garment seen through the neck."""
    back = canvas.area(
        ellipse(CENTRE, frame.top + 2, frame.neck, 12), ellipse(CENTRE, frame.top + 22, frame.neck - 3, 38)
    )
    cloth(canvas, back, look, pattern="plain", dim=0.66, puff=9)
    label = canvas.area(rounded(CENTRE - 9, frame.top + 11, CENTRE + 9, frame.top + 22, 1.5))
    canvas.paint(label, (0.95, 0.94, 0.92), 0.92)


def _garment(
    canvas: Canvas, cut: Cut, look: Look, frame: _Frame, sleeves: tuple[float, float, float]
) -> Mask:
    """Body and sleeves with folds and the neck cut out; returns the body's mask."""
    reach, drop, cuff = sleeves
    long = drop > 150
    neck = _neckline(cut, frame)
    body = canvas.area(frame.body(), holes=[neck])
    arms = [canvas.area(frame.sleeve(side, reach, drop, cuff)) for side in (-1, 1)]
    for part in (body, *arms):
        canvas.cast(part, 3, 9, 10, 0.30)
    _inside(canvas, look, frame)
    block = "plain" if look.pattern == "colour-block" else None
    for side, arm in zip((-1, 1), arms, strict=True):
        tone = Look(look.accent, look.shade) if cut.options.get("sleeve") == "raglan" else look
        folds = _sleeve_folds(side, frame, long)
        cloth(canvas, arm, tone, folds, 15, pattern=block, turn=-side * (16 if long else 38))
        contact(canvas, body, arm, (side * 2, 3), blur=6, strength=0.22)
    cloth(canvas, body, look, _folds(cut, frame), 20)
    for side in (-1, 1):
        edge = [
            (CENTRE + side * (frame.shoulder - 1), frame.top + 26),
            (CENTRE + side * (frame.shoulder - 10), frame.top + 66),
            (CENTRE + side * (frame.chest - 1), frame.top + 103),
        ]
        seam(canvas, smooth(edge, closed=False), 1.3, 0.22, body)
    return body


def _rib(canvas: Canvas, cut: Cut, look: Look, frame: _Frame, width: float) -> None:
    """The knitted band around the neck."""
    outline = _neckline(cut, frame)[2:]
    trim = Look(look.accent, look.shade) if cut.options.get("sleeve") == "raglan" else look
    band = canvas.line(outline, width)
    cloth(canvas, band, trim, puff=width * 0.7, pattern="plain", dim=0.95)


def draw_t_shirt(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A T-shirt: short, raglan or long sleeves; round, scoop or V neck."""
    frame = _frame(cut)
    sleeves = (52.0, 232.0, 44.0) if cut["sleeve"] == "long" else (62.0, 98.0, 55.0)
    body = _garment(canvas, cut, look, frame, sleeves)
    _rib(canvas, cut, look, frame, 7)
    hem = [(CENTRE - 200, frame.bottom - 12), (CENTRE, frame.bottom - 6), (CENTRE + 200, frame.bottom - 12)]
    seam(canvas, smooth(hem, closed=False), 1.2, 0.22, body)


def draw_jumper(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A knitted jumper with ribbed cuffs and hem; round, V or roll neck."""
    frame = _frame(cut, 8)
    body = _garment(canvas, cut, look, frame, (58.0, 252.0, 46.0))
    c = CENTRE
    for k in range(-4, 5) if cut["knit"] == "cable" else ():
        x = c + k * 19.0
        wave = [
            (x + 4.5 * (-1) ** j, frame.top + 60.0 + 13 * j)
            for j in range(int((frame.bottom - frame.top - 80) / 13))
        ]
        canvas.paint(canvas.line(smooth(wave, closed=False, steps=4), 3.4).within(body), (0, 0, 0), 1, 0.13)
        canvas.paint(
            canvas.line(smooth([(a + 3.2, b) for a, b in wave], closed=False, steps=4), 2.2).within(body),
            (1, 1, 1),
            1,
            0.16,
        )
    for x0 in np.arange(c - 110, c + 110, 5.5).tolist():
        rib = canvas.line([(x0, frame.bottom - 26), (x0, frame.bottom + 6)], 1.8).within(body)
        canvas.paint(rib, (0, 0, 0), 1, 0.20)
    seam(canvas, [(c - 120, frame.bottom - 28), (c + 120, frame.bottom - 28)], 2.0, 0.25, body)
    for side in (-1, 1):
        out = frame.shoulder + 58
        y = frame.top + 26 + 252
        cuff = canvas.area(bar((c + side * (out - 23), y + 2), (c + side * (out - 20), y + 26), 46, 40))
        cloth(canvas, cuff, look, puff=8, pattern="plain", dim=0.96)
        for k in range(-3, 4):
            canvas.paint(
                canvas.line(
                    [(c + side * (out - 22) + k * 5.5, y + 7), (c + side * (out - 20) + k * 5, y + 24)], 1.7
                ),
                (0, 0, 0),
                1,
                0.18,
            )
    if cut["neck"] == "roll":
        roll = canvas.symmetric(
            [(c, 54), (c + 30, 56), (c + 44, 58, 1), (c + 47, 84), (c + 54, 102, 1)],
            [(c + 28, 116), (c, 120)],
        )
        canvas.cast(roll, 2, 6, 8, 0.25)
        contact(canvas, roll, body, (1, 5), blur=6, strength=0.3)
        cloth(canvas, roll, look, [([(c - 46, 86), (c, 94), (c + 46, 86)], 7, -4)], 12, pattern="plain")
    else:
        _rib(canvas, cut, look, frame, 12)


def _buttons(canvas: Canvas, x: float, ys: list[float], colour: Rgb, radius: float = 3.4) -> None:
    for y in ys:
        canvas.paint(canvas.area(ellipse(x + 0.6, y + 1.4, radius, radius)), (0, 0, 0), 1, 0.35)
        plate(canvas, canvas.area(ellipse(x, y, radius, radius)), colour, 2, gloss=0.5)
        canvas.paint(canvas.area(ellipse(x, y, radius * 0.3, radius * 0.3)), (0.2, 0.2, 0.2), 1, 0.6)


def draw_shirt(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A buttoned shirt with a collar; long or short sleeves, with or without a pocket."""
    frame = replace(_frame(cut), tail=26)
    long = cut["sleeve"] == "long"
    body = _garment(canvas, cut, look, frame, (54.0, 246.0, 42.0) if long else (60.0, 108.0, 56.0))
    c, t, b = CENTRE, frame.top, frame.bottom
    placket = canvas.area([(c - 9, t + 30), (c + 9, t + 30), (c + 9, b + 6), (c - 9, b + 6)]).within(body)
    contact(canvas, placket, body, (2, 0), blur=2, strength=0.28)
    cloth(canvas, placket, look, puff=3, depth=0.6)
    if long:
        for side in (-1, 1):
            out, y = frame.shoulder + 54, t + 26 + 246
            cuff = canvas.area(
                bar((c + side * (out - 20.5), y - 12), (c + side * (out - 19), y + 15), 43, 42)
            )
            cloth(canvas, cuff, look, puff=6, turn=-side * 10)
            seam(canvas, [(c + side * out, y - 15), (c + side * (out - 42), y - 4)], 1.3, 0.3)
    if cut["pocket"] == "pocket":
        pocket = canvas.area(
            [(c + 26, t + 92), (c + 66, t + 92), (c + 66, t + 132), (c + 46, t + 142), (c + 26, t + 132)]
        )
        contact(canvas, pocket, body, (1, 2), blur=2, strength=0.25)
        cloth(canvas, pocket, look, puff=2, depth=0.5)
    for side in (-1, 1):
        wing: list[tuple[float, ...]] = knots(
            [(1, t + 36, 1), (38, t - 12, 1), (46, t - 12, 1), (50, t + 10), (60, t + 44, 1)],
            [(28, t + 60, 1)],
        )
        leaf = canvas.area(smooth([(c + side * p[0], *p[1:]) for p in wing]))
        contact(canvas, leaf, body, (1, 4), blur=4, strength=0.38)
        canvas.cast(leaf, 2, 5, 6, 0.2)
        cloth(canvas, leaf, look, puff=6, turn=side * 32)
    white = (0.96, 0.95, 0.92) if look.shade.name != "white" else (0.75, 0.77, 0.80)
    _buttons(canvas, c, [t + 46 + k * (b - t - 80) / 6 for k in range(7)], white)


def draw_jacket(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A jacket: blazer with lapels, zipped bomber, or padded with quilting."""
    frame = _frame(cut, 12)
    style = cut["style"]
    body = _garment(canvas, cut, look, frame, (56.0, 262.0, 48.0))
    c, t, b = CENTRE, frame.top, frame.bottom
    if style == "blazer":
        _lapels(canvas, look, body, frame)
    else:
        if style == "padded":
            for k in range(1, 9):
                y = t + 34 + k * (b - t - 40) / 8.6
                run = smooth([(c - 130, y), (c, y + 7), (c + 130, y)], closed=False)
                for shift, tone, opacity in ((0, 0.0, 0.38), (4, 0.0, 0.12), (9, 1.0, 0.16), (15, 1.0, 0.07)):
                    stroke = canvas.line([(p, q + shift) for p, q in run], 4).within(body)
                    canvas.paint(stroke, (tone, tone, tone), 1, opacity)
        collar = canvas.symmetric(
            [(c, t - 8), (c + 30, t - 14), (c + 50, t - 14, 1), (c + 56, t + 16, 1)],
            [(c + 30, t + 32), (c, t + 38)],
        )
        contact(canvas, collar, body, (1, 5), blur=5, strength=0.35)
        trim = Look(look.accent, look.shade) if style == "bomber" else look
        cloth(canvas, collar, trim, puff=9, pattern="plain")
        if style == "bomber":
            band = canvas.area(
                [(c - 150, b - 22), (c + 150, b - 22), (c + 150, b + 12), (c - 150, b + 12)]
            ).within(body)
            cloth(canvas, band, trim, puff=7, pattern="plain")
        metal = METALS[1]
        canvas.paint(canvas.line([(c, t - 6), (c, b)], 7), (0.1, 0.1, 0.12), 1, 0.55)
        plate(canvas, canvas.line([(c, t - 6), (c, b)], 3.6), metal, 2, gloss=0.4)
        plate(canvas, canvas.area(rounded(c - 4, t + 34, c + 4, t + 52, 3)), metal, 2, gloss=0.8)
    for side in (-1, 1):
        slant = (
            [(c + side * 40, b - 92), (c + side * 72, b - 108)]
            if style != "blazer"
            else [(c + side * 36, b - 96), (c + side * 78, b - 98)]
        )
        seam(canvas, slant, 3.2, 0.5, body)
    y = t + 26 + 262
    for side in (-1, 1):
        out = frame.shoulder + 56
        if style == "bomber":
            cuff = canvas.area(bar((c + side * (out - 24), y - 4), (c + side * (out - 22), y + 20), 49, 44))
            cloth(canvas, cuff, Look(look.accent, look.shade), puff=7, pattern="plain")
        elif style == "blazer":
            _buttons(canvas, c + side * (out - 10), [y - 22.0, y - 11], (0.2, 0.17, 0.15), 2.8)


def _lapels(canvas: Canvas, look: Look, body: Mask, frame: _Frame) -> None:
    c, t, b = CENTRE, frame.top, frame.bottom
    shirt = canvas.area([(c - 38, t - 2), (c + 38, t - 2), (c + 3, t + 172), (c - 3, t + 172)])
    plate(canvas, shirt, (0.96, 0.96, 0.97), 8)
    for side in (-1, 1):
        points = knots(
            [(40, t - 14, 1), (56, t + 34, 1), (70, t + 52, 1), (62, t + 74, 1)],
            [(34, t + 126), (-4, t + 182, 1), (16, t + 90), (37, t + 10, 1)],
        )
        lapel = canvas.area(smooth([(c + side * p[0], *p[1:]) for p in points]))
        contact(canvas, lapel, body, (2, 3), blur=4, strength=0.4)
        cloth(canvas, lapel, look, puff=5, turn=side * 20)
        collar = canvas.area(
            smooth(
                [
                    (c + side * p[0], *p[1:])
                    for p in [(34, t - 20, 1), (46, t - 10), (72, t + 40, 1), (54, t + 44, 1), (36, t + 4)]
                ]
            )
        )
        cloth(canvas, collar, look, puff=5, turn=side * 40, dim=0.93)
    seam(
        canvas,
        smooth([(c + 1, t + 178), (c + 2, (t + b) / 2 + 80), (c + 14, b + 3)], closed=False),
        2.2,
        0.5,
        body,
    )
    _buttons(canvas, c + 5, [t + 196.0, t + 240], (0.22, 0.18, 0.15), 5)
    canvas.paint(canvas.line([(c + 44, t + 104), (c + 72, t + 100)], 4).within(body), (0, 0, 0), 1, 0.28)


_ADULTS = ("women", "men", "unisex")

KINDS = (
    Kind(
        "T-shirts",
        "T-shirt",
        "Clothing > Tops > T-shirts",
        draw_t_shirt,
        {"sleeve": ("short", "short", "short", "long", "raglan"), "neck": ("crew", "v-neck", "scoop")},
        (12, 39),
        ("cotton", "organic cotton", "cotton jersey"),
        ("plain", "plain", "stripes", "dots", "floral", "gradient", "colour-block"),
        genders=_ADULTS,
        weight=1.3,
    ),
    Kind(
        "Shirts",
        "shirt",
        "Clothing > Tops > Shirts",
        draw_shirt,
        {"sleeve": ("long", "long", "short"), "pocket": ("pocket", "no pocket")},
        (29, 79),
        ("cotton poplin", "linen", "oxford cotton", "flannel"),
        ("plain", "plain", "pinstripes", "checks", "dots", "floral", "stripes"),
        genders=_ADULTS,
        weight=1.2,
    ),
    Kind(
        "Jumpers",
        "jumper",
        "Clothing > Tops > Jumpers",
        draw_jumper,
        {"neck": ("crew", "roll", "v-neck"), "knit": ("fine", "cable")},
        (39, 119),
        ("lambswool", "merino", "cotton knit"),
        ("plain", "plain", "stripes", "colour-block", "gradient"),
        genders=_ADULTS,
    ),
    Kind(
        "Jackets",
        "jacket",
        "Clothing > Outerwear > Jackets",
        draw_jacket,
        {"style": ("blazer", "bomber", "padded")},
        (69, 249),
        ("wool blend", "cotton twill", "recycled nylon"),
        ("plain", "plain", "plain", "checks", "pinstripes"),
        (
            "black",
            "navy",
            "charcoal",
            "grey",
            "olive",
            "forest",
            "burgundy",
            "tan",
            "beige",
            "mustard",
            "red",
            "cobalt",
            "sage",
            "purple",
            "rose",
        ),
        genders=_ADULTS,
        weight=1.1,
    ),
)
