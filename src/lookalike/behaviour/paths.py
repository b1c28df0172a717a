"""Where visits went from an item, and where they went from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from lookalike.behaviour.sparse import Sparse, Whole
from lookalike.behaviour.together import decayed
from lookalike.behaviour.visits import Visits
from lookalike.vectors import Floats

_STEPS: Final = 5  # places that an item is after another at most, to be said to follow it
_BACKWARDS: Final = 0.5  # how much the way back counts of the way there
_FADING: Final = 1.0  # items further back in a visit at which one counts e times less
_FURTHER: Final = 0.5  # how much two ways count of one
_WIDEST: Final = 200  # items kept that follow one, the most frequent
_ON: Final = 300  # items from which it goes on


@dataclass(frozen=True, slots=True)
class Paths:
    """How often items follow one another in visits, an item n places later 1/n times.

    One follows them once and a second time, so that items which few visits had lead somewhere as well.
    Sources: sequential rules of Ludewig, Jannach: Evaluation of session-based recommendation algorithms,
    UMUAI 2018; the second time as in random walks, Cooper, Lee, Radinsky, Wolff: Random walks in
    recommender systems, WWW 2014.
    """

    items: int
    table: Sparse  # of each item the shares of what follows it

    @classmethod
    def of(cls, visits: Visits, now: int, half_life: float) -> Paths:
        """Of visits, of which one that is ``half_life`` days old at a time counts half."""
        from scipy.sparse import coo_matrix, csr_matrix

        shape = (visits.items, visits.items)
        weight = decayed(visits.ended, now, half_life)
        follows = csr_matrix(shape, dtype=np.float32)
        for step in range(1, _STEPS + 1):
            at = np.flatnonzero(visits.visit[step:] == visits.visit[:-step])
            told = weight[visits.visit[at]] / np.float32(step)
            ways = coo_matrix((told, (visits.item[at], visits.item[at + step])), shape=shape).tocsr()
            follows = follows + ways + _BACKWARDS * ways.T
        table = Sparse.of(follows)
        left = np.asarray(follows.sum(axis=1)).ravel()
        table = table.only(table.highest(_WIDEST))
        table.values[:] /= np.repeat(left, np.diff(table.starts))
        return cls(visits.items, table)

    def next(self, recent: Whole, weights: Floats) -> Floats:
        """Where one comes (items,) from these items (n,), each once, the latest first."""
        fading = weights * np.exp(-np.arange(len(recent)) / _FADING)
        there = self.table.summed(recent, fading, self.items)
        on = np.flatnonzero(there)
        if len(on) > _ON:
            on = on[np.argpartition(-there[on], _ON)[:_ON]]
        return there + np.float32(_FURTHER) * self.table.summed(on, there[on], self.items)
