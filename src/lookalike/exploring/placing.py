"""A place on a map for what came after it was laid out: where those lie that it looks like most."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lookalike.exploring.layout import nearest
from lookalike.vectors import Floats, Rows

NEIGHBOURS = 10
"""Products on the map that a new one is placed by, at most."""

_ASIDE = 0.002  # of the map's width: a new product does not cover the one that it looks like


def beside(
    looks: Floats, known: Floats, points: Floats, tell: Callable[[int], None] = lambda _: None
) -> Floats:
    """Points (n, 2) of new looks (n, dim), given the looks (m, dim) and points (m, 2) of what is on a map.

    Of the nearest on the map, that one's place which lies closest to the median of theirs (with which
    openTSNE begins to embed new points): the median itself may lie between two crowds, in neither. ``tell``
    is told how many are done.
    """
    if not len(looks) or not len(known):
        return np.full((len(looks), 2), 0.5, np.float32)
    rows, _ = nearest(looks, known, min(NEIGHBOURS, len(known)), tell)
    around = points[rows]
    middle = np.median(around, axis=1, keepdims=True)
    near = np.take_along_axis(around, _closest(around, middle)[:, None, None], axis=1)[:, 0]
    angles = np.arange(len(looks)) * 2.399963
    aside = _ASIDE * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    placed: Floats = (near + aside).clip(0, 1).astype(np.float32)
    return placed


def _closest(around: Floats, middle: Floats) -> Rows:
    """Which of the neighbours' points (n, k, 2) lies closest to the middle of them, (n,)."""
    found: Rows = np.square(around - middle).sum(axis=2).argmin(axis=1)
    return found
