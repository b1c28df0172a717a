"""One writer at a time in object storage: a lease that runs out, made with the storage's conditional write.

The lease of a room is the object of the highest number in its folder; who creates the next number, which only
one can (``If-None-Match: *``), holds it from then on. Renewing it is creating the next, too: a holder that
was taken for dead finds its next number taken. So a lease that ran out unnoticed is no danger as long as
nobody else has taken it, and the number at which it was taken is a fencing token (M. Kleppmann, Designing
Data-Intensive Applications, 2017, chapter 8). Whether a lease has run out is told by the storage's clock
alone: the age of its object beside one that was written just now.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from lookalike.errors import IndexLocked, LookalikeError
from lookalike.store.damage import shown

logger = logging.getLogger("lookalike.store")

_MARGIN = 2.0  # seconds: times of objects are whole seconds
_SAYING = 3.0  # seconds after which somebody who waits is told for whom
_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0)  # seconds between looks
_CLOCK = "clock"


class Objects(Protocol):
    """The objects of one room, as a lease uses them. What is asked raises `LookalikeError`."""

    def create(self, name: str, data: bytes) -> bool:
        """Create an object; False when there is one of this name."""
        ...

    def put(self, name: str, data: bytes) -> float:
        """Write an object, and return when it was written by the storage's clock (seconds since 1970)."""
        ...

    def get(self, name: str) -> bytes | None:
        """An object, None where there is none."""
        ...

    def times(self) -> dict[str, float]:
        """The names of all objects, and when they were written by the storage's clock."""
        ...

    def delete(self, names: list[str]) -> None:
        """Delete objects."""
        ...


class Lease:
    """The holding of one room, renewed in a thread of its own until it is let go; made by `hold_lease`."""

    def __init__(self, objects: Objects, where: str, doing: str, seconds: float) -> None:
        self._objects = objects
        self._where = where
        self._doing = doing
        self._seconds = seconds
        self._holder = secrets.token_hex(8)
        self._until = 0.0
        self._number = 0
        self._lost = False
        self._renewing = threading.RLock()
        self._stop = threading.Event()
        self.token = 0
        self.clean = True

    def take(self, wait: float) -> None:
        """Become the holder, or raise `IndexLocked` after ``wait`` seconds."""
        began, tries, said = time.monotonic(), 0, False
        while True:
            number, document, left = self._newest()
            if left <= 0 and self._create(number + 1):
                self.token, self.clean = self._number, bool(document.get("free", True))
                with suppress(LookalikeError):
                    self._objects.delete([_name(old) for old in self._numbers() if old < self._number])
                threading.Thread(target=self._renew_in_time, name="lookalike-lease", daemon=True).start()
                return
            waited = time.monotonic() - began
            if waited >= wait:
                raise self._locked(document, left)
            if waited >= _SAYING and not said:
                said = True
                logger.warning("%s Waiting.", self._locked(document, left).message)
            time.sleep(min(_STEPS[min(tries, len(_STEPS) - 1)], max(0.0, wait - waited)))
            tries += 1

    def require(self) -> None:
        """Raise `IndexLocked` when another holder has taken over."""
        if not self._lost and time.monotonic() > self._until:
            self.renew()
        if self._lost:
            raise IndexLocked(
                f"Another process has gone on {self._doing} {self._where}, since this one did not renew its "
                f"lease in time.",
                next_step="Run the command again; what was committed is kept.",
            )

    def lose(self) -> None:
        """Take note that another holder has taken over."""
        self._lost = True

    def renew(self) -> None:
        """Hold on for the whole time from now on; nothing changes where the storage does not answer."""
        with self._renewing:
            if self._lost or self._stop.is_set():
                return
            old = self._number
            if self._create(old + 1):
                with suppress(LookalikeError):
                    self._objects.delete([_name(old)])
            else:
                self._lost = True

    def let_go(self) -> None:
        """Let the next one in at once."""
        self._stop.set()
        with self._renewing:
            if not self._lost:
                with suppress(LookalikeError):  # then it runs out
                    old = self._number
                    if self._create(old + 1, free=True):
                        self._objects.delete([_name(old)])

    def _renew_in_time(self) -> None:
        while not self._stop.wait(self._seconds / 3) and not self._lost:
            with suppress(LookalikeError):
                self.renew()

    def _create(self, number: int, *, free: bool = False) -> bool:
        """Create the object of a number; False when somebody else has."""
        began = time.monotonic()
        document = {
            "holder": self._holder,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "seconds": self._seconds,
            "free": free,
        }
        data = json.dumps(document).encode()
        try:
            made = self._objects.create(_name(number), data)
        except LookalikeError:
            if self._objects.get(_name(number)) != data:  # the answer was lost, and the object may be there
                raise
            made = True
        if not made and self._objects.get(_name(number)) != data:
            return False
        if max(self._numbers()) > number:  # this one was there before, and deleted
            self._objects.delete([_name(number)])
            return False
        self._number, self._until = number, began + self._seconds
        return True

    def _numbers(self) -> dict[int, float]:
        """The numbers of all leases there are, and when they were written."""
        times = self._objects.times().items()
        return {int(name.partition(".")[0]): at for name, at in times if name != _CLOCK}

    def _newest(self) -> tuple[int, dict[str, Any], float]:
        """The number of the newest lease, what it says, and the seconds it has left; 0 when it is free."""
        times = self._numbers()
        if not times:
            return 0, {}, 0.0
        number = max(times)
        data = self._objects.get(_name(number))
        if data is None:  # renewed meanwhile
            return number, {"free": False}, 1.0
        document: dict[str, Any] = json.loads(data)
        if document["free"]:
            return number, document, 0.0
        age = self._objects.put(_CLOCK, b"") - times[number]
        return number, document, float(document["seconds"]) + _MARGIN - age

    def _locked(self, document: dict[str, Any], left: float) -> IndexLocked:
        who = f" (process {int(document['pid'])} on {shown(document['host'])})" if "pid" in document else ""
        return IndexLocked(
            f"Another process is {self._doing} the index at {self._where}{who}.",
            next_step="Wait until it is done, or stop it; reading goes on meanwhile. "
            f"Its lease runs out in {max(1, round(left))} s unless it is renewed.",
        )


@contextmanager
def hold_lease(objects: Objects, where: str, doing: str, wait: float, seconds: float) -> Iterator[Lease]:
    """Hold the lease of a room, or raise `IndexLocked` after ``wait`` seconds.

    ``where`` and ``doing`` are for messages. After ``seconds`` without a renewal others may take it over.
    """
    lease = Lease(objects, where, doing, seconds)
    lease.take(wait)
    try:
        yield lease
    finally:
        lease.let_go()


def _name(number: int) -> str:
    return f"{number:012d}.json"
