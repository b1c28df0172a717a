"""Something that is not in the catalogue asks: words, a photo, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lookalike.asking.hearing import Hearing
from lookalike.asking.wishes import Wishes
from lookalike.errors import BadArgument
from lookalike.neighbours.tokens import words_asked
from lookalike.recommend.query import Query, check_weights
from lookalike.recommend.recommendation import Colour
from lookalike.vectors import Floats
from lookalike.view import View

PHOTO_WEIGHED = ("look", "colour")
WORDS_WEIGHED = ("words",)


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo as it was measured: unit vectors (m, dim), their lengths (m,), colour vectors, and colours."""

    looks: Floats
    norms: Floats
    tints: Floats
    colours: Sequence[Colour]


def check_search(wishes: Wishes, text: str | None, photo: bool, crop: object) -> None:
    """Raise `BadArgument` for what cannot be asked, before a photo is opened."""
    if photo == (text is not None):
        raise BadArgument("Either a photo asks or words do.", next_step="Give image=... or text=...")
    if text is not None and (crop is not None or wishes.metric != "cosine"):
        raise BadArgument("A crop and a metric are for photos.", next_step="Leave them out with text.")
    if text is not None:
        words_asked(text)
    _weights(wishes, photo)


def search_query(view: View, text: str | None, seen: Seen | None, wishes: Wishes) -> Query:
    """The question of words, of a photo, or of both."""
    query = wishes.query(_weights(wishes, seen is not None))
    if seen is not None:
        query = replace(query, looks=seen.looks, norms=seen.norms, colours=seen.tints)
    if text is not None:
        said = Hearing.of(view, text)
        query = replace(query, given={"words": said.words}, beside=said.beside, explain=said.explain)
        query = replace(query, typed=words_asked(text))
    return query


def _weights(wishes: Wishes, photo: bool) -> Mapping[str, float]:
    return check_weights(wishes.weights, PHOTO_WEIGHED if photo else WORDS_WEIGHED)
