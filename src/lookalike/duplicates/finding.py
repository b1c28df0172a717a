"""The same picture twice: in a whole catalogue as groups, and for one picture on arrival."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.duplicates.candidates import (
    MEMORY,
    Pairs,
    equal_pairs,
    flipped,
    joined,
    nearest_pairs,
    signatures,
)
from lookalike.duplicates.groups import Group, Pair, PictureKey, grouped
from lookalike.duplicates.judging import Verdicts
from lookalike.duplicates.sight import Glances
from lookalike.duplicates.verification import Thumbnails, verify
from lookalike.errors import BadArgument
from lookalike.vectors import DECIMALS, Floats

SAME_BYTES = "same-bytes"
SAME_PIXELS = "same-pixels"
SAME_PHOTOGRAPH = "same-photograph"
VARIANT = "variant"

KINDS = (SAME_BYTES, SAME_PIXELS, SAME_PHOTOGRAPH, VARIANT)
"""From the surest: equal bytes; equal pixels in other bytes; one photograph, edited; and one photograph with
another colour or print of the item, which is no duplicate."""

DUPLICATES = KINDS[:3]
"""What is called a duplicate unless other kinds are asked for."""

THRESHOLD = 0.7
"""From how sure on two pictures are called the same photograph."""

VARIANT_THRESHOLD = 0.9
"""From how sure on two pictures of other colours are called the same forms."""

LOOKS = 5  # nearest by vector that are looked at again, of each picture
LOOK_LEAST = 0.75
SIGNATURES = 3  # nearest by signature
SIGNATURE_LEAST = 0.9
CHECKED = 8  # pictures that one on arrival is compared with


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is known of n pictures: ``keys``, hashes of bytes and of pixels, unit vectors ``looks`` (n, dim).

    ``thumbnails`` gives the small JPEGs of the pictures at some positions; it is called from one thread.
    """

    keys: Sequence[PictureKey]
    contents: Sequence[str]
    pixels: Sequence[str]
    looks: Floats
    glances: Glances
    thumbnails: Thumbnails

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Match:
    """A picture that is there already: which, as what, and how sure that is, 0 to 1."""

    picture: PictureKey
    kind: str
    similarity: float


def find(
    pictures: Pictures,
    *,
    kinds: Collection[str] = DUPLICATES,
    threshold: float = THRESHOLD,
    apart: Collection[tuple[PictureKey, PictureKey]] = (),
    memory: int = MEMORY,
    workers: int = 1,
) -> list[Group]:
    """Groups of pictures that are the same, for these kinds; ``apart`` are pairs that a person took apart.

    ``threshold`` is how sure the photograph must be the same. Pictures of one product count as any others.
    Raises `BadArgument` for an unknown kind or a threshold outside 0 to 1.
    """
    require(kinds, threshold)
    equal = equal_pairs(pictures.pixels)
    pairs = [*_certain(pictures, equal_pairs(pictures.contents), SAME_BYTES)]
    pairs += _certain(pictures, equal, SAME_PIXELS)
    if SAME_PHOTOGRAPH in kinds or VARIANT in kinds:
        copies = _copies(equal)
        found = _apart_from(near(pictures, memory), equal, len(pictures))
        for _ in range(2):
            seen = verify(found.first, found.second, pictures.glances, pictures.thumbnails, workers=workers)
            pairs += _judged(pictures, found, seen, threshold, copies)
            found = _untied(found, seen, threshold)
    return grouped([pair for pair in pairs if pair.kind in kinds], KINDS, apart)


def require(kinds: Collection[str], threshold: float) -> None:
    """Raise `BadArgument` unless the kinds are known and the threshold is from 0 to 1."""
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown or not kinds or isinstance(kinds, str):
        raise BadArgument(
            f"There is no kind {unknown[0]!r}." if unknown else "No kind was named.",
            next_step=f"Choose from {', '.join(KINDS)}.",
        )
    if not 0 <= threshold <= 1:
        raise BadArgument(f"A threshold of {threshold} is no share.", next_step="Give a number from 0 to 1.")


def near(pictures: Pictures, memory: int = MEMORY) -> Pairs:
    """The pairs of pictures worth a second look, by vector and by signature."""
    signed = signatures(pictures.glances)
    return joined(
        [
            nearest_pairs(pictures.looks, LOOKS, LOOK_LEAST, memory=memory),
            nearest_pairs(signed, SIGNATURES, SIGNATURE_LEAST, memory=memory),
            nearest_pairs(signed, 1, SIGNATURE_LEAST, turned=flipped(signed, down=True), memory=memory),
        ]
    )


def _apart_from(found: Pairs, equal: Pairs, count: int) -> Pairs:
    """Pairs without equal pixels; of pictures with equal pixels only the first is in them."""
    stands_for = np.arange(count)
    stands_for[equal.second] = equal.first
    first, second = stands_for[found.first], stands_for[found.second]
    alone = first != second
    ends = np.minimum(first, second)[alone], np.maximum(first, second)[alone]
    return joined([Pairs(*ends, found.scores[alone])])


def _copies(equal: Pairs) -> dict[int, list[int]]:
    """All pictures with the pixels of a first one, itself included, by its position."""
    copies: dict[int, list[int]] = {}
    for one, other in zip(equal.first.tolist(), equal.second.tolist(), strict=True):
        copies.setdefault(one, [one]).append(other)
    return copies


def _untied(found: Pairs, seen: Verdicts, threshold: float) -> Pairs:
    """Pairs that nobody has looked at: of a picture with many ties and what is tied to those only."""
    ties: dict[int, set[int]] = {}
    for at in np.flatnonzero(seen.photograph >= threshold).tolist():
        one, other = int(found.first[at]), int(found.second[at])
        ties.setdefault(one, set()).add(other)
        ties.setdefault(other, set()).add(one)
    wanted = set()
    for head, own in ties.items():
        for other in own:
            if (len(ties[other]), -other) <= (len(own), -head):
                wanted |= {(min(head, far), max(head, far)) for far in ties[other] - own - {head}}
    known = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    ends = np.array(sorted(wanted - known), dtype=np.int64).reshape(-1, 2)
    return Pairs(ends[:, 0], ends[:, 1], np.zeros(len(ends), dtype=np.float32))


def _certain(pictures: Pictures, pairs: Pairs, kind: str) -> list[Pair]:
    return [
        _pair(pictures.keys[one], pictures.keys[other], kind, 1.0)
        for one, other in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    ]


def _judged(
    pictures: Pictures, pairs: Pairs, seen: Verdicts, threshold: float, copies: dict[int, list[int]]
) -> list[Pair]:
    """What the second look found, also of all copies of the pictures it looked at."""
    found = []
    for at in np.flatnonzero((seen.photograph >= threshold) | (seen.form >= VARIANT_THRESHOLD)):
        one, other = int(pairs.first[at]), int(pairs.second[at])
        named = _named(seen, int(at), threshold)
        for left in copies.get(one, [one]):
            for right in copies.get(other, [other]):
                found.append(_pair(pictures.keys[left], pictures.keys[right], *named))
    return found


def _named(verdicts: Verdicts, at: int, threshold: float) -> tuple[str, float]:
    photograph = float(verdicts.photograph[at])
    if photograph >= threshold:
        return SAME_PHOTOGRAPH, round(photograph, DECIMALS)
    return VARIANT, round(float(verdicts.form[at]), DECIMALS)


def _pair(one: PictureKey, other: PictureKey, kind: str, similarity: float) -> Pair:
    first, second = sorted((one, other))
    return Pair(first, second, kind, similarity)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A picture that asks whether it is there already; fields as in `Pictures`, of one picture."""

    content: str
    pixels: str
    look: Floats
    glance: Glances
    thumbnail: bytes


def check(
    arrival: Arrival,
    pictures: Pictures,
    *,
    kinds: Collection[str] = DUPLICATES,
    threshold: float = THRESHOLD,
    signed: Floats | None = None,
) -> list[Match]:
    """The pictures that are the same as one on arrival, the surest first; none when it is new.

    ``signed`` are the `signatures` of the pictures, where they are kept. Raises `BadArgument` as `find` does.
    """
    require(kinds, threshold)
    matches = {}
    for at, (content, pixels) in enumerate(zip(pictures.contents, pictures.pixels, strict=True)):
        if content == arrival.content or pixels == arrival.pixels:
            kind = SAME_BYTES if content == arrival.content else SAME_PIXELS
            matches[at] = Match(pictures.keys[at], kind, 1.0)
    if SAME_PHOTOGRAPH in kinds or VARIANT in kinds:
        others = np.setdiff1d(_near_one(arrival, pictures, signed), np.array([*matches], dtype=np.intp))
        verdicts = verify(
            np.zeros(len(others), dtype=np.intp),
            np.arange(len(others)),
            arrival.glance,
            lambda positions: [arrival.thumbnail for _ in positions],
            others=Glances(pictures.glances.levels[others], pictures.glances.halves[others]),
            other_thumbnails=lambda places: pictures.thumbnails(others[list(places)].tolist()),
            hurried=False,
        )
        for place in np.flatnonzero(
            (verdicts.photograph >= threshold) | (verdicts.form >= VARIANT_THRESHOLD)
        ):
            at = int(others[place])
            matches[at] = Match(pictures.keys[at], *_named(verdicts, int(place), threshold))
    found = [match for match in matches.values() if match.kind in kinds]
    return sorted(found, key=lambda match: (KINDS.index(match.kind), -match.similarity, match.picture))


def _near_one(arrival: Arrival, pictures: Pictures, signed: Floats | None) -> np.ndarray:
    """Positions of the pictures worth a second look, sorted."""
    signed = signatures(pictures.glances) if signed is None else signed
    own = signatures(arrival.glance)
    turned = [flipped(own, across=across, down=down)[0] for across in (False, True) for down in (False, True)]
    alike = np.max([np.einsum("ij,j->i", signed, one) for one in turned], axis=0)
    looks = np.einsum("ij,j->i", pictures.looks, arrival.look)
    chosen = [
        _highest(scores, count, least)
        for scores, count, least in (
            (looks, CHECKED - SIGNATURES, LOOK_LEAST),
            (alike, SIGNATURES, SIGNATURE_LEAST),
        )
    ]
    return np.unique(np.concatenate(chosen))


def _highest(scores: Floats, count: int, least: float) -> np.ndarray:
    """Positions of at most ``count`` scores of ``least`` or more, the highest."""
    few = len(scores) <= count
    top = np.arange(len(scores)) if few else np.argpartition(-scores, count)[:count]
    return top[scores[top] >= least]
