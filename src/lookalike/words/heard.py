"""What was made of the words somebody typed, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lookalike import colour
from lookalike.words.vocabulary import Term

_SAYING = {
    "spelling": "{asked} was read as {said}",
    "beginning": "{asked} was read as the beginning of {said}",
    "synonym": "{asked} was read as {said}",
    "parts": "{asked} was read as {said}",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """``unknown`` words say nothing to this catalogue; ``notes`` say what others were read as.

    ``colours`` are the standard colours among the words, see `lookalike.colour.canonical`.
    """

    unknown: tuple[str, ...]
    notes: tuple[str, ...]
    colours: tuple[str, ...]


def heard(words: Sequence[str], *sources: Sequence[Term]) -> Heard:
    """Join what several sources made of the same folded words; the first that knows a word explains it."""
    terms: dict[str, Term] = {}
    for term in (term for source in sources for term in source):
        if term.asked not in terms or terms[term.asked].how == "unknown":
            terms[term.asked] = term
    known = {word for asked, term in terms.items() if term.meanings for word in asked.split()}
    notes = [
        _SAYING[term.how].format(asked=asked, said=term.said)
        for asked, term in terms.items()
        if term.how in _SAYING
    ]
    said = [(term.said or term.asked).split() for term in terms.values()]
    parts = [" ".join(own) for own in said] + [word for own in said for word in own]
    named = dict.fromkeys(colour.canonical(part) for part in parts)
    return Heard(
        tuple(word for word in words if word not in known),
        tuple(notes),
        tuple(name for name in named if name),
    )
