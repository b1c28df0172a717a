"""Evidence of different kinds on one scale: 0 as by chance in this catalogue, 1 as among near neighbours.

A cosine of 0.8 is near in one shop and far in another, and a share of words is neither. Told by what pairs
of the same catalogue have, they add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.yardstick import Yardstick
from lookalike.vectors import Floats, Mask, Rows

_WHOLLY = np.float32(80)  # odds beyond which no number of 32 bits can tell more

_LEAST_LOOK = 0.1  # a smaller share of looks does not set the step of a score: it would grow without end

GUESSED = 0.6
"""How far from chance to what the other sources say a silent one is taken to be."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How one kind of evidence is told: ``low`` becomes 0 and ``high`` 1.

    With ``odds``, the logarithms of the odds at 0 and at 1 that two products belong together, what counts is
    the logarithm of the probability: it falls without end where the evidence is against it, and has little
    to add where it is for it, so that it leaves the order of what agrees to the others. ``share`` is what
    the source counts for a weight of 1, ``beyond`` what counts of how far evidence is above ``high``.
    """

    low: float
    high: float
    odds: tuple[float, float] | None = None
    share: float = 1.0
    beyond: float = 1.0

    def told(self, evidence: Floats) -> Floats:
        """Evidence on the common scale; NaN stays."""
        told: Floats = (evidence - np.float32(self.low)) * np.float32(1 / (self.high - self.low))
        return told if self.beyond == 1 else np.minimum(told, 1 + self.beyond * (told - 1))

    def scored(self, told: Floats) -> Floats:
        """What the common scale adds to a score."""
        if self.odds is None:
            return told
        first, last = self.odds
        against = np.minimum(-first - told * np.float32(last - first), _WHOLLY)
        with np.errstate(under="ignore"):
            scored: Floats = -np.log1p(np.exp(against))
        return scored


def fused(
    evidence: Mapping[str, Floats], weights: Mapping[str, float], scales: Mapping[str, Scale]
) -> Floats:
    """The weighted mean of evidence columns (c,) on their common scale, (c,); NaN where none said anything.

    A product that agrees in everything, as the one that asks does, has 1. With looks among the evidence the
    rest is told in steps of their cosine: the score is the cosine, less what the others speak against it.
    What a source says nothing of is guessed from the others, drawn towards chance: a product without a
    picture stands behind those that look right, and before those that do not.
    """
    told = {name: scales[name].told(evidence[name]) for name in weights}
    if any(np.isnan(column).any() for column in told.values()):
        silent = {name: np.isnan(column) for name, column in told.items()}
        clipped = {name: np.clip(column, 0, 1) for name, column in told.items()}
        guess = GUESSED * _mean(clipped, weights)
        told = {name: np.where(silent[name], guess, column) for name, column in told.items()}
    score = np.ones((), dtype=np.float32)
    for name, share in _shares(weights, scales).items():
        scale = scales[name]
        score = score + np.float32(share) * (scale.scored(told[name]) - _whole(scale))
    return np.asarray(score, dtype=np.float32)


@lru_cache(256)
def _whole(scale: Scale) -> Floats:
    """What evidence that agrees in everything adds to a score, ()."""
    return np.asarray(scale.scored(scale.told(np.ones((), dtype=np.float32))))


def _shares(weights: Mapping[str, float], scales: Mapping[str, Scale]) -> dict[str, float]:
    """What a step of each scale counts in a score."""
    shares = {name: weight * scales[name].share for name, weight in weights.items()}
    whole = sum(shares.values())
    if "look" not in shares:
        return {name: share / whole for name, share in shares.items()}
    step = (scales["look"].high - scales["look"].low) / max(shares["look"], _LEAST_LOOK * whole)
    return {name: share * step for name, share in shares.items()}


def least_look(score: float, weights: Mapping[str, float], scales: Mapping[str, Scale]) -> float:
    """The lowest cosine with which a product that agrees in all else has so high a score.

    The score is that of `lookalike.recommend.candidates.weighed`; looks are among the ``weights``.
    """
    if len(weights) == 1:
        return score
    if not scales:
        others = sum(weights.values()) - weights["look"]
        return (score * (others + weights["look"]) - others) / weights["look"]
    scale = scales["look"]
    apart = scale.high - scale.low
    told = (1 - scale.low) / apart
    told = told if scale.beyond == 1 else min(told, 1 + scale.beyond * (told - 1))
    told += (score - 1) / _shares(weights, scales)["look"]
    if told > 1 and scale.beyond != 1:
        told = 1 + (told - 1) / scale.beyond if scale.beyond else 1
    return scale.low + told * apart


def stretch(weights: Mapping[str, float], scales: Mapping[str, Scale]) -> float:
    """By how much a difference in evidence may grow in the score, at most; 1 without scales."""
    steep = 1.0
    for name, share in _shares(weights, scales).items() if scales else ():
        scale = scales[name]
        slope = 1.0 if scale.odds is None else max(scale.odds[1] - scale.odds[0], 1.0)
        steep += (1 + GUESSED) * max(share, 1) * slope / (scale.high - scale.low)
    return steep


def _mean(told: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """The mean of what sources say of each product, by weight; NaN where none says anything."""
    total: Floats = np.zeros((), dtype=np.float32)
    count: Floats = total
    for name, column in told.items():
        said = ~np.isnan(column)
        weight = np.float32(weights[name])
        total = np.asarray(total + weight * np.where(said, column, 0), dtype=np.float32)
        count = np.asarray(count + weight * said, dtype=np.float32)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / count)


def measured_scales(snapshot: Snapshot, measured: Yardstick) -> dict[str, Scale]:
    """The scales of looks and of colours in one catalogue; as they are where too few pairs are known."""
    looks = measured.means(partial(_cosines, snapshot.looks_of, snapshot.pictured))
    colours = measured.means(partial(_cosines, snapshot.palettes.vectors, snapshot.palettes.said))
    as_it_is = (0.0, 1.0)
    return {"look": Scale(*(looks or as_it_is)), "colour": Scale(*(colours or as_it_is))}


def _cosines(vectors: Callable[[Rows], Floats], said: Mask, one: Rows, other: Rows) -> Floats:
    both = np.einsum("ij,ij->i", vectors(one), vectors(other))
    found: Floats = np.where(said[one] & said[other], both, np.float32(np.nan))
    return found
