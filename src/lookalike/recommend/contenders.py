"""Which products can be among the best few: the highest bounds are scored first, the rest never.

What is done is what the threshold algorithm does with one list (Fagin, Lotem, Naor, "Optimal aggregation
algorithms for middleware", 2003): go down by bounds, and stop where none that is left can be among the best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.neighbours.families import Families
from lookalike.neighbours.shadows import SLACK
from lookalike.recommend.candidates import Candidates
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.query import Query
from lookalike.recommend.scales import stretch
from lookalike.recommend.stages.collapse import best_of_each
from lookalike.vectors import Floats, Mask, Rows

_WORTH = 2048
"""So few products are scored as fast as bounded."""

_SPARSE = 8  # where one product of so many may answer, or fewer, only those are bounded
_NEARER = 192  # where more than one in so many is left, it pays to bound all of them nearer
_FEW = 4  # so few that are not to be kept do no harm among the highest
_RUN = 64  # products of which the one with the highest bound may be scored first
_FIRST = 8  # so many times the products wanted are scored first
_TIED = 4  # times as many may be as high
_MARGIN = SLACK + 2e-5  # scores that are equal when rounded stand in the order of ids


def contenders(
    query: Query, evidence: Evidence, keep: Mask, count: int, families: Families | None = None
) -> Candidates:
    """Products to keep, (p,), among which the best ``count`` of them are, scored, sorted.

    Products of high bounds are scored first. The last of the best of those scores is one that the last of
    the best of all does not fall below, so whoever's bound lies lower is out. Of each of the ``families``
    only the best of those scored is counted: what is found is then the best of as many families.
    """
    matching = int(np.count_nonzero(keep))
    extra = 0 if families is None else families.extra
    if matching - extra <= max(_WORTH, 2 * _RUN * count):
        return evidence.candidates(np.flatnonzero(keep))
    field = _Field.of(evidence, keep, matching)
    margin = _MARGIN * stretch(query.weights, query.scales)
    scored: Candidates | None = None
    for heights in evidence.heights(field.rows):
        if scored is None:
            scored, least = _begun(field, heights, count, families)
        places = field.above(heights, least - margin)
        if len(places) * _NEARER <= len(heights):
            break
    assert scored is not None
    if len(places) > _WORTH:  # the highest lie side by side, as variants do: go on with the very highest
        most = min(_FIRST * count, len(places))
        highest = np.argpartition(heights[places], len(places) - most)[len(places) - most :]
        scored = scored.with_others(field.scored(places[highest]))
        least = _least(scored, count, families) or least
        places = field.above(heights, least - margin)
    places = field.possible(places, least - margin)
    if len(places):
        scored = scored.with_others(field.scored(places))
    return scored.take(np.argsort(scored.rows))


@dataclass(slots=True)
class _Field:
    """Who may be among the best: c products, in the order of ``rows``, or all where that is None.

    ``left`` (c,) are those of them to be kept that are not scored yet. Where ``few`` are not to be kept, and
    every product has a picture, the highest are looked for among all.
    """

    evidence: Evidence
    rows: Rows | None
    left: Mask
    few: bool

    @classmethod
    def of(cls, evidence: Evidence, keep: Mask, matching: int) -> _Field:
        if matching * _SPARSE <= len(keep):
            return cls(evidence, np.flatnonzero(keep), np.ones(matching, dtype=np.bool_), few=False)
        few = len(keep) - matching <= _FEW and bool(evidence.snapshot.pictured.all())
        return cls(evidence, None, keep.copy(), few)

    def scored(self, places: Rows) -> Candidates:
        """The products at some places of the field, which are left no more."""
        self.left[places] = False
        return self.evidence.candidates(self.rows_at(places))

    def rows_at(self, places: Rows) -> Rows:
        return places if self.rows is None else self.rows[places]

    def above(self, heights: Floats, score: float) -> Rows:
        """The places of those left whose scores may be as high as this."""
        places = np.flatnonzero(heights >= self.evidence.height_of(score))
        found: Rows = places[self.left[places]]
        return found

    def possible(self, places: Rows, score: float) -> Rows:
        """Those of some places whose scores may be as high when their looks are compared exactly."""
        looks = self.evidence.exact_heights(self.rows_at(places))
        return places if looks is None else places[looks >= self.evidence.height_of(score)]

    def one_each(self, heights: Floats, families: Families) -> Floats:
        """The heights of those left, (c,), of each family but one; minus infinity for all others."""
        heights = np.where(self.left, heights, np.float32(-np.inf))
        if self.rows is None:
            return families.apart(heights)
        whole = np.full(len(families.group), -np.inf, dtype=np.float32)
        whole[self.rows] = heights
        return families.apart(whole)[self.rows]


def _begun(field: _Field, heights: Floats, count: int, families: Families | None) -> tuple[Candidates, float]:
    """Products of high bounds, scored, and the score of the last of the best of them."""
    first = _FIRST * count
    if not field.few:
        heights = np.where(field.left, heights, np.float32(-np.inf))
    places = _highest(heights, first)
    scored = field.scored(places[field.left[places]])
    least = _least(scored, count, families)
    if least is None and families is not None:  # a large one has the highest bounds: one of each then
        scored = scored.with_others(field.scored(_highest(field.one_each(heights, families), first)))
        least = _least(scored, count, families)
    assert least is not None
    return scored, least


def _highest(heights: Floats, count: int) -> Rows:
    """Places of about the ``count`` highest, and of no more than `_TIED` times as many.

    They are those as high as the last of the highest of so many runs: a glance at 34,000 where sorting takes
    longer. A run holds places far apart, since variants stand side by side. Only products that are kept:
    what a filter leaves may lie in fewer runs than are asked for, but in no fewer than are wanted, see
    `contenders`.
    """
    runs = len(heights) // _RUN
    each = heights[: runs * _RUN].reshape(_RUN, runs)
    best = each.max(axis=0)
    chosen = np.argpartition(best, runs - min(count, runs))[-min(count, runs) :]
    chosen = chosen[np.isfinite(best[chosen])]
    found: Rows = np.flatnonzero(heights >= best[chosen].min())
    if len(found) > _TIED * count:
        found = each[:, chosen].argmax(axis=0) * runs + chosen
    return found


def _least(scored: Candidates, count: int, families: Families | None) -> float | None:
    """The score of the last of the best ``count`` of these products, a family counted once.

    None where they are fewer.
    """
    scores = scored.score
    if families is not None:
        scores = scores[best_of_each(families, scored.rows, scores)]
    if len(scores) < count:
        return None
    return float(np.partition(scores, len(scores) - count)[len(scores) - count])
