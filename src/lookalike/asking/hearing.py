"""What words somebody typed say of every product: by its texts, and by how its pictures look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import Floats
from lookalike.view import View
from lookalike.words.heard import heard
from lookalike.words.joining import joined
from lookalike.words.vocabulary import Term

_NAMED = 5  # categories that are named to somebody whose words nobody knows


@dataclass(frozen=True, slots=True)
class Hearing:
    """Columns (p,) of p products for some words, and what was made of the words.

    ``words`` joins what a product's texts say of the words (``text``) with how much its best picture looks
    like them (``shown``), both from 0 to 1; ``cosine`` is that picture's, as the words have it. NaN where
    nothing is said of a product; None where the words mean nothing to a source.
    """

    words: Floats
    text: Floats
    shown: Floats | None
    cosine: Floats | None
    explain: Mapping[str, Any]

    @classmethod
    def of(cls, view: View, asked: str) -> Hearing:
        """Hear what somebody typed. Raises `BadArgument` for a text that cannot ask."""
        words = words_asked(asked)
        source = view.full_text
        terms = source.terms(words)
        text = source.shares(terms)
        cosine = shown = None
        looked: list[Term] = []
        spoken = view.fitted.words
        if spoken is not None:
            looked = spoken.terms(words)
            direction = spoken.direction(looked, asked)
            if direction is not None:
                snapshot = view.snapshot
                cosine = snapshot.best_picture(direction.cosines(snapshot.looks, view.lengths))
                shown = spoken.closeness(cosine) * np.float32(source.understood(terms, looked))
        said = text if any(term.meanings for term in terms) else None
        scores = np.zeros(len(text), np.float32) if said is None and shown is None else joined(said, shown)
        scores = np.where(scores > 0, scores, np.float32(np.nan))
        return cls(scores, text, shown, cosine, _explained(view, words, terms, looked))

    @property
    def beside(self) -> dict[str, Floats]:
        """What is reported of each product beside the joined score."""
        columns = {"text": self.text, "shown": self.shown, "shown_cosine": self.cosine}
        return {name: column for name, column in columns.items() if column is not None}


def _explained(view: View, words: Sequence[str], *sources: Sequence[Term]) -> dict[str, Any]:
    """What was made of the words; where they mean nothing at all, what there is instead."""
    found = heard(words, *sources)
    read = {"unknown": [*found.unknown], "read_as": [*found.notes], "colours": [*found.colours]}
    if len(found.unknown) < len(words):
        return {"words": read}
    return {"words": read, "unmet": [f"This catalogue knows none of these words. {_instead(view)}"]}


def _instead(view: View) -> str:
    """What there is to ask for: the most frequent categories."""
    categories = view.snapshot.columns.text("category")
    if categories is None or not (categories.codes >= 0).any():
        return "Ask with words of its titles, or with a photo."
    counts = np.bincount(categories.codes[categories.codes >= 0], minlength=len(categories.values))
    often = np.argsort(-counts, kind="stable")[:_NAMED]
    return f"It has, for example: {', '.join(categories.values[at] for at in often.tolist() if counts[at])}."
