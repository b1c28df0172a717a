"""Plain events: a user, an item, a time and what was done, under whatever names their columns have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from lookalike.catalog.rows import text
from lookalike.deliveries.kinds import PLAIN, folded
from lookalike.deliveries.telling import Document, Item, Told
from lookalike.errors import BadArgument
from lookalike.events import KINDS, Kind

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "user": (
        "user", "user_id", "uid", "shopper", "shopper_id", "customer", "customer_id", "member_id",
        "account_id", "authenticated_user_token", "visitor", "visitor_id", "user_token", "client_id",
        "user_pseudo_id", "anonymous_id",
    ),
    "item": (
        "item", "item_id", "product", "product_id", "object_id", "article_id", "sku", "product_sku",
        "variant_id", "stock_code", "asin", "parent_asin", "content_id",
    ),
    "event": (
        "event", "event_type", "kind", "action", "event_name", "feedback_type", "behavior", "behaviour",
        "behavior_type", "behaviour_type", "interaction", "activity", "type",
    ),
    "time": (
        "time", "timestamp", "time_stamp", "date_time", "event_time", "event_timestamp", "unix_timestamp",
        "ts", "created_at", "occurred_at", "date", "event_date", "day", "t_dat", "invoice_date",
    ),
    "weight": ("weight", "quantity", "qty", "count"),
    "session": ("session", "session_id", "visit", "visit_id", "ga_session_id", "user_session"),
    "answer": ("answer", "attribution", "attribution_token"),
    "id": ("id", "event_id", "message_id", "insert_id", "uuid"),
}  # fmt: skip
"""Column names of each field, the preferred first. Case, blanks, "_" and "-" do not matter.

Of several columns for a field the first that says something in a row is taken.
"""

FIELDS: Final = tuple(ALIASES)
_RANKS = {field: {folded(name): rank for rank, name in enumerate(names)} for field, names in ALIASES.items()}

Places = Mapping[str, tuple[str, ...]]
"""Field → the columns it may stand in, the preferred first."""


class Plain:
    """Reads documents whose columns are the fields themselves; ``kind`` is of those that name none."""

    def __init__(self, columns: Mapping[str, str] | None = None, kind: Kind | None = None) -> None:
        self.given = dict(columns or {})
        self._kind = kind
        self._places = lru_cache(1_000)(self._find)

    def places(self, columns: Collection[str]) -> Places:
        """Which columns are which field."""
        return self._places(tuple(columns))

    def _find(self, columns: tuple[str, ...]) -> Places:
        found: dict[str, tuple[str, ...]] = {}
        for field, ranks in _RANKS.items():
            named = [column for column in columns if self.given.get(column) == field]
            fitting = [c for c in columns if c not in self.given and folded(str(c)) in ranks]
            found[field] = tuple(named or sorted(fitting, key=lambda c: ranks[folded(str(c))]))
        return found

    def told(self, document: Document) -> Told:
        """What a document says."""
        places = self._places(tuple(document))
        name = _first(document, places["event"])
        word = text(name)[:200]
        kind = PLAIN.get(folded(word)) if word else self._kind
        return Told(
            name=word,
            kind=kind,
            user=_first(document, places["user"]),
            time=_first(document, places["time"]),
            items=[Item(_first(document, places["item"]), _first(document, places["weight"]))],
            session=_first(document, places["session"]),
            answer=_first(document, places["answer"]),
            id=_first(document, places["id"]),
            known=bool(word) and folded(word) in PLAIN,
            strict=True,
        )

    def missing(self, columns: Collection[str]) -> list[str]:
        """The fields without which a table is none of events, "user or session" for either."""
        places = self.places(columns)
        lacking = [] if places["user"] or places["session"] else ["user or session"]
        lacking += [field for field in ("item", "time") if not places[field]]
        return lacking + ([] if places["event"] or self._kind else ["event"])


def parted(mapping: Mapping[str, str] | None) -> tuple[dict[str, str], dict[str, Kind]]:
    """A mapping parted into columns with their fields and words with their kinds. Raises `BadArgument`."""
    columns: dict[str, str] = {}
    words: dict[str, Kind] = {}
    kinds: dict[str, Kind] = {kind: kind for kind in KINDS}
    if mapping is not None and not isinstance(mapping, Mapping):
        raise BadArgument("The mapping is no mapping.", next_step='Give names, such as {"shopper": "user"}.')
    for name, what in (mapping or {}).items():
        if not isinstance(name, str) or not isinstance(what, str):
            raise BadArgument(f"{name!r:.60} maps to no text.", next_step="Map texts to texts.")
        if what in kinds:
            words[folded(name)] = kinds[what]
        elif what in FIELDS:
            columns[name] = what
        else:
            raise BadArgument(
                f"{name!r} cannot be read as {what!r}.",
                next_step=f"A column is {', '.join(FIELDS)}; a word is {', '.join(KINDS)}.",
            )
    return columns, words


def _first(document: Document, columns: Iterable[str]) -> Any:
    """The first of these cells that says something."""
    for column in columns:
        cell = document[column]
        if cell is not None and cell != "":
            return cell
    return None
