"""Blurred pictures: out of focus, moved, blown up from small ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lookalike.doctor.case import Case
from lookalike.doctor.finding import LIKELY, Finding, Unjudged
from lookalike.doctor.sight import shown_empty, told, unseen

_TYPICAL, _SPREAD, _WEIGHT = 0.75, 0.09, 30.0  # sharpness of a shop of which little is known; in pictures
_LEAST_SPREAD = 0.07
_FAR, _ODD = 2.5, 0.01  # one sharp picture in a hundred is odd: as many times as far from the usual
_SOFT, _SOFT_SPREAD = 0.30, 0.07  # sharpness of edges under a Gaussian of about 2 pixels, and of its like
_EXPECTED = 0.02  # of a catalogue's pictures are blurred before one has looked
_APART = 2.0  # spreads between what is usual and what is blurred, for a blurred one to stand out
_SMALL = 48  # pixels of the longer side below which there is too little to see


def blurred(case: Case) -> Iterator[Finding | Unjudged]:
    """Pictures whose sharpest edges are soft, as this shop's own are not.

    The confidence is that of two distributions: of this shop's sharpness, by its median and its lower
    quartile, with a few odd pictures farther off, and of blurred pictures, of which two in a hundred are
    expected. Sharpness is measured on edges alone: a smooth item is as sharp as its outline.
    """
    yield from unseen(case, "blurred")
    if not len(case.keys):
        return
    sharpness = case.pixels.column("sharpness").astype(np.float64)
    large = case.sizes.max(axis=1) >= _SMALL
    judged = large & case.pixels.sound & (shown_empty(case) < LIKELY)
    known = sharpness[judged & ~np.isnan(sharpness)]
    usual, spread = _usual(known)
    if usual - _SOFT < _APART * spread:
        why = "The pictures are so unlike in sharpness, or so soft, that a blurred one does not stand out."
        yield Unjudged("blurred", "", why)
        return
    soft = _EXPECTED * _density(np.maximum(sharpness, _SOFT), _SOFT, _SOFT_SPREAD)
    below = np.minimum(sharpness, usual)
    sharp = _density(below, usual, spread) + _ODD * _density(below, usual, _FAR * spread)
    sharp *= 1 - _EXPECTED
    confidence = soft / (soft + sharp)
    yield from told(
        case,
        "blurred",
        np.where(judged, np.minimum(confidence, 0.99), 0.0),
        lambda row: {
            "says": "Even the sharpest edges are soft, unlike those of the other pictures here.",
            "sharpness": round(float(np.nan_to_num(sharpness[row])), 2),
            "usual": round(usual, 2),
        },
    )


def _usual(known: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Median and spread of this shop's sharpness; with few pictures, nearly those of any shop."""
    share = len(known) / (len(known) + _WEIGHT)
    if not len(known):
        return _TYPICAL, _SPREAD
    lower, median = np.quantile(known, [0.25, 0.5])
    spread = (median - lower) / 0.6745  # of a normal distribution
    usual = share * median + (1 - share) * _TYPICAL
    return float(usual), float(max(share * spread + (1 - share) * _SPREAD, _LEAST_SPREAD))


def _density(at: npt.NDArray[np.float64], mean: float, spread: float) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.exp(-0.5 * ((at - mean) / spread) ** 2) / spread
    return found
