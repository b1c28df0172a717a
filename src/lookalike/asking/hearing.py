"""What words somebody typed say of every product: by its texts, and by how its pictures look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import Floats
from lookalike.view import View
from lookalike.words.heard import heard, understood
from lookalike.words.joining import joined, tinted

_NAMED = 5  # categories that are named to somebody whose words nobody knows


@dataclass(frozen=True, slots=True)
class Hearing:
    """Columns (p,) of p products for some words, and what was made of the words.

    ``words`` joins what a product's texts say of the words (``text``) with how much its best picture looks
    like them (``shown``), both from 0 to 1; ``cosine`` is that picture's, as the words have it. NaN where
    nothing is said of a product; None where the words mean nothing to a source. ``understood`` says whether
    any word means anything here, ``colours`` are the standard colours among them, and ``kind`` says whether
    one names a kind of product. ``typed`` are the words that were looked for.
    """

    words: Floats
    text: Floats
    shown: Floats | None
    cosine: Floats | None
    explain: Mapping[str, Any]
    understood: bool
    colours: Sequence[str]
    kind: bool
    typed: Sequence[str]

    @classmethod
    def of(cls, view: View, asked: str) -> Hearing:
        """Hear what somebody typed. Raises `BadArgument` for a text that cannot ask."""
        words = words_asked(asked)
        terms = view.full_text.terms(words)
        text, weights = view.full_text.weighed(terms)
        spoken = view.fitted.words
        looked = [] if spoken is None else spoken.terms(words)
        made = heard(terms, looked)
        cosine = shown = None
        direction = None if spoken is None else spoken.direction(looked, asked)
        if spoken is not None and direction is not None:
            cosine = view.snapshot.best_picture(direction.cosines(view.snapshot.looks, view.lengths))
            shown = spoken.closeness(cosine)
            if made.colours:
                shown = tinted(shown, view.snapshot.palettes.having(made.colours))
            shown *= np.float32(understood(terms, weights, looked))
        scores = joined(text if shown is None or any(term.meanings for term in terms) else None, shown)
        meant = any(term.meanings for term in (*terms, *looked))
        explain: dict[str, Any] = {"words": made.to_dict()}
        if not meant:
            explain["unmet"] = [f"This catalogue knows none of these words. {_instead(view)}"]
        kind = view.full_text.names_kind(terms)
        sought = [word for term in terms for word in term.asked.split()]
        return cls(scores, text, shown, cosine, explain, meant, made.colours, kind, sought)

    @property
    def alone(self) -> Floats:
        """The joined score where words ask alone: a product to which they do not apply is no answer, NaN."""
        return np.where(self.words > 0, self.words, np.float32(np.nan))

    @property
    def beside(self) -> dict[str, Floats]:
        """What is reported of each product beside the joined score."""
        columns = {"text": self.text, "shown": self.shown, "shown_cosine": self.cosine}
        return {name: column for name, column in columns.items() if column is not None}


def _instead(view: View) -> str:
    """What there is to ask for: the most frequent categories."""
    categories = view.snapshot.columns.text("category")
    if categories is None or not (categories.codes >= 0).any():
        return "Ask with words of its titles, or with a photo."
    counts = np.bincount(categories.codes[categories.codes >= 0], minlength=len(categories.values))
    often = np.argsort(-counts, kind="stable")[:_NAMED]
    return f"It has, for example: {', '.join(categories.values[at] for at in often.tolist() if counts[at])}."
