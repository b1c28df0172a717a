"""What products say, field by field, and how much it tells that two of them say the same.

Source: the weights of agreement and disagreement are those of Fellegi, Sunter, "A theory for record linkage",
1969: logarithms of how much likelier each is among pairs that belong together than among pairs by chance.
Here pairs belong together whose pictures are near, so the catalogue itself says which fields tell something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lookalike.content.occurrences import Occurrences
from lookalike.vectors import Floats, Mask, Rows

Codes = npt.NDArray[np.int32]
Wide = npt.NDArray[np.float64]

LEAST_TRUST, MOST_TRUST = 0.02, 0.97
"""A field trusted less than the first tells nothing; none is trusted more than the second."""

_UNSEEN = 0.5  # trust in a field of which no pair is known
_AS_MANY = 8  # pairs that this counts as
_FEW = 8  # of one product in so many or fewer the words are looked up, of more those that have each word


def trust(agreeing: float, expected: float, pairs: int) -> float:
    """How far above chance near pairs agree, 0 (as if by chance) to 1 (always).

    ``agreeing`` is their share that agrees, ``expected`` the share that would by chance: Cohen's kappa,
    drawn to `_UNSEEN` where there are few pairs.
    """
    if expected >= 1:
        return 0.0
    above = (agreeing - expected) / (1 - expected)
    found = (pairs * above + _AS_MANY * _UNSEEN) / (pairs + _AS_MANY)
    return float(np.clip(found, 0, MOST_TRUST))


class Named:
    """A field with one value a product: ``codes`` (n,), -1 where it says nothing."""

    def __init__(self, codes: Codes, near: Rows) -> None:
        """``near`` (m, 2) are rows of pairs that belong together."""
        self.codes = codes
        self.said: Mask = codes >= 0
        counts = np.bincount(codes[self.said])
        shares = counts / max(int(counts.sum()), 1)
        one, other = codes[near[:, 0]], codes[near[:, 1]]
        both = (one >= 0) & (other >= 0)
        pairs = int(both.sum())
        agreeing = float((one == other)[both].mean()) if pairs else 0.0
        self.trust = trust(agreeing, float((shares**2).sum()), pairs) if len(shares) else 0.0
        rare = 1 / np.maximum(shares, 1e-9) - 1
        self.agreed: Floats = np.log1p(self.trust * rare).astype(np.float32)
        self.differed = float(np.log1p(-self.trust))

    def pairs(self, pairs: Rows) -> Floats:
        """What the agreement of pairs of rows (m, 2) tells, (m,)."""
        one, other = self.codes[pairs[:, 0]], self.codes[pairs[:, 1]]
        told = np.where(one == other, self.agreed[np.maximum(one, 0)], np.float32(self.differed))
        found: Floats = np.where((one >= 0) & (other >= 0), told, np.float32(0)).astype(np.float32)
        return found


class Together:
    """Fields with one value a product, compared all at once."""

    def __init__(self, fields: Sequence[Named], count: int) -> None:
        self._fields = fields
        self._codes: Codes = np.empty((count, len(fields)), dtype=np.int32)
        for at, field in enumerate(fields):
            self._codes[:, at] = field.codes
        self._least = [field.differed for field in fields]
        self._differed = np.array(self._least, dtype=np.float32)
        tables = [np.append(np.float32(0), field.agreed) for field in fields]  # the first for what is unsaid
        self._agreed: Floats = np.concatenate([np.empty(0, dtype=np.float32), *tables])
        self._starts = np.cumsum([1, *map(len, tables)])[: len(fields)]
        self._everywhere = bool((self._codes >= 0).all())

    def ranges_of(self, row: int) -> list[tuple[float, float]]:
        """Of each field in which a product says something, what it tells to differ from it, and to agree."""
        own = self._codes[row]
        agreed = self._agreed[self._starts + own].tolist()
        return [
            (differed, most)
            for differed, most, code in zip(self._least, agreed, own.tolist(), strict=True)
            if code >= 0
        ]

    def told(self, row: int) -> Callable[[Rows], Floats]:
        """What the agreement of c products with one tells, (c,), by their rows."""
        own = self._codes[row]
        agreed = self._agreed[self._starts + own]
        differed = np.where(own >= 0, self._differed, np.float32(0))

        def at(rows: Rows) -> Floats:
            # field by field: the memory of each is read in a row
            if len(rows) * _FEW >= len(self._codes) or not self._fields:
                return self._told_of_many(rows, own, agreed, differed)
            codes = self._codes[rows]
            each = np.where(codes == own, agreed, differed)
            if not self._everywhere:
                each[codes < 0] = 0
            total: Floats = np.add.accumulate(each, axis=1)[:, -1]  # one after the other, as of many
            return total

        return at

    def _told_of_many(self, rows: Rows, own: Codes, agreed: Floats, differed: Floats) -> Floats:
        total: Floats = np.zeros(len(rows), dtype=np.float32)
        for at, field in enumerate(self._fields):
            if own[at] >= 0:
                codes = field.codes.take(rows)
                told = np.where(codes == own[at], agreed[at], differed[at])
                if not self._everywhere:
                    told[codes < 0] = 0
                total += told
        return total


class Worded:
    """A field of words: a word counts once a product, by how few products have it."""

    def __init__(self, held: Occurrences, near: Rows) -> None:
        """``near`` (m, 2) are rows of pairs that belong together."""
        self._count = len(held)
        self._words, self._rows = held.words, held.rows
        lengths = held.words.counts
        self.said: Mask = lengths > 0
        self._lengths = lengths.astype(np.float32)
        shares = held.rows.counts / max(int(self.said.sum()), 1)
        self.trust = self._trust(near, shares)
        self.differed = float(np.log1p(-self.trust))
        self.agreed: Floats = np.log1p(self.trust * (1 / np.maximum(shares, 1e-9) - 1)).astype(np.float32)

    def _trust(self, near: Rows, shares: Wide) -> float:
        """Of the words of near pairs, how many are shared, above what chance would share."""
        if not self.said.any():
            return 0.0
        known = near[self.said[near].all(axis=1)]
        words = self._asked(known[:, 0])[1]
        if not len(words):
            return trust(0.0, 0.0, 0)
        shared = self._shared(known)[1]
        return trust(len(shared) / len(words), float(shares[words].mean()), len(known))

    def _asked(self, rows: Rows) -> tuple[Rows, Codes]:
        """The words of several rows, and which of the rows each is of."""
        places, ends = self._places(rows)
        which = np.repeat(np.arange(len(rows)), np.diff(ends, prepend=0))
        return which, self._words.values[places]

    def _places(self, rows: Rows) -> tuple[Rows, Rows]:
        """Where the words of several rows stand, one after the other, and where those of each end."""
        starts = self._words.starts[rows]
        counts = self._words.starts[rows + 1] - starts
        ends = np.cumsum(counts)
        return np.arange(len(rows) and ends[-1]) + np.repeat(starts - ends + counts, counts), ends

    def _shared(self, pairs: Rows) -> tuple[Rows, Codes]:
        """The words that both rows of a pair have, and which pair each is of."""
        width = len(self._rows.starts)
        one, other = (which * width + words for which, words in map(self._asked, pairs.T))
        both: Rows = np.intersect1d(one, other, assume_unique=True)
        return both // width, (both % width).astype(np.int32)

    @cached_property
    def _gained(self) -> Floats:
        """What it tells more to share a word than to differ in it, by code."""
        return self.agreed - np.float32(self.differed)

    @cached_property
    def _missed(self) -> Floats:
        """What it tells when all of a product's words are missing from another, half counted, (n,)."""
        return (self._lengths * np.float32(self.differed / 2)).astype(np.float32)

    def told(self, row: int) -> Callable[[Rows], Floats]:
        """What the words that c products share with one tell, (c,), by their rows.

        A word that only one of the two has counts half of a difference, since it is missing from one text.
        """
        everything: Floats | None = None

        def at(rows: Rows) -> Floats:
            nonlocal everything
            if len(rows) * _FEW < self._count and everything is None:
                return self._told_of(row, rows)
            if everything is None:
                everything = self._told_of_all(row)
            return everything[rows]

        return at

    def _told_of_all(self, row: int) -> Floats:
        """By the products that have each word."""
        told: Floats = self._missed + self._missed[row]
        for word in self._words.of_key(row).tolist():
            told[self._rows.of_key(word)] += self._gained[word]
        told[~self.said] = 0
        return told

    def _told_of(self, row: int, rows: Rows) -> Floats:
        """The same of c products, (c,), by the words that each has: added in the same order."""
        own = self._words.of_key(row)
        numbers = np.zeros(len(self.agreed), dtype=np.uint16)  # of the words of the one, from 1
        numbers[own] = np.arange(1, len(own) + 1)
        places, ends = self._places(rows)
        words = self._words.values[places]
        met = numbers[words]
        shared = np.flatnonzero(met)
        each = np.zeros((len(own) + 1, len(rows)), dtype=np.float32)
        each[0] = self._missed[rows] + self._missed[row]
        each[met[shared], np.searchsorted(ends, shared, side="right")] = self._gained[words[shared]]
        told: Floats = np.add.accumulate(each, axis=0)[-1]
        said = self.said[rows]
        if not said.all():
            told[~said] = 0
        return told

    def pairs(self, pairs: Rows) -> Floats:
        """What the shared words of pairs of rows (m, 2) tell, (m,)."""
        known = self.said[pairs].all(axis=1)
        which, words = self._shared(pairs[known])
        shared = np.bincount(which, self.agreed[words] - self.differed, minlength=int(known.sum()))
        found = np.zeros(len(pairs), dtype=np.float32)
        found[known] = shared + self._missed[pairs[known]].sum(axis=1)
        return found

    def range_of(self, row: int) -> tuple[float, float]:
        """What it tells to share no word with a product, in a text as long, and to share all."""
        own = self._words.of_key(row)
        return 2 * float(self._missed[row]), float(self.agreed[own].sum(dtype=np.float64))
