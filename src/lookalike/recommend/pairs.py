"""Pictures of one product that ask for each other: what is learnt of when two pictures show the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.neighbours.yardstick import SAME_PICTURE
from lookalike.recommend.calibration import Isotonic
from lookalike.vectors import Floats, Mask, Rows

ASKED = 1000
"""Pictures that ask at most."""

CANDIDATES = 10
"""Products that a picture is compared with, the nearest: those that an answer would show."""

_COSINES = 1 << 22  # computed at once, in 16 MB


@dataclass(frozen=True, eq=False)
class PairCases:
    """Cosines of candidates (c,), and whether each is the product that asked, (c,).

    Each picture asks twice: with its product there, and with it taken away. So the odds are even that what a
    picture shows is there at all. ``pairs`` counts the pairs of different pictures of one product.
    """

    cosines: Floats
    true: Mask
    pairs: int

    def calibrated(self) -> Isotonic | None:
        """Cosines as probabilities; None where there is nothing to learn."""
        return Isotonic.fitted(self.cosines, self.true)


def pair_cases(looks: Floats, picture_product: Rows, owners: Rows, asking: Rows) -> PairCases | None:
    """Each of the pictures ``asking`` (a,) asks among all others, of n unit vectors (n, dim).

    ``picture_product`` (n,), sorted, is each picture's product, ``owners`` (n,) the family of that product:
    other products of a family count neither way. None where no product has two different pictures.
    """
    starts = np.flatnonzero(np.diff(picture_product, prepend=-1))
    place = np.cumsum(np.diff(picture_product, prepend=-1) != 0) - 1
    families = owners[starts]
    count = min(CANDIDATES, len(starts))
    cosines: list[Floats] = []
    true: list[Mask] = []
    for part in few_at_a_time(asking, len(looks)):
        said = looks[part] @ looks.T
        own = place[part]
        said[(place == own[:, None]) & (said > SAME_PICTURE)] = -np.inf  # itself, and itself put up again
        best = np.maximum.reduceat(said, starts, axis=1)
        here = np.arange(len(part))
        right = best[here, own]
        best[families == families[own][:, None]] = -np.inf
        for found in (right, np.full(len(part), -np.inf, np.float32)):
            best[here, own] = found
            top = np.argpartition(best, best.shape[1] - count, axis=1)[:, best.shape[1] - count :]
            said_of = np.take_along_axis(best, top, axis=1)
            known = np.isfinite(said_of) & np.isfinite(right)[:, None]
            cosines.append(said_of[known])
            true.append((top == own[:, None])[known])
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


def few_at_a_time(asking: Rows, among: int) -> list[Rows]:
    """What asks, in parts: so many that their cosines with all of ``among`` fit into memory."""
    size = max(1, _COSINES // max(among, 1))
    return [asking[start : start + size] for start in range(0, len(asking), size)]
