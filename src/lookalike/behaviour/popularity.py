"""What many want: now, and more than before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.behaviour.together import DAY, decayed
from lookalike.behaviour.visits import Visits
from lookalike.vectors import Floats

_LATELY = 7.0  # days in which half of what counts as lately was done
_DOUBT = 5.0  # interest that an item is given as if it had always been wanted as now


@dataclass(frozen=True, slots=True)
class Popularity:
    """How much each item is wanted, of i items.

    ``popular`` (i,) is the interest of all visits, in which the strongest that was done with an item counts
    once, halved for every so many days that it is old. ``trending`` (i,) is the interest of lately over what
    the item had in the same length of time before, and 0 where it did not grow. ``known`` (i,) is in how
    many visits it was.
    """

    popular: Floats
    trending: Floats
    known: Floats

    @classmethod
    def of(cls, visits: Visits, now: int, half_life: float = 14.0) -> Popularity:
        """Of visits, as it is at a time, what is ``half_life`` days old counting half."""
        order = np.lexsort((visits.strength, visits.item, visits.visit))
        visit, item = visits.visit[order], visits.item[order]
        strongest = np.ones(len(order), np.bool_)
        strongest[:-1] = (visit[1:] != visit[:-1]) | (item[1:] != item[:-1])
        visit, item, strength = visit[strongest], item[strongest], visits.strength[order][strongest]

        def interest(half: float) -> Floats:
            counted = strength * decayed(visits.ended, now, half)[visit]
            return np.bincount(item, counted, minlength=visits.items).astype(np.float32)

        lately, longer = interest(_LATELY), interest(4 * _LATELY)
        days = max((now - int(visits.ended[0])) / DAY, 1e-3) if len(visits) else 1.0
        span, past = (half * (1 - 2 ** (-days / half)) for half in (_LATELY, 4 * _LATELY))
        usual = longer * np.float32(span / past)
        grown = (lately - usual) / np.sqrt(usual + _DOUBT)
        known = np.bincount(item, minlength=visits.items).astype(np.float32)
        return cls(interest(half_life), np.maximum(grown, 0).astype(np.float32), known)
