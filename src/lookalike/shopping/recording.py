"""Writing down what shoppers did: a delivery into the records, a batch at a time, with an account of it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from lookalike.deliveries import Delivery, RecordReport, RecordStopped
from lookalike.events import Event

if TYPE_CHECKING:
    from lookalike.records.records import Records

BATCH: Final = 5_000
"""Events that are put on disk together, all or none of them."""

PATIENCE: Final = 2.0
"""Seconds after which fewer than that are, so that what trickles in is not held back."""

Progress = Callable[[int, int | None], None]
"""Told how many documents of how many are read and what came of them is on disk."""


class Recording:
    """One delivery on its way into the records."""

    def __init__(
        self,
        records: Records,
        catalogue: Callable[[], Container[str]],
        progress: Progress | None = None,
    ) -> None:
        """``catalogue`` gives the ids of its products."""
        self._records = records
        self._catalogue = catalogue
        self._progress = progress
        self._waiting: list[Event] = []
        self._written = 0.0
        self.report = RecordReport()

    def run(self, delivery: Delivery) -> RecordReport:
        """Write down the whole of it.

        Raises `RecordStopped` for Ctrl-C: what its report accounts for is on disk, and to give the delivery
        again counts nothing twice. Raises what the records and the delivery raise; what was written stays.
        """
        began = self._written = time.monotonic()
        try:
            for one in delivery:
                if isinstance(one, Event):
                    self._waiting.append(one)
                else:
                    self.report.note(one)
                late = time.monotonic() - self._written > PATIENCE
                if len(self._waiting) >= BATCH or (late and self._waiting):
                    self._write(delivery)
            self._write(delivery)
        except KeyboardInterrupt:
            self.report.seconds = time.monotonic() - began
            raise RecordStopped(self.report) from None
        self.report.seconds = time.monotonic() - began
        return self.report

    def _write(self, delivery: Delivery) -> None:
        ids = self._catalogue()
        with _whole():
            self._append(ids)
        self._written = time.monotonic()
        if self._progress is not None:
            self._progress(delivery.read, delivery.documents)

    def _append(self, ids: Container[str]) -> None:
        waiting, self._waiting = self._waiting, []
        done = self._records.append(waiting)
        report = self.report
        report.future += done.clocks
        for event, fate in zip(waiting, done.fates, strict=True):
            if fate == "recorded":
                report.recorded += 1
                report.kinds[event.kind] += 1
                report.unknown += event.item not in ids
            elif fate == "repeated":
                report.repeated += 1
            else:
                report.erased += 1


@contextmanager
def _whole() -> Iterator[None]:
    """Let Ctrl-C wait for the end, so that all that is on disk is in the account."""
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield  # Ctrl-C does not come here, or somebody else takes care of it
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if came:
        raise KeyboardInterrupt
