"""Sunglasses and watches."""

from __future__ import annotations

import numpy as np

from lookalike.demo.canvas import (
    Canvas,
    Rgb,
    bar,
    ellipse,
    knots,
    lambert,
    rounded,
    smooth,
    toned,
)
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.palette import LEATHERS, METALS
from lookalike.demo.surfaces import cloth, contact, plate

C = 200.0


def _lens(shape: str, x: float, y: float, side: int) -> list[tuple[float, float]]:
    if shape == "round":
        return ellipse(x, y, 62, 60)
    if shape == "cat-eye":
        return smooth(
            knots(
                [(x - side * 60, y - 22), (x, y - 40), (x + side * 74, y - 56, 1)],
                [(x + side * 66, y + 6), (x + side * 20, y + 44), (x - side * 42, y + 34)],
            )
        )
    if shape == "aviator":
        return smooth(
            knots(
                [(x - side * 54, y - 34), (x, y - 44), (x + side * 62, y - 34)],
                [(x + side * 58, y + 26), (x + side * 8, y + 66), (x - side * 44, y + 34)],
            )
        )
    return smooth(
        knots(
            [(x - side * 58, y - 40), (x + side * 64, y - 44), (x + side * 64, y + 20)],
            [(x + side * 44, y + 44), (x - side * 40, y + 44), (x - side * 58, y + 18)],
        )
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
        strap = canvas.inside(
            [(C - 42, y + side * 52, 1), (C - 36, y + side * 120), (C - 31, end - side * 12)],
            [(C - 22, end), (C + 22, end), (C + 31, end - side * 12)],
            [(C + 36, y + side * 120), (C + 42, y + side * 52, 1)],
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
    ink = (0.12, 0.12, 0.14) if sum(face) > 1.6 else (0.95, 0.94, 0.9)
    _dial(canvas, cut, y, inner, ink=ink, metal=metal)


def _dial(canvas: Canvas, cut: Cut, y: float, radius: float, *, ink: Rgb, metal: Rgb) -> None:
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
