"""What words somebody typed say of every product: by its texts, and by how its pictures look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lookalike.fitted.spoken import SpokenLooks
from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import Floats
from lookalike.view import View
from lookalike.words.heard import heard, understood
from lookalike.words.joining import coloured, joined, of_kind, tinted
from lookalike.words.vocabulary import Term

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
        kinds = view.full_text.kinds(terms)
        cosine = None if spoken is None else _cosines(view, spoken, looked, asked)
        shown = None
        if spoken is not None and cosine is not None:
            shown = spoken.closeness(cosine)
            if made.colours:
                shown = tinted(shown, view.snapshot.palettes.having(made.colours))
            named = [term for term in looked if kinds & {*term.asked.split()}]
            if 0 < len(named) < len(looked):
                near = _cosines(view, spoken, named, " ".join(term.asked for term in named))
                shown = shown if near is None else of_kind(shown, spoken.closeness(near))
            shown = shown * np.float32(understood(terms, weights, looked))
        elif made.colours and not any(term.meanings for term in terms):
            share = sum(weight for term, weight in zip(terms, weights, strict=True) if term.colour)
            shown = coloured(view.snapshot.palettes.having(made.colours)) * np.float32(share)
        scores = joined(text if shown is None or any(term.meanings for term in terms) else None, shown)
        meant = any(term.meanings for term in (*terms, *looked)) or bool(shown is not None and shown.any())
        explain: dict[str, Any] = {"words": made.to_dict()}
        if not meant:
            explain["unmet"] = [f"This catalogue knows none of these words. {instead_of_words(view)}"]
        sought = [
            word for term in terms for word in (term.said if term.how == "spelling" else term.asked).split()
        ]
        return cls(scores, text, shown, cosine, explain, meant, made.colours, bool(kinds), sought)

    @property
    def alone(self) -> Floats:
        """The joined score where words ask alone: a product to which they do not apply is no answer, NaN."""
        return np.where(self.words > 0, self.words, np.float32(np.nan))

    @property
    def beside(self) -> dict[str, Floats]:
        """What is reported of each product beside the joined score."""
        columns = {"text": self.text, "shown": self.shown, "shown_cosine": self.cosine}
        return {name: column for name, column in columns.items() if column is not None}


def _cosines(view: View, spoken: SpokenLooks, terms: Sequence[Term], text: str) -> Floats | None:
    """Cosines (p,) of each product's best picture with what terms look like; None where that is nothing."""
    direction = spoken.direction(terms, text)
    if direction is None:
        return None
    return view.snapshot.best_picture(direction.cosines(view.snapshot.vectors, view.lengths))


def instead_of_words(view: View) -> str:
    """What there is to ask for: the most frequent categories."""
    categories = view.snapshot.columns.text("category")
    if categories is None or not (categories.codes >= 0).any():
        return "Ask with words of its titles, or with a photo."
    counts = np.bincount(categories.codes[categories.codes >= 0], minlength=len(categories.values))
    often = np.argsort(-counts, kind="stable")[:_NAMED]
    return f"It has, for example: {', '.join(categories.values[at] for at in often.tolist() if counts[at])}."
