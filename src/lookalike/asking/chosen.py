"""What is right for a shopper: taste, looks, behaviour and popularity become one question.

Where behaviour knows a product it leads; where it is silent the product's looks and what is said of it
speak, and silence about what is rarely seen is no evidence against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np

from lookalike.asking.because import Because
from lookalike.asking.dressing import answered
from lookalike.asking.placed import Placed
from lookalike.asking.ruled import ruled
from lookalike.asking.said import said_alike
from lookalike.asking.shopper import Shopper, Understood
from lookalike.asking.variety import varied
from lookalike.asking.wanted import behaviour
from lookalike.asking.wishes import Wishes
from lookalike.recommend.answer import Answer
from lookalike.recommend.query import Query
from lookalike.recommend.recommendation import Thumbnails
from lookalike.recommend.recommender import allowed, recommend
from lookalike.recommend.scales import GUESSED, Scale
from lookalike.taste.promises import misfits, promises
from lookalike.taste.taste import seats
from lookalike.vectors import DECIMALS, Floats, Mask, Rows
from lookalike.view import View

WEIGHTS: Final[Mapping[str, float]] = {
    "behaviour": 3.0,
    "look": 1.0,
    "content": 1.0,
    "taste": 1.0,
    "popular": 0.15,
}
"""What each kind of evidence counts, told on one scale. Content is the look of what has no picture."""

EXPECTED: Final = 0.8
"""What content counts in place of behaviour that cannot know a product yet: see decision 0022."""

DIVERSITY: Final = 0.1
"""The dial of diversity where nobody sets it and more is known than one visit, which looks for one thing."""


def for_shopper(
    view: View,
    placed: Placed,
    shopper: Shopper,
    wishes: Wishes,
    thumbnails: Thumbnails,
    *,
    seen: bool,
    diversity: float | None,
) -> Answer:
    """What is right for a shopper; ``seen`` lets in what was seen, ``diversity`` None leaves it to us.

    No picture asks here, so that nothing is said of how close a product is.
    """
    found = Understood.of(shopper, view)
    query = shopper_query(view, placed, found, wishes, seen=seen, diversity=diversity)
    query = ruled(query, view, "recommend", shopper.now)
    answer = answered(view, query, None, thumbnails, telling=Because(view, placed, found))
    explain = {name: told for name, told in answer.explain.items() if name not in _OF_PICTURES}
    told = partial(_told, query)
    results = tuple(
        replace(one, score=told(one.score), similarity=None, closeness=None, same_product=None)
        for one in answer.results
    )
    return replace(answer, results=results, explain=explain, nothing_close=False)


_OF_PICTURES = ("closeness", "nothing_close")


def _told(query: Query, score: float) -> float:
    """A score made in steps of cosines as the mean of all evidence: 1 as the best, 0 as by chance."""
    if "look" not in query.weights:
        return score
    counts = sum(_counts(query, name) for name in query.weights)
    return round(1 + (score - 1) / counts, DECIMALS)


def shopper_query(
    view: View, placed: Placed, found: Understood, wishes: Wishes, *, seen: bool, diversity: float | None
) -> Query:
    """The question of one shopper, see `for_shopper`."""
    shopper = found.shopper
    gates = gates_of(view, shopper, seen=seen, variants=wishes.variants)
    given, beside, suits = _evidence(view, placed, found) if found.taste else ({}, {}, None)
    sources = [name for name in WEIGHTS if name in given or (name == "look" and len(found.looks))]
    query = replace(
        wishes.query({name: WEIGHTS[name] for name in sources} or {"variety": 1.0}),
        looks=found.looks,
        norms=found.norms,
        given=given,
        beside=beside,
        scales={"look": view.scales["look"], **dict.fromkeys(given, Scale(0, 1))} if given else {},
        gates=gates,
        diversity=_dial(found) if diversity is None else diversity,
    )
    query = replace(query, explain=_explain(view, placed, query, found))
    if suits is not None:
        return _shared(view, query, found, suits)
    popular = placed.popularity
    unfit = misfits(shopper.profile.declared, view.snapshot.columns)
    many = len(view.kinds.names) >= wishes.k  # as many kinds as products make an answer varied
    return replace(
        query,
        given={"variety": varied(view, query, popular, unfit)},
        beside={} if popular is None else {"popular": popular},
        diversity=0.0 if diversity is None and many else query.diversity,
    )


def _dial(found: Understood) -> float:
    return 0.0 if found.known == "session" else DIVERSITY


def _evidence(
    view: View, placed: Placed, found: Understood
) -> tuple[dict[str, Floats], dict[str, Floats], Rows]:
    """Columns (p,) by name beside looks, those that are only reported, and which leaning each suits (p,).

    What is told as behaviour is a mixture of it and of what content lets expect, by how much is known.
    """
    columns: dict[str, Floats] = {}
    beside: dict[str, Floats] = {}
    told, suits = found.taste.told()
    wanted = behaviour(placed, found.shopper)
    alike = said_alike(view, found.history)
    if alike is not None:
        columns["content"] = alike
    if wanted is not None:
        known, guess = placed.sure, np.float32(GUESSED) * np.maximum(told, 0)
        if alike is not None:
            guess = np.maximum(guess, np.float32(EXPECTED) * alike)
        columns["behaviour"] = (known * np.nan_to_num(wanted, nan=0.0) + (1 - known) * guess).astype(
            np.float32
        )
        beside["behaviour"] = wanted
    unfit = misfits(found.shopper.profile.declared, view.snapshot.columns)
    columns["taste"] = told if unfit is None else told + unfit
    popular = placed.popularity
    if popular is not None:
        columns["popular"] = popular
    return columns, beside, suits


def _shared(view: View, query: Query, found: Understood, suits: Rows) -> Query:
    """The question in which every leaning has its share of the answer, and not the strongest all of it.

    All products that suit a leaning best are lifted by as much as brings the last of its share up to the
    last of the strongest's. ``suits`` (p,) are places of leanings.
    """
    leanings = found.taste.leanings
    places = seats(found.taste.shares(), query.k)
    last: dict[int, float] = {}
    for place, count in enumerate(places):
        if count and sum(map(bool, places)) > 1:
            own = replace(
                query,
                k=count,
                looks=found.looks[place : place + 1],
                norms=found.norms[place : place + 1],
                gates={**query.gates, "leaning": suits == place},
                stock="any",
                per_brand=None,
                diversity=0.0,
            )
            scores = recommend(own, view.snapshot).scores
            if len(scores) == count:
                last[place] = scores[-1]
    if len(last) < 2:
        return query
    level = max(last.values())
    lifts = np.zeros(len(leanings), dtype=np.float32)
    for place, score in last.items():
        lifts[place] = (level - score) / _counts(query, "taste")
    taste = query.given["taste"]
    assert isinstance(taste, np.ndarray)
    given = {**query.given, "taste": taste + lifts[suits]}
    return replace(query, given=given, beside={**query.beside, "taste": taste})


def _counts(query: Query, name: str) -> float:
    """By how much a score grows with evidence of this name."""
    weights = query.weights
    if "look" not in weights:
        return weights[name] / sum(weights.values())
    look = query.scales["look"]
    return (look.high - look.low) * weights[name] / weights["look"]


def gates_of(view: View, shopper: Shopper, *, seen: bool, variants: bool = True) -> dict[str, Mask]:
    """What may come, (p,), by the reason that leaves out the rest.

    A copy of what is owned is owned; and unless ``variants`` are let in, a style of which one is owned or was
    seen is.
    """
    snapshot = view.snapshot
    ids = {"owned": shopper.owned, "disliked": shopper.disliked}
    if not seen:
        ids["seen"] = shopper.seen | {*shopper.recent}
    gates: dict[str, Mask] = {}
    for reason, named in ids.items():
        rows = [snapshot.row_of[item] for item in named if item in snapshot.row_of]
        if rows:
            families = snapshot.copies if variants or reason == "disliked" else snapshot.kin
            kin = [families.of(row) for row in rows]
            gates[reason] = np.ones(len(snapshot), dtype=np.bool_)
            gates[reason][np.concatenate([np.array(rows, dtype=np.intp), *kin])] = False
    return {**gates, **promises(shopper.profile.declared, snapshot.columns, view.ground)}


def _explain(view: View, placed: Placed, query: Query, found: Understood) -> dict[str, Any]:
    """What the answer says of the shopper, and what there is to say where nothing is left."""
    sources = [*query.weights]
    told = {"known": found.known, "because": _because(placed, found), "sources": sources}
    budget, gates = found.shopper.profile.declared.budget, query.gates
    if budget is not None and not gates["budget"].any():
        return {
            "shopper": told,
            "unmet": [f"Nothing here costs {budget} or less, which is this shopper's budget."],
        }
    keep, _ = allowed(replace(query, gates={}), view.snapshot)
    if not keep.any() or np.logical_and.reduce([keep, *gates.values()]).any():
        return {"shopper": told, "unmet": []}
    names = {"owned": "is owned", "disliked": "is disliked", "seen": "was seen", "avoided": "is avoided"}
    why = [names.get(name, "is above the budget") for name, gate in gates.items() if not gate[keep].all()]
    return {"shopper": told, "unmet": [f"What matches {' or '.join(why)}."]}


def _because(placed: Placed, found: Understood) -> str:
    """In a sentence, what the answer goes by."""
    history, known = found.history, found.known
    gone = f" {_count(history.passed_over)} not in the catalogue." if history.passed_over else ""
    count = len(history.liked) + len(history.disliked)
    if known == "history":
        return f"By what this shopper did with {count:,} {_products(count)}, the newest most.{gone}"
    if known == "session":
        return f"By the {count:,} {_products(count)} that this visit looked at; nothing of it is kept.{gone}"
    if known == "profile":
        return f"By what this shopper says: nothing is known of what they did.{gone}"
    if len(placed.signals.items):
        return f"Nothing is known of this shopper: these are popular, and of different kinds.{gone}"
    return f"Nothing is known of this shopper, or of any other: these are of different kinds.{gone}"


def _count(passed_over: int) -> str:
    return "One other is" if passed_over == 1 else f"{passed_over:,} others are"


def _products(count: int) -> str:
    return "product" if count == 1 else "products"
