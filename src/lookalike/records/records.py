"""What shoppers did, for good: events in, and what is known of many or of one out."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import select

from lookalike.errors import BadArgument
from lookalike.events import KINDS, Event, Kind, Log, Touch
from lookalike.records.appending import Appended, appended
from lookalike.records.database import Database
from lookalike.records.schema import EVENTS, STATE, TOUCHES

_MOST = float(np.finfo(np.float32).max)


class Records:
    """The events of shoppers in a database, open for many threads and processes. Use `open`.

    Reading makes nothing: where nothing was written all is empty. Every method may raise `StorageError` when
    the disk or the server refuses, `IndexDamaged`, `FormatMismatch` for tables of another version, and
    `IndexLocked` when another writer does not end.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str | Path | None = None) -> Records:
        """The records at an SQLAlchemy URL, in the file records.sqlite of a folder, or in memory for None.

        Raises `BadArgument` for what is none of them.
        """
        return cls(Database.at(url))

    def append(self, events: Sequence[Event], *, now: int | None = None) -> Appended:
        """Write down events: all of them are on disk when this returns, or none when it raises.

        What came before is not counted again, and what a shopper did before `erase` stays out. An event later
        than ``now`` (milliseconds since 1970) by over five minutes is kept as of now.
        """
        moment = _now() if now is None else now
        if not events:
            return Appended(())
        with self._database.writing() as connection:
            done = appended(connection, events, moment)
            if not done.recorded:
                connection.rollback()
        return done

    def revision(self) -> int:
        """A number that grows whenever events are written down or erased."""
        return self._state("revision")

    def count(self) -> int:
        """How many events there are."""
        return self._state("events")

    def log(self, kinds: Collection[Kind] | None = None, since: int = 0) -> Log:
        """The events of these kinds, None for all, from a time on (milliseconds since 1970)."""
        columns = (EVENTS.c[name] for name in ("user", "item", "session", "kind", "time", "weight"))
        query = select(*columns).order_by(EVENTS.c.number)
        if kinds is not None:
            query = query.where(EVENTS.c.kind.in_(_numbers(kinds)))
        if since > 0:
            query = query.where(EVENTS.c.time >= since)
        with self._database.reading() as connection:
            if connection is None:
                return Log.of(())
            revision = connection.execute(select(STATE.c.revision)).scalar_one()
            rows = connection.execute(query).all()
        users, items, sessions, told, times, weights = zip(*rows, strict=True) if rows else [()] * 6
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
        found: list[Touch] = []
        with self._database.reading() as connection:
            if connection is None:
                return []
            for one, visit in ((user, ""), ("", session)):
                if one or visit:
                    query = (
                        select(TOUCHES.c.item, TOUCHES.c.kind, TOUCHES.c.time, TOUCHES.c.weight)
                        .where(TOUCHES.c.user == one, TOUCHES.c.session == visit)
                        .order_by(TOUCHES.c.time.desc())
                        .limit(limit)
                    )
                    found += [Touch(item, KINDS[k], at, w) for item, k, at, w in connection.execute(query)]
        if user and session:
            found = _merged(found)
        return sorted(found, key=lambda touch: (-touch.time, touch.item, touch.kind))[:limit]

    def items_of(self, user: str, kinds: Collection[Kind]) -> dict[str, int]:
        """Every product with which a shopper did one of these, and when last."""
        query = (
            select(TOUCHES.c.item, TOUCHES.c.time)
            .where(TOUCHES.c.user == user, TOUCHES.c.session == "", TOUCHES.c.kind.in_(_numbers(kinds)))
            .order_by(TOUCHES.c.time)
        )
        with self._database.reading() as connection:
            if connection is None or not user:
                return {}
            return dict(connection.execute(query).all())

    def close(self) -> None:
        """Give the database back; nothing is asked of these records afterwards."""
        self._database.close()

    def _state(self, name: str) -> int:
        with self._database.reading() as connection:
            return 0 if connection is None else int(connection.execute(select(STATE.c[name])).scalar_one())


def _now() -> int:
    return time.time_ns() // 1_000_000


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
