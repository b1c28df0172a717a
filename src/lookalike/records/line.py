"""Connections to PostgreSQL that do not wait for ever for a server that says nothing.

A limit that the server keeps (``statement_timeout``) is of no use where it is the server that stands still,
or where the network swallows what it says. Needs psycopg 3.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any, Final

import psycopg
from psycopg.errors import ConnectionTimeout

from lookalike.records.pulse import Pulse

SILENCE: Final = 2.0
"""Seconds without a word after which the server is asked on another line whether it lives."""

KNOCK: Final = 3
"""Seconds that such a question, and then its answer, may take; libpq counts whole ones."""


SILENT: Final = "the server does not answer"
"""What is said of one that was asked in vain."""


class Line(psycopg.Connection[Any]):
    """A connection; ``is_felt`` says whether its server lives, and is asked where that is silent."""

    is_felt: Callable[[], bool] | None = None

    def wait(self, gen: Any, *how: Any, **more: Any) -> Any:
        """What psycopg's own gives. Raises `psycopg.OperationalError` where the server does not live."""
        return super().wait(self._heard(gen), *how, **more)

    def _heard(self, gen: Any) -> Generator[Any, Any, Any]:
        """The same steps of the protocol; psycopg comes by ten times a second where nothing was said."""
        since = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    since = time.monotonic()
                elif time.monotonic() - since > SILENCE:
                    self._require_life()
                    since = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _require_life(self) -> None:
        if self.is_felt is None or not self.is_felt():
            self.pgconn.finish()  # there is nobody to say goodbye to
            raise psycopg.OperationalError(SILENT)


class Lines:
    """The connections of one server, and its pulse."""

    def __init__(self, is_away: Callable[[psycopg.Error], bool]) -> None:
        """``is_away`` tells a refusal that says the server is away from one that shows it lives."""
        self._is_away = is_away
        self.pulse = Pulse(self._knocked)
        self._how: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})

    def connect(self, _dialect: Any, _record: Any, told: tuple[Any, ...], named: dict[str, Any]) -> Line:
        """A connection by the arguments of psycopg's; at once none where the server is known to be silent."""
        if self.pulse.is_silent:
            raise psycopg.OperationalError(SILENT)
        self._how = told, named
        try:
            line = Line.connect(*told, **named)
        except ConnectionTimeout:
            self.pulse.fall_silent()
            raise
        line.is_felt = self.pulse.is_felt
        return line

    def _knocked(self) -> bool:
        """Whether the server answers a new connection, be it with a refusal."""
        told, named = self._how
        try:
            with Line.connect(*told, **{**named, "connect_timeout": KNOCK, "autocommit": True}) as line:
                line.execute("SELECT 1")
        except psycopg.Error as error:
            return not self._is_away(error)
        return True
