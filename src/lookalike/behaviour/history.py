"""What a shopper wants next whose history is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lookalike.behaviour.together import CoBuys, CoVisits, decayed
from lookalike.behaviour.visits import STRENGTH
from lookalike.events import Touch
from lookalike.vectors import Floats

_HALF_LIFE: Final = 180.0  # days after which what a shopper did counts half, for having it again
_LATELY: Final = 60.0  # the same, for what belongs to it
_RELATED: Final = 3.0  # how much what belongs to a shopper's products counts, of these themselves
_UNWANTED: Final = ("disliked", "returned")


@dataclass(frozen=True, slots=True)
class History:
    """Shares of what a shopper had, and of what was had together with it.

    The first is personal frequency, the strongest plain model of next baskets (Hu, He, Gao, Zhang: Modeling
    personalized item frequency information for next-basket recommendation, SIGIR 2020), the second
    neighbourhoods of items, half by visits and half by shoppers.
    """

    views: CoVisits
    buys: CoBuys

    def scores(self, touches: Sequence[Touch], place: Mapping[str, int], now: int) -> Floats:
        """Of one shopper's touches at a time, (items,); what was disliked or given back says nothing."""
        width = self.views.items
        gone = {touch.item: touch.time for touch in touches if touch.kind in _UNWANTED}
        told = [
            touch
            for touch in touches
            if touch.kind in STRENGTH
            and touch.item in place
            and touch.time > gone.get(touch.item, touch.time - 1)
        ]
        if not told:
            return np.zeros(width, np.float32)
        items = np.array([place[touch.item] for touch in told])
        times = np.array([touch.time for touch in told])
        strength = np.array([STRENGTH[touch.kind] * _often(touch) for touch in told])
        lately = strength * decayed(times, now, _LATELY)
        related = sum(shares(pairs.table.summed(items, lately, width)) for pairs in (self.views, self.buys))
        own = np.bincount(items, strength * decayed(times, now, _HALF_LIFE), minlength=width)
        scores: Floats = (shares(own) + _RELATED / 2 * related).astype(np.float32)
        return scores


def _often(touch: Touch) -> float:
    """How often something was done, by halves; the weight of what was bought is how many, not how often."""
    return 1.0 if touch.kind == "bought" else float(np.log2(1 + touch.weight))


def shares(scores: npt.NDArray[Any]) -> Floats:
    """Scores as shares of their sum, zeros where there are none."""
    whole = scores.sum()
    return (scores / whole if whole > 0 else scores).astype(np.float32, copy=False)
