"""What visits like this one looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from lookalike.behaviour.sparse import Sparse, Whole
from lookalike.behaviour.together import decayed
from lookalike.behaviour.visits import Visits
from lookalike.vectors import Floats

_SAMPLED: Final = 1000  # visits of an item that are looked at, the latest
_NEIGHBOURS: Final = 300  # visits that vote
_FADING: Final = 1.0  # items further back in this visit at which one counts e times less
_AWAY: Final = 9.0  # places away from what both have at which an item of another visit counts e times less


@dataclass(frozen=True, slots=True)
class Sessions:
    """Session k-nearest neighbours among v visits.

    Of the latest visits that share an item with this one, those that share most vote for what they had: the
    more, the later in this visit the shared items are, the rarer they are, the younger the visit is, and the
    nearer in it to the last shared item. Sources: Jannach, Ludewig: When recurrent neural networks meet the
    neighborhood for session-based recommendation, RecSys 2017; Ludewig, Jannach: Evaluation of session-based
    recommendation algorithms, UMUAI 2018 (VS-kNN); Garg, Gupta, Malhotra, Vig, Shroff: Sequence and time
    aware neighborhood for session-based recommendations, SIGIR 2019 (STAN).
    """

    items: int
    of_visit: Sparse  # items and their places in the visit
    of_item: Sparse  # visits, the latest first, and the item's place in each
    rarity: Floats  # (items,)
    freshness: Floats  # (v,)

    @classmethod
    def of(cls, visits: Visits, now: int, half_life: float) -> Sessions:
        """Of visits, of which one that is ``half_life`` days old at a time counts half."""
        starts = visits.starts
        place = (np.arange(len(visits.item)) - np.repeat(starts[:-1], np.diff(starts))).astype(np.float32)
        codes = visits.visit.astype(np.int64) * visits.items + visits.item
        _, from_end = np.unique(codes[::-1], return_index=True)
        once = np.sort(len(codes) - 1 - from_end)  # of what one visit had several times the last
        visit, item, place = visits.visit[once], visits.item[once], place[once]
        by_item = np.lexsort((-visit, item))
        had = np.bincount(item, minlength=visits.items)
        return cls(
            visits.items,
            Sparse(np.searchsorted(visit, np.arange(len(visits) + 1)), item, place),
            Sparse(np.append(0, np.cumsum(had)).astype(np.int64), visit[by_item], place[by_item]),
            (1 + np.log(max(len(visits), 1) / np.maximum(had, 1))).astype(np.float32),
            decayed(visits.ended, now, half_life),
        )

    def next(self, recent: Whole, weights: Floats) -> Floats:
        """Votes (items,) after these items (n,), each once, the latest first."""
        fading = weights * np.exp(-np.arange(len(recent)) / _FADING) * self.rarity[recent]
        parts = [self.of_item.row(item) for item in recent.tolist()]
        parts = [slice(own.start, min(own.stop, own.start + _SAMPLED)) for own in parts]
        met = np.concatenate([np.empty(0, np.int32), *(self.of_item.columns[own] for own in parts)])
        places = np.concatenate([np.empty(0, np.float32), *(self.of_item.values[own] for own in parts)])
        visits, first, back = np.unique(met, return_index=True, return_inverse=True)
        likeness = np.bincount(back, np.repeat(fading, [own.stop - own.start for own in parts]))
        likeness = likeness * self.freshness[visits]
        if len(visits) > _NEIGHBOURS:
            near = np.argpartition(-likeness, _NEIGHBOURS)[:_NEIGHBOURS]
            visits, first, likeness = visits[near], first[near], likeness[near]
        at, counts = self.of_visit.places(visits)
        away = np.abs(self.of_visit.values[at] - np.repeat(places[first], counts))
        votes = np.repeat(likeness, counts) * np.exp(-away / _AWAY)
        return np.bincount(self.of_visit.columns[at], votes, minlength=self.items).astype(np.float32)
