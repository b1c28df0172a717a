"""What became of every row of a catalogue."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.products import Problem

TOLERATE = 0.05
"""The share of rows that may be reported before a run counts as failed, unless a caller says otherwise."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The account of one run: ``rows`` = ``added`` + ``updated`` + ``unchanged`` + ``reported``, always.

    ``stale`` of the unchanged and updated rows kept pictures as the index had them, because they cannot be
    read now. ``withheld`` products vanished from the feed and were kept, because too much of it could not be
    read, or because rows without a readable id may be theirs.

    ``problems`` lists every row that was not indexed, and every picture that was left out of a product that
    was. ``encoded`` counts pictures that went through the network, ``reused`` those whose vector was known.
    ``seconds`` is wall time. ``copies`` of the new pictures show what another picture shows already; None
    where nobody looked.
    """

    rows: int
    added: int
    updated: int
    unchanged: int
    removed: int
    stale: int
    withheld: int
    encoded: int
    reused: int
    seconds: float
    problems: Sequence[Problem] = field(repr=False)
    copies: int | None = None

    @property
    def unidentified(self) -> int:
        """Rows that say of no product that it is still there, because their id could not be read."""
        return sum(1 for p in self.problems if p.fatal and (not p.id or p.reason == "malformed"))

    @property
    def indexed(self) -> int:
        """Rows that were written: added and updated."""
        return self.added + self.updated

    @property
    def reported(self) -> int:
        """Rows that could not be indexed."""
        return sum(1 for problem in self.problems if problem.fatal)

    def within(self, tolerate: float = TOLERATE) -> bool:
        """Whether at most this share of the rows was reported, or kept stale pictures."""
        return self.reported + self.stale <= tolerate * self.rows

    def reasons(self) -> dict[str, int]:
        """How many problems there are of each reason, the most frequent first."""
        return dict(Counter(problem.reason for problem in self.problems).most_common())

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        return {
            "rows": self.rows,
            "indexed": self.indexed,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "reported": self.reported,
            "stale": self.stale,
            "removed": self.removed,
            "withheld": self.withheld,
            "pictures": {"encoded": self.encoded, "reused": self.reused},
            "copies": self.copies,
            "seconds": round(self.seconds, 3),
            "reasons": self.reasons(),
            "problems": [problem.to_dict() for problem in self.problems],
        }

    def write_csv(self, path: str | Path) -> None:
        """Write the problems as a CSV table: row, id, reason, detail, uri, indexed."""
        write_problems(self.problems, path)


def write_problems(problems: Iterable[Problem], path: str | Path) -> None:
    """Write problems as a CSV table: row, id, reason, detail, uri, indexed."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, ["row", "id", "reason", "detail", "uri", "indexed"])
        table.writeheader()
        table.writerows(problem.to_dict() for problem in problems)


class StopRequested(Exception):
    """Raised by a progress callback to end a run as Ctrl-C does; it comes out as `Interrupted`."""


class Interrupted(KeyboardInterrupt):
    """A run was stopped by its user; what was measured is stored, and ``report`` accounts for it.

    ``looking``: every row is stored, and what was stopped is the look for copies. ``fitting``: it is what is
    fitted on the catalogue after that. ``keeping``: it is what a large index is opened by.
    """

    def __init__(
        self, report: IngestReport, *, looking: bool = False, fitting: bool = False, keeping: bool = False
    ) -> None:
        super().__init__()
        self.report = report
        self.looking = looking
        self.fitting = fitting
        self.keeping = keeping
