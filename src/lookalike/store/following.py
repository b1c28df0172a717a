"""Following what changes in storage that is far away: asked seldom, and known while it does not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from lookalike.errors import LookalikeError

_PATIENCE = 2.0  # seconds that a question waits for storage that has answered so far


class Following:
    """The marks of documents, looked at when asked, at most once in so many seconds.

    While the storage does not answer, what was known last is told, and `trouble` says so; who asks waits for
    it once, and later looks go on beside.
    """

    def __init__(self, look: Callable[[], dict[str, str]], seconds: float) -> None:
        """``look`` reads the marks, by the names of the documents; it raises `LookalikeError`."""
        self._look = look
        self._seconds = seconds
        self._known: dict[str, str] | None = None
        self._asked = 0.0
        self._looking: threading.Event | None = None
        self._lock = threading.Lock()
        self.trouble: LookalikeError | None = None

    def marks(self) -> Mapping[str, str]:
        """The marks as they are, or were less than the seconds ago. Raises where they never were known."""
        with self._lock:
            if self._known is None:
                self._asked, self._known = time.monotonic(), self._look()
            if time.monotonic() - self._asked < self._seconds:
                return self._known
            if self._looking is None:
                self._looking = threading.Event()
                threading.Thread(target=self._look_beside, args=(self._looking,), daemon=True).start()
            looking = self._looking
        if self.trouble is None:
            looking.wait(_PATIENCE)
        return self._known

    def learn(self, name: str, mark: str | None) -> None:
        """Take note of a document that this process has written, or deleted where there is no mark."""
        with self._lock:
            if self._known is not None:
                known = {one: text for one, text in self._known.items() if one != name}
                self._known = known if mark is None else {**known, name: mark}

    def forget(self) -> None:
        """Look again when next asked, whatever the time."""
        with self._lock:
            self._asked = -float("inf")

    def _look_beside(self, done: threading.Event) -> None:
        began = time.monotonic()
        before = self._known
        try:
            found, trouble = self._look(), None
        except LookalikeError as error:
            found, trouble = None, error
        with self._lock:
            self.trouble = trouble
            self._asked = began if found is not None else time.monotonic()
            if found is not None and self._known is before:  # else this process wrote meanwhile
                self._known = found
            self._looking = None
        done.set()
