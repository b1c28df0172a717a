"""How like what a shopper chose without a picture products are, by what is said of them."""

from __future__ import annotations

from typing import Final

import numpy as np

from lookalike.asking.placed import told
from lookalike.taste.history import History
from lookalike.vectors import Floats
from lookalike.view import View

LAST: Final = 20
"""What was chosen last without a picture, at most so many products, says what the next is like."""

COMPARED: Final = 150_000
"""So many products are compared at most, so that a large catalogue compares fewer of what was chosen."""

FEWEST: Final = 4


def said_alike(view: View, history: History) -> Floats | None:
    """How much more is said of each product that is said of what was chosen than by chance, (p,), 0 to 1.

    Only what has no picture asks; what has one is asked about by its look. Where both were chosen lately it
    counts by its share. None where nothing that was chosen is without a picture, or nothing is said of it.
    """
    snapshot = view.snapshot
    lately = sorted(history.liked, key=lambda piece: -piece.time)[:LAST]
    rows = [piece.row for piece in lately if not snapshot.pictured[piece.row]]
    share = len(rows) / max(len(lately), 1)
    rows = rows[: max(FEWEST, COMPARED // max(len(snapshot), 1))]
    if not rows:
        return None
    total = np.zeros(len(snapshot), dtype=np.float32)
    for row in rows:
        total += np.nan_to_num(view.content.scores(row), nan=0.0)
    total = np.maximum(total - np.median(total), 0)
    if not total.any():
        return None
    own = [piece.row for piece in history.liked]
    alike: Floats = (told(total, own) * np.float32(share)).astype(np.float32)
    return alike
