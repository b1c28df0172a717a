"""Who is probably among the best few: near by looks, as a graph of neighbours tells, and scored in whole.

What else is weighed moves a product by some places among its neighbours, rarely by many. So as many of the
nearest are scored as it takes until the best of them all lie in the nearer part: of a product that is said to
be what it does not look like they lie deep, and then more of them are looked at, or all.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from lookalike.neighbours.families import Families
from lookalike.neighbours.plan import RECALL
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.query import Query
from lookalike.recommend.stages.collapse import best_of_each
from lookalike.vectors import Mask, Rows, best

BESIDE: Final = frozenset(("look", "colour", "content"))
"""Evidence of which an answer may be found by looks: what is near in these is near in looks, too."""

_OPEN = 0.9  # so much of the catalogue has to be free to answer: what a filter leaves is found exactly
_FIRST = 4  # so many times the products wanted are looked at first
_DEEP = 2  # none of the best may lie beyond this part of those looked at
_GROWTH = 4
_MOST = 2048


def is_nearby(query: Query, snapshot: Snapshot, keep: Mask) -> bool:
    """Whether the best of the products to keep, (p,), may be found by the graph."""
    search = query.search or snapshot.search
    if search == "exact" or not len(query.looks) or "look" not in query.weights or query.metric != "cosine":
        return False
    plan = snapshot.nearest.plan
    if plan is None or query.where.terms or query.lift is not None or query.weights.keys() - BESIDE:
        return False
    if np.count_nonzero(keep) < _OPEN * len(keep):
        return False
    return search == "approximate" or (plan.recall >= RECALL and plan.approximate < plan.exact)


def nearby(evidence: Evidence, keep: Mask, count: int, families: Families | None) -> Candidates | None:
    """Products to keep, (p,), among which about the best ``count`` are, scored, sorted.

    None where the graph does not tell: where they lie too deep, or too few of its products may answer.
    """
    size = _FIRST * count
    while size <= _MOST:
        near = _nearest(evidence.query, evidence.snapshot, size)
        if near is None:
            return None
        near = near[keep[near]]
        order = np.argsort(near)
        scored = evidence.candidates(near[order])
        stays = np.arange(len(near))
        if families is not None:
            stays = best_of_each(families, scored.rows, scored.score)
        places = stays[best(scored.score[stays], count)[0]]
        if len(places) == count and int(order[places].max()) < len(near) // _DEEP:
            return scored
        size *= _GROWTH
    return None


def _nearest(query: Query, snapshot: Snapshot, count: int) -> Rows | None:
    """Products by the nearest pictures of each of the looks that ask, about best first."""
    found = [snapshot.nearest.approximate(look, count) for look in query.looks]
    lists = [own for own in found if own is not None]
    if len(lists) < len(found):
        return None
    shortest = min(map(len, lists))
    pictures = np.stack([own[:shortest] for own in lists], axis=1).ravel()
    products = dict.fromkeys(snapshot.picture_product[pictures].tolist())
    return np.fromiter(products, dtype=np.intp, count=len(products))
