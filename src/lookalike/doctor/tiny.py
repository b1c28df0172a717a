"""Pictures of so few pixels that a shopper sees nothing on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.sight import told

_NOTHING = 32.0  # pixels of a side at which nothing can be made out, whatever the others are
_SMALL = 128.0  # of a picture that is small on any page


def tiny(case: Case) -> Iterator[Finding | Unjudged]:
    """By the originals' sizes: a picture's side is its longer one.

    Under 32 pixels a picture is tiny anywhere. Above, it depends on what is usual here: small ones are tiny
    at half of that, others at less.
    """
    if not len(case.keys):
        yield Unjudged("tiny", "", "No product has a picture.")
        return
    sides = case.sizes.max(axis=1).astype(np.float64)
    usual = float(np.median(sides))
    if usual < _SMALL:
        width, height = (round(float(side)) for side in np.median(case.sizes, axis=0))
        why = (
            f"The pictures are small throughout, about {width} x {height} pixels: only far smaller are told."
        )
        yield Unjudged("tiny", "", why)
    times = usual / np.maximum(sides, 1)
    small = np.interp(times, [1.3, 1.6, 2], [0, 0.6, 1])
    middling = np.interp(times, [2, 3, 6], [0, 0.5, 0.9])
    confidence = np.where(sides <= _NOTHING, 1.0, np.where(sides <= _SMALL, small, middling))
    confidence[sides > 2 * _SMALL] = 0

    def evidence(row: int) -> dict[str, Any]:
        width, height = case.sizes[row].tolist()
        says = f"It has {width} x {height} pixels."
        if times[row] >= 1.5:
            says = (
                f"It has {width} x {height} pixels; half of the others have {times[row]:.0f} times the side."
            )
        return {"says": says, "width": width, "height": height}

    yield from told(case, "tiny", confidence, evidence)
