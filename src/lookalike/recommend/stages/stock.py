"""Stock: what can be had comes before what is sold out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookalike.filters import fold_availability
from lookalike.vectors import Mask, Rows

SOLD_OUT = frozenset(
    ("out of stock", "outofstock", "sold out", "soldout", "unavailable", "not available", "discontinued")
)
"""Availabilities, folded, that say that a product cannot be had; ordered ahead or in advance, it can."""


def sold_out(availability: Sequence[str]) -> Mask:
    """Which of c products cannot be had, (c,); one that says nothing, or something else, can."""
    return np.array([fold_availability(word).strip() in SOLD_OUT for word in availability], dtype=np.bool_)


def in_stock_first(gone: Mask) -> Rows:
    """The places of c products with those that are ``gone``, (c,), last; else in the order they are in."""
    places: Rows = np.argsort(gone, kind="stable")
    return places
