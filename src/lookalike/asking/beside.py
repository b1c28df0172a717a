"""A product of the catalogue asks: what goes with it? What others tied to it leads, style fills up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lookalike.asking.chosen import gates_of
from lookalike.asking.dressing import answered
from lookalike.asking.kind_ties import SELDOM, kind_ties
from lookalike.asking.placed import Placed
from lookalike.asking.ruled import ruled
from lookalike.asking.shopper import Shopper
from lookalike.asking.wishes import Wishes
from lookalike.behaviour.together import Together
from lookalike.errors import BadArgument
from lookalike.neighbours.kinds import places_within
from lookalike.neighbours.links import Link, Tie
from lookalike.products import Product
from lookalike.recommend.answer import Answer
from lookalike.recommend.query import Query
from lookalike.recommend.reasons import reasons
from lookalike.recommend.recommendation import Reason, Recommendation, Thumbnails
from lookalike.recommend.recommender import allowed
from lookalike.vectors import Floats, Mask
from lookalike.view import View

FROM: Final[Mapping[str, tuple[float, float]]] = {
    "links": (0.9, 1.0),
    "bought": (0.7, 0.9),
    "viewed": (0.5, 0.7),
    "style": (0.0, 0.5),
}
"""Between what a fit lies, by the strongest evidence for it."""

FEWEST = 2
"""Shoppers who bought both, or visits that saw both, for that to be more than chance."""

_HALF = 0.1  # a score of behaviour that counts half
_TIES: Final[Mapping[Tie, float]] = {"crosssell": 1.0, "related": 0.9, "upsell": 0.8}
_LATER = 0.09  # what the last of them is behind the first
_SAID = 2  # attributes that a sentence names
_OF_PICTURES = ("closeness", "nothing_close")

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Beside:
    """What is known of all p products beside one of them, ``row``.

    ``links`` (p,) is how closely the merchant tied it, ``bought`` and ``viewed`` (p,) the scores of those
    bought or seen together with it by `FEWEST` or more, ``style`` (p,) from 0 to 1; NaN where that says
    nothing. ``buyers`` and ``visits`` (p,) say how many. ``ties`` are the links, by row.
    """

    view: View
    row: int
    links: Floats
    bought: Floats
    viewed: Floats
    style: Floats
    buyers: Ints
    visits: Ints
    ties: Mapping[int, Link]

    @classmethod
    def of(cls, view: View, placed: Placed, row: int, *, instead: bool = False) -> Beside:
        """Look everything up; ``instead`` tells the style of kinds that do its job as well."""
        asking = view.snapshot.ids[row]
        ties = {link.row: link for link in view.links.of(row)}
        links = np.full(len(view.snapshot), np.nan, dtype=np.float32)
        for place, link in enumerate(ties.values()):  # in the merchant's order
            links[link.row] = _TIES[link.tie] - _LATER * place / len(ties)
        bought, buyers = _together(placed, placed.signals.bought_with(asking))
        viewed, visits = _together(placed, placed.signals.viewed_with(asking))
        ties_of_kinds = kind_ties(view, placed, int(view.kinds.codes[row]))
        style = view.style.fits(row, ties_of_kinds, instead=instead)
        apart = np.append(ties_of_kinds < SELDOM, False)[view.kinds.codes]  # the last is of no kind
        style = np.where(apart, np.float32(np.nan), style)
        return cls(view, row, links, bought, viewed, style, buyers, visits, ties)

    @cached_property
    def fits(self) -> Floats:
        """How well each product goes with it, (p,), 0 to 1, see `FROM`; NaN where nothing is known."""
        fits = np.full(len(self.links), np.nan, dtype=np.float32)
        for name in reversed(tuple(FROM)):
            low, high = FROM[name]
            column: Floats = getattr(self, name)
            said = ~np.isnan(column)
            fits[said] = low + (high - low) * column[said]
        return fits

    @property
    def columns(self) -> dict[str, Floats]:
        """The evidence by name, (p,) each."""
        return {name: getattr(self, name) for name in FROM}

    def said(self, keep: Mask) -> dict[str, int]:
        """Of how many of the products that are kept each source says something."""
        return {
            name: int(np.count_nonzero(keep & ~np.isnan(column))) for name, column in self.columns.items()
        }

    def telling(self, product: Product, evidence: Mapping[str, float]) -> tuple[Sequence[Reason], str]:
        """Why a product goes with it: what tells the most first, then what they have in common."""
        row = self.view.snapshot.row_of[product.id]
        why: list[Reason] = []
        if row in self.ties:
            why.append(Reason("links", "Chosen by the shop to go with it", self.ties[row].tie))
        if "bought" in evidence:
            count = int(self.buyers[row])
            why.append(Reason("bought", f"Bought together by {count:,} shoppers", count))
        if "viewed" in evidence:
            count = int(self.visits[row])
            why.append(Reason("viewed", f"Looked at together in {count:,} visits", count))
        why += self._shared(row)
        said = why[0].text if why and why[0].kind in FROM else self._style(why)
        return tuple(why), f"{said}."

    def _shared(self, row: int) -> list[Reason]:
        """The attributes in which both agree, those that tell most first, then colour and brand."""
        columns = self.view.snapshot.columns
        found = [
            Reason(name, columns.words(name, np.array([row]))[0], columns.words(name, np.array([row]))[0])
            for name, field in self.view.style.fields.items()
            if name != "brand" and field.codes[row] >= 0 and field.codes[row] == field.codes[self.row]
        ]
        asking, other = self.view.shown([self.row, row])
        common = reasons(asking, asking.strong, other)
        return [*found[:_SAID], *(reason for reason in common if reason.kind in ("colour", "brand"))]

    @staticmethod
    def _style(why: Sequence[Reason]) -> str:
        words = [reason.text for reason in why if reason.kind not in FROM]
        return f"In its style: {', '.join(words)}" if words else "In its style"


def _together(placed: Placed, found: Together) -> tuple[Floats, Ints]:
    """Scores (p,), half for `_HALF`, NaN where too few had both, and how many had, (p,)."""
    often = found.support >= FEWEST
    score = np.where(often, found.score / (found.score + np.float32(_HALF)), np.float32(np.nan))
    count = np.zeros(len(placed.known), dtype=np.int32)
    there = placed.rows >= 0
    count[placed.rows[there]] = found.support[there]
    return placed.column(score.astype(np.float32)), count


def goes_with(
    view: View,
    placed: Placed,
    asking: str,
    wishes: Wishes,
    thumbnails: Thumbnails,
    *,
    per_kind: int | None,
    shopper: Shopper | None,
) -> Answer:
    """What goes with a product, of other kinds, at most ``per_kind`` of each. Raises `UnknownProduct`."""
    if per_kind is not None and (isinstance(per_kind, bool) or not isinstance(per_kind, int) or per_kind < 1):
        raise BadArgument(
            f"per_kind is {per_kind!r}.", next_step="Give a whole number from 1 up, or leave it out."
        )
    found = Beside.of(view, placed, view.snapshot.row(asking))
    query = ruled(beside_query(found, wishes, shopper), view, "goes-with")
    query = _few_of_each(view, query, found, per_kind)
    answer = answered(view, query, lambda: view.asked(asking), thumbnails, telling=found.telling)
    return replace(
        answer,
        results=tuple(map(_unmeasured, answer.results)),
        explain={name: told for name, told in answer.explain.items() if name not in _OF_PICTURES},
        nothing_close=False,
    )


def _unmeasured(result: Recommendation) -> Recommendation:
    """A result of which nothing is said that only likeness could say."""
    return replace(result, similarity=None, closeness=None, same_product=None)


def beside_query(found: Beside, wishes: Wishes, shopper: Shopper | None) -> Query:
    """The question what goes with a product; all it says of products is the one column "fit"."""
    view = found.view
    gates = {"own kind": others(found), **({} if shopper is None else gates_of(view, shopper, seen=True))}
    kind = view.kinds.of(found.row)
    unmet = [] if view.kinds.names else ["No product says what kind it is: nothing is known to go with it."]
    told: dict[str, Any] = {
        "kind": None if kind is None else {"name": kind.name, "from": kind.known_by, "share": kind.share},
        "sources": found.said(gates["own kind"]),
    }
    return replace(
        wishes.query({"fit": 1.0}),
        seed=view.snapshot.ids[found.row],
        given={"fit": found.fits},
        beside=found.columns,
        gates=gates,
        explain={"goes_with": told, "unmet": unmet},
    )


def others(found: Beside) -> Mask:
    """Which products may stand beside one, (p,): of other kinds, and none that is the same thing.

    What the merchant names as a cross-sell may be of the same kind.
    """
    view, row = found.view, found.row
    own = int(view.kinds.codes[row])
    keep: Mask = view.kinds.codes != own if own >= 0 else np.ones(len(view.snapshot), dtype=np.bool_)
    for other, link in found.ties.items():
        keep[other] |= link.tie == "crosssell"
    keep[row] = False
    keep[view.snapshot.kin.of(row)] = False
    return keep


def _few_of_each(view: View, query: Query, found: Beside, per_kind: int | None) -> Query:
    """The question with at most so many products of each kind let in, those that fit best."""
    if per_kind is None:
        return query
    keep, _ = allowed(query, view.snapshot)
    keep &= ~np.isnan(found.fits)
    rows = np.flatnonzero(keep)
    score = found.fits[rows] if query.lift is None else (found.fits + query.lift)[rows]
    gone = view.sold_out[rows]
    late = gone if query.stock == "first" else np.zeros(len(rows), dtype=np.bool_)
    rows = rows[np.lexsort((rows, -score, late))]
    families = view.snapshot.families(copies=not query.duplicates, variants=not query.variants)
    if families is not None:  # of each family its first stands for all
        rows = rows[families.firsts(rows)]
    few = np.zeros(len(keep), dtype=np.bool_)
    few[rows[places_within(view.kinds.codes[rows]) < per_kind]] = True
    few[list(query.pins.values())] = True
    if families is not None:
        few |= (families.group >= 0) & np.isin(families.group, families.group[few & (families.group >= 0)])
    return replace(query, gates={**query.gates, "per kind": few})
