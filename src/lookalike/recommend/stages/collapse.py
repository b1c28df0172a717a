"""Collapse: of each family of copies and variants only the best product stays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookalike.neighbours.families import Families
from lookalike.vectors import Floats, Mask, Rows, best, rounded

Folded = dict[int, list[int]]
"""The rows folded into a row, sorted; only of rows that have any."""


def best_of_each(families: Families, rows: Rows, scores: Floats) -> Rows:
    """Places in ``rows`` (c,), sorted, of what stays when of each family only the best does.

    ``scores`` (c,) are compared as `lookalike.vectors.best` does: rounded, equal ones in the order of
    ``rows``, which are sorted.
    """
    groups = families.group[rows]
    tied = np.flatnonzero(groups >= 0)
    if len(tied) > 1:
        own = groups[tied]
        order = np.lexsort((-rounded(scores[tied]), own))
        own = own[order]
        beaten = tied[order[1:][own[1:] == own[:-1]]]
        if len(beaten):
            stays = np.ones(len(rows), dtype=np.bool_)
            stays[beaten] = False
            return np.flatnonzero(stays)
    return np.arange(len(rows))


def best_apart(families: Families | None, rows: Rows, scores: Floats, count: int) -> tuple[Rows, Floats]:
    """Places in sorted ``rows`` (c,) of the best ``count``, of each family one, and their rounded scores.

    Best first, see `lookalike.vectors.best`.
    """
    if families is None:
        return best(scores, count)
    stays = best_of_each(families, rows, scores)
    places, found = best(scores[stays], count)
    return stays[places], found


def folded(families: Families, variants: Families, rows: Sequence[int], keep: Mask) -> tuple[Folded, Folded]:
    """What was folded into these rows: copies, and variants.

    Only products that are to be kept, (p,): they would be in the answer otherwise. ``variants`` are the
    families of one style; whatever else was folded is a copy, of the product or of a variant of it.
    """
    copies: Folded = {}
    styles: Folded = {}
    for row, group in zip(rows, families.group[[*rows]].tolist(), strict=True):
        if group < 0:
            continue
        others = families.of(row)
        others = others[keep[others]]
        if len(others):
            style = int(variants.group[row])
            same = variants.group[others] == style if style >= 0 else np.zeros(len(others), dtype=np.bool_)
            copies[row], styles[row] = others[~same].tolist(), others[same].tolist()
    return _said(copies), _said(styles)


def _said(rows: Folded) -> Folded:
    return {row: others for row, others in rows.items() if others}
