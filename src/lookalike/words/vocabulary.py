"""The words of a catalogue, and what somebody who types meant by them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from lookalike import colour
from lookalike.words.spelling import Spelling
from lookalike.words.synonyms import synonyms
from lookalike.words.texts import base_form

How = Literal["word", "beginning", "synonym", "spelling", "parts", "unknown"]
"""Why a term has its meanings: by the first of these that the catalogue knows."""

_FUNCTION = """
a an and any at by for from in is it its me my of on or some something that the these this to with without
das dem den der die ein eine einen einem einer fur im in mit ohne und von zu
au aux avec des du en et la le les ou par pour sans un une
al con de del el la las los para por sin un una y
"""

FUNCTION_WORDS = frozenset(_FUNCTION.split())
"""Words that tie others together and name nothing, in English, German, French and Spanish."""

_QUIET = 0.05
_METALLIC = frozenset(("gold", "golden", "silver", "bronze", "copper"))
_NOT = frozenset(("without", "ohne", "sans", "sin"))  # turn the next word around, which no text has
_LAST = "\U0010ffff"  # sorts behind every word
_BEGUN = 3  # letters from which a word may be the beginning of another
_BEGINNINGS = 8  # words that a beginning stands for, the most frequent
_OTHERS = 6  # ways to say a thing that are taken beside the one that was typed
_OTHERWISE = 0.6  # share of a meaning that was not typed, where the typed one is there
_NAMED = 3  # ways to say it that are named
_SHADE = 0.85  # the same of a shade of the colour that was typed: cobalt is a blue
_PART = 3  # letters of the shorter of two words written as one


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words of a vocabulary, by code, that together say what was asked.

    ``share`` is how far, from 0 to 1.
    """

    codes: tuple[int, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Term:
    """What was asked, one word or two, and what it means, the nearest first; nothing where it is unknown."""

    asked: str
    meanings: tuple[Meaning, ...]
    how: How
    said: str = ""
    """The nearest meaning in words."""

    @property
    def colour(self) -> bool:
        """Whether the term names a colour."""
        return self.asked in _METALLIC or colour.canonical(self.asked) is not None

    @property
    def weight(self) -> float:
        """How much the term counts beside others: little for a word such as "with"."""
        return _QUIET if all(word in FUNCTION_WORDS for word in self.asked.split()) else 1.0


class Vocabulary:
    """Words in their base form, the most frequent first, with the number of texts that hold each."""

    def __init__(self, words: Sequence[str], counts: npt.NDArray[np.int64]) -> None:
        self.words = words
        self.counts = counts

    @classmethod
    def counted(
        cls, words: Sequence[str], counts: npt.NDArray[np.int64], most: int
    ) -> tuple[Vocabulary, npt.NDArray[np.int64]]:
        """The ``most`` most frequent of these words, and each word's code there, -1 for one left out."""
        order = sorted(np.flatnonzero(counts > 0).tolist(), key=lambda at: (-int(counts[at]), words[at]))[
            :most
        ]
        codes = np.full(len(words), -1, dtype=np.int64)
        codes[order] = np.arange(len(order))
        return cls([words[at] for at in order], counts[order]), codes

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._codes

    def terms(self, asked: Sequence[str]) -> list[Term]:
        """What folded words mean, see `lookalike.neighbours.tokens.words_asked`; two may say one thing.

        Words that name nothing are left out where others do.
        """
        forms = [base_form(word) for word in asked]
        found: list[Term] = []
        at = 0
        while at < len(forms):
            pair = self._pair(asked[at : at + 2], tuple(forms[at : at + 2]))
            found.append(pair or self._term(asked[at], forms[at]))
            at += 2 if pair else 1
        return [term for term in found if term.weight == 1] or found

    def _pair(self, asked: Sequence[str], forms: tuple[str, ...]) -> Term | None:
        """Two words that say one thing: "t shirt", "navy blue", where the shop has one word for it."""
        if len(forms) < 2:
            return None
        others = [("".join(forms),), *synonyms(forms)]
        known = [one for one in others if self._knows(one)]
        if not known:
            return Term(" ".join(asked), (), "unknown") if forms[0] in _NOT else None
        said = [forms, *known] if self._knows(forms) else known
        how: How = "word" if said[0] == forms else "synonym"
        return self._said(" ".join(asked), said, how)

    def _term(self, asked: str, form: str) -> Term:
        others = [one for one in synonyms((form,)) if self._knows(one)]
        if form in self._codes:
            return self._said(asked, [(form,), *others], "word")
        if others:
            return self._said(asked, others, "synonym", first=0.9)
        if begun := self._begun(form):
            shares = [0.5 + 0.4 * len(form) / len(word) for word in begun]
            codes = [self._codes[word] for word in begun]
            meanings = tuple(Meaning((code,), share) for code, share in zip(codes, shares, strict=True))
            return Term(asked, meanings, "beginning", begun[0])
        if (meant := self._spelling.meant(form)) is not None:
            more = [one for one in synonyms((meant,)) if self._knows(one)]
            return self._said(asked, [(meant,), *more], "spelling", first=0.9)
        parts = self._parts(form)
        if parts:
            return self._said(asked, [parts], "parts", first=0.95)
        return Term(asked, (), "unknown")

    def _said(self, asked: str, said: Sequence[tuple[str, ...]], how: How, first: float = 1.0) -> Term:
        shares = [first, *(_shade(asked, words) for words in said[1:])]
        meanings = tuple(
            Meaning(tuple(self._codes[word] for word in words), share)
            for words, share in zip(said[: 1 + _OTHERS], shares, strict=False)
        )
        others = _NAMED if how == "synonym" else 1
        return Term(
            asked, meanings, how, " or ".join(dict.fromkeys(" ".join(words) for words in said[:others]))
        )

    def _knows(self, words: Iterable[str]) -> bool:
        return all(word in self._codes for word in words)

    def _begun(self, beginning: str) -> list[str]:
        """The most frequent words with this beginning."""
        if len(beginning) < _BEGUN:
            return []
        first, last = bisect_left(self._sorted, beginning), bisect_left(self._sorted, beginning + _LAST)
        words = sorted(self._sorted[first:last], key=lambda word: self._codes[word])
        return words[:_BEGINNINGS]

    def _parts(self, form: str) -> tuple[str, ...] | None:
        """Two words written as one, the rarer of which is the most frequent possible."""
        cuts = [(form[:at], form[at:]) for at in range(_PART, len(form) - _PART + 1)]
        known = [cut for cut in cuts if self._knows(cut)]
        return min(known, key=lambda cut: max(self._codes[word] for word in cut)) if known else None

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {word: code for code, word in enumerate(self.words)}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self.words, self.counts)


def _shade(asked: str, words: Sequence[str]) -> float:
    """How far other words say what was asked: a shade of a colour more than another word for a thing."""
    return _SHADE if asked in colour.NAMES and colour.ALIASES.get(" ".join(words)) == asked else _OTHERWISE
