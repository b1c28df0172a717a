"""What shoppers did, as a shop tells it: one event, many as columns, and all that one did with a product."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from numbers import Real
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument

Kind = Literal["shown", "clicked", "viewed", "liked", "disliked", "carted", "bought", "returned"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""What can be done with a product: seen in a list, chosen there, its page seen, and so on."""

LONGEST: Final = 1_000
"""Characters of an id of a shopper, product, session or event, or of a token; what is longer is none."""

SESSION_GAP: Final = 30 * 60 * 1000
"""Milliseconds without an event after which the next one of a shopper begins another session."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one shopper did with one product.

    ``user`` is the shopper, "" where nobody knows; ``session`` is the visit, "" where none is named: one of
    both is there. ``time`` is milliseconds since 1970, UTC. ``weight`` is how often or how much, such as the
    quantity bought, above zero. ``answer`` is the attribution token of the answer that showed the product,
    "" for none. ``id`` is the sender's own name of this event, "" where it has none. ``row`` is where it
    stood in its source, from 1.
    Raises `BadArgument` for what is no event.
    """

    user: str
    item: str
    kind: Kind
    time: int
    weight: float = 1.0
    session: str = ""
    answer: str = ""
    id: str = ""
    row: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not (self.user or self.session):
            raise BadArgument("Nobody did it.", next_step="Name a user or a session.")
        if not self.item:
            raise BadArgument("It was done with no product.", next_step="Name the item.")
        if self.kind not in KINDS:
            raise BadArgument(
                f"There is no event {str(self.kind)[:80]!r}.", next_step=f"Choose {', '.join(KINDS)}."
            )
        if not isinstance(self.weight, Real) or not 0 < self.weight < float("inf"):
            raise BadArgument(f"The weight is {self.weight!r}.", next_step="Give a number above zero.")

    @property
    def key(self) -> bytes:
        """What makes this event the same as one that came before, 16 bytes.

        That is the sender's id with user, item and kind, where there is one; else everything that is said.
        """
        told = (self.id, self.user, self.session, self.item, self.kind)
        more = () if self.id else (str(self.time), repr(float(self.weight)), self.answer)
        text = "\x1f".join(part.replace("\x1f", "\x1f\x1f") for part in (*told, *more))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Touch:
    """What one shopper did with one product, in all: how often (``weight`` summed), and when last."""

    item: str
    kind: Kind
    time: int
    weight: float


@dataclass(frozen=True, slots=True)
class Log:
    """n events in order of time, as columns of codes.

    ``user`` (n,) are places in ``users``, -1 for nobody; ``item`` (n,) places in ``items``; ``session`` (n,)
    numbers of visits; ``kind`` (n,) places in `KINDS`; ``time`` (n,) milliseconds since 1970; ``weight``
    (n,). ``revision`` says which state of the records it was read from.
    """

    users: tuple[str, ...]
    items: tuple[str, ...]
    user: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    session: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]
    time: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float32]
    revision: int = 0

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def of(cls, events: Iterable[Event], revision: int = 0) -> Log:
        """Events in any order as a log. See `from_columns` for sessions."""
        told = list(events)
        return cls.from_columns(
            users=[event.user for event in told],
            items=[event.item for event in told],
            sessions=[event.session for event in told],
            kinds=np.array([KINDS.index(event.kind) for event in told], dtype=np.int8),
            times=np.array([event.time for event in told], dtype=np.int64),
            weights=np.array([event.weight for event in told], dtype=np.float32),
            revision=revision,
        )

    @classmethod
    def from_columns(
        cls,
        *,
        users: Iterable[str],
        items: Iterable[str],
        sessions: Iterable[str],
        kinds: npt.NDArray[np.int8],
        times: npt.NDArray[np.int64],
        weights: npt.NDArray[np.float32],
        revision: int = 0,
    ) -> Log:
        """The same from n texts each, "" for nobody and for a session without a name, in any order.

        Events without a session are of one while no more than `SESSION_GAP` lies between two of the same
        user.
        """
        user_names, user = _coded(users, missing=True)
        item_names, item = _coded(items, missing=False)
        _, named = _coded(sessions, missing=True)
        order = np.lexsort((np.arange(len(times)), times))
        user, item, named = user[order], item[order], named[order]
        session = _visits(user, named, times[order])
        return cls(
            user_names, item_names, user, item, session, kinds[order], times[order], weights[order], revision
        )


def _coded(texts: Iterable[str], *, missing: bool) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """Texts by their first appearance, and their codes; -1 for "" where that means a missing one."""
    place: dict[str, int] = {"": -1} if missing else {}
    less = len(place)
    codes = [place.setdefault(text, len(place) - less) for text in texts]
    return tuple(text for text, code in place.items() if code >= 0), np.array(codes, dtype=np.int32)


def _visits(
    user: npt.NDArray[np.int32], named: npt.NDArray[np.int32], time: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    """Numbers of the visits of events in order of time."""
    order = np.lexsort((np.arange(len(time)), named, user))
    u, s, t = user[order], named[order], time[order]
    begins = np.ones(len(t), dtype=np.bool_)
    if len(t):
        other = (u[1:] != u[:-1]) | (s[1:] != s[:-1])
        begins[1:] = other | ((s[1:] < 0) & (t[1:] - t[:-1] > SESSION_GAP))
    visits = np.empty(len(t), dtype=np.int32)
    visits[order] = np.cumsum(begins) - 1
    return visits
