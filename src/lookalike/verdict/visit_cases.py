"""Cases of what shoppers did after a moment: what a visit came to next, what a known shopper chose first.

What was seen before counts neither way: to show it again is no find. Keys and clusters are hashes, so that no
shopper's name stands in a report.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt

from lookalike.evaluation.cases import Case, CaseSet, Listed
from lookalike.evaluation.question import Visit
from lookalike.evaluation.split import position
from lookalike.vectors import Floats, Mask

HISTORY: Final = 100
"""Products of a shopper's past that ask, the latest."""

WARM: Final = "warm"
COLD: Final = "cold"

ONE_ONLY: Final = "visit with one product only"
AT_ONCE: Final = "visit of one moment, which has no order"
SEEN: Final = "product that the shopper had before"
NOT_DRAWN: Final = "visit that was not drawn"
FIRST_TIME: Final = "shopper who came for the first time"
NOTHING_NEW: Final = "shopper who chose only what they had before"
NO_NAME: Final = "visit without a shopper's name"
SHOPPER_NOT_DRAWN: Final = "shopper who was not drawn"

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Chosen:
    """n events that choose a product of the catalogue, in order of time.

    ``user`` (n,) are places in ``users``, -1 for nobody, ``item`` (n,) places in ``items``, ``visit`` (n,)
    numbers of visits, ``time`` (n,) milliseconds, ``strength`` (n,) how much each says
    (`lookalike.behaviour.visits.STRENGTH`).
    """

    users: tuple[str, ...]
    items: tuple[str, ...]
    user: Codes
    item: Codes
    visit: Codes
    time: npt.NDArray[np.int64]
    strength: Floats

    def __len__(self) -> int:
        return len(self.time)

    def only(self, keep: Mask) -> Chosen:
        """Some of the events."""
        return Chosen(
            self.users,
            self.items,
            self.user[keep],
            self.item[keep],
            self.visit[keep],
            self.time[keep],
            self.strength[keep],
        )

    def by(self, codes: Codes) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
        """Each code from 0 up, and where its events stand, in order of time."""
        order = np.argsort(codes, kind="stable")
        order = order[codes[order] >= 0]
        cuts = np.flatnonzero(np.diff(codes[order])) + 1
        for places in np.split(order, cuts):
            if len(places):
                yield int(codes[places[0]]), places


@dataclass(frozen=True, slots=True)
class Gathered:
    """Cases, and the keys of those whose right products are warm, and cold."""

    cases: CaseSet
    parts: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A visit that may ask: its name in reports, whose it was (-1: nobody's), what it came to by moments."""

    name: str
    user: int
    steps: list[list[int]]


class _Making:
    """Cases as they are found, by what was known before: who had what, and what anybody had."""

    def __init__(self, past: Chosen) -> None:
        self.ids, self.users = past.items, past.users
        self.had: dict[int, list[int]] = {}  # by shopper, the latest last
        for user, places in past.by(past.user):
            latest_first = dict.fromkeys(past.item[places][::-1].tolist())
            self.had[user] = list(latest_first)[::-1]
        self.warm = frozenset(np.unique(past.item).tolist())
        self.cases: list[Case] = []
        self.right: dict[str, frozenset[str]] = {}
        self.parts: dict[str, set[str]] = {WARM: set(), COLD: set()}
        self.left_out: Counter[str] = Counter()

    def visit(self, items: Iterable[int], user: int) -> Visit:
        """What asks, from codes."""
        return Visit(tuple(self.ids[one] for one in items), self.users[user] if user >= 0 else None)

    def add(self, name: str, ask: Visit, right: set[int], *, seen: set[int], cluster: str) -> None:
        """One more case, or one for what anybody had before and one for what nobody had.

        Each of these two is asked as if the other's products were not there.
        """
        for part, wanted in ((WARM, right & self.warm), (COLD, right - self.warm)):
            if wanted:
                key = f"{name}-{part}"
                ignore = frozenset(self.ids[one] for one in seen | (right - wanted))
                self.cases.append(Case(key, ask, ignore, cluster))
                self.right[key] = frozenset(self.ids[one] for one in wanted)
                self.parts[part].add(key)

    def gathered(self) -> Gathered:
        """All of them."""
        cases = CaseSet(tuple(self.cases), Listed(self.right), dict(self.left_out))
        return Gathered(cases, {name: frozenset(keys) for name, keys in self.parts.items() if keys})


def visit_cases(past: Chosen, future: Chosen, most: int, seed: int = 0) -> Gathered:
    """After what a visit came to, the next product is right that neither it nor its shopper had before.

    What was done at one moment, such as the lines of an invoice, has no order, and is right together. Each
    such moment is a case. Those of one visit depend on each other, and so do the visits of a shopper: they
    are a cluster. Whole clusters are drawn by hash until there are ``most`` cases.
    """
    made = _Making(past)
    clusters: dict[str, list[_Drawn]] = {}
    twins: Counter[str] = Counter()
    for _, places in future.by(future.visit):
        items = future.item[places].tolist()
        steps = _steps(items, future.time[places].tolist())
        if len(steps) < 2:
            made.left_out[ONE_ONLY if len(set(items)) == 1 else AT_ONCE] += 1
            continue
        user = int(future.user[places[0]])
        who = future.users[user] if user >= 0 else ""
        name = _name("visit", who, int(future.time[places[0]]), *(future.items[one] for one in items))
        twins[name] += 1
        name = f"{name}-{twins[name]}" if twins[name] > 1 else name
        cluster = _name("shopper", who) if who else name
        clusters.setdefault(cluster, []).append(_Drawn(name, user, steps))
    for cluster in _in_order_of_chance(clusters, seed):
        if len(made.cases) >= most:
            made.left_out[NOT_DRAWN] += len(clusters[cluster])
            continue
        for visit in clusters[cluster]:
            _ask_for_next(made, visit, cluster)
    return made.gathered()


def _steps(items: Sequence[int], times: Sequence[int]) -> list[list[int]]:
    """What was come to at each moment, in order; what is come to again and again in a row is one."""
    moments = groupby(zip(times, items, strict=True), key=lambda told: told[0])
    steps = [list(dict.fromkeys(item for _, item in told)) for _, told in moments]
    return [step for step, _ in groupby(steps)]


def _ask_for_next(made: _Making, visit: _Drawn, cluster: str) -> None:
    """A case for each moment at which something was new, but the first."""
    had = {*made.had.get(visit.user, ())}
    past: list[int] = []
    for place, step in enumerate(visit.steps):
        new = {*step} - {*past}
        made.left_out[SEEN] += len(new & had) if place else 0
        if place and new - had:
            ask = made.visit(past, visit.user)
            made.add(f"{visit.name}-{place}", ask, new - had, seen=had | {*past}, cluster=cluster)
        past += step


def shopper_cases(past: Chosen, future: Chosen, most: int, seed: int = 0) -> Gathered:
    """What a shopper who is known chose in the first visit after, and had not had, is right.

    Of a visit counts what was done most about: what was bought, or else put into the cart or liked, or else
    looked at. Who chose both warm and cold products asks twice, and for each the others count neither way.
    Shoppers are drawn by hash until there are ``most`` cases.
    """
    made = _Making(past)
    first = _first_visits(future)
    made.left_out[NO_NAME] = len(np.unique(future.visit[future.user < 0]))
    asking: dict[str, int] = {}
    for user in first:
        if user in made.had:
            asking[_name("shopper", future.users[user])] = user
        else:
            made.left_out[FIRST_TIME] += 1
    for name in _in_order_of_chance(asking, seed):
        if len(made.cases) >= most:
            made.left_out[SHOPPER_NOT_DRAWN] += 1
            continue
        user = asking[name]
        own = first[user]
        had = {*made.had[user]}
        told = future.strength[own]
        right = {*future.item[own][told == told.max()].tolist()} - had
        if not right:
            made.left_out[NOTHING_NEW] += 1
        else:
            ask = made.visit(made.had[user][-HISTORY:], user)
            made.add(name, ask, right, seen=had, cluster=name)
    return made.gathered()


def _first_visits(future: Chosen) -> dict[int, npt.NDArray[np.intp]]:
    """Of each shopper with a name the events of the first visit."""
    found = {}
    for user, places in future.by(future.user):
        found[user] = places[future.visit[places] == future.visit[places[0]]]
    return found


def _in_order_of_chance(names: Iterable[str], seed: int) -> list[str]:
    """Names in an order that depends on each alone, so that a shop that grows keeps most of a sample."""
    return sorted(names, key=lambda name: (position(name, f"visits {seed}"), name))


def _name(sort: str, *told: object) -> str:
    """A name for reports that says nothing of whose it is."""
    text = "\x1f".join(map(str, told))
    return f"{sort}-{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=6).hexdigest()}"
