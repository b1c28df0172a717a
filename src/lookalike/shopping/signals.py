"""The signals of an index's events, kept while they hold and fitted anew when they are due."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from lookalike.asking.placed import Placed
from lookalike.behaviour.signals import Signals
from lookalike.behaviour.visits import STRENGTH
from lookalike.neighbours.snapshot import Snapshot

if TYPE_CHECKING:
    from lookalike.records.records import Records

SMALL: Final = 20_000
"""Events of which signals are fitted so quickly that any change of them is worth it."""

GROWTH: Final = 0.01
"""The share of new events that makes signals of more than that due."""

STALE: Final = 3600.0
"""Seconds after which any change makes them due."""

REST: Final = 20
"""So many times as long as fitting took nobody fits again beside answers, so that those have the machine."""

QUICK: Final = 0.02
"""Seconds of fitting that need no rest."""


@dataclass(frozen=True, slots=True)
class _Fitted:
    signals: Signals
    revision: int
    count: int
    time: float  # seconds since 1970
    took: float  # seconds


class KeptSignals:
    """Signals, fitted when first asked for. Many threads may ask; while one fits the others use the last."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """``clock`` tells the seconds since 1970."""
        self._clock = clock
        self._fitting = Lock()
        self._fitted: _Fitted | None = None
        self._placed: tuple[int, Placed] | None = None

    def placed(self, records: Records, snapshot: Snapshot, *, follow: bool) -> Placed:
        """The signals, told of a snapshot; with ``follow`` they are fitted anew first where that is due."""
        if self._fitted is None or follow:
            self.refit(records)
        fitted, kept = self._fitted, self._placed
        assert fitted is not None
        if kept is None or kept[0] != snapshot.version or kept[1].signals is not fitted.signals:
            kept = snapshot.version, Placed.of(fitted.signals, snapshot)
            self._placed = kept
        return kept[1]

    @property
    def asked(self) -> bool:
        """Whether anybody has needed them yet."""
        return self._fitted is not None

    def refit(self, records: Records, *, beside: bool = False) -> bool:
        """Fit anew where that is due and nobody is at it; says whether it was done.

        ``beside`` answers of other threads not so soon after the last time; where somebody was erased it is
        done at once.
        """
        if not self._due(records, beside=beside) or not self._fitting.acquire(blocking=self._fitted is None):
            return False
        try:
            due = self._due(records, beside=beside)
            if due:
                moment, count, began = self._clock(), records.count(), time.perf_counter()
                log = records.log(kinds=STRENGTH)
                signals = Signals.of(log, now=int(moment * 1000))
                self._fitted = _Fitted(signals, log.revision, count, moment, time.perf_counter() - began)
            return due
        finally:
            self._fitting.release()

    def _due(self, records: Records, *, beside: bool) -> bool:
        """Whether the events have changed so much; fewer than there were means that somebody was erased."""
        fitted = self._fitted
        if fitted is None:
            return True
        if records.revision() == fitted.revision:
            return False
        grown, age = records.count() - fitted.count, self._clock() - fitted.time
        if beside and grown >= 0 and fitted.took > QUICK and age < REST * fitted.took:
            return False
        enough = grown < 0 or grown > GROWTH * fitted.count or fitted.count < SMALL
        return enough or age > STALE
