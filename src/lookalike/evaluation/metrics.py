"""Metrics of ranked lists against their truth, under the names that MTEB prints. 0 to 1, higher is better.

``hits`` says of each place of a list, best first, whether the product there is relevant, shape (n,), or
(lists, n) for several at once; places that count neither way are taken out before. ``total`` is how many
relevant products there are, at least 1, one number or (lists,). Recall at k is the share found, hit rate at k
whether any was (what metric learning calls Recall@k; where one product is right the two are the same). Each
answers with one number or (lists,), and raises `BadArgument` for k below 1, for a total below 1, of which no
share could be taken, and for more hits than there are relevant products: never a silent 0 or NaN.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.vectors import Mask

Wide = npt.NDArray[np.float64]


def precision_at(hits: Mask, k: int) -> Wide:
    """Share of the first k that is relevant; places a short list leaves empty count as misses."""
    _require(k)
    found: Wide = hits[..., :k].sum(axis=-1) / k
    return found


def recall_at(hits: Mask, total: npt.ArrayLike, k: int) -> Wide:
    """Share of the relevant products that is among the first k."""
    found: Wide = hits[..., :k].sum(axis=-1) / _totals(hits, total, k)
    return found


def hit_rate_at(hits: Mask, k: int) -> Wide:
    """1 when any of the first k is relevant."""
    _require(k)
    return np.asarray(hits[..., :k].any(axis=-1), dtype=np.float64)


def reciprocal_rank_at(hits: Mask, k: int) -> Wide:
    """One over the place of the first relevant product, 0 when the first k hold none."""
    _require(k)
    first = hits[..., :k]
    worth = first / np.arange(1, first.shape[-1] + 1)
    found: Wide = worth.max(axis=-1, initial=0.0)
    return found


def average_precision_at(hits: Mask, total: npt.ArrayLike, k: int) -> Wide:
    """Precision at each relevant place of the first k, added up and divided by ``total``: map_cut of TREC.

    Source: Buckley, Voorhees, "Evaluating Evaluation Measure Stability", 2000, section 2, cut at k.
    """
    first = hits[..., :k]
    precision = np.cumsum(first, axis=-1) / np.arange(1, first.shape[-1] + 1)
    found: Wide = (precision * first).sum(axis=-1) / _totals(hits, total, k)
    return found


def average_precision_at_r(hits: Mask, total: int) -> float:
    """MAP@R of one list (n,): over the first R = ``total`` places, precision where relevant, 0 elsewhere.

    Source: Musgrave, Belongie, Lim, "A Metric Learning Reality Check", 2020, section 3.2.
    """
    _totals(hits, total, 1)
    places = np.flatnonzero(hits[:total])
    precision = np.arange(1.0, len(places) + 1)
    precision /= places + 1
    return float(precision.sum()) / total


def ndcg_at(hits: Mask, total: npt.ArrayLike, k: int) -> Wide:
    """Normalised discounted cumulative gain of the first k, with relevance 0 or 1.

    Source: Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, section 2.2.
    """
    ideal = np.minimum(_totals(hits, total, k), k)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    first = hits[..., :k]
    found: Wide = (first * discounts[: first.shape[-1]]).sum(axis=-1) / np.cumsum(discounts)[ideal - 1]
    return found


def at_each(hits: Mask, total: npt.ArrayLike, ks: Sequence[int]) -> dict[str, Wide]:
    """All metrics of the first places by name, at each of ``ks``: precision_at_1, recall_at_1 and so on."""
    found: dict[str, Wide] = {}
    for k in ks:
        found[f"precision_at_{k}"] = precision_at(hits, k)
        found[f"recall_at_{k}"] = recall_at(hits, total, k)
        found[f"hit_rate_at_{k}"] = hit_rate_at(hits, k)
        found[f"mrr_at_{k}"] = reciprocal_rank_at(hits, k)
        found[f"map_at_{k}"] = average_precision_at(hits, total, k)
        found[f"ndcg_at_{k}"] = ndcg_at(hits, total, k)
    return found


def _totals(hits: Mask, total: npt.ArrayLike, k: int) -> npt.NDArray[np.intp]:
    _require(k)
    totals = np.asarray(total, dtype=np.intp)
    if (totals < 1).any():
        raise BadArgument(
            "Nothing is right for a case, so there is no share of it to find.",
            next_step="Leave such cases out and count them.",
        )
    found = hits.sum(axis=-1)
    if (found > totals).any():
        raise BadArgument(
            f"{np.max(found)} of a list count as right where fewer products are.",
            next_step="Take ignored products and repeated ones out of the list first.",
        )
    return totals


def _require(k: int) -> None:
    if k < 1:
        raise BadArgument(f"There is no list of the first {k}.", next_step="Ask for k of at least 1.")
