"""A log as visits: what was looked at, chosen or bought in each, in order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lookalike.events import KINDS, Kind, Log
from lookalike.vectors import Floats

Codes = npt.NDArray[np.int32]
Times = npt.NDArray[np.int64]

STRENGTH: Final[dict[Kind, float]] = {
    "clicked": 1.0,
    "viewed": 1.0,
    "liked": 2.0,
    "carted": 3.0,
    "bought": 5.0,
}
"""How much each kind of event says that a shopper wants the product; other kinds do not say that."""

LONGEST: Final = 200  # events of one visit that count, its last ones: a longer one is no shopper's


@dataclass(frozen=True, slots=True)
class Visits:
    """m events of v visits, visit after visit, those of one visit in order of time; oldest visit first.

    ``item`` (m,) are places in the log's ``items``, of which there are so many; ``visit`` (m,) counts from
    0; ``strength`` (m,) is as in `STRENGTH`. ``shopper`` (v,) numbers whose visit it was, where nobody knows
    one of its own; ``ended`` (v,) is the time of its last event, in milliseconds.
    """

    items: int
    item: Codes
    visit: Codes
    strength: Floats
    shopper: Codes
    ended: Times

    @classmethod
    def of(cls, log: Log, kinds: Collection[Kind] = tuple(STRENGTH)) -> Visits:
        """What was done of these kinds in a log, of each visit the last `LONGEST` events.

        A click, the page that it led to and the cart that came of it are one event, of the strongest kind.
        """
        said = np.array([STRENGTH.get(kind, 0.0) if kind in kinds else 0.0 for kind in KINDS], np.float32)
        at = np.flatnonzero(said[log.kind] > 0)
        at = at[np.argsort(log.session[at], kind="stable")]
        if not len(at):
            nothing = np.empty(0, np.int32)
            return cls(len(log.items), nothing, nothing, np.empty(0, np.float32), nothing, log.time[at])
        session, item, kind = log.session[at], log.item[at], log.kind[at]
        goes_on = (session[1:] == session[:-1]) & (item[1:] == item[:-1]) & (kind[1:] != kind[:-1])
        firsts = np.flatnonzero(np.append(True, ~goes_on))
        strength = np.maximum.reduceat(said[kind], firsts)
        at, session, item = at[firsts], session[firsts], item[firsts]

        ends = np.flatnonzero(np.append(session[1:] != session[:-1], True))
        lengths = np.diff(ends, prepend=-1)
        user, ended = log.user[at[ends]], log.time[at[ends]]
        oldest_first = np.argsort(ended, kind="stable")
        number = np.empty(len(ends), np.int32)
        number[oldest_first] = np.arange(len(ends))
        visit = np.repeat(number, lengths)
        counts = np.repeat(ends, lengths) - np.arange(len(at)) < LONGEST
        order = np.argsort(visit, kind="stable")
        order = order[counts[order]]
        shopper = np.where(user >= 0, user, len(log.users) + np.arange(len(ends))).astype(np.int32)
        return cls(
            len(log.items),
            item[order],
            visit[order],
            strength[order],
            shopper[oldest_first],
            ended[oldest_first],
        )

    def __len__(self) -> int:
        return len(self.ended)

    @property
    def starts(self) -> npt.NDArray[np.intp]:
        """Where each visit begins among the events, and where the last one ends, (v + 1,)."""
        return np.searchsorted(self.visit, np.arange(len(self) + 1))
