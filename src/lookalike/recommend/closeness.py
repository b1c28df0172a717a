"""How close is close in this shop: cosines told by the catalogue's own nearest neighbours.

A cosine of 0.8 is near in a shop of many things and far in a shop of watches. Told as a place among the
cosines that the catalogue's products have to their nearest neighbours, it means the same in both.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.recommend.calibration import Isotonic
from lookalike.recommend.pairs import ASKED, few_at_a_time, pair_cases
from lookalike.vectors import Floats, Rows, Space

METHOD = 2
"""Raised when the same pictures would give another closeness."""

LEAST = 20
"""Products with a neighbour that a closeness is fitted on at least."""

SAMPLED = 1000
"""Products whose nearest neighbours are looked for at most."""

LEAST_PAIRS = 200
"""Pairs of pictures of one product that a probability is calibrated on at least."""

BY_CHANCE = 0.9
"""Of pictures of nothing, the share that finds no better answer than what is called chance."""

FROM_CHANCE = 0.25
"""How far from chance to the catalogue's own nearest neighbours an answer has to come to be close at all."""


@dataclass(frozen=True, eq=False)
class Closeness:
    """What cosines mean in one catalogue.

    ``nearest`` (s,), sorted, are the cosines of s of its products with their nearest neighbours that are no
    variants and no copies of them. ``nothing_close_below`` is the cosine below which nothing in the
    catalogue is close to what asks; None where that is not known. ``same`` gives the probability that a
    product is the one a photograph shows, calibrated on ``pairs`` pairs of pictures of one product; None
    where there are too few.
    """

    space: Space
    nearest: Floats
    nothing_close_below: float | None
    same: Isotonic | None
    pairs: int

    @classmethod
    def fitted(
        cls,
        looks: Floats,
        picture_product: Rows,
        family: npt.NDArray[np.integer],
        strangers: Floats,
        space: Space,
    ) -> Closeness:
        """Of n pictures' unit vectors (n, dim), each of a product ``picture_product`` (n,), sorted.

        ``family`` (p,) has one number for products that are variants or copies of one another, -1 for those
        that are neither. ``strangers`` (m, dim) are pictures of what no shop sells
        (`lookalike.recommend.strangers`); without any, nothing is ever said to be far. The same input gives
        the same closeness. Raises `BadArgument` where fewer than `LEAST` products have a neighbour.
        """
        if looks.ndim != 2 or looks.shape[1] != space.dim or len(looks) != len(picture_product):
            raise BadArgument(
                f"{looks.shape} vectors are not of {len(picture_product)} pictures in {space.dim} numbers.",
                next_step="Give the vectors of one index.",
            )
        owners = _families(family)[picture_product]
        main = np.flatnonzero(np.diff(picture_product, prepend=-1))
        nearest = np.sort(_nearest(looks, owners, _sample(looks, main, SAMPLED)))
        if len(nearest) < LEAST:
            raise BadArgument(
                f"{len(nearest)} products have a neighbour, too few to say what is close.",
                next_step=f"Add products with pictures: {LEAST} are enough.",
            )
        several = np.bincount(picture_product)[picture_product] > 1
        asking = _sample(looks, np.flatnonzero(several), ASKED)
        cases = pair_cases(looks, picture_product, owners, asking) if len(asking) else None
        same = None if cases is None or cases.pairs < LEAST_PAIRS else cases.calibrated()
        below = None
        if len(strangers):
            by_chance = float(np.quantile(_best(looks, strangers), BY_CHANCE))
            below = by_chance + FROM_CHANCE * (float(np.median(nearest)) - by_chance)
        return cls(space, nearest, below, same, 0 if cases is None else cases.pairs)

    @property
    def neighbours(self) -> int:
        """How many nearest neighbours of its own the catalogue is told by."""
        return len(self.nearest)

    def percentile(self, cosines: Floats) -> Floats:
        """The share of the catalogue's own nearest neighbours that are farther, 0 to 1; NaN stays NaN."""
        places = np.searchsorted(self.nearest, cosines, side="left") / np.float32(len(self.nearest))
        return np.where(np.isnan(cosines), np.float32(np.nan), places).astype(np.float32)

    def same_product(self, cosines: Floats) -> Floats | None:
        """The probability that each is the product a photograph shows, NaN stays NaN; None if not known.

        It holds for photographs of which every other shows a product of the shop.
        """
        return None if self.same is None else self.same.of(cosines)

    def is_far(self, best: float) -> bool:
        """Whether an answer whose best picture has this cosine holds nothing close."""
        return self.nothing_close_below is not None and best < self.nothing_close_below


def _families(family: npt.NDArray[np.integer]) -> Rows:
    """One number a family, (p,), with a number of its own for a product that has none."""
    own: Rows = family.astype(np.intp)
    alone = own < 0
    own[alone] = own.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return own


def _sample(looks: Floats, among: Rows, count: int) -> Rows:
    """At most ``count`` of these pictures, sorted: those of the lowest hashes, the same whatever is added."""
    if len(among) <= count:
        return among
    hashes = np.array([_hash(looks[at]) for at in among.tolist()], dtype=np.uint64)
    return among[np.sort(np.argsort(hashes, kind="stable")[:count])]


def _hash(look: Floats) -> int:
    return int.from_bytes(hashlib.blake2b(look.tobytes(), digest_size=8).digest(), "big")


def _nearest(looks: Floats, owners: Rows, asking: Rows) -> Floats:
    """The highest cosine of each of these pictures with one of another family, (a,); none is left out."""
    found = []
    for part in few_at_a_time(asking, len(looks)):
        said = looks[part] @ looks.T
        said[owners[part][:, None] == owners] = -np.inf
        found.append(said.max(axis=1))
    best = np.concatenate(found) if found else np.empty(0, np.float32)
    return best[np.isfinite(best)]


def _best(looks: Floats, strangers: Floats) -> Floats:
    """The highest cosine of each of these vectors (m, dim) with a picture, (m,)."""
    parts = few_at_a_time(np.arange(len(strangers)), len(looks))
    best: Floats = np.concatenate([(strangers[part] @ looks.T).max(axis=1) for part in parts])
    return best
