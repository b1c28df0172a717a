"""How alike a selection of products looks, each with each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookalike.errors import BadArgument
from lookalike.exploring.documents import Matrix
from lookalike.view import View

MOST = 200
"""Products of one selection."""


def matrix(view: View, ids: Sequence[str]) -> Matrix:
    """Cosines of the main pictures of these products, in the order given, each product once.

    Raises `UnknownProduct`, and `BadArgument` for none or more than `MOST`.
    """
    asked = list(dict.fromkeys(ids))
    if not 1 <= len(asked) <= MOST:
        raise BadArgument(
            f"A selection of {len(asked):,} products has no matrix.", next_step=f"Name 1 to {MOST} ids."
        )
    snapshot = view.snapshot
    rows = np.array([snapshot.row(id) for id in asked], np.intp)
    shown = snapshot.pictured[rows]
    looks = snapshot.looks_of(rows[shown])
    kept = [id for id, there in zip(asked, shown.tolist(), strict=True) if there]
    products = view.products(kept)
    return Matrix(
        kept,
        [products[id].title or id for id in kept],
        (looks @ looks.T).clip(-1, 1),
        [id for id, there in zip(asked, shown.tolist(), strict=True) if not there],
    )
