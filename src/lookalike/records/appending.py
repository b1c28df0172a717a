"""How events come into the tables: each once, and its sums with it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lookalike.errors import BadArgument
from lookalike.events import KINDS, Event
from lookalike.records.schema import ERASED, EVENTS, SHOPPERS, STATE, TOUCHES

Fate = Literal["recorded", "repeated", "erased"]

PATIENCE: Final = 5 * 60 * 1000
"""Milliseconds that a sender's clock may be ahead."""

_FAR: Final = 2**62  # a time beyond is none

_HEAVY: Final = 1e300  # a sum of such is a number still, without which a server refuses it

_AT_ONCE: Final = 500  # values in one statement

_KIND_NUMBER: Final = {kind: number for number, kind in enumerate(KINDS)}

_STATE: Final = select(STATE.c.salt, STATE.c.erased)
_KNOWN: Final = select(EVENTS.c.key).where(EVENTS.c.key.in_(bindparam("keys", expanding=True)))
_GONE: Final = select(ERASED.c.user, ERASED.c.time).where(
    ERASED.c.user.in_(bindparam("users", expanding=True))
)
_EVENT: Final = insert(EVENTS)
_GROWN: Final = update(STATE).values(revision=STATE.c.revision + 1, events=STATE.c.events + bindparam("new"))


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


Row = dict[str, Any]
"""An event by the columns of `EVENTS`."""


def rows_of(events: Iterable[Event], now: int) -> tuple[list[Row], set[int]]:
    """Events as they are written down, and the places of those whose clock was ahead.

    Raises `BadArgument` for an event that no database takes.
    """
    rows = [_row(event) for event in events]
    ahead = {place for place, row in enumerate(rows) if row["time"] > now + PATIENCE}
    for place in ahead:
        rows[place]["time"] = now
    return rows, ahead


def appended(connection: Connection, told: Sequence[Row], ahead: Collection[int]) -> Appended:
    """Write down events in a transaction that is the only writer."""
    salt, erasures = connection.execute(_STATE).one()
    gone = _erased(connection, salt, {row["user"] for row in told}) if erasures else {}
    fates: list[Fate] = ["repeated"] * len(told)
    first: dict[bytes, int] = {}
    rows: dict[bytes, Row] = {}
    for place, row in enumerate(told):
        if row["user"] in gone and (place in ahead or row["time"] <= gone[row["user"]]):
            fates[place] = "erased"
        elif row["key"] not in first:
            first[row["key"]] = place
            rows[row["key"]] = row
    for some in _chunks(rows):
        for key in connection.execute(_KNOWN, {"keys": some}).scalars():
            del rows[key]
    for key in rows:
        fates[first[key]] = "recorded"
    if rows:
        new = list(rows.values())
        connection.execute(_EVENT, new)
        _sum(connection, new)
        connection.execute(_GROWN, {"new": len(new)})
    return Appended(tuple(fates), len(ahead))


def name_hash(user: str, salt: bytes) -> bytes:
    """A user's name as the erased are remembered, 16 bytes."""
    return hashlib.blake2b(user.encode("utf-8", "surrogatepass"), digest_size=16, key=salt).digest()


def is_storable(text: str) -> bool:
    """Whether databases take this text: it is Unicode, and has no zero."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def upsert(dialect: str, table: Any) -> Any:
    """An insert that can say what happens when the row is there."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def _row(event: Event) -> Row:
    row: Row = {
        "key": event.key,
        "user": event.user,
        "item": event.item,
        "kind": _KIND_NUMBER[event.kind],
        "time": int(event.time),
        "weight": min(float(event.weight), _HEAVY),
        "session": event.session,
        "answer": event.answer,
    }
    at = "An event" if event.row is None else f"The event in row {event.row}"
    told = f"{event.user}{event.item}{event.session}{event.answer}"
    if not is_storable(told):
        raise BadArgument(f"{at} has a text that cannot be stored.", next_step="Write it as UTF-8.")
    if not -_FAR < row["time"] < _FAR:
        raise BadArgument(f"{at} has no time.", next_step="Give milliseconds since 1970, UTC.")
    return row


def _erased(connection: Connection, salt: bytes, users: Collection[str]) -> Mapping[str, int]:
    """When those of these users that asked for it were erased."""
    of = {name_hash(user, salt): user for user in users if user}
    found: dict[str, int] = {}
    for some in _chunks(of):
        found.update((of[name], time) for name, time in connection.execute(_GONE, {"users": some}))
    return found


def _sum(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add new events to what is known of their shoppers."""
    weights: Counter[tuple[str, str, int, str]] = Counter()
    last: dict[tuple[str, str, int, str], int] = {}
    for row in rows:
        user = row["user"]
        touch = (user, "" if user else row["session"], row["kind"], row["item"])
        weights[touch] += row["weight"]
        last[touch] = max(last.get(touch, row["time"]), row["time"])
    touch_of, name_of = _upserts(connection.dialect.name)
    names = ("user", "session", "kind", "item")
    connection.execute(
        touch_of,
        [
            {**dict(zip(names, touch, strict=True)), "time": last[touch], "weight": weights[touch]}
            for touch in sorted(last)
        ],
    )
    users = sorted({user for user, *_ in last if user})
    if users:
        connection.execute(name_of, [{"user": user} for user in users])


@cache
def _upserts(dialect: str) -> tuple[Any, Any]:
    """What adds to a touch, and what sees that a shopper has a row."""
    adding = upsert(dialect, TOUCHES)
    new, old = adding.excluded, TOUCHES.c
    adding = adding.on_conflict_do_update(
        index_elements=list(TOUCHES.primary_key),
        set_={
            "weight": old.weight + new.weight,
            "time": case((new.time > old.time, new.time), else_=old.time),
        },
    )
    return adding, upsert(dialect, SHOPPERS).on_conflict_do_nothing()


def _chunks(values: Collection[Any]) -> Iterable[list[Any]]:
    told = list(values)
    return (told[i : i + _AT_ONCE] for i in range(0, len(told), _AT_ONCE))
