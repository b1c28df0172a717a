"""Recipes that read what shoppers did: the whole answer for a shopper, and the plain ways beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lookalike.asking.chosen import shopper_query
from lookalike.asking.placed import Placed
from lookalike.asking.ruled import ruled
from lookalike.asking.shopper import Shopper, Understood
from lookalike.asking.wishes import Wishes
from lookalike.behaviour.signals import Signals
from lookalike.errors import BadArgument
from lookalike.evaluation.question import Visit
from lookalike.events import KINDS, Kind, Touch
from lookalike.recommend.recommender import recommend
from lookalike.vectors import Floats, Mask, Rows
from lookalike.verdict import standing
from lookalike.verdict.visits import EventSplit
from lookalike.view import View

SHELF: Final = 12
"""Products of a shelf, which the whole recipe is asked for whatever is measured: a longer one is another."""

Ranks = Callable[[Visit, int], Sequence[str]]


class Before:
    """What was known of shoppers and products before a moment, fitted when first asked for.

    ``keep`` (p,) are the products that may be found.
    """

    def __init__(self, view: View, ids: Collection[str], split: EventSplit) -> None:
        self.view, self.log, self.cut = view, split.before, split.cut
        row_of = view.snapshot.row_of
        self.keep: Mask = np.zeros(len(view.snapshot), dtype=np.bool_)
        self.keep[[row_of[i] for i in ids if i in row_of]] = True

    @cached_property
    def placed(self) -> Placed:
        """What behaviour says of the products, of the events before alone."""
        return Placed.of(Signals.of(self.log, now=self.cut), self.view.snapshot)

    @cached_property
    def _places(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], dict[str, int]]:
        """The events in order of shoppers, where those of each begin, and the shoppers' codes."""
        order = np.argsort(self.log.user, kind="stable")
        starts = np.searchsorted(self.log.user[order], np.arange(len(self.log.users) + 1))
        return order, starts, {user: code for code, user in enumerate(self.log.users)}

    def touches(self, user: str) -> list[Touch]:
        """What a shopper did with each product, by kind, summed; the latest first."""
        order, starts, codes = self._places
        if user not in codes:
            return []
        log = self.log
        found: dict[tuple[int, int], list[float]] = {}
        for at in order[starts[codes[user]] : starts[codes[user] + 1]].tolist():
            told = found.setdefault((int(log.item[at]), int(log.kind[at])), [0, 0.0])
            told[0] = int(log.time[at])  # they are in order of time
            told[1] += float(log.weight[at])
        touches = [
            Touch(log.items[item], KINDS[kind], int(time), weight)
            for (item, kind), (time, weight) in found.items()
        ]
        return sorted(touches, key=lambda touch: (-touch.time, touch.item, touch.kind))

    def shopper(self, visit: Visit) -> Shopper:
        """Who asks, as the shop knew them then. What shoppers declare has no date, and is not known."""
        if visit.user is None:
            return Shopper(self.cut, recent=visit.items)
        touches = self.touches(visit.user)
        times: dict[Kind, dict[str, int]] = {kind: {} for kind in KINDS}
        for touch in touches:
            times[touch.kind][touch.item] = touch.time
        return Shopper.of_acts(touches, times, self.cut, recent=visit.items)

    def best(self, scores: Floats, count: int, without: Collection[str]) -> list[str]:
        """The ids of the products with the highest scores (p,) above 0; of equal ones by id."""
        scores = np.where(self.keep, scores, 0)
        rows = self.view.snapshot.row_of
        scores[[rows[i] for i in without if i in rows]] = 0
        there = np.flatnonzero(scores > 0)
        if 0 < count < len(there):
            least = np.partition(scores[there], len(there) - count)[len(there) - count]
            there = there[scores[there] >= least]
        first: Rows = there[np.lexsort((there, -scores[there]))][:count]
        return [self.view.snapshot.ids[row] for row in first.tolist()]


class ShoppingSubject:
    """A recipe that answers visits by what shoppers did before."""

    kind: standing.Kind = "recipe"
    asks = frozenset({"visit"})
    exact = False

    def __init__(self, name: str, ranks: Ranks) -> None:
        self.name = f"recipe:{name}"
        self._ranks = ranks

    def answer_many(self, asks: Sequence[Any], count: int) -> list[Sequence[str]]:
        """For each `Visit` at most ``count`` ids, best first; what it came to itself is left out."""
        return [self._ranks(ask, count) for ask in asks]

    def reads(self, column: str) -> bool:  # noqa: ARG002
        """False: events are not judged by columns."""
        return False

    def cost(self) -> standing.Cost:
        """Nothing that it can tell by itself."""
        return standing.Cost()


def shopping(view: View, ids: Collection[str], split: EventSplit) -> Callable[[str], ShoppingSubject]:
    """Makes the subjects of `NAMES` among the products ``ids``; all go by what was before the split alone.

    What is made raises `BadArgument` for another name.
    """
    before = Before(view, ids, split)

    def make(name: str) -> ShoppingSubject:
        if name not in _RECIPES:
            raise BadArgument(
                f"There is no recipe {name!r:.60} that reads events.",
                next_step=f"Choose {', '.join(NAMES[:-1])} or {NAMES[-1]}.",
            )
        return ShoppingSubject(name, _RECIPES[name](before))

    return make


def _recommended(before: Before) -> Ranks:
    """`index.recommend`, as it would have answered then: with its shelf, gates and rules.

    Stock is not looked at, since only that of today is known.
    """
    view, placed = before.view, before.placed
    ids = view.snapshot.ids
    wishes = Wishes.of(k=SHELF, exclude=[ids[row] for row in np.flatnonzero(~before.keep).tolist()])

    def ranks(visit: Visit, count: int) -> list[str]:
        shopper = before.shopper(visit)
        found = Understood.of(shopper, view)
        query = shopper_query(view, placed, found, wishes, seen=False, diversity=None)
        query = ruled(query, view, "recommend", shopper.now)
        return [ids[row] for row in recommend(query, view.snapshot).rows][:count]

    return ranks


def _popular(before: Before) -> Ranks:
    """What most visits wanted lately, the same for everybody."""
    popular = np.nan_to_num(before.placed.column(before.placed.signals.popular()), nan=0.0)
    return lambda visit, count: before.best(popular, count, visit.items)


def _bought_together(before: Before) -> Ranks:
    """What was bought together with what this shopper or visit had; behind it what was seen with that."""
    placed = before.placed
    signals = placed.signals

    def ranks(visit: Visit, count: int) -> list[str]:
        bought, viewed = (np.zeros(len(signals.items), np.float32) for _ in range(2))
        for item in dict.fromkeys(visit.items):
            bought += signals.bought_with(item).score
            viewed += signals.viewed_with(item).score
        both = [np.nan_to_num(placed.column(told), nan=0.0) for told in (bought, viewed)]
        found = before.best(both[0], count, visit.items)
        return [*found, *before.best(both[1], count - len(found), {*visit.items, *found})]

    return ranks


_RECIPES: Final[dict[str, Callable[[Before], Ranks]]] = {
    "recommend": _recommended,
    "popular": _popular,
    "bought-together": _bought_together,
}

NAMES: Final = tuple(_RECIPES)
"""The recipes that read events."""
