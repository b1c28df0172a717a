"""What the numbers of an answer mean in this shop: none of it changes the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from lookalike.recommend.closeness import Closeness
from lookalike.recommend.query import Query
from lookalike.recommend.sentence import LOOKS_LIKE, nothing_close
from lookalike.vectors import DECIMALS, Floats

SAID = 0.5
"""Texts that say a larger share of the words are an answer to them."""

WORDS_COSINE = "shown_cosine"
"""Evidence that is told as the similarity where words ask alone."""

Known = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Scores:
    """Of each of r results its ``similarity``, ``closeness``, ``same`` product and whether it is ``far``.

    A number that is not known is None. ``nothing_close`` is of the whole answer, ``explain`` what there is
    to say of it.
    """

    similarity: Known
    closeness: Known
    same: Known
    far: Sequence[bool]
    nothing_close: bool
    explain: Mapping[str, Any]

    @classmethod
    def of(cls, query: Query, evidence: Sequence[Mapping[str, float]], fitted: Closeness | None) -> Scores:
        """What was measured of the results, told in a shop of this closeness; None where none is fitted."""
        cosine = "look" if len(query.looks) else WORDS_COSINE
        similarity = [measured.get(cosine) for measured in evidence]
        unknown: Known = [None] * len(evidence)
        if not len(query.looks) or fitted is None:
            nothing = not len(query.looks) and _unlike_words(query, evidence)
            return cls(similarity, unknown, unknown, [False] * len(evidence), nothing, _said(query, nothing))
        cosines = np.array([np.nan if one is None else one for one in similarity], dtype=np.float32)
        chances = fitted.same_product(cosines) if _is_photo(query) else None
        far = [one is not None and fitted.is_far(one) for one in similarity]
        seen = [one for one, known in zip(far, similarity, strict=True) if known is not None]
        nothing = "look" in query.weights and bool(seen) and all(seen)
        nothing = nothing and (not query.typed or _unlike_words(query, evidence))
        below = fitted.nothing_close_below
        told = {
            "neighbours": fitted.neighbours,
            "nothing_close_below": None if below is None else round(below, DECIMALS),
        }
        return cls(
            similarity,
            _listed(fitted.percentile(cosines)),
            unknown if chances is None else _listed(chances),
            far,
            nothing,
            {"closeness": told, **_said(query, nothing)},
        )


def asked_by(query: Query) -> str:
    """What the results are like, as a shopper would say; "" for a product that asks."""
    if query.examples:
        return "what you chose"
    return "" if query.seed is not None else query.called or "your photo"


def _is_photo(query: Query) -> bool:
    """Whether one photograph asks, and nothing of the catalogue, whose pictures are known to show others."""
    return query.seed is None and not query.examples and not query.called and len(query.looks) == 1


def _unlike_words(query: Query, evidence: Sequence[Mapping[str, float]]) -> bool:
    """Whether no result's texts say most of the words and no picture looks like them, though both could."""
    if not query.typed or not evidence:
        return False
    return all(found.get("text", 0.0) <= SAID and found.get("shown", 0.0) < LOOKS_LIKE for found in evidence)


def _said(query: Query, nothing: bool) -> dict[str, Any]:
    asked = asked_by(query) if len(query.looks) else ""
    return {"nothing_close": nothing_close(asked, words=not len(query.looks))} if nothing else {}


def _listed(column: Floats) -> Known:
    return [None if isnan(value) else round(value, DECIMALS) for value in column.tolist()]
