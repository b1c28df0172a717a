"""What one document tells, in the words of no format, and the events it comes to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from lookalike import attribution
from lookalike.catalog.rows import clean, text
from lookalike.deliveries.kinds import folded
from lookalike.deliveries.times import NoTime, milliseconds
from lookalike.errors import BadArgument
from lookalike.events import KINDS, LONGEST, Event, Kind
from lookalike.products import Problem

COUNTED: Final[frozenset[Kind]] = frozenset({"carted", "bought", "returned"})
"""Kinds of which a product's quantity says how much; elsewhere it is only part of the description."""

_FAR = 2**62  # a time beyond is none

Document = Mapping[str, Any]


class Item(NamedTuple):
    """A product in a document: its id, how many, and the answer it was seen in, as they stand there."""

    id: Any
    quantity: Any = None
    answer: Any = None


@dataclass(slots=True)
class Told:
    """What a document says was done: once, with one product or several.

    ``name`` is what the sender calls it and ``kind`` what that is, None for nothing that counts; ``user``,
    ``session``, ``time`` and the rest are cells as they stand there. ``strict`` is whether a token that
    nobody here gave is worth a word: others use the same field for texts of their own.
    """

    name: str
    kind: Kind | None
    user: Any
    time: Any
    items: list[Item]
    session: Any = None
    answer: Any = None
    id: Any = None
    known: bool = True
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a reader knows beside the document.

    ``words`` are the caller's own names of kinds, folded; ``now`` says the time of what came without one,
    None where that is a mistake.
    """

    words: Mapping[str, Kind]
    now: Callable[[], int] | None = None


def events_of(told: Told, row: int, here: Circumstances) -> Iterator[Event | Problem]:
    """One event for each product of a document, or the problems that stand against it.

    A product that stands in it twice is one event, with both quantities.
    """
    kind = here.words.get(folded(told.name), told.kind) if here.words else told.kind
    if kind is None:
        yield _without_kind(told, row)
        return
    try:
        user, session, name = _short(told.user), _short(told.session), _short(told.id)
        if not user and not session:
            raise _Refused("no-shopper", "It names neither a user nor a session.")
        time = _time(told.time, here)
        amounts, answers = _items(told, kind)
    except _Refused as refused:
        first = text(told.items[0].id)[:LONGEST] if len(told.items) == 1 else ""
        yield Problem(row, first, refused.reason, refused.detail)
        return
    for item, amount in amounts.items():
        if isinstance(amount, _Refused):
            yield Problem(row, item, amount.reason, amount.detail)
            continue
        answer, strange = _token(answers[item])
        if strange and told.strict:
            yield Problem(row, item, "answer", _strange(answers[item]), fatal=False)
        yield Event(user, item, kind, time, amount, session, answer, name, row)


def checked_event(event: Event, row: int) -> Iterator[Event | Problem]:
    """An event that was made in Python, or what stands against writing it down."""
    item = text(event.item)[:LONGEST] if isinstance(event.item, str) else ""
    for told in (event.user, event.session, event.item, event.id, event.answer):
        if not isinstance(told, str) or len(told) > LONGEST or clean(told) != told:
            yield Problem(row, item, "malformed", f"{shown(told)} is no id or token.")
            return
    try:
        there = -_FAR < int(event.time) < _FAR and not isinstance(event.time, str)
    except (TypeError, ValueError, OverflowError):
        there = False
    if not there:
        yield Problem(row, item, "time", f"{shown(event.time)} is no time in milliseconds since 1970, UTC.")
        return
    answer, strange = _token(event.answer)
    if strange:
        yield Problem(row, item, "answer", _strange(event.answer), fatal=False)
    yield replace(event, answer=answer) if strange else event


def _strange(token: str) -> str:
    return f"{token!r:.60} is no attribution of an answer; the event is kept without it."


def shown(given: Any, most: int = 60) -> str:
    """What was given as a message shows it: its beginning, or its type where it cannot be written."""
    try:
        return repr(given)[:most]
    except (RecursionError, ValueError):
        return f"This {type(given).__name__}"


class _Refused(ValueError):
    """Why a document, or a product in it, comes to no event."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _without_kind(told: Told, row: int) -> Problem:
    item = text(told.items[0].id)[:LONGEST] if len(told.items) == 1 else ""
    if told.known and told.name:
        return Problem(row, item, "passed-over", told.name[:80], fatal=False)
    if not told.name:
        return Problem(row, item, "unknown-event", f"It names no event. There are {', '.join(KINDS)}.")
    detail = f"There is no event {told.name[:80]!r}. Say which it is, such as {told.name[:40]}=viewed."
    return Problem(row, item, "unknown-event", detail)


def _time(given: Any, here: Circumstances) -> int:
    if here.now is not None and (given is None or given == ""):
        return here.now()
    try:
        return milliseconds(given)
    except NoTime as error:
        raise _Refused("time", str(error)) from None


def _items(told: Told, kind: Kind) -> tuple[dict[str, float | _Refused], dict[str, str]]:
    """How much of each product, by id, and the token of the answer each was seen in."""
    amounts: dict[str, float | _Refused] = {}
    answers: dict[str, str] = {}
    for item in told.items:
        name = _short(item.id)
        if not name or name == "(not set)":
            continue
        one = _amount(item.quantity) if kind in COUNTED or told.strict else 1.0
        before = amounts.get(name)
        if before is None or isinstance(one, _Refused):
            amounts[name] = one
        elif not isinstance(before, _Refused) and kind in COUNTED:
            amounts[name] = _amount(before + one)
        answers.setdefault(name, text(item.answer) or text(told.answer))
    if not amounts:
        raise _Refused("no-item", "It names no product.")
    return amounts, answers


def _amount(given: Any) -> float | _Refused:
    if given is None or given == "":
        return 1.0
    try:
        amount = float(given)
    except (TypeError, ValueError, OverflowError):
        amount = math.nan
    if 0 < amount < math.inf:
        return amount
    if amount < 0:
        told = f"{shown(given, 40)} is below zero. What came back is an event of its own: returned."
        return _Refused("weight", told)
    return _Refused("weight", f"{shown(given, 40)} is no amount above zero.")


def _token(given: str) -> tuple[str, bool]:
    """A token of an answer, "" for none, and whether there was something else."""
    if not given:
        return "", False
    try:
        if len(given) > LONGEST:
            return "", True
        attribution.read(given)
    except BadArgument:
        return "", True
    return given, False


def _short(given: Any) -> str:
    if isinstance(given, Mapping | list):
        raise _Refused("malformed", f"{shown(given)} is no id.")
    written = text(given)
    if len(written) > LONGEST:
        raise _Refused("too-long", f"{written[:40]!r}... has more than {LONGEST:,} characters.")
    return written
