"""What of a catalogue's pictures can be judged, and findings about single pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged

LEAST = 0.2
"""The confidence below which nothing is said."""


def unseen(case: Case, kind: str) -> Iterator[Unjudged]:
    """Why pictures cannot be judged: there is none, or thumbnails are damaged."""
    if not len(case.keys):
        yield Unjudged(kind, "", "No product has a picture.")
    elif damaged := int((~case.pixels.sound).sum()):
        what = "One thumbnail is damaged" if damaged == 1 else f"{damaged:,} thumbnails are damaged"
        yield Unjudged(
            kind, "", f"{what}: `lookalike verify` says which, `lookalike rebuild` makes them anew."
        )


def told(
    case: Case, kind: str, confidence: npt.NDArray[Any], evidence: Callable[[int], dict[str, Any]]
) -> Iterator[Finding]:
    """A finding for each picture whose confidence (n,) is enough to say so, the surest first.

    ``evidence`` is asked for the row of each such picture.
    """
    sure = np.nan_to_num(np.asarray(confidence, dtype=np.float64))
    rows = np.flatnonzero(sure >= LEAST)
    for row in rows[np.argsort(-sure[rows], kind="stable")].tolist():
        product, position = case.keys[row]
        yield Finding(kind, (product,), round(float(sure[row]), 3), picture=position, evidence=evidence(row))


def shown_empty(case: Case) -> npt.NDArray[np.float64]:
    """How sure it is that nothing is on a picture, (n,): no step in it that an eye would see, or mere noise.

    A step of 4 levels of 255 from place to place is not seen, one of 12 is: a thin chain on white makes it.
    Grain between neighbouring pixels is no content unless it hangs together, as cloth does.
    """
    pixels = case.pixels
    flat = np.interp(pixels.column("relief"), [4, 7, 10, 12], [0.98, 0.7, 0.3, 0])
    smooth = np.interp(pixels.column("grain"), [9, 14], [1, 0])
    noise = np.interp(pixels.column("likeness"), [0.2, 0.3, 0.4], [0.95, 0.6, 0])
    found = np.maximum(flat * smooth, noise)
    return np.where(pixels.sound, found, 0.0)
