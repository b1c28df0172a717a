"""How far the voices are to be believed, how many labels are wrong, and which: all from one likelihood.

A label is explained by one of five things: by what the voices say together, a sum of their scores with
weights (a logarithmic opinion pool); by the same said vaguely, since labels that look alike are mixed up by
people too; as one of the rare labels, which nobody could learn, where the voices know nothing well; or as a
slip that has nothing to do with the product: any label as likely as another, or each as likely as it is
frequent. Weights and shares are found together (expectation maximisation), so slips do not teach the voices,
and the share of slips is the shop's own.

Sources: Genest, Zidek, "Combining probability distributions", 1986; Bootkrajang, Kaban, "Label-noise robust
logistic regression", 2012; the use of what was fitted without the label, Northcutt, Jiang, Chuang,
"Confident learning", 2021.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.doctor.tags.columns import Codes
from lookalike.vectors import Floats

RARE = 5
"""Products of a label up to which, this excluded, it counts as rare."""

_VAGUE = 0.65  # what the sum of scores is multiplied with where it is said vaguely
_NOVEL = 5.0  # times as likely as on average a rare label may be where the voices know nothing
_STEPS = 40
_STILL = 0.01  # a step shorter than this is the last
_STRIDE = 0.5  # most that a weight changes in a step
_MOST = 30.0  # weight of a voice, at most
_PRIOR = 1.0  # how strongly weights are drawn to nothing
_START = 0.3
_CLEAN = 20.0  # labels in which half a slip of each sort is taken for seen before

Wide = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pool:
    """Weights (v,) of the voices; shares of what is said vaguely, rare, any label, a frequent label.

    ``held`` (k,) are the frequencies of the labels, ``rare`` (k,) those of the rare among themselves,
    ``doubt`` the mean of what the voices leave open.
    """

    weights: Wide
    vague: float
    unlearned: float
    slips: tuple[float, float]
    held: Wide
    rare: Wide
    doubt: float

    @classmethod
    def fitted(cls, scores: Floats, codes: Codes, counts: npt.NDArray[np.intp]) -> Pool:
        """Of scores (v, n, k) by v voices of n products with these labels, held by so many in all."""
        held = counts / max(counts.sum(), 1)
        seldom = np.where(counts < RARE, held, 0)
        rare = seldom / max(seldom.sum(), 1e-12)
        pool = cls(np.full(len(scores), _START), 0.1, float(seldom.sum()) / 2, (0.01, 0.01), held, rare, 0.2)
        for _ in range(_STEPS):
            before, pool = pool, pool._step(scores, codes)
            if (
                np.abs(pool.weights - before.weights).max() < _STILL
                and abs(pool.wrong - before.wrong) < _STILL**2
            ):
                break
        return pool

    @property
    def wrong(self) -> float:
        """The share of labels that are slips."""
        return sum(self.slips)

    def _step(self, scores: Floats, codes: Codes) -> Pool:
        summed = self._summed(scores)
        said = _softmax(summed)
        doubt = float((1 - said.max(axis=1)).mean())
        parts = self._parts(summed, codes)
        shares = parts / parts.sum(axis=0)
        clean, total = shares[0], len(codes)
        vague, unlearned = (float(shares[at].sum() / total) for at in (1, 2))
        any_label, frequent = (float((shares[at].sum() + 0.5) / (total + _CLEAN)) for at in (3, 4))
        flat = (scores * np.sqrt(clean[:, None] * said)).reshape(len(scores), -1)
        expected = np.einsum("nk,vnk->vn", said, scores)
        own = scores[:, np.arange(total), codes]
        slope = ((own - expected) * clean).sum(axis=1) - _PRIOR * self.weights
        curve = (
            (flat @ flat.T).astype(np.float64)
            - (expected * clean) @ expected.T
            + _PRIOR * np.eye(len(scores))
        )
        weights = self.weights + np.clip(np.linalg.solve(curve, slope), -_STRIDE, _STRIDE)
        return Pool(
            np.clip(weights, 0, _MOST), vague, unlearned, (any_label, frequent), self.held, self.rare, doubt
        )

    def _summed(self, scores: Floats) -> Floats:
        found: Floats = np.tensordot(self.weights.astype(np.float32), scores, axes=1)
        return found

    def _shares(self, said: Floats) -> tuple[Wide, Wide]:
        """The shares of the clear and of the rare explanation, by what the voices leave open, (n,)."""
        novel = np.minimum((1 - said.max(axis=1)) / max(self.doubt, 1e-6), _NOVEL)
        rare = np.minimum(self.unlearned * novel, 0.5) if self.rare.any() else np.zeros(len(said))
        return np.maximum(1 - self.vague - self.wrong - rare, 1e-3), rare

    def _parts(self, summed: Floats, codes: Codes) -> Wide:
        """How likely each explanation makes the label of each product, (5, n)."""
        at = np.arange(len(codes)), codes
        said = _softmax(summed)
        clear, rare = self._shares(said)
        return np.stack(
            [
                clear * said[at] + 1e-30,
                self.vague * _softmax(_VAGUE * summed)[at],
                rare * self.rare[codes],
                np.full(len(codes), self.slips[0] / len(self.held)),
                self.slips[1] * self.held[codes],
            ]
        )

    def slipped(self, scores: Floats, codes: Codes) -> Wide:
        """The probability that the label of each product is a slip, (n,)."""
        parts = self._parts(self._summed(scores), codes)
        found: Wide = parts[3:].sum(axis=0) / parts.sum(axis=0)
        return found

    def labels(self, scores: Floats) -> Floats:
        """The probability of each label but for slips, (n, k); sums to 1."""
        summed = self._summed(scores)
        said = _softmax(summed)
        clear, rare = self._shares(said)
        found = clear[:, None] * said + self.vague * _softmax(_VAGUE * summed)
        found += rare[:, None] * self.rare
        shares: Floats = (found / found.sum(axis=1, keepdims=True)).astype(np.float32)
        return shares


@dataclass(frozen=True)
class Trust:
    """What a probability is worth, as seen: a logistic curve over its log-odds, drawn to the diagonal.

    Source: Platt, "Probabilistic outputs for support vector machines", 1999.
    """

    slope: float
    offset: float

    @classmethod
    def fitted(cls, said: Wide, true: Wide) -> Trust:
        """Of probabilities that were said and how often they were right, from 0 to 1."""
        odds, curve = _log_odds(said), np.array([1.0, 0.0])
        for _ in range(20):
            now = 1 / (1 + np.exp(-(curve[0] * odds + curve[1])))
            spread = np.maximum(now * (1 - now), 1e-9)
            slope = np.array([(true - now) @ odds - 5 * (curve[0] - 1), (true - now).sum() - 5 * curve[1]])
            bend = np.array([[spread @ odds**2 + 5, spread @ odds], [spread @ odds, spread.sum() + 5]])
            curve = curve + np.clip(np.linalg.solve(bend, slope), -0.5, 0.5)
        return cls(float(max(curve[0], 0.05)), float(curve[1]))

    def of(self, said: Wide) -> Wide:
        """What these probabilities are worth."""
        found: Wide = 1 / (1 + np.exp(-(self.slope * _log_odds(said) + self.offset)))
        return found


def _log_odds(said: Wide) -> Wide:
    kept = np.clip(said, 1e-4, 1 - 1e-4)
    found: Wide = np.log(kept / (1 - kept))
    return found


def _softmax(summed: Floats) -> Floats:
    found: Floats = np.exp(summed - summed.max(axis=1, keepdims=True))
    found /= found.sum(axis=1, keepdims=True)
    return found


def blocks(count: int, size: int) -> Iterator[slice]:
    """Slices that cover a range."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
