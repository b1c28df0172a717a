"""What behaviour says of products, told from 0 to 1: what suits a shopper's acts, and what many want."""

from __future__ import annotations

from typing import Final

import numpy as np

from lookalike.asking.placed import Placed
from lookalike.asking.shopper import Shopper
from lookalike.events import SESSION_GAP
from lookalike.vectors import Floats

WARM: Final = 10
"""Visits in which a product was, when half of what is said of it is behaviour's and half is content's."""

_TOP = 20  # products whose mean is told as 1
_NOW = 3600 * 1000  # milliseconds after which what was done last says nothing of what comes next
_RECENT = 20  # products of a visit that ask for the next one


def behaviour(placed: Placed, shopper: Shopper) -> Floats | None:
    """What behaviour says of each product after what this shopper did, (p,), 0 to 1, NaN where it is silent.

    None where it says nothing of any.
    """
    touches = sorted(shopper.all_touches, key=lambda touch: -touch.time)
    signals, now = placed.signals, shopper.now
    if not touches or not len(signals.items):
        return None
    own = {signals.place[touch.item] for touch in touches if touch.item in signals.place}
    scores = _told(signals.of_history(touches, now), own)
    if touches[0].time >= now - _NOW:
        lately = (touch for touch in touches if touch.time >= touches[0].time - SESSION_GAP)
        recent = {touch.item: 1.0 for touch in lately if touch.kind != "disliked"}
        scores = np.maximum(scores, _told(signals.next([*recent.items()][:_RECENT]), own))
    return placed.column(scores) if scores.any() else None


def sure(placed: Placed) -> Floats:
    """How far behaviour is to be believed of each product, (p,), 0 to 1: half where `WARM` visits knew it.

    So its silence about what is rarely seen says nothing, and one visit that had two things does not either.
    """
    seen = np.nan_to_num(placed.column(placed.signals.seen_often()), nan=0.0)
    return (seen / (seen + np.float32(WARM))).astype(np.float32)


def popularity(placed: Placed) -> Floats | None:
    """How popular each product is, (p,), 0 to 1; None where nobody did anything."""
    popular = placed.signals.popular()
    if not popular.any():
        return None
    told = placed.column(popular)
    return np.nan_to_num(_told(told, set()), nan=0.0).astype(np.float32)


def _told(scores: Floats, own: set[int]) -> Floats:
    """Scores from 0 up on the common scale: 1 is the mean of the highest that are not the shopper's own."""
    others = np.nan_to_num(scores, nan=0.0)
    if own:
        others[list(own)] = 0
    top = np.partition(others, max(0, len(others) - _TOP))[-_TOP:]
    top = top[top > 0]
    if not len(top):
        return np.zeros_like(scores)
    told: Floats = np.minimum(scores / np.float32(top.mean()), 1).astype(np.float32)
    return told
