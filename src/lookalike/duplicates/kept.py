"""What was found out about pictures, by their contents: it holds in every version that has these pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.duplicates.finding import KINDS, SAME_BYTES
from lookalike.duplicates.groups import Pair, PictureKey
from lookalike.hashing import content_hash
from lookalike.vectors import Mask

NAME = "duplicates.arrow"
"""The note in which a store keeps it."""

METHOD = 2
"""Raised when pictures that were looked at have to be looked at again, since more is seen now."""

_DIGEST = len(content_hash(b""))
_EVERY = 64  # pairs of pictures that two contents stand for; of more, those with the first of either
_SPARE = 1000  # contents remembered though no product has them any more, beside as many as are there

Tie = tuple[str, str, str]
"""Two content hashes, in the order in which the changes were seen, and the kind that ties them."""

Said = tuple[float, tuple[str, ...], tuple[str, ...]]
"""Similarity and changes of a tie, there and back."""


def _nothing() -> pa.StringArray:
    return pa.array([], pa.string())


@dataclass(frozen=True, slots=True)
class Kept:
    """Ties between contents, and the contents that were looked at.

    ``seen`` are content hashes; ``damaged`` are those whose small picture cannot be read, and why.
    """

    seen: pa.StringArray = field(default_factory=_nothing)
    ties: Mapping[Tie, Said] = field(default_factory=lambda: MappingProxyType({}))
    damaged: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Kept:
        """What `to_bytes` wrote; nothing where that was another method's or cannot be read.

        It can always be found out again.
        """
        digest, data = (data or b"")[:_DIGEST], (data or b"")[_DIGEST:]
        if digest != content_hash(data).encode():  # the reader trusts what it is given
            return cls()
        try:
            table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
            held = {name: column[0] for name, column in zip(table.column_names, table.columns, strict=True)}
            if held["method"].as_py() != METHOD:
                return cls()
            contents = held["contents"].values
            kinds = [KINDS[at] for at in held["kind"].as_py()]
            ends = (contents.take(held[end].values).to_pylist() for end in ("first", "second"))
            words = (map(tuple, held[name].as_py()) for name in ("changes", "back"))
            said = zip(held["similarity"].as_py(), *words, strict=True)
            ties = dict(zip(zip(*ends, kinds, strict=True), said, strict=True))
            damaged = dict(zip(held["damaged"].as_py(), held["why"].as_py(), strict=True))
            return cls(contents.slice(0, held["seen"].as_py()), ties, damaged)
        except (pa.ArrowException, LookupError, ValueError, TypeError, AttributeError):
            return cls()

    def to_bytes(self) -> bytes:
        """A hash of the rest, and an Arrow file of one row."""
        ends = pa.array([content for tie in self.ties for content in tie[:2]], pa.string())
        contents = pa.concat_arrays([self.seen, _without(pc.unique(ends), self.seen)])
        at = pc.index_in(ends, value_set=contents).to_numpy(zero_copy_only=False).astype(np.int32)
        said = self.ties.values()
        row = {
            "method": pa.scalar(METHOD),
            "seen": pa.scalar(len(self.seen)),
            "contents": contents,
            "first": pa.array(at[::2], pa.int32()),
            "second": pa.array(at[1::2], pa.int32()),
            "kind": pa.array([KINDS.index(kind) for _, _, kind in self.ties], pa.int8()),
            "similarity": pa.array([one[0] for one in said], pa.float64()),
            "changes": pa.array([list(one[1]) for one in said], pa.list_(pa.string())),
            "back": pa.array([list(one[2]) for one in said], pa.list_(pa.string())),
            "damaged": pa.array(list(self.damaged), pa.string()),
            "why": pa.array(list(self.damaged.values()), pa.string()),
        }
        table = pa.table({name: _cell(value) for name, value in row.items()})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as file:
            file.write_table(table)
        data: bytes = sink.getvalue().to_pybytes()
        return content_hash(data).encode() + data

    def unseen(self, contents: Sequence[str]) -> Mask:
        """Which of n pictures nobody has looked at, (n,), by their content hashes."""
        known = pc.is_in(pa.array(contents, pa.string()), value_set=self.seen)
        mask: Mask = ~known.to_numpy(zero_copy_only=False).astype(np.bool_)
        return mask

    def joined(self, other: Kept) -> Kept:
        """What either knows; of a tie that both know, as ``other`` says."""
        seen = pa.concat_arrays([self.seen, _without(other.seen, self.seen)])
        looked = set(other.seen.to_pylist()) if self.damaged else set()
        damaged = {content: why for content, why in self.damaged.items() if content not in looked}
        fresh = {(*sorted(tie[:2]), tie[2]) for tie in other.ties}
        ties = {tie: said for tie, said in self.ties.items() if (*sorted(tie[:2]), tie[2]) not in fresh}
        return Kept(seen, {**ties, **other.ties}, {**damaged, **other.damaged})

    def needed(self, contents: Sequence[str]) -> Kept:
        """Itself, or without what belongs to contents that are gone, when those are most of it."""
        if len(self.seen) <= 2 * len(contents) + _SPARE:
            return self
        there = set(contents)
        seen = pc.filter(self.seen, pc.is_in(self.seen, value_set=pa.array(contents, pa.string())))
        ties = {tie: said for tie, said in self.ties.items() if tie[0] in there and tie[1] in there}
        return Kept(seen, ties, {content: why for content, why in self.damaged.items() if content in there})

    def pairs_of(self, keys: Sequence[PictureKey], contents: Sequence[str]) -> list[Pair]:
        """The pairs that are known among these pictures, those of equal bytes among them.

        A content that many pictures have is tied to others by all of them where they are few, else by the
        first.
        """
        homes: dict[str, list[PictureKey]] = defaultdict(list)
        for key, content in zip(keys, contents, strict=True):
            homes[content].append(key)
        pairs = [
            Pair(min(ends), max(ends), SAME_BYTES, 1.0) for own in homes.values() for ends in _among(own)
        ]
        for (one, other, kind), said in self.ties.items():
            if one in homes and other in homes:
                pairs += _between(homes[one], homes[other], kind, said)
        return pairs


def found(pairs: Iterable[Pair], contents: Mapping[PictureKey, str], seen: Iterable[str] = ()) -> Kept:
    """Pairs of pictures with these contents, as they are kept."""
    ties: dict[Tie, Said] = {}
    for pair in pairs:
        one, other = contents[pair.first], contents[pair.second]
        if one != other and (other, one, pair.kind) not in ties:
            ties[one, other, pair.kind] = (pair.similarity, pair.changes, pair.back)
    return Kept(pa.array(sorted(set(seen)), pa.string()), ties)


def _among(own: Sequence[PictureKey]) -> Iterable[tuple[PictureKey, PictureKey]]:
    """Pairs that tie pictures of one content: all of few, so that the rest holds when one is taken out."""
    return combinations(own, 2) if len(own) ** 2 <= _EVERY else ((own[0], other) for other in own[1:])


def _between(left: Sequence[PictureKey], right: Sequence[PictureKey], kind: str, said: Said) -> list[Pair]:
    """The pairs that a tie of two contents stands for."""
    if len(left) * len(right) <= _EVERY:
        ends = list(product(left, right))
    else:
        ends = [(left[0], other) for other in right] + [(one, right[0]) for one in left[1:]]
    similarity, changes, back = said
    return [
        Pair(one, other, kind, similarity, changes, back)
        if one < other
        else Pair(other, one, kind, similarity, back, changes)
        for one, other in ends
    ]


def _without(contents: pa.StringArray, those: pa.StringArray) -> pa.StringArray:
    return pc.filter(contents, pc.invert(pc.is_in(contents, value_set=those)))


def _cell(value: pa.Array | pa.Scalar) -> pa.Array:
    """A column of one row."""
    if isinstance(value, pa.Scalar):
        return pa.array([value.as_py()], value.type)
    return pa.ListArray.from_arrays(pa.array([0, len(value)], pa.int32()), value)
