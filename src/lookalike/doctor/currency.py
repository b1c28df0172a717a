"""Mixed currencies: a rare one, or none, where the number is one of the shop's usual currency."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.price import Prices, Wide
from lookalike.neighbours.kinds import Kinds
from lookalike.vectors import Rows

KIND = "currency"

ENOUGH = 20
"""Prices from which on a currency is the usual one of a shop."""

_RARE = 0.1  # share of the prices up to which a currency may be a slip
_VOICES = 3
_ALIKE = 0.15  # decimal logarithm up to which numbers are alike, where the shop does not tell
_RATES = 3.0  # decimal logarithms over which a foreign number may lie anywhere
_FOREIGN = 0.5  # that a rare currency is meant, before its numbers are looked at
_TOLD = 0.2
_SHOWN = 5


def mixed_currencies(case: Case) -> Iterator[Finding | Unjudged]:
    """Products whose currency is not that of the shop though their prices are like its other prices."""
    snapshot = case.snapshot
    amounts, currency = snapshot.columns.prices()
    priced = np.isfinite(amounts)
    if not priced.any():
        yield Unjudged(KIND, "currency", "No product has a price.")
        return
    codes = np.where(priced, currency.codes, -2)
    counts = np.array([int((codes == code).sum()) for code in range(len(currency.values))])
    if not len(counts) or counts.max() < ENOUGH:
        why = "No price has a currency." if not counts.any() else "Too few prices have one currency."
        yield Unjudged(KIND, "currency", why)
        return
    usual = int(counts.argmax())
    shares = {int(code): float((codes[priced] == code).mean()) for code in np.unique(codes[priced])}
    rows = np.flatnonzero(priced & (codes != usual))
    rows = rows[[shares[int(codes[row])] <= _RARE for row in rows]] if len(rows) else rows
    yield from _judged(case, rows, codes, usual)


def _judged(case: Case, rows: Rows, codes: Rows, usual: int) -> Iterator[Finding]:
    """A finding for each product of these whose number is one of the usual currency."""
    if not len(rows):
        return
    prices = Prices.of(case)
    names = case.snapshot.columns.prices()[1].values
    within = prices.off[np.isfinite(prices.off) & (prices.codes == usual)]
    spread = max(0.05, 1.4826 * float(np.median(np.abs(within)))) if len(within) else _ALIKE
    off, near = _beside(case, prices, rows, usual)
    for row, apart, others in zip(rows.tolist(), off.tolist(), near, strict=True):
        named = int(codes[row]) >= 0
        confidence = _confidence(apart, spread, named=named)
        if confidence < _TOLD:
            continue
        said = f"Its price is in {names[codes[row]]}" if named else "Its price has no currency"
        says = f"{said}; look-alikes cost about the same number in {names[usual]}."
        shown = [{"id": case.snapshot.ids[o], "picture": 0, "value": prices.text(o)} for o in others[:_SHOWN]]
        yield Finding(
            KIND,
            (case.snapshot.ids[row],),
            confidence,
            field="currency",
            value=names[codes[row]] if named else "",
            suggestion=names[usual],
            evidence={"says": says, "products": shown, "price": prices.text(row)},
        )


def _confidence(apart: float, spread: float, *, named: bool) -> float:
    """How likely a number is one of the usual currency rather than one of any other.

    In the usual currency numbers lie about those of look-alikes as the shop's own do (normal, of this
    ``spread``), in another they may lie anywhere. Where no currency is named, the usual one is meant unless
    the number speaks against it.
    """
    if not np.isfinite(apart):
        return 1 - _RARE if not named else 0.0
    own = np.exp((apart / spread) ** 2 / -2) / (spread * np.sqrt(2 * np.pi))
    foreign = _FOREIGN if named else _RARE
    return float((1 - foreign) * own / ((1 - foreign) * own + foreign / _RATES))


def _beside(case: Case, prices: Prices, rows: Rows, usual: int) -> tuple[Wide, list[list[int]]]:
    """How far numbers are from those of look-alikes in the usual currency, (m,), and which those are."""
    kinds = Kinds(case.snapshot).codes
    off = np.full(len(rows), np.nan)
    found: list[list[int]] = []
    for at, row in enumerate(rows.tolist()):
        near = case.neighbours.rows[row]
        near = near[near >= 0]
        near = near[
            (prices.codes[near] == usual) & np.isfinite(prices.logs[near]) & (kinds[near] == kinds[row])
        ]
        if len(near) >= _VOICES:
            off[at] = prices.logs[row] - np.median(prices.logs[near])
        found.append(near.tolist())
    return off, found
