"""Which kinds are had together with a kind, by what shoppers did with all its products."""

from __future__ import annotations

from typing import Final

import numpy as np

from lookalike.asking.placed import Placed
from lookalike.vectors import Floats
from lookalike.view import View

ASKED: Final = 40
"""Products of a kind that are asked, those of which most is known."""

ENOUGH: Final = 20
"""Pairs that were had together by which a kind is half believed."""

WEIGHT, MOST = 2.0, 4.0
"""What is known of kinds counts so many times beside style, and at most so much, for a kind or against it.

Chosen on the drawn shop, of which it is known which kinds go together, on the products of one half by hash.
"""

SELDOM: Final = -1.0
"""Kinds with less than this are had together clearly less often than by chance: style does not join them."""


def kind_ties(view: View, placed: Placed, kind: int) -> Floats:
    """How much more often than by chance each kind is had with one, (k,), as logarithms of odds.

    By what was bought together where that is known of enough pairs, else by what was looked at together; as
    far as that is not sure, kinds of one department go with each other.
    """
    signals = placed.signals
    if kind < 0:
        return np.zeros(len(view.kinds.names), dtype=np.float32)
    told = view.style.department(kind)
    if not len(signals.items):
        return told
    codes = np.where(placed.rows >= 0, view.kinds.codes[placed.rows], -1)
    known = np.where(codes >= 0, signals.seen_often(), 0).astype(np.float64)
    wanted = np.bincount(codes[codes >= 0], known[codes >= 0], minlength=len(told))
    wanted[kind] = 0
    own = np.flatnonzero((codes == kind) & (known > 0))
    own = own[np.lexsort((own, -known[own]))][:ASKED]
    others = (codes >= 0) & (codes != kind)
    for pairs in (signals.bought_with, signals.viewed_with):
        found = np.zeros(len(told), dtype=np.float64)
        for at in own.tolist():
            support = pairs(signals.items[at]).support
            found += np.bincount(codes[others], support[others], minlength=len(told))
        count = float(found.sum())
        if count >= ENOUGH:
            usual = count * wanted / max(float(wanted.sum()), 1e-9)
            sure = count / (count + ENOUGH)
            lift = np.clip(WEIGHT * np.log((found + 1) / (usual + 1)), -MOST, MOST)
            return (sure * lift + (1 - sure) * told).astype(np.float32)
    return told
