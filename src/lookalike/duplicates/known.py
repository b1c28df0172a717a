"""What is known of the copies in an index: what was found, and what people said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.duplicates import judgements as said
from lookalike.duplicates import kept as found
from lookalike.duplicates.finding import KINDS, thresholds
from lookalike.duplicates.groups import Group, Pair, PictureKey, grouped
from lookalike.duplicates.judgements import SAME, Judgement, Judgements, settled
from lookalike.duplicates.kept import Kept
from lookalike.duplicates.repeated import main_contents, repeated
from lookalike.errors import LookalikeError, StorageAway
from lookalike.store.base import Notes
from lookalike.vectors import Rows


@dataclass(frozen=True)
class Known:
    """What the notes of a store say at one ``revision``.

    ``error`` is what hinders from reading what people said; then nothing of that is known.
    """

    kept: Kept
    judgements: Judgements
    revision: str
    error: LookalikeError | None = None

    @classmethod
    def read(cls, notes: Notes, unsaved: Kept | None = None) -> Known:
        """What is noted now, and ``unsaved``, which could not be."""
        revision = revision_of(notes)
        try:
            kept = Kept.from_bytes(notes.read(found.NAME))
        except LookalikeError:  # it can be found again
            kept = Kept()
        if unsaved is not None:
            kept = kept.joined(unsaved)
        try:
            return cls(kept, Judgements.from_bytes(notes.read(said.NAME)), revision)
        except StorageAway:  # it is there, and is read again in a moment
            raise
        except LookalikeError as error:
            return cls(kept, Judgements(), revision, error)

    def with_found(self, kept: Kept) -> Known:
        """The same with more that was found."""
        return replace(self, kept=self.kept.joined(kept))

    def pairs(
        self,
        keys: Sequence[PictureKey],
        contents: Sequence[str],
        kinds: Collection[str] | None = None,
        threshold: float | None = None,
    ) -> tuple[list[Pair], set[tuple[PictureKey, PictureKey]]]:
        """What ties these pictures, and which a person took apart."""
        least = thresholds(kinds, threshold)
        ties, apart = settled(
            self.kept.pairs_of(keys, contents),
            self.judged(keys, contents),
            lambda pair: pair.similarity >= least.get(pair.kind, 2),
        )
        return [pair for pair in ties if kinds is None or pair.kind in least], apart

    def groups(
        self,
        keys: Sequence[PictureKey],
        contents: Sequence[str],
        kinds: Collection[str] | None = None,
        threshold: float | None = None,
    ) -> list[Group]:
        """The groups of these pictures. Raises `BadArgument` for kinds or a threshold that there are not."""
        pairs, apart = self.pairs(keys, contents, kinds, threshold)
        same = (judgement for judgement in self.judged(keys, contents) if judgement.verdict == SAME)
        return grouped(pairs, KINDS, apart, [key for one in same for key in (one.keep, one.other)])

    def judged(self, keys: Sequence[PictureKey], contents: Sequence[str]) -> list[Judgement]:
        """What people said that holds among these pictures."""
        return self.judgements.among(keys, contents) if len(self.judgements) else []

    def product_groups(
        self, ids: Sequence[str], owners: Rows, contents: pa.Array, many: pa.Array | None = None
    ) -> list[list[str]]:
        """Groups of products whose main pictures are the same.

        ``owners`` (n,) are the rows of the pictures' products in ``ids``, sorted; ``contents`` (n,) their
        content hashes. ``many`` is what `lookalike.duplicates.repeated` finds, where that is known.
        """
        mains, own = main_contents(owners, contents)
        many = repeated(own) if many is None else many
        tied = {end for one, other, kind in self._tied for end in (one, other)}
        told = {content for judgement in self.judgements for _, content in judgement.homes}
        wanted = pa.concat_arrays([many, pa.array(sorted(tied | told), pa.string())])
        if not len(wanted):
            return []
        rows = np.flatnonzero(pc.is_in(own, value_set=wanted).to_numpy(zero_copy_only=False))
        keys = [(ids[owner], 0) for owner in owners[mains[rows]].tolist()]
        groups = self.groups(keys, own.take(pa.array(rows)).to_pylist())
        return [[member.picture[0] for member in group.members] for group in groups]

    def reached(self, contents: Collection[str]) -> set[str]:
        """These contents, and all that are tied to them as copies, directly or over others.

        No group joins one of them with any other.
        """
        ties: dict[str, list[str]] = defaultdict(list)
        for one, other, _ in self._tied:
            ties[one].append(other)
            ties[other].append(one)
        for judgement in self.judgements:
            ties[judgement.keep_content].append(judgement.other_content)
            ties[judgement.other_content].append(judgement.keep_content)
        found, waiting = set(contents), list(contents)
        while waiting:
            fresh = set(ties.get(waiting.pop(), ())) - found
            found |= fresh
            waiting += fresh
        return found

    @property
    def _tied(self) -> list[tuple[str, str, str]]:
        """The ties that make copies, whatever people say."""
        least: Mapping[str, float] = thresholds()
        return [tie for tie, said in self.kept.ties.items() if said[0] >= least.get(tie[2], 2)]


def revision_of(notes: Notes) -> str:
    """A text that changes when anything that is known of copies does."""
    return f"{notes.revision(found.NAME)}/{notes.revision(said.NAME)}"
