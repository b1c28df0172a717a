"""Handbags and backpacks, seen from the front."""

from __future__ import annotations

from lookalike.demo.canvas import Canvas, Mask, Rgb, bar, ellipse, knots, mirrored, rounded, smooth, toned
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.palette import LEATHERS, METALS
from lookalike.demo.surfaces import cloth, contact, plate, seam

C = 200.0


def _metal(cut: Cut) -> Rgb:
    return METALS[cut.seed % 2]


def _handle(
    canvas: Canvas, look: Look, top: float, foot: float, *, reach: float, width: float, dim: float = 1.0
) -> None:
    """An arched handle from the bag's upper edge and back."""
    arch = smooth(
        knots(
            [(C - reach, foot), (C - reach * 0.92, top + (foot - top) * 0.35)],
            [(C - reach * 0.5, top + 5), (C, top), (C + reach * 0.5, top + 5)],
            [(C + reach * 0.92, top + (foot - top) * 0.35), (C + reach, foot)],
        ),
        closed=False,
    )
    mask = canvas.line(arch, width)
    canvas.cast(mask, 3, 6, 8, 0.2)
    cloth(canvas, mask, look, puff=width * 0.6, pattern="plain", gloss=0.35, dim=dim, grain=0.004)
    for shift in (-0.28, 0.28):
        stitch = canvas.line([(x, y + shift * width) for x, y in arch], 0.8)
        canvas.paint(stitch, (1, 1, 1), 1, 0.25)


def draw_handbag(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A handbag: open tote, flap satchel, or rounded bowling shape; handle height varies."""
    shape = cut["shape"]
    tall = cut["handle"] == "long"
    wide, base = 128.0 + 8 * cut.width, 402.0
    top = 208.0 - 8 * cut.length
    canvas.ground(C, base + 2, wide * 0.98, 10, 0.6)
    reach, crown = 62.0, (top - 152 if tall else top - 104)
    _handle(canvas, look, crown - 8, top + 14, reach=reach - 6, width=11, dim=0.72)
    shapes: dict[str, list[tuple[float, ...]]] = {
        "tote": knots(
            [(C, top + 4), (C + wide * 0.97, top, 1), (C + wide * 0.92, base - 90)],
            [(C + wide * 0.84, base - 6, 1), (C, base + 2)],
        ),
        "satchel": knots(
            [(C, top + 2), (C + wide * 0.88, top + 2, 1), (C + wide * 0.97, top + 60)],
            [(C + wide, base - 26), (C + wide * 0.94, base - 2), (C, base + 2)],
        ),
        "bowling": knots(
            [(C, top - 6), (C + wide * 0.62, top + 4), (C + wide * 0.98, top + 90)],
            [(C + wide * 1.04, base - 40), (C + wide * 0.92, base - 2), (C, base + 2)],
        ),
    }
    body = canvas.area(smooth(mirrored(shapes[shape])))
    folds = [
        (smooth([(C - wide * 0.8, top + 60), (C - wide * 0.6, base - 60)], closed=False), 16, -3.0),
        (smooth([(C + wide * 0.7, top + 50), (C + wide * 0.62, base - 50)], closed=False), 16, -3.0),
    ]
    cloth(canvas, body, look, folds if shape != "bowling" else [], 26, gloss=0.30, grain=0.008)
    _bag_front(canvas, cut, look, body, (top, wide, base))
    _handle(canvas, look, crown, top + 34, reach=reach, width=12)
    for side in (-1, 1):
        if shape != "satchel":
            plate(
                canvas,
                canvas.area(bar((C + side * reach, top + 8), (C + side * reach, top + 42), 17)),
                toned(look.shade.rgb, 0.86),
                4,
            )
        plate(
            canvas,
            canvas.area(
                ellipse(C + side * reach, top + 10, 8, 8), holes=[ellipse(C + side * reach, top + 10, 4, 4)]
            ),
            _metal(cut),
            2,
            gloss=0.8,
        )


def _bag_front(canvas: Canvas, cut: Cut, look: Look, body: Mask, at: tuple[float, float, float]) -> None:
    """The flap and lock of a satchel, the zip of a bowling bag, or the seams of a tote."""
    top, wide, base = at
    shape = cut["shape"]
    metal = _metal(cut)
    if shape == "satchel":
        flap = canvas.symmetric(
            [(C, top - 3), (C + wide * 0.9, top, 1), (C + wide * 0.97, top + 60)],
            [(C + wide * 0.86, top + 104), (C + 40, top + 126), (C, top + 130)],
        )
        contact(canvas, flap, body, (0, 6), blur=7, strength=0.42)
        cloth(canvas, flap, look, puff=15, gloss=0.30, grain=0.008)
        seam(
            canvas,
            smooth(
                knots(
                    [(C - wide * 0.9, top + 58), (C - wide * 0.82, top + 98), (C, top + 123)],
                    [(C + wide * 0.82, top + 98), (C + wide * 0.9, top + 58)],
                ),
                closed=False,
            ),
            1.1,
            0.3,
            flap,
        )
        plate(canvas, canvas.area(rounded(C - 15, top + 110, C + 15, top + 140, 6)), metal, 5, gloss=0.8)
        canvas.paint(canvas.area(ellipse(C, top + 125, 4, 4)), (0.2, 0.18, 0.15))
    elif shape == "bowling":
        seam(
            canvas,
            smooth([(C - wide * 0.9, top + 44), (C, top + 26), (C + wide * 0.9, top + 44)], closed=False),
            2.4,
            0.5,
            body,
        )
        trim = canvas.area(
            [(C - 200, base - 44), (C + 200, base - 44), (C + 200, base + 6), (C - 200, base + 6)]
        ).within(body)
        cloth(canvas, trim, Look(look.accent, look.shade), puff=12, pattern="plain", gloss=0.25)
        plate(canvas, canvas.area(ellipse(C, top + 30, 6, 6)), metal, 3, gloss=0.8)
    else:
        seam(canvas, [(C - 200, top + 18), (C + 200, top + 18)], 1.3, 0.35, body)
        charm = canvas.area(rounded(C - 21, top + 66, C + 21, top + 80, 3))
        canvas.paint(charm, metal, 1, 0.9)
        for side in (-1, 1):
            gusset = [(C + side * wide * 0.78, top + 18), (C + side * wide * 0.70, base)]
            seam(canvas, gusset, 1.2, 0.22, body)


def draw_backpack(canvas: Canvas, cut: Cut, look: Look) -> None:
    """A backpack: zipped dome, roll-top, or with a flap and straps; one or two front pockets."""
    shape = cut["shape"]
    wide, top, base = 112.0 + 7 * cut.width, 96.0 - 6 * cut.length, 418.0
    canvas.ground(C, base + 1, wide * 0.95, 9, 0.6)
    _straps(canvas, look, (top, wide, base))
    roof: list[tuple[float, ...]] = (
        [(C, top), (C + 66, top + 8), (C + wide - 4, top + 70)]
        if shape != "roll-top"
        else [
            (C, top - 4),
            (C + wide - 22, top - 6, 1),
            (C + wide - 14, top + 20, 1),
            (C + wide - 4, top + 90),
        ]
    )
    body = canvas.symmetric(
        [*roof, (C + wide + 4, 260), (C + wide + 1, base - 30), (C + wide - 16, base - 1)], [(C, base + 2)]
    )
    cloth(
        canvas,
        body,
        look,
        [
            (smooth([(C - wide, 240), (C - wide * 0.4, 252)], closed=False), 14, -3),
            (smooth([(C + wide, 232), (C + wide * 0.4, 250)], closed=False), 14, -3),
        ],
        28,
        gloss=0.06,
    )
    _pack_front(canvas, look, shape, body, (top, wide))
    _pack_pocket(canvas, cut, look, body, (top, wide))


def _straps(canvas: Canvas, look: Look, at: tuple[float, float, float]) -> None:
    """What shows behind a backpack: shoulder straps, the loop to hang it by, side pouches."""
    top, wide, base = at
    trim = Look(look.accent, look.shade)
    for side in (-1, 1):
        strap = canvas.line(
            smooth(
                [
                    (C + side * 50, top + 22),
                    (C + side * (wide + 14), top + 90),
                    (C + side * (wide + 22), 300),
                    (C + side * (wide - 12), base - 20),
                ],
                closed=False,
            ),
            21,
        )
        canvas.cast(strap, 2, 5, 7, 0.2)
        cloth(canvas, strap, look, puff=9, pattern="plain", dim=0.62)
    hang = canvas.line(
        smooth(
            [(C - 24, top + 14), (C - 18, top - 24), (C + 18, top - 24), (C + 24, top + 14)], closed=False
        ),
        9,
    )
    cloth(canvas, hang, trim, puff=5, pattern="plain", dim=0.85)
    for side in (-1, 1):
        pouch = canvas.inside(
            [
                (C + side * (wide - 12), 280, 1),
                (C + side * (wide + 24), 292),
                (C + side * (wide + 26), 380),
                (C + side * (wide - 12), 404, 1),
            ]
        )
        cloth(canvas, pouch, look, puff=12, pattern="plain", dim=0.8)


def _pack_front(canvas: Canvas, look: Look, shape: str, body: Mask, at: tuple[float, float]) -> None:
    """How a backpack closes: zip, flap or rolled top."""
    top, wide = at
    if shape == "dome":
        zipper = smooth(
            knots(
                [(C - wide + 6, 250), (C - wide + 22, top + 74), (C - 44, top + 28)],
                [(C, top + 24), (C + 44, top + 28), (C + wide - 22, top + 74)],
                [(C + wide - 6, 250)],
            ),
            closed=False,
        )
        canvas.paint(canvas.line(zipper, 5).within(body), (0.08, 0.08, 0.1), 1, 0.6)
        canvas.paint(canvas.line(zipper, 1.6).within(body), METALS[1], 1, 0.9)
        pull = canvas.area(bar((C + 20, top + 26), (C + 26, top + 50), 6))
        plate(canvas, pull, METALS[1], 2, gloss=0.6)
    elif shape == "flap":
        flap = canvas.symmetric(
            [(C, top - 4), (C + 72, top + 2), (C + wide + 1, top + 70), (C + wide - 2, 226)],
            [(C + wide - 20, 242), (C, 248)],
        )
        contact(canvas, flap, body, (0, 6), blur=7, strength=0.42)
        cloth(canvas, flap, look, puff=20, gloss=0.06)
    else:
        for y in (top + 22.0, top + 46):
            seam(canvas, smooth([(C - wide, y), (C, y + 5), (C + wide, y)], closed=False), 3, 0.4, body)


def _pack_pocket(canvas: Canvas, cut: Cut, look: Look, body: Mask, at: tuple[float, float]) -> None:
    """The front pocket with its label, and the two buckled straps above it."""
    top, wide = at
    shape, trim = cut["shape"], Look(look.accent, look.shade)
    pocket = canvas.symmetric(
        [(C, 284), (C + wide - 30, 287), (C + wide - 22, 304), (C + wide - 22, 384)],
        [(C + wide - 34, 398), (C, 401)],
    )
    contact(canvas, pocket, body, (0, 4), blur=6, strength=0.4)
    block = trim if cut["pocket"] == "contrast" else look
    cloth(canvas, pocket, block, puff=14, pattern=None if block is look else "plain")
    canvas.paint(canvas.line([(C - wide + 34, 303), (C + wide - 34, 303)], 4), (0.08, 0.08, 0.1), 1, 0.55)
    canvas.paint(canvas.line([(C - wide + 34, 303), (C + wide - 34, 303)], 1.3), METALS[1], 1, 0.9)
    if shape != "dome":
        for side in (-1, 1):
            strap = canvas.area(
                bar((C + side * 46, top + (18 if shape == "roll-top" else 110)), (C + side * 46, 292), 13)
            )
            contact(canvas, strap, body, (2, 2), blur=3, strength=0.35)
            plate(canvas, strap, (0.42, 0.27, 0.17) if look.shade.basic != "brown" else (0.22, 0.15, 0.11), 4)
            plate(
                canvas,
                canvas.area(
                    rounded(C + side * 46 - 11, 254, C + side * 46 + 11, 274, 3),
                    holes=[rounded(C + side * 46 - 6, 259, C + side * 46 + 6, 269, 2)],
                ),
                _metal(cut),
                2,
                gloss=0.7,
            )
    label = canvas.area(rounded(C - 19, 338, C + 19, 358, 3))
    plate(canvas, label, (0.48, 0.31, 0.2), 3)


KINDS = (
    Kind(
        "Handbags",
        "handbag",
        "Bags > Handbags",
        draw_handbag,
        {"shape": ("tote", "satchel", "bowling"), "handle": ("long", "short")},
        (49, 259),
        ("leather", "vegan leather", "suede"),
        ("plain", "plain", "plain", "plain", "checks", "colour-block", "floral"),
        LEATHERS,
        standing=True,
        weight=1.2,
    ),
    Kind(
        "Backpacks",
        "backpack",
        "Bags > Backpacks",
        draw_backpack,
        {"shape": ("dome", "flap", "roll-top"), "pocket": ("tonal", "contrast")},
        (45, 139),
        ("recycled nylon", "waxed cotton", "canvas"),
        ("plain", "plain", "plain", "plain", "checks", "dots", "stripes", "floral"),
        standing=True,
    ),
)
