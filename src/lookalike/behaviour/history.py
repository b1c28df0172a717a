"""What a shopper wants next whose history is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.behaviour.together import CoBuys, CoVisits, decayed
from lookalike.behaviour.visits import STRENGTH
from lookalike.events import Touch
from lookalike.vectors import Floats


@dataclass(frozen=True, slots=True)
class History:
    """Scores of what belongs to a shopper's own products, and of these themselves."""

    views: CoVisits
    buys: CoBuys

    def scores(self, touches: Sequence[Touch], place: Mapping[str, int], now: int) -> Floats:
        """Of one shopper's touches at a time, (items,)."""
        width = self.views.items
        told = [touch for touch in touches if touch.kind in STRENGTH and touch.item in place]
        if not told:
            return np.zeros(width, np.float32)
        fresh = decayed(np.array([touch.time for touch in told]), now, 60.0)
        often = np.log1p([touch.weight for touch in told])
        strength = np.array([STRENGTH[touch.kind] for touch in told]) * often * fresh
        own = np.bincount([place[touch.item] for touch in told], strength, minlength=width)
        own = own / own.sum()
        rows = np.flatnonzero(own)
        related = self.views.table.summed(rows, own[rows], width)
        related += self.buys.table.summed(rows, own[rows], width)
        scores: Floats = (own + related).astype(np.float32)
        return scores
