"""A database of records: how it is opened, what a transaction is there, and what its refusals mean."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Connection, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import QueuePool

from lookalike.errors import (
    BadArgument,
    FormatMismatch,
    IndexDamaged,
    IndexLocked,
    LookalikeError,
    StorageError,
    unwritable,
)
from lookalike.records import EVENTS_FILE, sqlite
from lookalike.records.schema import SCHEMA, STATE, TABLES

_KINDS: Final = ("sqlite", "postgresql")

_ALONE: Final = "lookalike_alone"  # an execution option: of a transaction that writes


class Database:
    """Connections to one database, which is made when something is first written.

    ``path`` is the file of SQLite, None for another database and for one in memory.
    """

    def __init__(self, url: URL, path: Path | None) -> None:
        self.path = path
        self._url = url
        self._there = False
        self._turn = threading.Lock()  # threads wait here in a queue, which SQLite does not keep
        if url.get_backend_name() != "sqlite":
            self._engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
            return
        if path is None:  # one connection, which waits for its turn: another one would be another database
            self._engine = create_engine(
                "sqlite://",
                creator=sqlite.in_memory,
                poolclass=QueuePool,
                pool_size=1,
                max_overflow=0,
                hide_parameters=True,  # no error names a shopper
            )
        else:
            self._engine = create_engine(
                "sqlite://",
                creator=lambda: sqlite.in_file(path),
                poolclass=QueuePool,
                pool_size=8,
                max_overflow=-1,
                hide_parameters=True,
            )
            sqlite.watch(self._engine, path)
        event.listen(self._engine, "begin", _begin)

    @classmethod
    def at(cls, place: str | Path | None) -> Database:
        """The database at a URL, in an index's folder, or in memory for None. Raises `BadArgument`."""
        if place is None:
            return cls(make_url("sqlite://"), None)
        if isinstance(place, Path) or "://" not in place:
            return cls(make_url("sqlite://"), Path(place).absolute() / EVENTS_FILE)
        try:
            url = make_url(place)
            kind = url.get_backend_name()
            if kind not in _KINDS:
                raise ArgumentError(f"{kind} is none of {', '.join(_KINDS)}")
            in_file = kind == "sqlite" and url.database not in (None, "", ":memory:")
            return cls(url, Path(str(url.database)).absolute() if in_file else None)
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
            raise BadArgument(
                f"Events cannot be kept there: {_line(error)}.",
                next_step="Give a URL such as postgresql+psycopg://user@host/name, and install its driver.",
            ) from None

    def state(self, name: str) -> int:
        """One number of `STATE`, 0 where nothing was ever written.

        Asked before every answer, so it goes past SQLAlchemy's statements: that takes a tenth of the time.
        """
        if not self._there or self._is_gone():
            with self.reading() as found:
                return 0 if found is None else int(found.execute(select(STATE.c[name])).scalar_one())
        with self._translated():
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(f"SELECT {name} FROM {STATE.name}")
                return int(cursor.fetchall()[0][0])
            finally:
                connection.close()

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """One state of the tables, None where nothing was ever written."""
        if self._is_gone():
            self._there = False
            yield None
            return
        with self._translated(), self._engine.connect() as connection:
            yield connection if self._is_there(connection) else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The only writer, from the first statement on; on disk when it ends, or nothing of it."""
        with self._turn, self._translated():
            if self._is_gone():
                self._there = False
                sqlite.make(self.path)
            with self._engine.connect() as plain:
                connection = plain.execution_options(**{_ALONE: True})
                with connection.begin():
                    if not self._is_there(connection):
                        self._make(connection)
                    yield connection

    def tidy(self) -> None:
        """Let SQLite's file hold all, and its journal nothing; where readers are in the way, later."""
        if self.path is not None:
            with self._translated():
                connection = self._engine.raw_connection()
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                finally:
                    connection.close()

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    def _is_gone(self) -> bool:
        return self.path is not None and not self.path.exists()

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
            raise self._meaning(error.orig) from error
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise self._meaning(error) from error
        except NoConnection as error:
            raise _busy() from error
        except OSError as error:
            raise unwritable(self.path, error) from error

    def _meaning(self, error: BaseException | None) -> LookalikeError:
        where = self._url.render_as_string() if self.path is None else str(self.path)
        if sqlite.is_busy(error):
            return _busy()
        if sqlite.is_damage(error):
            return IndexDamaged(
                f"The records of events in {where} are damaged: {_line(error)}.",
                next_step="Bring the file back from a copy, or move it away to begin without events.",
            )
        return StorageError(
            f"The records of events in {where} cannot be used: {_line(error)}.",
            next_step="See that the database runs, and that its URL is right."
            if self.path is None
            else "See that there is room, and that this user may write there.",
        )


def _busy() -> IndexLocked:
    return IndexLocked(
        "Another process is writing down events, and does not end.", next_step="Try again in a moment."
    )


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(_ALONE):
        sqlite.take_turn(cast(sqlite3.Connection, connection.connection.driver_connection))
    else:
        connection.exec_driver_sql("BEGIN")


def _line(error: BaseException | None) -> str:
    """What an error says, in one line without a full stop."""
    return (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
