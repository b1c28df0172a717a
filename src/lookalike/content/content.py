"""How alike products are by what is said of them: title, description, brand, category, attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lookalike.content.fields import LEAST_TRUST, Codes, Named, Together, Worded
from lookalike.content.occurrences import Occurrences
from lookalike.vectors import Floats, Mask, Rows

_STEPS = 25  # of Newton's method, which settles in ten
_PRIOR = 1.0  # how strongly the slope is drawn to 1: that fields tell things of their own


@dataclass(frozen=True, eq=False)
class Compared:
    """How alike the texts of products are to those of one: worked out for those that are looked at.

    ``said`` (n,) are the products that say something of what this one does. What the fields ``told`` adds up
    to ``low`` where all differ, and to ``high`` where all agree.
    """

    told: Sequence[Callable[[Rows], Floats]]
    said: Mask
    low: float
    high: float

    def __getitem__(self, rows: Rows, /) -> Floats:
        """Scores of c products, (c,), from 0 to 1; NaN of those that say nothing."""
        total = np.zeros(len(rows), dtype=np.float32)
        for told in self.told:
            total += told(rows)
        scores: Floats = (total - np.float32(self.low)) / np.float32(self.high - self.low)
        scores = np.minimum(np.maximum(scores, 0), 1)
        said = self.said[rows]
        if not said.all():
            scores[~said] = np.nan
        return scores


@dataclass(frozen=True, slots=True)
class Said:
    """What one product's texts say of all others.

    ``scores`` (n,) go from 0 (differs in everything) to 1 (the same in everything), NaN where a product says
    nothing that this one does. ``neutral`` is the score that tells nothing; ``slope`` how much the logarithm
    of the odds that two belong together changes from 0 to 1. Both are 0 where all scores are NaN.
    """

    compared: Compared
    neutral: float
    slope: float

    @property
    def scores(self) -> Floats:
        """The scores of all, (n,)."""
        return self.compared[np.arange(len(self.compared.said))]


class Content:
    """The texts of n products, compared field by field. A field that either leaves out says nothing.

    What agreement in a field tells is measured on the catalogue, see `lookalike.content.fields`; rare values
    tell more. ``middles`` are the mean logarithms of the odds of pairs by chance and of near pairs, ``calm``
    by how much they are less than the sum of the fields, which repeat one another.
    """

    def __init__(
        self,
        count: int,
        named: Mapping[str, Codes],
        worded: Mapping[str, Occurrences],
        near: Rows,
        chance: Rows,
    ) -> None:
        """``named`` are codes (n,) by field, ``worded`` the words that each has; pairs of rows are (m, 2)."""
        self._count = count
        fields = _trusted({name: Named(codes, near) for name, codes in named.items()})
        texts = _trusted({name: Worded(held, near) for name, held in worded.items()})
        self._fields: dict[str, Named | Worded] = {**fields, **texts}
        self._named, self._worded = Together([*fields.values()], count), [*texts.values()]
        self._everybody = next((field.said for field in self._fields.values() if field.said.all()), None)
        told = [
            sum((field.pairs(pairs) for field in self._fields.values()), np.zeros(len(pairs), np.float32))
            for pairs in (chance, near)
        ]
        self.calm = _slope(told[0], told[1])
        self.middles = tuple(self.calm * float(one.mean()) if len(one) else 0.0 for one in told)

    def __len__(self) -> int:
        return self._count

    @property
    def trusts(self) -> dict[str, float]:
        """How far each field that tells something is trusted, 0 to 1."""
        return {name: field.trust for name, field in self._fields.items()}

    def said(self, row: int) -> Said:
        """What one product's texts say of all."""
        worded = [field for field in self._worded if field.said[row]]
        ranges = [*self._named.ranges_of(row), *(field.range_of(row) for field in worded)]
        low, high = sum(least for least, _ in ranges), sum(most for _, most in ranges)
        if high - low <= 0:
            return Said(Compared((), np.zeros(self._count, dtype=np.bool_), 0.0, 1.0), 0.0, 0.0)
        told = [self._named.told(row), *(field.told(row) for field in worded)]
        compared = Compared(told, self._said_beside(row), low, high)
        return Said(compared, -low / (high - low), self.calm * (high - low))

    def _said_beside(self, row: int) -> Mask:
        """Which products say something in any field in which this one does, (n,)."""
        if self._everybody is not None:
            return self._everybody
        said: Mask = np.logical_or.reduce([field.said for field in self._fields.values() if field.said[row]])
        return said

    def scores(self, row: int) -> Floats:
        """How alike the texts of each product are to those of one, (n,), see `Said`."""
        return self.said(row).scores


_Field = TypeVar("_Field", Named, Worded)


def _trusted(fields: Mapping[str, _Field]) -> dict[str, _Field]:
    """The fields that tell something."""
    return {name: field for name, field in fields.items() if field.trust >= LEAST_TRUST}


def _slope(chance: Floats, near: Floats) -> float:
    """How far the sum of what fields tell is to be believed, 0 to 1: a logistic regression of one number.

    Source: Platt, "Probabilistic outputs for support vector machines", 1999, with the slope drawn to 1.
    """
    if not len(chance) or not len(near):
        return 0.5
    values = np.concatenate([chance, near]).astype(np.float64)
    true = np.r_[np.zeros(len(chance)), np.ones(len(near))]
    weights = np.r_[np.full(len(chance), 1 / len(chance)), np.full(len(near), 1 / len(near))] * len(near)
    slope, offset = 1.0, 0.0
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(slope * values + offset, -30, 30)))
        off, sure = weights * (said - true), weights * np.maximum(said * (1 - said), 1e-9)
        gradient = np.array([off @ values + _PRIOR * (slope - 1), off.sum()])
        curve = np.array([[sure @ values**2 + _PRIOR, sure @ values], [sure @ values, sure.sum()]])
        slope, offset = np.array([slope, offset]) - np.linalg.solve(curve, gradient)
        slope = float(np.clip(slope, 0.05, 1))
    return float(slope)
