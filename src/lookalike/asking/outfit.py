"""A whole look is asked for: one product of each kind that go with one, or together, under a sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, Final

import numpy as np

from lookalike.asking.beside import Beside, beside_query
from lookalike.asking.chosen import gates_of
from lookalike.asking.kinds_asked import KindAsked, kinds_asked, kinds_beside
from lookalike.asking.placed import Placed
from lookalike.asking.ruled import ruled
from lookalike.asking.shopper import Shopper
from lookalike.asking.sums import MOST_MONEY, Sums, common_currency, parse_budget
from lookalike.asking.wishes import Wishes
from lookalike.errors import BadArgument
from lookalike.products import Price
from lookalike.recommend.budget import LARGEST_SUM, STEPS, Offers, best_choice, left_out, swaps
from lookalike.recommend.outfit import Outfit, Piece, Swap
from lookalike.recommend.query import Query
from lookalike.recommend.recommendation import Recommendation, Thumbnails
from lookalike.recommend.recommender import allowed
from lookalike.vectors import Floats, Mask, Rows
from lookalike.view import View

MOST_KINDS: Final = 12
"""Kinds that a look may have."""

USUAL_KINDS: Final = 3
"""Kinds that are put beside a product where none are named."""

HEARTS: Final = 12
"""Products of the first kind around which a look is tried, where no product asks."""

_DEARER: Final = "No other kind goes with it that the budget pays. Raise the budget."
_NOTHING: Final = "Nothing in stock that matches goes with it. Wish for less, or name kinds."

_PINNED = np.float32(1.0)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a look is to be: ``asking`` is the id of a product that is in it, or None."""

    asking: str | None
    kinds: tuple[str, ...]
    budget: Decimal | None
    currency: str
    wishes: Wishes

    @classmethod
    def of(
        cls,
        asking: str | None,
        kinds: Sequence[str],
        budget: Decimal | float | str | None,
        currency: str | None,
        wishes: Wishes,
    ) -> Ask:
        """Check what a caller gives. Raises `BadArgument`."""
        named = (kinds,) if isinstance(kinds, str) else tuple(kinds) if isinstance(kinds, Iterable) else ("",)
        if not all(isinstance(name, str) and name.strip() for name in named):
            raise BadArgument(f"kinds is {kinds!r}.", next_step="Name kinds, such as Shoes and Trousers.")
        if asking is None and not named:
            raise BadArgument("A look of what?", next_step="Name a product, or kinds, or both.")
        if len(named) > MOST_KINDS:
            raise BadArgument(f"{len(named)} kinds are asked for.", next_step=f"Name at most {MOST_KINDS}.")
        amount, unit = parse_budget(budget)
        if not isinstance(currency, str | None):
            raise BadArgument(f"currency is {currency!r}.", next_step="Name a currency, such as 'EUR'.")
        asked = (currency or "").strip().upper()
        if asked and unit and asked != unit:
            raise BadArgument(
                f"The budget is in {unit}, the look in {asked}.", next_step="Name one currency."
            )
        return cls(asking, named, amount, asked or unit, wishes)


def outfit(view: View, placed: Placed, ask: Ask, shopper: Shopper | None, thumbnails: Thumbnails) -> Outfit:
    """The best look there is. Raises `UnknownProduct`, `BadArgument`."""
    kinds = kinds_asked(view, ask.kinds)
    if ask.asking is not None:
        beside = Beside.of(view, placed, view.snapshot.row(ask.asking), instead=True)
        return _Looks(view, ask, kinds, thumbnails).around(beside, shopper)
    return _Looks(view, ask, kinds, thumbnails).of_kinds(placed, shopper)


@dataclass(frozen=True, slots=True)
class _Solved:
    """Which rows were chosen, how well they fit in all (in steps), and what they cost in all."""

    rows: list[int]
    steps: int
    cost: int


class _Looks:
    """Looks of one version."""

    def __init__(self, view: View, ask: Ask, kinds: Sequence[KindAsked], thumbnails: Thumbnails) -> None:
        self._view = view
        self._ask = ask
        self._kinds = list(kinds)
        self._thumbnails = thumbnails

    def around(self, beside: Beside, shopper: Shopper | None) -> Outfit:
        """The look around a product, whose price counts."""
        view, ask = self._view, self._ask
        query = ruled(beside_query(beside, ask.wishes, shopper), view, "outfit")
        keep, gone = _in_stock(view, query)
        own = view.products_at([beside.row])[0]
        unit = own.price.currency.strip().upper() if own.price is not None else ""
        currency = ask.currency or (
            unit if own.price is not None else common_currency(view.snapshot.columns, keep)
        )
        sums = _sums(view, currency, ask.budget)
        fits = _fits(query, beside.fits, keep)
        unmet = _own_price(own.price, currency, ask.budget)
        spent = int(sums.units[beside.row])
        if spent < 0:
            spent = 0 if own.price is None else sums.counted(own.price.amount)
        left = None if ask.budget is None else sums.within(ask.budget) - spent
        if not self._kinds:
            there = keep & sums.there
            going = partial(kinds_beside, view, fits, there, beside.row, costs=sums.costs, most=USUAL_KINDS)
            self._kinds = going(budget=left)
            if not self._kinds and (left is None or left >= 0):
                unmet.append(_DEARER if going(budget=None) else _NOTHING)
        explain = {**query.explain, "left_out": gone}
        kinds = [kind for kind in self._kinds if not kind.mask[beside.row]]
        unmet += [f"The look has {kind.name} already." for kind in self._kinds if kind.mask[beside.row]]
        told = _Told(beside, sums, fits)
        shown = told.recommendation(view, beside.row)
        return self._answer(kinds, told, keep, explain=explain, product=shown, spent=spent, unmet=unmet)

    def of_kinds(self, placed: Placed, shopper: Shopper | None) -> Outfit:
        """A look of kinds alone: the best of those around some products of the first kind."""
        view, ask = self._view, self._ask
        gates = {} if shopper is None else gates_of(view, shopper, seen=True)
        query = ruled(replace(ask.wishes.query({"fit": 1.0}), gates=gates), view, "outfit")
        keep, gone = _in_stock(view, query)
        currency = ask.currency or common_currency(view.snapshot.columns, keep)
        sums = _sums(view, currency, ask.budget)
        explain = {**query.explain, "left_out": gone}
        base = _fits(query, _wanted(view, placed), keep)
        first, *others = self._kinds
        there = np.flatnonzero(first.mask & keep & sums.there)
        blank = _Told(None, sums, base)
        if not len(there) or not others:
            return self._answer(self._kinds, blank, keep, explain=explain)
        rest = [kind.mask & keep & sums.there for kind in others]
        least = sum(int(sums.costs[mask].min()) for mask in rest if mask.any())
        found: list[tuple[int, int, _Told]] = []
        for row in self._hearts(there, base, sums, least):
            beside = Beside.of(view, placed, row, instead=True)
            fits = _fits(query, beside.fits, keep)
            fits[first.mask] = base[first.mask]
            told = _Told(beside, sums, fits, row)
            kinds = [kind for kind in self._kinds if len(told.among(kind, keep))]
            solved = self._solved(kinds, told, keep, 0)
            if solved is not None:
                found.append((solved.steps, -row, told))
        if not found:
            return self._answer(self._kinds, blank, keep, explain=explain)
        best = max(found, key=lambda entry: entry[:2])[2]
        return self._answer(self._kinds, best, keep, explain=explain)

    def _hearts(self, there: Rows, base: Floats, sums: Sums, least: int) -> list[int]:
        """Products of the first kind that leave enough for the others, the most wanted, and the cheapest."""
        budget = None if self._ask.budget is None else sums.within(self._ask.budget)
        pays = there if budget is None else there[sums.costs[there] + least <= budget]
        if not len(pays):
            return []
        order = pays[np.lexsort((pays, -base[pays]))][:HEARTS]
        cheapest = pays[np.lexsort((pays, sums.costs[pays]))[0]]
        return list(dict.fromkeys([*order.tolist(), int(cheapest)]))

    def _solved(self, kinds: Sequence[KindAsked], told: _Told, keep: Mask, spent: int) -> _Solved | None:
        """The best choice of the kinds that the rest of the budget pays; None where it pays none."""
        sums, fits = told.sums, told.fits
        among = [told.among(kind, keep) for kind in kinds]
        offers = [Offers(sums.costs[rows], fits[rows]) for rows in among]
        budget = None if self._ask.budget is None else sums.within(self._ask.budget) - spent
        if budget is not None and budget < 0:
            return None
        places = best_choice(offers, budget) if offers else ()
        if places is None:
            return None
        rows = [int(rows[place]) for rows, place in zip(among, places, strict=True)]
        steps = sum(int(one.steps[place]) for one, place in zip(offers, places, strict=True))
        return _Solved(rows, steps, int(sums.costs[rows].sum()))

    def _answer(
        self,
        kinds: Sequence[KindAsked],
        told: _Told,
        keep: Mask,
        *,
        explain: dict[str, Any],
        product: Recommendation | None = None,
        spent: int = 0,
        unmet: Sequence[str] = (),
    ) -> Outfit:
        """What can be had of these kinds for the rest of the budget, in words where that is not all."""
        sums, said = told.sums, [*explain.pop("unmet", ()), *unmet]
        there = [kind for kind in kinds if len(told.among(kind, keep))]
        missing = [kind.name for kind in kinds if kind not in there]
        said += [f"There are no {name} in stock that match, {_priced(sums)}." for name in missing]
        solved = self._solved(there, told, keep, spent)
        budget = None if self._ask.budget is None else sums.price(sums.within(self._ask.budget))
        offers = [Offers(sums.costs[rows], told.fits[rows]) for rows in (told.among(k, keep) for k in there)]
        least = spent + sum(one.least for one in offers)
        leave: list[str] = []
        if solved is None:
            assert budget is not None
            leave = [there[at].name for at in left_out(offers, max(sums.within(budget.amount) - spent, 0))]
            said.append(
                f"The product alone costs {sums.price(spent)}, more than {budget}. Raise the budget."
                if spent > sums.within(budget.amount)
                else _too_little(sums.price(least), budget, leave, len(there))
            )
        elif not there and self._ask.kinds:
            said.append("Name other kinds, or wish for less." if missing else "Name other kinds.")
        pieces = () if solved is None else tuple(self._pieces(there, told, keep, solved))
        total = spent if solved is None else spent + solved.cost
        left = None if budget is None else max(sums.within(budget.amount) - total, 0)
        everything = bool(pieces) and not missing
        fits = [piece.fit for piece in pieces]
        return Outfit(
            product=product,
            pieces=pieces,
            total=sums.price(total),
            budget=budget,
            left=None if left is None or solved is None else sums.price(left),
            fit=round(sum(fits) / len(fits), 5) if fits else 0.0,
            complete=everything,
            unmet=tuple(said),
            least=None if everything or not there else sums.price(least),
            leave_out=(*leave, *missing),
            explain={
                "kinds": [kind.name for kind in kinds],
                "among": {k.name: len(told.among(k, keep)) for k in there},
                "currency": sums.currency,
                "where": " ".join(str(term) for term in self._ask.wishes.where.terms),
                "version": self._view.snapshot.version,
                **explain,
            },
            thumbnails=self._thumbnails,
        )

    def _pieces(self, kinds: Sequence[KindAsked], told: _Told, keep: Mask, solved: _Solved) -> list[Piece]:
        """The chosen products with what could be taken instead."""
        pieces = []
        for row, kind in zip(solved.rows, kinds, strict=True):
            rows = told.all_of(kind, keep)
            offers = Offers(told.sums.costs[rows], told.fits[rows])
            place = int(np.searchsorted(rows, row))
            instead = []
            for other in swaps(offers, place):
                saved = int(offers.prices[place] - offers.prices[other])
                swap = told.recommendation(self._view, int(rows[other]))
                instead.append(Swap(swap, told.sums.price(saved), swap.score))
            pieces.append(Piece(told.recommendation(self._view, row), kind.name, tuple(instead)))
        return pieces


@dataclass(frozen=True, eq=False)
class _Told:
    """What is known of products for a look: their fits (p,), prices, and beside what they are seen.

    ``heart`` is the row of the product around which a look of kinds is made: it alone is of its kind.
    """

    beside: Beside | None
    sums: Sums
    fits: Floats
    heart: int | None = None

    def among(self, kind: KindAsked, keep: Mask) -> Rows:
        """The products of a kind that can be chosen."""
        if self.heart is not None and kind.mask[self.heart]:
            return np.array([self.heart])
        return self.all_of(kind, keep)

    def all_of(self, kind: KindAsked, keep: Mask) -> Rows:
        """The products of a kind that can be had."""
        rows: Rows = np.flatnonzero(kind.mask & keep & self.sums.there)
        return rows

    def recommendation(self, view: View, row: int) -> Recommendation:
        """A product with its fit and why."""
        fit = round(float(self.fits[row]), 5)
        product = view.products_at([row])[0]
        evidence = {"fit": fit}
        if self.beside is None or row in (self.beside.row, self.heart):
            return Recommendation(product, fit, evidence, view.colours(row))
        for name, column in self.beside.columns.items():
            if not np.isnan(column[row]):
                evidence[name] = round(float(column[row]), 5)
        why, said = self.beside.telling(product, evidence)
        return Recommendation(product, fit, evidence, view.colours(row), why, sentence=said)


def _in_stock(view: View, query: Query) -> tuple[Mask, dict[str, int]]:
    """Which products may be in a look, (p,), and how many are left out, by the reason."""
    keep, gone = allowed(query, view.snapshot)
    if view.snapshot.columns.text("availability") is not None:
        gone["sold out"] = int(np.count_nonzero(keep & view.sold_out))
        keep &= ~view.sold_out
    return keep, gone


def _fits(query: Query, fits: Floats, keep: Mask) -> Floats:
    """Fits (p,) as rules let them be: what is pinned fits best, what nothing is known of not at all."""
    found = np.nan_to_num(fits, nan=0.0)
    if query.lift is not None:
        found = np.clip(found + query.lift, 0, 1)
    for row in query.pins.values():
        if keep[row]:
            found[row] = _PINNED
    rounded: Floats = (np.rint(found * STEPS) / STEPS).astype(np.float32)
    return rounded


def _sums(view: View, currency: str, budget: Decimal | None) -> Sums:
    most = LARGEST_SUM // (2 * MOST_KINDS)
    return Sums.of(view.snapshot.columns, currency, most, unpriced=budget is None)


def _wanted(view: View, placed: Placed) -> Floats:
    """How fit each product is to begin a look with, (p,), 0 to 1: popular, or where nothing is, typical."""
    typical, popular = view.style.typical(), placed.popularity
    return typical if popular is None else (popular + typical) / np.float32(2)


def _own_price(price: Price | None, currency: str, budget: Decimal | None) -> list[str]:
    """What there is to say of the price of the product that asks."""
    if price is None:
        return ["The product has no price: it is not counted."] if budget is not None else []
    if price.currency.strip().upper() != currency:
        raise BadArgument(
            f"The product costs {price}, the look is to cost {currency or 'no currency'}.",
            next_step=f"Ask for a look in {price.currency or 'no currency'}.",
        )
    if price.amount > MOST_MONEY:
        raise BadArgument(
            "The product costs more than all the money there is.",
            next_step="Mend its price, or ask for kinds without the product.",
        )
    return []


def _priced(sums: Sums) -> str:
    return f"with a price in {sums.currency}" if sums.currency else "with a price"


def _too_little(least: Price, budget: Price, leave: Sequence[str], kinds: int) -> str:
    """What a look costs at least, and what to leave out."""
    said = f"Such a look costs {least} at least, more than {budget}."
    if len(leave) < kinds:
        *first, last = leave
        named = f"{', '.join(first)} and {last}" if first else last
        return f"{said} Without {named} the budget is enough."
    return f"{said} The budget pays for none of it: raise it."
