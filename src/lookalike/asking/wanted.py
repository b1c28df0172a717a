"""What behaviour says of products after what a shopper did, told from 0 to 1."""

from __future__ import annotations

import numpy as np

from lookalike.asking.placed import Placed, told
from lookalike.asking.shopper import Shopper
from lookalike.events import SESSION_GAP
from lookalike.vectors import Floats

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
    own = [*{signals.place[touch.item] for touch in touches if touch.item in signals.place}]
    scores = told(signals.of_history(touches, now), own)
    if touches[0].time >= now - _NOW:
        lately = (touch for touch in touches if touch.time >= touches[0].time - SESSION_GAP)
        recent = {touch.item: 1.0 for touch in lately if touch.kind != "disliked"}
        scores = np.maximum(scores, told(signals.next([*recent.items()][:_RECENT]), own))
    return placed.column(scores) if scores.any() else None
