"""Metrics of one ranked list against its truth. Higher is better, 0 to 1, never NaN.

``hits`` says of each place of the list, best first, whether the product there is relevant, shape (n,); places
that count neither way are taken out before. ``total`` is how many relevant products there are, at least 1.
Names follow the field: recall at k is the share found, hit at k whether any was (what metric learning calls
Recall@k).
"""

from __future__ import annotations

import numpy as np

from lookalike.vectors import Mask


def precision_at(hits: Mask, k: int) -> float:
    """Share of the first k that is relevant; places a short list leaves empty count as misses."""
    return float(hits[:k].sum()) / k


def recall_at(hits: Mask, total: int, k: int) -> float:
    """Share of the relevant products that is among the first k."""
    return float(hits[:k].sum()) / total


def hit_at(hits: Mask, k: int) -> float:
    """1 when any of the first k is relevant."""
    return float(hits[:k].any())


def reciprocal_rank(hits: Mask) -> float:
    """One over the place of the first relevant product, 0 when the list holds none."""
    first = np.flatnonzero(hits)
    return 1.0 / (int(first[0]) + 1) if first.size else 0.0


def average_precision_at_r(hits: Mask, total: int) -> float:
    """MAP@R of one list: mean over the first R = ``total`` places of precision where relevant, 0 elsewhere.

    Source: Musgrave, Belongie, Lim, "A Metric Learning Reality Check", 2020, section 3.2.
    """
    first = hits[:total]
    precision = np.cumsum(first) / np.arange(1, len(first) + 1)
    return float((precision * first).sum()) / total


def ndcg_at(hits: Mask, total: int, k: int) -> float:
    """Normalised discounted cumulative gain of the first k, with relevance 0 or 1.

    Source: Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, section 2.2.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gained = float((discounts[: len(hits[:k])] * hits[:k]).sum())
    return gained / float(discounts[: min(k, total)].sum())
