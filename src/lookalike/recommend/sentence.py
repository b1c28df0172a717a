"""Why a product is in an answer, as one sentence or two that a shopper understands: measured things only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lookalike.recommend.recommendation import Reason

VERY, ALIKE, SOMEWHAT = 0.9, 0.5, 0.1
"""Closer than so many of the catalogue's own nearest neighbours: very alike, alike, somewhat alike."""

LIKELY = 0.5
"""A probability from which a product is called the one in the photo."""

LOOKS_LIKE, A_LITTLE = 0.75, 0.5
"""How much a picture has to look like words to be said to, or to a little, 0 to 1.

Of 34,455 fashion products and 30 kinds in a colour, half of the pictures from 0.7 to 0.8 are of the kind and
70% from 0.8 to 0.9; from 0.5 to 0.6 it is 6%.
"""

ALL_SAID = 0.999
DESCRIBED = 0.5
"""How alike texts have to be to be said to be, 0 to 1."""


_SHORT = {"kind": "of the same kind", "brand": "of the same brand"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a product has of words: which of them its title says, and how much else.

    ``in_title`` are of the ``count`` words typed; ``text`` is the share that its texts say, ``shown`` how
    much its picture looks like them, both from 0 to 1; None where nothing is known.
    """

    in_title: Sequence[str]
    count: int
    text: float | None
    shown: float | None


class Measured(NamedTuple):
    """What is known of one product of an answer; None stands for what was not measured.

    ``like`` names what asked: "" for another product, else such as "your photo". ``far`` says
    that the catalogue does not call this close.
    """

    like: str = ""
    similarity: float | None = None
    closeness: float | None = None
    far: bool = False
    same_product: float | None = None
    typed: Typed | None = None
    content: float | None = None
    reasons: Sequence[Reason] = ()


def sentence(found: Measured) -> str:
    """What a shopper may want to know of why this product is here; "" where nothing was measured."""
    _, similarity, _, _, same_product, typed, content, reasons = found
    parts = [
        "" if same_product is None else _same(same_product),
        "" if similarity is None else _look(found, similarity),
        "" if typed is None else _words(typed),
        "" if content is None else _content(content, alone=similarity is None and typed is None),
        _also(reasons) if reasons else "",
    ]
    return " ".join(filter(None, parts))


def nothing_close(asked: str, words: bool = False) -> str:
    """What to say of a whole answer in which nothing is close; ``asked`` is such as "your photo"."""
    wanted = "what you typed" if words else asked or "it"
    verb = "fits" if words else "is close to"
    return f"Nothing in this shop {verb} {wanted}; these are the nearest."


def _same(probability: float) -> str:
    if probability < LIKELY:
        return ""
    chance = min(99, round(100 * probability))
    return f"Probably the one in your photo: {chance} of 100 matches like this are."


def _look(found: Measured, similarity: float) -> str:
    """How alike the pictures are, told by the shop's own nearest neighbours where those are known."""
    if found.closeness is None:
        to = f" to {found.like}" if found.like else ""
        return f"Likeness{to}: {max(0.0, similarity):.2f} of 1."
    return _close(found.closeness, found.far, found.like)


@lru_cache(2**14)
def _close(share: float, far: bool, like: str) -> str:
    return f"{_grade(share, far, like)}: {_place(share)}."


def _grade(share: float, far: bool, like: str) -> str:
    if far:
        return f"Not close to {like}" if like else "Not close"
    degree = (
        "Very" if share >= VERY else "" if share >= ALIKE else "Somewhat" if share >= SOMEWHAT else "A little"
    )
    alike = f"like {like}" if like else "alike"
    return f"{degree} {alike}" if degree else f"{alike[0].upper()}{alike[1:]}"


def _place(share: float) -> str:
    """A percentile in words; never all of 100, since not all products may have been compared."""
    count = min(99, int(100 * share))
    if not count:
        return "farther than nearly every best match within this shop"
    return f"closer than {count} of 100 best matches within this shop"


def _words(typed: Typed) -> str:
    """What its texts say of the words, and whether its picture looks like them."""
    says = _texts(typed)
    if (typed.shown or 0) < LOOKS_LIKE:
        near = (typed.shown or 0) >= A_LITTLE
        a_little = "Its picture looks a little like what you typed." if near else ""
        return f"{says}." if says else a_little
    if says:
        return f"{says}; its picture looks like it."
    if typed.text is None:  # it has no texts
        return "Its picture looks like what you typed."
    return "No text says so, but its picture looks like it."


def _texts(typed: Typed) -> str:
    named = list(typed.in_title)
    if named and (len(named) == typed.count or (typed.text or 0) < ALL_SAID):
        return f"Its title says {_joined(named)}"
    if typed.text is None or typed.text <= 0:
        return ""
    return f"Its texts say {'what' if typed.text >= ALL_SAID else 'part of what'} you typed"


def _content(alike: float, alone: bool) -> str:
    """How alike the texts are; ``alone`` where nothing else is told."""
    if not alone:
        return "Its texts are alike too." if alike >= DESCRIBED else ""
    degree = "very much" if alike >= VERY else "" if alike >= DESCRIBED else "a little"
    return " ".join(f"Its texts are {degree} alike.".split())


def _also(reasons: Sequence[Reason]) -> str:
    """What it has in common with what asked besides, and its price, as one sentence."""
    text = ", ".join([_short(reason) for reason in reasons])
    for reason in reasons:
        if reason.kind != "price":
            return f"Also {text}."
    return f"{text[0].upper()}{text[1:]}."


def _short(reason: Reason) -> str:
    """A reason among others: its value stands on the product anyway, but for colours and prices."""
    kind = reason.kind
    if kind == "colour":
        return str(reason.value)
    return _SHORT.get(kind, reason.text)


def _joined(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
