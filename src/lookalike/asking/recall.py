"""How many of the true answers a live index gives where a graph of neighbours finds them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lookalike.asking.similar import similar_query
from lookalike.asking.wishes import Wishes
from lookalike.neighbours.snapshot import Search
from lookalike.recommend.recommender import recommend
from lookalike.view import View

_ASKED = 100  # products


@dataclass(frozen=True, slots=True)
class Recall:
    """How what is similar is found in one version of an index, where nothing is filtered.

    ``recall`` is the share of the twelve products of exact answers that the answers given hold, over
    ``asked`` products chosen by chance, of which a graph or lists answered ``by_graph``: 1 with nobody asked
    where every answer is exact.
    """

    version: int
    search: Search
    recall: float
    asked: int
    by_graph: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "version": self.version,
            "search": self.search,
            "recall": self.recall,
            "asked": self.asked,
            "by_graph": self.by_graph,
        }


def measured_recall(view: View) -> Recall:
    """Ask the default question of some products both ways; the same ones whenever a version is asked."""
    snapshot = view.snapshot
    exact = Recall(snapshot.version, "exact", 1.0, 0, 0)
    if snapshot.search == "exact" or snapshot.nearest.plan is None:
        return exact
    chosen = np.random.default_rng(snapshot.version).permutation(len(snapshot))[:_ASKED]
    found = expected = by_graph = 0
    for row in chosen.tolist():
        query = similar_query(view, snapshot.ids[row], "main", Wishes())
        given = recommend(query, snapshot)
        truth = given
        if given.explain["search"] == "approximate":
            by_graph += 1
            truth = recommend(replace(query, search="exact"), snapshot)
        expected += len(truth.rows)
        found += len(set(given.rows) & set(truth.rows))
    if not by_graph:
        return exact
    share = found / expected if expected else 1.0
    return Recall(snapshot.version, "approximate", round(share, 4), len(chosen), by_graph)
