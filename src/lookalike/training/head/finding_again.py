"""Is a product still found by a picture that differs a little from its own? Asked without such a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lookalike.training.lessons import CHOOSE, LEARN, Lessons
from lookalike.vectors import Floats, unit

Wide = npt.NDArray[np.float64]

_AMONG = 3000  # products
_ASKING = 800  # products
_STRENGTH = 1.0  # length of a disturbance where a vector has length 1
_SHAPE = 0.5  # power of the variance with which the variance of a disturbance goes

_EQUAL = 1e-6  # of a cosine, within which two pictures are taken for one


@dataclass(frozen=True)
class FoundAgain:
    """Unit vectors ``among`` (n, dim), and ``disturbed`` ones (a, dim) of the first of them.

    What a phone, another light or another crop does to a vector is stood in for by chance: along each axis
    with the root of its variance. Of sets of weights it puts those first that phone photographs do
    (decision 0027). ``before`` is the share found again by the vectors as they are.
    """

    among: Wide = field(repr=False)
    disturbed: Wide = field(repr=False)
    before: float = 0.0

    @classmethod
    def of(cls, lessons: Lessons, covariance: Wide) -> FoundAgain:
        """Products of `CHOOSE` ask, among themselves and some of `LEARN`, with the same chance every time."""
        asking = lessons.main[lessons.products_in(CHOOSE)]
        others = lessons.main[lessons.products_in(LEARN)]
        asking = asking[:: max(1, -(-len(asking) // _ASKING))]
        others = others[:: max(1, -(-len(others) // _AMONG))]
        values, axes = np.linalg.eigh(covariance)
        spread = np.maximum(values, 0.0) ** (_SHAPE / 2)
        length = float(np.sqrt((spread**2).sum()))
        chance = np.random.default_rng(0).standard_normal((len(asking), len(values)))
        moved = (chance * (spread * _STRENGTH / max(length, 1e-12))) @ axes.T
        disturbed = unit(lessons.looks[asking] + moved)[0].astype(np.float64)
        among = lessons.looks[np.concatenate([asking, others])].astype(np.float64)
        bare = cls(among, disturbed)
        return cls(among, disturbed, bare.share(lambda looks: looks))

    def share(self, mapped: Callable[[Wide], Wide]) -> float:
        """The share of disturbed vectors whose own is nearest, all of them mapped."""
        among, asking = _units(mapped(self.among)), _units(mapped(self.disturbed))
        if not len(asking):
            return 1.0
        cosines = asking @ among.T
        own = cosines[np.arange(len(asking)), np.arange(len(asking))]
        return float((own >= cosines.max(axis=1) - _EQUAL).mean())


def _units(vectors: Wide) -> Floats:
    return unit(vectors)[0]
