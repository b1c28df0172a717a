"""What the last runs could not read of each product, kept beside the tables until it is read, or gone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from lookalike.errors import LookalikeError
from lookalike.ingest.where import Run
from lookalike.products import Problem
from lookalike.store.base import Notes

NAME = "reported.json"
"""The note in which a store keeps it: JSON, compressed."""

MOST = 100_000
"""Problems that are kept; of more the first."""

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Reported:
    """Problems by the order in which they were met; those of rows without an id are the last run's."""

    problems: tuple[Problem, ...] = ()

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Reported:
        """What `to_bytes` wrote; nothing where it cannot be read, since the next run says it again."""
        try:
            document = json.loads(zlib.decompress(data or b""))
            if document["format"] != _FORMAT:
                return cls()
            return cls(tuple(Problem(*row) for row in document["problems"]))
        except (ValueError, LookupError, TypeError, zlib.error, RecursionError):
            return cls()

    def to_bytes(self) -> bytes:
        """All of it as JSON, compressed."""
        rows = [[one.row, one.id, one.reason, one.detail, one.uri, one.fatal] for one in self.problems[:MOST]]
        return zlib.compress(json.dumps({"format": _FORMAT, "problems": rows}).encode(), 1)

    def after(self, met: Collection[str], problems: Sequence[Problem], *, all_met: bool = False) -> Reported:
        """What holds after a run that met rows with these ids, and could not read this.

        ``all_met``: no product but these is in the feed any more.
        """
        others = () if all_met else tuple(one for one in self.problems if one.id and one.id not in met)
        return Reported((*problems, *others)[:MOST])

    def without(self, ids: Collection[str]) -> Reported:
        """What holds after these products were taken away."""
        return Reported(tuple(one for one in self.problems if one.id not in ids))

    def holding(self, ids: Collection[str]) -> tuple[Problem, ...]:
        """Those that hold where the index has these products: a picture of one that is gone does not."""
        return tuple(one for one in self.problems if one.fatal or one.id in ids)


@contextmanager
def reporting(notes: Notes, run: Run) -> Iterator[None]:
    """Keep what a run could not read, whatever ends it; the run counts where that cannot be kept.

    That a product has no picture can be seen of the product.
    """
    try:
        yield
    finally:
        if run.met:
            problems = [one for one in run.report().problems if one.fatal or one.uri]
            _keep(notes, lambda before: before.after(run.met, problems, all_met=run.followed))


def forget(notes: Notes, ids: Collection[str]) -> None:
    """Forget what could not be read of products that were taken away."""
    _keep(notes, lambda before: before.without(ids))


def _keep(notes: Notes, change: Callable[[Reported], Reported]) -> None:
    with suppress(LookalikeError):
        before = Reported.from_bytes(notes.read(NAME))
        if change(before) != before:
            notes.change(NAME, lambda data: change(Reported.from_bytes(data)).to_bytes())
