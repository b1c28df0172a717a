"""What a database has to say of itself, so that records need not know which one they are in."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine

from lookalike.errors import IndexLocked, LookalikeError


class Dialect(Protocol):
    """SQLite or PostgreSQL.

    ``path`` is the file of SQLite, None for another database and for one in memory. ``polled`` is for how
    many seconds the state of others' writing is believed, 0 where asking costs nothing; ``patience`` for how
    many it is waited for a server that was there and went away.
    """

    path: Path | None
    polled: float
    patience: float

    @property
    def engine(self) -> Engine:
        """Connections for a statement alone."""
        ...

    @property
    def writing(self) -> Engine:
        """Connections for what writes."""
        ...

    @property
    def snapshots(self) -> Engine:
        """Connections whose statements all see one state of the tables."""
        ...

    @property
    def is_gone(self) -> bool:
        """Whether nothing can have been written, since there is no file."""
        ...

    @property
    def is_silent(self) -> bool:
        """Whether a server was found to say nothing, and does so still: it is not worth waiting for."""
        ...

    def make(self) -> None:
        """See that there is a file, where there is one. Raises `OSError`."""
        ...

    def take_turn(self, connection: Connection) -> None:
        """Wait in a transaction that has begun until no other one writes."""
        ...

    def tidy(self) -> None:
        """Let nothing that was erased lie about, where that is in the hands of a client."""
        ...

    def close(self) -> None:
        """Give all connections back."""
        ...

    def is_lost(self, error: BaseException, /) -> bool:
        """Whether the server went away, and may be back in a moment."""
        ...

    def meaning(self, error: BaseException | None) -> LookalikeError:
        """A refusal of the driver as an error that says what to do."""
        ...


def busy() -> IndexLocked:
    """The error of a writer that waited in vain."""
    return IndexLocked(
        "Another process is writing down events, and does not end.", next_step="Try again in a moment."
    )


def line(error: BaseException | None) -> str:
    """What an error says, in one line without a full stop."""
    return (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
