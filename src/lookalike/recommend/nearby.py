"""Who is probably among the best few: near by looks, as a graph of neighbours tells, and scored in whole.

What else is weighed moves a product by some places among its neighbours, rarely by many. So as many of the
nearest are scored as it takes until the best of them all lie in the nearer part: of a product that is said to
be what it does not look like they lie deep, and then more of them are looked at, or all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from lookalike.neighbours.exact import look_scores
from lookalike.neighbours.families import Families
from lookalike.neighbours.plan import RECALL
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.query import Query
from lookalike.recommend.stages.collapse import best_apart
from lookalike.vectors import Mask, Rows, best, distinct

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
    if plan is None or query.where.terms or query.own_variants or query.lift is not None:
        return False
    if not BESIDE.issuperset(query.weights):
        return False
    if np.count_nonzero(keep) < _OPEN * len(keep):
        return False
    return search == "approximate" or (plan.recall >= RECALL and plan.approximate < plan.exact)


def nearby(evidence: Evidence, keep: Mask, count: int, families: Families | None) -> Candidates | None:
    """About the best ``count`` of the products to keep, (p,), one of each family, best first.

    None where the graph does not tell: where they lie too deep, or too few of its products may answer.
    """
    query, snapshot = evidence.query, evidence.snapshot
    size = _FIRST * count
    while size <= _MOST:
        rows = _around(query, snapshot, size)
        if rows is None:
            return None
        looks = look_scores(snapshot, query.looks, query.norms, rows=rows)
        order = best(looks, size)[0]
        order = order[keep[rows[order]]]  # nearest first
        depth = np.argsort(order)
        order = order[depth]
        scored = evidence.candidates(rows[order], looks[order])
        places, scores = best_apart(families, scored.rows, scored.score, count)
        if len(places) == count and int(depth[places].max()) < len(order) // _DEEP:
            return replace(scored.take(places), score=scores)
        size *= _GROWTH
    return None


def _around(query: Query, snapshot: Snapshot, count: int) -> Rows | None:
    """Products with the nearest pictures of each of the looks that ask, and some more, sorted."""
    pictures = [snapshot.nearest.around(look, count) for look in query.looks]
    found = [own for own in pictures if own is not None]
    if len(found) < len(pictures):
        return None
    return distinct(snapshot.picture_product[np.concatenate(found)])
