"""How sure a mean or a ratio of means is: 95% intervals from resampling what is independent.

Whole clusters are drawn, not cases: Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, section 8.4.
Plain percentiles of that are too narrow for few clusters, for clusters of unequal size, and for shares near 0
or 1. So their spread is brought to that of the jackknife, which heeds what one large cluster does alone, and
to Student's t at as many degrees of freedom as there are effective clusters (Kish, "Survey Sampling", 1965,
section 8.2; Carter, Schnepel, Steigerwald, "Asymptotic behavior of a t-test robust to cluster heterogeneity",
2017). A difference or a ratio takes percentiles farther out by that much (Hesterberg, "What teachers should
know about the bootstrap", 2015, section 5.3); a share has the score interval of as many independent cases as
would be so sure (Korn, Graubard, "Confidence intervals for proportions with small expected number of positive
counts", 1998, with Wilson's interval), which stays between 0 and 1 and has a width where all answers agree.
How often they hold the truth is measured by benchmarks/intervals.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.vectors import Rows

Wide = npt.NDArray[np.float64]
Clusters = Sequence[str] | Rows | None
"""What each case belongs to, by name or number; None where each stands for itself."""

Of = Literal["number", "share"]
"""What is estimated: the mean of any numbers, such as differences, or of values between 0 and 1."""

FEWEST = 20
"""Clusters from which on the intervals hold what they say; below, nothing should be decided by them."""

_ROUNDS = 2000
_MOST = 4096  # clusters that are drawn singly; of more, random groups, whose spread is the same within 1%
_DRAWN = 1 << 18  # how often each cluster is drawn, in some rounds at once: 2 MB
_NORMAL = NormalDist()


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


def estimate(values: npt.ArrayLike, clusters: Clusters = None, seed: int = 0, of: Of = "number") -> Estimate:
    """The mean of n values and its 95% interval.

    ``clusters`` (n) says what each case belongs to; whole clusters are drawn, since photographs of one
    product are not independent. A difference of two subjects is estimated from the differences by case.
    Numbers that are all equal, as the differences of identical answers are, have an interval without width,
    and so have numbers of a single cluster: see `FEWEST`. Raises `BadArgument` for no cases, for values that
    are not finite, and for shares that are not between 0 and 1.
    """
    return estimates({"": values}, clusters, seed, of)[""]


def estimates(
    values: Mapping[str, npt.ArrayLike], clusters: Clusters = None, seed: int = 0, of: Of = "number"
) -> dict[str, Estimate]:
    """The means of several values of the same n cases, by name, each as `estimate`; all are drawn at once."""
    if not values:
        return {}
    numbers = np.column_stack([_checked(own) for own in values.values()])
    if of == "share" and not ((numbers >= 0) & (numbers <= 1)).all():
        raise BadArgument(
            "A share is not between 0 and 1.", next_step="Estimate it as a number: of='number'."
        )
    sums, counts = _by_cluster(numbers, clusters)
    found = _intervals(sums, counts, seed, of)
    means = numbers.mean(axis=0)
    return {
        name: Estimate(float(mean), min(float(low), float(mean)), max(float(high), float(mean)), len(numbers))
        for name, mean, low, high in zip(values, means, *found, strict=True)
    }


def ratio(values: npt.ArrayLike, base: npt.ArrayLike, clusters: Clusters = None, seed: int = 0) -> Estimate:
    """How many times the mean of ``base`` (n) the mean of ``values`` (n) is, by case, and its 95% interval.

    Raises `BadArgument` as `estimate` does, for values that are not of the same cases, and for a base that
    has numbers below 0 or a mean of 0; resamples in which it is 0 are left out of the interval.
    """
    numbers, bases = _checked(values), _checked(base)
    if numbers.shape != bases.shape:
        raise BadArgument(
            f"{numbers.size} and {bases.size} values are not of the same cases.",
            next_step="Judge both on one set of cases.",
        )
    if bases.sum() == 0 or (bases < 0).any():
        what = "0" if bases.sum() == 0 else "below 0 in some cases"
        raise BadArgument(f"The base of a ratio is {what}.", next_step="Compare by the difference instead.")
    sums, _ = _by_cluster(numbers[:, None], clusters)
    base_sums, _ = _by_cluster(bases[:, None], clusters)
    low, high = _intervals(sums, base_sums[:, 0], seed, "number")
    return Estimate(float(numbers.sum() / bases.sum()), float(low[0]), float(high[0]), int(numbers.size))


def effective_clusters(clusters: Clusters, cases: int) -> float:
    """As how many clusters of one size these are worth: one large one among small ones says little."""
    return float(_effective(_by_cluster(np.zeros((cases, 1)), clusters)[1]))


def _effective(counts: Wide) -> float:
    return float(counts.sum() ** 2 / (counts**2).sum())


def _checked(values: npt.ArrayLike) -> Wide:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.size == 0:
        raise BadArgument("There are no cases to take a mean of.", next_step="Check how cases were chosen.")
    if not np.isfinite(numbers).all():
        raise BadArgument(
            "A metric is not a finite number.", next_step="Leave such cases out and count them."
        )
    return numbers


def _by_cluster(numbers: Wide, clusters: Clusters) -> tuple[Wide, Wide]:
    """Sums (clusters, values) and counts (clusters,) of the values (n, values) of each cluster."""
    if clusters is None:
        return numbers, np.ones(len(numbers))
    _, members = np.unique(np.asarray(clusters), return_inverse=True)
    counts = np.bincount(members).astype(np.float64)
    if len(counts) == len(numbers):
        return numbers, counts
    sums = [np.bincount(members, weights=column) for column in numbers.T]
    return np.column_stack(sums), counts


def _intervals(sums: Wide, counts: Wide, seed: int, of: Of) -> tuple[Wide, Wide]:
    """The ends of the intervals of sums (clusters, values) over counts (clusters,), each (values,)."""
    means = sums.sum(axis=0) / counts.sum()
    drawn = _resampled(sums, counts, seed)
    spread = np.nanstd(drawn, axis=0)
    wider = _wider(sums, counts, means)
    effective = _effective(counts)
    if of == "share":
        return _score(means, spread * wider, effective)
    with np.errstate(all="ignore"):
        levels = [_NORMAL.cdf(-_student(effective - 1) * one) for one in wider.tolist()]
    ends = [np.nanquantile(own, [level, 1 - level]) for own, level in zip(drawn.T, levels, strict=True)]
    low, high = np.array(ends).T
    return low, high


def _resampled(sums: Wide, counts: Wide, seed: int) -> Wide:
    """The means (rounds, values) of clusters drawn with replacement, NaN where nothing was counted."""
    rng = np.random.default_rng(seed)
    both = np.column_stack([sums, counts])
    if len(counts) > _MOST:
        group = rng.permutation(len(counts)) % _MOST
        both = np.column_stack([np.bincount(group, weights=column) for column in both.T])
    size = len(both)
    rounds = max(1, _DRAWN // size)
    found: list[Wide] = []
    for start in range(0, _ROUNDS, rounds):
        drawn = rng.integers(0, size, size=(min(rounds, _ROUNDS - start), size), dtype=np.int32)
        often = np.stack([np.bincount(own, minlength=size) for own in drawn]).astype(np.float64)
        totals = often @ both
        base = totals[:, -1:]
        found.append(totals[:, :-1] / np.where(base == 0, np.nan, base))
    return np.concatenate(found)


def _wider(sums: Wide, counts: Wide, means: Wide) -> Wide:
    """How many times the spread of resampled means that of the jackknife is, (values,).

    Source: Efron, Stein, "The jackknife estimate of variance", 1981; what leaving out a cluster changes is
    what it adds, over the share of all cases that are left.
    """
    size = len(counts)
    left = 1 - counts / counts.sum()
    if size < 2 or (left <= 0).any():
        return np.ones(len(means))
    adds = sums - counts[:, None] * means
    plain = (adds**2).sum(axis=0)
    changes = ((adds / left[:, None]) ** 2).sum(axis=0) * (size - 1) / size
    wider: Wide = np.sqrt(np.divide(changes, plain, out=np.ones_like(plain), where=plain > 0))
    return wider


def _score(means: Wide, spread: Wide, effective: float) -> tuple[Wide, Wide]:
    """Wilson's interval for shares that are as sure as ``spread`` says.

    Where that says nothing, all being 0 or all 1 or of one cluster, they are as sure as so many cases are.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    varied = means * (1 - means)
    unsaid = (varied < 1e-12) | (effective <= 1)
    cases = np.where(unsaid, effective, varied / np.maximum(spread, 1e-12) ** 2)
    t = _student(effective - 1)
    middle = (means + t * t / (2 * cases)) / (1 + t * t / cases)
    half = t * np.sqrt(varied / cases + t * t / (4 * cases**2)) / (1 + t * t / cases)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def _student(freedom: float) -> float:
    """The 97.5% point of Student's t; one degree of freedom at least."""
    from scipy.special import stdtrit  # a third of a second to import, which an answer need not wait for

    return float(stdtrit(max(freedom, 1.0), 0.975))
