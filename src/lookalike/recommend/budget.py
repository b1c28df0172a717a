"""The best choice of one thing of each kind under a sum: the multiple-choice knapsack problem, exactly.

Source: dominance, the concave envelope of each class and its greedy bound are those of Sinha, Zoltners, "The
multiple-choice knapsack problem", 1979; states that the bound rules out are dropped while classes are added,
as in Dyer, Riha, Walker, "A hybrid dynamic programming/branch-and-bound algorithm for the multiple-choice
knapsack problem", 1995. All sums are whole numbers, so that nothing is lost to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.vectors import Floats, Mask, Rows

LARGEST_SUM = 10**12
"""The most that the dearest of all kinds may cost together, in the smallest units of a currency."""

STEPS = 1000
"""Fits are told apart in so many steps from 0 to 1. No sum of a few kinds has more values, so that even where
fits follow prices there are never more choices to keep than that."""

_HOPEFUL = 2000  # states that go on from a class in the first search

_KEPT = (0.0, 0.25, 0.5)  # a swap saves anything, a quarter of the price, or half of it

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Offers:
    """What there is of one kind: ``prices`` (c,) in the smallest units, 0 or more; ``fits`` (c,), 0 to 1."""

    prices: Whole
    fits: Floats

    def __len__(self) -> int:
        return len(self.prices)

    @property
    def steps(self) -> Whole:
        """The fits as whole numbers, (c,)."""
        steps: Whole = np.rint(np.asarray(self.fits, dtype=np.float64) * STEPS).astype(np.int64)
        return steps

    @property
    def least(self) -> int:
        """What the cheapest costs."""
        return int(self.prices.min())


def best_choice(kinds: Sequence[Offers], budget: int | None) -> tuple[int, ...] | None:
    """The place of one offer of each kind: no other choice that costs at most ``budget`` fits better in all.

    Of choices that fit equally well it is the cheapest. None where even the cheapest of all kinds cost more;
    without a budget the best of each kind. ``kinds`` are none of them empty, and the dearest of all cost no
    more than `LARGEST_SUM` together.
    """
    dearest = sum(int(offers.prices.max()) for offers in kinds)
    assert 0 <= dearest <= LARGEST_SUM and len(kinds) * STEPS * (dearest + 1) < 2**62
    budget = dearest if budget is None else min(budget, dearest)
    classes = [_Class.of(offers, dearest + 1) for offers in kinds]
    if sum(int(one.prices[0]) for one in classes) > budget:
        return None
    return _searched(classes, budget)


def swaps(offers: Offers, chosen: int) -> list[int]:
    """Cheaper offers to take in the place of a chosen one, the least saving first, at most three.

    The one that fits best of all that are cheaper, of those that save a quarter of the price, and of those
    that save half; an offer is named once.
    """
    price, steps = int(offers.prices[chosen]), offers.steps
    found: dict[int, None] = {}
    for share in _KEPT:
        there = np.flatnonzero((offers.prices < price) & (offers.prices <= price * (1 - share)))
        if len(there):
            order = np.lexsort((there, offers.prices[there], -steps[there]))
            found[int(there[order[0]])] = None
    return list(found)


def left_out(kinds: Sequence[Offers], budget: int) -> list[int]:
    """The places of the fewest kinds to leave out so that one of each other can be had for ``budget``.

    The kinds whose cheapest offers cost most go; of two that cost the same the later.
    """
    least = [offers.least for offers in kinds]
    order = sorted(range(len(kinds)), key=lambda at: (-least[at], -at))
    gone: list[int] = []
    while order and sum(least[at] for at in order) > budget:
        gone.append(order.pop(0))
    return sorted(gone)


@dataclass(frozen=True, slots=True)
class _Found:
    """The best choice so far, and whether it is proved that there is no better one."""

    value: int
    places: tuple[int, ...]
    proved: bool


@dataclass(frozen=True, slots=True)
class _Class:
    """The offers of a kind that none beats in price and value, cheapest first, and their concave envelope.

    ``values`` (c,) count a step of fit for more than any sum of prices, less the price. ``corners`` (h,) are
    places on the envelope, from the cheapest to the best.
    """

    places: Rows
    prices: Whole
    values: Whole
    corners: Rows

    @classmethod
    def of(cls, offers: Offers, scale: int) -> _Class:
        prices = np.asarray(offers.prices, dtype=np.int64)
        values = offers.steps * scale - prices
        order = np.lexsort((np.arange(len(prices)), -values, prices))
        highest = np.maximum.accumulate(values[order])
        order = order[np.r_[True, highest[1:] > highest[:-1]]]
        return cls(order, prices[order], values[order], _envelope(prices[order], values[order]))


def _envelope(prices: Whole, values: Whole) -> Rows:
    """Places of the corners of the concave envelope of points that rise in both."""
    corners: list[int] = []
    points = list(zip(prices.tolist(), values.tolist(), strict=True))
    for at, (price, value) in enumerate(points):
        while len(corners) > 1:
            (p0, v0), (p1, v1) = points[corners[-2]], points[corners[-1]]
            if (v1 - v0) * (price - p1) > (value - v1) * (p1 - p0):
                break
            corners.pop()
        corners.append(at)
    return np.array(corners, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What classes that are still to be chosen from can add: sums at the corners of their joint envelope.

    ``costs`` (b,) rise with ``values`` (b,); each is a whole choice, made by the first so many of the steps,
    of which ``step_class`` says whose corner goes up by one.
    """

    costs: Whole
    values: Whole
    step_class: Rows

    @classmethod
    def of(cls, classes: Sequence[_Class]) -> _Rest:
        owners = [np.full(len(one.corners) - 1, at) for at, one in enumerate(classes)]
        dear = np.concatenate([np.diff(one.prices[one.corners]) for one in classes])
        good = np.concatenate([np.diff(one.values[one.corners]) for one in classes])
        owner = np.concatenate(owners)
        order = np.lexsort((np.arange(len(dear)), owner, -(good / np.maximum(dear, 1))))
        first_cost = sum(int(one.prices[0]) for one in classes)
        first_value = sum(int(one.values[0]) for one in classes)
        return cls(
            first_cost + np.r_[0, np.cumsum(dear[order])],
            first_value + np.r_[0, np.cumsum(good[order])],
            owner[order],
        )

    def below(self, left: Whole) -> Rows:
        """The dearest corner that fits into what is left, (s,)."""
        places: Rows = np.searchsorted(self.costs, left, side="right") - 1
        return places

    def at_most(self, left: Whole, below: Rows) -> Whole:
        """What no choice that fits into what is left exceeds in value, (s,)."""
        above = np.minimum(below + 1, len(self.costs) - 1)
        dear = np.maximum(self.costs[above] - self.costs[below], 1)
        part = (left - self.costs[below]) / dear * (self.values[above] - self.values[below])
        part = part * (1 + 4 * np.finfo(np.float64).eps) + 1e-9  # never less than it is
        bound: Whole = self.values[below] + np.floor(part).astype(np.int64)
        return bound


def _searched(classes: Sequence[_Class], budget: int) -> tuple[int, ...]:
    """The best places, class by class; a choice within the budget is there.

    Only the most hopeful states go on at first: where that left some behind, what it found is a bound that
    leaves few for the search that drops none.
    """
    rests = [_Rest.of(classes[at:]) for at in range(len(classes))]
    first = _Found(-(2**62), (), True)
    for most in (_HOPEFUL, None):
        first = _one_search(classes, rests, budget, most, first)
        if first.proved:
            break
    return first.places


def _one_search(
    classes: Sequence[_Class], rests: Sequence[_Rest], budget: int, most: int | None, known: _Found
) -> _Found:
    """The best that is found when at most so many states go on from each class."""
    cost, value = np.zeros(1, np.int64), np.zeros(1, np.int64)
    came: list[tuple[Rows, Rows]] = []  # of each class: which state a state came from, and by which offer
    best, proved = known, True
    for depth, added in enumerate(classes):
        below = rests[depth].below(budget - cost)
        worth = value + rests[depth].values[below]
        at = int(worth.argmax())
        if worth[at] > best.value:
            best = _Found(int(worth[at]), _chosen(classes, rests, came, at, int(below[at])), True)
        bounds = value + rests[depth].at_most(budget - cost, below)
        kept = np.flatnonzero(bounds > best.value)
        if not len(kept):
            break
        if most is not None and len(kept) > most:
            kept = np.sort(kept[np.argpartition(-bounds[kept], most)[:most]])
            proved = False
        left = budget - sum(int(one.prices[0]) for one in classes[depth + 1 :])
        from_, offer, cost, value = _extended(added, kept, cost, value, left)
        came.append((from_, offer))
    else:
        at = int(value.argmax())
        if value[at] > best.value:
            best = _Found(int(value[at]), _chosen(classes, rests, came, at, 0), True)
    return _Found(best.value, best.places, proved)


def _extended(
    added: _Class, kept: Rows, cost: Whole, value: Whole, budget: int
) -> tuple[Rows, Rows, Whole, Whole]:
    """The states of one class more that cost at most so much and that no other beats, by cost."""
    costs = (cost[kept][:, None] + added.prices[None]).ravel()
    values = (value[kept][:, None] + added.values[None]).ravel()
    there = np.flatnonzero(costs <= budget)
    order = there[np.lexsort((-values[there], costs[there]))]
    highest = np.maximum.accumulate(values[order]) if len(order) else values[order]
    rises: Mask = np.ones(len(order), dtype=np.bool_)
    rises[1:] = highest[1:] > highest[:-1]
    order = order[rises]
    width = len(added.prices)
    return kept[order // width], order % width, costs[order], values[order]


def _chosen(
    classes: Sequence[_Class],
    rests: Sequence[_Rest],
    came: Sequence[tuple[Rows, Rows]],
    state: int,
    corner: int,
) -> tuple[int, ...]:
    """The offers that led to a state of the last class added, and those of the corner that completes it."""
    first: list[int] = []
    for one, (from_, offer) in zip(classes[len(came) - 1 :: -1] if came else (), came[::-1], strict=False):
        first.append(int(one.places[offer[state]]))
        state = int(from_[state])
    depth, last = len(came), []
    if depth < len(classes):
        steps = np.bincount(rests[depth].step_class[:corner], minlength=len(classes) - depth)
        for one, taken in zip(classes[depth:], steps.tolist(), strict=True):
            last.append(int(one.places[one.corners[taken]]))
    return (*reversed(first), *last)
