"""Titles as sets of words that weigh what they tell: two titles are alike where they share rare words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from math import log

import numpy as np

from lookalike.doctor.case import Case
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.tokens import split_words
from lookalike.neighbours.yardstick import yardstick
from lookalike.vectors import Floats

_PAIRS = 60  # pairs of products compared of one set, at most
_CLAIM = 0.02  # of a rate that is measured as 0 or 1 this much is left open
_APART = 0.9  # share of the pairs by chance whose titles count as unlike
_UNKNOWN = 0.15  # how often titles of one product are unlike, where the shop does not tell
_ENOUGH = 20  # pairs that tell
_FEW = 3  # products of a family that may tell: a large one may share a placeholder
_MEASURED = 400  # families that tell
_WITNESSES = 6


class Titles:
    """The folded words of the titles of p products, in order; none where there is no title."""

    def __init__(self, snapshot: Snapshot) -> None:
        texts = snapshot.columns.table.column("title").combine_chunks().fill_null("")
        found: list[list[str]] = split_words(texts).to_pylist()
        self.words: list[tuple[str, ...]] = [tuple(own) for own in found]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many titles hold each word."""
        return Counter(word for own in self.words for word in set(own))

    def weight(self, words: Iterable[str]) -> float:
        """What some words tell: the rarer, the more (Sparck Jones, "A statistical interpretation", 1972)."""
        return sum(log(1 + len(self.words) / self.counts[word]) for word in words)

    def alike(self, one: int, other: int) -> float:
        """The share of two titles' weight that is in both, from 0 to 1; NaN where one has no word."""
        first, second = set(self.words[one]), set(self.words[other])
        if not first or not second:
            return float("nan")
        return self.weight(first & second) / self.weight(first | second)

    def alikes(self, pairs: Iterable[tuple[int, int]]) -> Floats:
        """`alike` of each pair, (m,)."""
        return np.array([self.alike(one, other) for one, other in pairs], dtype=np.float32)


class Sameness:
    """Whether products that show one picture are told of as one product or as several, by titles and kinds.

    Small families of copies and variants say how alike the titles of one product are, pairs by chance how
    alike titles are anyhow.
    """

    def __init__(self, case: Case, titles: Titles) -> None:
        snapshot = case.snapshot
        self.titles = titles
        category = snapshot.columns.text("category")
        self._kinds = np.full(len(snapshot), -1) if category is None else category.codes
        chance = yardstick(snapshot).chance.tolist()
        others = titles.alikes((one, other) for one, other in chance)
        others = others[~np.isnan(others)]
        own = titles.alikes(_small_families(case))
        own = own[~np.isnan(own)]
        self.titled = len(others) >= _ENOUGH and float(np.quantile(others, _APART)) < 1
        self.least = float(np.quantile(others, _APART)) if self.titled else 0.0
        self._titles_of_one = _rate((own <= self.least).tolist()) if len(own) >= _ENOUGH else _UNKNOWN
        self._titles_of_several = _rate((others <= self.least).tolist())
        known = [
            (a, b) for a, b in self._kinds[np.array(chance, dtype=np.intp).reshape(-1, 2)] if min(a, b) >= 0
        ]
        self._kinds_of_several = _rate([bool(a != b) for a, b in known])

    def unlike(self, rows: Sequence[int], picture: float = 0.0) -> float:
        """The probability that these products, which show one picture, are several; 0.5 where nothing tells.

        Pairs among them are taken for witnesses; as they are not independent they count as one a product.
        ``picture`` is the logarithm of the odds that the picture itself tells.
        """
        pairs = list(combinations(rows, 2))
        pairs = pairs[:: max(1, len(pairs) // _PAIRS)][:_PAIRS]
        witnesses = min(len(rows) - 1, _WITNESSES)
        odds = 0.0
        alikes = self.titles.alikes(pairs)
        alikes = alikes[~np.isnan(alikes)]
        if self.titled and len(alikes):
            odds += _odds(float((alikes <= self.least).mean()), self._titles_of_several, self._titles_of_one)
        known = [(self._kinds[a], self._kinds[b]) for a, b in pairs]
        differ = [bool(a != b) for a, b in known if min(a, b) >= 0]
        if differ:  # one kind tells nothing: a shop may have a drawing for each kind
            odds += max(0.0, _odds(float(np.mean(differ)), self._kinds_of_several, _UNKNOWN))
        return 1 / (1 + float(np.exp(-np.clip(witnesses * odds + picture, -20, 20))))


def _small_families(case: Case) -> Iterator[tuple[int, int]]:
    """Pairs of products that show one picture, or are variants, where there are few of them."""
    for families in (case.snapshot.copies, case.snapshot.variants):
        rows = np.flatnonzero(families.group >= 0)
        rows = rows[np.argsort(families.group[rows], kind="stable")]
        _, starts, sizes = np.unique(families.group[rows], return_index=True, return_counts=True)
        for start in starts[sizes <= _FEW][:_MEASURED].tolist():
            yield int(rows[start]), int(rows[start + 1])


def _odds(share: float, several: float, one: float) -> float:
    """The logarithm of the odds that products are several, from how often they differ."""
    return share * log(several / one) + (1 - share) * log((1 - several) / (1 - one))


def _rate(seen: list[bool]) -> float:
    """How often something is so; never quite never or always."""
    return float(np.clip(np.mean(seen), _CLAIM, 1 - _CLAIM)) if seen else 0.5
