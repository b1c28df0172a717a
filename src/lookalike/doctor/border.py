"""Heavy borders: frames around photographs, bars above and below or at the sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.doctor.case import Case
from lookalike.doctor.finding import LIKELY, Finding, Unjudged
from lookalike.doctor.measuring import SIDES
from lookalike.doctor.pixels import Pixels
from lookalike.doctor.sight import shown_empty, told, unseen

_HEAVY = (0.02, 0.04)  # shares of a side: below the first not heavy, from the second on heavy
_BEGINS = (0.45, 0.75)  # shares of a line at which something begins all at once: an item, a photograph
_FLAT = (4.0, 10.0)  # levels: a border drifts by less than the first, a wall in a studio's light by more
_GROUND = 0.02  # share of a side that a plain ground has at least
_LIKE = (24.0, 12.0)  # levels, of lightness and of colour, within which grounds are the same
_EXPECTED = 0.02  # of a catalogue's pictures have a border before one has looked
_BOXES = 0.4  # of items on a plain ground have straight edges, at most: cartons, books
_OTHER = 0.025  # as much does a plain ground of another colour say
_STYLE = 0.06  # share of the pictures from which on borders of one colour are how this shop does it
_REACH = 3  # boxes of colours on each side that are alike
_SMALL = 48  # pixels of the longer side below which there is too little to see

Column = npt.NDArray[np.float64]


def border(case: Case) -> Iterator[Finding | Unjudged]:
    """Bars on two opposite sides, or all around, at which a photograph begins all at once.

    A carton on white looks the same. So it depends on the shop: the more of its pictures are taken on a
    plain ground of that colour, the less likely is a border; and what many pictures have is how it is done
    here.
    """
    yield from unseen(case, "border")
    if not len(case.keys):
        return
    pixels = case.pixels
    bands, cuts, drifts = (
        np.column_stack([pixels.column(f"{what} {side}") for side in SIDES]).astype(np.float64)
        for what in ("band", "cut", "drift")
    )
    heavy = np.interp(bands, _HEAVY, [0, 1]) * np.interp(cuts, _BEGINS, [0, 1])
    heavy *= np.interp(drifts, _FLAT, [1, 0])
    lying, standing = heavy[:, :2].min(axis=1), heavy[:, 2:].min(axis=1)
    framed = np.maximum(lying, standing)
    shows = pixels.sound & (shown_empty(case) < LIKELY)
    framed[~shows | (case.sizes.max(axis=1) < _SMALL)] = 0
    ground = np.where((framed < LIKELY) & shows, (bands > _GROUND).mean(axis=1), 0.0)
    colours = _Colours(pixels)
    boxes = _BOXES * (_OTHER * ground.mean() + (1 - _OTHER) * colours.share_alike(ground))
    boxes += np.maximum(colours.share_alike((framed >= LIKELY).astype(np.float64)) - _STYLE, 0)
    confidence = framed * _EXPECTED / (_EXPECTED + boxes)
    alike = int(((framed >= LIKELY) & (confidence < LIKELY)).sum())
    if alike > _EXPECTED * len(framed):
        why = f"{alike:,} pictures could be bordered, or show items with straight edges on a plain ground."
        yield Unjudged("border", "", f"{why} Such grounds are usual here.")

    def evidence(row: int) -> dict[str, Any]:
        around = min(lying[row], standing[row]) > 0
        where = "all around" if around else "above and below" if lying[row] else "at the sides"
        share = float(bands[row, :2].sum() if lying[row] >= standing[row] else bands[row, 2:].sum())
        dimension = "height" if lying[row] >= standing[row] else "width"
        says = f"A border {where} takes {share:.0%} of the {dimension}."
        return {"says": says, "share": round(share, 3)}

    yield from told(case, "border", confidence, evidence)


class _Colours:
    """The colours of the edges of n pictures, in boxes of some levels each."""

    def __init__(self, pixels: Pixels) -> None:
        planes = (pixels.column(f"edge {plane}") for plane in ("level", "blueness", "redness"))
        steps = (_LIKE[0] / _REACH, _LIKE[1] / _REACH, _LIKE[1] / _REACH)
        self._boxes = tuple(
            (np.nan_to_num(plane) / step).astype(np.intp) for plane, step in zip(planes, steps, strict=True)
        )
        self._shape = tuple(int(256 / step) + 1 for step in steps)

    def share_alike(self, weights: Column) -> Column:
        """The weight of the pictures of about the colour of each, (n,), as a share of all pictures."""
        boxes = np.ravel_multi_index(self._boxes, self._shape)
        counts = np.bincount(boxes, weights, int(np.prod(self._shape))).reshape(self._shape)
        for axis in range(3):  # sums over boxes around each, one axis after the other
            padded = np.insert(np.cumsum(counts, axis=axis), 0, 0, axis=axis)
            size = counts.shape[axis]
            upper = np.minimum(np.arange(size) + _REACH + 1, size)
            lower = np.maximum(np.arange(size) - _REACH, 0)
            counts = padded.take(upper, axis=axis) - padded.take(lower, axis=axis)
        found: Column = counts[self._boxes] / len(weights)
        return found
