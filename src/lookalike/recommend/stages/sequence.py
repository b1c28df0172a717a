"""Which stage comes when: stock, brands, diversity, own variants, on a pool of the best candidates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from lookalike.recommend.query import Query
from lookalike.recommend.stages.brands import at_most
from lookalike.recommend.stages.diversity import diversified
from lookalike.recommend.stages.own import own_first
from lookalike.recommend.stages.stock import in_stock_first, sold_out
from lookalike.vectors import Floats, Mask, Rows

FEWEST = 50
TIMES = 5
LARGEST = 1000
"""A pool holds `TIMES` times k candidates, at least `FEWEST`; no more than `LARGEST`, unless k is more."""

NEAR = 10
"""Of a small catalogue diversity chooses among the nearest one in so many, though at least 2k: the rest are
other things."""

GROWTH = 4
"""A pool of which the stages leave too few grows so many times."""

_NAMED = 5  # brands named of which some were left out


@dataclass(frozen=True, slots=True)
class Pool:
    """c products without their copies and variants, in the order they are in so far.

    ``scores`` (c,) are rounded; ``availability`` and ``brands`` are as the catalogue says them, "" for
    nothing; ``looks`` (c, dim) are the unit vectors of the main pictures, zero for a product without one;
    ``own`` (c,) are variants of what asks.
    """

    scores: Floats
    availability: Sequence[str]
    brands: Sequence[str]
    looks: Floats
    own: Mask

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, places: Rows) -> Pool:
        """Some of the products, in the order of ``places``."""
        return Pool(
            self.scores[places],
            [self.availability[at] for at in places],
            [self.brands[at] for at in places],
            self.looks[places],
            self.own[places],
        )


Stage = Callable[[Pool], tuple[Rows, dict[str, Any]]]
"""The places of a pool that stay, in their new order, and what there is to say of it."""


def staged(query: Query) -> bool:
    """Whether any stage after collapsing is on."""
    others = query.stock == "first" or query.per_brand is not None or query.diversity > 0
    return others or query.own_variants


def pool_size(query: Query) -> int:
    """How many of the best candidates the stages choose from, if there are so many."""
    if not staged(query):
        return query.k
    return max(query.k, min(LARGEST, max(FEWEST, TIMES * query.k)))


def through(
    query: Query, pool: Pool, matching: int, taken: Sequence[str] = ()
) -> tuple[Rows, list[dict[str, Any]]]:
    """The places of a pool in their last order, and what each stage that is on did.

    ``matching`` is how many there are in all, without their copies and variants; ``taken`` are the brands of
    products that have a place already.
    Of each: how many products came in and went out, and how many of the first k have ``moved`` away.
    Stock comes before brands, so that of a brand those stay that can be had; diversity comes last, so that
    it is measured among what may be shown, and it keeps to what the stages before it promised. A variant of
    what asks, where it may answer at all, is what was asked for: it comes before everything.
    """
    order = np.arange(len(pool))
    said: list[dict[str, Any]] = []
    for name, stage in _stages(query, matching, taken).items():
        places, more = stage(pool.take(order))
        after = order[places]
        moved = len(np.setdiff1d(order[: query.k], after[: query.k]))
        said.append({"stage": name, "in": len(order), "out": len(after), "moved": moved, **more})
        order = after
    return order, said


def _stages(query: Query, matching: int, taken: Sequence[str]) -> dict[str, Stage]:
    chosen: dict[str, Stage] = {}
    if query.stock == "first":
        chosen["stock"] = _stock
    if query.per_brand is not None:
        chosen["brands"] = partial(_brands, query.per_brand, taken)
    if query.diversity > 0:
        chosen["diversity"] = partial(_diversity, query, max(2 * query.k, matching // NEAR))
    if query.own_variants:
        chosen["own variants"] = partial(_own, query)
    return chosen


def _stock(pool: Pool) -> tuple[Rows, dict[str, Any]]:
    gone = sold_out(pool.availability)
    return in_stock_first(gone), {"sold_out": int(gone.sum())}


def _brands(most: int, taken: Sequence[str], pool: Pool) -> tuple[Rows, dict[str, Any]]:
    places = at_most(pool.brands, most, taken)
    left = np.setdiff1d(np.arange(len(pool)), places)
    names = dict.fromkeys(pool.brands[at].strip() for at in left)
    return places, {"per_brand": most, "brands": list(names)[:_NAMED]}


def _diversity(query: Query, most: int, pool: Pool) -> tuple[Rows, dict[str, Any]]:
    gone = sold_out(pool.availability) if query.stock == "first" else None
    order = diversified(pool.scores, pool.looks, query.diversity, query.k, gone, most=most)
    return order, {"dial": query.diversity, "among": min(most, len(pool))}


def _own(query: Query, pool: Pool) -> tuple[Rows, dict[str, Any]]:
    gone = sold_out(pool.availability) if query.stock == "first" else None
    return own_first(pool.own, gone), {"own": int(pool.own.sum())}
