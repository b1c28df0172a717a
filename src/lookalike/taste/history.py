"""What a shopper did, told of one snapshot's products: what it says for and against them, and how much."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lookalike.events import Kind, Touch
from lookalike.neighbours.snapshot import Snapshot

STRENGTH: Final[Mapping[Kind, float]] = {
    "bought": 1.0,
    "liked": 1.0,
    "carted": 0.7,
    "viewed": 0.3,
    "clicked": 0.2,
}
"""How much one act says for a product. That it was shown says nothing: nobody chose it."""

AGAINST: Final[Mapping[Kind, float]] = {"disliked": 1.0, "returned": 0.4}
"""How much one act says against a product."""

SEEN: Final[tuple[Kind, ...]] = ("clicked", "viewed", "liked", "carted", "returned")
"""What nobody does without having seen the product."""

HALF_LIFE: Final = 14 * 24 * 3600 * 1000
FADED: Final = 0.03
"""Milliseconds before the last act at which another counts half; and what the oldest count."""

HALF_AFTER: Final = 10.0
"""When so much was done since, an act counts half: tastes also change within a day."""

_MANY = 2.0  # what is done again and again counts so much at most


@dataclass(frozen=True, slots=True)
class Piece:
    """A product that a shopper did something with: its row, the act that counts, when, and how much."""

    item: str
    row: int
    kind: Kind
    time: int
    worth: float


@dataclass(frozen=True, slots=True)
class History:
    """What speaks ``for`` a shopper's taste and what ``against`` it, the weightiest first.

    ``passed_over`` is how many products of the touches are not in the catalogue.
    """

    liked: tuple[Piece, ...] = ()
    disliked: tuple[Piece, ...] = ()
    passed_over: int = 0

    def __bool__(self) -> bool:
        return bool(self.liked or self.disliked)

    @classmethod
    def of(
        cls, touches: Iterable[Touch], snapshot: Snapshot, now: int, forgotten: Collection[str] = ()
    ) -> History:
        """Read touches, at ``now`` (milliseconds since 1970); ``forgotten`` ids do not count.

        Of each product the last word holds: one that was liked and then disliked is disliked. What was
        returned speaks against itself, less than a dislike. Variants of one style, and copies, count once
        together. The newer weighs more: half as much `HALF_LIFE` before the last act.
        """
        by_item: dict[str, list[Touch]] = {}
        for touch in touches:
            if touch.item not in forgotten:
                by_item.setdefault(touch.item, []).append(
                    touch if touch.time <= now else replace(touch, time=now)
                )
        pieces, passed_over = [], 0
        for item, own in by_item.items():
            row = snapshot.row_of.get(item)
            piece = None if row is None else _judged(item, row, own)
            passed_over += row is None
            if piece is not None:
                pieces.append(piece)
        aged = _once(_aged(pieces), snapshot)
        aged.sort(key=lambda piece: (-abs(piece.worth), -piece.time, piece.item))
        return cls(
            tuple(piece for piece in aged if piece.worth > 0),
            tuple(replace(piece, worth=-piece.worth) for piece in aged if piece.worth < 0),
            passed_over,
        )


def owned(bought: Mapping[str, int], returned: Mapping[str, int]) -> frozenset[str]:
    """Ids that were bought and not returned since, of the last time of each."""
    return frozenset(item for item, time in bought.items() if returned.get(item, time - 1) < time)


def _judged(item: str, row: int, touches: Sequence[Touch]) -> Piece | None:
    """What the acts with one product say in the end; None where they say nothing."""
    last = {touch.kind: touch for touch in touches}
    if len(last) < len(touches):
        last = {touch.kind: touch for touch in sorted(touches, key=lambda touch: touch.time)}
    if "returned" in last and "bought" in last and last["returned"].time >= last["bought"].time:
        del last["bought"]
    against = [touch for kind, touch in last.items() if kind in AGAINST]
    chosen = [touch for kind, touch in last.items() if kind in ("bought", "liked", "carted")]
    if against:
        latest = max(against, key=lambda touch: (AGAINST[touch.kind], touch.time))
        if max((touch.time for touch in chosen if touch.kind != "carted"), default=-1) <= latest.time:
            return Piece(item, row, latest.kind, latest.time, -AGAINST[latest.kind])
    positive = [touch for kind, touch in last.items() if kind in STRENGTH]
    if not positive:
        return None
    best = max(positive, key=lambda touch: (STRENGTH[touch.kind], touch.time))
    time = max(touch.time for touch in positive)
    return Piece(item, row, best.kind, time, STRENGTH[best.kind] * _often(best.weight))


def _often(weight: float) -> float:
    return min(_MANY, max(0.5, 1 + 0.25 * math.log2(max(weight, 0.25))))


def _aged(pieces: Sequence[Piece]) -> list[Piece]:
    """The same, the newest first, each worth less the older it is."""
    ordered = sorted(pieces, key=lambda piece: (-piece.time, piece.item))
    if not ordered:
        return []
    latest, since = ordered[0].time, 0.0
    aged = []
    for piece in ordered:
        fresh = FADED + (1 - FADED) * 0.5 ** ((latest - piece.time) / HALF_LIFE)
        aged.append(replace(piece, worth=piece.worth * fresh * 0.5 ** (since / HALF_AFTER)))
        since += abs(piece.worth)
    return aged


def _once(pieces: Sequence[Piece], snapshot: Snapshot) -> list[Piece]:
    """Pieces of one family share what the weightiest of them is worth."""
    group = snapshot.kin.group
    most: dict[tuple[int, bool], float] = {}
    total: dict[tuple[int, bool], float] = {}
    for piece in pieces:
        key = int(group[piece.row]), piece.worth > 0
        most[key] = max(most.get(key, 0.0), abs(piece.worth))
        total[key] = total.get(key, 0.0) + abs(piece.worth)
    shared = []
    for piece in pieces:
        key = int(group[piece.row]), piece.worth > 0
        part = 1.0 if key[0] < 0 else most[key] / total[key]
        shared.append(replace(piece, worth=piece.worth * part))
    return shared
