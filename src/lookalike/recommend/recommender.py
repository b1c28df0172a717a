"""A question to one snapshot becomes ranked rows: gather, score, collapse, the stages, answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from lookalike.filters import hints
from lookalike.neighbours.exact import picture_scores
from lookalike.neighbours.families import Families
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.gathering import Gathering
from lookalike.recommend.pins import Pins, pinned
from lookalike.recommend.query import Query
from lookalike.recommend.stages.collapse import Folded, folded
from lookalike.recommend.stages.sequence import GROWTH, Pool, pool_size, staged, through
from lookalike.vectors import Floats, Mask, Rows, rounded


@dataclass(frozen=True, slots=True)
class Ranked:
    """The rows of an answer, best first, with what was measured of each and how the answer was found.

    ``copies`` and ``variants`` are the rows folded into each, for those that have any.
    """

    rows: list[int]
    scores: list[float]
    evidence: list[dict[str, float]]
    complete: bool
    explain: dict[str, Any]
    seconds: dict[str, float]
    copies: Folded = field(default_factory=dict)
    variants: Folded = field(default_factory=dict)


def recommend(query: Query, snapshot: Snapshot) -> Ranked:
    """The k best products of a snapshot. Deterministic: equal scores are ordered by id.

    They are found exactly, or where nothing is filtered by a graph of neighbours, which may miss one, see
    `lookalike.recommend.nearby`: ``explain`` says which, and every other promise holds.
    Of products that show the same picture the best that passes the filter stays, and the others are folded
    into it, unless the query lets duplicates in; so it is with those of one group, unless it lets variants
    in. The stages choose from a pool of the best; where they leave fewer than k and more match, it grows.
    What is pinned, and may be in the answer, has its place; the others are ranked without it.
    """
    began = perf_counter()
    evidence = Evidence(query, snapshot)
    keep, left_out = allowed(query, snapshot)
    pins = pinned(query, snapshot, keep, _left_out_because(query, snapshot, keep))
    keep &= evidence.said
    if pins.rows:
        keep[pins.sorted] = True
    matching = int(np.count_nonzero(keep))
    families = snapshot.families(copies=not query.duplicates, variants=not query.variants)
    apart = matching if families is None else families.count(keep)
    size, wanted = pool_size(query), query.k - len(pins.rows)
    gathering = Gathering(evidence, pins.free(keep, families), families)
    candidates = gathering.best(size)
    searched = perf_counter()
    order, stages = _staged(query, snapshot, candidates, gathering.own, matching=apart, pins=pins)
    while len(order) < wanted and len(candidates) == size:
        size *= GROWTH
        candidates = gathering.best(size)
        order, stages = _staged(query, snapshot, candidates, gathering.own, matching=apart, pins=pins)
    top = candidates.take(order[:wanted])
    if pins.rows:
        top = pins.among(top, evidence.candidates(pins.sorted))
    rows = top.rows.tolist()
    copies, variants = ({}, {}) if families is None else folded(families, snapshot.variants, rows, keep)
    counts = {"copies": sum(map(len, copies.values())), "variants": sum(map(len, variants.values()))}
    if families is not None:
        stages.insert(0, {"stage": "collapse", "in": matching, "out": apart})
    return Ranked(
        rows=rows,
        scores=rounded(top.score).tolist(),
        evidence=evidence.measured(top),
        complete=len(top) + sum(counts.values()) == matching,
        explain={
            **gathering.explain,
            "metric": query.metric,
            "weights": dict(query.weights),
            "where": " ".join(str(term) for term in query.where.terms),
            "version": snapshot.version,
            "products": len(snapshot),
            "matching": matching,
            "left_out": left_out,
            "folded": sum(counts.values()),
            "folded_by": counts,
            "stages": stages,
            **query.explain,
            **({"pins": pins.said(snapshot, query, rows)} if query.pins else {}),
            "unmet": _unmet(query, snapshot, matching),
        },
        seconds={"search": searched - began, "rank": perf_counter() - searched},
        copies=copies,
        variants=variants,
    )


def _unmet(query: Query, snapshot: Snapshot, matching: int) -> list[str]:
    """Sentences of what cannot be had, when nothing matches."""
    return [] if matching else [*query.explain.get("unmet", ()), *hints(query.where, snapshot.columns)]


def _staged(
    query: Query, snapshot: Snapshot, candidates: Candidates, own: Rows, *, matching: int, pins: Pins
) -> tuple[Rows, list[dict[str, Any]]]:
    """The places of the candidates in the order that the stages leave them in, and what each did."""
    if not staged(query):
        return np.arange(len(candidates)), []
    rows, columns = candidates.rows, snapshot.columns
    pool = Pool(
        scores=candidates.score,
        availability=columns.words("availability", rows),
        brands=columns.words("brand", rows),
        looks=snapshot.looks_of(rows),
        own=np.isin(rows, own),
    )
    return through(query, pool, matching, snapshot.columns.words("brand", pins.sorted))


def allowed(query: Query, snapshot: Snapshot) -> tuple[Mask, dict[str, int]]:
    """What may be answered with, (p,): the one place where filters and exclusions are enforced."""
    keep = snapshot.mask(query.where)
    left_out = {"filter": len(keep) - int(np.count_nonzero(keep)) if query.where.terms else 0}
    for reason, gate in query.gates.items():
        left_out[reason] = int(np.count_nonzero(keep & ~gate))
        keep &= gate
    for reason, rows in _exclusions(query, snapshot).items():
        left_out[reason] = 0
        if rows:
            left_out[reason] = int(np.count_nonzero(keep[rows]))
            keep[rows] = False
    return keep, left_out


def _left_out_because(query: Query, snapshot: Snapshot, keep: Mask) -> dict[int, str]:
    """Why the pinned rows that are not among those to keep, (p,), are left out."""
    rows = [row for row in query.pins.values() if not keep[row]]
    because: dict[int, str] = {}
    if rows:
        passes = {"filter": snapshot.mask(query.where), **query.gates}
        told = {name: [row for row in rows if not mask[row]] for name, mask in passes.items()}
        for name, out in {**told, **_exclusions(query, snapshot)}.items():
            because |= {row: name for row in out if row not in because}
    return because


def _exclusions(query: Query, snapshot: Snapshot) -> dict[str, list[int]]:
    """Rows that are left out, by the reason: what asks, what belongs to it, and what the caller names."""
    seed = [] if query.seed is None else [snapshot.row(query.seed)]
    examples = [snapshot.row(i) for i in sorted(query.examples)]
    reasons = {**({"itself": seed} if seed else {}), **({"examples": examples} if examples else {})}
    alone = [*([] if query.own_variants else seed), *examples]
    if alone and not query.variants:
        reasons["variants"] = _tied(snapshot.variants, alone)
    if reasons and not query.duplicates:  # a copy of a variant that is left out shows what is left out
        near = snapshot.copies if query.variants else snapshot.kin
        own = _tied(snapshot.copies if query.own_variants else near, seed)
        reasons["copies"] = sorted({*own, *_tied(near, examples)})
    return {**reasons, "excluded": [snapshot.row_of[i] for i in query.exclude if i in snapshot.row_of]}


def _tied(families: Families, rows: list[int]) -> list[int]:
    return sorted({other for row in rows for other in families.of(row).tolist()})


def nearest_picture(snapshot: Snapshot, look: Floats) -> tuple[str, int, float]:
    """Product id, position and cosine of the single nearest picture to a unit vector (dim,)."""
    scores = picture_scores(snapshot, look, 1.0)
    at = int(np.argmax(scores))
    return snapshot.ids[int(snapshot.picture_product[at])], int(snapshot.position[at]), float(scores[at])
