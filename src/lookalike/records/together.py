"""What several threads append at a time becomes one transaction: all of them wait for the disk once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from lookalike.records.appending import Appended, Row

MOST: Final = 5_000
"""Events in one transaction, unless one append alone has more."""

Write = Callable[[Sequence[Row], Collection[int]], Appended]
"""Writes rows in one transaction; the places of those whose clock was ahead come with them."""


@dataclass(eq=False, slots=True)
class _Append:
    """What one thread brings, and what becomes of it."""

    rows: Sequence[Row]
    ahead: Collection[int]
    done: Appended | None = None
    error: Exception | None = field(default=None, repr=False)

    @property
    def is_told(self) -> bool:
        """Whether its thread can be told what became of it."""
        return self.done is not None or self.error is not None


class Together:
    """Appends, written down in the order in which they came.

    Whoever finds nobody writing writes for all who wait, as databases commit in groups (DeWitt and others,
    "Implementation techniques for main memory database systems", SIGMOD 1984).
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: list[_Append] = []
        self._queue = Lock()
        self._writing = Lock()

    def append(self, rows: Sequence[Row], ahead: Collection[int]) -> Appended:
        """What became of these rows; on disk when it returns. Raises what writing them raises."""
        own = _Append(rows, ahead)
        with self._queue:
            self._waiting.append(own)
        try:
            with self._writing:
                while not own.is_told:
                    self._write_next()
        except BaseException:  # this thread is interrupted: the others go on without it
            with self._queue:
                self._waiting = [one for one in self._waiting if one is not own]
            raise
        if own.error is not None:
            raise own.error
        assert own.done is not None
        return own.done

    def _write_next(self) -> None:
        """Write down those who wait; where that fails each alone, so that nobody fails for another."""
        appends = self._taken()
        try:
            self._write_all(appends)
        except Exception as error:
            if len(appends) == 1:
                appends[0].error = error
                return
            for one in appends:
                try:
                    self._write_all([one])
                except Exception as own:
                    one.error = own
        finally:
            with self._queue:
                self._waiting[:0] = [one for one in appends if not one.is_told]

    def _taken(self) -> list[_Append]:
        """The first of those who wait, as many as one transaction takes."""
        with self._queue:
            count, rows = 1, len(self._waiting[0].rows)
            while count < len(self._waiting) and rows + len(self._waiting[count].rows) <= MOST:
                rows += len(self._waiting[count].rows)
                count += 1
            taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    def _write_all(self, appends: Sequence[_Append]) -> None:
        rows: list[Row] = []
        ahead: set[int] = set()
        for one in appends:
            ahead.update(len(rows) + place for place in one.ahead)
            rows += one.rows
        fates = self._write(rows, ahead).fates
        first = 0
        for one in appends:
            one.done = Appended(fates[first : first + len(one.rows)], len(one.ahead))
            first += len(one.rows)
