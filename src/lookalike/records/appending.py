"""How events come into the tables: each once, and its sums with it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lookalike.errors import BadArgument
from lookalike.events import KINDS, Event
from lookalike.records.schema import ERASED, EVENTS, SHOPPERS, STATE, TOUCHES

Fate = Literal["recorded", "repeated", "erased"]

PATIENCE: Final = 5 * 60 * 1000
"""Milliseconds that a sender's clock may be ahead."""

_AT_ONCE: Final = 500  # values in one statement

_KIND_NUMBER: Final = {kind: number for number, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of events, in their order; ``clocks`` is how many were of the future."""

    fates: tuple[Fate, ...]
    clocks: int = 0

    @property
    def recorded(self) -> int:
        """How many are written down now that were not before."""
        return self.fates.count("recorded")

    @property
    def repeated(self) -> int:
        """How many had come before."""
        return self.fates.count("repeated")

    @property
    def erased(self) -> int:
        """How many were of before their shopper was erased, and are not written down."""
        return self.fates.count("erased")


def appended(connection: Connection, events: Sequence[Event], now: int) -> Appended:
    """Write down events in a transaction that is begun."""
    # First, so that two writers wait for each other here, and revisions are in the order of commits.
    connection.execute(update(STATE).values(revision=STATE.c.revision + 1))
    gone = _erased(connection, {event.user for event in events})
    fates: list[Fate] = ["repeated"] * len(events)
    first: dict[bytes, int] = {}
    rows: dict[bytes, dict[str, Any]] = {}
    clocks = 0
    for place, event in enumerate(events):
        row = _row(event)
        clocks += row["time"] > now + PATIENCE
        row["time"] = min(row["time"], now) if row["time"] > now + PATIENCE else row["time"]
        if event.user in gone and row["time"] <= gone[event.user]:
            fates[place] = "erased"
        elif row["key"] not in first:
            first[row["key"]] = place
            rows[row["key"]] = row
    for key in _known(connection, rows):
        del rows[key]
    for key in rows:
        fates[first[key]] = "recorded"
    if rows:
        new = list(rows.values())
        connection.execute(EVENTS.insert(), new)
        _sum(connection, new)
        connection.execute(update(STATE).values(events=STATE.c.events + len(new)))
    return Appended(tuple(fates), clocks)


def name_hash(connection: Connection, user: str) -> bytes:
    """A user's name as the erased are remembered, 16 bytes."""
    return _hash(user, connection.execute(select(STATE.c.salt)).scalar_one())


def upsert(connection: Connection, table: Any) -> Any:
    """An insert that can say what happens when the row is there."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def _row(event: Event) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": event.key,
        "user": event.user,
        "item": event.item,
        "kind": _KIND_NUMBER[event.kind],
        "time": int(event.time),
        "weight": float(event.weight),
        "session": event.session,
        "answer": event.answer,
    }
    told = f"{event.user}{event.item}{event.session}{event.answer}"
    if "\0" in told or any("\ud800" <= c <= "\udfff" for c in told if c > "\ud7ff"):
        at = "An event" if event.row is None else f"The event in row {event.row}"
        raise BadArgument(f"{at} has a text that cannot be stored.", next_step="Write it as UTF-8.")
    if not -(2**62) < row["time"] < 2**62:
        raise BadArgument(f"The time {event.time!r} is none.", next_step="Give milliseconds since 1970, UTC.")
    return row


def _known(connection: Connection, keys: Collection[bytes]) -> set[bytes]:
    """Those of these keys that are written down."""
    found: set[bytes] = set()
    for some in _chunks(keys):
        found.update(connection.execute(select(EVENTS.c.key).where(EVENTS.c.key.in_(some))).scalars())
    return found


def _erased(connection: Connection, users: Collection[str]) -> Mapping[str, int]:
    """When those of these users that asked for it were erased."""
    if connection.execute(select(ERASED.c.time).limit(1)).first() is None:
        return {}
    salt = connection.execute(select(STATE.c.salt)).scalar_one()
    of = {_hash(user, salt): user for user in users if user}
    found: dict[str, int] = {}
    for some in _chunks(of):
        rows = connection.execute(select(ERASED.c.user, ERASED.c.time).where(ERASED.c.user.in_(some)))
        found.update((of[name], time) for name, time in rows)
    return found


def _hash(user: str, salt: bytes) -> bytes:
    return hashlib.blake2b(user.encode("utf-8", "surrogatepass"), digest_size=16, key=salt).digest()


def _sum(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add new events to what is known of their shoppers."""
    weights: Counter[tuple[str, str, int, str]] = Counter()
    last: dict[tuple[str, str, int, str], int] = {}
    for row in rows:
        user = row["user"]
        touch = (user, "" if user else row["session"], row["kind"], row["item"])
        weights[touch] += row["weight"]
        last[touch] = max(last.get(touch, row["time"]), row["time"])
    names = ("user", "session", "kind", "item")
    adding = upsert(connection, TOUCHES)
    new = adding.excluded
    later = case((new.time > TOUCHES.c.time, new.time), else_=TOUCHES.c.time)
    adding = adding.on_conflict_do_update(
        index_elements=list(names), set_={"weight": TOUCHES.c.weight + new.weight, "time": later}
    )
    connection.execute(
        adding,
        [
            {**dict(zip(names, touch, strict=True)), "time": last[touch], "weight": weights[touch]}
            for touch in sorted(last)
        ],
    )
    users = sorted({user for user, *_ in last if user})
    if users:
        naming = upsert(connection, SHOPPERS).on_conflict_do_nothing()
        connection.execute(naming, [{"user": user, "document": None} for user in users])


def _chunks(values: Collection[Any]) -> Iterable[list[Any]]:
    told = list(values)
    return (told[i : i + _AT_ONCE] for i in range(0, len(told), _AT_ONCE))
