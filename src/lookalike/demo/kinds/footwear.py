"""Sneakers, boots and heels, seen from the side."""

from __future__ import annotations

from lookalike.demo.canvas import Canvas, Mask, Point, Rgb, bar, ellipse, knots, smooth, toned
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.palette import LEATHERS
from lookalike.demo.surfaces import cloth, contact, plate, seam

_RUBBER = (0.95, 0.94, 0.92)


def laces(canvas: Canvas, start: Point, end: Point, count: int, *, width: float, colour: Rgb) -> None:
    """Short bands across the throat of a shoe, from its top to its toe."""
    for k in range(count):
        t = (k + 0.5) / count
        x, y = start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t
        stroke = [(x - width * 0.62, y - width * 0.34), (x + width * 0.30, y + width * 0.42)]
        canvas.paint(canvas.line([(a + 1, b + 3) for a, b in stroke], 6.5), (0, 0, 0), 1, 0.28)
        plate(canvas, canvas.line(stroke, 6), colour, 3)


def draw_sneaker(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A trainer with a rubber sole, low or high; the side panel differs."""
    high = cut["height"] == "high"
    lift = 74.0 if high else 0.0
    thick = 30.0 + 7 * cut.width if cut["sole"] == "thick" else 22.0
    canvas.ground(200, 350 + thick - 26, 168, 9, 0.6)
    trim = Look(look.accent, look.shade)
    upper = _sneaker_upper(canvas, look, lift)
    _panels(canvas, cut, look, upper, lift)
    seam(canvas, smooth([(300, 214 - lift), (296, 262), (280, 332)], closed=False), 1.2, 0.25, upper)
    thread = _RUBBER if look.shade.name != "white" else (0.86, 0.86, 0.88)
    laces(canvas, (240, 196 - lift), (166, 254), 6 if high else 4, width=34, colour=thread)
    _sole(canvas, upper, thick, trim if cut["sole"] == "thick" else None)


def _sneaker_upper(canvas: Canvas, look: Look, lift: float) -> Mask:
    """Lining, tongue and upper of a sneaker; returns the upper."""
    lining = canvas.inside(
        [(234, 176 - lift, 1), (290, 170 - lift), (345, 184 - lift, 1), (330, 232), (250, 236)]
    )
    plate(canvas, lining, toned(look.accent.rgb, 0.55, 0.06), 10)
    tongue = canvas.inside(
        [(150, 240, 1), (206, 176 - lift), (232, 146 - lift), (254, 152 - lift)],
        [(250, 200 - lift, 1), (190, 262, 1)],
    )
    cloth(canvas, tongue, look, puff=9, pattern="plain", dim=0.93)
    upper = canvas.inside(
        [(348, 184 - lift, 1), (336, 204 - lift), (300, 214 - lift * 0.96)],
        [(246, 192 - lift, 1), (205, 220 - lift * 0.5), (168, 246), (120, 258), (76, 276)],
        [(46, 308), (46, 338, 1), (352, 338, 1), (360, 290), (349, 240 - lift * 0.4)],
    )
    contact(canvas, upper, tongue, (-2, -3), blur=5, strength=0.3)
    cloth(
        canvas,
        upper,
        look,
        [(smooth([(128, 262), (150, 284), (152, 308)], closed=False), 8, -3)],
        20,
        gloss=0.08,
    )
    return upper


def _panels(canvas: Canvas, cut: Cut, look: Look, upper: Mask, lift: float) -> None:
    """Eyestay, heel, side panel and toe cap, sewn onto the upper."""
    trim = Look(look.accent, look.shade)
    eyestay = canvas.inside(
        [(246, 192 - lift, 1), (262, 206 - lift), (246, 236 - lift * 0.6), (196, 274)],
        [(158, 270, 1), (166, 246, 1), (205, 220 - lift * 0.5)],
    ).within(upper)
    contact(canvas, eyestay, upper, (1, 2), blur=3, strength=0.3)
    cloth(canvas, eyestay, trim, puff=6, pattern="plain")
    heel = canvas.inside(
        [(349, 186 - lift, 1), (330, 208 - lift, 1), (320, 268), (296, 336, 1), (362, 338, 1), (360, 280)]
    ).within(upper)
    contact(canvas, heel, upper, (-2, 2), blur=3, strength=0.3)
    cloth(canvas, heel, trim, puff=8, pattern="plain", gloss=0.1)
    if cut["side"] == "bars":
        for k in range(2):
            stripe = canvas.area(bar((262 - 24 * k, 248), (246 - 26 * k, 328), 12)).within(upper)
            cloth(canvas, stripe, trim, puff=3, pattern="plain")
    elif cut["side"] == "wave":
        wave = canvas.line(smooth([(300, 276), (250, 296), (190, 288), (140, 312)], closed=False), 12).within(
            upper
        )
        cloth(canvas, wave, trim, puff=4, pattern="plain")
    toe = canvas.inside([(96, 268, 1), (112, 296), (104, 338, 1), (40, 338, 1), (44, 304), (66, 282)]).within(
        upper
    )
    if cut["toe"] == "cap":
        contact(canvas, toe, upper, (2, 0), blur=3, strength=0.3)
        plate(canvas, toe, _RUBBER, 12)


def _sole(canvas: Canvas, upper: Mask, thick: float, trim: Look | None) -> None:
    sole = canvas.inside(
        [(38, 322), (50, 316, 1), (200, 324), (354, 316, 1), (364, 326)],
        [(362, 320 + thick), (350, 326 + thick, 1), (200, 328 + thick)],
        [(80, 328 + thick, 1), (48, 318 + thick)],
    )
    contact(canvas, sole, upper, (0, -3), blur=4, strength=0.35)
    plate(canvas, sole, _RUBBER, 7)
    line = canvas.line(smooth([(40, 331), (200, 337), (362, 331)], closed=False), 2.0).within(sole)
    colour = trim.shade.rgb if trim else (0.55, 0.55, 0.56)
    canvas.paint(line, colour, 1, 0.8)
    tread = canvas.line(
        smooth([(56, 324 + thick), (80, 327 + thick), (200, 327 + thick), (354, 324 + thick)], closed=False),
        5,
    ).within(sole)
    canvas.paint(tread, (0.45, 0.40, 0.36), 1, 0.85)


def draw_boot(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A boot: ankle or knee high; laced, elastic-sided or plain; flat or block heel."""
    knee = cut["height"] == "knee"
    top = 62.0 if knee else 158.0 + 8 * cut.length
    base = 400.0
    heel = 44.0 if cut["heel"] == "block" else 24.0
    canvas.ground(205, base + 3, 150, 8, 0.6)
    mouth = canvas.area(ellipse(262, top + 3, 64, 9, -3))
    plate(canvas, mouth, (0.20, 0.16, 0.14), 5)
    shaft = 64 if knee else 58
    boot = canvas.inside(
        [(262 + shaft, top, 1), (262 + shaft - 4, top + 60), (316, 300), (334, 352)],
        [(336, base - heel + 3, 1), (270, base - heel + 4, 1), (200, base - 12, 1)],
        [(49, base - 11, 1), (50, base - 30), (70, base - 62), (128, base - 88)],
        [(188, 294), (204, 262), (262 - shaft + (0 if knee else 4), top + 50)],
        [(262 - shaft, top + 4, 1), (262, top + 10)],
    )
    folds = [
        (smooth([(206, 290), (250, 304), (318, 290)], closed=False), 11, -5.0),
        (smooth([(206, 272), (256, 282), (314, 268)], closed=False), 11, 4.0),
        (smooth([(150, 320), (178, 338), (180, 372)], closed=False), 10, -3.5),
        (smooth([(214, 318), (262, 328), (322, 312)], closed=False), 10, 3.0),
    ]
    cloth(canvas, boot, look, folds, 24, gloss=0.28, depth=0.95, grain=0.008)
    _boot_details(canvas, cut, look, boot, top)
    seam(canvas, smooth([(312, 300), (270, 330), (262, 388)], closed=False), 1.3, 0.3, boot)
    _boot_sole(canvas, look, base, heel)


def _boot_details(canvas: Canvas, cut: Cut, look: Look, boot: Mask, top: float) -> None:
    """What closes a boot: an elastic gusset, laces, or a strap with a buckle."""
    style = cut["style"]
    if style == "elastic":
        gusset = canvas.inside(
            [(246, top + 12, 1), (290, top + 12, 1), (286, top + 80), (268, 296), (252, top + 80)]
        ).within(boot)
        plate(canvas, gusset, toned(look.shade.rgb, 0.55), 6)
        for k in range(6):
            x = 250 + 7 * k
            canvas.paint(
                canvas.line([(x, top + 8), (262 + (x - 268) * 0.4, 296)], 1.2).within(gusset),
                (0, 0, 0),
                1,
                0.3,
            )
        plate(
            canvas,
            canvas.area(bar((325, top - 16), (326, top + 16), 11)),
            toned(look.shade.rgb, 0.8),
            4,
        )
    elif style == "laced":
        laces(
            canvas,
            (230, top + 24),
            (188, 308),
            9 if cut["height"] == "knee" else 6,
            width=32,
            colour=(0.30, 0.24, 0.18) if look.shade.name != "black" else (0.45, 0.43, 0.40),
        )
        seam(
            canvas,
            smooth([(240, top + 10), (238, 250), (196, 330), (190, 384)], closed=False),
            1.6,
            0.4,
            boot,
        )
    else:
        strap = canvas.area(bar((188, 262), (330, 276), 16)).within(boot)
        contact(canvas, strap, boot, (0, 3), blur=3, strength=0.35)
        cloth(canvas, strap, look, puff=5, dim=0.9, gloss=0.2)
        plate(
            canvas,
            canvas.area(ellipse(284, 272, 13, 13), holes=[ellipse(284, 272, 8, 8)]),
            (0.80, 0.70, 0.45),
            3,
            gloss=0.7,
        )


def _boot_sole(canvas: Canvas, look: Look, base: float, heel: float) -> None:
    sole = canvas.inside(
        [(48, base - 20, 1), (64, base - 13), (200, base - 15, 1)],
        [(268, base - heel + 1, 1), (340, base - heel, 1), (336, base, 1), (282, base, 1)],
        [(276, base - heel + 13, 1), (206, base, 1), (70, base, 1), (48, base - 8)],
    )
    plate(canvas, sole, (0.17, 0.14, 0.13) if look.shade.name != "brown" else (0.28, 0.18, 0.12), 4)
    canvas.paint(
        canvas.line(
            smooth(
                [(52, base - 16), (200, base - 13), (268, base - heel + 2), (336, base - heel + 1)],
                closed=False,
            ),
            1.4,
        ),
        (0.8, 0.7, 0.5),
        1,
        0.55,
    )


def draw_heel(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A court shoe: stiletto, block or kitten heel; open, with an ankle strap or a bow."""
    rise = {"stiletto": 118.0, "block": 88.0, "kitten": 56.0}[cut["heel"]] + 5 * cut.length
    base = 356.0
    seat = base - rise
    canvas.ground(128, base + 3, 84, 6, 0.55)
    canvas.ground(336, base + 3, 22 if cut["heel"] != "block" else 34, 5, 0.55)
    post = (
        (18.0, 11.0)
        if cut["heel"] == "stiletto"
        else ((46.0, 44.0) if cut["heel"] == "block" else (26.0, 15.0))
    )
    x = 346.0
    _heel_post(canvas, look, (x, seat, rise, base), post)
    _court(canvas, look, (x, seat, rise, base))
    _heel_detail(canvas, cut, look, (x, seat, base))


def _heel_post(
    canvas: Canvas, look: Look, at: tuple[float, float, float, float], post: tuple[float, float]
) -> None:
    """The heel under the seat of a shoe, ``post`` wide at its top and its tip."""
    x, seat, rise, base = at
    tip = x - 4
    heel = canvas.inside(
        [(x + 6, seat - 20, 1), (tip + post[0] * 0.22, seat + rise * 0.45)],
        [(tip + post[1] / 2, base, 1), (tip - post[1] / 2, base, 1)],
        [(tip - post[0] * 0.7, seat + rise * 0.45)],
        [(x - 64 - post[0] * 0.3, seat + 12, 1)],
    )
    cloth(canvas, heel, look, puff=8, gloss=0.3, dim=0.86, pattern="plain")
    canvas.paint(canvas.area(bar((tip, base - 5), (tip, base + 1), post[1] + 1)), (0.1, 0.1, 0.1))


def _court(canvas: Canvas, look: Look, at: tuple[float, float, float, float]) -> None:
    """The body of a court shoe: lining, upper and the edge of its sole."""
    x, seat, rise, base = at
    inside = canvas.inside(
        [(x + 4, seat - 62, 1), (x - 60, seat - 30), (200, base - 70 - rise * 0.12)],
        [(110, base - 48), (98, base - 38, 1), (200, base - 34 - rise * 0.2)],
        [(x - 40, seat - 4)],
    )
    plate(canvas, inside, (0.80, 0.67, 0.53), 10, dim=0.9)
    shoe = canvas.inside(
        [(x + 3, seat - 66, 1), (x + 10, seat - 34), (x + 6, seat + 2)],
        [(x - 30, seat + 14), (250, base - rise * 0.46), (180, base - 12)],
        [(130, base - 2), (60, base - 3), (30, base - 12, 1), (52, base - 32)],
        [(94, base - 50), (122, base - 56, 1), (150, base - 36 - rise * 0.02)],
        [(210, base - 42 - rise * 0.22), (x - 50, seat - 26), (x - 14, seat - 56)],
    )
    contact(canvas, shoe, inside, (0, -4), blur=5, strength=0.3)
    cloth(canvas, shoe, look, puff=15, gloss=0.75, depth=1.0, grain=0)
    edge = smooth(
        knots(
            [(x + 8, seat - 2), (x - 30, seat + 12), (250, base - rise * 0.46 - 1)],
            [(180, base - 13), (130, base - 3), (60, base - 4), (32, base - 11)],
        ),
        closed=False,
    )
    canvas.paint(canvas.line(edge, 4), (0.22, 0.15, 0.11))


def _heel_detail(canvas: Canvas, cut: Cut, look: Look, at: tuple[float, float, float]) -> None:
    """An ankle strap or a bow."""
    x, seat, base = at
    if cut["detail"] == "strap":
        strap = canvas.line(
            smooth(
                knots(
                    [(x + 3, seat - 62), (x - 30, seat - 100), (x - 82, seat - 104)],
                    [(x - 108, seat - 74), (x - 84, seat - 50), (x - 30, seat - 56)],
                    [(x + 3, seat - 62)],
                ),
                closed=False,
            ),
            8,
        )
        cloth(canvas, strap, look, puff=4, pattern="plain", gloss=0.3)
        plate(
            canvas,
            canvas.area(ellipse(x - 98, seat - 62, 8, 8), holes=[ellipse(x - 98, seat - 62, 4, 4)]),
            (0.82, 0.72, 0.45),
            2,
            gloss=0.7,
        )
    elif cut["detail"] == "bow":
        for side in (-1, 1):
            wing = canvas.inside(
                [(116, base - 56), (116 + side * 26, base - 72), (116 + side * 30, base - 46)]
            )
            cloth(canvas, wing, Look(look.accent, look.shade), puff=6, pattern="plain")
        cloth(
            canvas,
            canvas.area(ellipse(116, base - 57, 7, 8)),
            Look(look.accent, look.shade),
            puff=4,
            pattern="plain",
        )


KINDS = (
    Kind(
        "Sneakers",
        "sneakers",
        "Shoes > Sneakers",
        draw_sneaker,
        {
            "height": ("low", "low", "high"),
            "sole": ("thin", "thick"),
            "side": ("bars", "wave", "plain"),
            "toe": ("cap", "soft"),
        },
        (49, 139),
        ("canvas", "suede", "recycled mesh"),
        ("plain", "plain", "plain", "plain", "checks", "dots", "floral"),
        genders=("women", "men", "unisex"),
        standing=True,
        weight=1.2,
    ),
    Kind(
        "Boots",
        "boots",
        "Shoes > Boots",
        draw_boot,
        {
            "height": ("ankle", "ankle", "knee"),
            "heel": ("flat", "block"),
            "style": ("elastic", "laced", "buckle"),
        },
        (79, 229),
        ("leather", "suede", "vegan leather"),
        ("plain",),
        LEATHERS,
        ("women", "men"),
        standing=True,
    ),
    Kind(
        "Heels",
        "heels",
        "Shoes > Heels",
        draw_heel,
        {"heel": ("stiletto", "block", "kitten"), "detail": ("plain", "strap", "bow")},
        (59, 179),
        ("patent leather", "suede", "satin"),
        ("plain", "plain", "plain", "plain", "dots", "floral"),
        genders=("women",),
        standing=True,
    ),
)
