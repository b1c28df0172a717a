"""Families: products of which an answer needs only the best, as they show one picture or are one style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lookalike.vectors import Floats, Mask, Rows

MANY = 8
"""A picture that stands in more groups of variants than this is a placeholder and ties none of them."""

Numbers = npt.NDArray[np.int32]


class Families:
    """A partition of the rows of p products in which most are alone.

    ``group`` (p,) is the number of a row's family, -1 for a row that is alone; ``extra`` is how many
    products would go if one of each family stayed.
    """

    group: Numbers
    extra: int

    def __init__(self, labels: npt.NDArray[np.integer]) -> None:
        """``labels`` (p,) name the family of each row, -1 for none; one that nobody shares is none."""
        rows = np.flatnonzero(labels >= 0)
        _, places, counts = np.unique(labels[rows], return_inverse=True, return_counts=True)
        shared = counts[places] > 1
        rows, places = rows[shared], places[shared]
        _, numbers = np.unique(places, return_inverse=True)
        self.group = np.full(len(labels), -1, dtype=np.int32)
        self.group[rows] = numbers
        self._rows: Rows = rows[np.argsort(numbers, kind="stable")]
        self._sizes: Rows = counts[counts > 1]
        self._ends: Rows = np.cumsum(self._sizes)
        self._starts: Rows = self._ends - self._sizes
        self.extra = len(self._rows) - len(self._sizes)

    @classmethod
    def named(cls, groups: Sequence[Sequence[str]], row_of: Mapping[str, int], products: int) -> Families:
        """Families of ids; those that are not in ``row_of`` are left out.

        A product is in the first that names it and another that is there.
        """
        labels = np.full(products, -1, dtype=np.int32)
        for number, group in enumerate(groups):
            rows = {row for i in group if (row := row_of.get(i, -1)) >= 0 and labels[row] < 0}
            labels[[*rows]] = number if len(rows) > 1 else -1
        return cls(labels)

    def of(self, row: int) -> Rows:
        """The rows of a product's family, itself left out, sorted."""
        number = int(self.group[row])
        if number < 0:
            return np.empty(0, dtype=np.intp)
        rows: Rows = self._rows[self._starts[number] : self._ends[number]]
        others: Rows = rows[rows != row]
        return others

    def count(self, keep: Mask) -> int:
        """How many products are left of those to keep, (p,), when one of each family stays."""
        held = keep[self._rows]
        if held.all():
            return int(np.count_nonzero(keep)) - self.extra
        families = np.logical_or.reduceat(held, self._starts)
        return int(np.count_nonzero(keep)) - int(np.count_nonzero(held)) + int(np.count_nonzero(families))

    def firsts(self, rows: Rows) -> Mask:
        """Which of these n rows, in the order given, are the first of their family or alone, (n,)."""
        numbers, at = np.unique(self.group[rows], return_index=True)
        first: Mask = self.group[rows] < 0
        first[at[numbers >= 0]] = True
        return first

    def apart(self, scores: Floats) -> Floats:
        """Scores of all products, (p,), minus infinity for all but one of each family, the highest.

        There has to be a family.
        """
        own = scores[self._rows]
        tops = np.maximum.reduceat(own, self._starts)
        at = np.where(own == np.repeat(tops, self._sizes), np.arange(len(own)), len(own) - 1)
        found = scores.copy()
        found[self._rows] = -np.inf
        found[self._rows[np.minimum.reduceat(at, self._starts)]] = tops
        return found


def joined(copies: Families, variants: Families) -> Families:
    """Families of copies, of variants, and of copies of variants: whatever is tied by a chain of both.

    A placeholder such as "picture follows" would make one family of half a shop: the products that show a
    picture of more than `MANY` groups of variants are a family of copies and nobody's variants.
    """
    if not copies.extra or not variants.extra:
        return copies if copies.extra else variants
    groups = variants.group.copy()
    both = (copies.group >= 0) & (groups >= 0)
    pairs = np.unique(np.stack([copies.group[both], groups[both]]), axis=1)
    numbers, met = np.unique(pairs[0], return_counts=True)
    groups[np.isin(copies.group, numbers[met > MANY])] = -1
    first = int(variants.group.max()) + 1
    ends, others = pairs[:, np.isin(pairs[0], numbers[met <= MANY])]
    ends = ends + first  # one numbering: variants, then copies
    lowest = np.arange(first + int(copies.group.max()) + 1)
    while True:  # every family takes the lowest number that a tie leads to, until none changes
        low = np.minimum(lowest[ends], lowest[others])
        before = lowest.copy()
        np.minimum.at(lowest, ends, low)
        np.minimum.at(lowest, others, low)
        lowest = lowest[lowest]
        if np.array_equal(before, lowest):
            break
    own = np.where(groups >= 0, groups, np.where(copies.group >= 0, copies.group + first, -1))
    return Families(np.where(own >= 0, lowest[own], -1))
