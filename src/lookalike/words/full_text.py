"""Which products say it: words in all their texts, weighed by field and by how rare they are.

Source: BM25F, Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields", 2004.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from lookalike.vectors import Floats, Mask
from lookalike.words.ridge import Ints
from lookalike.words.texts import Texts, base_form
from lookalike.words.vocabulary import Term, Vocabulary

WEIGHTS = {"title": 1.0, "brand": 1.0, "category": 1.0, "attributes": 0.6, "description": 0.3}
"""How much a word counts by where it stands."""

NAMED = ("title", "brand", "category")
"""Where `FullText.holding` looks for words."""

_LAST = "\U0010ffff"  # sorts behind every word
_EVEN = 0.6  # how far the length of a field is evened out: BM25's b
_ENOUGH = 0.3  # from here on more of a word adds little: BM25's k1, low, since titles do not repeat words
_FINE = 0.25  # what BM25's weight of a word counts against that the word is there at all


class FullText:
    """The words of n products, in the order of their rows."""

    def __init__(self, texts: Texts) -> None:
        self.said: Mask = texts.said
        self._count = len(texts)
        known: dict[str, int] = {}
        codes, rows, weights, named = [], [], [], []
        for field in texts.fields():
            tokens = texts.tokens(field)
            own = np.array([known.setdefault(word, len(known)) for word in tokens.words], dtype=np.int64)
            lengths = np.bincount(tokens.rows, minlength=self._count)
            usual = float(lengths[lengths > 0].mean()) if len(tokens.rows) else 1.0
            evened = 1 - _EVEN + _EVEN * lengths / usual
            codes.append(own[tokens.codes])
            rows.append(tokens.rows.astype(np.int64))
            weights.append(WEIGHTS[field] / evened[tokens.rows])
            named.append(np.full(len(tokens.rows), field in NAMED))
        parts = (np.concatenate(part) for part in (codes, rows, weights, named))
        self._fill(list(known), *parts)

    def _fill(self, words: list[str], codes: Ints, rows: Ints, weights: Floats, named: Mask) -> None:
        """Postings: for each word the products that have it, and how much of it, by word and row."""
        pairs, which = np.unique(codes * max(self._count, 1) + rows, return_inverse=True)
        much = np.bincount(which, weights=weights, minlength=len(pairs))
        names = np.bincount(which, weights=named, minlength=len(pairs)) > 0
        counts = np.bincount(pairs // max(self._count, 1), minlength=len(words)).astype(np.int64)
        self.vocabulary, code_of = Vocabulary.counted(words, counts, most=len(words))
        order = np.argsort(code_of[pairs // max(self._count, 1)], kind="stable")
        self._rows = (pairs % max(self._count, 1))[order].astype(np.int32)
        self._much = (much / (much + _ENOUGH))[order].astype(np.float32)
        self._named: Mask = names[order]
        self._starts = np.concatenate([[0], np.cumsum(self.vocabulary.counts)]).astype(np.int64)

    def __len__(self) -> int:
        return self._count

    def terms(self, words: Sequence[str]) -> list[Term]:
        """What folded words mean in these texts, see `Vocabulary.terms`."""
        return self.vocabulary.terms(words)

    def shares(self, terms: Sequence[Term]) -> Floats:
        """How much of what was asked each product says, (n,), from 0 to 1; NaN for one without any words.

        A term counts by its inverse document frequency, one that nobody says most.
        """
        found = np.zeros(self._count, dtype=np.float32)
        total = 0.0
        for term in terms:
            has = self._has(term)
            weight = self.rarity(int(np.count_nonzero(has))) * term.weight
            if term.meanings:
                found += np.float32(weight) * has
            total += weight
        shares = found / np.float32(total) if total > 0 else found
        shares[~self.said] = np.nan
        return shares

    def rarity(self, holders: int) -> float:
        """What a word counts that so many products have: its inverse document frequency."""
        return float(np.log1p((self._count - holders + 0.5) / (holders + 0.5)))

    def understood(self, terms: Sequence[Term], known: Sequence[Term]) -> float:
        """How much of what was asked is known to somebody who makes ``known`` of the words, from 0 to 1."""
        meant = {word for term in known if term.meanings for word in term.asked.split()}
        total = understood = 0.0
        for term in terms:
            weight = self.rarity(int(np.count_nonzero(self._has(term)))) * term.weight
            words = term.asked.split()
            total += weight
            understood += weight * sum(word in meant for word in words) / len(words)
        return understood / total if total > 0 else float(bool(meant))

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

    def _holding(self, code: int) -> tuple[Ints, Floats]:
        """The products that have a word, and how far it is theirs, `1 - _FINE` to 1."""
        inside = self._postings(code)
        return self._rows[inside], 1 - _FINE + _FINE * self._much[inside]

    def _postings(self, code: int) -> slice:
        return slice(int(self._starts[code]), int(self._starts[code + 1]))
