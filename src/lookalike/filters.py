"""The filter grammar: ``category=Shoes price<=50 colour=blue|navy``, parsed and applied to columns.

A filter is terms, all of which must hold. A term is a field, an operator (``= != <= >= < > ~``) and one or
more values joined by ``|``, one of which must hold. Text compares whole and without case, ``~`` finds a part
of it; ``<`` and its kin compare numbers. Values and fields with spaces stand in quotes, double or single;
such a quote in them is written twice. ``colour`` is what the table says, and where it says none what is
measured on the picture; ``category=Sneakers`` finds "Shoes > Sneakers" too; every other column of the
catalogue goes by its own name, or as ``attributes.NAME`` where the name is taken.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from heapq import nsmallest
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.errors import BadFilter
from lookalike.vectors import Mask

_QUOTED = r"""(?:"(?:[^"]++|"")*+"|'(?:[^']++|'')*+'(?=[\s=!<>~|]|$))"""
_TERM = re.compile(
    rf"""\s*(?P<field>{_QUOTED}|[^\s"=!<>~|]+)\s*
        (?P<op><=|>=|!=|=|<|>|~)\s*
        (?P<values>(?:{_QUOTED}|[^\s"|=<>!~][^\s"|]*)(?:\|(?:{_QUOTED}|[^\s"|]+))*)(?=\s|$)""",
    re.VERBOSE,
)
_VALUE = re.compile(rf'{_QUOTED}|[^\s"|]+')
_IS_QUOTED = re.compile(rf"{_QUOTED}\Z")
_AMOUNT = re.compile(r"\s*([€$£])?\s*(-?\d[\d.,]*)\s*([A-Za-z]{3}|[€$£])?\s*$")
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$")
_GROUPED_WITH_POINTS = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})+,\d+$")
_NAMED = 30  # columns named when one does not exist
_COMPARED = 5000  # values compared letter by letter with what was wished for
_HINTED = 8  # values named when a wish meets nothing
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_LIMITS = {"<=": "{} or less", "<": "less than {}", ">=": "{} or more", ">": "more than {}"}
_ORDERS: dict[str, Callable[..., Mask]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_EXAMPLE = (
    "Write terms such as: category=Shoes price<=50EUR colour=blue|navy, "
    'with quotes round what has spaces: brand="Acme Ltd".'
)


@dataclass(frozen=True, eq=False)
class Coded:
    """A text column: ``codes`` (n,) point into ``values``; -1 where a product has none."""

    codes: npt.NDArray[np.int32]
    values: Sequence[str]

    @cached_property
    def folded(self) -> pa.StringArray:
        """The values without case."""
        return without_case(pa.array(self.values, pa.string()))

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The number that each value is, NaN for one that is none, and NaN at the end for no value."""
        return np.array([*map(_number, self.values), np.nan])

    @cached_property
    def used(self) -> list[str]:
        """The values that a product has, sorted."""
        there = np.bincount(self.codes + 1, minlength=len(self.values) + 1)[1:]
        return sorted(self.values[code] for code in np.flatnonzero(there).tolist())


class FilterColumns(Protocol):
    """What a filter needs to know of n products."""

    def __len__(self) -> int:
        """How many products there are."""
        ...

    def fields(self) -> list[str]:
        """The names a filter may use, for messages."""
        ...

    def text(self, field: str) -> Coded | None:
        """A text column by name, or None where there is none."""
        ...

    def prices(self) -> tuple[npt.NDArray[np.float64], Coded]:
        """Amounts (n,), NaN where there is none, and currencies."""
        ...

    def colour(self, word: str) -> Mask | None:
        """Which products are of this colour (n,), or None when the word is no colour and no tag."""
        ...

    def colours(self) -> Sequence[str]:
        """The colour words there are, for messages."""
        ...


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a field, an operator, and values of which one must hold."""

    field: str
    op: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return self.field + self.op + "|".join(self.values)

    @property
    def written(self) -> str:
        """The term as `parse_filter` reads it again."""
        return quoted(self.field) + self.op + "|".join(map(quoted, self.values))

    @property
    def about(self) -> str:
        """The field in small letters, "colour" for "color" too."""
        field = self.field.casefold()
        return "colour" if field == "color" else field


@dataclass(frozen=True, slots=True)
class Filter:
    """Terms that must all hold. An empty filter lets everything through."""

    terms: tuple[Term, ...] = ()

    def mask(self, columns: FilterColumns) -> Mask:
        """Which of n products pass, shape (n,). Raises `BadFilter` for a field or colour nobody has."""
        keep = np.ones(len(columns), dtype=np.bool_)
        for term in self.terms:
            keep &= holds(term, columns)
        return keep

    @property
    def written(self) -> str | None:
        """The terms as `parse_filter` reads them again, None for none."""
        return " ".join(term.written for term in self.terms) or None


def parse_filter(text: str | None) -> Filter:
    """Read a filter; empty text or None is the filter that lets everything through."""
    if text is not None and not isinstance(text, str):
        raise BadFilter(f"where is {text!r}, not a text.", next_step=_EXAMPLE)
    if text is None or not text.strip():
        return Filter()
    terms: list[Term] = []
    at = 0
    while at < len(text) and text[at:].strip():
        match = _TERM.match(text, at)
        if match is None:
            raise BadFilter(f"The filter cannot be read at {text[at:].strip()!r}.", next_step=_EXAMPLE)
        values = tuple(map(_unquoted, _VALUE.findall(match["values"])))
        terms.append(Term(_unquoted(match["field"]), match["op"], values))
        at = match.end()
    return Filter(tuple(terms))


def quoted(text: str) -> str:
    """A field or value as a filter takes it: in double quotes unless it is letters, digits or -_."""
    plain = text.replace("-", "").replace("_", "").replace(".", "")
    return text if plain.isalnum() else '"' + text.replace('"', '""') + '"'


def _unquoted(text: str) -> str:
    """A field or value without its quotes; in one without, such as '90s, an apostrophe is part of it."""
    return text[1:-1].replace(text[0] * 2, text[0]) if _IS_QUOTED.match(text) else text


def hints(wishes: Filter, columns: FilterColumns) -> list[str]:
    """For each term that nothing in the catalogue meets: a sentence, with what there is instead."""
    return [_hint(term, columns) for term in wishes.terms if not holds(term, columns).any()]


def _hint(term: Term, columns: FilterColumns) -> str:
    column = columns.text(term.field)
    said = _missing(term)
    if column is None or not column.values or term.op in _ORDERS:
        return said
    wanted = [value.casefold() for value in term.values]
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
    few = len(column.values) <= _COMPARED
    ranked = [
        (not (few and _is_near(value.casefold(), wanted)), -int(counts[code]), value)
        for code, value in enumerate(column.values)
        if value
    ]
    return f"{said} There is: {', '.join(value for _, _, value in nsmallest(_HINTED, ranked))}."


def _missing(term: Term) -> str:
    if term.about != "price" or term.op not in _LIMITS or len(term.values) > 1:
        return f"Nothing in the catalogue has {term}."
    return f"Nothing in the catalogue costs {_LIMITS[term.op].format(_spaced(term.values[0]))}."


def _spaced(amount: str) -> str:
    """An amount with a blank before its currency: "50 EUR"."""
    return re.sub(r"(?<=\d)(?=[A-Za-z])", " ", amount)


def _is_near(value: str, wanted: list[str]) -> bool:
    if any(want in value or value in want for want in wanted):
        return True
    return bool(get_close_matches(value, wanted, 1))


def amount_of(value: str) -> tuple[float, str] | None:
    """The number and the currency code that a value such as "50EUR" names, "" where it names none.

    None for what is no amount.
    """
    match = _AMOUNT.match(value)
    if match is None or np.isnan(_float(match[2])):
        return None
    named = match[1] or match[3] or ""
    return _float(match[2]), _SIGNS.get(named, named.upper())


def holds(term: Term, columns: FilterColumns) -> Mask:
    """Which of n products meet one term, (n,). Raises `BadFilter`."""
    field = term.field.casefold()
    if field in ("colour", "color"):
        return _colour(term, columns)
    if field == "price":
        return _price(term, columns)
    column = columns.text(term.field)
    if column is None:
        names = columns.fields()
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        raise BadFilter(
            f"The catalogue has no column {term.field!r}.",
            next_step=f"It has: {', '.join(names[:_NAMED])}{more}.",
        )
    return _numbers(term, column) if term.op in _ORDERS else _text(term, column)


def _colour(term: Term, columns: FilterColumns) -> Mask:
    if term.op not in ("=", "!="):
        raise BadFilter(f"colour cannot be compared with {term.op!r}.", next_step="Write colour=blue.")
    found = np.zeros(len(columns), dtype=np.bool_)
    for word in term.values:
        mask = columns.colour(word)
        if mask is None:
            known = ", ".join(columns.colours())
            raise BadFilter(
                f"{word!r} is no colour of this catalogue, and none that is measured.",
                next_step=f"These are: {known}. What the table says word for word is attributes.NAME.",
            )
        found |= mask
    return found if term.op == "=" else ~found


def _price(term: Term, columns: FilterColumns) -> Mask:
    amounts, currency = columns.prices()
    found = np.zeros(len(columns), dtype=np.bool_)
    for value in term.values:
        match = _AMOUNT.match(value)
        if match is None or term.op == "~" or np.isnan(_float(match[2])):
            raise BadFilter(
                f"{term} does not compare a price with an amount.",
                next_step="Write price<=50, or price<=50EUR to name the currency.",
            )
        limit = _float(match[2])
        named = match[1] or match[3]
        within = _in_currency(_SIGNS.get(named, named), currency) & ~np.isnan(amounts)
        compare = _ORDERS.get(term.op)
        with np.errstate(invalid="ignore"):
            found |= within & (np.isclose(amounts, limit) if compare is None else compare(amounts, limit))
    return ~found if term.op == "!=" else found


def _in_currency(wanted: str | None, currency: Coded) -> Mask:
    used = currency.used
    if wanted is None:
        if len(used) > 1:
            raise BadFilter(
                f"The catalogue has prices in {', '.join(used)}, and the filter names no currency.",
                next_step=f"Write price<=50{used[0]}.",
            )
        return np.ones(currency.codes.shape, dtype=np.bool_)
    if wanted.upper() not in used:
        known = f"Prices are in {', '.join(used)}." if used else "No product has a price with a currency."
        raise BadFilter(f"No price is in {wanted.upper()}.", next_step=known)
    found: Mask = currency.codes == list(currency.values).index(wanted.upper())
    return found


def _levels(category: str) -> set[str]:
    """What a category answers to: every level of a path such as "a > b > c", and every path from the top."""
    levels = [level.strip() for level in category.split(">")]
    return {*levels, *(" > ".join(levels[:depth]) for depth in range(1, len(levels) + 1))}


def fold_category(category: str) -> str:
    """A category path as it compares: neither case nor blanks around ``>`` count."""
    return " > ".join(level.strip() for level in category.casefold().split(">"))


def fold_availability(availability: str) -> str:
    """An availability as it compares: case, underscores and hyphens do not count."""
    return availability.casefold().replace("_", " ").replace("-", " ")


def _numbers(term: Term, column: Coded) -> Mask:
    limits = [_number(value) for value in term.values]
    if np.isnan(limits).any():
        raise BadFilter(
            f"{term} compares with something that is not a number.",
            next_step=f"Write a number, or {term.field}=VALUE for text.",
        )
    with np.errstate(invalid="ignore"):
        passes = np.any([_ORDERS[term.op](column.numbers, limit) for limit in limits], axis=0)
    chosen: Mask = passes[column.codes]
    return chosen


def _number(text: str) -> float:
    """The number that a cell is, alone or with a currency beside it; NaN for anything else."""
    match = _AMOUNT.match(text)
    return _float(match[2]) if match else float("nan")


def _float(digits: str) -> float:
    """A number with a decimal point or comma, thousands grouped or not: "1,299.00", "1.299,00", "7,5"."""
    if _GROUPED.match(digits):
        digits = digits.replace(",", "")
    elif _GROUPED_WITH_POINTS.match(digits):
        digits = digits.replace(".", "")
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        return float("nan")


def _text(term: Term, column: Coded) -> Mask:
    about = term.field.casefold()
    if about == "availability":
        wanted = [fold_availability(value) for value in term.values]
        has = [fold_availability(value) for value in (*column.values, "")]
        part = term.op == "~"
        passes = np.array([any(one in it if part else one == it for one in wanted) for it in has])
    elif about == "category" and term.op != "~":
        paths = set(map(fold_category, term.values))
        passes = np.array([not paths.isdisjoint(_levels(value.casefold())) for value in (*column.values, "")])
    else:
        passes = _compared([value.casefold() for value in term.values], column.folded, term.op == "~")
    chosen: Mask = passes[column.codes]
    return ~chosen if term.op == "!=" else chosen


def _compared(wanted: list[str], folded: pa.StringArray, part: bool) -> Mask:
    """Which of v values are one of those wanted, or hold it as a ``part``; last no value, (v + 1,)."""
    wanted = [one for one in wanted if one.isascii() or one.encode("utf-8", "ignore").decode() == one]
    if part:
        each = [pc.match_substring(folded, one).to_numpy(zero_copy_only=False) for one in wanted]
        found = np.logical_or.reduce([np.zeros(len(folded), np.bool_), *each])
    else:
        found = pc.is_in(folded, value_set=pa.array(wanted, pa.string())).to_numpy(zero_copy_only=False)
    return np.append(found, "" in wanted)


def without_case(texts: pa.StringArray) -> pa.StringArray:
    """Texts as `str.casefold` makes them."""
    lower = pc.ascii_lower(texts)
    other = pc.invert(pc.string_is_ascii(texts))
    if not pc.any(other).as_py():
        return lower
    folded = [text.casefold() for text in texts.filter(other).to_pylist()]
    return pc.replace_with_mask(lower, other, pa.array(folded, pa.string()))
