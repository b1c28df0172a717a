"""How sure a mean or a ratio of means is: bootstrap intervals, paired where two answered the same cases.

Source: Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, sections 13.3 (percentile interval) and
8.4 (resampling the units that are independent: clusters, not cases).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument

Wide = npt.NDArray[np.float64]

_ROUNDS = 2000
_CHUNK = 64  # rounds drawn at once, so that memory does not grow with the cases


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``cases``, or a ratio of two, with its 95% interval."""

    mean: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def to_dict(self) -> dict[str, Any]:
        """The estimate as one JSON-ready document."""
        rounded = {name: round(getattr(self, name), 4) for name in ("mean", "low", "high")}
        return {**rounded, "cases": self.cases}


def estimate(values: npt.ArrayLike, clusters: Sequence[str] | None = None, seed: int = 0) -> Estimate:
    """The mean of n values and its 95% interval.

    ``clusters`` (n) names what each case belongs to; whole clusters are drawn, since photographs of one
    product are not independent. A difference of two subjects is estimated from the differences by case.
    Raises `BadArgument` for no cases or values that are not finite.
    """
    numbers = _checked(values)
    sums, counts = _by_cluster(numbers, clusters)
    means = _resampled(sums, counts, seed)
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(numbers.mean()), float(low), float(high), int(numbers.size))


def estimates(
    values: Mapping[str, npt.ArrayLike], clusters: Sequence[str] | None = None, seed: int = 0
) -> dict[str, Estimate]:
    """The means of several values of the same n cases by name, each with its 95% interval, as `estimate`."""
    return {name: estimate(own, clusters, seed) for name, own in values.items()}


def ratio(
    values: npt.ArrayLike, base: npt.ArrayLike, clusters: Sequence[str] | None = None, seed: int = 0
) -> Estimate:
    """How many times the mean of ``base`` (n) the mean of ``values`` (n) is, by case, and its 95% interval.

    Raises `BadArgument` as `estimate` does, for values that are not of the same cases, and for a base whose
    mean is 0; resamples in which it is 0 are left out of the interval.
    """
    numbers, bases = _checked(values), _checked(base)
    if numbers.shape != bases.shape:
        raise BadArgument(
            f"{numbers.size} and {bases.size} values are not of the same cases.",
            next_step="Judge both on one set of cases.",
        )
    if bases.sum() == 0:
        raise BadArgument("The base of a ratio is 0.", next_step="Compare by the difference instead.")
    sums, _ = _by_cluster(numbers, clusters)
    base_sums, _ = _by_cluster(bases, clusters)
    ratios = _resampled(sums, base_sums, seed)
    low, high = np.nanquantile(ratios, [0.025, 0.975])
    return Estimate(float(numbers.sum() / bases.sum()), float(low), float(high), int(numbers.size))


def _checked(values: npt.ArrayLike) -> Wide:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.size == 0:
        raise BadArgument("There are no cases to take a mean of.", next_step="Check how cases were chosen.")
    if not np.isfinite(numbers).all():
        raise BadArgument(
            "A metric is not a finite number.", next_step="Leave such cases out and count them."
        )
    return numbers


def _resampled(above: Wide, below: Wide, seed: int) -> Wide:
    """Sum of ``above`` over sum of ``below`` in each round, NaN where below is 0; both by cluster."""
    rng = np.random.default_rng(seed)
    found: list[Wide] = []
    for start in range(0, _ROUNDS, _CHUNK):
        drawn = rng.integers(0, len(above), size=(min(_CHUNK, _ROUNDS - start), len(above)))
        base = below[drawn].sum(axis=1)
        found.append(above[drawn].sum(axis=1) / np.where(base == 0, np.nan, base))
    return np.concatenate(found)


def _by_cluster(numbers: Wide, clusters: Sequence[str] | None) -> tuple[Wide, Wide]:
    """Sum and count of the values of each cluster."""
    if clusters is None:
        return numbers, np.ones_like(numbers)
    _, members = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    return np.bincount(members, weights=numbers).astype(np.float64), np.bincount(members).astype(np.float64)
