"""Diversity: each next product is a compromise between a good score and being unlike those before it.

Source: Carbonell, Goldstein, "The use of MMR, diversity-based reranking for reordering documents and
producing summaries", SIGIR 1998.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lookalike.vectors import DECIMALS, Floats, Mask, Rows

Wide = npt.NDArray[np.float64]

MOST = 1000
"""So many products are put in order at most; whatever comes after them stays as it is."""

_EQUAL = 1e-6  # scores are rounded to ten times as much


def diversified(
    scores: Floats, looks: Floats, dial: float, count: int, gone: Mask | None = None, *, most: int = MOST
) -> Rows:
    """The places of c products in their new order: ``count`` are chosen one by one, the rest follow.

    They are chosen among the first ``most``, which come before the others.

    ``scores`` (c,) are higher for better products; ``looks`` (c, dim) are the unit vectors of the main
    pictures, zero for a product without one, which is taken as neither like nor unlike the others. The best
    comes first. Each next one has the highest

        (1 - dial) * score - dial * (highest cosine with a product chosen before),

    score and cosine each as standard scores over these products, so that a ``dial`` from 0 to 1 means much
    the same whatever the scores are made of. Equal ones keep their order. Of products some of which are
    ``gone`` (c,), those that are not come first: only when they are all chosen the others are.
    """
    most = min(len(scores), most, MOST)
    wide = scores[:most].astype(np.float64)
    relevance = (1 - dial) * _standard(wide, wide)
    alike = dial * _likeness(looks[:most])
    nearest = np.zeros(most)  # of the first product all are equally far: the best comes first
    free = np.ones(most, dtype=np.bool_)
    stocked = free.copy() if gone is None else ~gone[:most]
    chosen: list[int] = []
    for _ in range(min(count, most)):
        open_ = free & stocked
        worth = np.where(open_ if open_.any() else free, (relevance - nearest).round(DECIMALS), -np.inf)
        chosen.append(at := int(worth.argmax()))
        free[at] = False
        nearest = np.maximum(nearest, alike[at]) if len(chosen) > 1 else alike[at]
    rest = np.ones(len(scores), dtype=np.bool_)
    rest[chosen] = False
    return np.concatenate([np.array(chosen, dtype=np.intp), np.flatnonzero(rest)])


def _likeness(looks: Floats) -> Wide:
    """Cosines of all pairs, (c, c), as standard scores over the pairs of two products that have a picture."""
    cosines: Wide = np.einsum("ij,kj->ik", looks, looks).astype(np.float64)
    shown = np.abs(looks).max(axis=1, initial=0) > 0
    pairs = np.outer(shown, shown)
    np.fill_diagonal(pairs, False)
    known = cosines[pairs]
    if len(known):
        cosines[~pairs] = known.mean()
    return _standard(cosines, known)


def _standard(values: Wide, among: Wide) -> Wide:
    """Values less the mean of some, in their standard deviations; zeros where these do not differ."""
    spread = float(among.std()) if len(among) else 0.0
    if spread < _EQUAL:
        return np.zeros_like(values)
    standard: Wide = (values - among.mean()) / spread
    return standard
