"""Which products can be among the best k, found from bounds: the others need not be scored."""

from __future__ import annotations

import numpy as np

from lookalike.neighbours.copies import Copies
from lookalike.neighbours.shadows import SLACK
from lookalike.recommend.candidates import weighed
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.query import Query
from lookalike.vectors import Floats, Mask, Rows

_WORTH = 2048
"""So few products are scored as fast as bounded."""

_RUN = 64  # products of which the one with the highest bound may be scored first
_FIRST = 4  # so many times k products are scored first
_MARGIN = SLACK + 2e-5  # scores that are equal when rounded stand in the order of ids


def contenders(
    query: Query, evidence: Evidence, keep: Mask, matching: int, copies: Copies | None = None
) -> Rows:
    """Products to keep among which the best k of them are, sorted; ``matching`` are to be kept, (p,).

    Products of high bounds are scored first. The k-th best of those scores is one that the k-th best of all
    does not fall below, so whoever's bound lies lower is out. Of each group of ``copies`` only the best of
    those scored first counts: the k-th best is then one of k products that show k pictures.
    """
    extra = 0 if copies is None else copies.extra
    if matching - extra <= max(_WORTH, 2 * _RUN * query.k):
        return np.flatnonzero(keep)
    bounds = weighed(evidence.bounds(), query.weights)
    if matching < len(keep):
        bounds = np.where(keep, bounds, np.float32(-np.inf))
    least = _least(_spread(bounds, _FIRST * query.k), query, evidence, copies)
    if least is None and copies is not None:  # a large group has the highest bounds: one of each then
        least = _least(_spread(copies.apart(bounds), _FIRST * query.k), query, evidence)
    assert least is not None
    rows: Rows = np.flatnonzero(bounds >= least - _MARGIN)
    if len(rows) > _WORTH:  # the highest lie side by side, as variants do: begin with the very highest
        count = min(_FIRST * query.k, len(rows))
        first = rows[np.argpartition(bounds[rows], len(rows) - count)[len(rows) - count :]]
        least = _least(first, query, evidence, copies)
        rows = rows if least is None else rows[bounds[rows] >= least - _MARGIN]
    return rows


def _spread(bounds: Floats, count: int) -> Rows:
    """Products of high bounds, the highest of a run each: a glance at 34,000 where sorting takes longer.

    Only products that are kept: what a filter leaves may lie in fewer runs than that, but never in fewer
    than k, see `contenders`.
    """
    runs = len(bounds) // _RUN
    tops = bounds[: runs * _RUN].reshape(runs, _RUN)
    best = tops.max(axis=1)
    chosen = np.argpartition(best, runs - min(count, runs))[-min(count, runs) :]
    chosen = chosen[np.isfinite(best[chosen])]
    found: Rows = chosen * _RUN + tops[chosen].argmax(axis=1)
    return found


def _least(first: Rows, query: Query, evidence: Evidence, copies: Copies | None = None) -> float | None:
    """The k-th best score of these products, those that show the same picture counted once.

    None where they are fewer.
    """
    first = np.sort(first)
    scores = weighed(evidence.exact(first), query.weights)
    if copies is not None:
        scores = scores[copies.best_of_each(first, scores)]
    if len(scores) < query.k:
        return None
    return float(np.partition(scores, len(scores) - query.k)[len(scores) - query.k])
