"""What is asked before every answer, and may be a moment old so that answers do not wait for a server."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from lookalike.errors import LookalikeError

T = TypeVar("T")


class Polled(Generic[T]):
    """The last answer to a question for ``seconds`` (0 asks each time). Many threads may ask; one does.

    A refusal is told again for as long, so that threads do not queue for a server that does not answer; with
    ``keep`` the answer before it is given instead, where there is one.
    """

    def __init__(self, ask: Callable[[], T], seconds: float, *, keep: bool = False) -> None:
        self._ask = ask
        self._seconds = seconds
        self._keep = keep
        self._lock = Lock()
        self._until: float | None = None  # by the monotonic clock; None when something was written here
        self._known: list[T] = []  # one, or none
        self._error: LookalikeError | None = None

    def __call__(self) -> T:
        """The answer. Raises what asking raises."""
        if not self._seconds:
            return self._ask()
        known = self._known
        if not self._lock.acquire(blocking=self._until is None or not (self._keep and known)):
            return known[0]  # another thread asks, who knows how long
        try:
            began = time.monotonic()
            if self._until is None or began >= self._until:
                self._renew(began)
            if self._error is not None and not (self._keep and self._known):
                raise self._error
            return self._known[0]
        finally:
            self._lock.release()

    def _renew(self, began: float) -> None:
        try:
            self._known, self._error = [self._ask()], None
            self._until = began + self._seconds
        except LookalikeError as error:
            self._error = error
            self._until = time.monotonic() + self._seconds

    def drop(self) -> None:
        """Ask anew next time, since something was written here."""
        with self._lock:
            self._until = None
