"""The shoppers of an index: what is known of each, to be read, corrected and erased."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lookalike.asking.shopper import Shopper, Understood
from lookalike.errors import BadArgument
from lookalike.events import LONGEST, Kind
from lookalike.products import Problem
from lookalike.recommend.shown import leaf
from lookalike.shopping.profiles import read_profiles
from lookalike.taste.document import Declared, Profile
from lookalike.taste.ground import BRAND, COLOUR, KIND, PRICE
from lookalike.taste.history import SEEN, History
from lookalike.view import View

if TYPE_CHECKING:
    from lookalike.records.records import Records
    from lookalike.shopping.shopping import Shopping

_LISTED = 20
"""Values named in each part of what is learned."""

_ITEMS = 200
_TOUCHES = 2_000  # acts read at once; whoever did more is asked for by kind
_PAGE = 500


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """What came of a file of profiles: every row read is stored or listed."""

    rows: int
    stored: int
    problems: tuple[Problem, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        return {
            "rows": self.rows,
            "stored": self.stored,
            "problems": [problem.to_dict() for problem in self.problems],
        }


class Shoppers:
    """What an index knows of shoppers. Iterating gives the ids of all of whom something is known."""

    def __init__(self, index: Shopping) -> None:
        self._index = index

    def get(self, user: str) -> dict[str, Any]:
        """The document of one shopper: what is learned from events, what is declared, what is forgotten.

        One of whom nothing is known has a document that says so. Raises `BadArgument` for no id.
        """
        name = user_id(user)
        shopper = known_shopper(self._index._records, name, milliseconds())

        def told(view: View) -> dict[str, Any]:
            found = Understood.of(shopper, view)
            return {
                "user": name,
                "known": found.known,
                "learned": _learned(found),
                **shopper.profile.to_dict(),
            }

        return self._index._ask(told)

    def put(self, user: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Set what is declared, what is forgotten, or both, and return the whole document.

        Raises `BadArgument` for what cannot be set, with nothing changed.
        """
        name, records = user_id(user), self._index._recorded

        def change(before: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
            profile = Profile.read(before).changed(document, name)
            return profile.to_dict() if profile != Profile() else None

        records.change_profile(name, change)
        return self.get(name)

    def erase(self, user: str) -> dict[str, Any]:
        """Forget everything of a shopper; events of theirs that are delivered late stay away.

        Returns ``{"user", "events", "profile"}``: how many events went, and whether there was a profile.
        """
        name, records = user_id(user), self._index._recorded
        profile = records.profile(name) is not None
        return {"user": name, "events": records.erase(name), "profile": profile}

    def add(self, profiles: str | Path | Iterable[Mapping[str, Any]]) -> ProfileReport:
        """Store what shoppers declare, of a table with a line each, or of rows by column name.

        Columns are user, gender, sizes, brands, colours, kinds, budget, currency, and avoid_brands,
        avoid_colours, avoid_kinds, by these or usual other names. A later row of a shopper replaces an
        earlier one. Raises `CatalogError` when the table cannot be read, or has no column of users.
        """
        records = self._index._recorded
        rows, stored = 0, 0
        problems: list[Problem] = []
        for row in read_profiles(profiles):
            rows += 1
            if isinstance(row, Problem):
                problems.append(row)
                continue
            records.change_profile(row.user, partial(_declared, row.declared))
            stored += 1
        return ProfileReport(rows, stored, tuple(problems))

    def __iter__(self) -> Iterator[str]:
        offset = 0
        while page := self._index._records.users(limit=_PAGE, offset=offset):
            yield from page
            offset += len(page)


def _declared(declared: Declared, before: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A profile that declares this, and is otherwise as it was."""
    return Profile(declared, Profile.read(before).forgotten).to_dict()


def milliseconds() -> int:
    """The time, in milliseconds since 1970."""
    return int(time.time() * 1000)


def user_id(given: object) -> str:
    """A shopper's id as text; a whole number is taken as its digits. Raises `BadArgument`."""
    text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise BadArgument(
            f"{str(given)[:80]!r} is no shopper's id.", next_step=f"Give a text of up to {LONGEST} signs."
        )
    return text


def known_shopper(records: Records, user: str | None, now: int, recent: tuple[str, ...] = ()) -> Shopper:
    """A shopper as the records know them at ``now``; a visit alone where there is no user."""
    if user is None:
        return Shopper(now, recent=recent)
    touches = records.touches(user=user, limit=_TOUCHES)
    times: dict[Kind, Mapping[str, int]] = {
        kind: {touch.item: touch.time for touch in touches if touch.kind == kind}
        if len(touches) < _TOUCHES
        else records.items_of(user, (kind,))
        for kind in ("bought", "disliked", *SEEN)
    }
    return Shopper.of_acts(touches, times, now, recent=recent, profile=Profile.read(records.profile(user)))


def _learned(found: Understood) -> dict[str, Any]:
    """What follows from events, the strongest first, each with the count of products that it is from."""
    rows = np.array([piece.row for piece in found.history.liked], dtype=np.intp)

    def named(respect: str) -> list[dict[str, Any]]:
        return [
            {
                "name": leaf(liking.name) if respect == KIND else liking.name,
                "weight": liking.weight,
                "from": liking.products,
            }
            for liking in found.taste.likings(respect, rows)[:_LISTED]
        ]

    own = (KIND, BRAND, COLOUR, PRICE)
    others = [one.name for one in found.taste.ground.respects if one.name not in own]
    return {
        "kinds": named(KIND),
        "brands": named(BRAND),
        "colours": named(COLOUR),
        "attributes": {name: likings for name in others if (likings := named(name))},
        "price": _price(found),
        "items": [
            {"id": piece.item, "kind": piece.kind, "time": piece.time}
            for piece in _counting(found.history)[:_ITEMS]
        ],
    }


def _counting(history: History) -> list[Any]:
    """What counts, the latest first."""
    return sorted((*history.liked, *history.disliked), key=lambda piece: (-piece.time, piece.item))


def _price(found: Understood) -> dict[str, Any] | None:
    """Between which prices nine of ten of what was chosen lie, in the currency of the most of it."""
    ground = found.taste.ground
    priced = [piece for piece in found.history.liked if not np.isnan(ground.amounts[piece.row])]
    if not priced:
        return None
    worth: dict[int, float] = {}
    for piece in priced:
        code = int(ground.currency[piece.row])
        worth[code] = worth.get(code, 0.0) + piece.worth
    code = max(worth, key=lambda one: worth[one])
    chosen = sorted(
        (float(ground.amounts[piece.row]), piece.worth)
        for piece in priced
        if ground.currency[piece.row] == code
    )
    amounts = np.array([amount for amount, _ in chosen])
    below = np.cumsum([part for _, part in chosen]) / worth[code]
    low, high = (amounts[int(np.searchsorted(below, share - 1e-9))] for share in (0.05, 0.95))
    currency = ground.currencies[code] if code >= 0 else ""
    return {"low": round(float(low), 2), "high": round(float(high), 2), "currency": currency}
