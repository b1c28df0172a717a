"""A shopper, or a visit: what is known of them, and what it means in the words of one catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from lookalike.asking.examples import gathered
from lookalike.events import Kind, Touch
from lookalike.taste.document import Profile
from lookalike.taste.history import SEEN, History, Piece, owned
from lookalike.taste.taste import Leaning, Taste, rows_of
from lookalike.vectors import Floats
from lookalike.view import View

LOOKED_AT = 30
"""Products whose looks are gathered into leanings, the weightiest; how many of them ask is `LEANINGS`."""

LEANINGS = 4

_COUNTED = 500  # acts that make a taste, the latest

Known = Literal["history", "session", "profile", "nothing"]

_TOLD: Final[tuple[Kind, ...]] = ("bought", "disliked", *SEEN)


@dataclass(frozen=True, slots=True)
class Shopper:
    """What is known of a shopper, or of a visit, at ``now`` (milliseconds since 1970).

    ``touches`` are what was done with products, ``recent`` the ids that this visit looked at, the last one
    last. ``owned``, ``disliked`` and ``seen`` are ids; ``seen`` ones may come where they are asked for.
    """

    now: int
    touches: tuple[Touch, ...] = ()
    recent: tuple[str, ...] = ()
    profile: Profile = field(default_factory=Profile)
    owned: frozenset[str] = frozenset()
    disliked: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    @classmethod
    def of_acts(
        cls,
        touches: Sequence[Touch],
        times: Mapping[Kind, Mapping[str, int]],
        now: int,
        *,
        recent: tuple[str, ...] = (),
        profile: Profile | None = None,
    ) -> Shopper:
        """Whoever did this: ``touches``, the latest first, and by kind when each product was touched last."""
        last: dict[Kind, Mapping[str, int]] = {kind: times.get(kind, {}) for kind in _TOLD}
        mine = owned(last["bought"], last["returned"])
        disliked = frozenset(
            item for item, time in last["disliked"].items() if last["liked"].get(item, time - 1) <= time
        )
        seen = {item for kind in (*SEEN, "disliked") for item in last[kind]} - mine - disliked
        return cls(
            now,
            touches=tuple(touches[:_COUNTED]),
            recent=recent,
            profile=profile or Profile(),
            owned=mine,
            disliked=disliked,
            seen=frozenset(seen),
        )

    @property
    def all_touches(self) -> list[Touch]:
        """The touches and, latest first, what this visit looked at; those that are forgotten left out."""
        forgotten = set(self.profile.forgotten)
        looked = [
            Touch(item, "viewed", self.now - place * 1000, 1.0)
            for place, item in enumerate(dict.fromkeys(reversed(self.recent)))
        ]
        return [touch for touch in (*looked, *self.touches) if touch.item not in forgotten]


@dataclass(frozen=True, eq=False)
class Understood:
    """A shopper in the words of one version: what was done with its products, and the taste that follows."""

    shopper: Shopper
    history: History
    taste: Taste
    looks: Floats
    norms: Floats

    @classmethod
    def of(cls, shopper: Shopper, view: View) -> Understood:
        """Gather what was chosen by its looks; each gathering is a leaning of its own."""
        history = History.of(shopper.all_touches, view.snapshot, shopper.now)
        looks, norms, leanings = _leanings(view, history)
        taste = Taste.of(view.ground, leanings, history, shopper.profile.declared)
        return cls(shopper, history, taste, looks, norms)

    @property
    def known(self) -> Known:
        """What there is to go by."""
        if self.history:
            return "history" if self.shopper.touches else "session"
        return "profile" if self.shopper.profile.declared else "nothing"


def _leanings(view: View, history: History) -> tuple[Floats, Floats, list[Leaning]]:
    """The looks (m, dim) and lengths (m,) of what was chosen, and what is in each; the weightiest first.

    What has no picture is gathered by its kind.
    """
    snapshot = view.snapshot
    liked = [piece for piece in history.liked if snapshot.pictured[piece.row]][:LOOKED_AT]
    rows, worth = rows_of(liked)
    bad, badly = rows_of([piece for piece in history.disliked if snapshot.pictured[piece.row]])
    middle = (view.scales["look"].low + view.scales["look"].high) / 2
    looks, groups = gathered(
        snapshot.looks_of(rows),
        worth.astype(np.float32),
        snapshot.looks_of(bad),
        badly.astype(np.float32),
        middle,
    )
    found = [Leaning(rows[group], worth[group]) for group in groups]
    order = sorted(range(len(found)), key=lambda at: -found[at].weight)[:LEANINGS]
    firsts = [snapshot.pictures_of(row).start for row in rows.tolist()]
    norms = np.array([snapshot.norms[firsts][groups[at]].mean() for at in order], dtype=np.float32)
    blank: dict[int, list[Piece]] = {}
    for piece in history.liked:
        if not snapshot.pictured[piece.row]:
            blank.setdefault(int(view.kinds.codes[piece.row]), []).append(piece)
    others = [Leaning(*rows_of(pieces)) for pieces in blank.values()]
    return looks[order], norms, [*(found[at] for at in order), *others[:LEANINGS]]
