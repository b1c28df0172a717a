"""Whether a server that says nothing is only busy, or gone: it is asked on another line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

BELIEVED: Final = 5.0
"""Seconds for which a server that answered a knock is taken to be alive."""

_AGAIN: Final = 1.0  # seconds between two knocks at a server that keeps silent


class Pulse:
    """The pulse of one server. A statement may take its time; a server that lives answers a knock meanwhile.

    One that does not is *silent*: nobody waits for it any more, and a thread knocks until it answers.
    """

    def __init__(self, knock: Callable[[], bool]) -> None:
        """``knock`` connects anew, and waits some seconds; False where there was no answer at all."""
        self._knock = knock
        self._asking = threading.Lock()
        self._heard = -float("inf")  # when it last answered, by the monotonic clock
        self._knocking: threading.Thread | None = None
        self._closed = threading.Event()

    @property
    def is_silent(self) -> bool:
        """Whether the server was found silent and has not answered since."""
        knocking = self._knocking  # a thread, so that a process that was forked asks for itself
        return knocking is not None and knocking.is_alive()

    def is_felt(self) -> bool:
        """Ask whether the server lives, unless it just did; threads that ask at once share an answer."""
        with self._asking:
            if self.is_silent:
                return False
            if time.monotonic() - self._heard < BELIEVED:
                return True
            if self._knock():
                self._heard = time.monotonic()
                return True
            self.fall_silent()
            return False

    def fall_silent(self) -> None:
        """Take note that the server does not answer."""
        self._heard = -float("inf")
        if not self.is_silent and not self._closed.is_set():
            self._knocking = threading.Thread(target=self._listen, name="lookalike-pulse", daemon=True)
            self._knocking.start()

    def close(self) -> None:
        """Knock no more."""
        self._closed.set()

    def _listen(self) -> None:
        while not self._closed.wait(_AGAIN) and not self._knock():
            pass
        self._heard = time.monotonic()
