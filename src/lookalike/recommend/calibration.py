"""A cosine becomes a probability, learnt from cases that were true and cases that were not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.vectors import Floats, Mask

_LEAST = 20  # cases that one step is learnt from at least


@dataclass(frozen=True, eq=False)
class Isotonic:
    """Probabilities that rise with a value: ``chances`` (s,) at the values ``places`` (s,), both rising.

    Between two places the probability is on the line from one to the other, beyond the last it stays.
    Source: isotonic regression by pooling adjacent violators (Ayer and others, "An empirical distribution
    function for sampling with incomplete information", 1955), for calibration Zadrozny, Elkan,
    "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002. Each
    step counts one true and one false case more than it has, so that a few cases claim no certainty.
    """

    places: Floats
    chances: Floats

    @classmethod
    def fitted(cls, values: Floats, true: Mask) -> Isotonic | None:
        """Of n values and whether each was true, (n,); None where a higher value is not the likelier."""
        if len(values) < 2 * _LEAST:
            return None
        order = np.argsort(values, kind="stable")
        steps: list[tuple[float, float, int]] = []  # sums of values and of what was true, and how many
        for part in np.array_split(order, len(order) // _LEAST):
            step = float(values[part].sum(dtype=np.float64)), float(true[part].sum()), len(part)
            while steps and _chance(steps[-1]) >= _chance(step):
                before = steps.pop()
                step = before[0] + step[0], before[1] + step[1], before[2] + step[2]
            steps.append(step)
        if len(steps) < 2:
            return None
        places = [total / count for total, _, count in steps]
        return cls(np.array(places, np.float32), np.array([*map(_chance, steps)], np.float32))

    def of(self, values: Floats) -> Floats:
        """Probabilities of values, any shape; NaN stays NaN."""
        found: Floats = np.interp(values, self.places, self.chances).astype(np.float32)
        return found


def _chance(step: tuple[float, float, int]) -> float:
    return (step[1] + 1) / (step[2] + 2)
