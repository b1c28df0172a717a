"""Pictures with nothing on them: white, black, grey, mere noise; and such of one colour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import LIKELY, Finding, Unjudged
from lookalike.doctor.sight import shown_empty, told, unseen

_COLOURED = 10.0  # levels of the colour planes from grey
_WARES = 0.1  # share of a catalogue's pictures from which on one colour is what is sold


def blank(case: Case) -> Iterator[Finding | Unjudged]:
    """What shows nothing and is without colour: blank; what shows nothing but a colour: of one colour.

    Where many pictures are of one colour they show the goods: cloth, paint, tiles.
    """
    yield from unseen(case, "blank")
    if not len(case.keys):
        yield from unseen(case, "one-colour")
        return
    pixels = case.pixels
    empty = shown_empty(case)
    colour = np.hypot(pixels.column("blueness") - 128, pixels.column("redness") - 128)
    coloured = colour >= _COLOURED
    level = pixels.column("level")
    noise = pixels.column("likeness") < 0.4

    def evidence(row: int) -> dict[str, Any]:
        what = (
            "noise" if noise[row] else "white" if level[row] > 235 else "black" if level[row] < 20 else "grey"
        )
        return {"says": f"Nothing is on the picture: all of it is {what}.", "level": _rounded(level[row])}

    yield from told(case, "blank", np.where(coloured, 0, empty), evidence)
    plain = np.where(coloured, empty, 0)
    share = float((plain >= LIKELY).mean())
    if share > _WARES and (plain >= LIKELY).sum() > 1:
        yield Unjudged(
            "one-colour", "", f"{share:.0%} of the pictures are of one colour: that seems to be what is sold."
        )
        return
    yield from told(
        case,
        "one-colour",
        plain,
        lambda row: {"says": "Nothing is on the picture but one colour.", "level": _rounded(level[row])},
    )


def _rounded(value: float) -> float:
    return round(float(value), 1)
