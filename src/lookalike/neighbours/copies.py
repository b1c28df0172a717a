"""Products that show the same picture: of each group an answer needs only the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lookalike.vectors import Floats, Rows, rounded


class Copies:
    """Groups of the rows of p products that are copies of one another; most products are in none.

    ``groups`` are ids; those that are not in ``row_of`` are left out, and groups of which fewer than two are
    left. A product is in the first group that names it. ``group`` (p,) is the number of a row's group, -1
    for none; ``extra`` is how many products would go if one of each group stayed.
    """

    group: npt.NDArray[np.int32]
    extra: int

    def __init__(self, groups: Sequence[Sequence[str]], row_of: Mapping[str, int], products: int) -> None:
        self.group = np.full(products, -1, dtype=np.int32)
        held: list[list[int]] = []
        for group in groups:
            rows = sorted({row_of[i] for i in group if i in row_of and self.group[row_of[i]] < 0})
            if len(rows) > 1:
                self.group[rows] = len(held)
                held.append(rows)
        sizes = np.array([len(rows) for rows in held], dtype=np.intp)
        self._rows: Rows = np.array([row for rows in held for row in rows], dtype=np.intp)
        self._ends: Rows = np.cumsum(sizes)
        self._starts: Rows = self._ends - sizes
        self._sizes = sizes
        self.extra = len(self._rows) - len(held)

    def of(self, row: int) -> Rows:
        """The rows of a product's copies, itself left out, sorted."""
        number = int(self.group[row])
        if number < 0:
            return np.empty(0, dtype=np.intp)
        rows: Rows = self._rows[self._starts[number] : self._ends[number]]
        others: Rows = rows[rows != row]
        return others

    def apart(self, scores: Floats) -> Floats:
        """Scores of all products, (p,), minus infinity for all but one of each group, the highest.

        There has to be a group.
        """
        own = scores[self._rows]
        tops = np.maximum.reduceat(own, self._starts)
        at = np.where(own == np.repeat(tops, self._sizes), np.arange(len(own)), len(own) - 1)
        found = scores.copy()
        found[self._rows] = -np.inf
        found[self._rows[np.minimum.reduceat(at, self._starts)]] = tops
        return found

    def best_of_each(self, rows: Rows, scores: Floats) -> Rows:
        """Places in ``rows`` (c,), sorted, of what stays when of each group only the best does.

        ``scores`` (c,) are compared as `lookalike.vectors.best` does: rounded, equal ones in the order of
        ``rows``, which are sorted.
        """
        groups = self.group[rows]
        tied = np.flatnonzero(groups >= 0)
        if len(tied) < 2:
            return np.arange(len(rows))
        order = tied[np.argsort(-rounded(scores[tied]), kind="stable")]
        stays = groups < 0
        stays[order[np.unique(groups[order], return_index=True)[1]]] = True
        return np.flatnonzero(stays)
