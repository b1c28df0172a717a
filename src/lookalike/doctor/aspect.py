"""Pictures of a shape that is unusual in this shop: strips, and what was squeezed into one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.sight import told

_CAMERA = float(np.log(16 / 9))  # phones and cameras make no longer ones
_ALIKE = 0.06  # of the logarithm of width through height, within which shapes are the same
_MANY, _SOME = 0.1, 0.01  # shares of the pictures that make a shape usual: any, one of a camera
_KNOWN = 20  # pictures from which on it is known what is usual


def aspect(case: Case) -> Iterator[Finding | Unjudged]:
    """Pictures wider than the widest usual shape, or taller than the tallest.

    A shape is usual when a tenth of the pictures have it, or one in a hundred where cameras make it. In a
    shop of one shape a square is unusual; where shapes vary it takes more, and what is usual upright is usual
    lying too.
    """
    if not len(case.keys):
        yield Unjudged("aspect", "", "No product has a picture.")
        return
    shapes = np.log(np.maximum(case.sizes[:, 0], 1) / np.maximum(case.sizes[:, 1], 1))
    if len(shapes) < _KNOWN:
        why = f"{len(shapes)} pictures are too few to know what shape is usual here; {_KNOWN} are enough."
        yield Unjudged("aspect", "", f"{why} Only strips are told.")
        least, most = -_CAMERA, _CAMERA
    else:
        least, most = _usual(shapes)
    beyond = np.maximum(np.maximum(least - shapes, shapes - most), 0)
    confidence = np.interp(beyond, [0.1, 0.2, 0.3, 0.7], [0, 0.4, 0.7, 0.97])

    def evidence(row: int) -> dict[str, Any]:
        width, height = case.sizes[row].tolist()
        form = "wide" if shapes[row] > most else "tall"
        limit = _told(most if shapes[row] > most else least)
        says = f"It is {_told(shapes[row])} {form}; others here go as far as {limit}."
        return {"says": says, "width": width, "height": height}

    yield from told(case, "aspect", confidence, evidence)


def _usual(shapes: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The tallest and the widest usual shape; the middle one, where each is of its own."""
    ordered = np.sort(shapes)
    near = np.searchsorted(ordered, ordered + _ALIKE, "right") - np.searchsorted(ordered, ordered - _ALIKE)
    needed = np.where(np.abs(ordered) <= _CAMERA + _ALIKE, _SOME, _MANY) * len(ordered)
    usual = ordered[near >= np.maximum(needed, 2)]
    middle = float(np.median(ordered))
    least, most = float(min([middle, *usual[:1]])), float(max([middle, *usual[-1:]]))
    if most - least > 2 * _ALIKE:
        farther = min(max(-least, most), _CAMERA)
        least, most = min(least, -farther), max(most, farther)
    return least, most


def _told(shape: float) -> str:
    """A shape as people say it: "3 : 4", "2.5 : 1"."""
    ratio = float(np.exp(abs(shape)))
    for small in range(1, 10):
        large = round(ratio * small)
        if large < 20 and abs(large / small - ratio) < 0.01 * ratio:
            return f"{large} : {small}" if shape > 0 else f"{small} : {large}"
    return f"{ratio:.1f} : 1" if shape > 0 else f"1 : {ratio:.1f}"
