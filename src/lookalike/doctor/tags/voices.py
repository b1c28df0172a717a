"""What tells the label of a product: its look, its neighbours, its title, its other columns.

A voice gives a score to each of k labels of m products: a log-likelihood, or what is to be weighed as one.
None has heard the product's own label, nor those of its variants and copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_matrix

from lookalike.doctor.tags.columns import Codes, TagColumn
from lookalike.doctor.tags.discriminant import FOLDS
from lookalike.neighbours.tokens import split_words
from lookalike.vectors import Floats, Rows

_NEAR = 10.0  # how fast a neighbour's vote falls with its cosine
_CHANCE = 0.5  # votes of a neighbour that are taken for chance
_MOST_WORDS = 20_000  # words of titles that are heard, the most frequent
_PREFIX = 4  # letters by which a word of a title is taken for a word of a label: plurals, endings
_OTHERS = 3  # other columns that are heard, those that tell most
_TELLS = 0.05  # nats that another column has to tell


class Voice(Protocol):
    """What gives scores to labels."""

    def scores(self, rows: Rows) -> Floats:
        """Scores of k labels for some products, (len(rows), k)."""
        ...


@dataclass(frozen=True)
class Votes:
    """The labels of the nearest: ``near`` (n, k) are rows, -1 for none; votes fall with the cosine.

    Source: Dudani, "The distance-weighted k-nearest-neighbor rule", 1976.
    """

    near: Rows
    cosines: Floats
    codes: Codes
    classes: int

    def counts(self, rows: Rows) -> Floats:
        """Weighted votes for each label, (m, classes); the nearest has one."""
        near = self.near[rows]
        codes = np.where(near >= 0, self.codes[near], -1)
        heard = codes >= 0
        weights = np.exp(
            _NEAR * (self.cosines[rows] - np.nanmax(self.cosines[rows], axis=1, initial=-1, keepdims=True))
        )
        cells = (np.arange(len(rows))[:, None] * self.classes + codes)[heard]
        votes = np.bincount(cells, weights[heard], minlength=len(rows) * self.classes)
        return votes.reshape(len(rows), self.classes).astype(np.float32)

    def scores(self, rows: Rows) -> Floats:
        """Logarithms of the shares of the votes, a little of them taken for chance."""
        votes = self.counts(rows)
        held = _frequencies(self.codes, self.classes)
        found: Floats = np.log((votes + _CHANCE * held) / (votes.sum(axis=1, keepdims=True) + _CHANCE))
        return found


@dataclass(frozen=True)
class Usual:
    """How frequent each label is."""

    codes: Codes
    classes: int

    def scores(self, rows: Rows) -> Floats:
        """The same for all."""
        held: Floats = np.log(_frequencies(self.codes, self.classes))
        return np.broadcast_to(held, (len(rows), self.classes))


def _frequencies(codes: Codes, classes: int) -> Floats:
    counts = np.bincount(codes[codes >= 0], minlength=classes) + 0.1
    found: Floats = (counts / counts.sum()).astype(np.float32)
    return found


@dataclass(frozen=True)
class Heard:
    """Sparse properties of products: ``held`` (n, v) says what each has, ``folds`` (n,) its part.

    What each property says of a label is counted in the other parts: the logarithm of how much more frequent
    it is with the label, a property that is seen seldom drawn to what is usual.
    """

    held: csr_matrix
    folds: Rows
    tables: Sequence[Floats]

    @classmethod
    def of(cls, held: csr_matrix, folds: Rows, codes: Codes, classes: int) -> Heard:
        """Count in all parts but one, each in turn."""
        tables = []
        for fold in range(FOLDS):
            rows = np.flatnonzero((codes >= 0) & (folds != fold))
            member = (np.ones(len(rows), np.float32), (codes[rows], np.arange(len(rows))))
            met = (csr_matrix(member, shape=(classes, len(rows))) @ held[rows]).toarray().T
            labelled = np.bincount(codes[rows], minlength=classes)
            usual = met.sum(axis=1, keepdims=True) / max(len(rows), 1)
            told = np.log((met + usual + 1e-6) / ((labelled + 1.0) * (usual + 1e-6)))
            tables.append(np.where(usual > 0, told, 0).astype(np.float32))
        return cls(held, folds, tables)

    def scores(self, rows: Rows) -> Floats:
        """The sums of what the properties of each product say."""
        found = np.zeros((len(rows), self.tables[0].shape[1]), dtype=np.float32)
        for fold in range(FOLDS):
            own = np.flatnonzero(self.folds[rows] == fold)
            found[own] = self.held[rows[own]] @ self.tables[fold]
        return found


@dataclass(frozen=True)
class Named:
    """Whether the title holds the words of the label: ``held`` (n, v) beginnings, ``asked`` (v, k) shares.

    ``words`` (k,) are how many words each label has.
    """

    held: csr_matrix
    asked: csr_matrix
    words: Floats

    def scores(self, rows: Rows) -> Floats:
        """1 where all words of a label begin as words of the title do, less where a longer label is named."""
        named = ((self.held[rows] @ self.asked).toarray() > 0.999) * self.words
        found: Floats = named / np.maximum(named.max(axis=1, keepdims=True), 1)
        return found


class Titles:
    """The words of n titles, for hearing and for naming."""

    def __init__(self, titles: pa.Array) -> None:
        words = split_words(titles)
        rows = pc.list_parent_indices(words).to_numpy(zero_copy_only=False)
        flat = words.flatten()
        self.held = _incidence(rows, flat, len(titles), least=3)[0]
        self._begun, self._places = _incidence(rows, _beginnings(flat), len(titles), least=1)

    def __bool__(self) -> bool:
        return bool(self.held.nnz > 0)

    def named(self, values: Sequence[str]) -> Named:
        """The voice that says whether a title names these labels."""
        lasts = split_words(pa.array([value.rpartition(">")[2] for value in values]))
        begun = [list(dict.fromkeys(_beginnings(pa.array(own)).to_pylist())) for own in lasts.to_pylist()]
        cells: list[tuple[int, int, float]] = []
        for at, asked in enumerate(begun):
            known = [self._places[word] for word in asked if word in self._places]
            cells += [(place, at, 1 / len(asked)) for place in known]
        rows, columns, shares = zip(*cells, strict=True) if cells else ((), (), ())
        shape = self._begun.shape[1], len(values)
        asked_of = csr_matrix((np.array(shares, np.float32), (rows, columns)), shape=shape)
        return Named(self._begun, asked_of, np.array([len(own) for own in begun], dtype=np.float32))


def _beginnings(words: pa.Array) -> pa.Array:
    return pc.utf8_slice_codeunits(words.cast(pa.string()), 0, _PREFIX)


def _incidence(rows: Rows, words: pa.Array, count: int, least: int) -> tuple[csr_matrix, dict[str, int]]:
    """Which text holds which word, (count, v), of the words that enough texts hold; and their columns."""
    encoded = pc.dictionary_encode(words)
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    values = encoded.dictionary.to_pylist()
    pairs = np.unique(rows.astype(np.int64) * max(len(values), 1) + codes)
    rows, codes = np.divmod(pairs, max(len(values), 1))
    counts = np.bincount(codes, minlength=len(values))
    kept = np.lexsort((np.arange(len(values)), -counts))
    kept = kept[counts[kept] >= least][:_MOST_WORDS]
    places = np.full(len(values) + 1, -1, dtype=np.int64)
    places[kept] = np.arange(len(kept))
    columns = places[codes]
    heard = columns >= 0
    cells = (np.ones(int(heard.sum()), np.float32), (rows[heard], columns[heard]))
    held = csr_matrix(cells, shape=(count, max(len(kept), 1)))
    return held, {values[at]: place for place, at in enumerate(kept.tolist())}


def telling(column: TagColumn, codes: Codes, others: Sequence[tuple[TagColumn, Codes]]) -> list[int]:
    """Which of the other columns tell most of one, by mutual information less what chance would give."""
    found: list[tuple[float, int]] = []
    for at, (other, theirs) in enumerate(others):
        if other.name == column.name:
            continue
        both = (codes >= 0) & (theirs >= 0)
        if told := _information(codes[both], theirs[both]):
            found.append((told, at))
    found.sort(reverse=True)
    return [at for told, at in found[:_OTHERS] if told > _TELLS]


def _information(one: npt.NDArray[np.int32], other: npt.NDArray[np.int32]) -> float:
    """Mutual information in nats, less its bias (Miller, "Note on the bias", 1955)."""
    if not len(one):
        return 0.0
    pairs = one.astype(np.int64) * (int(other.max()) + 1) + other
    counts = [np.unique(values, return_counts=True)[1] for values in (one, other, pairs)]
    first, second, joint = (float(-(n / len(one)) @ np.log(n / len(one))) for n in counts)
    cells, rows, columns = len(counts[2]), len(counts[0]), len(counts[1])
    return first + second - joint - max(0, cells - rows - columns + 1) / (2 * len(one))


def one_hot(codes: Codes, classes: int) -> csr_matrix:
    """Codes (n,) as properties, (n, classes); none for -1."""
    has = codes >= 0
    ends = np.cumsum([0, *has.astype(int)])
    return csr_matrix((np.ones(int(has.sum()), np.float32), codes[has], ends), shape=(len(codes), classes))
