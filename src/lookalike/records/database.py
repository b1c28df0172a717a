"""A database of records: how it is opened, what a transaction is there, and what is tried twice."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from lookalike.errors import BadArgument, FormatMismatch, StorageAway, unwritable
from lookalike.records import EVENTS_FILE
from lookalike.records.dialect import Dialect, line
from lookalike.records.polled import Polled
from lookalike.records.schema import SCHEMA, STATE, TABLES
from lookalike.records.sqlite import SqliteFile

T = TypeVar("T")

_AGAIN: Final = 0.1  # seconds after which a server that went away is tried again


class State(NamedTuple):
    """Numbers of `STATE`: what grows with every change, and how many events there are."""

    revision: int
    events: int


_STATE: Final = f"SELECT {', '.join(State._fields)} FROM {STATE.name}"


class Database:
    """Connections to one database, whose tables are made when something is first written."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._there = False
        self._met = False  # whether it ever answered
        self._away: float | None = None  # since when it does not, by the monotonic clock
        self._turn = threading.Lock()  # threads wait here in a queue, which SQLite does not keep
        self._state = Polled(self._asked_state, dialect.polled)

    @classmethod
    def at(cls, place: str | Path | None) -> Database:
        """The database at a URL, in an index's folder, or in memory for None. Raises `BadArgument`."""
        if place is None:
            return cls(SqliteFile(None))
        if isinstance(place, Path) or "://" not in place:
            return cls(SqliteFile(Path(place).absolute() / EVENTS_FILE))
        try:
            url = make_url(place)
        except (ArgumentError, ValueError) as error:
            raise _nowhere(line(error)) from None
        return cls(_dialect(url))

    def state(self) -> State:
        """What was written so far; of what others write to a server, a second ago at the latest.

        Asked before every answer, so it goes past SQLAlchemy's statements: that takes a tenth of the time.
        """
        return self._state()

    def read(self, work: Callable[[Connection], T], nothing: T, *, snapshot: bool = False) -> T:
        """What ``work`` reads, ``nothing`` where nothing was ever written.

        With ``snapshot`` all statements see one state of the tables. Where the server goes away it is begun
        anew when that is back.
        """

        def once() -> T:
            if self.dialect.is_gone:
                self._there = False
                return nothing
            engine = self.dialect.snapshots if snapshot else self.dialect.engine
            with engine.connect() as connection:
                return work(connection) if self._is_there(connection) else nothing

        with self._translated():
            return self._patiently(once)

    def write(self, work: Callable[[Connection, T | None], T]) -> T:
        """What ``work`` returns, as the only writer; on disk when it ends, or nothing of it.

        Where the server goes away ``work`` is done anew when that is back. It is told what it returned when
        the connection broke while that was put on disk, which may have happened or not; else None.
        """
        done: list[T] = []

        def once() -> T:
            with self.dialect.writing.connect() as connection, connection.begin():
                self.dialect.take_turn(connection)
                if not self._is_there(connection):
                    self._make(connection)
                done[:] = [work(connection, done[0] if done else None)]
            return done[0]

        with self._turn, self._translated():
            if self.dialect.is_gone:
                self._there = False
                self.dialect.make()
            try:
                return self._patiently(once)
            finally:
                self._state.drop()

    def tidy(self) -> None:
        """Let nothing that was erased lie about, where that is in the hands of a client."""
        with self._translated():
            self.dialect.tidy()

    def close(self) -> None:
        """Give all connections back."""
        self.dialect.close()

    def _asked_state(self) -> State:
        if self._there and not self.dialect.is_gone and isinstance(self.dialect, SqliteFile):
            with self._translated():
                return State(*self.dialect.row(_STATE))
        return self.read(lambda found: State(*found.exec_driver_sql(_STATE).one()), State(0, 0))

    def _patiently(self, act: Callable[[], T]) -> T:
        """Do it, and again where a server that was there goes away, for as long as is waited for it."""
        until: float | None = None
        while True:
            try:
                done = act()
            except DBAPIError as error:
                if not (self._met and self.dialect.is_lost(error)) or self.dialect.is_silent:
                    raise
                now = time.monotonic()
                self._away = now if self._away is None else self._away
                if until is None and now < self._away + self.dialect.patience:
                    until = (
                        now + self.dialect.patience
                    )  # at once: a restarted server has only new connections
                elif until is not None and now < until:
                    time.sleep(_AGAIN)
                else:
                    raise
            else:
                self._met, self._away = True, None
                return done

    def _is_there(self, connection: Connection) -> bool:
        if not self._there and inspect(connection).has_table(STATE.name):
            schema = connection.execute(select(STATE.c.schema)).scalar()
            if schema is not None and schema != SCHEMA:
                raise FormatMismatch(
                    f"The records of events are of version {schema}; this Lookalike reads {SCHEMA}.",
                    next_step="Install a newer Lookalike.",
                )
            self._there = schema is not None
        return self._there

    def _make(self, connection: Connection) -> None:
        TABLES.create_all(connection)
        first = {"schema": SCHEMA, "revision": 0, "events": 0, "erased": 0, "salt": secrets.token_bytes(16)}
        connection.execute(insert(STATE).values(first))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Refusals of the database as errors that say what to do."""
        try:
            yield
        except DBAPIError as error:
            raise self.dialect.meaning(error.orig) from error
        except self.dialect.engine.dialect.loaded_dbapi.Error as error:
            raise self.dialect.meaning(error) from error
        except NoConnection as error:
            raise StorageAway(
                "All connections to the database of events are in use.",
                next_step="Try again, or add a larger pool_size to its URL.",
            ) from error
        except OSError as error:
            raise unwritable(self.dialect.path, error) from error


def _dialect(url: URL) -> Dialect:
    """The database that a URL names. Raises `BadArgument`."""
    kind = url.get_backend_name()
    if kind in ("postgresql", "postgres"):
        from lookalike.records.postgresql import Server

        return Server(url.set(drivername="postgresql") if url.drivername == "postgres" else url)
    if kind != "sqlite":
        raise _nowhere(f"{kind} is none of sqlite, postgresql")
    if url.database in (None, "", ":memory:"):
        return SqliteFile(None)
    return SqliteFile(Path(str(url.database)).absolute())


def _nowhere(why: str) -> BadArgument:
    return BadArgument(
        f"Events cannot be kept there: {why}.", next_step="Give a URL such as postgresql://user@host/name."
    )
