"""What visits like this one went on to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lookalike.behaviour.sparse import Sparse
from lookalike.behaviour.together import decayed
from lookalike.behaviour.visits import Visits
from lookalike.vectors import Floats

SAMPLED: Final = 1000
NEIGHBOURS: Final = 300


@dataclass(frozen=True, slots=True)
class Sessions:
    """Session k-nearest neighbours over v visits.

    Of the visits that share an item with this one, latest first, those most like it vote for their items.
    Source: Jannach, Ludewig: When recurrent neural networks meet the neighborhood for session-based
    recommendation, RecSys 2017; with what is later in the visit counting more (VS-kNN: Ludewig, Jannach:
    Evaluation of session-based recommendation algorithms, UMUAI 2018).
    """

    items: int
    of_visit: Sparse  # the items of each visit, with their places in it from 1
    of_item: Sparse  # the visits of each item, latest first
    freshness: Floats

    @classmethod
    def of(cls, visits: Visits, now: int, half_life: float = 30.0) -> Sessions:
        """Of visits, one that is ``half_life`` days old counting half."""
        starts = visits.starts
        place = np.arange(len(visits.item)) - np.repeat(starts[:-1], np.diff(starts)) + 1
        codes = visits.visit.astype(np.int64) * visits.items + visits.item
        _, back = np.unique(codes[::-1], return_index=True)
        last = len(codes) - 1 - back  # of an item that was had again the last time
        last.sort()
        visit, item = visits.visit[last], visits.item[last]
        begins = np.searchsorted(visit, np.arange(len(visits) + 1))
        by_item = np.lexsort((-visit.astype(np.int64), item))
        places = place[last].astype(np.float32)
        return cls(
            visits.items,
            Sparse(begins.astype(np.int64), item, places),
            Sparse(
                np.searchsorted(item[by_item], np.arange(visits.items + 1)).astype(np.int64),
                visit[by_item],
                places[by_item],
            ),
            decayed(visits.ended, now, half_life),
        )

    def next(self, recent: npt.NDArray[np.integer[Any]], weights: Floats) -> Floats:
        """What comes after these items (n,), the latest first, (items,); 0 where nothing is known."""
        own = weights / np.arange(1, len(recent) + 1)
        rows, counts = [], []
        for item in recent.tolist():
            found = self.of_item.columns[self.of_item.row(item)][:SAMPLED]
            rows.append(found)
            counts.append(len(found))
        met = np.concatenate([np.empty(0, np.int32), *rows])
        if not len(met):
            return np.zeros(self.items, np.float32)
        visits, back = np.unique(met, return_inverse=True)
        likeness = np.bincount(back, np.repeat(own, counts)) * self.freshness[visits]
        if len(visits) > NEIGHBOURS:
            near = np.argpartition(-likeness, NEIGHBOURS)[:NEIGHBOURS]
            visits, likeness = visits[near], likeness[near]
        at, sizes = self.of_visit.places(visits)
        votes = np.repeat(likeness, sizes)
        return np.bincount(self.of_visit.columns[at], votes, minlength=self.items).astype(np.float32)
