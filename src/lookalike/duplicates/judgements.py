"""What a person said of pictures: the same, and which one to keep, or not the same."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from numbers import Integral
from typing import Any

from lookalike.duplicates.finding import KINDS, SAME_PHOTOGRAPH
from lookalike.duplicates.groups import Pair, PictureKey
from lookalike.errors import BadArgument, IndexDamaged

NAME = "judgements.json"
"""The note in which a store keeps them."""

SAME = "same"
NOT_SAME = "not-same"
UNDO = "undo"
VERDICTS = (SAME, NOT_SAME, UNDO)
"""What may be said of two pictures; the last takes back what was said of them before."""

_FORMAT = 1
_CLIQUE = 64  # pictures called the same that are all tied to each other; of more, to the first

Home = tuple[str, str]
"""A product id and the content hash of one of its pictures: what a judgement holds on to."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was said of two pictures. It holds while both products have pictures of these contents.

    ``keep`` is the picture that stays where they are the same. The contents are known once it is taken.
    """

    keep: PictureKey
    other: PictureKey
    verdict: str
    keep_content: str = ""
    other_content: str = ""

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Judgement:
        """The judgement of ``{"keep": {"id", "picture"}, "other": ..., "verdict"}``; raises `BadArgument`."""
        keep, other = (_key(document, name) for name in ("keep", "other"))
        verdict = document.get("verdict")
        if verdict not in VERDICTS:
            raise BadArgument(
                f"The verdict is {str(verdict)[:40]!r}.", next_step=f"Choose {', '.join(VERDICTS)}."
            )
        return cls(keep, other, verdict)

    def to_dict(self) -> dict[str, Any]:
        """The judgement as one JSON-ready document."""
        keep, other = ({"id": i, "picture": position} for i, position in (self.keep, self.other))
        return {"keep": keep, "other": other, "verdict": self.verdict}

    @property
    def homes(self) -> tuple[Home, Home]:
        """What the judgement holds on to, of the kept picture and of the other."""
        return (self.keep[0], self.keep_content), (self.other[0], self.other_content)


class Judgements:
    """All that was said, by what it holds on to, the oldest first."""

    def __init__(self, said: Iterable[Judgement] = ()) -> None:
        self._said: dict[frozenset[Home], Judgement] = {}
        for judgement in said:
            self._take(judgement)

    def _take(self, judgement: Judgement) -> None:
        """The newest word on two pictures counts."""
        about = frozenset(judgement.homes)
        self._said.pop(about, None)
        if judgement.verdict != UNDO:
            self._said[about] = judgement

    def joined(self, others: Iterable[Judgement]) -> Judgements:
        """These, and newer ones."""
        return Judgements([*self._said.values(), *others])

    @classmethod
    def from_bytes(cls, data: bytes | None, where: str = NAME) -> Judgements:
        """What `to_bytes` wrote. Raises `IndexDamaged`, since nobody can find it out again."""
        if data is None:
            return cls()
        try:
            document = json.loads(data)
            if document["format"] != _FORMAT:
                raise ValueError("another format")
            return cls(map(_noted, document["judgements"]))
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise IndexDamaged(
                f"What was said about duplicates cannot be read: {where} in the index is damaged.",
                next_step="Bring the file back from a copy, or delete it to begin anew.",
            ) from error

    def to_bytes(self) -> bytes:
        """JSON, a line for each judgement."""
        lines = [
            json.dumps([*j.keep, j.keep_content, *j.other, j.other_content, j.verdict], ensure_ascii=True)
            for j in self
        ]
        listed = ",\n".join(lines)
        return f'{{"format": {_FORMAT}, "judgements": [\n{listed}\n]}}\n'.encode()

    def __iter__(self) -> Iterator[Judgement]:
        return iter(self._said.values())

    def __len__(self) -> int:
        return len(self._said)

    def among(self, keys: Sequence[PictureKey], contents: Sequence[str]) -> list[Judgement]:
        """Those that hold among these pictures, with the positions that the pictures have now.

        Where a product has a picture several times, what is said of one of them is said of each.
        """
        wanted = {home for judgement in self for home in judgement.homes}
        ids = {product_id for product_id, _ in wanted}
        places: dict[Home, list[PictureKey]] = defaultdict(list)
        for key, content in zip(keys, contents, strict=True):
            if key[0] in ids and (key[0], content) in wanted:
                places[key[0], content].append(key)
        held = []
        for judgement in self:
            keeps, others = (places.get(home, []) for home in judgement.homes)
            if keeps and others:
                ends = _ends(judgement, keeps, others)
                held += [replace(judgement, keep=keep, other=other) for keep, other in ends]
        return held


def _ends(
    judgement: Judgement, keeps: Sequence[PictureKey], others: Sequence[PictureKey]
) -> list[tuple[PictureKey, PictureKey]]:
    """The pictures to keep and the others of a judgement, where each may be there several times."""
    if judgement.verdict == SAME:
        keep = judgement.keep if judgement.keep in keeps else keeps[0]
        return [(keep, other) for other in dict.fromkeys([*others, *keeps]) if other != keep]
    return [(keep, other) for keep, other in product(keeps, others) if keep != other]


def settled(
    pairs: Sequence[Pair], judgements: Sequence[Judgement], wanted: Callable[[Pair], bool]
) -> tuple[list[Pair], set[tuple[PictureKey, PictureKey]]]:
    """The wanted ones of ``pairs`` and those that a person tied; and the pairs that a person took apart.

    What is the same as one picture is so as all that is the same as that; what is not the same as one of them
    is not the same as any. Of two words on the same two pictures the direct one counts.
    """
    same = _joined_up([j for j in judgements if j.verdict == SAME])
    number = {key: at for at, members in enumerate(same) for key in members}
    apart = {_sorted(j.keep, j.other) for j in judgements if j.verdict == NOT_SAME}
    for one, other in list(apart):
        left, right = number.get(one), number.get(other)
        if left is None or right is None or left != right:
            ends = (same[at] if at is not None else [key] for at, key in ((left, one), (right, other)))
            apart |= {_sorted(*two) for two in product(*ends)}
    tied = {two for members in same for two in _two_of(members)} - apart
    best: dict[tuple[PictureKey, PictureKey], Pair] = {}
    for pair in pairs:
        two = (pair.first, pair.second)
        if two in tied and (two not in best or _rank(pair) < _rank(best[two])):
            best[two] = pair
    chosen = [pair for pair in pairs if wanted(pair)]
    chosen += [best.get(two, Pair(*two, SAME_PHOTOGRAPH, 1.0)) for two in sorted(tied)]
    return [*chosen, *_also(chosen, same, number)], apart


def _also(
    chosen: Sequence[Pair], same: Sequence[Sequence[PictureKey]], number: Mapping[PictureKey, int]
) -> Iterator[Pair]:
    """What is tied to a picture, tied also to those that a person called the same as it.

    Else one of them could be drawn into another group, away from the others.
    """
    for pair in chosen:
        for end, other in ((pair.first, pair.second), (pair.second, pair.first)):
            if end in number and number[end] != number.get(other):
                for key in same[number[end]][:_CLIQUE]:
                    if key != end:
                        yield Pair(*_sorted(key, other), pair.kind, pair.similarity)


def _joined_up(same: Sequence[Judgement]) -> list[list[PictureKey]]:
    """The pictures that are the same by what was said, directly or over others, each set sorted."""
    ties: dict[PictureKey, set[PictureKey]] = defaultdict(set)
    for judgement in same:
        ties[judgement.keep].add(judgement.other)
        ties[judgement.other].add(judgement.keep)
    sets, met = [], set[PictureKey]()
    for start in ties:
        if start not in met:
            members, waiting = {start}, [start]
            while waiting:
                fresh = ties[waiting.pop()] - members
                members |= fresh
                waiting += fresh
            met |= members
            sets.append(sorted(members))
    return sets


def _two_of(members: Sequence[PictureKey]) -> Iterable[tuple[PictureKey, PictureKey]]:
    if len(members) <= _CLIQUE:
        return combinations(members, 2)
    return ((members[0], other) for other in members[1:])


def _rank(pair: Pair) -> tuple[int, float]:
    return KINDS.index(pair.kind), -pair.similarity


def _sorted(one: PictureKey, other: PictureKey) -> tuple[PictureKey, PictureKey]:
    return (one, other) if one <= other else (other, one)


def _noted(row: Sequence[Any]) -> Judgement:
    """The judgement of a line that `Judgements.to_bytes` wrote. Raises `ValueError`."""
    keep, at, content, other, other_at, other_content, verdict = row
    texts, positions = (keep, content, other, other_content), (at, other_at)
    if not (all(isinstance(one, str) for one in texts) and all(type(one) is int for one in positions)):
        raise ValueError("no pictures")
    if verdict not in VERDICTS:
        raise ValueError("no verdict")
    return Judgement((keep, at), (other, other_at), verdict, content, other_content)


def _key(document: Mapping[str, Any], name: str) -> PictureKey:
    """The picture under a name. Raises `BadArgument`."""
    given = document.get(name) if isinstance(document, Mapping) else None
    step = '{"keep": {"id": "1", "picture": 0}, "other": {"id": "2", "picture": 0}, "verdict": "same"}'
    if not isinstance(given, Mapping) or not isinstance(given.get("id"), str | Integral):
        raise BadArgument(f"A judgement says of no picture that it is {name!r}.", next_step=f"Write {step}.")
    position = given.get("picture", 0)
    if isinstance(position, bool) or not isinstance(position, Integral) or position < 0:
        raise BadArgument(
            f"picture is {str(position)[:40]!r}.", next_step="Give the number of a picture: 0 is the first."
        )
    return str(given["id"]), int(position)
