"""Something that is not in the catalogue asks: words, a photo, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lookalike.asking.examples import NOTHING, Asking, Examples
from lookalike.asking.hearing import Hearing
from lookalike.asking.wishes import Wishes
from lookalike.errors import BadArgument
from lookalike.neighbours.tokens import words_asked
from lookalike.recommend.query import Query, check_weights
from lookalike.recommend.recommendation import Colour
from lookalike.recommend.scales import Scale
from lookalike.vectors import Floats
from lookalike.view import View

PHOTO_WEIGHED = ("look", "colour")
WORDS_WEIGHED = ("words",)
BOTH_WEIGHED = ("look", "colour", "words")

WORDS_BESIDE, KIND_BESIDE, COLOUR_BESIDE = 1.0, 2.0, 0.2
"""What words count beside a photo that counts 1, told on one scale; the same where they name a kind, which is
then not the photo's; and what the photo's colours count where the words name none."""

_BEYOND = (
    0.2  # what counts of a look above that of near neighbours: the very product of the photo is not asked
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo as it was measured: unit vectors (m, dim), their lengths (m,), colour vectors, and colours."""

    looks: Floats
    norms: Floats
    tints: Floats
    colours: Sequence[Colour]


def check_search(wishes: Wishes, text: str | None, photo: bool, crop: object) -> None:
    """Raise `BadArgument` for what cannot be asked, before a photo is opened."""
    pictured = photo or bool(wishes.examples.liked)
    if not pictured and text is None:
        nobody = "Neither a photo nor words ask"
        what = f"{nobody}, and nothing is liked." if wishes.examples else f"{nobody}."
        raise BadArgument(what, next_step="Give image=... or text=..., or both, or like=...")
    if not photo and crop is not None:
        raise BadArgument("A crop is for photos.", next_step="Leave it out, or give image=...")
    if not pictured and wishes.metric != "cosine":
        raise BadArgument("A metric is for pictures.", next_step="Leave it out with text.")
    if text is not None:
        words_asked(text)
        if wishes.metric != "cosine":
            raise BadArgument(
                "A Euclidean distance has no common scale with words.", next_step="Use the metric cosine."
            )
    check_weights(wishes.weights, _weighed(text is not None, pictured))


def search_query(view: View, text: str | None, seen: Seen | None, wishes: Wishes) -> Query:
    """The question of words, of a photo, of examples, or of several of these. Raises `UnknownProduct`."""
    seen = _with_examples(view, seen, wishes.examples)
    said = None if text is None else Hearing.of(view, text)
    query = replace(wishes.query(_weights(wishes, said, seen)), explain=wishes.examples.explain(view))
    if said is None and seen is None:  # no example has a picture
        content = wishes.examples.content(view, None)
        return replace(query, weights={"content": 1.0}, given={"content": content})
    if seen is not None:
        query = replace(query, looks=seen.looks, norms=seen.norms, colours=seen.tints)
    if text is None or said is None:
        return query
    query = replace(query, explain={**query.explain, **said.explain}, typed=said.typed)
    if seen is None:
        return replace(query, given={"words": said.alone}, beside=said.beside)
    if not said.understood:
        return query
    query = replace(query, beside=said.beside)
    return replace(query, given={"words": said.words}, scales=_scales(view))


def _with_examples(view: View, seen: Seen | None, examples: Examples) -> Seen | None:
    """A photo with examples beside it, or what these show; None where there is no picture."""
    asking = NOTHING if seen is None else Asking(seen.looks, seen.norms, seen.tints)
    found = examples.beside(view, asking)
    if not len(found.looks):
        return None
    return Seen(found.looks, found.norms, found.tints, () if seen is None else seen.colours)


def _weighed(words: bool, photo: bool) -> Sequence[str]:
    """What can be weighed, the default first."""
    return (BOTH_WEIGHED if words else PHOTO_WEIGHED) if photo else WORDS_WEIGHED


def _weights(wishes: Wishes, said: Hearing | None, seen: Seen | None) -> Mapping[str, float]:
    """The weights that were asked for; else, where words ask with a photo, what suits these words.

    Words that mean nothing here leave the question to the photo.
    """
    among = _weighed(said is not None, seen is not None)
    if wishes.weights is not None or said is None or seen is None:
        return check_weights(wishes.weights, among)
    if not said.understood:
        return {"look": 1.0}
    weights = {"look": 1.0, "words": KIND_BESIDE if said.kind else WORDS_BESIDE}
    return weights if said.colours else {**weights, "colour": COLOUR_BESIDE}


def _scales(view: View) -> dict[str, Scale]:
    """How looks, colours and words are told on one scale."""
    scales = {name: replace(scale, beyond=_BEYOND) for name, scale in view.scales.items()}
    return {**scales, "words": Scale(0, 1)}


def words_in(text: str | None) -> list[str]:
    """The words of a text; none of an empty one."""
    return [] if text is None or (isinstance(text, str) and not text.strip()) else words_asked(text)
