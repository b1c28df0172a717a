"""Pairs become groups: every member is joined to the group's head itself, never over another member.

A group of pairs chained one after the other joins pictures that nobody would call alike. Here a picture
belongs to a group only by a pair with its head, so that every member was compared with one and the same
picture, and the worst of these pairs is known.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

PictureKey = tuple[str, int]
"""Product id and position of a picture."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures and why they belong together: ``kind``, and ``similarity`` from 0 to 1.

    ``first`` stands before ``second`` in the order of keys. ``changes`` say in words what was done to the
    second, as seen from the first; ``back`` what was done to the first, as seen from the second.
    """

    first: PictureKey
    second: PictureKey
    kind: str
    similarity: float
    changes: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A picture of a group, and how it is tied to the head; the head itself has a similarity of 1.

    ``changes`` say in words what was done to it, as seen from the head.
    """

    picture: PictureKey
    kind: str
    similarity: float
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Two or more pictures that are the same. ``members`` begin with the head; the best ones follow.

    ``kind`` is the weakest of its members'. ``id`` is the same as long as the members are.
    """

    id: str
    kind: str
    members: tuple[Member, ...]

    @property
    def head(self) -> Member:
        """The picture that all others were compared with."""
        return self.members[0]

    @property
    def worst(self) -> Member:
        """The member that is least like the head."""
        return self.members[-1]


def grouped(
    pairs: Iterable[Pair], order: Sequence[str], apart: Collection[tuple[PictureKey, PictureKey]] = ()
) -> list[Group]:
    """Groups of the pictures that ``pairs`` name, each picture in one group at most.

    ``order`` lists the kinds from the surest to the weakest. ``apart`` are pairs of pictures that a person
    called not the same, in either order: no group holds both. The picture with the most and best ties is made
    a head first; what is left over without a tie to a head that is free is in no group. The answer does not
    depend on the order of ``pairs``, and is sorted by the keys of the heads.
    """
    rank = {kind: at for at, kind in enumerate(order)}
    foes: dict[PictureKey, set[PictureKey]] = defaultdict(set)
    for one, other in apart:
        foes[one].add(other)
        foes[other].add(one)
    ties: dict[PictureKey, dict[PictureKey, Pair]] = defaultdict(dict)
    for pair in sorted(pairs, key=lambda pair: _strength(pair, rank)):
        if pair.first != pair.second and pair.second not in foes.get(pair.first, ()):
            ties[pair.first].setdefault(pair.second, pair)
            ties[pair.second].setdefault(pair.first, pair)
    free = set(ties)
    groups = []
    for head in sorted(ties, key=lambda key: (-len(ties[key]), -_total(ties[key]), key)):
        if head not in free:
            continue
        own = [pair for other, pair in ties[head].items() if other in free]
        members, inside = [Member(head, "", 1.0)], {head}
        for pair in sorted(own, key=lambda pair: _strength(pair, rank)):
            other = pair.second if pair.first == head else pair.first
            if inside.isdisjoint(foes.get(other, ())):
                changes = pair.changes if pair.first == head else pair.back
                members.append(Member(other, pair.kind, pair.similarity, changes))
                inside.add(other)
        if len(members) > 1:
            free -= inside
            groups.append(_group(members))
    return sorted(groups, key=lambda group: group.head.picture)


def _strength(pair: Pair, rank: dict[str, int]) -> tuple[int, float, PictureKey, PictureKey]:
    """Sorts the surest pairs first; ties by keys."""
    return rank[pair.kind], -pair.similarity, pair.first, pair.second


def _total(ties: dict[PictureKey, Pair]) -> float:
    return sum(sorted(pair.similarity for pair in ties.values()))


def _group(members: list[Member]) -> Group:
    kind = members[-1].kind
    keys = "\n".join(f"{product}\t{position}" for product, position in sorted(m.picture for m in members))
    name = hashlib.blake2b(keys.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    head = Member(members[0].picture, members[1].kind, 1.0)
    return Group(name, kind, (head, *members[1:]))
