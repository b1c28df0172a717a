"""Which kinds are confused with which: the largest confusions, kinds that belong together, an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from lookalike.training.learnt import Confusion
from lookalike.vectors import Rows

TOGETHER = 7
"""Kinds in one neighbourhood at most, so that a map of it can be read on a phone."""

_FEWEST = 3  # products taken one for the other, below which two kinds are not neighbours


@dataclass(frozen=True, slots=True)
class Mistake:
    """``count`` of the ``of`` products of ``kind`` were taken for ``taken``."""

    kind: str
    taken: str
    count: int
    of: int


def largest(confusion: Confusion, count: int) -> list[Mistake]:
    """The most frequent mistakes, most products first, equals by their names."""
    totals = confusion.counts.sum(axis=1)
    rows, columns = np.nonzero(confusion.counts)
    found = [
        Mistake(confusion.kinds[row], confusion.kinds[column], int(confusion.counts[row, column]), int(of))
        for row, column, of in zip(rows.tolist(), columns.tolist(), totals[rows].tolist(), strict=True)
        if row != column
    ]
    return sorted(found, key=lambda one: (-one.count, one.kind, one.taken))[:count]


def mistakes(confusion: Confusion) -> int:
    """How many products were taken for another kind."""
    return int(confusion.counts.sum() - np.trace(confusion.counts))


def ordered(confusion: Confusion) -> Rows:
    """Rows of the kinds in an order that puts those next to each other that are taken for each other.

    Average linkage over how often two kinds are confused, seen from the smaller, its leaves turned so that
    neighbours are close: Bar-Joseph, Gifford, Jaakkola, "Fast optimal leaf ordering", 2001.
    """
    if len(confusion.kinds) < 3:
        return np.arange(len(confusion.kinds), dtype=np.intp)
    totals = np.maximum(confusion.counts.sum(axis=1), 1)
    both = confusion.counts + confusion.counts.T
    near = both / np.sqrt(np.outer(totals, totals))
    far = 1 / (1 + 20 * near)
    np.fill_diagonal(far, 0)
    flat = squareform(far, checks=False)
    return np.asarray(leaves_list(optimal_leaf_ordering(linkage(flat, "average"), flat)), dtype=np.intp)


def neighbourhoods(confusion: Confusion, count: int) -> list[list[int]]:
    """Rows of kinds that are taken for each other most, together; most mistakes inside first.

    Pairs of kinds are joined from the most confused on while no more than `TOGETHER` come together.
    """
    both = np.triu(confusion.counts + confusion.counts.T, 1)
    rows, columns = np.nonzero(both >= _FEWEST)
    pairs = sorted(zip(rows.tolist(), columns.tolist(), strict=True), key=lambda at: (-both[at], at))
    home: dict[int, list[int]] = {}
    for one, other in pairs:
        here, there = home.get(one, [one]), home.get(other, [other])
        if here is there or len(here) + len(there) > TOGETHER:
            continue
        joined = here + there
        home.update(dict.fromkeys(joined, joined))
    groups = {id(group): group for group in home.values()}.values()
    inside = [(_inside(both, group), _by_likeness(both, group)) for group in groups]
    return [group for _, group in sorted(inside, key=lambda one: (-one[0], one[1]))[:count]]


def _inside(both: Rows, group: Sequence[int]) -> int:
    """Mistakes between the kinds of a group."""
    return int(both[np.ix_(group, group)].sum())


def _by_likeness(both: Rows, group: Sequence[int]) -> list[int]:
    """A group, its most confused kind first, then what is confused with those before."""
    among = both + both.T
    left = list(group)
    taken = [max(left, key=lambda at: (among[at, group].sum(), -at))]
    left.remove(taken[0])
    while left:
        taken.append(max(left, key=lambda at: (among[at, taken[-1]], among[at, taken].sum(), -at)))
        left.remove(taken[-1])
    return taken
