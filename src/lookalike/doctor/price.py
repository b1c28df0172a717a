"""Prices far from those of look-alikes of the same kind and currency; slips of the decimal point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.neighbours.kinds import Kinds
from lookalike.vectors import Rows

KIND = "price"

ENOUGH = 50
"""Prices that can be compared from which on a shop tells what is usual."""

_VOICES = 5  # look-alikes with a price that a product needs to be compared
_OF_KIND = 8  # prices of a kind that tell what it costs
_SLIPS = (-2, -1, 1, 2)
_RARE = 0.01  # share of the prices that is taken to be wrong at first
_ROUNDS = 5
_NEAR = 0.6  # decimal logarithm up to which no price is off by a slip alone
_STEP = 0.02  # of that, in which what is off is counted
_START = 0.9  # share of what is near from which on the tail begins
_KERNEL = np.array([1, 4, 6, 4, 1]) / 16
_TOLD = 0.2
_SHOWN = 5

Codes = npt.NDArray[np.int32]
Wide = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """Decimal logarithms of p prices, NaN where there is none, and their currencies; how far each is off.

    ``expected`` (p,) is the median of the look-alikes of its kind and currency, or of its kind where there
    are few.
    """

    logs: Wide
    codes: Codes
    names: Sequence[str]
    expected: Wide

    @classmethod
    def of(cls, case: Case) -> Prices:
        """The prices of a catalogue beside those of look-alikes; own variants and copies are no witnesses."""
        snapshot = case.snapshot
        amounts, currency = snapshot.columns.prices()
        priced = np.isfinite(amounts) & (amounts > 0)
        logs = np.full(len(amounts), np.nan)
        logs[priced] = np.log10(amounts[priced])
        kinds = Kinds(snapshot).codes if priced.any() else np.full(len(amounts), -1)
        near = case.neighbours.rows
        kin = snapshot.kin.group
        own = np.arange(len(amounts))[:, None]
        fit = (near >= 0) & np.isfinite(logs)[near]
        fit &= (currency.codes[near] == currency.codes[own]) & (kinds[near] == kinds[own])
        fit &= (kin[own] < 0) | (kin[near] != kin[own])
        told = np.where(fit, logs[near], np.nan)
        expected = _of_kinds(logs, kinds, currency.codes)
        heard = fit.sum(axis=1) >= _VOICES
        if heard.any():
            expected[heard] = np.nanmedian(told[heard], axis=1)
        return cls(logs, currency.codes, currency.values, expected)

    @property
    def off(self) -> Wide:
        """How far each price is from what is expected, as a decimal logarithm; NaN where nothing is."""
        return self.logs - self.expected

    def text(self, row: int, places: int = 0) -> str:
        """A price as it is written, with the decimal point moved by some places."""
        code = int(self.codes[row])
        return f"{10 ** float(self.logs[row] + places):.2f} {self.names[code] if code >= 0 else ''}".rstrip()


def _of_kinds(logs: Wide, kinds: Codes, currencies: Codes) -> Wide:
    """The median price of each product's kind and currency, (p,), NaN where few have one."""
    expected = np.full(len(logs), np.nan)
    both = np.stack([kinds, currencies], axis=1)
    _, codes = np.unique(both, axis=0, return_inverse=True)
    codes = codes.ravel()
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        priced = rows[np.isfinite(logs[rows])]
        if len(priced) > _OF_KIND and kinds[rows[0]] >= 0:
            expected[rows] = np.median(logs[priced])
    return expected


def far_prices(case: Case) -> Iterator[Finding | Unjudged]:
    """Prices that are more likely a slip than one of this shop's."""
    prices = Prices.of(case)
    yield from _free(case)
    known = np.isfinite(prices.off)
    if not np.isfinite(prices.logs).any():
        yield Unjudged(KIND, "price", "No product has a price.")
        return
    if int(known.sum()) < ENOUGH:
        said = f"Of too few prices look-alikes tell what is usual here; {ENOUGH} are enough."
        yield Unjudged(KIND, "price", said)
        return
    usual = Usual(prices.off[known])
    rows = np.flatnonzero(known)
    for row, wrong, places in zip(rows.tolist(), *usual.judged(prices.off[rows]), strict=True):
        confidence = _beside_variants(case, prices, row, float(wrong))
        if confidence >= _TOLD:
            yield _finding(case, prices, row, confidence, int(places))


def _free(case: Case) -> Iterator[Finding]:
    """Prices of nothing, where nearly all others are of something."""
    amounts, currency = case.snapshot.columns.prices()
    free, priced = np.flatnonzero(amounts <= 0), int(np.isfinite(amounts).sum())
    confidence = 1 - 10 * len(free) / max(priced, 1)
    if confidence < _TOLD:
        return
    for row in free.tolist():
        code = int(currency.codes[row])
        value = f"{amounts[row]:.2f} {currency.values[code] if code >= 0 else ''}".rstrip()
        says = f"Its price is {value}; nearly all others cost something."
        own = (case.snapshot.ids[row],)
        yield Finding(KIND, own, confidence, field="price", value=value, evidence={"says": says})


class Usual:
    """How far the prices of a shop lie from those of look-alikes, and what share of them has slipped.

    Up to `_NEAR` what is off was counted and smoothed (Parzen, 1962); beyond, where slips lie too, the tail
    goes on as it came, exponentially (Balkema, de Haan, "Residual life time at great age", 1974). A price
    has slipped as often as one off by so many places less is usual.
    """

    def __init__(self, off: Wide) -> None:
        inner = np.abs(off[np.abs(off) < _NEAR])
        edges = np.arange(0, _NEAR + _STEP, _STEP)
        counts = np.histogram(inner, edges)[0] / (2 * _STEP * max(len(inner), 1))
        self._density = np.convolve(np.pad(counts, len(_KERNEL) // 2, "reflect"), _KERNEL, mode="valid")
        start = float(np.quantile(inner, _START)) if len(inner) else 0.0
        self._width = _tail_width(inner[inner >= start] - start, _NEAR - start)
        self._edge = (1 - _START) / 2 * np.exp((start - _NEAR) / self._width) / self._width
        self._share = _RARE
        for _ in range(_ROUNDS):
            self._share = float(np.clip(self.judged(off)[0].mean(), 1e-3, 0.1))

    def judged(self, off: Wide) -> tuple[Wide, Rows]:
        """The probability that prices have slipped, (m,), and by how many places each most likely has."""
        usual = (1 - self._share) * self._at(off)
        slipped = np.stack([self._at(off - places) for places in _SLIPS]) * self._share / len(_SLIPS)
        places = np.array(_SLIPS, dtype=np.intp)[slipped.argmax(axis=0)]
        total = slipped.sum(axis=0)
        return total / (usual + total), places

    def _at(self, off: Wide) -> Wide:
        """How often prices are off by this, a density, never none."""
        away = np.abs(off)
        bins = np.minimum((away / _STEP).astype(np.intp), len(self._density) - 1)
        tail = self._edge * np.exp(np.minimum(_NEAR - away, 0) / self._width)
        found: Wide = np.where(away < _NEAR, np.maximum(self._density[bins], tail), tail)
        return found


def _tail_width(excess: Wide, reach: float) -> float:
    """The mean of an exponential of which only what is within ``reach`` was seen, at most 1 (a tenfold)."""
    mean = float(excess.mean()) if len(excess) else 0.0
    width = max(mean, _STEP)
    for _ in range(50):
        width = min(1.0, max(_STEP, mean + reach / np.expm1(min(reach / width, 50))))
    return width


def _beside_variants(case: Case, prices: Prices, row: int, wrong: float) -> float:
    """A product that costs what its variants cost is dear or cheap, but no slip of its own."""
    kin = case.snapshot.variants.of(row)
    others = prices.logs[kin]
    others = others[np.isfinite(others)]
    if len(others) >= 1 and abs(float(np.median(others)) - float(prices.logs[row])) < 0.15:
        return wrong / 4
    return wrong


def _finding(case: Case, prices: Prices, row: int, confidence: float, places: int) -> Finding:
    snapshot = case.snapshot
    near = [int(other) for other in case.neighbours.rows[row].tolist() if other >= 0]
    near = [
        other
        for other in near
        if prices.codes[other] == prices.codes[row] and np.isfinite(prices.logs[other])
    ]
    shown = [
        {"id": snapshot.ids[other], "picture": 0, "value": prices.text(other)} for other in near[:_SHOWN]
    ]
    off = float(prices.off[row])
    than = "more" if off > 0 else "less"
    says = f"It costs about {_times(10 ** abs(off))} {than} than its look-alikes: {prices.text(row)}."
    rest = abs(off - places)
    return Finding(
        KIND,
        (snapshot.ids[row],),
        confidence,
        field="price",
        value=prices.text(row),
        suggestion=prices.text(row, -places) if rest < 0.35 else "",
        evidence={
            "says": says,
            "products": shown,
            "times": round(10**off, 3),
            "usual": round(10 ** float(prices.expected[row]), 2),
        },
    )


def _times(factor: float) -> str:
    return f"{factor:.0f} times" if factor >= 2 else f"{factor:.1f} times"
