"""What is made of the evidence: are two aligned pictures one photograph, and do they show the same forms?

Two logistic regressions weigh it. Their weights were chosen on one half of the ids of two catalogues and
measured on the other (benchmarks/duplicates.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.alignment import aligned, roughly_aligned
from lookalike.duplicates.evidence import Evidence, weigh
from lookalike.duplicates.sight import Couples, Indices
from lookalike.vectors import Floats

ROUGH_LEAST = 0.70
"""Score of the best rough alignment from which a pair is refined and weighed."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the second look says of m pairs, each (m,), 0 to 1; both 0 where it found nothing alike.

    ``photograph``: one photograph, perhaps edited. ``form``: the same forms in the same places, whatever
    their light and colour.
    """

    photograph: Floats
    form: Floats

    def __len__(self) -> int:
        return len(self.photograph)

    def put(self, rows: Indices, others: Verdicts) -> None:
        """Write the verdicts of some pairs over those of these rows."""
        self.photograph[rows] = others.photograph
        self.form[rows] = others.form


def nothing_alike(count: int) -> Verdicts:
    """Verdicts of pairs that have nothing in common."""
    photograph, form = np.zeros((2, count), dtype=np.float32)
    return Verdicts(photograph, form)


def judged_from(couples: Couples, begin: Floats) -> Verdicts:
    """Verdicts of n pairs of sights, aligned from the poses (n, 6, 2, 3) of `alignment.starts`."""
    maps, scores = roughly_aligned(couples, begin)
    verdicts = nothing_alike(len(couples))
    kept = np.flatnonzero(scores[:, 0] >= ROUGH_LEAST)
    if len(kept):
        near = couples.take(kept)
        verdicts.put(kept, Verdicts(*judged(weigh(near, aligned(near, maps[kept])))))
    return verdicts


def judged(evidence: Evidence) -> tuple[Floats, Floats]:
    """How sure it is that aligned pairs are one photograph, and that they show the same forms; (n,) each."""
    described = features(evidence)
    photograph = _logistic(described, PHOTOGRAPH)
    coloured = 1 / (1 + np.exp(np.clip((evidence.colour - OTHER_COLOUR) / _COLOUR_STEP, -30, 30)))
    return np.minimum(photograph, coloured), _logistic(described[:, : len(FORM) - 1], FORM)


def features(evidence: Evidence) -> Floats:
    """What the regressions see of n pairs, (n, 7): first five of form, then two of light."""
    columns = (
        evidence.detail,
        evidence.agreeing,
        evidence.correlation,
        evidence.overlap,
        np.log1p(evidence.area / 100),
        np.log1p(evidence.residual),
        np.log1p(evidence.worst),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _logistic(described: Floats, weights: npt.NDArray[np.float64]) -> Floats:
    raised = np.clip(described @ weights[:-1] + weights[-1], -30, 30)
    found: Floats = (1 / (1 + np.exp(-raised))).astype(np.float32)
    return found


PHOTOGRAPH = np.array([4.63, 4.90, 2.64, 4.17, 0.41, -1.38, -1.32, -7.25])
"""Weights of `features` and a constant."""

FORM = np.array([7.62, 7.27, 5.06, 0.0, 1.01, -19.22])
"""Weights of the first five `features` and a constant."""

OTHER_COLOUR = 13.0
"""Chroma difference in levels, after the gains of the channels, at which a colour counts as another."""

_COLOUR_STEP = 1.5
