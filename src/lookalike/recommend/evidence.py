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


class Evidence:
    """The sources that a query weighs, asked of one snapshot of p products."""

    def __init__(self, query: Query, snapshot: Snapshot) -> None:
        self._query = query
        self._snapshot = snapshot

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

    def bounds(self) -> Mapping[str, Floats]:
        """Columns (p,), or numbers, that `exact` does not exceed by more than the slack."""
        query, snapshot = self._query, self._snapshot
        columns: dict[str, Floats] = {}
        if "look" in query.weights and len(query.looks):
            columns["look"] = look_bounds(snapshot, query.looks, query.norms, query.metric)
        if "colour" in query.weights and len(query.colours):
            columns["colour"] = colour_bounds(snapshot, query.colours)
        return {**columns, **{name: _bound(query.given[name]) for name in self._given}}

    def candidates(self, rows: Rows) -> Candidates:
        """These c products with the score that their evidence makes, and that rules lift or lower."""
        columns = self.exact(rows)
        score = weighed(columns, self._query.weights, self._query.scales)
        lift = self._query.lift
        return Candidates(rows, columns, score if lift is None else score + lift[rows])

    def ceilings(self) -> Floats:
        """What the scores (p,) of `candidates` do not exceed by more than the slack."""
        score = weighed(self.bounds(), self._query.weights, self._query.scales)
        score = np.broadcast_to(score, (len(self._snapshot),))
        return score if self._query.lift is None else score + self._query.lift

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


def _bound(column: Floats | Partly) -> Floats:
    """What a column of evidence does not exceed, (p,), or () where that is the same for all."""
    if isinstance(column, np.ndarray):
        return column
    if column.said.all():
        return np.ones((), dtype=np.float32)
    return np.where(column.said, np.float32(1), np.float32(np.nan))
