"""How far a run is: rows done, their rate over the last seconds, and when it may be over."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from lookalike.ingest.report import StopRequested

EVERY = 0.25
"""Seconds between two notes of a run."""

_WINDOW = 5.0  # seconds over which the rate is measured


class Pace:
    """Takes the number of rows done; ``rate`` is rows a second over the last seconds."""

    def __init__(self, total: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen = deque([(clock(), 0)])
        self._total = total
        self.done = 0
        self.doing = ""

    @property
    def total(self) -> int | None:
        """How many rows there are; never fewer than are done, since it was a hint."""
        return None if self._total is None else max(self._total, self.done)

    @property
    def rate(self) -> float:
        """Rows a second."""
        (since, before), (until, now) = self._seen[0], self._seen[-1]
        return round((now - before) / (until - since), 1) if until > since else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds to go at this rate; None where nobody knows."""
        if self.total is None or not self.rate:
            return None
        return round((self.total - self.done) / self.rate, 1)

    def expect(self, total: int) -> None:
        """So many rows there are, as it turns out."""
        self._total = total

    def begin(self, doing: str, done: int) -> None:
        """Another step begins, of which so much is done already, at a rate of its own."""
        self.doing, self.done, self._total = doing, done, None
        self._seen = deque([(self._clock(), done)])

    def note(self, done: int) -> None:
        """So many rows are done now."""
        now = self._clock()
        self.done = done
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW:
            self._seen.popleft()


class Watch:
    """The progress callback of a run: notes its pace a few times a second, and stops it when told to."""

    def __init__(
        self,
        pace: Pace,
        noted: Callable[[Pace], None],
        is_to_stop: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pace = pace
        self._noted = noted
        self._is_to_stop = is_to_stop
        self._clock = clock
        self._due = clock() + EVERY

    def step(self, doing: str, done: int, total: int) -> None:
        """So much of a step is done. Raises `StopRequested`."""
        if doing != self._pace.doing:
            self._pace.begin(doing, done)
        self(done, total)

    def __call__(self, done: int, total: int | None = None) -> None:
        """So many rows, or pictures, are done. Raises `StopRequested`."""
        if self._clock() < self._due:
            return
        if total is not None:
            self._pace.expect(total)
        self._pace.note(done)
        self._noted(self._pace)
        self._due = self._clock() + EVERY
        if self._is_to_stop():
            raise StopRequested
