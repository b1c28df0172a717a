"""Some of the points of a map, spread evenly over it however few are taken."""

from __future__ import annotations

import numpy as np

from lookalike.vectors import Floats, Rows

_DEEPEST = 14  # halvings of the map's side: points that still share a cell lie on one another


def spread(points: Floats, most: int) -> Rows:
    """The rows of at most ``most`` of the points (n, 2), coarse to fine: any first of them are spread evenly.

    The map is halved again and again; of each cell that has none yet, the point nearest its middle is taken.
    """
    chosen = np.empty(0, np.intp)
    for level in range(_DEEPEST + 1):
        if len(chosen) >= min(most, len(points)):
            break
        chosen = np.concatenate([chosen, _of_empty_cells(points, chosen, 1 << level)])
    others = np.setdiff1d(np.arange(len(points)), chosen)  # those that lie on one another
    return np.concatenate([chosen, others])[:most]


def _of_empty_cells(points: Floats, chosen: Rows, side: int) -> Rows:
    """A point of each cell that has points and none chosen, in an order without a pattern."""
    places = np.minimum((points * side).astype(np.int64), side - 1)
    cells = places[:, 0] * side + places[:, 1]
    aside = np.square(points * side - places - 0.5).sum(axis=1)
    left = np.flatnonzero(~np.isin(cells, cells[chosen]))
    order = left[np.lexsort((left, aside[left], cells[left]))]
    _, first = np.unique(cells[order], return_index=True)
    found = order[first]
    return found[np.argsort(_scattered(cells[found]), kind="stable")]


def _scattered(cells: Rows) -> Rows:
    """A number for each cell that says nothing of where it lies (Knuth's multiplicative hash)."""
    return (cells.astype(np.uint64) * np.uint64(11400714819323198485)) >> np.uint64(32)  # type: ignore[return-value]
