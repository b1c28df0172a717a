"""What is made of the evidence: are two aligned pictures one photograph, and do they show the same forms?

Three logistic regressions weigh it. Their weights were chosen on one half of the ids of two catalogues and
measured on the other (benchmarks/duplicates.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.alignment import aligned, roughly_aligned
from lookalike.duplicates.changes import Traces, no_traces, traced
from lookalike.duplicates.evidence import Evidence, weigh
from lookalike.duplicates.kinds import FLOORS, SAME_PHOTOGRAPH
from lookalike.duplicates.relighting import Relighting
from lookalike.duplicates.retouching import hardly_relit, spread
from lookalike.duplicates.sight import Couples, Indices
from lookalike.vectors import Floats

ROUGH_LEAST = 0.70
"""Score of the best rough alignment from which a pair is refined and weighed."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the second look says of m pairs, each (m,), 0 to 1; both 0 where it found nothing alike.

    ``photograph``: one photograph, perhaps edited. ``form``: the same forms in the same places, whatever
    their light and colour. ``traces``: what was done to the second picture, for `changes`.
    """

    photograph: Floats
    form: Floats
    traces: Traces

    def __len__(self) -> int:
        return len(self.photograph)

    def put(self, rows: Indices, others: Verdicts) -> None:
        """Write the verdicts of some pairs over those of these rows."""
        self.photograph[rows] = others.photograph
        self.form[rows] = others.form
        self.traces.put(rows, others.traces)


def nothing_alike(count: int) -> Verdicts:
    """Verdicts of pairs that have nothing in common."""
    photograph, form = np.zeros((2, count), dtype=np.float32)
    return Verdicts(photograph, form, no_traces(count))


def judged_from(couples: Couples, poses: Floats) -> Verdicts:
    """Verdicts of n pairs of sights, aligned from a pose (n, 2, 3) each."""
    maps, scores = roughly_aligned(couples, poses)
    verdicts = nothing_alike(len(couples))
    kept = np.flatnonzero(scores >= ROUGH_LEAST)
    if len(kept):
        near = couples.take(kept)
        fine = aligned(near, maps[kept])
        evidence = weigh(near, fine)
        photograph, form = judged(evidence)
        photograph = np.minimum(photograph, untouched(near, fine, evidence.relighting, photograph))
        verdicts.put(kept, Verdicts(photograph, form, traced(near, fine, evidence.relighting)))
    return verdicts


def judged(evidence: Evidence) -> tuple[Floats, Floats]:
    """How sure it is that aligned pairs are one photograph, and that they show the same forms; (n,) each.

    No photograph is surer than its forms: two black wallets are alike in light and colour.
    """
    structure, light = features(evidence)
    photograph = _logistic(np.concatenate([structure[:, :3], light], axis=1), PHOTOGRAPH)
    form = _logistic(structure, FORM)
    return np.minimum(photograph, form), form


def untouched(couples: Couples, maps: Floats, relighting: Relighting, photograph: Floats) -> Floats:
    """How sure it is that no place was retouched in aligned pairs that may be one photograph, (n,).

    1 for pairs in another light and for those that are no photograph anyway.
    """
    found = np.ones(len(couples), dtype=np.float32)
    rows = np.flatnonzero((photograph >= FLOORS[SAME_PHOTOGRAPH]) & hardly_relit(relighting))
    if len(rows):
        described = spread(couples.take(rows), maps[rows], relighting.gains[rows])
        found[rows] = _logistic(described, UNTOUCHED)
    return found


def features(evidence: Evidence) -> tuple[Floats, Floats]:
    """What the regressions see of n pairs: structure (n, 5), and light and colour (n, 9).

    A tint of what has white in both pictures is dye, and no light. Where one picture has no colour at all,
    only its light can tell, and it has to agree the better.
    """
    light, share = evidence.relighting, _FULL_WHITE
    grey = light.colourless.max(axis=1)
    structure = (
        evidence.detail,
        evidence.agreeing,
        evidence.overlap,
        evidence.correlation,
        np.log1p(evidence.area / 100),
    )
    relit = (
        np.log1p(light.colour) * (1 - grey),
        np.log1p(light.colour_spot) * (1 - grey),
        np.log1p(light.light),
        np.log1p(light.light_spot),
        light.lift,
        light.tint,
        light.tint * np.minimum(1, light.white / share),
        grey,
        np.log1p(light.light) * grey,
    )
    return np.stack(structure, axis=1).astype(np.float32), np.stack(relit, axis=1).astype(np.float32)


def _logistic(described: Floats, weights: npt.NDArray[np.float64]) -> Floats:
    raised = np.clip(described @ weights[:-1] + weights[-1], -30, 30)
    found: Floats = (1 / (1 + np.exp(-raised))).astype(np.float32)
    return found


PHOTOGRAPH = np.array(
    [2.05, 1.88, 10.6, -2.09, -1.12, -1.34, -1.26, -5.17, -3.21, -17.06, -2.84, -1.27, -3.09]
)
"""Weights of the first three features of structure, of the nine of light, and a constant."""

FORM = np.array([7.62, 7.27, 0.0, 5.06, 1.01, -19.22])
"""Weights of the five features of structure, and a constant."""

UNTOUCHED = np.array(
    [
        *(-0.16, -0.83, 1.2, 1.26, -1.69, -1.26, -0.12, -0.96, -0.33, -0.7, 0.4, -0.5),
        *(-0.25, 1.15, 0.67, -0.07, -2.43, -1.66, -0.95, -1.81, 0.0, -0.4, 2.03, 0.33),
        *(1.51, 6.09),
    ]
)
"""Weights of the spread of what differs: twelve of colour, twelve of light, of chroma, and a constant."""

_FULL_WHITE = 0.2  # share of white from which there is ground enough to tell dye from light
