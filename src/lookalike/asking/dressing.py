"""Rows become an answer: each with its product, its colours, and what it has in common with what asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from types import MappingProxyType
from typing import Any
from unicodedata import combining, normalize

from lookalike.asking.scores import WORDS_COSINE, Scores, asked_by
from lookalike.filters import Filter
from lookalike.neighbours.snapshot import Snapshot
from lookalike.products import Product
from lookalike.recommend.answer import Answer
from lookalike.recommend.query import Query
from lookalike.recommend.reasons import reasons
from lookalike.recommend.recommendation import Asked, Colour, Instead, Reason, Recommendation, Thumbnails
from lookalike.recommend.recommender import Ranked, recommend
from lookalike.recommend.relaxing import relaxed, unmet
from lookalike.recommend.sentence import Measured, Typed, sentence
from lookalike.recommend.shown import Shown, strong
from lookalike.view import View
from lookalike.words.texts import base_form

Telling = Callable[[Product, Mapping[str, float]], tuple[Sequence[Reason], str]]
"""Why a product is in an answer where no product, photo or word asked: the reasons, and a sentence."""

_NOTHING: Mapping[str, float] = MappingProxyType({})
_WORD = re.compile(r"[^\W_]+")


def answered(
    view: View,
    query: Query,
    asked: Callable[[], Asked] | None,
    thumbnails: Thumbnails,
    *,
    colours: Sequence[Colour] = (),
    spent: Mapping[str, float] = _NOTHING,
    telling: Telling | None = None,
) -> Answer:
    """Ask the recommender and dress its rows with their products, and with what they share.

    ``colours`` are those of a photo that asks; of a product they are known here. ``spent`` are the seconds
    of the stages before. ``telling`` says of each product why it is here, instead of what it shares.
    """
    ranked = recommend(query, view.snapshot)
    began = perf_counter()
    scores = Scores.of(query, ranked.evidence, view.fitted.closeness)
    results = dressed(view, query, ranked, scores, colours, telling=telling)
    rank = ranked.seconds["rank"] + perf_counter() - began
    seconds = {**spent, "search": ranked.seconds["search"], "rank": rank}
    explain: dict[str, Any] = {**ranked.explain, **scores.explain}
    ways = () if ranked.explain["matching"] else instead(view, query, colours, telling)
    if not (ranked.explain["matching"] or explain["unmet"]) and query.where.terms:
        explain["unmet"] = [unmet(query, view.snapshot)]
    return Answer(results, ranked.complete, explain, asked, thumbnails, seconds, scores.nothing_close, ways)


def instead(
    view: View, query: Query, colours: Sequence[Colour] = (), telling: Telling | None = None
) -> tuple[Instead, ...]:
    """What there is where wishes leave nothing, when one of them gives way."""
    ways = []
    for way in relaxed(query, view.snapshot):
        ranked = recommend(way.query, view.snapshot)
        scores = Scores.of(way.query, ranked.evidence, view.fitted.closeness)
        results = dressed(view, way.query, ranked, scores, colours, telling=telling)
        first = len(way.query.where.terms) - len(way.query.but.terms)
        where = Filter(way.query.where.terms[:first]).written
        ways.append(Instead(way.said, where, way.query.but.written, way.matching, results))
    return tuple(ways)


def dressed(
    view: View,
    query: Query,
    ranked: Ranked,
    scores: Scores,
    colours: Sequence[Colour] = (),
    *,
    telling: Telling | None = None,
) -> tuple[Recommendation, ...]:
    """Ranked rows as recommendations."""
    snapshot, like, by_look = view.snapshot, asked_by(query), bool(len(query.looks))
    found = view.shown([*ranked.rows, *([] if query.seed is None else [snapshot.row(query.seed)])])
    asking = None if query.seed is None else found.pop()
    ours = strong(colours) if asking is None else asking.strong
    typed = _typed(query, found, ranked.evidence)
    results = []
    for row, shown, score, evidence, words, similarity, closeness, same, far in zip(
        ranked.rows,
        found,
        ranked.scores,
        ranked.evidence,
        typed,
        scores.similarity,
        scores.closeness,
        scores.same,
        scores.far,
        strict=True,
    ):
        why: Sequence[Reason]
        if telling is None:
            why, content = reasons(asking, ours, shown), evidence.get("content")
            looks = similarity if by_look else None
            said = sentence(Measured(like, looks, closeness, far, same, words, content, why))
        else:
            why, said = telling(shown.product, evidence)
        if WORDS_COSINE in evidence:
            evidence = {name: value for name, value in evidence.items() if name != WORDS_COSINE}
        copies = _ids(snapshot, ranked.copies[row]) if row in ranked.copies else ()
        variants = _ids(snapshot, ranked.variants[row]) if row in ranked.variants else ()
        results.append(
            Recommendation(
                shown.product,
                score,
                evidence,
                shown.colours,
                why,
                copies,
                variants,
                similarity,
                closeness,
                same,
                said,
            )
        )
    return tuple(results)


def _ids(snapshot: Snapshot, rows: Sequence[int]) -> tuple[str, ...]:
    return tuple([snapshot.ids[row] for row in rows])


def _typed(
    query: Query, found: Sequence[Shown], evidence: Sequence[Mapping[str, float]]
) -> Sequence[Typed | None]:
    """What each product has of the words that asked; None where none did."""
    if not query.typed:
        return [None] * len(found)
    words = [base_form(word) for word in query.typed]
    typed = []
    for shown, measured in zip(found, evidence, strict=True):
        product = shown.product
        held = _folded(product.title)
        named = [held[word] for word in words if word in held]
        text = measured.get("text")
        untold = {*words} - {*held}
        if text and not (untold and untold - {*_folded(_texts(product))}):
            text = 1.0  # a word that stands in few fields, or late, is said all the same
        typed.append(Typed(named, len(query.typed), text, measured.get("shown")))
    return typed


def _texts(product: Product) -> str:
    attributes = (str(value) for value in product.attributes.values())
    return " ".join((product.brand, product.category, product.description, *attributes))


def _folded(text: str) -> dict[str, str]:
    """The words of a text by their base form, folded as `lookalike.neighbours.tokens` does for many."""
    plain = "".join(sign for sign in normalize("NFKD", text) if not combining(sign))
    return {base_form(word): word for word in _WORD.findall(plain.casefold())}
