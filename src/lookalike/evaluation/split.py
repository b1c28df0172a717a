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
