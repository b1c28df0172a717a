"""How surfaces are made: cloth with folds, things turned on a wheel or lathe, leather, wood, metal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from lookalike.demo.canvas import (
    Array,
    Canvas,
    Mask,
    Outline,
    Point,
    Rgb,
    gaussian,
    lambert,
    smooth,
)
from lookalike.demo.designs import Cut, Look
from lookalike.demo.patterns import coloured

Fold = tuple[Outline, float, float]


def cloth(
    canvas: Canvas,
    mask: Mask,
    look: Look,
    folds: Sequence[Fold] = (),
    puff: float = 16,
    *,
    depth: float = 0.85,
    gloss: float = 0.0,
    pattern: str | None = None,
    turn: float = 0.0,
    dim: float = 1.0,
    grain: float = 0.008,
    origin: Point = (0, 0),
) -> None:
    """Fill a mask with the look's fabric, rounded at its edges over ``puff`` units and creased by folds.

    ``turn`` turns the pattern (degrees, a sleeve's direction); ``dim`` darkens parts that lie behind.
    """
    x, y = canvas.grid(mask)
    dx, dy = canvas.relief(mask, puff, folds)
    u, v = x - origin[0] + dx * 3 - 200, y - origin[1] + dy * 3
    if turn:
        c, s = np.float32(np.cos(np.radians(turn))), np.float32(np.sin(np.radians(turn)))
        u, v = u * c + v * s, v * c - u * s
    soft = max(1.0, 1.2 / canvas.scale)
    name = look.pattern if pattern is None else pattern
    colours = (look.shade.rgb, look.accent.rgb)
    colour = coloured(name, u, v, colours, size=look.size, soft=soft)
    light = lambert(dx, dy, _depth(look, depth), gloss) * np.float32(dim)
    if grain:
        light = light * (1 + grain * weave(mask.alpha.shape))
    canvas.paint(mask, colour, light)


def _depth(look: Look, depth: float) -> float:
    """How deep shading goes: less on white things, which light fills from all around."""
    red, green, blue = look.shade.rgb
    luma = 0.3 * red + 0.6 * green + 0.1 * blue
    return depth * (1 - 0.4 * min(1.0, max(0.0, (luma - 0.8) / 0.12)))


def weave(shape: tuple[int, ...]) -> Array:
    """The fine unevenness of cloth, shape (h, w): noise of mean 0 and deviation 1, the same each time."""
    height, width = shape
    if height > _WEAVE_SIZE or width > _WEAVE_SIZE:
        return np.resize(_weave(), shape)
    return _weave()[:height, :width]


_WEAVE_SIZE = 900


@cache
def _weave() -> Array:
    noise = np.random.default_rng(3).standard_normal((_WEAVE_SIZE, _WEAVE_SIZE), dtype=np.float32)
    return np.asarray((noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) / 1.73, dtype=np.float32)


def plate(
    canvas: Canvas,
    mask: Mask,
    colour: Rgb,
    puff: float = 6,
    *,
    depth: float = 0.9,
    gloss: float = 0.0,
    dim: float = 1.0,
) -> None:
    """Fill a mask with one plain material (leather, metal, wood, rubber), rounded at its edges."""
    dx, dy = canvas.relief(mask, puff)
    canvas.paint(mask, colour, lambert(dx, dy, depth, gloss) * np.float32(dim))


def seam(
    canvas: Canvas, points: Outline, width: float = 1.4, dark: float = 0.30, within: Mask | None = None
) -> None:
    """A sewn line: a thin dark stroke and a thin light one beside it."""
    for shift, colour, opacity in (
        (0.0, (0.05, 0.05, 0.07), dark),
        (width * 1.1, (1.0, 1.0, 1.0), dark * 0.4),
    ):
        mask = canvas.line([(x, y + shift) for x, y in points], width)
        canvas.paint(mask if within is None else mask.within(within), colour, 1.0, opacity)


def contact(canvas: Canvas, mask: Mask, on: Mask, by: Point, *, blur: float, strength: float) -> None:
    """The shadow that one part throws on another, where it is not hidden by the part itself."""
    dx, dy = round(by[0] * canvas.scale), round(by[1] * canvas.scale)
    moved = Mask(mask.left + dx, mask.top + dy, mask.alpha)
    soft = gaussian(moved.on(on), max(1.0, blur * canvas.scale))
    canvas.paint(Mask(on.left, on.top, on.alpha * soft), (0.04, 0.04, 0.08), 1.0, strength)


def drape(
    cut: Cut, top: Point, bottom: Point, spread: float, count: int, *, width: float = 9, rise: float = 5
) -> list[Fold]:
    """Folds that hang from one line to a wider one, alternately ridge and groove."""
    chance = cut.chance()
    folds: list[Fold] = []
    for i in range(count):
        t = (i + 0.5) / count * 2 - 1 + float(chance.uniform(-0.5, 0.5)) / count
        x0, x1 = top[0] + t * spread * 0.45, bottom[0] + t * spread
        start = top[1] + float(chance.uniform(0, 0.45)) * (bottom[1] - top[1])
        bend = float(chance.uniform(-6, 6))
        line = smooth(
            [(x0, start), ((x0 + x1) / 2 + bend, (start + bottom[1]) / 2), (x1, bottom[1])],
            closed=False,
            steps=6,
        )
        folds.append((line, width * float(chance.uniform(0.7, 1.4)), rise * (1 if i % 2 else -1)))
    return folds


def profile_radius(profile: Sequence[tuple[float, ...]], y: Array) -> Array:
    """Radius at each height of a turned thing, from a curve through (y, radius) points."""
    curve = smooth([(p[1], p[0], *p[2:]) for p in profile], closed=False, steps=12)
    ys = np.array([p[1] for p in curve])
    order = np.argsort(ys, kind="stable")
    radii = np.interp(y, ys[order], np.array([p[0] for p in curve])[order])
    return np.asarray(radii, dtype=np.float32)


def turned_outline(x: float, profile: Sequence[tuple[float, ...]], bulge: float = 0.0) -> list[Point]:
    """Outline of a thing turned around the upright axis at ``x``; ``bulge`` rounds its lower edge."""
    curve = smooth([(p[1], p[0], *p[2:]) for p in profile], closed=False, steps=12)
    base_r, base_y = curve[-1]
    arc = np.linspace(0, np.pi, 24)
    lower = [(x + base_r * float(np.cos(a)), base_y + base_r * bulge * float(np.sin(a))) for a in arc]
    return [*((x + r, y) for r, y in curve), *lower, *((x - r, y) for r, y in reversed(curve))]


def turned(
    canvas: Canvas,
    x: float,
    profile: Sequence[tuple[float, ...]],
    look: Look,
    *,
    bulge: float = 0.0,
    gloss: float = 0.5,
    depth: float = 0.95,
    pattern: str | None = None,
    glow: float = 0.0,
    clip: Mask | None = None,
) -> Mask:
    """A vase, mug, shade or leg: (y, radius) points turned around ``x``, the pattern wrapped around it."""
    mask = canvas.area(turned_outline(x, profile, bulge))
    if clip is not None:
        mask = mask.within(clip)
    gx, gy = canvas.grid(mask)
    radius = np.maximum(profile_radius(profile, gy), 0.5)
    u = np.asarray(np.clip((gx - x) / radius, -0.97, 0.97), dtype=np.float32)
    slope = np.gradient(radius[:, 0])[:, None] * np.float32(canvas.scale)
    nz = np.sqrt(1 - u * u)
    dx, dy = -u / nz, np.clip(slope, -0.8, 0.8) * 0.5 / np.maximum(nz, 0.35)
    across = np.clip(dx * np.float32(0.62), -1.7, 1.7)
    along = np.asarray(np.broadcast_to(dy, u.shape), dtype=np.float32)
    light = lambert(across, along, _depth(look, depth))
    if gloss:
        window = np.exp(-(((u + 0.52) / 0.10) ** 2)) * 0.8 + np.exp(-(((u + 0.30) / 0.05) ** 2)) * 0.25
        rim = np.exp(-(((u - 0.86) / 0.07) ** 2))
        light = light + np.asarray(gloss * (0.55 * window + 0.12 * rim), dtype=np.float32)
    if glow:
        light = np.asarray(np.maximum(light, 0.9) + glow * (1 - u * u), dtype=np.float32)
    wrap = np.asarray(np.arcsin(u) * np.max(radius), dtype=np.float32)
    name = look.pattern if pattern is None else pattern
    around = np.asarray(gy - nz * bulge * radius * 0.8, dtype=np.float32)
    colours, soft = (look.shade.rgb, look.accent.rgb), max(1.0, 1.2 / canvas.scale)
    colour = coloured(name, wrap, around, colours, size=look.size, soft=soft)
    canvas.paint(mask, colour, light)
    return mask
