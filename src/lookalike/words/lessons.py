"""What a catalogue's products teach about words: each product's texts as bags of words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.vectors import Rows
from lookalike.words.ridge import Bags, Ints
from lookalike.words.texts import Texts
from lookalike.words.vocabulary import Vocabulary

LESSONS = (("title", "brand"), ("brand", "category", "attributes"), ("description",))
"""Fields that are read together: what a shopper reads of a product, what the shop keeps of it, and what it
tells of it. A shopper's words are like any of them, so each is a text of its own."""

_LONGEST = 64  # words taken of one text, the first ones


@dataclass(frozen=True, slots=True)
class Lessons:
    """Texts as bags of words of a vocabulary; ``owners`` says which product each text is of."""

    vocabulary: Vocabulary
    bags: Bags
    owners: Ints


def lessons(texts: Texts, taught: Rows, most: int) -> Lessons:
    """The texts of the products ``taught`` (m,), and their ``most`` most frequent words.

    Owners are places in ``taught``. A text without any of the words is left out.
    """
    place = np.full(len(texts), -1, dtype=np.int64)
    place[taught] = np.arange(len(taught))
    known: dict[str, int] = {}
    parts: list[tuple[Ints, Ints]] = []
    for number, fields in enumerate(LESSONS):
        for field in fields:
            tokens = texts.tokens(field)
            own = np.array([known.setdefault(word, len(known)) for word in tokens.words], dtype=np.int64)
            owners = place[tokens.rows]
            kept = owners >= 0
            parts.append((own[tokens.codes[kept]], owners[kept] + number * len(taught)))
    codes = np.concatenate([codes for codes, _ in parts])
    rows = np.concatenate([rows for _, rows in parts])
    codes, rows = _first(codes, rows)
    counts = np.bincount(codes, minlength=len(known)).astype(np.int64)
    vocabulary, code_of = Vocabulary.counted(list(known), counts, most)
    codes = code_of[codes]
    rows = rows[codes >= 0]
    there, texts_of = np.unique(rows, return_inverse=True)
    bags = Bags(codes[codes >= 0], texts_of, len(there), len(vocabulary))
    return Lessons(vocabulary, bags, there % max(len(taught), 1))


def _first(codes: Ints, rows: Ints) -> tuple[Ints, npt.NDArray[np.int64]]:
    """Each word of a text once, and the first `_LONGEST` of it."""
    order = np.argsort(rows, kind="stable")
    codes, rows = codes[order], rows[order]
    pairs = rows * (int(codes.max(initial=0)) + 1) + codes
    first = np.zeros(len(pairs), dtype=np.bool_)
    first[np.unique(pairs, return_index=True)[1]] = True
    codes, rows = codes[first], rows[first]
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]]) if len(rows) else np.empty(0, np.int64)
    within = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))
    return codes[within < _LONGEST], rows[within < _LONGEST]
