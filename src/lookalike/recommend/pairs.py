"""Pictures of one product that ask for each other: what is learnt of when two pictures show the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.recommend.calibration import Sigmoid
from lookalike.vectors import Floats, Mask, Rows

ASKED = 1000
"""Pictures that ask at most."""

CANDIDATES = 10
"""Products that a picture is compared with, the nearest: those that an answer would show."""

SAME_PICTURE = 0.9995
"""Pictures with a higher cosine are one picture put up twice, and teach nothing."""

_BLOCK = 64


@dataclass(frozen=True, eq=False)
class PairCases:
    """Cosines of candidates (c,), and whether each is the product that asked, (c,).

    ``pairs`` counts the pairs of different pictures of one product that there are.
    """

    cosines: Floats
    true: Mask
    pairs: int

    def sigmoid(self) -> Sigmoid | None:
        """Cosines as probabilities: every other picture that asks shows something the shop does not have.

        A picture of a product that is there finds the product and others; of one that is not there, others
        alone. So each that is wrong counts twice.
        """
        wrong = self.cosines[~self.true]
        values = np.concatenate([self.cosines, wrong])
        return Sigmoid.fitted(values, np.concatenate([self.true, np.zeros(len(wrong), np.bool_)]))


def pair_cases(looks: Floats, picture_product: Rows, owners: Rows, asking: Rows) -> PairCases | None:
    """Each of the pictures ``asking`` (a,) asks among all others, of n unit vectors (n, dim).

    ``picture_product`` (n,), sorted, is each picture's product, ``owners`` (n,) the family of that product:
    other products of a family count neither way. None where no product has two different pictures.
    """
    starts = np.flatnonzero(np.diff(picture_product, prepend=-1))
    place = np.cumsum(np.diff(picture_product, prepend=-1) != 0) - 1
    families = owners[starts]
    cosines: list[Floats] = []
    true: list[Mask] = []
    for begin in range(0, len(asking), _BLOCK):
        part = asking[begin : begin + _BLOCK]
        said = looks[part] @ looks.T
        own = place[part]
        said[(place == own[:, None]) & (said > SAME_PICTURE)] = -np.inf  # itself, and itself put up again
        best = np.maximum.reduceat(said, starts, axis=1)
        right = best[np.arange(len(part)), own]
        best[families == families[own][:, None]] = -np.inf
        count = min(CANDIDATES - 1, best.shape[1])
        wrong = np.partition(best, best.shape[1] - count, axis=1)[:, best.shape[1] - count :]
        wrong = wrong[np.isfinite(right)]
        right = right[np.isfinite(right)]
        cosines += [right, wrong[np.isfinite(wrong)]]
        true += [np.ones(len(right), np.bool_), np.zeros(len(cosines[-1]), np.bool_)]
    pairs = _pairs(looks, starts, len(looks))
    if not pairs:
        return None
    return PairCases(np.concatenate(cosines), np.concatenate(true), pairs)


def _pairs(looks: Floats, starts: Rows, count: int) -> int:
    """Pairs of different pictures of one product."""
    found = 0
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), count], strict=True):
        if end - start > 1:
            own = looks[start:end] @ looks[start:end].T
            found += int((own[np.triu_indices(end - start, 1)] <= SAME_PICTURE).sum())
    return found
