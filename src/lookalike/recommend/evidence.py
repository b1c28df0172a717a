"""What the sources of a question say of products: exactly, or as bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from lookalike.neighbours.exact import colour_bounds, colour_scores, look_bounds, look_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import Candidates, weighed
from lookalike.recommend.query import Partly, Query
from lookalike.recommend.scales import Scale, least_look
from lookalike.vectors import Floats, Mask, Rows, rounded


class Evidence:
    """The sources that a query weighs, asked of one snapshot of p products.

    ``scored`` is how many products they were asked of exactly.
    """

    def __init__(self, query: Query, snapshot: Snapshot) -> None:
        self.query = query
        self.snapshot = snapshot
        self._by_looks = False
        self.scored = 0
        self._weighing: Mapping[str, float] = query.weights

    @cached_property
    def said(self) -> Mask:
        """Of which products any source says anything, (p,)."""
        query, snapshot = self.query, self.snapshot
        said = np.zeros(len(snapshot), dtype=np.bool_)
        if "look" in query.weights and len(query.looks):
            said |= snapshot.pictured
        if "colour" in query.weights and len(query.colours):
            said |= snapshot.palettes.said
        for name in self._given:
            column = query.given[name]
            said |= ~np.isnan(column) if isinstance(column, np.ndarray) else column.said
        return said

    def exact(self, rows: Rows, looks: Floats | None = None) -> Mapping[str, Floats]:
        """Evidence columns (c,) of c products by name, NaN where a source says nothing.

        ``looks`` (c,) is that of looks where it is known.
        """
        query, snapshot = self.query, self.snapshot
        columns: dict[str, Floats] = {}
        if looks is not None:
            columns["look"] = looks
        elif "look" in query.weights:
            columns["look"] = look_scores(snapshot, query.looks, query.norms, query.metric, rows)
        if "colour" in query.weights:
            columns["colour"] = colour_scores(snapshot, query.colours, rows)
        for name in self._given:
            columns[name] = query.given[name][rows]
        return columns

    def _other_bounds(self, rows: Rows | None) -> Mapping[str, Floats]:
        """Columns (c,), or numbers: what `exact` of all but looks exceeds by the slack at most."""
        query = self.query
        found = {name: _bound(query.given[name], rows) for name in self._given}
        if "colour" in query.weights and len(query.colours):
            found["colour"] = colour_bounds(self.snapshot, query.colours, rows)
        return found

    def candidates(self, rows: Rows, looks: Floats | None = None) -> Candidates:
        """These c products with the score that their evidence makes, and that rules lift or lower.

        ``looks`` as in `exact`.
        """
        self.scored += len(rows)
        columns = self.exact(rows, looks)
        score = self._weighed(columns)
        lift = self.query.lift
        return Candidates(rows, columns, score if lift is None else score + lift[rows])

    def heights(self, rows: Rows | None = None) -> Iterator[Floats]:
        """Numbers that rise as the scores of c products, or of all, may, (c,), and then nearer ones.

        Where only the bounds of looks differ they are these themselves; else what `candidates` makes of all
        bounds. `height_of` tells scores in them. They are not to be written to.
        """
        query, snapshot = self.query, self.snapshot
        others = self._other_bounds(rows)
        looks = "look" in query.weights and len(query.looks) > 0
        plain = all(said.ndim == 0 for said in others.values()) and query.lift is None
        self._by_looks = looks and plain and _is_plain(query.scales)
        self._weighing = {n: weight for n, weight in query.weights.items() if n == "look" or n in others}
        one = self._by_looks and rows is None and len(query.looks) == 1 and query.metric == "cosine"
        if one and (not others or snapshot.pictured.all()):
            yield from map(snapshot.best_picture, snapshot.nearest.nearing(query.looks[0]))
            return
        columns = dict(others)
        if looks:
            bounds = look_bounds(snapshot, query.looks, query.norms, query.metric, rows)
            columns = {"look": bounds, **others}
        if self._by_looks:
            yield self._without_gaps(columns)
            return
        count = len(snapshot) if rows is None else len(rows)
        score = np.broadcast_to(self._weighed(columns), (count,))
        if query.lift is not None:
            score = score + (query.lift if rows is None else query.lift[rows])
        yield score

    def exact_heights(self, rows: Rows) -> Floats | None:
        """The heights of c products by their looks exactly, (c,); None where more tells them apart."""
        query = self.query
        if not self._by_looks or query.metric != "cosine":
            return None
        looks = look_scores(self.snapshot, query.looks, query.norms, query.metric, rows)
        return None if np.isnan(looks).any() else looks

    def height_of(self, score: float) -> float:
        """The least of the `heights` asked for last that may belong to a score as high as this, or higher."""
        return least_look(score, self._weighing, self.query.scales) if self._by_looks else score

    def _without_gaps(self, columns: Mapping[str, Floats]) -> Floats:
        """The bounds of looks; of a product without a picture the cosine that would do as much for it."""
        looks = columns["look"]
        silent = np.isnan(looks)
        if len(columns) > 1 and silent.any():
            score = self._weighed({**columns, "look": np.full(1, np.nan, dtype=np.float32)})
            looks[silent] = self.height_of(float(score[0]))
        return looks

    def _weighed(self, columns: Mapping[str, Floats]) -> Floats:
        return weighed(columns, self.query.weights, self.query.scales)

    def measured(self, top: Candidates) -> list[dict[str, float]]:
        """Everything known of the few products in an answer, whether it was weighed or not."""
        query, snapshot = self.query, self.snapshot
        columns: dict[str, Floats] = {}
        if len(query.looks):
            columns["look"], positions = snapshot.nearest_pictures(query.looks, top.rows)
        if len(query.colours):
            columns["colour"] = colour_scores(snapshot, query.colours, top.rows)
        if query.metric == "euclidean" and "look" in top.evidence:
            columns["distance"] = -top.evidence["look"]
        for name, given in query.given.items():
            columns[name] = top.evidence[name] if name in top.evidence else given[top.rows]
        columns |= {name: column[top.rows] for name, column in query.beside.items()}
        if query.lift is not None:
            lift = query.lift[top.rows]
            columns["rules"] = np.where(lift == 0, np.float32(np.nan), lift)
        said = rounded(np.array([*columns.values()], dtype=np.float32).reshape(len(columns), len(top)))
        found: list[dict[str, float]] = [
            {name: value for name, value in zip(columns, values, strict=True) if value == value}  # noqa: PLR0124 (NaN)
            for values in said.T.tolist()
        ]
        if len(query.looks):
            for one, position in zip(found, positions.tolist(), strict=True):
                if position >= 0:
                    one["picture"] = position
        return found

    @cached_property
    def _given(self) -> list[str]:
        """Evidence made elsewhere that is weighed."""
        return [name for name in self.query.given if name in self.query.weights]


def _is_plain(scales: Mapping[str, Scale]) -> bool:
    """Whether a score grows by as much with a cosine wherever this lies, but for a bend."""
    return "look" not in scales or scales["look"].odds is None


def _bound(column: Floats | Partly, rows: Rows | None) -> Floats:
    """What a column of evidence does not exceed, (c,), or () where that is the same for all."""
    if isinstance(column, np.ndarray):
        return column if rows is None else column[rows]
    if column.said.all():
        return np.ones((), dtype=np.float32)
    said = column.said if rows is None else column.said[rows]
    return np.where(said, np.float32(1), np.float32(np.nan))
