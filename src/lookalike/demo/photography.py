"""From a drawn item to a product photo: backgrounds, placing, light, and pictures as customers take them."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image

from lookalike.demo.canvas import HEIGHT, WIDTH, Array, Canvas, Rgb, gaussian
from lookalike.demo.plan import Item

QUALITY = 88
"""JPEG quality of the shop's pictures."""

_TINTS: tuple[Rgb, ...] = (
    (0.95, 0.92, 0.87),
    (0.90, 0.93, 0.95),
    (0.94, 0.90, 0.91),
    (0.91, 0.94, 0.90),
    (0.93, 0.92, 0.96),
    (0.96, 0.94, 0.88),
)
_WALLS: tuple[Rgb, ...] = (
    (0.86, 0.83, 0.77),
    (0.76, 0.82, 0.83),
    (0.85, 0.77, 0.73),
    (0.78, 0.82, 0.75),
    (0.90, 0.88, 0.84),
)
_FLOORS: tuple[Rgb, ...] = ((0.70, 0.55, 0.40), (0.60, 0.47, 0.36), (0.76, 0.66, 0.54), (0.64, 0.62, 0.60))


def drawn(item: Item, scale: float = 1.0) -> Canvas:
    """The item on a canvas of its own, without a background."""
    canvas = Canvas(scale)
    item.kind.draw(canvas, item.cut, item.look)
    return canvas


def photographed(item: Item, canvas: Canvas, view: str) -> Image.Image:
    """One of the item's pictures. Views: studio, tinted, turned (other side, tilted), room, detail."""
    chance = np.random.default_rng([item.seed, len(view)])
    if view == "detail":
        return _detail(item)
    if view == "room":
        floor = item.kind.category.startswith(("Home > Furniture", "Home > Textiles"))
        backdrop = room(canvas.width, canvas.height, chance, 0.80 if floor else 0.70, table=not floor)
        return _photo(canvas, backdrop, zoom=0.74 if floor else 0.82, anchor=0.87)
    tint = _TINTS[int(chance.integers(len(_TINTS)))] if view in {"tinted", "turned"} else (1.0, 1.0, 1.0)
    backdrop = studio(canvas.width, canvas.height, tint, item.kind.standing)
    if view == "turned":
        turn = 0.0 if item.kind.standing else float(chance.uniform(-9, 9))
        return _photo(canvas, backdrop, flip=True, turn=turn, zoom=0.93)
    return _photo(canvas, backdrop)


def _detail(item: Item) -> Image.Image:
    """A close view, drawn larger rather than enlarged."""
    canvas = drawn(item, 1.7)
    backdrop = studio(canvas.width, canvas.height, (0.97, 0.96, 0.95), False)
    photo = _photo(canvas, backdrop)
    left, top = (
        (canvas.width - WIDTH) // 2,
        round((canvas.height - HEIGHT) * (0.42 if item.kind.standing else 0.25)),
    )
    return photo.crop((left, top, left + WIDTH, top + HEIGHT))


@lru_cache(maxsize=12)
def studio(width: int, height: int, tint: Rgb, floor: bool) -> Array:
    """A seamless backdrop, shape (height, width, 3), a little darker towards its lower corners."""
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    fall = 0.035 * y * y + 0.02 * x * x * y
    if floor:
        fall = fall + 0.018 / (1 + np.exp(-(y - 0.72) * 26))
    backdrop = np.asarray((1 - fall)[..., None] * np.asarray(tint, dtype=np.float32), dtype=np.float32)
    backdrop.flags.writeable = False
    return backdrop


def room(width: int, height: int, chance: np.random.Generator, horizon: float, table: bool = False) -> Array:
    """A wall with window light over a floor of boards, or a table top; shape (height, width, 3)."""
    wall = np.asarray(_WALLS[int(chance.integers(len(_WALLS)))], dtype=np.float32)
    floor = np.asarray(_FLOORS[int(chance.integers(len(_FLOORS)))], dtype=np.float32)
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    slant = x + 0.45 * y - float(chance.uniform(0.2, 0.5))
    pane = np.clip(1 - np.abs(np.abs(slant - 0.28) - 0.13) / 0.11, 0, 1) * np.clip((0.72 - y) * 5, 0, 1)
    light = 0.96 + 0.07 * gaussian(pane.astype(np.float32), width * 0.03) - 0.10 * (x - 0.3) ** 2
    scene = wall * light[..., None]
    ground = (_table(x, y, horizon) if table else _boards(x, y, horizon))[..., None] * floor
    share = np.clip((y - horizon) * height, 0, 1)[..., None]
    scene = scene * (1 - share) + ground * share
    if table:
        return np.asarray(scene, dtype=np.float32)
    skirting = np.clip(1 - np.abs((y - horizon + 0.018) * height / 7) ** 8, 0, 1)[..., None]
    return np.asarray(scene * (1 - skirting) + np.array([0.95, 0.94, 0.92]) * skirting, dtype=np.float32)


def _boards(x: Array, y: Array, horizon: float) -> Array:
    """Light on floor boards that run away from the viewer."""
    depth = np.clip((y - horizon) / (1 - horizon), 0.001, 1)
    boards = (x - 0.5) / (0.35 + 0.65 * depth) * 9 + 40
    plank = np.floor(boards)
    tone = 0.93 + 0.09 * np.abs(np.sin(plank * 12.9898) * 43758.5453 % 1)
    grain = 0.02 * np.sin(boards * 40 + y * 90)
    gap = np.clip((np.abs(boards - plank - 0.5) - 0.47) * 40, 0, 1)
    return np.asarray((tone + grain - 0.25 * gap) * (0.86 + 0.16 * depth), dtype=np.float32)


def _table(x: Array, y: Array, horizon: float) -> Array:
    """Light on a wooden table top, its grain running across."""
    depth = np.clip((y - horizon) / (1 - horizon), 0, 1)
    bend = y * 150 / (0.5 + depth) + 1.5 * np.sin(x * 5 + 3 * depth) + 0.8 * np.sin(x * 13)
    grain = 0.022 * np.sin(bend) + 0.014 * np.sin(bend * 2.7 + 1)
    return np.asarray((1.10 + grain) * (0.90 + 0.14 * depth) - 0.06 * (x - 0.4) ** 2, dtype=np.float32)


def _centred(canvas: Canvas) -> int:
    """How many rows to move the item down so that it stands in the middle of its picture."""
    rows = np.flatnonzero(canvas.alpha.max(axis=1) > 0.5)
    if rows.size == 0:
        return 0
    return round((canvas.height - float(rows[0] + rows[-1])) / 2)


def _lowered(layer: Array, rows: int) -> Array:
    """A layer moved down (or up) by some rows, empty where nothing was."""
    moved = np.zeros_like(layer)
    height = layer.shape[0]
    moved[max(0, rows) : height + min(0, rows)] = layer[max(0, -rows) : height - max(0, rows)]
    return moved


def _photo(
    canvas: Canvas,
    backdrop: Array,
    *,
    flip: bool = False,
    turn: float = 0.0,
    zoom: float = 1.0,
    anchor: float = 0.0,
) -> Image.Image:
    """Lay an item and its shadow on a backdrop; ``anchor`` puts its foot at that share of the height."""
    shift = _centred(canvas)
    layers = [_lowered(layer, shift) for layer in (canvas.rgb, canvas.alpha, canvas.shadow)]
    if flip or turn or zoom != 1.0:
        foot = 0.0
        if anchor:
            rows = np.flatnonzero(layers[1].max(axis=1) > 0.5)
            foot = anchor * canvas.height - (canvas.height / 2 + (float(rows[-1]) - canvas.height / 2) * zoom)
        layers = _moved(layers, flip, turn, zoom, foot)
    rgb, alpha, shadow = layers
    dark = (1 - np.clip(shadow, 0, 1) * (1 - alpha)) * (1 - alpha)
    picture = backdrop * dark[..., None]
    picture += rgb
    np.clip(picture, 0, 1, out=picture)
    picture *= 255
    picture += 0.5
    return Image.fromarray(picture.astype(np.uint8))


def _moved(layers: list[Array], flip: bool, turn: float, zoom: float, down: float) -> list[Array]:
    """Layers mirrored, turned by degrees, zoomed about the middle, and moved down."""
    height, width = layers[1].shape
    c, s = np.cos(np.radians(turn)) / zoom, np.sin(np.radians(turn)) / zoom
    side = -1.0 if flip else 1.0
    cx, cy = width / 2, height / 2
    matrix = (
        side * c,
        side * s,
        cx - side * (c * cx + s * (cy + down)),
        -s,
        c,
        cy + s * cx - c * (cy + down),
    )
    moved = []
    for layer in layers:
        image = Image.fromarray((np.clip(layer, 0, 1) * 255 + 0.5).astype(np.uint8))
        image = image.transform((width, height), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
        moved.append(np.asarray(image, dtype=np.float32) / np.float32(255))
    return moved


def encoded(picture: Image.Image, quality: int = QUALITY) -> bytes:
    """The picture as JPEG bytes."""
    sink = io.BytesIO()
    picture.save(sink, "JPEG", quality=quality)
    return sink.getvalue()
