"""Rows become an answer: each with its product, its colours, and what it has in common with what asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from types import MappingProxyType

from lookalike.recommend.answer import Answer
from lookalike.recommend.query import Query
from lookalike.recommend.reasons import reasons
from lookalike.recommend.recommendation import Asked, Colour, Recommendation, Thumbnails
from lookalike.recommend.recommender import recommend
from lookalike.view import View

_NOTHING: Mapping[str, float] = MappingProxyType({})


def answered(
    view: View,
    query: Query,
    asked: Callable[[], Asked] | None,
    thumbnails: Thumbnails,
    *,
    colours: Sequence[Colour] = (),
    spent: Mapping[str, float] = _NOTHING,
) -> Answer:
    """Ask the recommender and dress its rows with their products, and with what they share.

    ``colours`` are those of a photo that asks; of a product they are known here. ``spent`` are the seconds
    of the stages before.
    """
    ranked = recommend(query, view.snapshot)
    began = perf_counter()
    snapshot = view.snapshot
    seed = [] if query.seed is None else [query.seed]
    ids = [*seed, *(snapshot.ids[row] for row in ranked.rows)]
    products = view.products(ids)
    dressed = snapshot.palettes.described([*map(snapshot.row, seed), *ranked.rows])
    asking = None if query.seed is None else products[query.seed]
    ours = colours if asking is None else dressed[0]
    results = tuple(
        Recommendation(
            found := products[i],
            score,
            evidence,
            own,
            reasons(asking, ours, found, own),
            tuple(snapshot.ids[other] for other in ranked.copies.get(row, ())),
            tuple(snapshot.ids[other] for other in ranked.variants.get(row, ())),
        )
        for row, i, score, evidence, own in zip(
            ranked.rows, ids[len(seed) :], ranked.scores, ranked.evidence, dressed[len(seed) :], strict=True
        )
    )
    rank = ranked.seconds["rank"] + perf_counter() - began
    seconds = {**spent, "search": ranked.seconds["search"], "rank": rank}
    return Answer(results, ranked.complete, ranked.explain, asked, thumbnails, seconds)
