"""Text laid over pictures: prices, stickers, banners, watermarks.

A small network that was taught on drawn text says how likely it is (`lookalike.doctor.lettering`); how usual
it is in this shop is estimated from what it says of all pictures.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lookalike.doctor import lettering
from lookalike.doctor.case import Case
from lookalike.doctor.finding import LIKELY, Finding, Unjudged
from lookalike.doctor.placeholder import empty_pictures
from lookalike.doctor.planted import posterior
from lookalike.doctor.sight import told, unseen

KIND = "text"
_MANNER = 0.3  # share of a shop's pictures with text, from which on it is the shop's manner


def text(case: Case) -> Iterator[Finding | Unjudged]:
    """Every picture that text seems to be laid over, the surest first."""
    yield from unseen(case, KIND)
    odds = case.pixels.column("lettering").astype(np.float64)
    seen = np.isfinite(odds)
    if small := int((case.pixels.sound & ~seen).sum()):
        what = f"{small:,} of {len(odds):,} pictures are" if small < len(odds) else "The pictures are"
        yield Unjudged(
            KIND,
            "",
            f"{what} too small to tell text on them: the shorter side has under {lettering.LEAST} pixels.",
        )
    if not seen.any():
        return
    chances = np.zeros(len(odds))
    chances[seen] = posterior(odds[seen], int(seen.sum()))
    chances[empty_pictures(case)] = 0  # a placeholder says that it is one
    share = float((chances[seen] >= LIKELY).mean())
    if share > _MANNER:
        yield Unjudged(
            KIND, "", f"{share:.0%} of the pictures seem to have text over them: it is the shop's manner."
        )
        return
    across, down = (case.pixels.column(f"lettering {way}") for way in ("across", "down"))

    def evidence(row: int) -> dict[str, object]:
        x, y = round(float(across[row]), 3), round(float(down[row]), 3)
        return {"says": f"Text seems to be laid over the picture {_named(x, y)}.", "x": x, "y": y}

    yield from told(case, KIND, chances, evidence)


def _named(x: float, y: float) -> str:
    """A place in words."""
    across = "left" if x < 0.36 else "right" if x > 0.64 else ""
    down = "top" if y < 0.36 else "bottom" if y > 0.64 else ""
    if across and down:
        return f"at the {down} {across}"
    return f"at the {across or down}" if across or down else "in the middle"
