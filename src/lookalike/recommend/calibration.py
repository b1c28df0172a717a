"""Platt scaling: a cosine becomes a probability, learnt from cases that were true and cases that were not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.vectors import Floats, Mask

_ROUNDS = 100
_SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """The probability 1 / (1 + exp(-(slope * x + offset))).

    Source: Platt, "Probabilistic outputs for support vector machines", 1999, with the targets that keep a
    few cases from claiming certainty; fitted by Newton's method with a line search as Lin, Lin, Weng, "A note
    on Platt's probabilistic outputs", 2007, do.
    """

    slope: float
    offset: float

    @classmethod
    def fitted(cls, values: Floats, true: Mask) -> Sigmoid | None:
        """Of n values and whether each was true, (n,); None where a higher value is not the likelier."""
        yes, no = int(true.sum()), int((~true).sum())
        if not yes or not no:
            return None
        targets = np.where(true, (yes + 1) / (yes + 2), 1 / (no + 2))
        x = values.astype(np.float64)
        middle = float(x.mean())
        design = np.stack([x - middle, np.ones_like(x)], axis=1)  # the middle taken away: well conditioned
        found = np.array([0.0, np.log((yes + 1) / (no + 1))])
        loss = _loss(design @ found, targets)
        for _ in range(_ROUNDS):
            said = _logistic(design @ found)
            slope = design.T @ (said - targets)
            curve = (design * (said * (1 - said))[:, None]).T @ design + _SMALL * np.eye(2)
            step = np.linalg.solve(curve, slope)
            size = 1.0
            while size > _SMALL and _loss(design @ (found - size * step), targets) > loss:
                size /= 2
            found = found - size * step
            before, loss = loss, _loss(design @ found, targets)
            if before - loss < _SMALL:
                break
        return cls(float(found[0]), float(found[1] - found[0] * middle)) if found[0] > 0 else None

    def of(self, values: Floats) -> Floats:
        """Probabilities of values, any shape; NaN stays NaN."""
        found: Floats = _logistic(values.astype(np.float64) * self.slope + self.offset).astype(np.float32)
        return found


def _logistic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = 0.5 * (1 + np.tanh(x / 2))
    return found


def _loss(x: npt.NDArray[np.float64], targets: npt.NDArray[np.float64]) -> float:
    """Cross entropy of these logits."""
    return float((np.logaddexp(0, x) - targets * x).sum())
