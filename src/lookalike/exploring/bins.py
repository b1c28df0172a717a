"""Bounds that a person reads easily, for counting numbers between them."""

from __future__ import annotations

import math
import sys

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

_STEPS = (1, 2, 2.5, 5, 10)
_TAIL = 0.01  # share of the numbers at either end that may lie far beyond the others
_ENOUGH = 10  # numbers from which one alone may be far from the others
_FAR = 0.5  # of the others' spread: beyond it a part of its own is drawn
_LEAST = 1e-10  # of the largest number: narrower parts have no bounds that twelve digits tell apart


def round_bounds(numbers: Numbers, most: int = 20) -> list[float]:
    """Bounds of at most ``most`` equal parts between round numbers, under which all numbers lie.

    Where a hundredth of the numbers, or one of a few, lies far beyond the rest, at either end, the part there
    is wider and holds it. Of numbers that are all the same one part, of none no bounds.
    """
    if not len(numbers):
        return []
    ordered = np.sort(numbers)
    low, high = float(ordered[0]), float(ordered[-1])
    aside = max(1, int(_TAIL * len(ordered))) if len(ordered) >= _ENOUGH else 0
    bottom, top = float(ordered[aside]), float(ordered[-1 - aside])
    spread = top - bottom
    bottom = bottom if bottom - low > _FAR * spread else low
    top = top if high - top > _FAR * spread else high
    wide = (top - bottom) / max(most - 3, 1) if top > bottom else max(abs(top), 1) / 10
    step = _round_step(max(wide, _LEAST * max(abs(low), abs(high)), sys.float_info.min))
    first, last = math.floor(bottom / step), math.floor(top / step) + 1
    ends = [math.floor(low / step), *range(first, last + 1), math.floor(high / step) + 1]
    return [_exactly(at * step) for at in sorted(set(ends))]


def equal_shares(numbers: Numbers, parts: int) -> list[float]:
    """Bounds between which about equally many of the numbers lie, rounded to two digits; fewer where many
    numbers are the same."""
    if not len(numbers):
        return []
    inner = np.quantile(numbers, np.arange(1, parts) / parts)
    low, high = float(numbers.min()), float(numbers.max())
    rounded = sorted({_two_digits(float(one)) for one in inner})
    return [low, *(one for one in rounded if low < one <= high), math.nextafter(high, math.inf)]


def counted(numbers: Numbers, bounds: list[float]) -> list[int]:
    """How many numbers lie from each bound to below the next; those beyond the ends lie in the last parts."""
    parts = len(bounds) - 1
    places = (np.searchsorted(np.array(bounds), numbers, side="right") - 1).clip(0, parts - 1)
    found: list[int] = np.bincount(places, minlength=parts).tolist()
    return found


def written(number: float) -> str:
    """A bound as it is read and as a filter takes it: no exponent, no zeros at its end."""
    return format(_exactly(number), ".10f").rstrip("0").rstrip(".")


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not under this."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _STEPS if step * power >= least * (1 - 1e-9))


def _two_digits(number: float) -> float:
    return float(f"{number:.2g}")


def _exactly(number: float) -> float:
    """Without what adding up floats left."""
    return float(f"{number:.12g}")
