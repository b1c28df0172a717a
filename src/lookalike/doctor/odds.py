"""Odds that something is as the shop says, from what its own table has and what it would be by chance."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import numpy as np

from lookalike.vectors import Floats, Rows

_BINS = 16
_ROUNDS = 10
_WRONG = 0.02  # share of what the shop says that is taken to be wrong at first


class Odds:
    """The logarithm of the odds that a pair belongs together, by one measure, as the shop's pairs have it.

    Counted in bins of equal number (a histogram); each voice is bounded by what was counted. Of the shop's
    own pairs each counts by its weight.
    """

    def __init__(self, own: Floats, weights: Floats, others: Floats) -> None:
        weights, own, others = weights[~np.isnan(own)], own[~np.isnan(own)], others[~np.isnan(others)]
        pooled = np.concatenate([own, others])
        steps = np.linspace(0, 1, _BINS + 1)[1:-1]
        edges = np.quantile(pooled, steps) if len(pooled) else pooled
        edges = np.unique(np.append(edges, pooled.max(initial=0)))  # what is wholly alike stands apart
        self._edges: Floats = edges[edges > pooled.min(initial=1)]  # no bin is empty
        rates = []
        for part, each in ((own, weights), (others, np.ones(len(others), dtype=np.float32))):
            counts = np.bincount(self._bins(part), each, minlength=len(self._edges) + 1)
            rates.append((counts + 0.5) / (counts.sum() + 0.5 * len(counts)))
        self._odds = np.maximum.accumulate(np.log(rates[0] / rates[1]))  # the more alike, the likelier

    def _bins(self, measured: Floats) -> Rows:
        found: Rows = np.searchsorted(self._edges, np.nan_to_num(measured), side="right")
        return found

    def of(self, measured: Floats) -> Floats:
        """The odds of pairs, (m,); 0 where nothing was measured."""
        return np.where(np.isnan(measured), 0, self._odds[self._bins(measured)]).astype(np.float32)


def weighed(voices: Sequence[tuple[Floats, Floats]]) -> tuple[list[Odds], float]:
    """Odds for each measure, and the share of the shop's own that is wrong.

    ``voices`` are what each measure says of the shop's own (m,) and by chance. The shop's own may be wrong
    itself, so it is weighed by how likely it is right, again and again (expectation maximisation: Dempster,
    Laird, Rubin, 1977).
    """
    weights, wrong = np.ones(len(voices[0][0]), dtype=np.float32), _WRONG
    for _ in range(_ROUNDS):
        found = [Odds(own, weights, others) for own, others in voices]
        odds = np.sum([one.of(own) for one, (own, _) in zip(found, voices, strict=True)], axis=0)
        weights = (1 / (1 + wrong / (1 - wrong) * np.exp(-odds))).astype(np.float32)
        if len(weights):
            wrong = float(np.clip(1 - weights.mean(), 0.002, 0.2))
    return found, wrong


def probability(odds: float, prior: float) -> float:
    """A probability from the logarithm of odds and what was likely before."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds + log(prior / (1 - prior))))))
