"""What a snapshot's products are, as a taste tells them apart: kind, brand, colours, price, attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike import colour
from lookalike.neighbours.kinds import Kinds
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Floats, Rows

KIND, BRAND, COLOUR, PRICE = "kind", "brand", "colour", "price"

TRUST = {KIND: 1.0, COLOUR: 1.0, BRAND: 0.7, PRICE: 0.7}
"""How far what a shopper chose before in one respect tells what comes next; of attributes `OTHERS`."""

OTHERS = 0.5

MOST_VALUES = 40
"""An attribute of more values is no class of products, such as men's, but a name or a measure."""

MOST_ATTRIBUTES = 6
COVERED = 0.5
"""Attributes that are taken at most, and the share of the products of which each says something at least."""

FOLLOWS = 0.9
"""An attribute that is told by the kind alone of so large a share of products says nothing of its own."""

STEPS = 12
"""Parts that the prices of a currency are cut into, of as many products each."""

_NOT_A_CLASS = ("colour", "color", "size", "link", "url", "gtin", "mpn", "sku")

Codes = npt.NDArray[np.int32]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Respect:
    """One respect in which p products differ.

    ``shares`` (p, v) are how much of each of v values a product has, summing to 1 or, where nothing is said
    of it, to 0; or ``codes`` (p,), one value each, -1 where nothing is said. ``usual`` (v,) is how common
    each value is in the catalogue, summing to 1. ``names`` (v,) are the values.
    """

    name: str
    names: Sequence[str]
    usual: Shares
    codes: Rows | None = None
    shares: Floats | None = None
    trust: float = 1.0

    def counted(self, rows: Rows, worth: Shares) -> Shares:
        """How much these products, each of a worth, have of every value, (v,)."""
        if self.shares is not None:
            return np.asarray(worth @ self.shares[rows], dtype=np.float64)
        assert self.codes is not None
        codes = self.codes[rows]
        counts = np.bincount(codes[codes >= 0], worth[codes >= 0], minlength=len(self.usual))
        return counts.astype(np.float64)

    def told(self, values: Shares) -> Floats:
        """What each product has of a number for every value, (p,); 0 where nothing is said."""
        if self.shares is not None:
            return self.shares @ values.astype(np.float32)
        assert self.codes is not None
        told: Floats = np.append(values, 0.0).astype(np.float32).take(self.codes)
        return told


@dataclass(frozen=True, eq=False)
class Ground:
    """The respects in which the p products of a snapshot differ, and their prices.

    ``amounts`` (p,) are NaN where there is no price; ``currencies`` (p,) are "" where none is named.
    """

    respects: Sequence[Respect]
    amounts: npt.NDArray[np.float64]
    currency: Codes
    currencies: Sequence[str]

    @classmethod
    def of(cls, snapshot: Snapshot, kinds: Kinds) -> Ground:
        """Read from a snapshot's columns and pictures."""
        columns = snapshot.columns
        kind = kinds.codes
        found = [
            Respect(
                KIND,
                kinds.names,
                _usual(kind, len(kinds.names)),
                codes=kind.astype(np.intp),
                trust=TRUST[KIND],
            )
        ]
        brand = columns.text("brand")
        if brand is not None:
            codes, names = _folded(brand.codes, brand.values)
            wide = codes.astype(np.intp)
            found.append(Respect(BRAND, names, _usual(codes, len(names)), codes=wide, trust=TRUST[BRAND]))
        found.append(_colours(snapshot))
        amounts, currency = columns.prices()
        found.append(_prices(amounts, currency.codes, currency.values))
        found += _attributes(snapshot, kind)
        told = [respect for respect in found if respect.usual.any() and len(respect.usual) > 1]
        return cls(told, amounts, currency.codes, currency.values)

    def respect(self, name: str) -> Respect | None:
        """The respect of a name; None where the products do not differ in it."""
        return next((respect for respect in self.respects if respect.name == name), None)


def _usual(codes: Codes, count: int) -> Shares:
    found: Shares = np.bincount(codes[codes >= 0], minlength=count).astype(np.float64)
    found /= max(found.sum(), 1)
    return found


def _folded(codes: Codes, values: Sequence[str]) -> tuple[Codes, list[str]]:
    """Codes in which neither case nor blanks at the ends count."""
    known: dict[str, int] = {}
    names: list[str] = []
    table = np.full(len(values) + 1, -1, dtype=np.int32)
    for at, value in enumerate(values):
        word = value.strip()
        if word:
            if word.casefold() not in known:
                names.append(word)
            table[at] = known.setdefault(word.casefold(), len(known))
    return table[codes], names


def _colours(snapshot: Snapshot) -> Respect:
    """The colours that a filter finds: what the table says, else what the picture shows."""
    masks = [snapshot.columns.colour(name) for name in colour.NAMES]
    held = np.stack([np.zeros(len(snapshot), np.bool_) if mask is None else mask for mask in masks], axis=1)
    shares = held / np.maximum(held.sum(axis=1, keepdims=True), 1)
    usual = shares.sum(axis=0, dtype=np.float64)
    shares = shares.astype(np.float32)
    return Respect(COLOUR, colour.NAMES, usual / max(usual.sum(), 1), shares=shares, trust=TRUST[COLOUR])


def _prices(amounts: npt.NDArray[np.float64], currency: Codes, currencies: Sequence[str]) -> Respect:
    """Steps of price in each currency, with as many products in each; one step runs over into the next."""
    codes = np.full(len(amounts), -1, dtype=np.int32)
    names: list[str] = []
    steps: list[int] = []
    for code in range(-1, len(currencies)):
        rows = np.flatnonzero((currency == code) & ~np.isnan(amounts))
        if not len(rows):
            continue
        edges = np.unique(np.quantile(amounts[rows], np.linspace(0, 1, STEPS + 1)[1:-1]))
        codes[rows] = len(names) + np.searchsorted(edges, amounts[rows], side="left")
        unit = currencies[code] if code >= 0 else ""
        names += [unit] * (len(edges) + 1)
        steps.append(len(edges) + 1)
    shares = np.zeros((len(amounts), len(names)), dtype=np.float32)
    rows = np.flatnonzero(codes >= 0)
    shares[rows, codes[rows]] = 1
    if len(names):
        shares = shares @ _blurred(steps)
    usual = shares.sum(axis=0, dtype=np.float64)
    return Respect(PRICE, names, usual / max(usual.sum(), 1), shares=shares, trust=TRUST[PRICE])


def _blurred(steps: Sequence[int]) -> Floats:
    """What takes half of each step and gives a quarter to either neighbour in its currency."""
    total = sum(steps)
    blur = np.zeros((total, total), dtype=np.float32)
    start = 0
    for count in steps:
        for at in range(count):
            for step, part in ((-1, 0.25), (0, 0.5), (1, 0.25)):
                blur[start + at, start + min(max(at + step, 0), count - 1)] += part
        start += count
    return blur


def _attributes(snapshot: Snapshot, kind: Codes) -> list[Respect]:
    """The table's own columns that put products into a few classes which the kind does not tell already."""
    found: list[tuple[float, Respect]] = []
    for name, column in sorted(snapshot.columns.attributes().items()):
        plain = name.casefold()
        if any(word in plain for word in _NOT_A_CLASS):
            continue
        codes, names = _folded(column.codes, column.values)
        covered = float((codes >= 0).mean()) if len(codes) else 0.0
        few = 2 <= len(names) <= min(MOST_VALUES, max(2, len(codes) // 4))
        if few and covered >= COVERED and not _follows(codes, kind):
            usual = _usual(codes, len(names))
            found.append((covered, Respect(name, names, usual, codes=codes.astype(np.intp), trust=OTHERS)))
    found.sort(key=lambda entry: -entry[0])
    return [respect for _, respect in found[:MOST_ATTRIBUTES]]


def _follows(codes: Codes, kind: Codes) -> bool:
    """Whether the commonest value of its kind is the value of nearly every product."""
    both = (codes >= 0) & (kind >= 0)
    if not both.any():
        return False
    pairs, counts = np.unique(kind[both].astype(np.int64) << 32 | codes[both], return_counts=True)
    kinds, at = np.unique(pairs >> 32, return_inverse=True)
    most = np.zeros(len(kinds))
    np.maximum.at(most, at, counts)
    return bool(most.sum() >= FOLLOWS * both.sum())
