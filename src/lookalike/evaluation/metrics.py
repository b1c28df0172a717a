"""Metrics of one ranked list against its truth, under the names that MTEB prints. 0 to 1, higher is better.

``hits`` says of each place of the list, best first, whether the product there is relevant, shape (n,); places
that count neither way are taken out before. ``total`` is how many relevant products there are, at least 1.
Recall at k is the share found, hit rate at k whether any was (what metric learning calls Recall@k; where one
product is right the two are the same). Each raises `BadArgument` for k below 1, for a total below 1, of which
no share could be taken, and for more hits than there are relevant products: never a silent 0 or NaN.
"""

from __future__ import annotations

import numpy as np

from lookalike.errors import BadArgument
from lookalike.vectors import Mask


def precision_at(hits: Mask, k: int) -> float:
    """Share of the first k that is relevant; places a short list leaves empty count as misses."""
    _require(hits, None, k)
    return float(hits[:k].sum()) / k


def recall_at(hits: Mask, total: int, k: int) -> float:
    """Share of the relevant products that is among the first k."""
    _require(hits, total, k)
    return float(hits[:k].sum()) / total


def hit_rate_at(hits: Mask, k: int) -> float:
    """1 when any of the first k is relevant."""
    _require(hits, None, k)
    return float(hits[:k].any())


def reciprocal_rank_at(hits: Mask, k: int) -> float:
    """One over the place of the first relevant product, 0 when the first k hold none."""
    _require(hits, None, k)
    first = np.flatnonzero(hits[:k])
    return 1.0 / (int(first[0]) + 1) if first.size else 0.0


def average_precision_at(hits: Mask, total: int, k: int) -> float:
    """Precision at each relevant place of the first k, added up and divided by ``total`` (map_cut of TREC).

    Source: Buckley, Voorhees, "Evaluating Evaluation Measure Stability", 2000, section 2, cut at k.
    """
    _require(hits, total, k)
    first = hits[:k]
    precision = np.cumsum(first) / np.arange(1, len(first) + 1)
    return float((precision * first).sum()) / total


def average_precision_at_r(hits: Mask, total: int) -> float:
    """MAP@R of one list: mean over the first R = ``total`` places of precision where relevant, 0 elsewhere.

    Source: Musgrave, Belongie, Lim, "A Metric Learning Reality Check", 2020, section 3.2.
    """
    return average_precision_at(hits, total, total)


def ndcg_at(hits: Mask, total: int, k: int) -> float:
    """Normalised discounted cumulative gain of the first k, with relevance 0 or 1.

    Source: Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, section 2.2.
    """
    _require(hits, total, k)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gained = float((discounts[: len(hits[:k])] * hits[:k]).sum())
    return gained / float(discounts[: min(k, total)].sum())


def _require(hits: Mask, total: int | None, k: int) -> None:
    if total is not None and total < 1:
        raise BadArgument(
            "Nothing is right for a case, so there is no share of it to find.",
            next_step="Leave such cases out and count them.",
        )
    if k < 1:
        raise BadArgument(f"There is no list of the first {k}.", next_step="Ask for k of at least 1.")
    if total is not None and (found := int(np.count_nonzero(hits))) > total:
        raise BadArgument(
            f"{found} of a list count as right where only {total} products are.",
            next_step="Take ignored products and repeated ones out of the list first.",
        )
