"""Patterns of cloth and glaze: two colours laid over design coordinates."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lookalike.demo.canvas import Array, Rgb

PATTERNS = ("plain", "stripes", "pinstripes", "checks", "dots", "floral", "gradient", "colour-block")
"""Every pattern's name; the plain one leaves the first colour alone."""


class _Ground(NamedTuple):
    """What a pattern is laid on: coordinates (h, w), its size, and the width of a fading edge."""

    x: Array
    y: Array
    size: float
    soft: float

    def band(self, phase: Array, width: float) -> Array:
        """1 within ``width`` of phase 0, fading at the edge."""
        inside = (np.float32(width * self.size) - np.abs(phase)) / np.float32(self.soft)
        return np.asarray(np.clip(inside + 0.5, 0, 1), dtype=np.float32)


def coloured(
    name: str, x: Array, y: Array, colours: tuple[Rgb, Rgb], *, size: float = 1.0, soft: float = 1.0
) -> Array:
    """Colours, shape (h, w, 3), of a pattern over coordinates x and y that broadcast to (h, w).

    ``colours`` are the ground and the figure; ``size`` scales the pattern; ``soft`` is the width in units
    over which an edge fades (one pixel or more).
    """
    one, two = (np.asarray(colour, dtype=np.float32) for colour in colours)
    x, y = np.broadcast_arrays(x, y)
    if name == "plain":
        return np.broadcast_to(one, (*x.shape, 3))
    ground = _Ground(x, y, size, soft)
    if name == "floral":
        return _floral(ground, one, two)
    return np.asarray(one + (two - one) * _SHARES[name](ground)[..., None], dtype=np.float32)


def _wave(value: npt.NDArray[np.floating], period: float) -> Array:
    """Distance to the nearest multiple of ``period``, signed."""
    turns = value / np.float32(period)
    return np.asarray((turns - np.round(turns)) * np.float32(period), dtype=np.float32)


def _stripes(ground: _Ground) -> Array:
    return ground.band(_wave(ground.y, 26 * ground.size), 6)


def _pinstripes(ground: _Ground) -> Array:
    return ground.band(_wave(ground.x, 17 * ground.size), 1.5) * np.float32(0.9)


def _checks(ground: _Ground) -> Array:
    x, y, period = ground.x, ground.y, 38 * ground.size
    wide = ground.band(_wave(x, period), 8.5) + ground.band(_wave(y, period), 8.5)
    thin = ground.band(_wave(x + period / 2, period), 1.3) + ground.band(_wave(y + period / 2, period), 1.3)
    return np.clip(0.42 * wide + 0.4 * thin, 0, 1)


def _dots(ground: _Ground) -> Array:
    period = 24 * ground.size
    odd = np.round(ground.y / np.float32(period * 0.87)) % 2
    across = _wave(ground.x + odd * np.float32(period / 2), period)
    return ground.band(np.hypot(across, _wave(ground.y, period * 0.87)), 6.2)


def _gradient(ground: _Ground) -> Array:
    t = np.clip((ground.y - 110) / 300, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def _blocks(ground: _Ground) -> Array:
    return np.asarray(np.clip((ground.y - 238) / np.float32(ground.soft) + 0.5, 0, 1), dtype=np.float32)


_SHARES: dict[str, Callable[[_Ground], Array]] = {
    "stripes": _stripes,
    "pinstripes": _pinstripes,
    "checks": _checks,
    "dots": _dots,
    "gradient": _gradient,
    "colour-block": _blocks,
}


def _floral(ground: _Ground, one: Array, two: Array) -> Array:
    """Five-petalled blooms and leaves on a shaken grid of staggered rows."""
    size, soft = ground.size, ground.soft
    period = np.float32(40 * size)
    row = np.floor(ground.y / (period * np.float32(0.87)))
    x = ground.x + (row % 2) * period / 2
    column = np.floor(x / period)
    chance = np.abs(np.sin(column * 127.1 + row * 311.7) * 43758.545) % 1
    other = np.abs(np.sin(column * 269.5 + row * 183.3) * 28001.83) % 1
    u = x - (column + 0.5 + (chance - 0.5) * 0.3) * period
    v = ground.y - (row + 0.5 + (other - 0.5) * 0.3) * period * np.float32(0.87)
    distance, angle = np.hypot(u, v), np.arctan2(v, u) + chance * np.float32(6.28)
    reach = (9 + 4 * other) * np.float32(size)
    petals = np.clip((reach * (0.74 + 0.26 * np.cos(5 * angle)) - distance) / soft + 0.5, 0, 1)
    heart = np.clip((2.8 * size - distance) / soft + 0.5, 0, 1)
    blades = np.clip(np.cos(2 * angle + 1.2), 0, 1) ** 4
    leaves = np.clip((reach * 1.55 * blades - distance) / soft + 0.5, 0, 1)
    leaf = np.asarray((0.36, 0.52, 0.34), dtype=np.float32) * 0.75 + one * 0.25
    yolk = np.asarray((0.96, 0.79, 0.30), dtype=np.float32)
    bloom = two * (0.82 + 0.18 * np.clip(distance / reach, 0, 1))[..., None]
    result = one + (leaf - one) * leaves[..., None]
    result = result + (bloom - result) * petals[..., None]
    return np.asarray(result + (yolk - result) * heart[..., None], dtype=np.float32)
