"""What says that pictures belong together, each thing that is said of some of them a column of a matrix."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from lookalike.training.judging import LONGEST, OTHER, STYLE, TOGETHER
from lookalike.training.lessons import LEARN, Lessons
from lookalike.vectors import Rows
from lookalike.words.texts import base_form

TITLES = "titles"

_RARE_COUNTS_MORE = 0.25
"""What is said of a share of the pictures counts as that share to the power of minus this.

At 0 rare kinds are hardly told apart, at 0.5 (as in correspondence analysis) they outweigh the others.
"""

_FEWEST = 2  # pictures of which a thing is said, or nothing is learnt of it
_FEWEST_TITLES = 3  # titles with a word
_USUAL = 0.5  # share of the titles from which a word tells nothing
_MOST_WORDS = 4000
_MOST_SESSIONS = 50_000  # the latest
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Signal:
    """One kind of thing said: ``said`` (n, k) of n pictures, whose ``rows`` (n,) are those in the lessons."""

    name: str
    rows: Rows
    said: Any = field(repr=False)


def signals(lessons: Lessons) -> list[Signal]:
    """What the part `LEARN` says: each column, the words of titles, groups, products with several pictures,
    sessions; those that say nothing of any two pictures, or the same of all, are left out.
    """
    products = lessons.product.tolist()
    pictures = lessons.pictures_in(LEARN)
    found: list[Signal | None] = []
    for name, values in lessons.labels.items():
        found.append(_labelled(name, pictures, [values[products[at]] for at in pictures.tolist()]))
    found.append(_titled(lessons))
    found.append(_labelled(STYLE, pictures, [lessons.groups[products[at]] for at in pictures.tolist()]))
    found.append(_labelled(OTHER, pictures, [products[at] + 1 for at in pictures.tolist()]))
    found.append(_together(lessons))
    return [one for one in found if one is not None]


def _labelled(name: str, pictures: Rows, values: Sequence[Hashable]) -> Signal | None:
    return _made(name, pictures, [(value,) if value else () for value in values], _FEWEST)


def _titled(lessons: Lessons) -> Signal | None:
    products = lessons.products_in(LEARN)
    said = [_words(lessons.titles[row]) for row in products.tolist()]
    return _made(TITLES, lessons.main[products], said, _FEWEST_TITLES, usual=_USUAL, most=_MOST_WORDS)


def _words(title: str) -> tuple[str, ...]:
    """The base forms of a title's words, each once."""
    return tuple(dict.fromkeys(base_form(word) for word in _WORD.findall(title.casefold())))


def _together(lessons: Lessons) -> Signal | None:
    taught = set(lessons.products_in(LEARN).tolist())
    said: dict[int, list[Hashable]] = {}
    for number, session in enumerate(lessons.sessions[-_MOST_SESSIONS:]):
        for row in taught.intersection(session[:LONGEST]):
            said.setdefault(row, []).append(number)
    rows = sorted(said)
    return _made(TOGETHER, lessons.main[rows], [said[row] for row in rows], _FEWEST)


def _made(
    name: str,
    rows: Rows,
    said: Sequence[Sequence[Hashable]],
    fewest: int,
    *,
    usual: float = 1.0,
    most: int | None = None,
) -> Signal | None:
    """The signal of what is said of each row; a row has length one, so that long titles weigh no more."""
    counts = Counter(thing for own in said for thing in own)
    spoken = sum(1 for own in said if own)
    told = [thing for thing, count in counts.items() if fewest <= count <= usual * spoken]
    told = sorted(told, key=lambda thing: -counts[thing])[:most]
    if not told or (len(told) == 1 and counts[told[0]] == spoken):
        return None
    place = {thing: at for at, thing in enumerate(told)}
    kept = [at for at, own in enumerate(said) if own]
    pairs = list(_pairs([said[at] for at in kept], place))
    at, column = (np.array(side, dtype=np.intp) for side in zip(*pairs, strict=True))
    weights = np.array([(counts[thing] / spoken) ** -_RARE_COUNTS_MORE for thing in told])
    lengths = np.sqrt(np.maximum(np.bincount(at, minlength=len(kept)), 1))
    values = (weights[column] / lengths[at]).astype(np.float64)
    matrix = sparse.csr_matrix((values, (at, column)), shape=(len(kept), len(told)))
    return Signal(name, rows[kept], matrix)


def _pairs(said: Sequence[Sequence[Hashable]], place: dict[Hashable, int]) -> Iterator[tuple[int, int]]:
    for at, own in enumerate(said):
        for thing in own:
            if thing in place:
                yield at, place[thing]
