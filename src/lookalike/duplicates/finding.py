"""The same picture twice: in a whole catalogue as groups, and for one picture on arrival."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from lookalike.duplicates.bank import Gallery
from lookalike.duplicates.candidates import (
    LOOK_LEAST,
    LOOKS,
    SIGNATURE_LEAST,
    SIGNATURES,
    Neighbourhood,
    flipped,
    signatures,
)
from lookalike.duplicates.changes import changes
from lookalike.duplicates.gates import CROWD, READ_LEAST, Candidates, Passed, passed
from lookalike.duplicates.groups import Group, Pair, PictureKey, grouped
from lookalike.duplicates.judging import Verdicts
from lookalike.duplicates.kinds import (
    DUPLICATES,
    FLOORS,
    KINDS,
    SAME_BYTES,
    SAME_PHOTOGRAPH,
    SAME_PIXELS,
    THRESHOLDS,
    VARIANT,
    chosen,
    require,
    thresholds,
)
from lookalike.duplicates.pictures import Arrival, Pictures
from lookalike.duplicates.searches import MEMORY, Positions, highest
from lookalike.duplicates.ties import Ties
from lookalike.duplicates.verification import verified
from lookalike.vectors import DECIMALS, Floats, Mask

__all__ = [
    "DUPLICATES",
    "FLOORS",
    "KINDS",
    "SAME_BYTES",
    "SAME_PHOTOGRAPH",
    "SAME_PIXELS",
    "THRESHOLDS",
    "VARIANT",
    "Arrival",
    "Found",
    "Match",
    "Pictures",
    "check",
    "chosen",
    "find",
    "find_pairs",
    "require",
    "thresholds",
]

PIECE = 1024
"""Pictures whose neighbours are found and looked at in one piece of the work."""

MANY = 200_000
"""From so many pictures on pieces are four times as large: what was found is joined after each."""

CHECK_LEAST = -0.5
"""Log odds from which a pair is looked at again on arrival: of so few pairs more may be."""

_WITHIN_TIES = -3.0  # the same for copies of a copy
_EVERY = 64  # pairs of twins of two pictures; of more, those with the first of either
_DETAILED = 6 << 10  # bytes that the details of a glance take


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
    work = _Work(pictures, wanted, memory)
    yield Found(work.certain(), np.empty(0, dtype=np.int64))
    work.know(known)
    fresh_at = np.flatnonzero(wanted)
    stands_for = pictures.stands_for[fresh_at]
    askers = np.unique(stands_for)
    if not len(askers):
        return
    near = _Firsts(pictures, len(askers), memory)
    done = 0
    with ThreadPoolExecutor(workers, "duplicates") as pool:
        for rows, candidates in near.in_pieces(askers):
            pairs = work.look(candidates, rows, pool)
            covered = fresh_at[np.isin(stands_for, rows)]
            done += len(covered)
            yield Found(pairs, covered)
            if progress is not None:
                progress(done, len(fresh_at))


class _Firsts:
    """Neighbours among the first pictures of equal ones: a picture's twins would crowd out its copies."""

    def __init__(self, pictures: Pictures, asking: int, memory: int) -> None:
        self._firsts = np.flatnonzero(pictures.stands_for == np.arange(len(pictures)))
        every = len(self._firsts) == len(pictures)
        looks = pictures.looks.whole if every else pictures.looks[self._firsts]
        signed = pictures.signed if every else pictures.signed[self._firsts]
        self._near = Neighbourhood(looks, signed, asking, memory)

    def in_pieces(self, rows: Positions) -> Iterator[tuple[Positions, Candidates]]:
        """See `Neighbourhood.in_pieces`."""
        piece = PIECE if len(rows) <= MANY else 4 * PIECE
        for own, near in self._near.in_pieces(np.searchsorted(self._firsts, rows), piece):
            first, second = self._firsts[near.first], self._firsts[near.second]
            yield self._firsts[own], replace(near, first=first, second=second)


class _Work:
    """What `find_pairs` knows between two pieces."""

    def __init__(self, pictures: Pictures, wanted: Mask, memory: int) -> None:
        self._pictures = pictures
        self._wanted = wanted
        self._ties = Ties()
        self._detailed = len(pictures) * _DETAILED <= min(memory, 8 * int(wanted.sum()) * _DETAILED)

    def certain(self) -> list[Pair]:
        """Pairs of equal bytes and of equal pixels."""
        found = []
        for kind, pairs in self._pictures.equal.items():
            for one, other in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True):
                found += self._paired(one, other, kind, 1.0)
        return found

    def know(self, known: Iterable[Pair]) -> None:
        """Take the ties of what was found before."""
        at: dict[PictureKey, int] | None = None
        for pair in known:
            at = at or {key: position for position, key in enumerate(self._pictures.keys)}
            if pair.similarity >= THRESHOLDS.get(pair.kind, 0.0) and pair.kind in DUPLICATES:
                one, other = (int(self._pictures.stands_for[at[key]]) for key in (pair.first, pair.second))
                if one != other:
                    self._ties.tie(one, other)

    def look(self, candidates: Candidates, rows: Positions, pool: ThreadPoolExecutor) -> list[Pair]:
        """The pairs found among candidates for the pictures at ``rows``, and among what these are tied to."""
        pairs = self._looked(candidates, READ_LEAST, pool)
        untied = self._ties.untied(rows.tolist())
        if untied:
            ends = np.array(untied, dtype=np.intp)
            cosines = np.einsum("ij,ij->i", *(self._pictures.looks[ends[:, side]] for side in range(2)))
            nobody = np.full(len(ends), -1, dtype=np.float32)
            pairs += self._looked(Candidates(ends[:, 0], ends[:, 1], cosines, nobody), _WITHIN_TIES, pool)
            for one, other in untied:
                self._ties.look(one, other)
        return pairs

    def _looked(self, candidates: Candidates, least: float, pool: ThreadPoolExecutor) -> list[Pair]:
        candidates = self._unseen(candidates)
        pictures = self._pictures
        if self._detailed:
            through = passed(candidates, pictures.gallery, pictures.gallery, pool, least)
        else:  # details of all pictures would take too long, or too much memory
            used, places = np.unique(np.stack([candidates.first, candidates.second]), return_inverse=True)
            first, second = places.reshape(2, -1)
            some = pictures.gallery.take(used)
            here = Candidates(first, second, candidates.cosines, candidates.crowd)
            through = passed(here, some, some, pool, least)
        through = _once(candidates, through)
        chosen = candidates.take(through.rows)
        seen = verified(candidates, through, pictures.thumbnails, pictures.thumbnails, pool)
        for one, other in zip(chosen.first.tolist(), chosen.second.tolist(), strict=True):
            self._ties.look(one, other)
        found = []
        for at in _worth_saying(seen):
            one, other = int(chosen.first[at]), int(chosen.second[at])
            if seen.photograph[at] >= THRESHOLDS[SAME_PHOTOGRAPH]:
                self._ties.tie(one, other)
            for kind, similarity in _named(seen, at, FLOORS):
                words: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
                if kind == SAME_PHOTOGRAPH:
                    words = changes(seen.traces, at), changes(seen.traces, at, of_first=True)
                for left, right in self._twins(one, other):
                    found += self._paired(left, right, kind, similarity, words)
        return found

    def _unseen(self, candidates: Candidates) -> Candidates:
        """Pairs that nobody looked at."""
        ends = zip(candidates.first.tolist(), candidates.second.tolist(), strict=True)
        return candidates.take(np.flatnonzero([not self._ties.seen(one, other) for one, other in ends]))

    def _twins(self, one: int, other: int) -> Iterable[tuple[int, int]]:
        """The pairs that a pair stands for: with all twins of both, or where they are many with the first."""
        left, right = (self._pictures.copies.get(at, [at]) for at in (one, other))
        if len(left) * len(right) <= _EVERY:
            return product(left, right)
        return [*((one, twin) for twin in right), *((twin, other) for twin in left[1:])]

    def _paired(
        self,
        one: int,
        other: int,
        kind: str,
        similarity: float,
        words: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> list[Pair]:
        """A pair, unless nobody asked for either; ``words`` are changes of the other, and of the one."""
        if not (self._wanted[one] or self._wanted[other]):
            return []
        first, second = self._pictures.keys[one], self._pictures.keys[other]
        if second < first:
            first, second, words = second, first, words[::-1]
        return [Pair(first, second, kind, similarity, *words)]


def _once(candidates: Candidates, through: Passed) -> Passed:
    """Of pairs that asked for each other the surer way round only."""
    first, second = candidates.first[through.rows], candidates.second[through.rows]
    order = np.lexsort((-through.odds, np.maximum(first, second), np.minimum(first, second)))
    low, high = np.minimum(first, second)[order], np.maximum(first, second)[order]
    new = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])) if len(order) else order
    return through.take(np.sort(order[new.astype(np.bool_)]))


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
    for at in {*pictures.holders.get(arrival.content, ()), *pictures.holders.get(arrival.pixels, ())}:
        kind = SAME_BYTES if pictures.contents[at] == arrival.content else SAME_PIXELS
        matches[at] = Match(pictures.keys[at], kind, 1.0)
    if set(least) & set(THRESHOLDS) and len(pictures):
        positions, candidates = _near_one(arrival, pictures, [*matches])
        own, others = Gallery(arrival.glance), pictures.gallery.take(positions)
        through = passed(candidates, own, others, least=CHECK_LEAST)
        verdicts = verified(
            candidates,
            through,
            lambda asked: [arrival.thumbnail for _ in asked],
            lambda asked: pictures.thumbnails(positions[list(asked)].tolist()),
        )
        for place in _worth_saying(verdicts):
            at = int(positions[candidates.second[through.rows[place]]])
            for kind, similarity in _named(verdicts, place, least):
                said = changes(verdicts.traces, place, of_first=True) if kind == SAME_PHOTOGRAPH else ()
                for twin in pictures.copies.get(at, [at]):
                    matches.setdefault(twin, Match(pictures.keys[twin], kind, similarity, said))
    found = [match for match in matches.values() if match.kind in least]
    return sorted(found, key=lambda match: (KINDS.index(match.kind), -match.similarity, match.picture))


def _near_one(arrival: Arrival, pictures: Pictures, apart: Sequence[int]) -> tuple[Positions, Candidates]:
    """Positions of the pictures worth a second look, without those ``apart``; and the arrival with each."""
    own = signatures(arrival.glance)
    turned = [flipped(own, across=across, down=down)[0] for across in (False, True) for down in (False, True)]
    alike = (pictures.signed @ np.stack(turned, axis=1)).max(axis=1)
    looks = pictures.looks @ arrival.look
    away = pictures.stands_for != np.arange(len(pictures))
    away[[*apart]] = True
    alike[away] = looks[away] = -2
    _, _, crowd = highest(looks[None], CROWD, -1)
    chosen = [
        highest(scores[None], count, least)[1]
        for scores, count, least in ((looks, LOOKS, LOOK_LEAST), (alike, SIGNATURES, SIGNATURE_LEAST))
    ]
    positions = np.unique(np.concatenate(chosen))
    count = len(positions)
    around = float(crowd.min()) if len(crowd) == CROWD else -1.0
    return positions, Candidates(
        np.zeros(count, dtype=np.intp),
        np.arange(count),
        looks[positions],
        np.full(count, around, dtype=np.float32),
    )
