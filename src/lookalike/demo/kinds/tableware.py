"""Mugs, teapots, vases and table lamps: things turned on a wheel."""

from __future__ import annotations

import numpy as np

from lookalike.demo.canvas import Canvas, Point, ellipse, knots, smooth, toned
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.palette import GLAZES, METALS, SHADES
from lookalike.demo.surfaces import cloth, contact, plate, turned

C = 200.0


def _mouth(
    canvas: Canvas, at: Point, radius: float, look: Look, *, flat: float = 0.17, fill: str = ""
) -> None:
    """The round opening of a pot seen from slightly above, with its rim, dark or full of tea."""
    x, y = at
    rim = canvas.area(ellipse(x, y, radius, radius * flat))
    tone = toned(look.shade.rgb, 0.5, 0.5)
    plate(canvas, rim, tone, 3, gloss=0.3)
    hollow = canvas.area(ellipse(x, y + 0.6, radius - 4, radius * flat - 2.2))
    gx, _ = canvas.grid(hollow)
    inside = toned(look.shade.rgb, 0.62, 0.08)
    canvas.paint(
        hollow,
        inside,
        np.broadcast_to(
            0.55 + 0.40 * np.clip((gx - x) / radius * 0.5 + 0.5, 0, 1), hollow.alpha.shape
        ).astype(np.float32),
    )
    if fill:
        tea = canvas.area(
            ellipse(x, y + radius * flat * 0.30, radius - 9, (radius * flat - 3) * 0.78)
        ).within(hollow)
        plate(canvas, tea, (0.30, 0.17, 0.09) if fill == "coffee" else (0.62, 0.36, 0.14), 3, gloss=0.3)


def draw_mug(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A mug: straight, tapered, rounded or flared; its handle to the right."""
    shape = cut["shape"]
    tall = 34 * cut.length + (20 if shape == "straight" else 0)
    x, base, r = 178.0, 378.0, 92.0 + 6 * cut.width
    top = base - 178 - tall
    profiles: dict[str, list[tuple[float, float]]] = {
        "straight": [(top, r), (base - 14, r), (base, r - 9)],
        "tapered": [(top, r + 6), ((top + base) / 2, r - 6), (base - 8, r - 24), (base, r - 30)],
        "round": [(top, r - 10), (top + 60, r + 4), (base - 60, r + 6), (base - 16, r - 24), (base, r - 40)],
        "flared": [(top, r + 10), (top + 40, r - 6), (base - 60, r - 10), (base - 10, r - 8), (base, r - 16)],
    }
    profile = profiles[shape]
    canvas.ground(x + 8, base + 5, r * 0.98, 11, 0.65)
    mid = (top + base) / 2
    big = 1.12 if cut["handle"] == "large" else 0.88
    loop = smooth(
        knots(
            [(x + r - 14, mid - 56 * big), (x + r + 28 * big, mid - 62 * big)],
            [(x + r + 62 * big, mid - 26 * big), (x + r + 52 * big, mid + 30 * big)],
            [(x + r - 16, mid + 66 * big)],
        ),
        closed=False,
    )
    handle = canvas.line(loop, 19)
    canvas.cast(handle, 3, 8, 8, 0.2)
    trim = Look(look.accent, look.shade) if cut["trim"] == "contrast" else look
    plate(canvas, handle, trim.shade.rgb, 9, gloss=0.6, depth=1.0)
    block = look.pattern
    turned(canvas, x, profile, look, bulge=0.16, gloss=0.8, pattern=block)
    if cut["trim"] == "contrast":
        rim = [(top, profile[0][1]), (top + 9, profile[0][1])]
        turned(canvas, x, rim, trim, bulge=0.16, gloss=0.6, pattern="plain")
    _mouth(canvas, (x, top), profile[0][1], look, fill=("coffee", "tea", "")[cut.seed % 3])


def draw_teapot(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A teapot: round, squat or tall, with spout, lid and handle."""
    shape = cut["shape"]
    base = 382.0
    high, r = {"round": (172.0, 104.0), "squat": (138.0, 108.0), "tall": (220.0, 90.0)}[shape]
    r += 5 * cut.width
    top, mid = base - high, base - high * 0.52
    x = 206.0
    canvas.ground(x, base + 4, r * 0.86, 10, 0.65)
    loop = smooth(
        [
            (x + r * 0.72, mid - high * 0.30),
            (x + r + 40, mid - high * 0.36),
            (x + r + 58, mid),
            (x + r * 0.82, mid + high * 0.28),
        ],
        closed=False,
    )
    trim = Look(look.accent, look.shade) if cut["trim"] == "contrast" else look
    plate(canvas, canvas.line(loop, 17), trim.shade.rgb, 8, gloss=0.6, depth=1.0)
    spout = canvas.inside(
        [(x - r * 0.72, mid + high * 0.26, 1), (x - r - 22, mid + high * 0.06)],
        [(x - r - 52, top + 8), (x - r - 66, top - 2, 1), (x - r - 40, top - 10, 1)],
        [(x - r - 18, mid - high * 0.20), (x - r * 0.66, mid - high * 0.22, 1)],
    )
    cloth(canvas, spout, look, puff=14, gloss=0.6, grain=0, pattern="plain", depth=1.0)
    body: list[tuple[float, ...]] = knots(
        [(top, r * 0.50), (top + high * 0.16, r * 0.80), (mid, r)],
        [(base - high * 0.16, r * 0.82), (base - 4, r * 0.56), (base, r * 0.54)],
    )
    mask = turned(canvas, x, body, look, bulge=0.10, gloss=0.85)
    contact(canvas, spout, mask, (3, 3), blur=7, strength=0.22)
    lid: list[tuple[float, ...]] = [
        (top - 30, 5),
        (top - 24, r * 0.24),
        (top - 8, r * 0.48),
        (top + 3, r * 0.54),
    ]
    contact(canvas, canvas.area(ellipse(x, top + 6, r * 0.52, 9)), mask, (0, 3), blur=4, strength=0.4)
    turned(canvas, x, lid, trim, bulge=0.13, gloss=0.7, pattern="plain")
    turned(
        canvas,
        x,
        [(top - 54, 3), (top - 48, 11), (top - 38, 10), (top - 29, 5)],
        trim,
        bulge=0.2,
        gloss=0.7,
        pattern="plain",
    )


def draw_vase(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A vase: bottle, amphora, cylinder, bulb or trumpet; some hold dried stems."""
    base, w = 440.0, 1 + 0.10 * cut.width
    top = 168.0 - 14 * cut.length
    h = base - top
    outline: dict[str, list[tuple[float, float]]] = {
        "bottle": [(0, 26), (0.30, 22), (0.46, 52), (0.68, 86), (0.90, 70), (1, 56)],
        "amphora": [(0, 44), (0.10, 36), (0.34, 84), (0.60, 78), (0.90, 44), (1, 42)],
        "cylinder": [(0, 58), (0.5, 62), (0.95, 60), (1, 54)],
        "bulb": [(0, 40), (0.10, 38), (0.36, 82), (0.62, 102), (0.88, 78), (1, 56)],
        "trumpet": [(0, 82), (0.22, 56), (0.60, 38), (0.90, 54), (1, 60)],
    }
    profile = [(top + t * h, r * w) for t, r in outline[cut["shape"]]]
    canvas.ground(C, base + 3, profile[-1][1] * 1.25, 10, 0.65)
    if cut["stems"] == "stems":
        _stems(canvas, cut, look, top, profile[0][1])
    turned(canvas, C, profile, look, bulge=0.14, gloss=0.85 if cut["finish"] == "glossy" else 0.12)
    if cut["stems"] == "stems":
        return
    _mouth(canvas, (C, top), profile[0][1], look, flat=0.19)


def _stems(canvas: Canvas, cut: Cut, look: Look, top: float, radius: float) -> None:
    """A bunch of leafy stems; on every other style each carries a bloom."""
    chance = cut.chance()
    green = (0.42, 0.56, 0.36) if cut.seed % 2 else (0.50, 0.60, 0.46)
    petals = (
        toned(look.accent.rgb, 0.9, 0.08) if look.accent.basic not in {"black", "grey"} else (0.93, 0.6, 0.62)
    )
    for k in range(7):
        t = k / 6 * 2 - 1
        x1, y1 = C + t * 84 + float(chance.uniform(-8, 8)), top - 92 - (1 - t * t) * 34
        y1 += float(chance.uniform(-10, 10))
        run = smooth([(C + t * radius * 0.6, top + 20), (C + t * 34, top - 46), (x1, y1)], closed=False)
        canvas.paint(canvas.line(run, 2.2), toned(green, 0.8))
        for j in range(1, 6):
            x, y = run[-1 - j * 2]
            side = 1 if j % 2 else -1
            plate(canvas, canvas.area(ellipse(x + 6 * side, y, 4.6, 10, 40 * side)), green, 3)
        if cut.seed % 3:
            for turn in range(5):
                a = float(np.radians(72 * turn + 20 * k))
                petal = ellipse(
                    x1 + 8 * float(np.cos(a)), y1 + 8 * float(np.sin(a)), 8.5, 6, 72 * turn + 20 * k
                )
                plate(canvas, canvas.area(petal), petals, 4)
            plate(canvas, canvas.area(ellipse(x1, y1, 4.5, 4.5)), (0.93, 0.76, 0.30), 2)


def draw_lamp(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A table lamp: drum, cone or dome shade in the look's colour; a ceramic, wood or metal foot."""
    base, cap = 452.0, 62.0 - 4 * cut.length
    low = 232.0
    wide = 108.0 + 7 * cut.width
    up = {"drum": wide * 0.86, "cone": wide * 0.46, "dome": wide * 0.30}[cut["shade"]]
    canvas.ground(C, base + 3, 66, 9, 0.65)
    foot = {
        "ceramic": Look(look.accent, look.shade),
        "wood": Look(SHADES["tan"], look.shade),
        "metal": Look(SHADES["mustard"], look.shade),
    }[cut["foot"]]
    if cut["foot"] == "ceramic":
        profile: list[tuple[float, ...]] = knots(
            [(low - 20, 9), (low + 22, 12), (low + 60, 40), (low + 130, 60), (base - 30, 44)],
            [(base - 8, 48), (base, 48)],
        )
        turned(canvas, C, profile, foot, bulge=0.12, gloss=0.8, pattern="plain")
    elif cut["foot"] == "wood":
        profile = knots(
            [(low - 20, 8), (low + 40, 10), (low + 70, 22), (low + 92, 12), (low + 130, 24)],
            [(base - 42, 13), (base - 20, 50, 1), (base, 54)],
        )
        turned(canvas, C, profile, foot, bulge=0.14, gloss=0.25, pattern="plain")
    else:
        plate(
            canvas,
            canvas.area([(C - 5, low - 20), (C + 5, low - 20), (C + 5, base - 10), (C - 5, base - 10)]),
            METALS[cut.seed % 3],
            4,
            gloss=0.6,
        )
        metal = METALS[cut.seed % 3]
        disc = canvas.area(ellipse(C, base - 6, 62, 13))
        plate(canvas, disc, toned(metal, 0.8), 4)
        plate(canvas, canvas.area(ellipse(C, base - 11, 62, 13)), metal, 8, gloss=0.4)
    shade: list[tuple[float, ...]]
    if cut["shade"] == "dome":
        shade = [(cap, up), (cap + 26, wide * 0.66), (cap + 80, wide * 0.93), (low, wide)]
    else:
        shade = [(cap, up), ((cap + low) / 2, (up + wide) / 2), (low, wide)]
    inner = canvas.area(ellipse(C, low, wide, wide * 0.13))
    canvas.paint(inner, (0.98, 0.90, 0.70), 1.0)
    turned(
        canvas, C, shade, look, bulge=0.10, gloss=0.0, glow=0.22 if cut["light"] == "lit" else 0.0, depth=0.75
    )
    for y, r in ((low - 3, wide), (cap + 3, up)):
        arc = [(C + r * float(np.cos(a)), y + r * 0.10 * float(np.sin(a))) for a in np.linspace(0, np.pi, 24)]
        canvas.paint(canvas.line(arc, 2.4), (0, 0, 0), 1, 0.18)
    if cut["shade"] == "drum":
        lid = canvas.area(ellipse(C, cap, up, up * 0.10))
        plate(canvas, lid, toned(look.shade.rgb, 0.55, 0.40), 3)


_POTTERY = ("plain", "plain", "plain", "stripes", "dots", "checks", "floral", "colour-block", "gradient")

KINDS = (
    Kind(
        "Mugs",
        "mug",
        "Home > Tableware > Mugs",
        draw_mug,
        {
            "shape": ("straight", "tapered", "round", "flared"),
            "handle": ("large", "small"),
            "trim": ("tonal", "contrast"),
        },
        (8, 24),
        ("stoneware", "porcelain", "bone china"),
        _POTTERY,
        GLAZES,
        standing=True,
        weight=1.2,
    ),
    Kind(
        "Teapots",
        "teapot",
        "Home > Tableware > Teapots",
        draw_teapot,
        {"shape": ("round", "squat", "tall"), "trim": ("tonal", "contrast")},
        (29, 79),
        ("stoneware", "porcelain", "earthenware"),
        _POTTERY,
        GLAZES,
        standing=True,
        weight=0.8,
    ),
    Kind(
        "Vases",
        "vase",
        "Home > Decoration > Vases",
        draw_vase,
        {
            "shape": ("bottle", "amphora", "cylinder", "bulb", "trumpet"),
            "stems": ("empty", "stems"),
            "finish": ("glossy", "matt"),
        },
        (15, 89),
        ("stoneware", "porcelain", "terracotta"),
        _POTTERY,
        GLAZES,
        standing=True,
    ),
    Kind(
        "Table lamps",
        "table lamp",
        "Home > Lighting > Table lamps",
        draw_lamp,
        {"shade": ("drum", "cone", "dome"), "foot": ("ceramic", "wood", "metal"), "light": ("lit", "off")},
        (39, 149),
        ("linen", "cotton", "silk blend"),
        ("plain", "plain", "plain", "stripes", "pinstripes", "floral", "gradient", "checks"),
        standing=True,
    ),
)
