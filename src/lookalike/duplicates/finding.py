"""The same picture twice: in a whole catalogue as groups, and for one picture on arrival."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.candidates import (
    MEMORY,
    Pairs,
    Positions,
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
from lookalike.vectors import DECIMALS, Floats, Mask

SAME_BYTES = "same-bytes"
SAME_PIXELS = "same-pixels"
SAME_PHOTOGRAPH = "same-photograph"
SAME_PRODUCT = "same-product"
VARIANT = "variant"

KINDS = (SAME_BYTES, SAME_PIXELS, SAME_PHOTOGRAPH, SAME_PRODUCT, VARIANT)
"""From the surest: equal bytes; equal pixels in other bytes; one photograph, edited; another photograph of
the same product; and one photograph with another colour or print of the item, which is no duplicate."""

DUPLICATES = KINDS[:3]
"""What is called a duplicate unless other kinds are asked for."""

THRESHOLDS: Mapping[str, float] = MappingProxyType({SAME_PHOTOGRAPH: 0.7, SAME_PRODUCT: 0.9, VARIANT: 0.9})
"""From how sure on two pictures are said to be of each kind that is judged and not just equal."""

FLOORS: Mapping[str, float] = MappingProxyType({SAME_PHOTOGRAPH: 0.5, SAME_PRODUCT: 0.8, VARIANT: 0.8})
"""From how sure on pairs are handed out at all, for those who ask for a lower threshold."""

LOOKS = 5  # nearest by vector that are looked at again, of each picture
LOOK_LEAST = 0.75
SIGNATURES = 3  # nearest by signature
SIGNATURE_LEAST = 0.9
CHECKED = 8  # pictures that one on arrival is compared with


@dataclass(frozen=True)
class Pictures:
    """What is known of n pictures: ``keys``, hashes of bytes and of pixels, unit vectors ``looks`` (n, dim).

    ``sizes`` (n, 2) are width and height of the originals in pixels. ``thumbnails`` gives the small JPEGs of
    the pictures at some positions; it is called from one thread.
    """

    keys: Sequence[PictureKey]
    contents: Sequence[str]
    pixels: Sequence[str]
    looks: Floats
    glances: Glances
    thumbnails: Thumbnails
    sizes: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def signed(self) -> Floats:
        """The `signatures` of the pictures, (n, 64)."""
        return signatures(self.glances)


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of the work of `find_pairs`: pairs, and the pictures that are now fully looked at."""

    pairs: list[Pair]
    covered: Positions


@dataclass(frozen=True, slots=True)
class Match:
    """A picture that is there already: which, as what, and how sure that is, 0 to 1.

    ``changes`` say in words what was done to the picture on arrival, as seen from the one that is there.
    """

    picture: PictureKey
    kind: str
    similarity: float
    changes: tuple[str, ...] = ()


def find_pairs(
    pictures: Pictures,
    *,
    fresh: Mask | None = None,
    known: Iterable[Pair] = (),
    memory: int = MEMORY,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Found]:
    """Pairs of pictures that are the same, of all kinds, from `FLOORS` on, piece by piece.

    With ``fresh`` (n,), only pairs that have a fresh picture; ``known`` are pairs found before, so that a new
    copy is also compared with the other copies of a picture. A piece takes seconds; what was handed out holds
    when the rest is never asked for. ``progress`` is told how many pictures are done and of how many.
    Pictures of one product count as any others. A pair may come as more than one kind, none of them sure.
    """
    wanted = np.ones(len(pictures), dtype=np.bool_) if fresh is None else fresh
    equal = equal_pairs(pictures.pixels)
    pairs = [*_certain(pictures, equal_pairs(pictures.contents), SAME_BYTES)]
    pairs += _certain(pictures, equal, SAME_PIXELS)
    copies = _copies(equal)
    del known
    found = _apart_from(near(pictures, memory), equal, len(pictures))
    for _ in range(2):
        found = found.take(wanted[found.first] | wanted[found.second])
        seen = verify(found.first, found.second, pictures.glances, pictures.thumbnails, workers=workers)
        pairs += _judged(pictures, found, seen, copies)
        found = _untied(found, seen, THRESHOLDS[SAME_PHOTOGRAPH])
    yield Found(pairs, np.flatnonzero(wanted))
    if progress is not None:
        progress(int(wanted.sum()), int(wanted.sum()))


def find(
    pictures: Pictures,
    *,
    kinds: Collection[str] | None = None,
    threshold: float | None = None,
    apart: Collection[tuple[PictureKey, PictureKey]] = (),
    memory: int = MEMORY,
    workers: int = 1,
) -> list[Group]:
    """Groups of pictures that are the same, for these kinds; ``apart`` are pairs that a person took apart.

    Raises `BadArgument` as `require` does.
    """
    require(kinds, threshold)
    pairs = [pair for piece in find_pairs(pictures, memory=memory, workers=workers) for pair in piece.pairs]
    return grouped(chosen(pairs, kinds, threshold), KINDS, apart)


def chosen(
    pairs: Iterable[Pair], kinds: Collection[str] | None = None, threshold: float | None = None
) -> list[Pair]:
    """The pairs of these kinds, `DUPLICATES` by default, that reach ``threshold``, or each kind's own."""
    least = thresholds(kinds, threshold)
    return [pair for pair in pairs if pair.similarity >= least.get(pair.kind, 2)]


def thresholds(kinds: Collection[str] | None = None, threshold: float | None = None) -> dict[str, float]:
    """From how sure on a pair counts, for each of these kinds; raises `BadArgument` as `require` does."""
    require(kinds, threshold)
    asked = DUPLICATES if kinds is None else kinds
    return {
        kind: THRESHOLDS.get(kind, 0.0) if threshold is None or kind not in THRESHOLDS else threshold
        for kind in KINDS
        if kind in asked
    }


def require(kinds: Collection[str] | None, threshold: float | None) -> None:
    """Raise `BadArgument` unless the kinds are known and the threshold is from their `FLOORS` to 1.

    None are the kinds that are called duplicates, and each kind's own threshold.
    """
    asked = DUPLICATES if kinds is None else kinds
    unknown = sorted(set(asked) - set(KINDS))
    if unknown or not asked or isinstance(asked, str):
        raise BadArgument(
            f"There is no kind {unknown[0]!r}." if unknown else "No kind was named.",
            next_step=f"Choose from {', '.join(KINDS)}.",
        )
    floor = max((FLOORS.get(kind, 0.0) for kind in asked), default=0.0)
    if threshold is not None and not floor <= threshold <= 1:
        raise BadArgument(
            f"A threshold of {threshold} is not used for these kinds.",
            next_step=f"Give a number from {floor} to 1, or none for the threshold of each kind.",
        )


def near(pictures: Pictures, memory: int = MEMORY) -> Pairs:
    """The pairs of pictures worth a second look, by vector and by signature."""
    signed = pictures.signed
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


def _judged(pictures: Pictures, pairs: Pairs, seen: Verdicts, copies: dict[int, list[int]]) -> list[Pair]:
    """What the second look found, also of all copies of the pictures it looked at."""
    found = []
    for at in _worth_saying(seen):
        one, other = int(pairs.first[at]), int(pairs.second[at])
        for named in _named(seen, at, FLOORS):
            for left in copies.get(one, [one]):
                for right in copies.get(other, [other]):
                    found.append(_pair(pictures.keys[left], pictures.keys[right], *named))
    return found


def _scores(seen: Verdicts) -> dict[str, Floats]:
    """What the second look says of each kind it knows, from the surest."""
    return {SAME_PHOTOGRAPH: seen.photograph, VARIANT: seen.form}


def _worth_saying(seen: Verdicts) -> list[int]:
    """Pairs that may be of some kind."""
    reached = [scores >= FLOORS[kind] for kind, scores in _scores(seen).items()]
    return np.flatnonzero(np.any(reached, axis=0)).tolist()


def _named(seen: Verdicts, at: int, least: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Kinds of one pair and how sure each is; none weaker than the first that is sure."""
    for kind, scores in _scores(seen).items():
        similarity = round(float(scores[at]), DECIMALS)
        if kind in least and similarity >= least[kind]:
            yield kind, similarity
        if similarity >= THRESHOLDS[kind]:
            return


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
    kinds: Collection[str] | None = None,
    threshold: float | None = None,
) -> list[Match]:
    """The pictures that are the same as one on arrival, the surest first; none when it is new.

    Raises `BadArgument` as `require` does.
    """
    least = thresholds(kinds, threshold)
    matches = {}
    for at, (content, pixels) in enumerate(zip(pictures.contents, pictures.pixels, strict=True)):
        if content == arrival.content or pixels == arrival.pixels:
            kind = SAME_BYTES if content == arrival.content else SAME_PIXELS
            matches[at] = Match(pictures.keys[at], kind, 1.0)
    if set(least) & set(THRESHOLDS):
        others = np.setdiff1d(_near_one(arrival, pictures), np.array([*matches], dtype=np.intp))
        verdicts = verify(
            np.zeros(len(others), dtype=np.intp),
            np.arange(len(others)),
            arrival.glance,
            lambda positions: [arrival.thumbnail for _ in positions],
            others=Glances(pictures.glances.levels[others], pictures.glances.halves[others]),
            other_thumbnails=lambda places: pictures.thumbnails(others[list(places)].tolist()),
            hurried=False,
        )
        for place in _worth_saying(verdicts):
            at = int(others[place])
            for kind, similarity in _named(verdicts, place, least):
                matches.setdefault(at, Match(pictures.keys[at], kind, similarity))
    found = [match for match in matches.values() if match.kind in least]
    return sorted(found, key=lambda match: (KINDS.index(match.kind), -match.similarity, match.picture))


def _near_one(arrival: Arrival, pictures: Pictures) -> np.ndarray:
    """Positions of the pictures worth a second look, sorted."""
    own = signatures(arrival.glance)
    turned = [flipped(own, across=across, down=down)[0] for across in (False, True) for down in (False, True)]
    alike = np.max([np.einsum("ij,j->i", pictures.signed, one) for one in turned], axis=0)
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
