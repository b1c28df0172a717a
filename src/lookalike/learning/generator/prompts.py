"""What a generator is shown by: words that many products of the catalogue are described with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa

from lookalike.neighbours.tokens import split_words
from lookalike.training.generator.material import Prompt
from lookalike.training.generator.wording import LookOf
from lookalike.training.lessons import Lessons
from lookalike.vectors import Rows

PROMPTS = 8

_WORDS = 40  # of a text, the first
_LOOKED_THROUGH = 1000  # texts, the most frequent
_FEWEST = 2  # products that are described so: their variety is what that of pictures is held against


@dataclass(frozen=True)
class Asked:
    """Words, what they look like, and the ``products`` (rows of the lessons) that they are said of."""

    prompt: Prompt
    products: Rows = field(repr=False)


def folded(texts: Sequence[str]) -> list[list[str]]:
    """The different words of each text, folded, the first of them where there are many."""
    words = split_words(pa.array(list(texts), pa.string())).to_pylist()
    return [[*dict.fromkeys(map(str.casefold, own))][:_WORDS] for own in words]


def said_by_labels(lessons: Lessons, rows: Rows) -> list[str]:
    """What the labels say of some products, as one text each, the column that counts most last."""
    columns = [*lessons.labels.values()][::-1]
    return [" ".join(_last(column[row]) for column in columns) for row in rows.tolist()]


def prompts_of(lessons: Lessons, rows: Rows, look_of: LookOf) -> list[Asked]:
    """Words that many of some products share and that say something of looks, up to `PROMPTS` texts.

    Pairs of labels of the first two columns, such as a colour and a category; single labels where there is
    one column, words that stand side by side in titles where there is none. Each label comes as seldom again
    as it can.
    """
    described = _described(lessons, rows)
    found: list[Asked] = []
    used: Counter[Hashable] = Counter()
    often = sorted(described.items(), key=lambda one: (-len(one[1]), one[0]))[:_LOOKED_THROUGH]
    left = {parts: own for parts, own in often if len(own) >= _FEWEST}
    while left and len(found) < PROMPTS:
        parts = max(left, key=lambda one: (_worth(one, len(left[one]), used), one))
        products = left.pop(parts)
        text = " ".join(parts)
        words = folded([text])[0]
        look = look_of(words) if words else None
        if look is not None:
            used.update(enumerate(parts))
            found.append(Asked(Prompt(text, look), np.array(products, dtype=np.intp)))
    return found


def _worth(parts: Sequence[str], products: int, used: Mapping[Hashable, int]) -> float:
    worth = float(products)
    for part in enumerate(parts):
        worth /= (1 + used.get(part, 0)) ** 3
    return worth


def _described(lessons: Lessons, rows: Rows) -> dict[tuple[str, ...], list[int]]:
    """Products by the words that they share with others."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    columns = [*lessons.labels.values()][:2][::-1]
    if columns:
        for row in rows.tolist():
            parts = tuple(_last(column[row]) for column in columns)
            if all(parts):
                found[parts].append(row)
        return found
    titles = folded([lessons.titles[row] for row in rows.tolist()])
    for row, words in zip(rows.tolist(), titles, strict=True):
        for pair in dict.fromkeys(pairwise(words)):
            found[pair].append(row)
    return found


def _last(label: str) -> str:
    """A label, of a path its last step."""
    return label.rpartition(">")[2].strip()
