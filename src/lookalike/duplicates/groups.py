"""Pairs become groups: every member is joined to the group's head itself, never over another member.

A group of pairs chained one after the other joins pictures that nobody would call alike. Here a picture
belongs to a group only by a pair with its head, so that every member was compared with one and the same
picture, and the worst of these pairs is known.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lookalike.duplicates.changes import IN_COLOUR

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
    pairs: Iterable[Pair],
    order: Sequence[str],
    apart: Collection[tuple[PictureKey, PictureKey]] = (),
    bound: Collection[PictureKey] = (),
) -> list[Group]:
    """Groups of the pictures that ``pairs`` name, each picture in one group at most.

    ``order`` lists the kinds from the surest to the weakest. ``apart`` are pairs of pictures that a person
    called not the same, in either order: no group holds both. The picture with the most ties is made a head
    first, and each picture goes to the head it is tied to best, unless it is ``bound`` by what a person said;
    what is left over without a tie to a head is in no group. A picture without colours is the head of none
    in colour. The answer does not depend on the order of ``pairs``, and is sorted by the keys of the heads.
    """
    rank = {kind: at for at, kind in enumerate(order)}
    foes: dict[PictureKey, set[PictureKey]] = defaultdict(set)
    for one, other in apart:
        foes[one].add(other)
        foes[other].add(one)
    ties: _Ties = defaultdict(dict)
    for pair in sorted(pairs, key=lambda pair: _strength(pair, rank)):
        if pair.first != pair.second and pair.second not in foes.get(pair.first, ()):
            for head, other, seen in (
                (pair.first, pair.second, pair.changes),
                (pair.second, pair.first, pair.back),
            ):
                if IN_COLOUR not in seen:
                    ties[head].setdefault(other, pair)
    heads = _headed(ties, foes, rank)
    _to_the_best(heads, ties, foes, rank, frozenset(bound))
    groups = [
        _group([Member(head, "", 1.0), *(_member(head, pair) for pair in _by_strength(own.values(), rank))])
        for head, own in heads.items()
        if own
    ]
    return sorted(groups, key=lambda group: group.head.picture)


_Ties = dict[PictureKey, dict[PictureKey, Pair]]
"""The pictures that one may be the head of, and why."""


def _headed(ties: _Ties, foes: Mapping[PictureKey, set[PictureKey]], rank: Mapping[str, int]) -> _Ties:
    """Heads with what is still free when their turn comes, those with the most ties first.

    What nobody took is the head of nothing yet.
    """
    taken: set[PictureKey] = set()
    heads: _Ties = {}
    for head in sorted(ties, key=lambda key: (-len(ties[key]), key)):
        if head in taken:
            continue
        own: dict[PictureKey, Pair] = {}
        for pair in _by_strength((pair for other, pair in ties[head].items() if other not in taken), rank):
            other = pair.second if pair.first == head else pair.first
            if foes.get(other, set()).isdisjoint(own):
                own[other] = pair
        if own:
            heads[head] = own
            taken |= {head, *own}
    return heads | {head: {} for head in ties if head not in taken}


def _to_the_best(
    heads: _Ties,
    ties: _Ties,
    foes: Mapping[PictureKey, set[PictureKey]],
    rank: Mapping[str, int],
    bound: Collection[PictureKey],
) -> None:
    """Move every member to the head it is tied to best, in place; the last one of a group stays."""
    home = {other: head for head, own in heads.items() for other in own}
    choices: dict[PictureKey, list[PictureKey]] = defaultdict(list)
    for head in heads:
        for other in ties[head]:
            if other in home and other not in bound:
                choices[other].append(head)
    for other in sorted(choices):
        for head in sorted(choices[other], key=lambda head: (*_strength(ties[head][other], rank)[:2], head)):
            if head == home[other]:
                break
            if len(heads[home[other]]) > 1 and foes.get(other, set()).isdisjoint(heads[head]):
                del heads[home[other]][other]
                heads[head][other] = ties[head][other]
                break


def _by_strength(pairs: Iterable[Pair], rank: Mapping[str, int]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: _strength(pair, rank))


def _member(head: PictureKey, pair: Pair) -> Member:
    if pair.first == head:
        return Member(pair.second, pair.kind, pair.similarity, pair.changes)
    return Member(pair.first, pair.kind, pair.similarity, pair.back)


def _strength(pair: Pair, rank: Mapping[str, int]) -> tuple[int, float, PictureKey, PictureKey]:
    """Sorts the surest pairs first; ties by keys."""
    return rank[pair.kind], -pair.similarity, pair.first, pair.second


def _group(members: list[Member]) -> Group:
    kind = members[-1].kind
    keys = "\n".join(f"{product}\t{position}" for product, position in sorted(m.picture for m in members))
    name = hashlib.blake2b(keys.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    head = Member(members[0].picture, members[1].kind, 1.0)
    return Group(name, kind, (head, *members[1:]))
