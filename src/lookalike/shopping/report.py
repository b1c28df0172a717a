"""What came of answers: on each shelf, how many products were shown, clicked, and bought."""

from __future__ import annotations

import math
import re
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from lookalike import attribution
from lookalike.attribution import DOORS
from lookalike.deliveries.times import NoTime, milliseconds
from lookalike.errors import BadArgument
from lookalike.events import Kind

CLICKS: Final[frozenset[Kind]] = frozenset({"clicked", "viewed"})
"""A product's page that was seen with the token of an answer was come to from that answer."""

Moment = datetime | date | str | int | None
"""A time: as Python has it, in ISO 8601, in milliseconds since 1970, or "30d" for thirty days before now."""

_Z: Final = 1.959964  # of a 95% interval
_DAYS = re.compile(r"(\d{1,5})\s*d(?:ays?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the products shown, and the ends of its 95% interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, part: int, whole: int) -> Rate:
        """``part`` of ``whole``, by Wilson's score interval (Wilson 1927).

        It takes what was shown as independent; products of one answer are not quite, so that the true
        interval is a little wider.
        """
        if not whole:
            return cls(0.0, 0.0, 1.0)
        share, square = part / whole, _Z * _Z
        middle = (share + square / (2 * whole)) / (1 + square / whole)
        reach = _Z * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
        reach /= 1 + square / whole
        return cls(share, max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach)))

    def to_dict(self) -> dict[str, float]:
        """The rate as one JSON-ready document."""
        return {"value": round(self.value, 5), "low": round(self.low, 5), "high": round(self.high, 5)}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What came of the answers of one shelf.

    ``answers`` are those of which anything was told. The others count products in answers: a product in two
    answers is two. What was clicked or bought was shown, whether anybody said so or not.
    """

    name: str
    answers: int
    shown: int
    clicked: int
    bought: int

    @property
    def click_rate(self) -> Rate:
        """Clicked of shown."""
        return Rate.of(self.clicked, self.shown)

    @property
    def buy_rate(self) -> Rate:
        """Bought of shown."""
        return Rate.of(self.bought, self.shown)

    def to_dict(self) -> dict[str, Any]:
        """The shelf as one JSON-ready document."""
        return {
            "shelf": self.name,
            "answers": self.answers,
            "shown": self.shown,
            "clicked": self.clicked,
            "bought": self.bought,
            "click_rate": self.click_rate.to_dict(),
            "buy_rate": self.buy_rate.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Shelves of which anything was told, in the order of `lookalike.attribution.DOORS`.

    ``since`` and ``until`` are milliseconds since 1970; None for no bound. ``unknown`` answers have a token
    that is none of this version's.
    """

    shelves: tuple[Shelf, ...]
    since: int | None = None
    until: int | None = None
    unknown: int = 0
    events: int = 0

    def __getitem__(self, shelf: str) -> Shelf:
        """One shelf by its name, with zeros where nothing was told of it. Raises `KeyError`."""
        if shelf not in DOORS:
            raise KeyError(shelf)
        return next((one for one in self.shelves if one.name == shelf), Shelf(shelf, 0, 0, 0, 0))

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document; times in ISO 8601."""
        return {
            "since": _written(self.since),
            "until": _written(self.until),
            "events": self.events,
            "shelves": [shelf.to_dict() for shelf in self.shelves],
            "unknown": self.unknown,
        }


def report_of(
    funnel: Iterable[tuple[str, str, Kind, int]], since: int | None = None, until: int | None = None
) -> Report:
    """The report of events that name an answer: token, product, kind, and how often."""
    did: defaultdict[str, defaultdict[str, set[Kind]]] = defaultdict(lambda: defaultdict(set))
    events = 0
    for token, item, kind, count in funnel:
        did[token][item].add(kind)
        events += count
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    unknown = 0
    for token, items in did.items():
        try:
            door = attribution.read(token).door
        except BadArgument:
            unknown += 1
            continue
        told = counts[door]
        told[0] += 1
        told[1] += len(items)
        told[2] += sum(not CLICKS.isdisjoint(kinds) for kinds in items.values())
        told[3] += sum("bought" in kinds for kinds in items.values())
    shelves = tuple(Shelf(door, *counts[door]) for door in DOORS if door in counts)
    return Report(shelves, since, until, unknown, events)


def moment(given: Moment, now: int | None = None) -> int | None:
    """A bound of a report as milliseconds since 1970. Raises `BadArgument`."""
    if given is None:
        return None
    days = _DAYS.fullmatch(given.strip()) if isinstance(given, str) else None
    if days:
        return (time.time_ns() // 1_000_000 if now is None else now) - int(days[1]) * 86_400_000
    try:
        return milliseconds(given)
    except NoTime as error:
        raise BadArgument(str(error).split(". ")[0] + ".", next_step='Write 2026-11-01, or "30d".') from None


def _written(time: int | None) -> str | None:
    return None if time is None else datetime.fromtimestamp(time / 1000, UTC).isoformat()
