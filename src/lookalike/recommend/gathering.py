"""The best products of a question, one of each family: found exactly, or by a graph of neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lookalike.neighbours.families import Families
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates
from lookalike.recommend.contenders import contenders
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.nearby import is_nearby, nearby
from lookalike.recommend.query import Query
from lookalike.recommend.stages.collapse import best_apart, best_of_each
from lookalike.recommend.stages.stock import sold_out
from lookalike.vectors import Mask, Rows, best


@dataclass(slots=True)
class Gathering:
    """The search of one question among the products to ``keep``, (p,), of which the rows ``own`` come first.

    ``by_graph`` says how they are to be found, and after `best` how they were.
    """

    evidence: Evidence
    keep: Mask
    families: Families | None
    own: Rows = field(init=False)
    by_graph: bool = field(init=False)

    def __post_init__(self) -> None:
        query, snapshot = self.evidence.query, self.evidence.snapshot
        self.own = _own_variants(query, snapshot, self.keep)
        self.by_graph = is_nearby(query, snapshot, self.keep)

    def best(self, count: int) -> Candidates:
        """The best ``count`` products, see `_best`; with stock first, of each family one that can be had.

        Where the best of a family is sold out, and not ``own``, the best of it that is not takes its place.
        """
        found = self._best(count)
        if self.evidence.query.stock == "any" or self.families is None:
            return found
        families, columns = self.families, self.evidence.snapshot.columns
        gone = sold_out(columns.words("availability", found.rows)) & ~np.isin(found.rows, self.own)
        kin = [families.of(row) for row in found.rows[gone].tolist()]
        rows = np.unique(np.concatenate([np.empty(0, dtype=np.intp), *kin]))
        rows = rows[self.keep[rows]]
        rows = rows[~sold_out(columns.words("availability", rows))]
        if not len(rows):
            return found
        others = self.evidence.candidates(rows)
        others = others.take(best_of_each(families, rows, others.score))
        stays = ~(gone & np.isin(families.group[found.rows], families.group[others.rows]))
        found = found.take(np.flatnonzero(stays)).with_others(others)
        found = found.take(np.argsort(found.rows, kind="stable"))
        return found.take(best(found.score, count)[0])

    def _best(self, count: int) -> Candidates:
        """The best products, at most ``count``, one of each family, best first.

        Those that are ``own`` are among them, however far they are, and stay for their families.
        """
        if self.by_graph:
            found = nearby(self.evidence, self.keep, count, self.families)
            if found is not None:
                return found
            self.by_graph = False
        candidates = contenders(self.evidence.query, self.evidence, self.keep, count, self.families)
        if len(self.own):
            return self._with_own(candidates, count)
        places, scores = best_apart(self.families, candidates.rows, candidates.score, count)
        return replace(candidates.take(places), score=scores)

    def _with_own(self, candidates: Candidates, count: int) -> Candidates:
        """The best of candidates that are sorted by row, and what is ``own``."""
        own = self.own
        candidates = candidates.with_others(self.evidence.candidates(np.setdiff1d(own, candidates.rows)))
        candidates = candidates.take(np.argsort(candidates.rows))
        rows = candidates.rows
        if self.families is not None:
            ahead = np.isin(rows, own) * (1 + np.ptp(candidates.score))
            candidates = candidates.take(best_of_each(self.families, rows, candidates.score + ahead))
        places, scores = best(candidates.score, count)
        far = np.setdiff1d(np.flatnonzero(np.isin(candidates.rows, own)), places)[:count]
        places = np.append(places[: len(places) - len(far)], far)
        scores = np.append(scores[: len(places) - len(far)], candidates.score[far])
        return replace(candidates.take(places), score=scores)

    @property
    def explain(self) -> dict[str, Any]:
        """Which search found the answer, "by" bounds, a graph or lists, and how many products it "scored".

        Of a graph or lists, too, its "recall": the share of the true nearest that it found when it was made.
        """
        scored = self.evidence.scored
        plan = self.evidence.snapshot.nearest.plan if self.by_graph else None
        if plan is None:
            return {"search": "exact", "plan": {"by": "bounds", "scored": scored}}
        return {"search": "approximate", "plan": {"by": plan.way, "scored": scored, "recall": plan.recall}}


def _own_variants(query: Query, snapshot: Snapshot, keep: Mask) -> Rows:
    """The rows of the variants of what asks that come first: those to keep, where they are asked for."""
    if not query.own_variants or query.seed is None:
        return np.empty(0, dtype=np.intp)
    rows = snapshot.variants.of(snapshot.row(query.seed))
    return rows[keep[rows]]
