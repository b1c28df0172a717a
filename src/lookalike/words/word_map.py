"""Words into looks: what the words of a catalogue's own products say of how something looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lookalike.errors import BadArgument
from lookalike.stacked import Stacked
from lookalike.vectors import Floats, Space, unit
from lookalike.words.correlation import canonical_axes
from lookalike.words.lessons import lessons
from lookalike.words.ridge import SOLVED, Bags, Ints, ridge
from lookalike.words.texts import Texts
from lookalike.words.vocabulary import Term, Vocabulary

METHOD = 1
"""Raised when the same texts and pictures would give another map."""

WORDS = 50_000
"""At most so many words are learnt, the most frequent."""

LEAST = 20
"""Products with words and a picture that a map is learnt from at least."""

_PENALTY = 1.0
_RARE = 12.0  # texts of a word up to which other words for the same thing say as much as the word
_BLOCK = 4096  # vectors at a time
_SMALLEST = 0.05  # that a text's own picture is nearer than one of chance, at least


@dataclass(frozen=True, slots=True)
class Direction:
    """What words look like: its cosine with a picture ranks pictures.

    The cosine is taken in the map's own space; ``vector`` (dim,) and ``offset`` give it from the picture's
    unit vector as it is stored, and its length there (`WordMap.lengths`).
    """

    vector: Floats
    offset: float

    def cosines(self, looks: Floats | Stacked, lengths: Floats) -> Floats:
        """Cosines (n,) of pictures' unit vectors (n, dim) with their ``lengths`` (n,)."""
        cosines: Floats = (looks @ self.vector - np.float32(self.offset)) / lengths
        return cosines


@dataclass(frozen=True, eq=False)
class WordMap:
    """A map from words to the looks of one encoder's space, fitted on the texts and pictures of a catalogue.

    ``weights`` (words, d) are what each word of ``vocabulary`` foretells in the map's space, to which
    ``axes`` (dim, d) take a picture's vector less ``mean`` (dim,); ``explained`` (d,) is the share of a
    direction's variance that words explain. ``chance`` and ``own`` are the mean
    cosines of a text with a picture of chance and with its own. ``texts`` counts the products it was fitted
    on.
    """

    space: Space
    vocabulary: Vocabulary
    weights: Floats
    mean: Floats
    axes: Floats
    explained: Floats
    chance: float
    own: float
    texts: int

    @classmethod
    def fitted(cls, texts: Texts, looks: Floats, space: Space) -> WordMap:
        """Learn from n products: their texts, and the unit vectors (n, dim) of their main pictures.

        A product without a picture has a vector of zeros; it is left out, as is one without words. The same
        input gives the same map. Raises `BadArgument` when vectors do not belong to texts or the space, or
        when fewer than `LEAST` products have both.
        """
        if looks.ndim != 2 or len(looks) != len(texts) or looks.shape[1] != space.dim:
            raise BadArgument(
                f"{len(texts)} texts and vectors of shape {looks.shape} do not belong together.",
                next_step=f"Give one vector of {space.dim} numbers a product.",
            )
        taught = np.flatnonzero(texts.said & np.any(looks != 0, axis=1))
        if len(taught) < LEAST:
            raise BadArgument(
                f"{len(taught)} products have both words and a picture.",
                next_step=f"Words find pictures by looks once {LEAST} products have both.",
            )
        learnt = lessons(texts, taught, WORDS)
        mean: Floats = np.asarray(np.mean(looks[taught], axis=0, dtype=np.float64), dtype=np.float32)
        centred = _Centred(looks, taught[learnt.owners], mean)
        weights = ridge(learnt.bags, centred, _PENALTY)
        foretold = _covariance(block for _, block in learnt.bags.times(weights))
        pictures = _covariance(
            looks[taught[start : start + _BLOCK]] - mean for start in range(0, len(taught), _BLOCK)
        )
        counts = learnt.vocabulary.counts[:SOLVED]
        effective = float((counts / (counts + _PENALTY)).sum())
        axes, stretched, explained = canonical_axes(pictures, foretold, effective, len(learnt.bags))
        weights = (weights @ stretched).astype(np.float16).astype(np.float32)
        chance, own = _usual(learnt.bags, weights, centred, axes)
        return cls(space, learnt.vocabulary, weights, mean, axes, explained, chance, own, len(taught))

    @property
    def version(self) -> str:
        """Changes with the method and the space: a map of another version has to be fitted anew."""
        return f"{METHOD}-{self.space.fingerprint[:16]}"

    def terms(self, words: Sequence[str]) -> list[Term]:
        """What folded words mean to the map, see `Vocabulary.terms`."""
        return self.vocabulary.terms(words)

    def direction(self, terms: Sequence[Term], text: str = "") -> Direction | None:  # noqa: ARG002
        """What terms look like together; None when none of them is known, or all say nothing of looks.

        ``text``, as it was typed, is for others that know how words look.
        """
        said = [self._foretold(term) for term in terms if term.meanings]
        if not said:
            return None
        total = np.sum(said, axis=0, dtype=np.float64)
        length = float(np.linalg.norm(total))
        if not length > 1e-6:
            return None
        vector = (self.axes @ (total / length)).astype(np.float32)
        return Direction(vector, float(self.mean @ vector))

    def lengths(self, looks: Floats) -> Floats:
        """The lengths (n,) of unit vectors (n, dim) in the map's space; they depend on no words."""
        lengths = np.empty(len(looks), dtype=np.float32)
        for start in range(0, len(looks), _BLOCK):
            placed = (looks[start : start + _BLOCK] - self.mean) @ self.axes
            lengths[start : start + _BLOCK] = np.linalg.norm(placed, axis=1)
        return np.maximum(lengths, np.float32(1e-6))

    def closeness(self, cosines: Floats) -> Floats:
        """Cosines as 0 for a picture of chance, 0.86 for one as near as a text's own usually is, below 1."""
        return closeness_of(cosines, self.chance, self.own, _SMALLEST)

    def related(self, word: str, k: int = 5) -> list[tuple[str, float]]:
        """The k words that look likest to a word of the vocabulary, with their cosines, the likest first.

        Words of fewer texts than ten are left out; nothing for a word that is not there.
        """
        if word not in self.vocabulary:
            return []
        own = self.vocabulary.words.index(word)
        cosines = self._directions @ self._directions[own]
        cosines[(self.vocabulary.counts < 10) | (np.arange(len(cosines)) == own)] = -1
        order = np.argsort(-cosines, kind="stable")[:k]
        return [(self.vocabulary.words[at], round(float(cosines[at]), 5)) for at in order if cosines[at] > 0]

    @cached_property
    def _directions(self) -> Floats:
        return unit(self.weights * self.explained)[0]

    def _foretold(self, term: Term) -> Floats:
        """What one term foretells, (d,): less where it was guessed what was meant.

        That of a rare word is filled up by other words for the thing.
        """
        vectors: list[Floats] = []
        seen: list[float] = []
        for meaning in term.meanings:
            codes = list(meaning.codes)
            vectors.append(self.weights[codes].sum(axis=0))
            seen.append(float(self.vocabulary.counts[codes].min()))
        sure = np.float32(1 if term.how in ("word", "synonym") else term.meanings[0].share)
        if len(vectors) == 1 or term.how in ("beginning", "parts"):
            guessed: Floats = vectors[0] * sure
            return guessed
        instead = np.average(vectors[1:], axis=0, weights=seen[1:])
        trust = seen[0] / (seen[0] + _RARE)
        filled: Floats = (trust * vectors[0] + (1 - trust) * instead).astype(np.float32)
        return filled * sure


def closeness_of(cosines: Floats, chance: float, own: float, smallest: float) -> Floats:
    """Cosines as shares: 0 at that of a picture of ``chance``, 0.86 at that of a text's ``own``, below 1.

    The two count as ``smallest`` apart at least.
    """
    near = (cosines - chance) / max(own - chance, smallest)
    closeness: Floats = (1 - np.exp(-2 * np.maximum(near, 0))).astype(np.float32)
    return closeness


class _Centred:
    """The vectors of texts, those of ``rows`` of ``looks`` less their mean, made when they are asked for."""

    def __init__(self, looks: Floats, rows: Ints, mean: Floats) -> None:
        self._looks, self._rows, self._mean = looks, rows, mean
        self.width = len(mean)

    def __getitem__(self, texts: slice) -> Floats:
        centred: Floats = self._looks[self._rows[texts]] - self._mean
        return centred


def _covariance(blocks: Iterable[Floats]) -> Floats:
    """The mean of the outer products of rows that come in blocks."""
    total, count = np.zeros(()), 0
    for block in blocks:
        total = total + (block.T @ block).astype(np.float64)
        count += len(block)
    return (total / max(count, 1)).astype(np.float32)


def _usual(bags: Bags, weights: Floats, centred: _Centred, axes: Floats) -> tuple[float, float]:
    """Mean cosines of some texts with the pictures of others and with their own."""
    chance: list[Floats] = []
    own: list[Floats] = []
    for texts, foretold in bags.times(weights):
        asked, placed = unit(foretold)[0], unit(centred[texts] @ axes)[0]
        own.append(np.einsum("ij,ij->i", asked, placed))
        chance.append(np.einsum("ij,ij->i", asked, np.roll(placed, len(placed) // 2 + 1, axis=0)))
        if texts.stop > 4 * _BLOCK:
            break
    return float(np.concatenate(chance).mean()), float(np.concatenate(own).mean())
