"""What shoppers say of themselves: read, checked, and written again as a part of their document."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from lookalike.errors import BadArgument
from lookalike.products import Price

LONGEST = 200
"""Signs in one word of a document, and words in one of its lists, at most."""

MOST_FORGOTTEN = 10_000

_PARTS = ("declared", "forgotten")
_FIELDS = ("gender", "sizes", "brands", "colours", "kinds", "budget")
_EDIT = 'Send "declared", "forgotten", or both: what is learned follows from events.'


@dataclass(frozen=True, slots=True)
class Words:
    """Names that are liked, and names that are never to come."""

    like: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.like or self.avoid)

    def to_dict(self) -> dict[str, list[str]]:
        """Both as one JSON-ready document."""
        return {"like": list(self.like), "avoid": list(self.avoid)}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a shopper says: what is avoided and the budget are promises, the rest lifts what fits.

    ``budget`` is the most that one product may cost; without a currency it is compared as it stands.
    """

    gender: str = ""
    sizes: tuple[str, ...] = ()
    brands: Words = field(default_factory=Words)
    colours: Words = field(default_factory=Words)
    kinds: Words = field(default_factory=Words)
    budget: Price | None = None

    def __bool__(self) -> bool:
        said = self.gender or self.sizes or self.brands or self.colours or self.kinds
        return bool(said) or self.budget is not None

    @classmethod
    def of(cls, given: Any) -> Declared:
        """Read what a document declares; what is left out is not said. Raises `BadArgument`."""
        document = _mapping("declared", given)
        _only("declared", document, _FIELDS)
        return cls(
            gender=_word("gender", document.get("gender") or ""),
            sizes=_names("sizes", document.get("sizes")),
            brands=_liked("brands", document.get("brands")),
            colours=_liked("colours", document.get("colours")),
            kinds=_liked("kinds", document.get("kinds")),
            budget=_budget(document.get("budget")),
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as one JSON-ready document; a budget that is not said is null."""
        budget = self.budget
        limit = None if budget is None else {"max": float(budget.amount), "currency": budget.currency}
        return {
            "gender": self.gender,
            "sizes": list(self.sizes),
            "brands": self.brands.to_dict(),
            "colours": self.colours.to_dict(),
            "kinds": self.kinds.to_dict(),
            "budget": limit,
        }


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept of a shopper beside events: what was said, and ids that no longer count."""

    declared: Declared = field(default_factory=Declared)
    forgotten: tuple[str, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> Profile:
        """A profile as records keep it."""
        return cls() if kept is None else cls().changed(kept)

    def changed(self, document: Any, user: str | None = None) -> Profile:
        """The profile after somebody sent a document: each part that it has replaces what was.

        Raises `BadArgument` for what is no such document, and for a key that cannot be set.
        """
        given = _mapping("The document", document)
        if user is not None and given.get("user", user) != user:
            raise BadArgument(
                f"The document is of {str(given['user'])[:80]!r}, not of {user!r}.",
                next_step="Send it to its own shopper, or leave user out.",
            )
        _only("document", given, _PARTS if user is None else ("user", *_PARTS))
        forgotten = self.forgotten
        if "forgotten" in given:
            forgotten = _names("forgotten", given["forgotten"], MOST_FORGOTTEN, 512)
        return Profile(Declared.of(given["declared"]) if "declared" in given else self.declared, forgotten)

    def to_dict(self) -> dict[str, Any]:
        """The profile as one JSON-ready document, as `read` takes it."""
        return {"declared": self.declared.to_dict(), "forgotten": list(self.forgotten)}


def said_amount(given: object) -> Decimal | None:
    """An amount of money from 0 up, of a number or a text; None for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(given).strip())
        return amount if amount >= 0 and math.isfinite(float(amount)) else None
    except (InvalidOperation, OverflowError):
        return None


def _mapping(name: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise BadArgument(f"{name} is {_shown(given)}.", next_step="Send a JSON object.")
    return given


def _only(name: str, given: Mapping[str, Any], among: Sequence[str]) -> None:
    unknown = [key for key in given if key not in among]
    if unknown:
        steps = _EDIT if name == "document" else f"There are {', '.join(among)}."
        raise BadArgument(f"{_shown(unknown[0])} cannot be set in {name}.", next_step=steps)


def _liked(name: str, given: Any) -> Words:
    """A list is what is liked; an object says both."""
    if given is None or isinstance(given, str | list | tuple):
        return Words(_names(name, given))
    document = _mapping(name, given)
    _only(name, document, ("like", "avoid"))
    like, avoid = (_names(f"{name}.{key}", document.get(key)) for key in ("like", "avoid"))
    folded = {word.casefold() for word in avoid}
    for word in like:
        if word.casefold() in folded:
            raise BadArgument(
                f"{word!r} is liked and avoided in {name}.", next_step="Leave it out of like or of avoid."
            )
    return Words(like, avoid)


def _names(name: str, given: Any, most: int = LONGEST, longest: int = LONGEST) -> tuple[str, ...]:
    if given is None:
        return ()
    words = [given] if isinstance(given, str | int) and not isinstance(given, bool) else given
    if not isinstance(words, list | tuple):
        raise BadArgument(f"{name} is {_shown(given)}.", next_step="Send a list of texts.")
    if len(words) > most:
        raise BadArgument(f"{name} has {len(words)} entries.", next_step=f"Send at most {most}.")
    read = (_word(name, word, longest) for word in words)
    return tuple(dict.fromkeys(word for word in read if word))


def _word(name: str, given: Any, longest: int = LONGEST) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise BadArgument(f"{name} holds {_shown(given)}.", next_step="Send text.")
    word = f"{given:g}" if isinstance(given, float) else str(given).strip()
    if len(word) > longest:
        raise BadArgument(f"{name} holds {len(word)} signs.", next_step=f"Send at most {longest}.")
    return word


def _budget(given: Any) -> Price | None:
    if given is None:
        return None
    document = {"max": given} if isinstance(given, int | float | str) else _mapping("budget", given)
    _only("budget", document, ("max", "currency"))
    if document.get("max") is None:
        return None
    amount = said_amount(document["max"])
    if amount is None:
        raise BadArgument(
            f"The budget is {_shown(document['max'])}.", next_step="Send a number from 0 up, such as 50."
        )
    currency = _word("budget.currency", document.get("currency") or "").upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise BadArgument(
            f"The budget is in {currency!r}.", next_step="Send a currency's three letters, such as EUR."
        )
    return Price(amount, currency)


def _shown(given: object) -> str:
    return repr(given)[:80]
