"""What is viewed together and what is bought together: pairs of items, and how many had both."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lookalike.behaviour.sparse import Sparse, stacked
from lookalike.behaviour.visits import Visits
from lookalike.events import Kind, Log
from lookalike.vectors import Floats

_BOUGHT: Final[tuple[Kind, ...]] = ("bought",)
DAY: Final = 24 * 3600 * 1000

_WIDEST = 300  # partners kept of an item, the best
_MOST = 100  # items of one visit or shopper that make pairs, the latest
_AT_ONCE = 8_000_000  # pairs worked out at once, some 100 MB
_DOUBT = 5.0  # visits that a pair must have been together in until it counts half of what it seems


@dataclass(frozen=True, slots=True)
class Together:
    """How much each item goes with one: ``score`` (i,) from 0 to 1, and of how many it is known (i,)."""

    score: Floats
    support: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which items were had together, by whom.

    The score of a pair is the cosine between the two items' columns of a table of who had what, in which who
    had it long ago counts less, times n / (n + 5) for n that had both (Sarwar, Karypis, Konstan, Riedl:
    Item-based collaborative filtering recommendation algorithms, WWW 2001; shrunk as in Bell, Koren: Improved
    neighborhood-based collaborative filtering, KDD Cup 2007).
    """

    items: int
    table: Sparse
    support: npt.NDArray[np.int32]

    def of(self, item: int) -> Together:
        """What goes with one item."""
        own = self.table.row(item)
        score, support = np.zeros(self.items, np.float32), np.zeros(self.items, np.int32)
        score[self.table.columns[own]] = self.table.values[own]
        support[self.table.columns[own]] = self.support[own]
        return Together(score, support)


class CoVisits(Pairs):
    """Items that were looked at, chosen or bought in one visit; support counts visits."""

    @classmethod
    def from_visits(cls, visits: Visits, now: int, half_life: float = 30.0) -> CoVisits:
        """Of visits, of which one ``half_life`` days before ``now`` counts half."""
        return cls(visits.items, *_paired(visits, visits.visit, now, half_life))

    @classmethod
    def from_log(cls, log: Log, now: int, half_life: float = 30.0) -> CoVisits:
        """Of a log. See `from_visits`."""
        return cls.from_visits(Visits.of(log), now, half_life)


class CoBuys(Pairs):
    """Items that one shopper bought, in one visit or several; support counts shoppers."""

    @classmethod
    def from_log(cls, log: Log, now: int, half_life: float = 180.0) -> CoBuys:
        """Of a log, a purchase ``half_life`` days before ``now`` counting half."""
        visits = Visits.of(log, _BOUGHT)
        return cls(visits.items, *_paired(visits, visits.shopper[visits.visit], now, half_life))


def decayed(times: npt.NDArray[np.int64], now: int, half_life: float) -> Floats:
    """How much something counts that was at these times (n,): half after ``half_life`` days."""
    ago = np.clip((now - times) / (half_life * DAY), 0, 30)
    return np.exp2(-ago).astype(np.float32)


def _paired(
    visits: Visits, unit: npt.NDArray[np.int32], now: int, half_life: float
) -> tuple[Sparse, npt.NDArray[np.int32]]:
    """Scores and supports of the items that share a unit, such as a visit."""
    had = _had(visits, unit, decayed(visits.ended, now, half_life)[visits.visit])
    both = had.copy()
    both.data = np.ones_like(both.data)
    whose, counted = had.T.tocsr(), both.T.tocsr()
    length = np.sqrt(np.asarray(whose.power(2).sum(axis=1)).ravel())
    tables, supports = [], []
    for first, last in pairwise(_blocks(both)):
        score, support = whose[first:last] @ had, counted[first:last] @ both
        score.sort_indices()
        support.sort_indices()
        table = Sparse.of(score)
        row = np.repeat(np.arange(first, last), np.diff(table.starts))
        shared = support.data
        table.values[:] *= shared / (shared + _DOUBT) / (length[row] * length[table.columns])
        others = np.flatnonzero(table.columns != row)
        table = table.only(others)
        best = table.highest(_WIDEST)
        tables.append(table.only(best))
        supports.append(shared[others][best].astype(np.int32))
    return stacked(tables), np.concatenate([np.empty(0, np.int32), *supports])


def _had(visits: Visits, unit: npt.NDArray[np.int32], weight: Floats) -> Any:
    """Who had what (units, items), of each at most `_MOST` items, the root of the latest weight in it."""
    from scipy.sparse import csr_matrix

    last_first = np.arange(len(unit))[::-1]
    codes = unit[last_first].astype(np.int64) * visits.items + visits.item[last_first]
    _, at = np.unique(codes, return_index=True)
    latest = np.sort(last_first[at])
    order = latest[np.argsort(unit[latest], kind="stable")]
    owner, item = unit[order], visits.item[order]
    ends = np.searchsorted(owner, owner, side="right")
    keep = ends - np.arange(len(owner)) <= _MOST
    shape = (int(unit.max(initial=-1)) + 1, visits.items)
    return csr_matrix((np.sqrt(weight[order[keep]]), (owner[keep], item[keep])), shape=shape)


def _blocks(had: Any) -> npt.NDArray[np.intp]:
    """Where to cut the items so that those of each part make no more than `_AT_ONCE` pairs."""
    lengths = np.diff(had.indptr)
    pairs = np.bincount(had.indices, np.repeat(lengths, lengths), minlength=had.shape[1])
    part = (np.cumsum(pairs) // _AT_ONCE).astype(np.intp)
    return np.append(np.flatnonzero(np.diff(part, prepend=-1)), had.shape[1])
