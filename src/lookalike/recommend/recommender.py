"""A question to one snapshot becomes ranked rows: gather, score, order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from lookalike import colour
from lookalike.filters import hints
from lookalike.neighbours.exact import colour_scores, look_scores, picture_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates
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
    evidence = _evidence(query, snapshot)
    searched = perf_counter()
    keep, left_out = _allowed(query, snapshot)
    candidates = Candidates.gather(evidence, keep).weighed(query.weights)
    chosen, scores = best(candidates.score, query.k)
    top = candidates.take(chosen)
    measured = _measured(query, snapshot, top)
    return Ranked(
        rows=[int(row) for row in top.rows],
        scores=[round(float(score), DECIMALS) for score in scores],
        evidence=measured,
        complete=len(top) == len(candidates),
        explain={
            "search": "exact",
            "metric": query.metric,
            "weights": dict(query.weights),
            "where": " ".join(str(term) for term in query.where.terms),
            "version": snapshot.version,
            "products": len(snapshot),
            "matching": len(candidates),
            "left_out": left_out,
            "unmet": [] if len(candidates) else hints(query.where, snapshot.columns),
        },
        seconds={"search": searched - began, "rank": perf_counter() - searched},
    )


def _allowed(query: Query, snapshot: Snapshot) -> tuple[Mask, dict[str, int]]:
    keep = snapshot.mask(query.where)
    left_out = {"filter": int(len(keep) - keep.sum())}
    for reason, rows in _exclusions(query, snapshot).items():
        left_out[reason] = int(keep[rows].sum())
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


def _evidence(query: Query, snapshot: Snapshot) -> Mapping[str, Floats]:
    columns: dict[str, Floats] = {}
    if "look" in query.weights:
        columns["look"] = look_scores(snapshot, query.looks, query.norms, query.metric)
    if "colour" in query.weights:
        columns["colour"] = colour_scores(snapshot, query.colours)
    if "title" in query.weights:
        columns["title"] = snapshot.titles.shares(query.words)
    return columns


def _measured(query: Query, snapshot: Snapshot, top: Candidates) -> list[dict[str, float]]:
    """Everything known of the few products in the answer, whether it was weighed or not."""
    tints = colour.colour_vectors(snapshot.palettes[top.rows])
    evidence: list[dict[str, float]] = []
    for at, row in enumerate(top.rows):
        pictures = snapshot.pictures_of(int(row))
        cosines = snapshot.looks[pictures] @ query.looks.T if len(query.looks) else np.empty((0, 0))
        nearest = np.unravel_index(int(np.argmax(cosines)), cosines.shape) if cosines.size else None
        said: dict[str, float] = {}
        if nearest is not None:
            said["look"] = float(cosines[nearest])
        if len(query.colours):
            said["colour"] = float((tints[at] @ query.colours.T).max())
        if query.metric == "euclidean" and "look" in top.evidence:
            said["distance"] = -float(top.evidence["look"][at])
        if nearest is not None:
            said["picture"] = int(snapshot.position[pictures][nearest[0]])
        if "title" in top.evidence:
            said["title"] = float(top.evidence["title"][at])
        evidence.append({n: v if isinstance(v, int) else round(v, DECIMALS) for n, v in said.items()})
    return evidence


def nearest_picture(snapshot: Snapshot, look: Floats) -> tuple[str, int, float]:
    """Product id, position and cosine of the single nearest picture to a unit vector (dim,)."""
    scores = picture_scores(snapshot, look, 1.0)
    at = int(np.argmax(scores))
    return snapshot.ids[int(snapshot.picture_product[at])], int(snapshot.position[at]), float(scores[at])
