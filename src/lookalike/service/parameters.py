"""What a request asks, read by hand: a few microseconds, and a misspelt name is no silent nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar
from urllib.parse import parse_qsl

from lookalike.errors import BadArgument

_T = TypeVar("_T")
_WHOLE = re.compile(r"-?[0-9]{1,15}\Z")
_NUMBER = re.compile(r"(?=\.?[0-9])[0-9]*\.?[0-9]*(e[+-]?[0-9]{1,3})?\Z", re.IGNORECASE)
_TRUE = ("1", "true", "yes")
_FALSE = ("0", "false", "no", "")


class Parameters:
    """Named texts of one request. Raises `BadArgument` for a name that is not among the ``known``."""

    def __init__(self, pairs: Iterable[tuple[str, str]], known: Iterable[str]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)
        if not self._values.keys() <= (names := set(known)):
            raise unknown(next(name for name in self._values if name not in names), sorted(names))

    @classmethod
    def of_query(cls, query: bytes, known: Iterable[str]) -> Parameters:
        """The parameters of a query string."""
        return cls(pairs_of(query), known)

    @property
    def names(self) -> Iterable[str]:
        """The names that were given."""
        return self._values

    def text(self, name: str) -> str | None:
        """A text, or None where it was not given. Raises `BadArgument` where it was given twice."""
        values = self._values.get(name)
        if values is None:
            return None
        if len(values) > 1:
            raise BadArgument(f"{name} is given {len(values)} times.", next_step="Give it once.")
        return values[0]

    def many(self, name: str) -> list[str]:
        """Every text given under a name, in order."""
        return self._values.get(name, [])

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        text = self.text(name)
        if text is None:
            return default
        number = whole(name, text)
        if not least <= number <= most:
            raise BadArgument(f"{name} is {number}.", next_step=f"Give a number from {least} to {most}.")
        return number

    def number(self, name: str, default: _T, most: float) -> float | _T:
        """A number from 0 to ``most``."""
        text = self.text(name)
        if text is None:
            return default
        if not _NUMBER.match(text) or not float(text) <= most:
            raise BadArgument(f"{name} is {text[:80]!r}.", next_step=f"Give a number from 0 to {most:g}.")
        return float(text)

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no."""
        text = self.text(name)
        return default if text is None else flag(name, text)


def pairs_of(query: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string. Raises `BadArgument` where there are too many."""
    if not query:
        return []
    try:
        return parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=2000)
    except ValueError:
        raise BadArgument("There are too many parameters.", next_step="Give at most 2,000.") from None


def whole(name: str, text: str) -> int:
    """A whole number of at most 15 digits. Raises `BadArgument`."""
    if not _WHOLE.match(text):
        raise BadArgument(f"{name} is {text[:80]!r}.", next_step="Give a whole number.")
    return int(text)


def flag(name: str, text: str) -> bool:
    """true or false, 1 or 0. Raises `BadArgument`."""
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise BadArgument(f"{name} is {text[:80]!r}.", next_step="Write true or false.")


def unknown(name: str, known: list[str]) -> BadArgument:
    """The refusal of a name that is none of the known ones."""
    near = get_close_matches(name, known, 1)
    step = (
        f"Did you mean {near[0]}?"
        if near
        else f"There are: {', '.join(known)}."
        if known
        else "Leave it out."
    )
    return BadArgument(f"There is no parameter {name[:80]!r}.", next_step=step)
