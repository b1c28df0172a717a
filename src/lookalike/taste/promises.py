"""What a shopper says and a catalogue can keep: what is avoided, the budget, and what does not fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from lookalike import colour
from lookalike.filters import fold_category
from lookalike.neighbours.columns import ProductColumns
from lookalike.products import Price
from lookalike.taste.document import Declared
from lookalike.taste.ground import COLOUR, KIND, Ground, Respect
from lookalike.vectors import Floats, Mask

MISFIT = 0.5
"""What a product loses that says it is for others, or comes in other sizes alone."""

_BETWEEN = re.compile(r"[,;|/]| - ")
_GENDERS = (
    frozenset(("women", "woman", "womens", "female", "ladies", "lady", "w", "f", "femme", "damen")),
    frozenset(("men", "man", "mens", "male", "gentlemen", "m", "homme", "herren")),
    frozenset(("girls", "girl")),
    frozenset(("boys", "boy")),
    frozenset(("kids", "kid", "children", "child")),
)
_ENDINGS = (
    *((f"{hiss}e", hiss) for hiss in ("s", "x", "z", "ch", "sh")),
    ("ve", "f"),
    ("fe", "f"),
    ("ie", "y"),
)
_FOR_ALL = frozenset(("unisex", "all", "adults", "adult", "neutral"))


def promises(declared: Declared, columns: ProductColumns, ground: Ground) -> dict[str, Mask]:
    """Masks (p,) of what may come, by the reason that leaves out the rest."""
    gates: dict[str, Mask] = {}
    avoided = np.zeros(len(columns), dtype=np.bool_)
    for brand in declared.brands.avoid:
        avoided |= _named(columns, "brand", brand)
    for word in declared.colours.avoid:
        found = columns.colour(word)
        avoided |= np.zeros(len(columns), np.bool_) if found is None else found
    kinds = ground.respect(KIND)
    if kinds is not None and kinds.codes is not None:
        avoided |= np.isin(kinds.codes, liked_values(kinds, declared.kinds.avoid))
    if declared.brands.avoid or declared.colours.avoid or declared.kinds.avoid:
        gates["avoided"] = ~avoided
    if declared.budget is not None:
        gates["budget"] = _within(declared.budget, ground)
    return gates


def misfits(declared: Declared, columns: ProductColumns) -> Floats | None:
    """What each product loses by not fitting, (p,), at most 0; None where nothing can be told."""
    wrong = np.zeros(len(columns), dtype=np.bool_)
    if declared.gender and (own := _gender(declared.gender)):
        wrong |= _told(columns, ("gender",), own | _FOR_ALL)
    if declared.sizes:
        wrong |= _told(columns, ("size", "sizes"), frozenset(size.casefold() for size in declared.sizes))
    return np.where(wrong, np.float32(-MISFIT), np.float32(0)) if wrong.any() else None


def liked_values(respect: Respect, words: Sequence[str]) -> list[int]:
    """The places of the values of a respect that words name, such as a kind by any level of its path."""
    places: set[int] = set()
    for word in words:
        if respect.name == COLOUR:
            name = colour.canonical(word)
            wanted = {name, *colour.BROADER.get(name, ())} if name else set()
            places |= {at for at, own in enumerate(respect.names) if own in wanted}
        elif respect.name == KIND:
            path = _path(word)
            places |= {at for at, own in enumerate(respect.names) if path in _path(own)}
        else:
            wanted_name = _folded(word)
            places |= {at for at, own in enumerate(respect.names) if _folded(own) == wanted_name}
    return sorted(places)


def _path(kind: str) -> str:
    """A category path as it is looked for in another: whole levels, one thing as many."""
    levels = fold_category(_folded(kind)).split(">")
    return f">{'>'.join(' '.join(map(_singular, level.split())) for level in levels)}>"


def _singular(word: str) -> str:
    """The form that one thing and several share: dress and dresses, watch and watches, scarf and scarves."""
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, short in _ENDINGS:
        if len(word) > 2 and word.endswith(ending):
            return word.removesuffix(ending) + short
    return word


def _folded(word: str) -> str:
    """A name as it compares: neither case, blanks at the ends nor the way its accents are written count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold()).strip()


def _named(columns: ProductColumns, field: str, word: str) -> Mask:
    column = columns.text(field)
    if column is None:
        return np.zeros(len(columns), dtype=np.bool_)
    folded = _folded(word)
    same = np.array([_folded(value) == folded for value in column.values] + [False])
    found: Mask = same[column.codes]
    return found


def _within(budget: Price, ground: Ground) -> Mask:
    """What costs no more, in the currency that is named; what has no price is not known to."""
    limit = float(budget.amount)
    with np.errstate(invalid="ignore"):
        within: Mask = ground.amounts <= limit
    if budget.currency:
        own = [at for at, code in enumerate(ground.currencies) if code.upper() == budget.currency]
        within &= np.isin(ground.currency, [*own, -1] if not own and not len(ground.currencies) else own)
    return within


def _gender(word: str) -> frozenset[str]:
    folded = word.casefold().replace("'", "").replace("’", "").strip()
    return next((words for words in _GENDERS if folded in words), frozenset((folded,)))


def _told(columns: ProductColumns, fields: Sequence[str], fitting: frozenset[str]) -> Mask:
    """Where the first of these columns that there is says something, and nothing that is fitting, (p,)."""
    for field in fields:
        column = columns.text(field)
        if column is not None:
            said = [_words(value) for value in column.values]
            found: Mask = np.array([bool(words and not words & fitting) for words in said] + [False])[
                column.codes
            ]
            return found
    return np.zeros(len(columns), dtype=np.bool_)


def _words(value: str) -> frozenset[str]:
    plain = value.casefold().replace("'", "").replace("’", "")
    return frozenset(word for part in _BETWEEN.split(plain) if (word := part.strip()))
