"""What a shopper likes: several leanings at once, each told by what its products are and by its looks.

A product is judged by the one leaning that it suits best, never by a middle of them. Within a leaning it is
judged as in a naive Bayes classifier of a shopper's choices against the catalogue (Pazzani, Billsus,
"Learning and revising user profiles", 1997), with the catalogue as the prior: few choices say little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from lookalike.taste.document import Declared
from lookalike.taste.ground import BRAND, COLOUR, KIND, Ground, Respect, Shares
from lookalike.taste.history import History, Piece
from lookalike.taste.promises import liked_values
from lookalike.vectors import Floats, Rows

PRIOR = 1.0
"""So much of the catalogue at large stands beside the shopper's own."""

ELSEWHERE = 0.3
"""What a choice of another leaning counts in this one: who likes red mugs and chairs may like red lamps."""

DECLARED = 1.5
"""What a name that is declared to be liked counts: as so many choices."""

PUSH = 0.5
"""What a value takes away that stands out in dislikes, and not as much in what is chosen."""

FEWER = 0.3
"""How much the share of a leaning in all choices counts for its products, as a logarithm."""

BESIDE = 0.2
"""The least weight beside that of the heaviest with which a leaning has a share of its own."""

FULL = 1.5
"""A logarithm of odds that is told as 1, where no product has a higher one."""

_NOTHING: Mapping[str, Shares] = MappingProxyType({})
_SOME = 0.1  # of the weightiest value, that a value has to have to count as one of several
_MOST = 3.0  # one respect says so much for or against at most
_LEAST = np.log(1.2)  # what is chosen so much more often than by chance is called a liking


@dataclass(frozen=True, slots=True)
class Leaning:
    """Products that a shopper chose and that belong together, by row, with what each is worth."""

    rows: Rows
    worth: Shares

    @property
    def weight(self) -> float:
        """What all of it is worth."""
        return float(self.worth.sum())


@dataclass(frozen=True, slots=True)
class Liking:
    """A value that is chosen more often than by chance: the logarithm of how much, and how many products."""

    name: str
    weight: float
    products: int


@dataclass(frozen=True, eq=False)
class Taste:
    """What a shopper likes, in the words of one catalogue.

    ``counts`` and ``against`` are by respect how much of each value was chosen and disliked in all, and
    ``said`` how much of it was declared to be liked.
    """

    ground: Ground
    leanings: tuple[Leaning, ...]
    counts: Mapping[str, Shares]
    against: Mapping[str, Shares]
    said: Mapping[str, Shares] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        ground: Ground,
        leanings: Sequence[Leaning],
        history: History,
        declared: Declared | None = None,
    ) -> Taste:
        """Of what was done, whose weightiest parts are the leanings, and of what a shopper says."""
        rows, worth = rows_of(history.liked)
        bad, badly = rows_of(history.disliked)
        respects = ground.respects
        said = {} if declared is None else {one.name: _declared(one, declared) for one in respects}
        return cls(
            ground,
            tuple(sorted(leanings, key=lambda leaning: -leaning.weight)),
            {one.name: one.counted(rows, worth) for one in respects} if len(rows) else {},
            {one.name: one.counted(bad, badly) for one in respects} if len(bad) else {},
            {name: values for name, values in said.items() if values.any()},
        )

    def __bool__(self) -> bool:
        return bool(self.leanings or self.against or self.said)

    def told(self) -> tuple[Floats, Rows]:
        """How well each product suits, (p,): 0 as by chance, at most 1, below 0 what speaks against it.

        And which leaning it suits best, (p,), as a place in ``leanings``.
        """
        total = sum(leaning.weight for leaning in self.leanings)
        odds = [self._odds(leaning) for leaning in self.leanings or (None,)]
        for own, leaning in zip(odds, self.leanings, strict=False):
            own += np.float32(FEWER * np.log(leaning.weight / total))
        best = odds[0]
        suits = np.zeros(len(best), dtype=np.intp)
        for place, own in enumerate(odds[1:], start=1):
            suits[own > best] = place
            best = np.maximum(best, own)
        if len(odds) > 2:  # what all leanings have in common, such as a colour, is liked in other kinds too
            best = np.maximum(best, self._odds(None, self.counts))
        best = best + self._push()
        highest = max(float(best.max(initial=0.0)), FULL)
        told: Floats = np.clip(best / np.float32(highest), -1, 1).astype(np.float32)
        return told, suits

    def shares(self) -> list[float]:
        """What each leaning weighs without its weightiest product: one that stands alone may be chance.

        Where every leaning is of one product, what each weighs. One that is light beside the heaviest has 0.
        """
        sure = [leaning.weight - float(leaning.worth.max()) for leaning in self.leanings]
        sure = sure if any(sure) else [leaning.weight for leaning in self.leanings]
        least = BESIDE * max(sure, default=0.0)
        return [weight if weight >= least else 0.0 for weight in sure]

    def _odds(self, leaning: Leaning | None, chosen: Mapping[str, Shares] = _NOTHING) -> Floats:
        """The logarithm of how much likelier each product is for one leaning than by chance, (p,).

        Without a leaning of what was ``chosen`` in all.
        """
        total: Floats = np.zeros(len(self.ground.amounts), dtype=np.float32)
        for one in self.ground.respects:
            counts = self.said.get(one.name, 0.0) + chosen.get(one.name, np.zeros(len(one.usual)))
            if leaning is not None:
                counts += (1 - ELSEWHERE) * one.counted(leaning.rows, leaning.worth)
                counts += ELSEWHERE * self.counts[one.name]
            if counts.any():
                total += np.float32(one.trust) * one.told(lifts(counts, one))
        return total

    def _push(self) -> Floats:
        """What dislikes take away from each product, (p,), at most 0."""
        total: Floats = np.zeros(len(self.ground.amounts), dtype=np.float32)
        for one in self.ground.respects:
            if one.name in self.against:
                total += np.float32(one.trust) * one.told(-PUSH * self._worse(one))
        return total

    def _worse(self, one: Respect) -> Shares:
        """By how much more each value stands out in dislikes than in choices, (v,), from 0 up."""
        worse = np.maximum(lifts(self.against[one.name], one), 0)
        if one.name in self.counts:
            worse = worse - np.maximum(lifts(self.counts[one.name], one), 0)
        return np.maximum(worse, 0)

    def likings(self, respect: str, rows: Rows) -> list[Liking]:
        """What of a respect is liked, the most first; ``rows`` are the products chosen."""
        one = self.ground.respect(respect)
        if one is None or respect not in self.counts:
            return []
        counts = self.counts[respect]
        told = lifts(counts, one)
        if respect in self.against:
            told = told - PUSH * self._worse(one)
        found = []
        for at in np.flatnonzero((told >= _LEAST) & (counts > 0)).tolist():
            value = np.zeros(len(told))
            value[at] = 1
            products = int(np.count_nonzero(one.told(value)[rows] > 0))
            found.append(Liking(one.names[at], round(float(told[at]), 3), products))
        return sorted(found, key=lambda liking: (-liking.weight, liking.name))


def seats(weights: Sequence[float], count: int) -> list[int]:
    """How many of ``count`` places each of these weights has, as seats go to parties: D'Hondt, 1878."""
    won = [0] * len(weights)
    for _ in range(count if weights else 0):
        worth = [weight / (own + 1) for weight, own in zip(weights, won, strict=True)]
        won[worth.index(max(worth))] += 1
    return won


def rows_of(pieces: Sequence[Piece]) -> tuple[Rows, Shares]:
    """The rows (n,) of pieces, and what each is worth, (n,)."""
    return (
        np.array([piece.row for piece in pieces], dtype=np.intp),
        np.array([piece.worth for piece in pieces], dtype=np.float64),
    )


def lifts(counts: Shares, respect: Respect) -> Shares:
    """The logarithm of how much more often each value was chosen than it is there, (v,).

    The more different values were chosen, the likelier is another one (Witten, Bell, "The zero-frequency
    problem", 1991).
    """
    usual = respect.usual
    prior = PRIOR * max(1, int(np.count_nonzero(counts > _SOME * counts.max(initial=0.0))))
    share = (counts + prior * usual) / (counts.sum() + prior)
    lifted = np.log(np.maximum(share, 1e-12) / np.maximum(usual, 1e-12))
    return np.where(usual > 0, np.clip(lifted, -_MOST, _MOST), 0.0)


def _declared(respect: Respect, declared: Declared) -> Shares:
    """What of a respect a shopper says to like, (v,)."""
    words = {KIND: declared.kinds.like, BRAND: declared.brands.like, COLOUR: declared.colours.like}
    counts = np.zeros(len(respect.usual))
    places = liked_values(respect, words.get(respect.name, ()))
    if places:
        counts[places] = DECLARED
    return counts
