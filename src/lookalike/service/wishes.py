"""What a request wishes, as the arguments of `Index.similar` and its like: only what was given.

The wishes themselves are checked where they are understood, in `lookalike.asking.wishes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lookalike.asking.wishes import weighted_ids
from lookalike.index import Index
from lookalike.service.parameters import Parameters, unknown, whole

SEARCH = (
    "k",
    "where",
    "exclude",
    "like",
    "unlike",
    "weights",
    "metric",
    "variants",
    "duplicates",
    "diversity",
    "stock",
    "per_brand",
)
"""What may be wished of every answer, by the words of `Index.search`."""

SIMILAR = (*SEARCH, "but", "recipe", "pictures")
"""What may be wished where a product asks, by the words of `Index.similar`."""

SHELF = ("k", "where", "exclude", "variants", "duplicates", "diversity", "stock", "per_brand")
"""What may be wished of every shelf for shoppers."""

RECOMMEND = ("user", "recent", "seen", *SHELF)
"""What may be wished for a shopper, by the words of `Index.recommend`."""

GOES_WITH = ("user", "per_kind", *SHELF)
"""What may be wished of what goes with a product, by the words of `Index.goes_with`."""

OUTFIT = ("id", "kinds", "budget", "where", "exclude", "user", "currency")
"""What may be wished of a look, by the words of `Index.outfit`."""


def _whole(given: Parameters, name: str) -> int | None:
    text = given.text(name)
    return None if text is None else whole(name, text)


def _share(given: Parameters, name: str) -> float | None:
    return given.number(name, None, 1)


def _terms(given: Parameters, name: str) -> str:
    return " ".join(given.many(name))


_READ: Mapping[str, Callable[[Parameters, str], Any]] = {
    "k": _whole,
    "per_brand": _whole,
    "per_kind": _whole,
    "diversity": _share,
    "variants": Parameters.flag,
    "duplicates": Parameters.flag,
    "seen": Parameters.flag,
    "where": _terms,
    "but": _terms,
    "exclude": Parameters.many,
    "like": Parameters.many,
    "unlike": Parameters.many,
    "recent": Parameters.many,
    "kinds": Parameters.many,
}
_EXAMPLES = ("like", "unlike")


def wishes_of(given: Parameters, index: Index, names: tuple[str, ...] = SEARCH) -> dict[str, Any]:
    """The wishes among the parameters of a request; empty texts count as not given. Raises `BadArgument`."""
    wishes: dict[str, Any] = {}
    for name in given.names:
        if name in names and (value := _READ.get(name, Parameters.text)(given, name)) not in ("", None):
            wishes[name] = weighted_ids(value, index) if name in _EXAMPLES else value
    return wishes


def wishes_of_document(document: Mapping[str, Any], names: tuple[str, ...] = SIMILAR) -> dict[str, Any]:
    """The wishes of a JSON object; what is null counts as not given. Raises `BadArgument`."""
    for name in document:
        if name not in names:
            raise unknown(name, list(names))
    return {name: value for name, value in document.items() if value is not None}
