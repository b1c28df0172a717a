"""What an index says of copies: groups of pictures that are the same, and whether one is there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from lookalike.duplicates.finding import Match
from lookalike.duplicates.groups import PictureKey
from lookalike.products import Problem, Product

if TYPE_CHECKING:
    from lookalike.duplicates.groups import Group
    from lookalike.duplicates.judgements import Judgement

Products = Callable[[Sequence[str]], Mapping[str, Product]]
Thumbnails = Callable[[Sequence[PictureKey]], Mapping[PictureKey, bytes]]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Copy:
    """A picture of a group: which, how it is tied to the head, and what is different about it.

    ``similarity`` is from 0 to 1; ``changes`` say in words what was done to it. ``width`` and ``height`` are
    of the original in pixels. ``verdict`` is "same" where a person tied it to the picture to keep.
    """

    id: str
    picture: int
    kind: str
    similarity: float
    changes: tuple[str, ...]
    width: int
    height: int
    verdict: str | None = None

    @property
    def key(self) -> PictureKey:
        """Product id and position."""
        return self.id, self.picture

    def to_dict(self) -> dict[str, Any]:
        """The picture as one JSON-ready document."""
        return {
            "id": self.id,
            "picture": self.picture,
            "kind": self.kind,
            "similarity": self.similarity,
            "changes": list(self.changes),
            "width": self.width,
            "height": self.height,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Two or more pictures that are the same; ``members`` begin with the head, which all were compared with.

    ``kind`` is the weakest among them. ``id`` stays the same as long as the members do. ``keep`` is the
    picture that a person said to keep, ``reviewed`` whether they said of every other one that it is the same.
    """

    id: str
    kind: str
    members: tuple[Copy, ...]
    reviewed: bool = False
    keep: PictureKey | None = None

    @property
    def head(self) -> Copy:
        """The picture that all others were compared with."""
        return self.members[0]

    @property
    def worst(self) -> Copy:
        """The member that is least like the head."""
        return self.members[-1]

    def to_dict(self) -> dict[str, Any]:
        """The group as one JSON-ready document."""
        return {
            "id": self.id,
            "kind": self.kind,
            "head": self.head.to_dict(),
            "worst": self.worst.to_dict(),
            "members": [member.to_dict() for member in self.members],
            "reviewed": self.reviewed,
            "keep": None if self.keep is None else {"id": self.keep[0], "picture": self.keep[1]},
        }


@dataclass(frozen=True)
class Duplicates(Sequence[DuplicateGroup]):
    """The groups of one version of an index, in the order of their heads.

    ``looked_at`` of ``pictures`` were looked at; ``unreadable`` has those that cannot be, and why.
    ``thresholds`` say for each kind from which similarity on it counts.
    """

    groups: tuple[DuplicateGroup, ...]
    version: int
    pictures: int
    looked_at: int
    kinds: tuple[str, ...]
    thresholds: Mapping[str, float]
    unreadable: tuple[Problem, ...] = ()
    products: Products = field(default=lambda _: {}, repr=False, compare=False)
    thumbnails: Thumbnails = field(default=lambda _: {}, repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """Whether every picture that can be looked at was."""
        return self.looked_at + len(self.unreadable) >= self.pictures

    @property
    def copies(self) -> int:
        """How many pictures there would be fewer if one of each group stayed."""
        return sum(len(group.members) - 1 for group in self.groups)

    @overload
    def __getitem__(self, at: int) -> DuplicateGroup: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[DuplicateGroup, ...]: ...
    def __getitem__(self, at: int | slice) -> DuplicateGroup | tuple[DuplicateGroup, ...]:
        return self.groups[at]

    def __iter__(self) -> Iterator[DuplicateGroup]:
        return iter(self.groups)

    def __len__(self) -> int:
        return len(self.groups)

    def to_dict(self) -> dict[str, Any]:
        """The answer as one JSON-ready document."""
        return {
            "groups": [group.to_dict() for group in self.groups],
            "version": self.version,
            "pictures": self.pictures,
            "looked_at": self.looked_at,
            "complete": self.complete,
            "kinds": list(self.kinds),
            "thresholds": dict(self.thresholds),
            "unreadable": [problem.to_dict() for problem in self.unreadable],
        }

    def csv_text(self) -> str:
        """A table to fill in and hand to `Index.review`: a row for each picture, heads first."""
        from lookalike.copies.table import csv_text

        return csv_text(self)

    def to_csv(self, path: str | Path) -> None:
        """Write `csv_text` to a file. Raises `StorageError`."""
        from lookalike.catalog.spreadsheet import write_table

        write_table(Path(path), self.csv_text())

    def to_html(self) -> str:
        """A page of the groups side by side, with its pictures inside."""
        from lookalike.copies.sheet import page

        return page(self)

    def _repr_html_(self) -> str:
        from lookalike.copies.sheet import fragment

        return fragment(self)

    def __repr__(self) -> str:
        return (
            f"Duplicates({len(self.groups):,} groups, {self.copies:,} copies; "
            f"{self.looked_at:,} of {self.pictures:,} pictures looked at)"
        )


@dataclass(frozen=True)
class Check(Sequence[Match]):
    """Whether a picture is in the index already: as which pictures, the surest first.

    ``seconds`` are spent on decoding, encoding and comparing.
    """

    matches: tuple[Match, ...]
    version: int
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def known(self) -> bool:
        """Whether it is there already."""
        return bool(self.matches)

    @overload
    def __getitem__(self, at: int) -> Match: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Match, ...]: ...
    def __getitem__(self, at: int | slice) -> Match | tuple[Match, ...]:
        return self.matches[at]

    def __iter__(self) -> Iterator[Match]:
        return iter(self.matches)

    def __len__(self) -> int:
        return len(self.matches)

    def to_dict(self) -> dict[str, Any]:
        """The answer as one JSON-ready document."""
        return {
            "known": self.known,
            "matches": [
                {
                    "id": match.picture[0],
                    "picture": match.picture[1],
                    "kind": match.kind,
                    "similarity": match.similarity,
                    "changes": list(match.changes),
                }
                for match in self.matches
            ],
            "version": self.version,
        }


def dressed(
    group: Group,
    sizes: Mapping[PictureKey, Size],
    judged: Mapping[PictureKey, Sequence[tuple[int, Judgement]]],
) -> DuplicateGroup:
    """A group with the sizes of its pictures, and with what was said of them.

    ``judged`` are judgements by what they keep, numbered from the oldest.
    """
    own = {member.picture for member in group.members}
    said = sorted((one for key in own for one in judged.get(key, ())), key=lambda one: one[0])
    same = [judgement for _, judgement in said if judgement.verdict == "same" and judgement.other in own]
    keep = same[-1].keep if same else None
    reached = {key for judgement in same for key in (judgement.keep, judgement.other)}
    members = tuple(
        Copy(
            *member.picture,
            member.kind,
            member.similarity,
            (*member.changes, *resized(sizes[member.picture], sizes[group.head.picture])),
            *sizes[member.picture],
            "same" if member.picture in reached else None,
        )
        for member in group.members
    )
    return DuplicateGroup(group.id, group.kind, members, own <= reached, keep)


def resized(size: Size, other: Size) -> tuple[str, ...]:
    """In words how large a picture is beside another, if its size differs."""
    if size == other:
        return ()
    area, beside = size[0] * size[1], other[0] * other[1]
    word = "smaller" if area < beside else "larger" if area > beside else "of another shape"
    return (f"{word}: {size[0]}x{size[1]} for {other[0]}x{other[1]}",)
