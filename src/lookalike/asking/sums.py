"""The prices of a catalogue in one currency as whole numbers, so that sums of them are exact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, InvalidOperation
from typing import Final

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.neighbours.columns import ProductColumns
from lookalike.products import Price
from lookalike.recommend.budget import Whole
from lookalike.vectors import Mask

MOST_DECIMALS: Final = 4
"""Decimals of a price that are counted; what a price has more of is rounded up."""

MOST_MONEY: Final = Decimal(10) ** 21
"""An amount that is beyond any money, in any currency."""

_EXACT = Context(prec=64)  # holds `MOST_MONEY` with all its decimals

_WRITTEN = re.compile(r"\s*([A-Za-z]{3})?\s*([0-9]+(?:[.,][0-9]+)?)\s*([A-Za-z]{3})?\s*$")


@dataclass(frozen=True, slots=True)
class Sums:
    """Prices (p,) of one currency in units of ten to the power of minus ``decimals``; -1 for none.

    ``there`` (p,) are the products that may be counted: those with a price, and where no sum is to be kept
    those without any.
    """

    units: Whole
    there: Mask
    currency: str
    decimals: int

    @classmethod
    def of(cls, columns: ProductColumns, currency: str, dearest: int, *, unpriced: bool) -> Sums:
        """The prices in a currency, "" where none is named; those above ``dearest`` units are none."""
        amounts, named = columns.prices()
        own = [at for at, name in enumerate(named.values) if name.strip().upper() == currency]
        there = ~np.isnan(amounts) & (np.isin(named.codes, own) | ((named.codes < 0) & (currency == "")))
        there &= (amounts >= 0) & (amounts <= dearest)
        decimals = _decimals(amounts[there])
        scaled = np.where(there, amounts, 0) * 10.0**decimals
        whole = np.rint(scaled)
        whole = np.where(np.abs(scaled - whole) > 1e-6 * np.maximum(scaled, 1), np.ceil(scaled), whole)
        there &= whole <= dearest
        units = np.where(there, whole, -1).astype(np.int64)
        return cls(units, there | (np.isnan(amounts) & unpriced), currency, decimals)

    @property
    def costs(self) -> Whole:
        """What each product adds to a sum, (p,): nothing where it has no price."""
        return np.maximum(self.units, 0)

    def price(self, units: int) -> Price:
        """A sum as a price."""
        return Price(Decimal(units).scaleb(-self.decimals, _EXACT), self.currency)

    def within(self, budget: Decimal) -> int:
        """The most units that a budget allows."""
        return self._whole(budget, ROUND_FLOOR)

    def counted(self, amount: Decimal) -> int:
        """The units of a price, however dear: at most `MOST_MONEY`."""
        return max(self._whole(amount, ROUND_CEILING), 0)

    def _whole(self, amount: Decimal, rounding: str) -> int:
        last = Decimal(1).scaleb(-self.decimals)
        return int(amount.quantize(last, rounding, _EXACT).scaleb(self.decimals, _EXACT))


def _decimals(amounts: npt.NDArray[np.float64]) -> int:
    """The fewest decimals in which all amounts are whole."""
    for decimals in range(2, MOST_DECIMALS):
        scaled = amounts * 10.0**decimals
        if (np.abs(scaled - np.rint(scaled)) <= 1e-6 * np.maximum(scaled, 1)).all():
            return decimals
    return MOST_DECIMALS


def common_currency(columns: ProductColumns, keep: Mask) -> str:
    """The currency that most of the products that are kept are priced in, "" where none is named."""
    amounts, named = columns.prices()
    codes = named.codes[keep & ~np.isnan(amounts)]
    if not len(codes):
        return ""
    found, counts = np.unique(codes, return_counts=True)
    code = int(found[counts.argmax()])
    return named.values[code].strip().upper() if code >= 0 else ""


def parse_budget(given: Decimal | float | str | None) -> tuple[Decimal | None, str]:
    """A budget as an amount and a currency, "" where none is named, such as 120, "120" or "120 EUR".

    Raises `BadArgument` for what is no amount from 0 up to `MOST_MONEY`.
    """
    if given is None:
        return None, ""
    unit, written = "", given
    if isinstance(given, str):
        found = _WRITTEN.match(given)
        if found is None or (found[1] and found[3]):
            raise _no_budget(given)
        unit, written = (found[1] or found[3] or "").upper(), found[2].replace(",", ".")
    try:
        amount = Decimal(written) if isinstance(written, int) else Decimal(str(written))
    except InvalidOperation:
        raise _no_budget(given) from None
    if isinstance(given, bool) or not amount.is_finite() or amount < 0:
        raise _no_budget(amount if type(given) is int else given)
    if amount > MOST_MONEY:
        raise BadArgument(
            "The budget is more than all the money there is.",
            next_step="Give an amount such as 120, or none where any sum will do.",
        )
    return amount, unit


def _no_budget(given: object) -> BadArgument:
    return BadArgument(
        f"The budget is {str(given)[:80]!r}.", next_step="Give an amount from 0 up, such as 120."
    )
