"""Customers' photos of the shop's products: askew, in their own light, on their own floor."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.demo.canvas import Array, Canvas, gaussian
from lookalike.demo.photography import drawn, room
from lookalike.demo.plan import Item

_Corners = npt.NDArray[np.float64]


def snapshot(item: Item, seed: int, scale: float = 1.0) -> Image.Image:
    """The item as a customer takes it: turned, in perspective, lit from one side, with noise."""
    chance = np.random.default_rng([item.seed, seed])
    canvas = drawn(item, scale)
    width, height = canvas.width, canvas.height
    standing = item.kind.standing
    upright = standing and seed % 3 > 0
    scene = room(width, height, chance, 0.70) if upright else surface(width, height, chance)
    rgb, alpha, shadow = _tilted(canvas, chance, 3.0 if standing else 9.0, foot=0.84 if upright else 0.0)
    dark = (1 - np.clip(shadow * 1.5, 0, 0.8) * (1 - alpha))[..., None]
    picture = scene * dark * (1 - alpha[..., None]) + rgb
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None, None]
    slope = chance.uniform(-0.16, 0.16, 2)
    warmth = np.array(
        [1 + chance.uniform(-0.02, 0.08), 1.0, 1 - chance.uniform(-0.03, 0.09)], dtype=np.float32
    )
    light = float(chance.uniform(0.80, 1.05)) + slope[0] * x + slope[1] * y - 0.10 * (x * x + y * y)
    picture = picture * light * warmth + chance.normal(0, 0.018, picture.shape)
    return Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))


def _tilted(canvas: Canvas, chance: np.random.Generator, turn: float, foot: float) -> list[Array]:
    """The canvas's layers seen askew: turned by up to ``turn`` degrees, smaller, in perspective.

    The item's lowest point comes to about ``foot`` of the height; 0 leaves it in the middle.
    """
    width, height = canvas.width, canvas.height
    angle = np.radians(float(chance.uniform(-turn, turn)))
    zoom = float(chance.uniform(0.70, 0.84))
    shift = chance.uniform(-0.04, 0.04, 2) * (width, height)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.array([width / 2, height / 2])
    rows = np.flatnonzero(canvas.alpha.max(axis=1) > 0.5)
    lowest = (float(rows[-1]) - height / 2) * zoom + height / 2
    middle = (float(rows[0] + rows[-1]) / 2 - height / 2) * zoom
    down = foot * height - lowest if foot else -middle
    moved = (corners - centre) @ spin.T * zoom + centre + shift + (0, down)
    moved += chance.uniform(-0.05, 0.05, (4, 2)) * (width, height)
    matrix = _perspective(moved, corners)
    layers = []
    for layer in (canvas.rgb, canvas.alpha, canvas.shadow):
        image = Image.fromarray((np.clip(layer, 0, 1) * 255 + 0.5).astype(np.uint8))
        image = image.transform(
            (width, height), Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BICUBIC
        )
        layers.append(np.asarray(image, dtype=np.float32) / np.float32(255))
    return layers


def _perspective(seen: _Corners, drawn_at: _Corners) -> tuple[float, ...]:
    """The eight numbers that take four points of the photo to four of the drawing."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen.tolist(), drawn_at.tolist(), strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return tuple(np.linalg.solve(np.array(rows), np.array(values)).tolist())


def surface(width: int, height: int, chance: np.random.Generator) -> Array:
    """A table top of boards, a paved street, or a rough blanket seen from above, shape (height, width, 3)."""
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1.25, height, dtype=np.float32)[:, None]
    noise = chance.standard_normal((height, width)).astype(np.float32)
    rough = gaussian(noise, max(1.0, width * 0.004))
    rough = rough * np.float32(0.045) / np.std(rough)
    kind = int(chance.integers(3))
    if kind == 0:
        plank = np.floor(x * 5 + 0.3)
        grain = np.sin((x * 60 + 2.5 * np.sin(y * 5 + plank * 2)) * 2) * 0.03
        tone = 0.9 + 0.12 * np.abs(np.sin(plank * 78.2)) + grain + 0.5 * rough
        tone = tone - 0.35 * np.clip((np.abs(x * 5 + 0.3 - plank - 0.5) - 0.485) * 60, 0, 1)
        base = (0.62, 0.45, 0.31)
    elif kind == 1:
        row = np.floor(y * 7)
        column = np.floor(x * 4 + 0.5 * (row % 2))
        edge = np.maximum(np.abs(y * 7 - row - 0.5), np.abs(x * 4 + 0.5 * (row % 2) - column - 0.5))
        tone = 0.88 + 0.14 * np.abs(np.sin(row * 12.9 + column * 78.2)) + rough
        tone = tone - 0.35 * np.clip((edge - 0.46) * 30, 0, 1)
        base = (0.60, 0.58, 0.56)
    else:
        tone = 0.95 + rough + 0.04 * np.sin(y * 300) * np.sin(x * 300)
        base = ((0.62, 0.66, 0.64), (0.70, 0.62, 0.55), (0.52, 0.56, 0.62))[int(chance.integers(3))]
    return np.asarray(
        np.clip(tone, 0.2, 1.3)[..., None] * np.asarray(base, dtype=np.float32), dtype=np.float32
    )
