"""Which products say it: words in all their texts, weighed by field and by how rare they are.

Source: BM25F, Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields", 2004.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lookalike.mapped import map_array, map_table, write_array, write_table
from lookalike.vectors import Floats, Mask
from lookalike.words.ridge import Ints
from lookalike.words.texts import FIELDS, Texts, base_form
from lookalike.words.vocabulary import Term, Vocabulary

WEIGHTS = {"title": 1.0, "brand": 1.0, "category": 1.0, "attributes": 0.6, "description": 0.3}
"""How much a word counts by where it stands."""

NAMED = ("title", "brand", "category")
"""Where `FullText.holding` looks for words."""

_ARRAYS = ("said", "_rows", "_named", "_has_it", "_starts", "_kinds")
_WORDS = "full-text-words.arrow"
_LAST = "\U0010ffff"  # sorts behind every word
_EVEN = 0.6  # how far the length of a field is evened out: BM25's b
_ENOUGH = 0.3  # from here on more of a word adds little: BM25's k1, low, since titles do not repeat words
_COLOUR = 1.0  # the same of one that names a colour
_KIND = 1.0  # how much more a word counts that always names a kind of product
_DAMPED = 0.5  # power of the inverse document frequency: the rarest word is not to rule
_ELSEWHERE = 0.85  # what a word counts that names kinds, but not this product's: "top" in "high-top sneakers"
_MOSTLY = 0.5  # share of a word's products that have it in their category, from which it names a kind
_FINE = 0.25  # what BM25's weight of a word counts against that the word is there at all


class FullText:
    """The words of n products, in the order of their rows."""

    def __init__(self, texts: Texts) -> None:
        self._count = len(texts)
        self.said: Mask = np.zeros(self._count, dtype=np.bool_)
        known: dict[str, int] = {}
        codes, rows, weights, stands = [], [], [], []
        for field in texts.fields():
            tokens = texts.tokens(field)
            own = np.array([known.setdefault(word, len(known)) for word in tokens.words], dtype=np.int64)
            lengths = np.bincount(tokens.rows, minlength=self._count)
            usual = float(lengths[lengths > 0].mean()) if len(tokens.rows) else 1.0
            evened = 1 - _EVEN + _EVEN * lengths / usual
            self.said[tokens.rows] = True
            codes.append(own[tokens.codes])
            rows.append(tokens.rows.astype(np.int64))
            weights.append(WEIGHTS[field] / evened[tokens.rows])
            stands.append(np.full(len(tokens.rows), FIELDS.index(field)))
        parts = (np.concatenate(part) for part in (codes, rows, weights, stands))
        self._fill(list(known), *parts)

    def _fill(self, words: list[str], codes: Ints, rows: Ints, weights: Floats, stands: Ints) -> None:
        """Postings: for each word the products that have it, and how much of it, by word and row.

        ``stands`` are places in `FIELDS`.
        """
        keys = codes * max(self._count, 1) + rows
        order = np.argsort(keys, kind="stable")
        keys, stands = keys[order], stands[order]
        first = np.ones(len(keys), dtype=np.bool_)
        np.not_equal(keys[1:], keys[:-1], out=first[1:])
        which = np.cumsum(first) - 1
        pairs = keys[first]
        much = np.bincount(which, weights=weights[order], minlength=len(pairs))
        named, kinds = np.zeros(len(pairs), np.bool_), np.zeros(len(pairs), np.bool_)
        named[which[np.isin(stands, [FIELDS.index(field) for field in NAMED])]] = True
        kinds[which[stands == FIELDS.index("category")]] = True
        own = pairs // max(self._count, 1)
        counts = np.bincount(own, minlength=len(words)).astype(np.int64)
        self.vocabulary, code_of = Vocabulary.counted(words, counts, most=len(words))
        in_category = np.bincount(code_of[own], kinds, minlength=len(counts))
        self._kinds = in_category / np.maximum(self.vocabulary.counts, 1)
        self._starts = np.concatenate([[0], np.cumsum(self.vocabulary.counts)]).astype(np.int64)
        begins = np.cumsum(counts) - counts  # of each word among the pairs, which come by its first code
        place = np.arange(len(pairs)) - np.repeat(begins - self._starts[code_of], counts)
        fine = 1 - _FINE + _FINE * much / (much + _ENOUGH)
        elsewhere = (self._kinds[code_of[own]] > _MOSTLY) & ~kinds
        self._rows: npt.NDArray[np.int32] = np.empty(len(pairs), dtype=np.int32)
        self._named = np.empty(len(pairs), dtype=np.bool_)
        self._has_it = np.empty(len(pairs), dtype=np.float32)
        self._rows[place] = pairs % max(self._count, 1)
        self._named[place] = named
        self._has_it[place] = np.where(elsewhere, _ELSEWHERE * fine, fine)

    def keep(self, folder: Path) -> None:
        """Write the words of a version into its folder. Raises `OSError`."""
        for name in _ARRAYS:
            write_array(folder / f"full-text-{name.strip('_')}.npy", getattr(self, name))
        words = pa.array(self.vocabulary.words, pa.string())
        write_table(folder / _WORDS, pa.table({"word": words, "count": self.vocabulary.counts}))

    @classmethod
    def kept(cls, folder: Path) -> FullText | None:
        """The words of the kept version; None where there are none."""
        found = {name: map_array(folder / f"full-text-{name.strip('_')}.npy") for name in _ARRAYS}
        arrays = {name: array for name, array in found.items() if array is not None}
        table = map_table(folder / _WORDS)
        if table is None or len(arrays) < len(_ARRAYS):
            return None
        made = cls.__new__(cls)
        vars(made).update(arrays)
        made._count = len(arrays["said"])
        made.vocabulary = Vocabulary(table.column("word").to_pylist(), table.column("count").to_numpy())
        return made

    def __len__(self) -> int:
        return self._count

    def terms(self, words: Sequence[str]) -> list[Term]:
        """What folded words mean in these texts, see `Vocabulary.terms`."""
        return self.vocabulary.terms(words)

    def shares(self, terms: Sequence[Term]) -> Floats:
        """How much of what was asked each product says, see `weighed`."""
        return self.weighed(terms)[0]

    def weighed(self, terms: Sequence[Term]) -> tuple[Floats, list[float]]:
        """How much of what was asked each product says, and how much of the question each term is.

        Shares (n,) are from 0 to 1, NaN for a product without any words; weights sum to 1. A term counts by
        its inverse document frequency, one that names a kind or a colour more; one that nobody says counts as
        those do that somebody says.
        """
        found = [self._has(term) for term in terms]
        rarity = [
            self._rarity(has) * term.weight * (1 + _COLOUR * term.colour)
            for term, has in zip(terms, found, strict=True)
        ]
        known = [value for term, value in zip(terms, rarity, strict=True) if term.meanings]
        usual = sum(known) / len(known) if any(known) else 1.0
        weights = [
            value * (1 + _KIND * self._kind(term)) if term.meanings else usual * term.weight
            for term, value in zip(terms, rarity, strict=True)
        ]
        total = sum(weights) or 1.0
        shares = np.zeros(self._count, dtype=np.float32)
        for weight, has in zip(weights, found, strict=True):
            shares += np.float32(weight / total) * has
        shares[~self.said] = np.nan
        return shares, [weight / total for weight in weights]

    def _rarity(self, has: Floats) -> float:
        """What a term counts that these products have: its inverse document frequency, damped."""
        holders = int(np.count_nonzero(has))
        return float(np.log1p((self._count - holders + 0.5) / (holders + 0.5)) ** _DAMPED)

    def kinds(self, terms: Sequence[Term]) -> frozenset[str]:
        """The words of the terms that name a kind of product."""
        naming = [term for term in terms if term.meanings and self._kind(term) > _MOSTLY]
        return frozenset(word for term in naming for word in term.asked.split())

    def _kind(self, term: Term) -> float:
        """How far a term names a kind: the share of its products that have it in their category."""
        nearest = term.meanings[0]
        return min(float(self._kinds[code]) for code in nearest.codes) * nearest.share

    def holding(self, words: Sequence[str]) -> Mask:
        """Which products have every one of these folded words in one of the fields `NAMED`, (n,).

        A word is found by its beginning, and in singular or plural.
        """
        mask = np.ones(self._count, dtype=np.bool_)
        for word in words:
            found = np.zeros(self._count, dtype=np.bool_)
            for code in self._begun(word):
                inside = self._postings(code)
                found[self._rows[inside][self._named[inside]]] = True
            mask &= found
        return mask

    def _begun(self, word: str) -> set[int]:
        """The words that begin so, or are its other number: "dresse" is the beginning of "dresses"."""
        place, ordered = self._ordered
        first, last = bisect_left(ordered, word), bisect_left(ordered, word + _LAST)
        forms = (base_form(word + ending) for ending in ("", "s", "es"))
        return {place[one] for one in (*ordered[first:last], *(form for form in forms if form in place))}

    @cached_property
    def _ordered(self) -> tuple[dict[str, int], list[str]]:
        """The code of each word, and the words in alphabetical order."""
        words = self.vocabulary.words
        return {word: code for code, word in enumerate(words)}, sorted(words)

    def _has(self, term: Term) -> Floats:
        """How far each product has a term: by the meaning that it has most of, (n,)."""
        best = np.zeros(self._count, dtype=np.float32)
        for meaning in term.meanings:
            share = np.float32(meaning.share / len(meaning.codes))
            if len(meaning.codes) == 1:
                rows, much = self._holding(meaning.codes[0])
                best[rows] = np.maximum(best[rows], much * share)
                continue
            own = np.zeros(self._count, dtype=np.float32)
            for code in meaning.codes:
                rows, much = self._holding(code)
                own[rows] += much
            np.maximum(best, own * share, out=best)
        return best

    def _holding(self, code: int) -> tuple[npt.NDArray[np.int32], Floats]:
        """The products that have a word, and how far it is theirs, 0 to 1."""
        inside = self._postings(code)
        return self._rows[inside], self._has_it[inside]

    def _postings(self, code: int) -> slice:
        return slice(int(self._starts[code]), int(self._starts[code + 1]))
