"""A question to one snapshot becomes ranked rows: gather, score, order."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from lookalike.filters import hints
from lookalike.neighbours.copies import Copies
from lookalike.neighbours.exact import picture_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates
from lookalike.recommend.contenders import contenders
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.query import Query
from lookalike.vectors import DECIMALS, Floats, Mask, Rows, best


@dataclass(frozen=True, slots=True)
class Ranked:
    """The rows of an answer, best first, with what was measured of each and how the answer was found.

    ``copies`` are the rows folded into each, for those that have any.
    """

    rows: list[int]
    scores: list[float]
    evidence: list[dict[str, float]]
    complete: bool
    explain: dict[str, Any]
    seconds: dict[str, float]
    copies: dict[int, list[int]] = field(default_factory=dict)


def recommend(query: Query, snapshot: Snapshot) -> Ranked:
    """The k best products of a snapshot, exactly. Deterministic: equal scores are ordered by id.

    Of products that show the same picture the best that passes the filter stays, and the others are folded
    into it, unless the query lets duplicates in.
    """
    began = perf_counter()
    copies = None if query.duplicates or not snapshot.copies.extra else snapshot.copies
    evidence = Evidence(query, snapshot)
    keep, left_out = _allowed(query, snapshot)
    keep &= evidence.said
    matching = int(np.count_nonzero(keep))
    rows = contenders(query, evidence, keep, matching, copies)
    candidates = Candidates.weighed(rows, evidence.exact(rows), query.weights)
    if copies is not None:
        stays = copies.best_of_each(rows, candidates.score)
        candidates = candidates if len(stays) == len(rows) else candidates.take(stays)
    searched = perf_counter()
    chosen, scores = best(candidates.score, query.k)
    top = candidates.take(chosen)
    measured = evidence.measured(top)
    folded = {} if copies is None else _folded(top.rows, copies, keep)
    count = sum(map(len, folded.values()))
    return Ranked(
        rows=top.rows.tolist(),
        scores=[round(score, DECIMALS) for score in scores.tolist()],
        evidence=measured,
        complete=len(top) + count == matching,
        explain={
            "search": "exact",
            "metric": query.metric,
            "weights": dict(query.weights),
            "where": " ".join(str(term) for term in query.where.terms),
            "version": snapshot.version,
            "products": len(snapshot),
            "matching": matching,
            "left_out": left_out,
            "folded": count,
            **query.explain,
            "unmet": []
            if matching
            else [*query.explain.get("unmet", ()), *hints(query.where, snapshot.columns)],
        },
        seconds={"search": searched - began, "rank": perf_counter() - searched},
        copies=folded,
    )


def _folded(rows: Rows, copies: Copies, keep: Mask) -> dict[int, list[int]]:
    """The copies of these products that are to be kept, by row: they would be in the answer otherwise."""
    tied = rows[copies.group[rows] >= 0].tolist()
    kept = {row: (others := copies.of(row))[keep[others]].tolist() for row in tied}
    return {row: others for row, others in kept.items() if others}


def _allowed(query: Query, snapshot: Snapshot) -> tuple[Mask, dict[str, int]]:
    """What may be answered with, (p,): the one place where filters and exclusions are enforced."""
    keep = snapshot.mask(query.where)
    left_out = {"filter": len(keep) - int(np.count_nonzero(keep))}
    for reason, gate in query.gates.items():
        left_out[reason] = int(np.count_nonzero(keep & ~gate))
        keep &= gate
    for reason, rows in _exclusions(query, snapshot).items():
        left_out[reason] = int(np.count_nonzero(keep[rows]))
        keep[rows] = False
    return keep, left_out


def _exclusions(query: Query, snapshot: Snapshot) -> dict[str, list[int]]:
    excluded = [snapshot.row_of[i] for i in query.exclude if i in snapshot.row_of]
    if query.seed is None:
        return {"excluded": excluded}
    row = snapshot.row(query.seed)
    reasons = {"itself": [row]}
    if not query.variants:
        reasons["variants"] = [member for member in snapshot.group(row).tolist() if member != row]
    if not query.duplicates:  # a copy of a variant that is left out shows what is left out
        family = [row, *reasons.get("variants", ())]
        reasons["copies"] = sorted({copy for one in family for copy in snapshot.copies.of(one).tolist()})
    return {**reasons, "excluded": excluded}


def nearest_picture(snapshot: Snapshot, look: Floats) -> tuple[str, int, float]:
    """Product id, position and cosine of the single nearest picture to a unit vector (dim,)."""
    scores = picture_scores(snapshot, look, 1.0)
    at = int(np.argmax(scores))
    return snapshot.ids[int(snapshot.picture_product[at])], int(snapshot.position[at]), float(scores[at])
