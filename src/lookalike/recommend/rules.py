"""A shop's own rules: products that it puts in a place, lifts, lowers or leaves out, and when."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final, Literal, get_args

from lookalike.errors import BadArgument, BadFilter, BadRules, Fault, LookalikeError
from lookalike.filters import Filter, parse_filter
from lookalike.neighbours.tokens import words_asked
from lookalike.products import product_ids
from lookalike.recommend.rule_file import Entry, entries

Action = Literal["pin", "boost", "bury", "exclude"]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
SHELVES: Final = ("similar", "search", "recommend", "goes-with", "outfit")
"""Where an answer is shown, by the question that it answers."""

USUAL = 0.1
"""What a rule lifts or lowers by unless it says so, see `Rule.by`."""

_MOST_BYTES = 256 * 1024
_MOST_RULES = 1000
_HARDEST = 10.0
_LAST_PLACE = 1000
_LONGEST = 100  # characters of a name
_LONGEST_WHERE = 4000  # characters of a filter
_TOLD = 20  # mistakes that are told at most
_ASKED_BY_PRODUCT = frozenset(("similar", "goes-with", "outfit"))
_SETTINGS = ("name", "action", "ids", "where", "place", "by", "shelves", "for", "words", "from", "until")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It is about the products ``ids``, or those that pass ``where``.

    ``place`` is where the first of them is pinned, from 1. ``by`` is how far they are lifted or lowered: 1 is
    as far as a near neighbour's score lies above that of any two products. It applies on ``shelves``, to
    questions of a product that passes ``asked`` and of all these ``words``, ``begins`` <= time < ``ends``
    (milliseconds since 1970). ``line`` is where it stands in its file.
    """

    name: str
    action: Action
    line: int
    ids: tuple[str, ...] = ()
    where: Filter = Filter()  # noqa: RUF009
    place: int = 1
    by: float = USUAL
    shelves: frozenset[str] = frozenset(SHELVES)
    asked: Filter = Filter()  # noqa: RUF009
    words: tuple[str, ...] = ()
    begins: int | None = None
    ends: int | None = None

    def is_active(self, now: int) -> bool:
        """Whether it applies at a time, in milliseconds since 1970."""
        return (self.begins is None or self.begins <= now) and (self.ends is None or now < self.ends)


def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of a TOML text, in their order. Raises `BadRules` with all that is wrong with it."""
    _require_text(text)
    rules: list[Rule] = []
    faults: list[Fault] = []
    names: dict[str, int] = {}
    for count, entry in enumerate(entries(text)):
        if count == _MOST_RULES:
            faults.append(Fault(entry.line, f"There are more than {_MOST_RULES:,} rules."))
            break
        if isinstance(entry, Fault):
            faults.append(entry)
            continue
        found, rule = _read(entry)
        faults += found
        if rule is not None:
            rules.append(rule)
        name = entry.values.get("name")
        if isinstance(name, str) and names.setdefault(name, entry.line) != entry.line:
            faults.append(entry.fault(f"The rule at line {names[name]} has this name too.", "name"))
    if faults:
        faults.sort(key=lambda fault: fault.line)
        more = "" if len(faults) <= _TOLD else f" There are {len(faults) - _TOLD:,} more mistakes."
        raise BadRules(faults[:_TOLD], next_step=f"Correct them.{more}")
    return tuple(rules)


def _require_text(text: str) -> None:
    """Raises `BadRules` for what is too long, and for half a character, which no file in UTF-8 can hold."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise BadRules([Fault(line, "There is half a character (a lone surrogate).")]) from None
    if size > _MOST_BYTES:
        raise BadRules([Fault(1, f"They are longer than {_MOST_BYTES:,} bytes.")])


def _read(entry: Entry) -> tuple[list[Fault], Rule | None]:
    """The rule that an entry says, or all that is wrong with it."""
    faults: list[Fault] = []

    def take(key: str, read: Callable[[Any], Any], missing: Any = None) -> Any:
        """A setting as ``read`` makes it of a value; what it complains of is told at the setting's line."""
        if key not in entry.values:
            return missing
        try:
            return read(entry.values[key])
        except LookalikeError as error:
            faults.append(entry.fault(f"{key}: {error}", key))
        except _Wrong as error:
            faults.append(entry.fault(f"{key} {error}", key))
        return missing

    for key in entry.values.keys() - set(_SETTINGS):
        near = get_close_matches(key, _SETTINGS, 1)
        step = f"Did you mean {near[0]}?" if near else f"There are {', '.join(_SETTINGS)}."
        faults.append(entry.fault(f"There is no setting {key!r:.80}. {step}", key))
    settings = {
        "name": take("name", _name, ""),
        "action": take("action", _action),
        "ids": take("ids", _ids, ()),
        "where": take("where", _filter, Filter()),
        "place": take("place", _place, 1),
        "by": take("by", _by, USUAL),
        "shelves": take("shelves", _shelves, frozenset(SHELVES)),
        "asked": take("for", _filter, Filter()),
        "words": take("words", _words, ()),
        "begins": take("from", lambda value: _time(value, last=False)),
        "ends": take("until", lambda value: _time(value, last=True)),
    }
    faults += [entry.fault(message, key) for key, message in _contradictions(entry.values, settings)]
    if faults:
        return faults, None
    if settings["words"] or settings["asked"].terms:
        settings["shelves"] &= {"search"} if settings["words"] else _ASKED_BY_PRODUCT
    return faults, Rule(line=entry.line, **settings)


def _contradictions(said: Collection[str], settings: dict[str, Any]) -> list[tuple[str, str]]:
    """What is missing from a rule, and what does not go together, each with the setting that is wrong."""
    action, shelves = settings["action"], settings["shelves"]
    wrong = [
        (key, f"The rule has no {key}.{step}")
        for key, step in (("name", ""), ("action", f" Write {_either(ACTIONS)}."))
        if key not in said
    ]
    about = [key for key in ("ids", "where") if key in said]
    if len(about) != 1:
        what = "both ids and where" if about else "neither ids nor where"
        wrong.append(("where", f"The rule has {what}. Say with one of them which products it is about."))
    elif action == "pin" and "ids" not in said:
        wrong.append(("where", "Single products are pinned. Name them with ids."))
    if "place" in said and action not in ("pin", None):
        wrong.append(("place", "Only a pin has a place."))
    if "by" in said and action in ("pin", "exclude"):
        wrong.append(("by", "Only boost and bury have it."))
    if "for" in said and not shelves & _ASKED_BY_PRODUCT:
        wrong.append(("for", f"No product asks on the {_listed(shelves)} shelf."))
    if "words" in said and "search" not in shelves:
        wrong.append(("words", f"Nobody types words on the {_listed(shelves)} shelf."))
    if "words" in said and "for" in said:
        wrong.append(("words", "It is asked by words or by a product. Write two rules."))
    begins, ends = settings["begins"], settings["ends"]
    if begins is not None and ends is not None and begins >= ends:
        wrong.append(("until", "It ends before it begins."))
    return wrong


class _Wrong(Exception):
    """What is wrong with a value, said of its setting."""


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST or not value.isprintable():
        raise _Wrong(f"is not a text of 1 to {_LONGEST} characters in one line.")
    return value.strip()


def _action(value: Any) -> str:
    if value not in ACTIONS:
        raise _Wrong(f"is {_shown(value)}. Write {_either(ACTIONS)}.")
    return str(value)


def _ids(value: Any) -> tuple[str, ...]:
    try:
        ids = product_ids(value)
    except BadArgument:
        ids = []
    if not ids or "" in ids:
        raise _Wrong('is not a list of product ids, such as ["00042", "00043"].')
    return tuple(dict.fromkeys(ids))


def _filter(value: Any) -> Filter:
    if isinstance(value, str) and len(value) > _LONGEST_WHERE:
        raise _Wrong(f"is longer than {_LONGEST_WHERE:,} characters. Write two rules.")
    found = parse_filter(value)
    if not found.terms:
        raise BadFilter("It is empty.", next_step='Write for example "category=Shoes price<=50".')
    return found


def _place(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LAST_PLACE:
        raise _Wrong(f"is {_shown(value)}. Write a whole number from 1 to {_LAST_PLACE:,}.")
    return value


def _by(value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 < value <= _HARDEST:
        raise _Wrong(f"is {_shown(value)}. Write a number above 0, up to {_HARDEST:g}.")
    return float(value)


def _shelves(value: Any) -> frozenset[str]:
    told = [value] if isinstance(value, str) else value
    if not isinstance(told, list) or not told or not all(isinstance(one, str) for one in told):
        raise _Wrong(f"is not a list of {_either(SHELVES)}.")
    names = [one.replace("_", "-") for one in told]
    for name in names:
        if name not in SHELVES:
            raise _Wrong(f"names {_shown(name)}. There are {', '.join(SHELVES)}.")
    return frozenset(names)


def _words(value: Any) -> tuple[str, ...]:
    return tuple(words_asked(" ".join(value) if _is_texts(value) else value))


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _time(value: Any, *, last: bool) -> int:
    """The time that a date begins, or with ``last`` ends; a time without a zone is UTC."""
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC) + int(last) * _DAY
        if isinstance(value, datetime):
            time = round((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000)
            datetime.fromtimestamp(time / 1000, UTC) - int(last) * _DAY  # in UTC too it is in the calendar
            return time
    except (OverflowError, ValueError):
        pass
    step = "Write a date, such as 2026-12-24, or a time, such as 2026-12-24T18:00:00Z, without quotes."
    raise _Wrong(f"is {_shown(value)}. {step}")


def _shown(value: Any) -> str:
    return repr(value)[:60] if isinstance(value, str | int | float) else str(value)[:60]


def _either(names: Collection[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}"


def _listed(shelves: Collection[str]) -> str:
    return " or ".join(name for name in SHELVES if name in shelves)
