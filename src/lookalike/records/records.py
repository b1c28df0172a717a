"""What shoppers did, for good: events in, and what is known of many or of one out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, delete, exists, func, select, update

from lookalike.errors import BadArgument, IndexDamaged
from lookalike.events import KINDS, Event, Kind, Log, Touch
from lookalike.records.appending import Appended, Row, appended, is_storable, name_hash, rows_of, upsert
from lookalike.records.board import Board
from lookalike.records.database import Database
from lookalike.records.notes import SharedNotes
from lookalike.records.schema import ERASED, EVENTS, SHOPPERS, STATE, TOUCHES
from lookalike.records.together import Together
from lookalike.store.base import Notes

_MOST: Final = float(np.finfo(np.float32).max)

_PART: Final = 500  # rows at once: half of the time goes where more lie about


class Records:
    """The events of shoppers in a database, open for many threads and processes. Use `open`.

    Reading makes nothing: where nothing was written all is empty. Every method may raise `StorageError` when
    the disk or the server refuses, `IndexDamaged`, `FormatMismatch` for tables of another version, and
    `IndexLocked` when another writer does not end.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together = Together(self._written)

    @classmethod
    def open(cls, url: str | Path | None = None) -> Records:
        """The records at an SQLAlchemy URL, in the file records.sqlite of a folder, or in memory for None.

        Raises `BadArgument` for what is none of them.
        """
        return cls(Database.at(url))

    def append(self, events: Sequence[Event], *, now: int | None = None) -> Appended:
        """Write down events: all of them are on disk when this returns, or none when it raises.

        What came before is not counted again, and what a shopper did before `erase` stays out. An event later
        than ``now`` (milliseconds since 1970) by over five minutes is kept as of now. What other threads
        append meanwhile goes to the disk with it.
        """
        moment = _now() if now is None else now
        rows, ahead = rows_of(events, moment)
        return self._together.append(rows, ahead) if rows else Appended(())

    def _written(self, rows: Sequence[Row], ahead: Collection[int]) -> Appended:
        def work(connection: Connection, before: Appended | None) -> Appended:
            done = appended(connection, rows, ahead)
            if not done.recorded:
                connection.rollback()
                return done if before is None else before  # it had been put on disk
            return done

        return self._database.write(work)

    def revision(self) -> int:
        """A number that grows whenever events are written down or erased.

        What others write to a server is seen a second later at the latest; so it is with `count`.
        """
        return self._database.state().revision

    def count(self) -> int:
        """How many events there are."""
        return self._database.state().events

    def log(self, kinds: Collection[Kind] | None = None, since: int = 0) -> Log:
        """The events of these kinds, None for all, from a time on (milliseconds since 1970)."""
        names = ("user", "item", "session", "kind", "time", "weight")
        query = select(*(EVENTS.c[name] for name in names)).order_by(EVENTS.c.number)
        if kinds is not None:
            query = query.where(EVENTS.c.kind.in_(_numbers(kinds)))
        if since > 0:
            query = query.where(EVENTS.c.time >= since)

        def read(connection: Connection) -> tuple[int, list[list[Any]]]:
            revision = connection.execute(select(STATE.c.revision)).scalar_one()
            columns: list[list[Any]] = [[] for _ in names]
            found = connection.execution_options(stream_results=True, max_row_buffer=_PART).execute(query)
            for rows in found.partitions(_PART):
                for column, part in zip(columns, zip(*rows, strict=True), strict=True):
                    column.extend(part)
            return revision, columns

        nothing: tuple[int, list[list[Any]]] = 0, [[] for _ in names]
        revision, columns = self._database.read(read, nothing, snapshot=True)
        users, items, sessions, told, times, weights = columns
        return Log.from_columns(
            users=users,
            items=items,
            sessions=sessions,
            kinds=np.array(told, dtype=np.int8),
            times=np.array(times, dtype=np.int64),
            weights=np.minimum(np.array(weights, dtype=np.float64), _MOST).astype(np.float32),
            revision=revision,
        )

    def touches(self, user: str = "", session: str = "", limit: int = 500) -> list[Touch]:
        """What a shopper did with each product, by kind, summed; the latest first, at most ``limit``.

        ``session`` adds what was done in a visit before anybody had a name in it; alone, it is only that.
        """

        def read(connection: Connection) -> list[Touch]:
            found: list[Touch] = []
            for one, visit in ((user, ""), ("", session)):
                if (one or visit) and is_storable(one + visit):
                    query = (
                        select(TOUCHES.c.item, TOUCHES.c.kind, TOUCHES.c.time, TOUCHES.c.weight)
                        .where(TOUCHES.c.user == one, TOUCHES.c.session == visit)
                        .order_by(TOUCHES.c.time.desc())
                        .limit(limit)
                    )
                    found += [Touch(item, KINDS[k], at, w) for item, k, at, w in connection.execute(query)]
            return found

        found = self._database.read(read, list[Touch]())
        if user and session:
            found = _merged(found)
        return sorted(found, key=lambda touch: (-touch.time, touch.item, touch.kind))[:limit]

    def items_of(self, user: str, kinds: Collection[Kind]) -> dict[str, int]:
        """Every product with which a shopper did one of these, and when last."""
        query = (
            select(TOUCHES.c.item, func.max(TOUCHES.c.time))
            .where(TOUCHES.c.user == user, TOUCHES.c.session == "", TOUCHES.c.kind.in_(_numbers(kinds)))
            .group_by(TOUCHES.c.item)
        )

        def read(connection: Connection) -> dict[str, int]:
            found: dict[str, int] = {}
            for rows in connection.execute(query).partitions(_PART):
                found.update((item, last) for item, last in rows)
            return found

        return self._database.read(read, {}) if is_storable(user) else {}

    def profile(self, user: str) -> dict[str, Any] | None:
        """What a shopper is said to be, as `set_profile` was told; None for nothing."""
        query = select(SHOPPERS.c.document).where(SHOPPERS.c.user == user)
        if not is_storable(user):
            return None
        text = self._database.read(lambda connection: connection.execute(query).scalar(), None)
        return None if text is None else json.loads(text)

    def set_profile(self, user: str, document: Mapping[str, Any] | None) -> None:
        """Keep a JSON document of a shopper in place of the one before; None takes it away.

        Raises `BadArgument` for what is no document, or no name.
        """
        self.set_profiles({user: document})

    def set_profiles(self, documents: Mapping[str, Mapping[str, Any] | None]) -> None:
        """The same of many shoppers at once, all of them or none."""
        rows = [{"user": user, "document": _json(document)} for user, document in documents.items()]
        for user in documents:
            _require_name(user)
        if not rows:
            return

        def work(connection: Connection, _: None) -> None:
            _put(connection, rows)

        self._database.write(work)

    def change_profile(self, user: str, change: Callable[[Any], Mapping[str, Any] | None]) -> None:
        """Put what is made of the document before, None for none, while nobody else writes."""
        _require_name(user)

        def work(connection: Connection, before: tuple[str | None] | None) -> tuple[str | None]:
            text = connection.execute(select(SHOPPERS.c.document).where(SHOPPERS.c.user == user)).scalar()
            if before is not None and before == (text,):
                return before  # it had been put on disk
            document = _json(change(None if text is None else json.loads(text)))
            _put(connection, [{"user": user, "document": document}])
            return (document,)

        self._database.write(work)

    def users(self, limit: int = 50, offset: int = 0, *, after: str = "") -> list[str]:
        """Names of shoppers of whom there is an event or a document, in order; those after a name.

        To read all, ask on ``after`` the last one: an ``offset`` is counted from the first each time.
        """
        query = select(SHOPPERS.c.user).where(SHOPPERS.c.user > after).order_by(SHOPPERS.c.user)
        query = query.limit(limit).offset(offset)
        return self._database.read(lambda connection: list(connection.execute(query).scalars()), [])

    def erase(self, user: str, *, now: int | None = None) -> int:
        """Forget a shopper: events, sums and document. Returns how many events went.

        What stays is a hash of the name and the time, so that events of before which arrive later stay out;
        what the shopper does from now on is written down again. What was done in a visit before it had a name
        says nothing of who did it, and stays.
        """
        _require_name(user)
        moment = _now() if now is None else now

        def work(connection: Connection, before: int | None) -> int:
            return max(_erased(connection, user, moment), before or 0)

        gone = self._database.write(work)
        self._database.tidy()
        return gone

    def funnel(self, since: int = 0, until: int | None = None) -> list[tuple[str, str, Kind, int]]:
        """Events that name an answer: the answer's token, the product, what was done, and how often.

        From a time on and before another, milliseconds since 1970.
        """
        told = (EVENTS.c.answer, EVENTS.c.item, EVENTS.c.kind)
        query = select(*told, func.count()).where(EVENTS.c.answer != "", EVENTS.c.time >= since)
        if until is not None:
            query = query.where(EVENTS.c.time < until)
        query = query.group_by(*told).order_by(*told)
        rows = self._database.read(lambda connection: [*connection.execute(query)], list[Any]())
        return [(answer, item, KINDS[kind], count) for answer, item, kind, count in rows]

    def notes(self, own: Notes, shared: Collection[str]) -> SharedNotes:
        """The notes of an index, of which those with shared names are kept in this database."""
        return SharedNotes(self._database, own, shared)

    def board(self) -> Board:
        """Where the replicas of a service tell each other of their jobs; in a database of PostgreSQL."""
        return Board(self._database)

    def flaws(self) -> list[str]:
        """What is wrong with the tables, in sentences; none when they are whole."""
        try:
            return self._database.read(_flaws, [], snapshot=True)
        except IndexDamaged as error:
            return [error.message]

    def close(self) -> None:
        """Give the database back; nothing is asked of these records afterwards."""
        self._database.close()


def _flaws(connection: Connection) -> list[str]:
    """What is wrong with the tables, in sentences."""
    found = []
    if connection.dialect.name == "sqlite":
        told = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars()
        found = [f"The records of events are damaged: {line}." for line in told if line != "ok"]
    there = connection.execute(select(func.count()).select_from(EVENTS)).scalar_one()
    stated = connection.execute(select(STATE.c.events)).scalar_one()
    if there != stated:
        found.append(f"There are {there:,} events where {stated:,} were written down.")
    return found


def _put(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put documents in place of those before; with none of it and no event a shopper is gone."""
    putting = upsert(connection.dialect.name, SHOPPERS)
    putting = putting.on_conflict_do_update(
        index_elements=["user"], set_={"document": putting.excluded.document}
    )
    connection.execute(putting, rows)
    for row in rows:
        if row["document"] is None:
            touched = exists().where(TOUCHES.c.user == row["user"], TOUCHES.c.session == "")
            connection.execute(delete(SHOPPERS).where(SHOPPERS.c.user == row["user"], ~touched))


def _erased(connection: Connection, user: str, moment: int) -> int:
    """How many events went with what is known of a shopper, who is noted as erased until then."""
    salt = connection.execute(select(STATE.c.salt)).scalar_one()
    gone = connection.execute(delete(EVENTS).where(EVENTS.c.user == user)).rowcount
    last = connection.execute(select(func.max(TOUCHES.c.time)).where(TOUCHES.c.user == user)).scalar()
    until = max(moment, last or moment)  # a clock that was ahead is no way back
    for table in (TOUCHES, SHOPPERS):
        connection.execute(delete(table).where(table.c.user == user))
    name = name_hash(user, salt)
    noting = upsert(connection.dialect.name, ERASED).values(user=name, time=until)
    connection.execute(noting.on_conflict_do_update(index_elements=["user"], set_={"time": until}))
    connection.execute(
        update(STATE).values(
            revision=STATE.c.revision + 1,
            events=STATE.c.events - gone,
            erased=select(func.count()).select_from(ERASED).scalar_subquery(),
        )
    )
    return gone


def _now() -> int:
    return time.time_ns() // 1_000_000


def _json(document: Mapping[str, Any] | None) -> str | None:
    try:
        return None if document is None else json.dumps(document, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise BadArgument(f"This is no JSON document: {error}.", next_step="Correct it.") from None


def _require_name(user: str) -> None:
    if not user or not is_storable(user):
        raise BadArgument("This is no shopper's name.", next_step="Give a text of at least one letter.")


def _numbers(kinds: Collection[Kind]) -> list[int]:
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise BadArgument(f"There is no event {unknown[0]!r}.", next_step=f"Choose {', '.join(KINDS)}.")
    return sorted(KINDS.index(kind) for kind in set(kinds))


def _merged(touches: Sequence[Touch]) -> list[Touch]:
    """Touches of the same product and kind as one."""
    found: dict[tuple[str, Kind], Touch] = {}
    for touch in touches:
        name = (touch.item, touch.kind)
        one = found.get(name)
        if one is not None:
            touch = Touch(*name, max(one.time, touch.time), one.weight + touch.weight)
        found[name] = touch
    return list(found.values())
