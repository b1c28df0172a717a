"""Profiles in a table, a line for each shopper: columns by many names, and rows that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lookalike.catalog.csv import CsvTable
from lookalike.errors import BadArgument, CatalogError
from lookalike.events import LONGEST
from lookalike.products import Problem
from lookalike.taste.document import Declared

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("user", "userid", "id", "customer", "customerid", "shopper", "shopperid", "clientid", "visitor"),
    "gender": ("gender", "sex", "department"),
    "sizes": ("sizes", "size"),
    "brands": ("brands", "brand", "likebrands", "likedbrands", "favouritebrands", "favoritebrands"),
    "colours": ("colours", "colour", "colors", "color", "likecolours", "likecolors", "favouritecolours"),
    "kinds": ("kinds", "kind", "categories", "category", "interests", "likekinds", "likecategories"),
    "budget": ("budget", "budgetmax", "maxbudget", "maxprice", "pricemax"),
    "currency": ("currency", "budgetcurrency"),
    "avoid_brands": ("avoidbrands", "dislikedbrands", "excludedbrands", "nobrands"),
    "avoid_colours": ("avoidcolours", "avoidcolors", "dislikedcolours", "dislikedcolors"),
    "avoid_kinds": ("avoidkinds", "avoidcategories", "dislikedkinds", "dislikedcategories"),
}
"""Columns by the names they go by; case, blanks, underscores and hyphens do not count."""

_FIELDS = {name: field for field, names in NAMES.items() for name in names}
_IGNORED = str.maketrans("", "", " _-")
_BETWEEN = re.compile(r"[|;,]")
_AMOUNT = re.compile(r"\s*([€$£])?\s*(\d[\d.]*)\s*([A-Za-z]{3}|[€$£])?\s*$")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}


@dataclass(frozen=True, slots=True)
class DeclaredBy:
    """What one shopper declares."""

    user: str
    declared: Declared


def read_profiles(
    source: str | Path | Iterable[Mapping[str, Any]],
) -> Iterator[DeclaredBy | Problem]:
    """The shoppers of a table, or of rows by column name, one after the other.

    Lists are separated by ``|``, ``;`` or ``,``. Raises `CatalogError` where a table cannot be read.
    """
    if not isinstance(source, str | Path):
        if not isinstance(source, Iterable) or isinstance(source, bytes | Mapping):
            raise BadArgument("These are no profiles.", next_step="Give a file, or a list of rows.")
        for number, given in enumerate(source, start=1):
            if not isinstance(given, Mapping):
                yield Problem(number, "", "malformed", "The row is no mapping of columns.")
                continue
            cells = {_field(name): value for name, value in given.items() if value is not None}
            yield _read(number, cells)
        return
    path = Path(source)
    if "\x00" in str(path):
        raise BadArgument("The path holds a NUL character.", next_step="Give the path of a table.")
    try:
        table = CsvTable(path)
        fields = [_field(name) for name in table.columns]
        if "user" not in fields:
            raise CatalogError(
                f"{path} has no column of shoppers' ids.", next_step="Name one of its columns user."
            )
        for row in table:
            if row.error:
                yield Problem(row.number, "", "malformed", row.error)
            elif len(row.cells) > len(fields):
                counts = f"The row has {len(row.cells)} cells and the header {len(fields)}."
                yield Problem(row.number, "", "malformed", counts)
            else:
                yield _read(row.number, dict(zip(fields, row.cells, strict=False)))
    except OSError as error:
        raise CatalogError(
            f"{path} cannot be read: {error.strerror or error}.", next_step="Check the path and its rights."
        ) from error


def _field(name: str) -> str:
    return _FIELDS.get(str(name).casefold().translate(_IGNORED), "")


def _read(number: int, cells: Mapping[str, Any]) -> DeclaredBy | Problem:
    user = str(cells.get("user", "")).strip()
    if not user:
        return Problem(number, "", "no-user", "The row names no shopper.")
    if len(user) > LONGEST or "\x00" in user:
        return Problem(number, "", "no-user", f"{user[:40]!r}... is no shopper's id.")
    budget, problem = _budget(cells)
    if problem:
        return Problem(number, user, "bad-profile", problem)
    try:
        declared = Declared.of(
            {
                "gender": str(cells.get("gender", "")).strip(),
                "sizes": _list(cells.get("sizes")),
                **{
                    name: {"like": _list(cells.get(name)), "avoid": _list(cells.get(f"avoid_{name}"))}
                    for name in ("brands", "colours", "kinds")
                },
                "budget": budget,
            }
        )
    except BadArgument as error:
        return Problem(number, user, "bad-profile", str(error))
    return DeclaredBy(user, declared)


def _list(cell: Any) -> list[str]:
    if isinstance(cell, list | tuple):
        return [str(one).strip() for one in cell]
    return [part.strip() for part in _BETWEEN.split(str(cell or "")) if part.strip()]


def _budget(cells: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
    text = str(cells.get("budget", "") or "").strip()
    if not text and cells.get("budget") != 0:
        return None, ""
    found = _AMOUNT.match(text or "0")
    if found is None:
        return None, f"{text[:40]!r} is no budget: write an amount such as 50 or 50 EUR."
    sign, amount, code = found.groups()
    unit = str(cells.get("currency", "") or "").strip() or code or sign or ""
    return {"max": amount, "currency": _SIGNS.get(unit, unit)}, ""
