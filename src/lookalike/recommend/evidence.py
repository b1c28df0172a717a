"""What the sources of a question say of products: exactly, or as bounds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import isnan

import numpy as np

from lookalike.neighbours.exact import colour_bounds, colour_scores, look_bounds, look_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates, weighed
from lookalike.recommend.query import Partly, Query
from lookalike.vectors import DECIMALS, Floats, Mask, Rows

_LOOKS: Floats = np.linspace(-1.01, 1.01, 4041, dtype=np.float32)
"""Cosines of which the scores are worked out, rather than of each product."""


class Evidence:
    """The sources that a query weighs, asked of one snapshot of p products."""

    def __init__(self, query: Query, snapshot: Snapshot) -> None:
        self._query = query
        self._snapshot = snapshot
        self._steps: tuple[Floats, Floats] | None = None

    @cached_property
    def said(self) -> Mask:
        """Of which products any source says anything, (p,)."""
        query, snapshot = self._query, self._snapshot
        said = np.zeros(len(snapshot), dtype=np.bool_)
        if "look" in query.weights and len(query.looks):
            said |= snapshot.pictured
        if "colour" in query.weights and len(query.colours):
            said |= snapshot.palettes.said
        for name in self._given:
            column = query.given[name]
            said |= ~np.isnan(column) if isinstance(column, np.ndarray) else column.said
        return said

    def exact(self, rows: Rows) -> Mapping[str, Floats]:
        """Evidence columns (c,) of c products by name, NaN where a source says nothing."""
        query, snapshot = self._query, self._snapshot
        columns: dict[str, Floats] = {}
        if "look" in query.weights:
            columns["look"] = look_scores(snapshot, query.looks, query.norms, query.metric, rows)
        if "colour" in query.weights:
            columns["colour"] = colour_scores(snapshot, query.colours, rows)
        columns |= {name: query.given[name][rows] for name in self._given}
        return columns

    def bounds(self, rows: Rows | None = None) -> Mapping[str, Floats]:
        """Columns (c,), or numbers: what `exact` of c products, or of all, exceeds by the slack at most."""
        query, snapshot = self._query, self._snapshot
        columns: dict[str, Floats] = {}
        if "look" in query.weights and len(query.looks):
            columns["look"] = look_bounds(snapshot, query.looks, query.norms, query.metric, rows)
        if "colour" in query.weights and len(query.colours):
            columns["colour"] = colour_bounds(snapshot, query.colours, rows)
        return {**columns, **{name: _bound(query.given[name], rows) for name in self._given}}

    def candidates(self, rows: Rows) -> Candidates:
        """These c products with the score that their evidence makes, and that rules lift or lower."""
        columns = self.exact(rows)
        score = self._weighed(columns)
        lift = self._query.lift
        return Candidates(rows, columns, score if lift is None else score + lift[rows])

    def heights(self, rows: Rows | None = None) -> Floats:
        """Numbers that rise as the scores of c products, or of all, may: the caller's own, (c,).

        Where only the bounds of looks differ they are these themselves; else what `candidates` makes of all
        bounds. `height_of` tells scores in them.
        """
        columns = self.bounds(rows)
        count = len(self._snapshot) if rows is None else len(rows)
        self._steps = None
        if self._query.lift is None and [name for name, said in columns.items() if said.ndim] == ["look"]:
            if len(columns) == 1:
                return columns["look"]
            self._steps = self._stepped(columns)
            return self._without_gaps(columns)
        score = np.array(np.broadcast_to(self._weighed(columns), (count,)), dtype=np.float32)
        if self._query.lift is not None:
            score += self._query.lift if rows is None else self._query.lift[rows]
        return score

    def height_of(self, score: float) -> float:
        """The least of the `heights` asked for last that may belong to a score as high as this, or higher."""
        if self._steps is None:
            return score
        looks, scores = self._steps
        return float(looks[max(int(np.searchsorted(scores, score)) - 1, 0)])

    def _stepped(self, columns: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Cosines from the lowest up, and the score that each may have beside the other bounds."""
        return _LOOKS, np.maximum.accumulate(self._weighed({**columns, "look": _LOOKS}))

    def _without_gaps(self, columns: Mapping[str, Floats]) -> Floats:
        """The bounds of looks; of a product without a picture a cosine that does as much for its score."""
        looks = columns["look"]
        silent = np.isnan(looks)
        if silent.any():
            assert self._steps is not None
            score = self._weighed({**columns, "look": np.full(1, np.nan, dtype=np.float32)})
            looks[silent] = _LOOKS[min(int(np.searchsorted(self._steps[1], score[0])), len(_LOOKS) - 1)]
        return looks

    def _weighed(self, columns: Mapping[str, Floats]) -> Floats:
        return weighed(columns, self._query.weights, self._query.scales)

    def measured(self, top: Candidates) -> list[dict[str, float]]:
        """Everything known of the few products in an answer, whether it was weighed or not."""
        query, snapshot = self._query, self._snapshot
        columns: dict[str, list[float]] = {}
        if len(query.looks):
            cosines, positions = snapshot.nearest_pictures(query.looks, top.rows)
            columns["look"] = cosines.tolist()
        if len(query.colours):
            columns["colour"] = colour_scores(snapshot, query.colours, top.rows).tolist()
        if query.metric == "euclidean" and "look" in top.evidence:
            columns["distance"] = (-top.evidence["look"]).tolist()
        for name, column in (*query.given.items(), *query.beside.items()):
            columns[name] = column[top.rows].tolist()
        if query.lift is not None:
            lift = query.lift[top.rows]
            columns["rules"] = np.where(lift == 0, np.float32(np.nan), lift).tolist()
        found: list[dict[str, float]] = [
            {n: round(value, DECIMALS) for n, value in zip(columns, values, strict=True) if not isnan(value)}
            for values in zip(*columns.values(), strict=True)
        ]
        if len(query.looks):
            for said, position in zip(found, positions.tolist(), strict=True):
                if position >= 0:
                    said["picture"] = position
        return found

    @cached_property
    def _given(self) -> list[str]:
        """Evidence made elsewhere that is weighed."""
        return [name for name in self._query.given if name in self._query.weights]


def _bound(column: Floats | Partly, rows: Rows | None) -> Floats:
    """What a column of evidence does not exceed, (c,), or () where that is the same for all."""
    if isinstance(column, np.ndarray):
        return column if rows is None else column[rows]
    if column.said.all():
        return np.ones((), dtype=np.float32)
    said = column.said if rows is None else column.said[rows]
    return np.where(said, np.float32(1), np.float32(np.nan))
