"""What a shopper of whom nothing is known gets: what is popular, and of different kinds."""

from __future__ import annotations

import numpy as np

from lookalike.neighbours.kinds import places_within
from lookalike.recommend.query import Query
from lookalike.recommend.recommender import allowed
from lookalike.vectors import Floats
from lookalike.view import View


def varied(view: View, query: Query, popular: Floats | None, unfit: Floats | None) -> Floats:
    """What is popular, each next product of a kind counting less, (p,): as seats go to parties.

    What is ``unfit`` comes after all that is not.

    Source: the divisors of D'Hondt, 1878: a kind that is wanted twice as much has two products for one.
    """
    snapshot = view.snapshot
    wanted = np.full(len(snapshot), 1e-3, np.float32) if popular is None else popular + np.float32(1e-3)
    keep, _ = allowed(query, snapshot)
    last = view.sold_out
    if unfit is not None:
        last = last | (unfit < 0)
    families = snapshot.families(copies=not query.duplicates, variants=not query.variants)
    order = np.lexsort((~snapshot.pictured, -wanted, last, ~keep))
    if families is not None:  # of each family the first counts, the others come after all
        first = families.firsts(order)
        order = np.concatenate([order[first], order[~first]])
    rank = places_within(view.kinds.codes[order]).astype(np.float32)
    found = np.empty(len(order), dtype=np.float32)
    found[order] = wanted[order] / (1 + rank)
    found /= max(float(found.max(initial=0.0)), 1e-6)
    return found if unfit is None else np.where(unfit < 0, found - 1, found)
