"""The TOML of a shop's rules, a rule at a time, so that every mistake can be told with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from lookalike.errors import Fault

_HEADER = re.compile(r"\s*\[\[\s*(?:rule|'rule'|\"rule\")\s*\]\]\s*(?:#.*)?")
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_JOINED = 50  # times a rule is read on where a text of several lines seems to go on


@dataclass(frozen=True, slots=True)
class Entry:
    """What one rule says: values by name, and the line of each; ``line`` is where it begins, from 1."""

    line: int
    values: dict[str, Any]
    lines: dict[str, int]

    def fault(self, message: str, key: str = "") -> Fault:
        """A mistake in this rule, at the line of a key where that is said."""
        return Fault(self.lines.get(key, self.line), message)


def entries(text: str) -> Iterator[Entry | Fault]:
    """The rules of a text in their order; a mistake of form for each rule that cannot be read."""
    lines = text.replace("\r\n", "\n").split("\n")
    starts = [0, *(at for at, line in enumerate(lines) if _HEADER.fullmatch(line)), len(lines)]
    at = 0
    while at < len(starts) - 1:
        begin, end = starts[at], at + 1
        found = _parsed(lines[begin : starts[end]], begin)
        while isinstance(found, _Open) and end < min(len(starts) - 1, at + _JOINED):
            end += 1
            more = _parsed(lines[begin : starts[end]], begin)
            if isinstance(more, Fault):
                break
            found = more
        if isinstance(found, _Open):
            end, found = at + 1, Fault(begin + 1, f"This is not TOML: {found.said}")
        if isinstance(found, Fault):
            yield found
        else:
            yield from _rules(found, lines[begin : starts[end]], begin)
        at = end


@dataclass(frozen=True, slots=True)
class _Open:
    """What is not TOML at its end, as a text of several lines is not before it is closed."""

    said: str


def _parsed(lines: list[str], before: int) -> dict[str, Any] | Fault | _Open:
    """A part of the document, ``before`` lines from its beginning."""
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = _AT.search(said)
        said = _AT.sub("", said) + "."
        if place is None or place[1] is None:
            return _Open(said)
        return Fault(before + int(place[1]), f"This is not TOML: {said}")


def _rules(document: dict[str, Any], lines: list[str], before: int) -> Iterator[Entry | Fault]:
    """The rules in a part of the document, and what stands beside them."""
    for name in document.keys() - {"rule"}:
        near = get_close_matches(name, ["rule"], 1)
        step = "Write [[rule]]." if near else "Rules begin with [[rule]], and their settings follow."
        yield Fault(_line_of(name, lines, before), f"Nothing here is called {name!r}. {step}")
    told = document.get("rule", [])
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        yield Fault(_line_of("rule", lines, before), "A rule begins with [[rule]].")
        return
    for values in told:
        places = {key: _line_of(key, lines, before) for key in values}
        yield Entry(before + 1, values, places)


def _line_of(key: str, lines: list[str], before: int) -> int:
    """The line that a key or a table begins at, the first of the part where it cannot be found."""
    begins = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(key)}\b[\"']?")
    return before + 1 + next((at for at, line in enumerate(lines) if begins.match(line)), 0)
