"""Patterns of cloth and glaze: for design coordinates, how much of the second colour is there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lookalike.demo.canvas import Array, Rgb

PATTERNS = ("plain", "stripes", "pinstripes", "checks", "dots", "floral", "gradient", "colour-block")
"""Every pattern's name; the plain one leaves the first colour alone."""


def coloured(
    name: str, x: Array, y: Array, first: Rgb, second: Rgb, size: float = 1.0, soft: float = 1.0
) -> Array:
    """Colours, shape (h, w, 3), of a pattern over coordinates x and y that broadcast to (h, w).

    ``size`` scales the pattern; ``soft`` is the width in units over which an edge fades (one pixel or more).
    """
    x, y = np.broadcast_arrays(x, y)
    one, two = np.asarray(first, dtype=np.float32), np.asarray(second, dtype=np.float32)
    if name == "plain":
        return np.broadcast_to(one, (*x.shape, 3))
    if name == "floral":
        return _floral(x, y, one, two, size, soft)
    share = _SHARES[name](x, y, size, soft)[..., None]
    return np.asarray(one * (1 - share) + two * share, dtype=np.float32)


def _band(phase: Array, width: float, soft: float) -> Array:
    """1 within ``width`` of phase 0, fading over ``soft``."""
    return np.clip((width - np.abs(phase)) / np.float32(soft) + 0.5, 0, 1)


def _wave(value: Array, period: float) -> Array:
    return (value / np.float32(period) - np.round(value / np.float32(period))) * np.float32(period)


def _stripes(x: Array, y: Array, size: float, soft: float) -> Array:
    return _band(_wave(y, 26 * size), 6 * size, soft)


def _pinstripes(x: Array, y: Array, size: float, soft: float) -> Array:
    return _band(_wave(x, 17 * size), 1.5 * size, soft) * np.float32(0.9)


def _checks(x: Array, y: Array, size: float, soft: float) -> Array:
    period = 38 * size
    wide = 0.42 * (_band(_wave(x, period), 8.5 * size, soft) + _band(_wave(y, period), 8.5 * size, soft))
    thin = _band(_wave(x + period / 2, period), 1.3 * size, soft) + _band(
        _wave(y + period / 2, period), 1.3 * size, soft
    )
    return np.clip(wide + 0.4 * thin, 0, 1)


def _dots(x: Array, y: Array, size: float, soft: float) -> Array:
    period = 24 * size
    row = np.round(y / np.float32(period * 0.87))
    across = _wave(x + np.where(row % 2 == 0, 0, period / 2).astype(np.float32), period)
    return _band(np.hypot(across, _wave(y, period * 0.87)), 6.2 * size, soft)


def _gradient(x: Array, y: Array, size: float, soft: float) -> Array:
    t = np.clip((y - 110) / 300, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def _blocks(x: Array, y: Array, size: float, soft: float) -> Array:
    return np.clip((y - 238) / np.float32(soft) + 0.5, 0, 1)


_SHARES: dict[str, Callable[[Array, Array, float, float], Array]] = {
    "stripes": _stripes,
    "pinstripes": _pinstripes,
    "checks": _checks,
    "dots": _dots,
    "gradient": _gradient,
    "colour-block": _blocks,
}


def _floral(x: Array, y: Array, one: Array, two: Array, size: float, soft: float) -> Array:
    """Five-petalled blooms and leaves on a shaken hexagonal grid."""
    period = np.float32(40 * size)
    row = np.floor(y / (period * np.float32(0.87)))
    shift = (row % 2) * period / 2
    column = np.floor((x + shift) / period)
    chance = np.abs(np.sin(column * 127.1 + row * 311.7) * 43758.545) % 1
    other = np.abs(np.sin(column * 269.5 + row * 183.3) * 28001.83) % 1
    u = x + shift - (column + 0.5 + (chance - 0.5) * 0.3) * period
    v = y - (row + 0.5 + (other - 0.5) * 0.3) * period * 0.87
    distance, angle = np.hypot(u, v), np.arctan2(v, u) + chance * 6.28
    reach = size * (9 + 4 * other)
    petals = _band(distance, 1, 1) * 0 + np.clip(
        (reach * (0.74 + 0.26 * np.cos(5 * angle)) - distance) / soft + 0.5, 0, 1
    )
    heart = np.clip((2.8 * size - distance) / soft + 0.5, 0, 1)
    leaves = np.clip(
        (reach * 1.55 * np.clip(np.cos(2 * angle + 1.2), 0, 1) ** 4 - distance) / soft + 0.5, 0, 1
    )
    leaf = np.asarray((0.36, 0.52, 0.34), dtype=np.float32) * 0.75 + one * 0.25
    yolk = np.asarray((0.96, 0.79, 0.30), dtype=np.float32)
    bloom = two[None, None] * (0.82 + 0.18 * np.clip(distance / np.maximum(reach, 1), 0, 1))[..., None]
    result = one + (leaf - one) * leaves[..., None]
    result = result + (bloom - result) * petals[..., None]
    return np.asarray(result + (yolk - result) * heart[..., None], dtype=np.float32)
