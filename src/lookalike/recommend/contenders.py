"""Which products can be among the best few, found from bounds: the others need not be scored."""

from __future__ import annotations

import numpy as np

from lookalike.neighbours.families import Families
from lookalike.neighbours.shadows import SLACK
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.query import Query
from lookalike.recommend.scales import stretch
from lookalike.recommend.stages.collapse import best_of_each
from lookalike.vectors import Floats, Mask, Rows

_WORTH = 2048
"""So few products are scored as fast as bounded."""

_RUN = 64  # products of which the one with the highest bound may be scored first
_FIRST = 4  # so many times the products wanted are scored first
_MARGIN = SLACK + 2e-5  # scores that are equal when rounded stand in the order of ids


def contenders(
    query: Query, evidence: Evidence, keep: Mask, count: int, families: Families | None = None
) -> Rows:
    """Products to keep, (p,), among which the best ``count`` of them are, sorted.

    Products of high bounds are scored first. The last of the best of those scores is one that the last of
    the best of all does not fall below, so whoever's bound lies lower is out. Of each of the ``families``
    only the best of those scored first is counted: what is found is then the best of as many families.
    """
    matching = int(np.count_nonzero(keep))
    extra = 0 if families is None else families.extra
    if matching - extra <= max(_WORTH, 2 * _RUN * count):
        return np.flatnonzero(keep)
    bounds = evidence.ceilings()
    if matching < len(keep):
        bounds = np.where(keep, bounds, np.float32(-np.inf))
    least = _least(_spread(bounds, _FIRST * count), count, evidence, families)
    if least is None and families is not None:  # a large one has the highest bounds: one of each then
        least = _least(_spread(families.apart(bounds), _FIRST * count), count, evidence)
    assert least is not None
    margin = _MARGIN * stretch(query.weights, query.scales)
    rows: Rows = np.flatnonzero(bounds >= least - margin)
    if len(rows) > _WORTH:  # the highest lie side by side, as variants do: begin with the very highest
        most = min(_FIRST * count, len(rows))
        first = rows[np.argpartition(bounds[rows], len(rows) - most)[len(rows) - most :]]
        least = _least(first, count, evidence, families)
        rows = rows if least is None else rows[bounds[rows] >= least - margin]
    return rows


def _spread(bounds: Floats, count: int) -> Rows:
    """Products of high bounds, the highest of a run each: a glance at 34,000 where sorting takes longer.

    Only products that are kept: what a filter leaves may lie in fewer runs than that, but never in fewer
    than are wanted, see `contenders`.
    """
    runs = len(bounds) // _RUN
    tops = bounds[: runs * _RUN].reshape(runs, _RUN)
    best = tops.max(axis=1)
    chosen = np.argpartition(best, runs - min(count, runs))[-min(count, runs) :]
    chosen = chosen[np.isfinite(best[chosen])]
    found: Rows = chosen * _RUN + tops[chosen].argmax(axis=1)
    return found


def _least(first: Rows, count: int, evidence: Evidence, families: Families | None = None) -> float | None:
    """The score of the last of the best ``count`` of these products, a family counted once.

    None where they are fewer.
    """
    first = np.sort(first)
    scores = evidence.candidates(first).score
    if families is not None:
        scores = scores[best_of_each(families, first, scores)]
    if len(scores) < count:
        return None
    return float(np.partition(scores, len(scores) - count)[len(scores) - count])
