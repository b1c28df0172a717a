"""PostgreSQL as records of many replicas need it: one writer at a time, and nobody waits for ever.

Locks as https://www.postgresql.org/docs/current/explicit-locking.html (13.3.5) says; the driver is psycopg 3.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError

from lookalike.errors import BadArgument, LookalikeError, StorageAway, StorageError
from lookalike.records.dialect import busy, line

if TYPE_CHECKING:
    from lookalike.records.line import Lines

OLDEST: Final = 13
"""The oldest PostgreSQL that is served; 15 is what the tests run."""

POOL: Final = 8
"""Connections of one process at most, unless the URL says ``pool_size``."""

_LIMITS: Final = (
    ("statement_timeout", "60s"),
    ("lock_timeout", "30s"),  # what a writer waits for another
    ("idle_in_transaction_session_timeout", "60s"),  # a machine that stands still does not hold up the others
)

_CONNECT: Final[Mapping[str, str]] = {
    "connect_timeout": "5",
    "application_name": "lookalike",
    # A line that is cut without a word is noticed within half a minute.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
}

_LIMITED: Final = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _LIMITS)
"""The same for one transaction, where connections to the server are lent for no longer (PgBouncer)."""

_TURN: Final = "SELECT pg_advisory_xact_lock(1281323883, hashtext(coalesce(current_schema(), '')))"

_AWAY: Final = (
    "refused",
    "starting up",
    "shutting down",
    "server closed",
    "not yet accepting",
    "recovery mode",
    "timeout expired",
    "timed out",
    "does not answer",
    "no route to host",
    "unreachable",
    "reset by peer",
    "connection is lost",
    "login has been failing",
)
"""What libpq says of a server that may be there in a moment; connecting has no codes."""

_POOLER: Final = (
    "This is a pooler, such as PgBouncer: add pooler=yes to the URL, and leave options out of it."
)

_SAID: Final = (
    ("password authentication failed", "Correct the user or the password in the URL, or set PGPASSWORD."),
    ("no password supplied", "Write the password into the URL, or set PGPASSWORD."),
    ("no pg_hba.conf entry", "Let this machine in, in the server's pg_hba.conf."),
    ('role "', "Make the user (createuser), or correct it in the URL."),
    ('database "', "Make the database (createdb --encoding UTF8), or correct its name in the URL."),
    ("resolve host", "Correct the host in the URL."),
    ("too many clients", "Raise the server's max_connections, or add pool_size=4 to the URL."),
    ("remaining connection slots", "Raise the server's max_connections, or add pool_size=4 to the URL."),
    ("certificate", "Correct sslmode and sslrootcert in the URL."),
    ("invalid connection option", "Take it out of the URL."),
    ("unsupported startup parameter", _POOLER),
)
"""What a refusal to connect says, and what to do; the first that fits."""

_CODES: Final = {
    "42501": "Let this user make tables: GRANT USAGE, CREATE ON SCHEMA public TO the user.",
    "25006": "Name the primary server in the URL, or add target_session_attrs=read-write to it.",
    "26000": _POOLER,
    "42P05": _POOLER,
    "53100": "Make room on the server's disk.",
    "53300": "Raise the server's max_connections, or add pool_size=4 to the URL.",
    "57014": "Ask for less at once, or add options=-c%20statement_timeout=600s to the URL.",
}
"""What to do by SQLSTATE: no permission, read-only, prepared elsewhere, disk full, connections, timeout."""


class Server:
    """A database of a PostgreSQL server; see `lookalike.records.dialect.Dialect`.

    ``url`` begins with postgresql:// or postgres://; options of libpq may stand in its query, and pool_size,
    and pooler=yes where each transaction may have another connection to the server. Raises `BadArgument` for
    another driver, for none that is installed, and for a pool that is no number.
    """

    path: Path | None = None
    polled = 1.0
    patience = 5.0
    is_gone = False

    def __init__(self, url: URL) -> None:
        if url.drivername not in ("postgresql", "postgresql+psycopg"):
            raise BadArgument(f"Events are written with psycopg, not {url.drivername}.", next_step=_EXAMPLE)
        self._where = f"the database {url.database!r} of {url.host or 'this machine'}:{url.port or 5432}"
        size = _pool_size(url)
        self._is_pooled = _is_pooled(url)
        url = url.difference_update_query(["pool_size", "pooler"]).set(drivername="postgresql+psycopg")
        try:
            self.engine: Engine = create_engine(
                url,
                connect_args=_connecting(url, pooled=self._is_pooled),
                isolation_level="AUTOCOMMIT",  # a statement alone is one round trip
                pool_size=size,
                max_overflow=0,
                pool_timeout=10,
                pool_use_lifo=True,  # what is not needed falls idle and is closed
                hide_parameters=True,  # no error names a shopper
                use_native_hstore=False,
            )
        except ImportError:
            raise BadArgument(
                "Events on PostgreSQL need psycopg, which is not installed.",
                next_step="Install it: pip install 'lookalike[postgres]'",
            ) from None
        self._lines = _lines_of(self.engine)
        self.writing = self.engine.execution_options(isolation_level="READ COMMITTED")
        self.snapshots = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        event.listen(self.engine, "connect", partial(_connected, self._where), insert=True)
        event.listen(self.engine, "checkout", _checked_out)
        weakref.finalize(self, _closed, self.engine, self._lines, os.getpid())

    @property
    def is_silent(self) -> bool:
        """Whether the server was found to say nothing, and does so still."""
        return self._lines.pulse.is_silent

    def make(self) -> None:
        """Nothing: a database is made by whoever runs the server."""

    def take_turn(self, connection: Connection) -> None:
        """Wait until no other transaction writes, on whatever machine, so that revisions are in order."""
        if self._is_pooled:
            connection.exec_driver_sql(_LIMITED)
        connection.exec_driver_sql(_TURN)

    def close(self) -> None:
        """Give all connections back."""
        _closed(self.engine, self._lines, os.getpid())

    def tidy(self) -> None:
        """Nothing: what was erased is overwritten when the server vacuums."""

    def is_lost(self, error: BaseException, /) -> bool:
        """Whether the connection broke, or there is none to be had for a moment."""
        if not isinstance(error, DBAPIError):
            return False
        return error.connection_invalidated or isinstance(self.meaning(error.orig), StorageAway)

    def meaning(self, error: BaseException | None) -> LookalikeError:
        """What a refusal means, and what to do."""
        code, text = getattr(error, "sqlstate", None) or "", str(error)
        if code == "55P03":
            return busy()
        said = f"The records of events in {self._where} cannot be used: {line(error)}."
        if _is_away(error):
            return StorageAway(said, next_step="See that the server runs and can be reached; then try again.")
        step = _CODES.get(code)
        if step is None and not code:
            step = next((step for word, step in _SAID if word in text), None)
        return StorageError(said, next_step=step or "See that the database runs, and that its URL is right.")


_EXAMPLE: Final = "Give a URL such as postgresql://user@host/name."


def _is_away(error: BaseException | None) -> bool:
    """Whether a server, or a pooler in front of it, says that it may be there in a moment."""
    code, text = getattr(error, "sqlstate", None) or "", str(error)
    return code.startswith(("08", "57P")) or (not code and any(word in text for word in _AWAY))


def _connected(where: str, connection: Any, record: Any) -> None:
    """Raise `StorageError` for a server that cannot hold records."""
    record.info["lookalike"] = os.getpid()
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise StorageError(
            f"The server of {where} is PostgreSQL {version}, which is too old.",
            next_step=f"Name a server of PostgreSQL {OLDEST} or newer.",
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StorageError(
            f"The texts of {where} are not UTF-8, but {encoding}.",
            next_step="Make a database whose are: createdb --encoding UTF8 --template template0 NAME",
        )


def _lines_of(engine: Engine) -> Lines:
    """Let an engine connect by lines that notice a server's silence."""
    from lookalike.records.line import Lines  # psycopg may not be installed

    lines = Lines(_is_away)
    event.listen(engine, "do_connect", lines.connect)
    return lines


def _closed(engine: Engine, lines: Lines, process: int) -> None:
    """Give connections back that nobody closed; a child leaves those of its parent alone."""
    lines.pulse.close()
    engine.dispose(close=os.getpid() == process)


def _checked_out(_connection: Any, record: Any, proxy: Any) -> None:
    """Leave a connection to the process that made it: its child connects anew."""
    if record.info["lookalike"] != os.getpid():
        record.dbapi_connection = proxy.dbapi_connection = None  # the parent goes on with it
        raise DisconnectionError


def _connecting(url: URL, *, pooled: bool) -> dict[str, Any]:
    """What psycopg and libpq are told beside the URL; what the URL says wins."""
    told: dict[str, Any] = {name: value for name, value in _CONNECT.items() if name not in url.query}
    if pooled:  # nothing may stay with a connection: no limit, and no prepared statement
        return {**told, "prepare_threshold": None}
    said = url.query.get("options", ())
    options = [f"-c {name}={value}" for name, value in _LIMITS]
    return {**told, "options": " ".join([*options, *((said,) if isinstance(said, str) else said)])}


def _is_pooled(url: URL) -> bool:
    told = url.query.get("pooler", "no")
    if told not in ("yes", "no"):
        raise BadArgument(f"pooler in the URL is {told!r}.", next_step="Write pooler=yes, or leave it out.")
    return told == "yes"


def _pool_size(url: URL) -> int:
    told = url.query.get("pool_size", str(POOL))
    if not isinstance(told, str) or not told.isdecimal() or not 1 <= int(told) <= 1000:
        raise BadArgument("pool_size in the URL is no number of connections.", next_step="Write 1 to 1000.")
    return int(told)
