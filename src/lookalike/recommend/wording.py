"""Wishes in a shopper's words: what is not there, and what is there instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.filters import Coded, Filter, FilterColumns, Term, amount_of
from lookalike.vectors import Rows

_NAMED = 4  # wishes named in one sentence
_LIMITS = {"<=": "up to", "<": "under", ">=": "from", ">": "over", "=": "at"}
_ORDER = ("colour", "availability", "brand", "", "category", "price")
_DROPPED = {
    "price": "Without the price limit",
    "colour": "In any colour",
    "brand": "Of any brand",
    "category": "Of any category",
    "availability": "In stock or not",
}


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices as a sentence says them: ``amounts`` (n,) in one ``currency``, NaN of others and of none."""

    amounts: npt.NDArray[np.float64]
    currency: str

    @classmethod
    def of(cls, columns: FilterColumns, where: Filter) -> Prices:
        """In the currency that a wish names, else in that of the most products."""
        amounts, currency = columns.prices()
        named = [
            amount[1]
            for term in where.terms
            if term.about == "price"
            for value in term.values
            if (amount := amount_of(value)) and amount[1]
        ]
        code = named[0] if named else _commonest(currency)
        if code:
            amounts = np.where(currency.codes == list(currency.values).index(code), amounts, np.nan)
        return cls(amounts, code)

    def sentence(self, lead: str, rows: Rows) -> str:
        """How many products there are, and from what price on."""
        known = self.amounts[rows]
        known = known[~np.isnan(known)]
        there = "there is 1" if len(rows) == 1 else f"there are {len(rows):,}"
        if not len(known):
            return f"{lead} {there}."
        return f"{lead} {there}, {'for' if len(rows) == 1 else 'from'} {self.said(known.min())}."

    def said(self, amount: float) -> str:
        """One price, such as "14.99 EUR"."""
        return f"{amount:.2f} {self.currency}".rstrip()

    def limit(self, op: str, amount: float) -> str:
        """A limit, such as "up to 14.99 EUR"."""
        return f"{_LIMITS[op]} {self.said(amount)}"


def dropped(term: Term, alone: bool = True) -> str:
    """What begins a sentence of what there is without this wish; ``alone`` if no other is about the same."""
    if not alone or term.op in ("!=", "~"):
        return f"Without {term}"
    return _DROPPED.get(term.about, f"With any {term.field.removeprefix('attributes.')}")


def together(terms: Sequence[Term], currency: str) -> str:
    """Wishes in one breath: "blue, of the brand Acme and up to 50 EUR"."""
    places = {about: place for place, about in enumerate(_ORDER)}
    ordered = sorted(dict.fromkeys(terms), key=lambda term: places.get(term.about, places[""]))
    wishes = [phrase(term, currency) for term in ordered]
    if len(wishes) > _NAMED:
        wishes = [*wishes[:_NAMED], f"{len(wishes) - _NAMED} wishes more"]
    *first, last = wishes
    return f"{', '.join(first)} and {last}" if first else last


def phrase(term: Term, currency: str) -> str:
    """A wish as it stands behind "is": "blue or navy", "up to 50 EUR", "of the brand Acme"."""
    value = " or ".join(_priced(one, currency) if term.about == "price" else one for one in term.values)
    own = term.field.removeprefix("attributes.")
    if term.op in ("<=", "<", ">=", ">") or term.about == "price":
        limit = f"{_LIMITS.get(term.op, 'not at')} {value}"
        return limit if term.about == "price" else f"of {own} {limit}"
    if term.op == "~":
        return f'with "{value}" in its {own}'
    said = {
        "colour": value,
        "availability": value,
        "brand": f"of the brand {value}",
        "category": f"in {value}",
    }.get(term.about, f"of {own} {value}")
    return said if term.op == "=" else f"not {said}"


def _priced(value: str, currency: str) -> str:
    amount = amount_of(value)
    return value if amount is None else f"{amount[0]:g} {amount[1] or currency}".rstrip()


def _commonest(currency: Coded) -> str:
    held = currency.codes[currency.codes >= 0]
    return currency.values[int(np.bincount(held).argmax())] if len(held) else ""
