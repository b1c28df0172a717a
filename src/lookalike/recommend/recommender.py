"""A question to one snapshot becomes ranked rows: gather, score, order."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from lookalike.filters import hints
from lookalike.neighbours.exact import picture_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates
from lookalike.recommend.contenders import contenders
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.query import Query
from lookalike.vectors import DECIMALS, Floats, Mask, best


@dataclass(frozen=True, slots=True)
class Ranked:
    """The rows of an answer, best first, with what was measured of each and how the answer was found."""

    rows: list[int]
    scores: list[float]
    evidence: list[dict[str, float]]
    complete: bool
    explain: dict[str, Any]
    seconds: dict[str, float]


def recommend(query: Query, snapshot: Snapshot) -> Ranked:
    """The k best products of a snapshot, exactly. Deterministic: equal scores are ordered by id."""
    began = perf_counter()
    evidence = Evidence(query, snapshot)
    keep, left_out = _allowed(query, snapshot)
    keep &= evidence.said
    matching = int(np.count_nonzero(keep))
    rows = contenders(query, evidence, keep, matching)
    candidates = Candidates.weighed(rows, evidence.exact(rows), query.weights)
    searched = perf_counter()
    chosen, scores = best(candidates.score, query.k)
    top = candidates.take(chosen)
    measured = evidence.measured(top)
    return Ranked(
        rows=top.rows.tolist(),
        scores=[round(score, DECIMALS) for score in scores.tolist()],
        evidence=measured,
        complete=len(top) == matching,
        explain={
            "search": "exact",
            "metric": query.metric,
            "weights": dict(query.weights),
            "where": " ".join(str(term) for term in query.where.terms),
            "version": snapshot.version,
            "products": len(snapshot),
            "matching": matching,
            "left_out": left_out,
            "unmet": [] if matching else hints(query.where, snapshot.columns),
        },
        seconds={"search": searched - began, "rank": perf_counter() - searched},
    )


def _allowed(query: Query, snapshot: Snapshot) -> tuple[Mask, dict[str, int]]:
    """What may be answered with, (p,): the one place where filters and exclusions are enforced."""
    keep = snapshot.mask(query.where)
    left_out = {"filter": len(keep) - int(np.count_nonzero(keep))}
    for reason, rows in _exclusions(query, snapshot).items():
        left_out[reason] = int(np.count_nonzero(keep[rows]))
        keep[rows] = False
    return keep, left_out


def _exclusions(query: Query, snapshot: Snapshot) -> dict[str, list[int]]:
    excluded = [snapshot.row_of[i] for i in query.exclude if i in snapshot.row_of]
    if query.seed is None:
        return {"excluded": excluded}
    row = snapshot.row(query.seed)
    if query.variants:
        return {"itself": [row], "excluded": excluded}
    family = [member for member in snapshot.group(row).tolist() if member != row]
    return {"itself": [row], "variants": family, "excluded": excluded}


def nearest_picture(snapshot: Snapshot, look: Floats) -> tuple[str, int, float]:
    """Product id, position and cosine of the single nearest picture to a unit vector (dim,)."""
    scores = picture_scores(snapshot, look, 1.0)
    at = int(np.argmax(scores))
    return snapshot.ids[int(snapshot.picture_product[at])], int(snapshot.position[at]), float(scores[at])
