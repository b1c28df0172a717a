"""All that a log says of items, fitted once: what comes next, what goes together, what is popular."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.behaviour.history import History, shares
from lookalike.behaviour.paths import Paths
from lookalike.behaviour.popularity import Popularity
from lookalike.behaviour.sessions import Sessions
from lookalike.behaviour.together import CoBuys, CoVisits, Together
from lookalike.behaviour.visits import Visits
from lookalike.events import Log, Touch
from lookalike.vectors import Floats

_HALF_LIFE = 14.0  # days after which what a visit says of the next click counts half
_RECENT = 20  # items of a visit that say what comes next, the latest


@dataclass(frozen=True, slots=True)
class Signals:
    """Signals of i items, those that the events name, in the catalogue or not; fitted to one state of a log.

    ``place`` is where each item stands among ``items``, ``events`` how many there were, ``now`` the time in
    milliseconds as of which what is old counts less.
    """

    items: tuple[str, ...]
    place: dict[str, int]
    events: int
    revision: int
    now: int
    _views: CoVisits
    _buys: CoBuys
    _sessions: Sessions
    _paths: Paths
    _popularity: Popularity
    _history: History

    @classmethod
    def of(cls, log: Log, now: int | None = None) -> Signals:
        """Of a log, as of a time, or of its last event."""
        latest = int(log.time[-1]) if len(log) else 0
        as_of = latest if now is None else now
        visits = Visits.of(log)
        views = CoVisits.from_visits(visits, as_of)
        buys = CoBuys.from_log(log, as_of)
        return cls(
            items=log.items,
            place={item: at for at, item in enumerate(log.items)},
            events=len(log),
            revision=log.revision,
            now=as_of,
            _views=views,
            _buys=buys,
            _sessions=Sessions.of(visits, as_of, _HALF_LIFE),
            _paths=Paths.of(visits, as_of, _HALF_LIFE),
            _popularity=Popularity.of(visits, as_of),
            _history=History(views, buys),
        )

    def next(self, recent: Sequence[tuple[str, float]]) -> Floats:
        """What comes next after these items with weights above zero, the LATEST FIRST, (i,).

        The mean of what `Sessions` and `Paths` say, each as shares of 1; 0 where behaviour says nothing.
        Items that nobody knows count for nothing. The items themselves are scored as well, since many are
        looked at again.
        """
        told: dict[int, float] = {}
        for item, weight in recent:
            if item in self.place and len(told) < _RECENT:
                told.setdefault(self.place[item], weight)
        items = np.fromiter(told, np.int64, len(told))
        weights = np.fromiter(told.values(), np.float32, len(told))
        both = shares(self._sessions.next(items, weights)) + shares(self._paths.next(items, weights))
        return both * np.float32(0.5)

    def of_history(self, touches: Sequence[Touch], now: int) -> Floats:
        """What a shopper of whom this is known wants at a time, (i,); 0 where behaviour says nothing.

        What was bought before is scored as well: who wants no second one leaves it out.
        """
        return self._history.scores(touches, self.place, now)

    def viewed_with(self, item: str) -> Together:
        """What is viewed in the same visits as an item, and in how many; zeros for one that nobody knows."""
        return self._with(self._views, item)

    def bought_with(self, item: str) -> Together:
        """What those who bought an item bought as well, and how many; zeros for one that nobody knows."""
        return self._with(self._buys, item)

    def _with(self, pairs: CoVisits | CoBuys, item: str) -> Together:
        at = self.place.get(item)
        if at is None:
            return Together(np.zeros(len(self.items), np.float32), np.zeros(len(self.items), np.int32))
        return pairs.of(at)

    def popular(self) -> Floats:
        """How much each item is wanted now, (i,), zero or more. See `Popularity`."""
        return self._popularity.popular

    def trending(self) -> Floats:
        """How much more each item is wanted lately than before, (i,), zero or more. See `Popularity`."""
        return self._popularity.trending

    def seen_often(self) -> Floats:
        """In how many visits each item was looked at, chosen or bought, (i,)."""
        return self._popularity.known
