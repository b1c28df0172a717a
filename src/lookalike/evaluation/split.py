"""Splits that do not leak: by hash of the product, with variants and equal pictures kept on one side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from lookalike.errors import BadArgument


def families(ids: Iterable[str], ties: Iterable[Sequence[str]]) -> dict[str, str]:
    """The family of each id, named by its smallest member: ids that share a tie, directly or by others.

    ``ties`` are lists of ids that belong together, such as the variants of a group or the products that
    show one picture. Ids that only ties name are left out of the answer.
    """
    wanted = list(dict.fromkeys(ids))
    parent: dict[str, str] = {i: i for i in wanted}

    def root(member: str) -> str:
        top = parent.setdefault(member, member)
        while parent[top] != top:
            top = parent[top]
        while parent[member] != top:
            parent[member], member = top, parent[member]
        return top

    for tie in ties:
        for one, other in pairwise(tie):
            first, second = sorted((root(one), root(other)))
            parent[second] = first
    return {i: root(i) for i in wanted}


def ties_of(values: Mapping[str, str | Iterable[str]]) -> list[list[str]]:
    """Lists of ids that share a value, such as a group or the content hash of a picture.

    ``values`` gives for each id one value or several; empty ones tie nothing.
    """
    holders: dict[str, dict[str, None]] = {}
    for i, given in values.items():
        for value in (given,) if isinstance(given, str) else given:
            if value:
                holders.setdefault(value, {})[i] = None
    return [list(sharing) for sharing in holders.values() if len(sharing) > 1]


def companions(ties: Iterable[Sequence[str]]) -> dict[str, frozenset[str]]:
    """For each id that a list names, the others it stands in a list with."""
    found: dict[str, set[str]] = {}
    for tie in ties:
        for i in tie:
            found.setdefault(i, set()).update(tie)
    return {i: frozenset(with_it - {i}) for i, with_it in found.items()}


def product_families(
    ids: Iterable[str],
    groups: Mapping[str, str] | None = None,
    contents: Mapping[str, str | Iterable[str]] | None = None,
) -> dict[str, str]:
    """The family of each product: variants of one style, and products that show one picture, stay together.

    ``groups`` gives a product's group, ``contents`` the content hashes of its pictures
    (`lookalike.hashing.content_hash`); products without either are families of their own.
    """
    return families(ids, [*ties_of(groups or {}), *ties_of(contents or {})])


def held_out(ids: Iterable[str], ties: Iterable[Sequence[str]], share: float = 0.2) -> set[str]:
    """The ids set apart for figures, never to be trained or chosen on: the hash-highest share of families."""
    return set(hash_split(families(ids, ties), share)[1])


def hash_split(family: Mapping[str, str], share: float, salt: str = "") -> tuple[list[str], list[str]]:
    """Ids on this side and on the other; about ``share`` of the families are on the other.

    The same family is always on the same side, whatever else is in the catalogue; the families with the
    highest hashes are set apart. ``salt`` makes another, independent split. Raises `BadArgument` unless
    share is between 0 and 1.
    """
    if not 0 < share < 1:
        raise BadArgument(f"A share of {share} splits nothing.", next_step="Give a share between 0 and 1.")
    here: list[str] = []
    apart: list[str] = []
    for i, name in family.items():
        (apart if position(name, salt) >= 1 - share else here).append(i)
    return here, apart


def position(name: str, salt: str = "") -> float:
    """Where a name falls between 0 and 1, evenly and for ever the same."""
    digest = hashlib.blake2b(f"{salt}\n{name}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
