"""The TOML of a shop's rules, a rule at a time, so that every mistake can be told with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

from lookalike.errors import Fault

_HEADER = re.compile(r"\s*\[\[\s*(?:rule|'rule'|\"rule\")\s*\]\]\s*(?:#.*)?")
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_JOINED = 50  # times a rule is read on where a text of several lines seems to go on
_DEEPEST = 16  # parts of a key, and arrays and tables in one another
_MOST_KEYS = 30  # of one rule, and beside all rules
_WIDEST = 64  # bits of a whole number, as TOML has it
_TOO_DEEP = f"Arrays and tables are more than {_DEEPEST} deep in one another."
_TOO_LARGE = "A whole number is too large."
_SPOKEN = re.compile(
    r"\"\"\"(?:[^\\\"]|\\.|\"(?!\"\"))*+(?:\"\"\")?|'''(?:[^']|'(?!''))*+(?:''')?"
    r"|\"(?:[^\\\"\n]|\\[^\n])*+\"?|'[^'\n]*+'?|#[^\n]*+",
    re.DOTALL,
)
"""A text in quotes, closed or not, or a remark: neither can be told apart without all before it."""
_DOTTED = re.compile(rf"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{_DEEPEST},}}")
_NUMBER = re.compile(r"(?<!\d)\d[\d_]{999,}+")
_NAMED = re.compile(r"\s*+(?:\[+\s*+)?(?:\"([^\"]*+)\"|'([^']*+)'|([\w-]++))")


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
    text = "\n".join(lines)
    if _DOTTED.search(_SPOKEN.sub("x", text)):  # long keys take the parser time that grows with their square
        dots = max(range(len(lines)), key=lambda at: lines[at].count("."))
        return Fault(before + dots + 1, f"A key has more than {_DEEPEST} parts.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = _AT.search(said)
        said = _AT.sub("", said) + "."
        if place is None or place[1] is None:
            return _Open(said)
        return Fault(before + int(place[1]), f"This is not TOML: {said}")
    except RecursionError:
        nested = max(range(len(lines)), key=lambda at: lines[at].count("[") + lines[at].count("{"))
        return Fault(before + nested + 1, _TOO_DEEP)
    except ValueError:  # of int(), which takes no number of so many digits
        digits = next((at for at, line in enumerate(lines) if _NUMBER.search(line)), 0)
        return Fault(before + digits + 1, _TOO_LARGE)


def _rules(document: dict[str, Any], lines: list[str], before: int) -> Iterator[Entry | Fault]:
    """The rules in a part of the document, and what stands beside them."""
    places = _places(lines, before)
    beside = document.keys() - {"rule"}
    for name in islice(sorted(beside, key=lambda name: places.get(name, before)), _MOST_KEYS):
        near = get_close_matches(name, ["rule"], 1)
        step = "Write [[rule]]." if near else "Rules begin with [[rule]], and their settings follow."
        yield Fault(places.get(name, before + 1), f"Nothing here is called {name!r:.80}. {step}")
    told = document.get("rule", [])
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        yield Fault(places.get("rule", before + 1), "A rule begins with [[rule]].")
        return
    for values in told:
        if len(values) > _MOST_KEYS:
            yield Fault(before + 1, f"A rule has more than {_MOST_KEYS} settings.")
            continue
        entry = Entry(before + 1, values, {key: places.get(key, before + 1) for key in values})
        wrong = [entry.fault(f"{key!r:.80}: {said}", key) for key in values if (said := _unfit(values[key]))]
        yield from wrong
        if not wrong:
            yield entry


def _unfit(value: Any) -> str:
    """What no setting of a rule can hold; "" for all else. What it lets through can be shown and compared."""
    inside: list[tuple[Any, int]] = [(value, 1)]
    while inside:
        one, depth = inside.pop()
        if isinstance(one, int) and one.bit_length() >= _WIDEST:
            return _TOO_LARGE
        if isinstance(one, list | dict):
            if depth > _DEEPEST:
                return _TOO_DEEP
            inside += [(part, depth + 1) for part in (one.values() if isinstance(one, dict) else one)]
    return ""


def _places(lines: list[str], before: int) -> dict[str, int]:
    """The line that each key or table begins at, by its name."""
    places: dict[str, int] = {}
    for at, line in enumerate(lines):
        if found := _NAMED.match(line):
            places.setdefault(found[1] or found[2] or found[3] or "", before + at + 1)
    return places
