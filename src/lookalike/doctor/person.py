"""People and scenes as main pictures, in kinds where packshots are the rule.

An item before a plain ground is surrounded by it. A person who wears the item is cut off by the picture's
edge, most often below, and shows skin at face, arms or feet; a scene reaches the edge all around. How much
each of these tells was learnt from pictures that people had labelled (logistic regression). How likely one is
here depends on the kind: where many are so, it is the rule and nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.pixels import Pixels
from lookalike.doctor.sight import LEAST, shown_empty, unseen

FEW = 20
"""Main pictures that the whole shop counts for beside a kind's own; with fewer nobody can tell the rule."""

_MOST = 0.25  # share of a kind that may be people or scenes where packshots are the rule
_RARE = 0.002  # share that may always be
_SKIN = 0.05  # of the figure, from which on a person is likelier than a scene
_WEIGHTS = {
    "figure": 10.53,
    "figure top": 8.22,
    "figure bottom": 7.54,
    "the lesser side": -0.4,
    "the other side": -1.98,
    "skin face": 3.62,
    "skin upper": -2.13,
    "skin lower": -4.14,
    "skin feet": 5.44,
    "skin": 3.93,
}  # of the square roots of the shares; see decision 0025 for what they were learnt from
_OFFSET = -11.2


def people(case: Case) -> Iterator[Finding | Unjudged]:
    """Every main picture that shows a person or a scene where its kind's do not, the surest first."""
    mains = np.flatnonzero(np.diff(case.snapshot.picture_product, prepend=-1)).astype(np.intp)
    yield from unseen(case, "person")
    if not len(mains):
        return
    if len(mains) < FEW:
        yield Unjudged(
            "person",
            "",
            f"{len(mains):,} main pictures are too few to know what is usual here; {FEW} are enough.",
        )
        return
    column = case.snapshot.columns.text("category")
    codes = np.full(len(case.snapshot), -1) if column is None else column.codes
    kinds = codes[case.snapshot.picture_product[mains]]
    odds = log_odds(case.pixels)[mains]
    chances, ruled = told_apart(odds, kinds)
    chances = chances * (1 - shown_empty(case)[mains])
    usual = np.argsort(odds, kind="stable")
    skins = case.pixels.column("skin")[mains]
    for at in np.argsort(-chances, kind="stable").tolist():
        if chances[at] < LEAST:
            break
        name = "" if column is None or kinds[at] < 0 else column.values[kinds[at]]
        like = mains[usual[kinds[usual] == kinds[at]][:3]].tolist()
        product, position = case.keys[mains[at]]
        yield Finding(
            "person",
            (product,),
            round(float(chances[at]), 3),
            picture=position,
            evidence=_evidence(case, name, float(skins[at]), like),
        )
    if not ruled.all():
        yield Unjudged(
            "person",
            "",
            f"{int((~ruled).sum()):,} of {len(mains):,} main pictures are of kinds of which many show people "
            "or scenes; they were not judged.",
        )


def _evidence(case: Case, kind: str, skin: float, like: Sequence[int]) -> dict[str, Any]:
    what = "a person" if skin >= _SKIN else "a person or a scene"
    among = f" of {kind}" if kind else ""
    return {
        "says": f"It seems to show {what}, where the main pictures{among} are packshots.",
        "skin": round(skin, 3),
        "products": [{"id": case.keys[i][0], "picture": case.keys[i][1], "value": kind} for i in like],
    }


def log_odds(pixels: Pixels) -> npt.NDArray[np.float64]:
    """Log-odds (n,) that pictures show a person or a scene, were half of all so; NaN for damaged ones."""
    sides = np.stack([pixels.column("figure left"), pixels.column("figure right")])
    derived = {"the lesser side": sides.min(axis=0), "the other side": sides.max(axis=0)}
    shares = (derived[name] if name in derived else pixels.column(name) for name in _WEIGHTS)
    parts = [weight * np.sqrt(share) for weight, share in zip(_WEIGHTS.values(), shares, strict=True)]
    return np.asarray(np.sum(parts, axis=0, dtype=np.float64) + _OFFSET)


def told_apart(
    odds: npt.NDArray[np.float64], kinds: npt.NDArray[np.integer[Any]]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Probabilities (n,) of log-odds (n,), and of which packshots are the rule; 0 where they are not.

    How frequent people are in a kind is counted, as if `FEW` of the whole shop's were of that kind too.
    """
    people_shown = np.nan_to_num(odds, nan=-np.inf) > 0
    whole = float(people_shown.mean()) if len(odds) else 0.0
    _, own = np.unique(kinds, return_inverse=True)
    counts = np.bincount(own)
    shares = (np.bincount(own, people_shown) + FEW * whole) / (counts + FEW)
    ruled = (shares <= _MOST)[own]
    chances = expit(np.nan_to_num(odds, nan=-99.0) + logit(np.clip(shares, _RARE, _MOST))[own])
    chances[~ruled] = 0
    return np.asarray(chances, dtype=np.float64), ruled
