"""SQLite as records need it: on disk when it says so, patient, and readable where nothing may be written.

Journal and locks as https://www.sqlite.org/wal.html says.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

_WAIT: Final = 30.0  # seconds that a writer waits for another

_AGAIN: Final = 0.001  # seconds after which it asks again

_ALWAYS: Final = (
    "secure_delete=ON",  # what is erased is overwritten
    "cache_size=-16384",  # KiB
)


def in_memory() -> sqlite3.Connection:
    """A database that is gone with its connection."""
    return _prepared(":memory:")


def in_file(path: Path) -> sqlite3.Connection:
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


def make(path: Path | None) -> None:
    """See that there is a file. Raises `OSError`."""
    if path is not None:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o666))


def take_turn(connection: sqlite3.Connection) -> None:
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
                if not is_busy(error) or time.monotonic() > until:
                    raise
            time.sleep(_AGAIN)
    finally:
        connection.execute(f"PRAGMA busy_timeout={int(_WAIT * 1000)}").close()


def watch(engine: Engine, path: Path) -> None:
    """Connect anew where the file was replaced, or this process is the child of the one that connected."""

    def connected(_connection: Any, record: Any) -> None:
        record.info["lookalike"] = _mark(path)

    def checked_out(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info["lookalike"] != _mark(path):
            raise DisconnectionError

    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", checked_out)


def is_busy(error: BaseException | None) -> bool:
    """Whether another writer did not end in time."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: BaseException | None) -> bool:
    """Whether the file is not what SQLite wrote."""
    return _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


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
