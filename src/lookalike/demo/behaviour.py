"""What drawn shoppers did in the drawn shop: each has a taste, and visits that follow from it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from lookalike.demo.plan import KINDS, Item
from lookalike.demo.ties import BESIDE, colours_go, worn_together
from lookalike.events import Event, Kind

SHOPPERS: Final = 300
EVENTS: Final = 20_000

COLUMNS = ("user", "item", "timestamp", "event", "weight", "session", "id")
"""Columns of the table of events."""

_SECOND, _DAY = 1000, 24 * 3600 * 1000
_DAYS = 90  # that shoppers have come for
_LATELY = 12  # days in which some styles are in fashion
_NEW = 0.04  # share of products, the last of the table, that nobody has met yet
_NAMES = re.split(
    " ",
    "anna ben carla david elif farid greta hugo ines jonas kaja luis mia nora omar paula quentin rosa samir "
    "tilda uwe vera wanja xenia yusuf",
)
_HOURS = np.array(
    [1, 0, 0, 0, 0, 1, 2, 4, 5, 6, 6, 7, 9, 8, 6, 6, 6, 7, 8, 10, 12, 11, 7, 3], dtype=np.float64
)

Numbers = npt.NDArray[np.float64]


def shopper_names(count: int) -> list[str]:
    """Ids of drawn shoppers, all different: "anna-a", "ben-a", and so on."""
    return [f"{_NAMES[n % len(_NAMES)]}-{_letters(n // len(_NAMES))}" for n in range(count)]


def draw_behaviour(
    items: Sequence[Item], now: int, *, shoppers: int = SHOPPERS, events: int = EVENTS, seed: int = 7
) -> list[Event]:
    """About as many events of as many shoppers in the weeks before ``now``, in order of time.

    Times are milliseconds since 1970. The same arguments always give the same events, and another ``now``
    the same moved in time. The last products of the table are new: nobody did anything with them.
    """
    chance = np.random.default_rng(seed)
    street = _Street.of(items, chance)
    people = [_Shopper.drawn(name, street, chance) for name in shopper_names(shoppers)]
    eager = chance.lognormal(0, 0.6, len(people))
    order = chance.choice(len(people), size=events, p=eager / eager.sum())
    told: list[Event] = []
    for number, at in enumerate(order.tolist()):
        if len(told) >= events:
            break
        told += people[at].visit(f"visit-{number + 1:04d}", _begin(now, chance), now, chance)
    return sorted(told, key=lambda event: (event.time, event.id))


def write_events(path: Path, events: Sequence[Event]) -> Path:
    """Write events as the plain table that ``lookalike record`` reads: never half of it."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(COLUMNS)
        for event in events:
            when = datetime.fromtimestamp(event.time / 1000, UTC).isoformat(timespec="seconds")
            told = (event.user, event.item, when.replace("+00:00", "Z"), event.kind, f"{event.weight:g}")
            writer.writerow((*told, event.session, event.id))
    part.replace(path)
    return path


@dataclass(frozen=True)
class _Street:
    """The shop as a passer-by sees it: p products, and how much each draws anybody."""

    items: Sequence[Item]
    kind: npt.NDArray[np.intp]
    dear: Numbers
    draws: Numbers
    fashion: Numbers
    met: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, items: Sequence[Item], chance: np.random.Generator) -> _Street:
        places = {kind.name: at for at, kind in enumerate(KINDS)}
        styles = {group: at for at, group in enumerate(dict.fromkeys(item.group for item in items))}
        style = np.array([styles[item.group] for item in items], dtype=np.intp)
        low_high = np.log([item.kind.prices for item in items]).reshape(-1, 2)
        price = np.log([float(item.sale_price or item.price) for item in items])
        return cls(
            items,
            kind=np.array([places[item.kind.name] for item in items], dtype=np.intp),
            dear=(price - low_high[:, 0]) / (low_high[:, 1] - low_high[:, 0]),
            draws=chance.normal(0, 1.1, len(styles))[style] + chance.normal(0, 0.2, len(items)),
            fashion=np.where(chance.random(len(styles)) < 0.03, 2.0, 0.0)[style],
            met=np.arange(len(items)) < (1 - _NEW) * len(items),
        )


class _Shopper:
    """One shopper: how much each of p products is to their taste, and what they have."""

    def __init__(self, name: str, street: _Street, kinds: Numbers, taste: Numbers) -> None:
        """``kinds`` are the chances that a visit is about a kind, ``taste`` (p,) is higher for the better."""
        self.name = name
        self._street = street
        self._kinds = kinds
        self._taste = taste
        self._has: set[str] = set()

    @classmethod
    def drawn(cls, name: str, street: _Street, chance: np.random.Generator) -> _Shopper:
        """A shopper with a few kinds, colours, brands and a pattern they like, and a budget of their own."""
        gender = "women" if chance.random() < 0.55 else "men"
        home = chance.random() < 0.3
        fits = np.array([not kind.genders or {gender, "unisex"} & {*kind.genders} != set() for kind in KINDS])
        own = np.array([kind.category.startswith("Home") == home for kind in KINDS])
        kinds = chance.gamma(0.5, size=len(KINDS)) * fits * np.where(own, 1.0, 0.05)
        basics = sorted({item.look.shade.basic for item in street.items})
        loved = chance.permutation(basics).tolist()
        brands = chance.permutation(sorted({item.brand for item in street.items})).tolist()[:2]
        pattern = street.items[int(chance.integers(len(street.items)))].look.pattern
        budget = float(chance.beta(2, 2.5))
        taste = np.array(
            [
                1.8 * (item.look.shade.basic in loved[:2])
                - 1.5 * (item.look.shade.basic in loved[-2:])
                + 0.8 * (item.brand in brands)
                + 0.6 * (item.look.pattern == pattern)
                - 20.0 * (item.gender not in ("", "unisex", gender))
                for item in street.items
            ]
        )
        taste += street.draws - 5 * (street.dear - budget) ** 2
        return cls(name, street, kinds / kinds.sum(), taste)

    def visit(self, session: str, begin: int, now: int, chance: np.random.Generator) -> list[Event]:
        """What happens in one visit; nothing of it lies after ``now``."""
        street = self._street
        lately = now - begin < _LATELY * _DAY
        taste = self._taste + street.fashion * lately
        kind = int(chance.choice(len(KINDS), p=self._kinds))
        seen = self._some(taste, street.kind == kind, 2 + int(chance.poisson(4)), chance)
        did: list[tuple[int, Kind, float]] = []
        for row in seen:
            did.append((row, "viewed", 1.0))
            if chance.random() < 0.03 + 0.12 * (taste[row] > 1.5):
                did.append((row, "liked", 1.0))
            elif taste[row] < -1.5 and chance.random() < 0.25:
                did.append((row, "disliked", 1.0))
        if seen and chance.random() < 0.6:
            best = max(seen, key=lambda row: float(taste[row]))
            did += self._bought(best, taste, chance)
        return list(self._told(did, session, begin, now, chance))

    def _bought(
        self, row: int, taste: Numbers, chance: np.random.Generator
    ) -> Iterator[tuple[int, Kind, float]]:
        """What follows from liking one best: the cart, perhaps the till, and what goes with it."""
        item = self._street.items[row]
        yield row, "carted", 1.0
        if item.group in self._has or item.availability == "out of stock" or chance.random() < 0.3:
            return
        self._has.add(item.group)
        beside = BESIDE[item.kind.name]
        if chance.random() < 0.75:
            wanted = beside[min(int(chance.geometric(0.5)) - 1, len(beside) - 1)]
            goes = np.array(
                [
                    other.kind.name == wanted and colours_go(item, other) and worn_together(item, other)
                    for other in self._street.items
                ]
            )
            for other in self._some(taste, goes, 1 + int(chance.integers(3)), chance)[:2]:
                yield other, "viewed", 1.0
                if self._street.items[other].availability != "out of stock" and chance.random() < 0.6:
                    self._has.add(self._street.items[other].group)
                    yield other, "carted", 1.0
                    yield other, "bought", 1.0
        yield row, "bought", float(1 + chance.integers(6)) if item.kind.name == "Mugs" else 1.0
        if chance.random() < 0.06:
            yield row, "returned", 1.0

    def _some(
        self, taste: Numbers, among: npt.NDArray[np.bool_], count: int, chance: np.random.Generator
    ) -> list[int]:
        """Different products, those to the taste likelier than others."""
        rows = np.flatnonzero(among & self._street.met & (taste > -6))
        luck = chance.gumbel(0, 0.7, len(rows))
        order = np.argsort(-(taste[rows] + luck), kind="stable")
        return [int(row) for row in rows[order[:count]]]

    def _told(
        self,
        did: Sequence[tuple[int, Kind, float]],
        session: str,
        begin: int,
        now: int,
        chance: np.random.Generator,
    ) -> Iterator[Event]:
        """What was done as events, some seconds after one another; a return takes days."""
        time = begin
        for number, (row, kind, weight) in enumerate(did, start=1):
            time += int(chance.lognormal(3.4, 0.7) + 2) * _SECOND
            when = time + int(chance.integers(3, 14)) * _DAY if kind == "returned" else time
            if when <= now:
                name = f"{session}-{number:02d}"
                item = self._street.items[row].id
                yield Event(self.name, item, kind, when, weight, session, "", name)


def _begin(now: int, chance: np.random.Generator) -> int:
    """When a visit begins: more and more of them over the weeks, most in the evening."""
    ago = int(_DAYS * chance.random() ** 1.3)
    hour = int(chance.choice(24, p=_HOURS / _HOURS.sum()))
    begin = now - now % _DAY - ago * _DAY + hour * 3600 * _SECOND + int(chance.integers(3600)) * _SECOND
    return begin if begin + 3600 * _SECOND < now else begin - _DAY


def _letters(number: int) -> str:
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)
