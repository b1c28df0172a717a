"""What people decide, kept beside the events of a server, so that all replicas heed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    Text,
    inspect,
    select,
)

from lookalike.errors import StorageAway
from lookalike.records.appending import upsert
from lookalike.records.database import Database
from lookalike.records.polled import Polled
from lookalike.store.base import Change, Notes
from lookalike.store.notes import require_name

T = TypeVar("T")

NOTES: Final = Table(
    "lookalike_notes",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False),  # grows with each change
    Column("document", LargeBinary),  # null where it was removed
)
"""A row for each note that anybody has changed."""


class SharedNotes:
    """The notes of an index, of which some are in a database; see `lookalike.store.base.Notes`.

    A note that was never changed there is that of the index: what was decided before a server was named is
    where it begins. What others change is seen a second later at the latest, and while the server does not
    answer the last that was read holds. Raises what `Database` raises.
    """

    def __init__(self, database: Database, own: Notes, shared: Collection[str]) -> None:
        """``own`` are the notes of the index, ``shared`` the names of those that are in the database."""
        self._database = database
        self._own = own
        self._shared = frozenset(shared)
        self._made = False
        self._last: dict[str, bytes | None] = {}
        self._revisions = Polled(self._asked_revisions, database.dialect.polled, keep=True)

    def read(self, name: str) -> bytes | None:
        """The document, or None when there is none."""
        if name not in self._shared:
            return self._own.read(name)
        try:
            row = self._read(lambda connection: _row(connection, name), None)
            self._last[name] = self._own.read(name) if row is None else row.document
        except StorageAway:
            if name not in self._last:
                raise
        return self._last[name]

    def write(self, name: str, data: bytes) -> None:
        """Replace the document."""
        self.change(name, lambda _: data)

    def change(self, name: str, make: Change) -> bytes:
        """Replace the document by what is made of it, while nobody else changes one; returns the new one."""
        if name not in self._shared:
            return self._own.change(name, make)

        def work(connection: Connection, before: bytes | None) -> bytes:
            self._make(connection)
            row = _row(connection, name)
            document = self._own.read(name) if row is None else row.document
            if before is not None and document == before:
                return before  # it had been put on disk when the line broke
            data = make(document)
            if data != document:
                _put(connection, name, row, data)
            return data

        try:
            return self._database.write(work)
        finally:
            self._revisions.drop()

    def revision(self, name: str) -> str:
        """A text that changes when the document does; "" when there is none."""
        if name in self._shared:
            number = self._revisions().get(name)
            if number is not None:
                return f"shared-{number}"
        return self._own.revision(name)

    def remove(self, names: Collection[str]) -> None:
        """Delete documents; one that is not there is passed over."""
        self._own.remove([name for name in names if name not in self._shared])
        shared = self._shared.intersection(names)
        if not shared:
            return

        def work(connection: Connection, _: None) -> None:
            self._make(connection)
            for name in sorted(shared):
                row = _row(connection, name)
                if (self._own.read(name) if row is None else row.document) is not None:
                    _put(connection, name, row, None)

        try:
            self._database.write(work)
        finally:
            self._revisions.drop()

    def names(self) -> set[str]:
        """The names of all documents."""
        asked = select(NOTES.c.name, NOTES.c.document.is_not(None).label("there"))
        there: dict[str, bool] = self._read(
            lambda connection: {row.name: row.there for row in connection.execute(asked)}, {}
        )
        own = {name for name in self._own.names() if name not in there}
        return own | {name for name, is_there in there.items() if is_there}

    def _asked_revisions(self) -> Mapping[str, int]:
        """The revisions of all notes that are in the database."""
        asked = select(NOTES.c.name, NOTES.c.revision)
        return self._read(
            lambda connection: {row.name: row.revision for row in connection.execute(asked)}, {}
        )

    def _read(self, work: Any, nothing: T) -> T:
        """What is read where there is a table."""

        def read(connection: Connection) -> T:
            if not self._made:
                self._made = inspect(connection).has_table(NOTES.name)
            found: T = work(connection) if self._made else nothing
            return found

        return self._database.read(read, nothing)

    def _make(self, connection: Connection) -> None:
        if not self._made:  # not noted as made: the transaction may end otherwise
            NOTES.create(connection, checkfirst=True)


def _row(connection: Connection, name: str) -> Any:
    """Revision and document of a note, None for none. Raises `ValueError` for no name of a note."""
    require_name(name)
    asked = select(NOTES.c.revision, NOTES.c.document).where(NOTES.c.name == name)
    return connection.execute(asked).one_or_none()


def _put(connection: Connection, name: str, row: Any, document: bytes | None) -> None:
    """Write a document in place of the one before; None takes it away, for good."""
    revision = 1 if row is None else row.revision + 1
    putting = upsert(connection.dialect.name, NOTES)
    putting = putting.values(name=name, revision=revision, document=document)
    changed = {"revision": revision, "document": document}
    connection.execute(putting.on_conflict_do_update(index_elements=["name"], set_=changed))
