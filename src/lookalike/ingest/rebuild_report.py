"""What became of every picture of an index whose vectors were to be made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.ingest.report import write_problems
from lookalike.products import Problem


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """The account of a rebuild, or of the way back.

    ``encoder`` made the new vectors, ``before`` those until then. ``pictures`` = ``ready`` + ``missing``:
    those with a new vector, and those whose bytes cannot be had. ``lost`` products have no picture left and
    are not in the new state. ``encoded`` counts what went through the network in this run, ``mapped`` what
    was made of vectors that were there, without a picture being read. ``changed`` pictures hold other bytes
    than the index knew, and are measured anew; ``thumbnails`` were made from the small pictures that the
    index keeps. ``switched`` tells whether the index answers with the new vectors. ``problems`` names every
    picture that is missing; it is fatal where its product is lost. ``seconds`` is wall time.
    """

    encoder: str
    before: str
    pictures: int
    ready: int
    missing: int
    lost: int
    encoded: int
    changed: int
    thumbnails: int
    switched: bool
    seconds: float
    problems: Sequence[Problem] = field(default=(), repr=False)
    mapped: int = 0

    def reasons(self) -> dict[str, int]:
        """How many problems there are of each reason, the most frequent first."""
        return dict(Counter(problem.reason for problem in self.problems).most_common())

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        return {
            "encoder": self.encoder,
            "before": self.before,
            "switched": self.switched,
            "pictures": self.pictures,
            "ready": self.ready,
            "missing": self.missing,
            "lost": self.lost,
            "encoded": self.encoded,
            "mapped": self.mapped,
            "changed": self.changed,
            "thumbnails": self.thumbnails,
            "seconds": round(self.seconds, 3),
            "reasons": self.reasons(),
            "problems": [problem.to_dict() for problem in self.problems],
        }

    def write_csv(self, path: str | Path) -> None:
        """Write the problems as a CSV table, as an `IngestReport` writes its own."""
        write_problems(self.problems, path)


class RebuildStopped(KeyboardInterrupt):
    """A rebuild was stopped by its user; the vectors made until then are kept, ``encoded`` says how many."""

    def __init__(self, encoded: int) -> None:
        super().__init__()
        self.encoded = encoded
