"""A shop's rules come to a question: what is lifted, lowered, pinned or left out on a shelf."""

from __future__ import annotations

import time
from dataclasses import replace
from math import sqrt

import numpy as np

from lookalike.recommend.query import Query
from lookalike.view import View

GATE = "rules"
"""The name of the gate that keeps out what rules exclude."""


def ruled(query: Query, view: View, shelf: str, now: int | None = None) -> Query:
    """The question with the rules that apply to it on a shelf, such as "similar".

    ``now`` is milliseconds since 1970, the clock's where it is None. ``explain["rules"]`` says of each rule
    that applies its name, its action and how many products it is about; ``explain["pins"]`` of each product
    that was to be pinned where it stands, or why it does not.
    """
    seed = None if query.seed is None else view.snapshot.row(query.seed)
    now = round(time.time() * 1000) if now is None else now
    applied = view.rules.applied(shelf, seed, query.typed, now)
    if applied is None:
        return query
    lift = query.lift
    if applied.lift is not None:
        own = applied.lift * np.float32(step(query, view))
        lift = own if lift is None else lift + own
    return replace(
        query,
        lift=lift,
        pins=applied.pins,
        gates=query.gates if applied.keep is None else {**query.gates, GATE: applied.keep},
        explain={**query.explain, "rules": applied.said},
    )


def step(query: Query, view: View) -> float:
    """How far the score of a near neighbour lies above that of any two products, as a question is scored.

    With looks it is the width of their scale, which scores on a common scale are told in too.
    """
    weights = query.weights
    if query.scales and len(weights) > 1:
        look = query.scales.get("look") if "look" in weights else None
        return 1.0 if look is None else look.high - look.low
    seen = view.scales if weights.keys() & {"look", "colour"} else {}
    if query.metric == "euclidean":
        scale = seen["look"]
        apart = sqrt(max(0.0, 2 - 2 * scale.low)) - sqrt(max(0.0, 2 - 2 * scale.high))
        return float(np.mean(query.norms)) * apart if len(query.norms) else apart
    widths = {name: scale.high - scale.low for name, scale in {**seen, **query.scales}.items()}
    return sum(share * widths.get(name, 1.0) for name, share in weights.items()) / sum(weights.values())
