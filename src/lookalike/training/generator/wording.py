"""What some of a product's words look like, each time of other words: as people ask, in few or in many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lookalike.training.learnt import Tell
from lookalike.vectors import Floats

LookOf = Callable[[Sequence[str]], "Floats | None"]
"""The unit vector (dim,) of what folded words look like, None where they say nothing of looks."""

WAYS = 4

_MOST = 3  # words of a short question


def wordings(
    titles: Sequence[Sequence[str]],
    labels: Sequence[Sequence[str]],
    look_of: LookOf,
    dim: int,
    *,
    seed: int,
    tell: Tell,
) -> list[Floats]:
    """`WAYS` arrays (n, dim) for n products, a row of zeros where the words say nothing.

    From all words of the title, from those of the labels, and twice from up to three of either by chance.
    """
    drawn = np.random.default_rng(seed)
    found = [np.zeros((len(titles), dim), dtype=np.float32) for _ in range(WAYS)]
    known: dict[tuple[str, ...], Floats | None] = {}
    for row, (title, own) in enumerate(zip(titles, labels, strict=True)):
        every = [*dict.fromkeys((*title, *own))]
        few = [_some(every, drawn) for _ in range(WAYS - 2)]
        for way, words in enumerate((title, own, *few)):
            key = tuple(words)
            if key and key not in known:
                known[key] = look_of(words)
            look = known.get(key)
            if look is not None:
                found[way][row] = look
        if row % 256 == 0:
            tell("Reading words", row, len(titles))
    tell("Reading words", len(titles), len(titles))
    return found


def _some(words: Sequence[str], drawn: np.random.Generator) -> list[str]:
    """Up to three of the words, in their order."""
    count = min(len(words), int(drawn.integers(1, _MOST + 1)))
    return [words[at] for at in sorted(drawn.permutation(len(words))[:count].tolist())]
