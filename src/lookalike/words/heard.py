"""What was made of the words somebody typed, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lookalike import colour
from lookalike.words.texts import base_form, plural
from lookalike.words.vocabulary import Term

_SAYING = {
    "spelling": "{asked} was read as {said}",
    "beginning": "{asked} was read as the beginning of {said}",
    "synonym": "{asked} was read as {said}",
    "parts": "{asked} was read as {said}",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """``unknown`` words say nothing to this catalogue, nor name a colour that is measured.

    ``notes`` say what others were read as, ``colours`` are the standard colours among the words, see
    `lookalike.colour.canonical`.
    """

    unknown: tuple[str, ...]
    notes: tuple[str, ...]
    colours: tuple[str, ...]

    def to_dict(self) -> dict[str, list[str]]:
        """What was made of the words as one JSON-ready document."""
        return {"unknown": [*self.unknown], "read_as": [*self.notes], "colours": [*self.colours]}


def heard(*sources: Sequence[Term]) -> Heard:
    """Join what several sources made of the same words; the first that knows a word explains it."""
    terms: dict[str, Term] = {}
    for term in (term for source in sources for term in source):
        if term.asked not in terms or terms[term.asked].how == "unknown":
            terms[term.asked] = term
    known = {word for asked, term in terms.items() if term.meanings for word in asked.split()}
    notes = [
        _SAYING[term.how].format(asked=asked, said=_as_asked(asked, term.said))
        for asked, term in terms.items()
        if term.how in _SAYING
    ]
    said = [(term.said or term.asked).split() for term in terms.values()]
    parts = [" ".join(own) for own in said] + [word for own in said for word in own]
    named = dict.fromkeys(colour.canonical(part) for part in parts)
    unknown = [
        asked for asked in terms if not known.intersection(asked.split()) and colour.canonical(asked) is None
    ]
    return Heard(
        tuple(unknown),
        tuple(notes),
        tuple(name for name in named if name),
    )


def _as_asked(asked: str, said: str) -> str:
    """What was said in the number that was asked for: "sneekers" are sneakers."""
    return said if base_form(asked) == asked or " " in said else plural(said)


def understood(terms: Sequence[Term], weights: Sequence[float], known: Sequence[Term]) -> float:
    """How much of a question, of ``terms`` with their weights, is known to who made ``known`` of it."""
    meant = {word for term in known if term.meanings for word in term.asked.split()}
    total = 0.0
    for term, weight in zip(terms, weights, strict=True):
        words = term.asked.split()
        total += weight * sum(word in meant for word in words) / len(words)
    return total
