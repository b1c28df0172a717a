"""SQLite as records need it: on disk when it says so, patient, and readable where nothing may be written.

Journal and locks as https://www.sqlite.org/wal.html says.
"""

from __future__ import annotations

import os
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from lookalike.errors import IndexDamaged, LookalikeError, StorageError
from lookalike.records.dialect import busy, line

_WAIT: Final = 30.0  # seconds that a writer waits for another

_AGAIN: Final = 0.001  # seconds after which it asks again

_ALONE: Final = "lookalike_alone"  # an execution option: of a transaction that writes

_ALWAYS: Final = (
    "secure_delete=ON",  # what is erased is overwritten
    "cache_size=-16384",  # KiB
)


class SqliteFile:
    """A file, or for None a database in memory; see `lookalike.records.dialect.Dialect`."""

    polled = 0.0
    patience = 0.0
    is_silent = False

    def __init__(self, path: Path | None) -> None:
        self.path = path
        connect = _in_memory if path is None else partial(_in_file, path)
        # In memory one connection waits for its turn: another one would be another database.
        size, more = (1, 0) if path is None else (8, -1)
        self.engine = create_engine(
            "sqlite://",
            creator=connect,
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=more,
            hide_parameters=True,  # no error names a shopper
        )
        self.writing = self.engine.execution_options(**{_ALONE: True})
        self.snapshots = self.engine
        if path is not None:
            _watch(self.engine, path)
        event.listen(self.engine, "begin", _begin)

    @property
    def is_gone(self) -> bool:
        """Whether there is no file yet, or no more."""
        return self.path is not None and not self.path.exists()

    def make(self) -> None:
        """See that there is a file. Raises `OSError`."""
        if self.path is not None:
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o666))

    def row(self, statement: str) -> tuple[Any, ...]:
        """The first row that a statement finds, past SQLAlchemy."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            found: tuple[Any, ...] = cursor.fetchall()[0]
            return found
        finally:
            connection.close()

    def take_turn(self, connection: Connection) -> None:
        """Nothing: a transaction that writes begins as the only one."""

    def tidy(self) -> None:
        """Let the file hold all, and its journal nothing; where readers are in the way, later."""
        if self.path is not None:
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def is_lost(self, _: BaseException, /) -> bool:
        """Never: a file does not go away for a moment."""
        return False

    def meaning(self, error: BaseException | None) -> LookalikeError:
        """What a refusal means, and what to do."""
        where = "memory" if self.path is None else str(self.path)
        if _is_busy(error):
            return busy()
        if _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return IndexDamaged(
                f"The records of events in {where} are damaged: {line(error)}.",
                next_step="Bring the file back from a copy, or move it away to begin without events.",
            )
        return StorageError(
            f"The records of events in {where} cannot be used: {line(error)}.",
            next_step="See that there is room, and that this user may write there.",
        )


def _in_memory() -> sqlite3.Connection:
    """A database that is gone with its connection."""
    return _prepared(":memory:")


def _in_file(path: Path) -> sqlite3.Connection:
    """A connection to a file that is there; only for reading where the folder or the file is."""
    try:
        return _prepared(_name(path, "mode=rw"), "journal_mode=WAL", "synchronous=FULL")
    except sqlite3.OperationalError as error:
        if _code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        first = error
    try:
        return _prepared(_name(path, "mode=ro"))
    except sqlite3.OperationalError:
        journal = path.with_name(f"{path.name}-wal")
        if journal.exists() and journal.stat().st_size:  # it holds events that could not be read
            raise first from None
    return _prepared(_name(path, "mode=ro&immutable=1"))


def _begin_alone(connection: sqlite3.Connection) -> None:
    """Begin as the only writer, or raise `sqlite3.OperationalError` where another one does not end.

    SQLite by itself asks again after a time that grows to 100 ms, so whoever waits longest is served last.
    """
    until = time.monotonic() + _WAIT
    connection.execute("PRAGMA busy_timeout=0").close()
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE").close()
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > until:
                    raise
            time.sleep(_AGAIN)
    finally:
        connection.execute(f"PRAGMA busy_timeout={int(_WAIT * 1000)}").close()


def _watch(engine: Engine, path: Path) -> None:
    """Connect anew where the file was replaced, or this process is the child of the one that connected."""

    def connected(_connection: Any, record: Any) -> None:
        record.info["lookalike"] = _mark(path)

    def checked_out(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info["lookalike"] != _mark(path):
            raise DisconnectionError

    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", checked_out)


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(_ALONE):
        _begin_alone(cast(sqlite3.Connection, connection.connection.driver_connection))
    else:
        connection.exec_driver_sql("BEGIN")


def _is_busy(error: BaseException | None) -> bool:
    """Whether another writer did not end in time."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(error: BaseException | None) -> int:
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _name(path: Path, told: str) -> str:
    return f"file:{quote(str(path))}?{told}"


def _mark(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return os.getpid(), status.st_dev, status.st_ino


def _prepared(name: str, *pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name,
        timeout=_WAIT,
        isolation_level=None,  # the driver begins no transactions of its own
        check_same_thread=False,
        uri=name != ":memory:",
    )
    try:
        for pragma in (*pragmas, *_ALWAYS):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection
