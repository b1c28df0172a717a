"""A database of records: how it is opened, what a transaction is there, and what its refusals mean."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
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
)
from lookalike.records.schema import SCHEMA, STATE, TABLES

NAME: Final = "records.sqlite"
"""The file in an index's folder."""

_WAIT: Final = 30.0  # seconds that a writer waits for another

_BEGIN: Final = "lookalike_begin"  # an execution option: how SQLite begins


class Database:
    """Connections to one database, which is made when something is first written.

    ``path`` is the file of SQLite, None for another database and for one in memory.
    """

    def __init__(self, url: URL, path: Path | None) -> None:
        self._url = url
        self.path = path
        self._there = False
        self._engine = _engine(url, path)

    @classmethod
    def at(cls, place: str | Path | None) -> Database:
        """The database at a URL, in an index's folder, or in memory. Raises `BadArgument`."""
        if place is None:
            return cls(make_url("sqlite://"), None)
        if isinstance(place, Path) or "://" not in place:
            path = Path(place).absolute() / NAME
            return cls(URL.create("sqlite", database=str(path)), path)
        try:
            url = make_url(place)
            file = url.database if url.get_backend_name() == "sqlite" else None
            in_file = file is not None and file not in ("", ":memory:") and not file.startswith("file:")
            return cls(url, Path(file).absolute() if in_file and file is not None else None)
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise BadArgument(
                f"Events cannot be kept there: {_line(error)}.",
                next_step="Give a URL such as postgresql+psycopg://user@host/name, and install its driver.",
            ) from None

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """One state of the tables, None where nothing was ever written."""
        if not self._there and self.path is not None and not self.path.exists():
            yield None
            return
        with self._translated(), self._engine.connect() as connection:
            yield connection if self._is_there(connection) else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The only writer, from the first statement on; on disk when it ends, or nothing of it."""
        with self._translated(), self._engine.connect() as plain:
            connection = plain.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            with connection.begin():
                if not self._is_there(connection):
                    self._make(connection)
                yield connection

    def tidy(self) -> None:
        """Let SQLite's file hold all, and its journal nothing; where readers are in the way, later."""
        if self.path is not None:
            with self._translated(), self._engine.connect() as plain:
                connection = plain.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

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
        first = {"schema": SCHEMA, "revision": 0, "events": 0, "salt": secrets.token_bytes(16)}
        connection.execute(insert(STATE).values(first))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Refusals of the database as errors that say what to do."""
        try:
            yield
        except DBAPIError as error:
            raise self._meaning(error.orig) from error
        except sqlite3.Error as error:
            raise self._meaning(error) from error
        except NoConnection as error:
            raise self._busy() from error

    def _meaning(self, error: BaseException | None) -> LookalikeError:
        where = self._url.render_as_string() if self.path is None else str(self.path)
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return self._busy()
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return IndexDamaged(
                f"The records of events in {where} are damaged: {_line(error)}.",
                next_step="Bring the file back from a copy, or move it away to begin without events.",
            )
        return StorageError(
            f"The records of events in {where} cannot be used: {_line(error)}.",
            next_step="See that there is room, and that this user may write there."
            if self.path is not None
            else "See that the database runs, and that its URL is right.",
        )

    def _busy(self) -> IndexLocked:
        return IndexLocked(
            "Another process is writing down events, and did not end.", next_step="Try again in a moment."
        )


def _engine(url: URL, path: Path | None) -> Engine:
    """Connections as they have to be: durable, patient, and each transaction begun by us."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if path is None:  # one connection, which waits for its turn: another one would be another database
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=_WAIT,
            connect_args={"check_same_thread": False},
        )  # fmt: skip
    else:
        engine = create_engine(url, poolclass=QueuePool, pool_size=4, max_overflow=60)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins no transactions of its own
    for pragma in (
        f"busy_timeout={int(_WAIT * 1000)}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",  # what is erased is overwritten
        "cache_size=-65536",  # KiB
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _line(error: BaseException | None) -> str:
    """What an error says, in one line without a full stop."""
    return (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
