"""What became of every event of a delivery."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from lookalike.products import Problem

LISTED: Final = 1_000
"""Problems that are kept one by one; ``reasons`` counts all of them."""

NAMED: Final = 200
"""Names of what was passed over that are told apart; further ones are `OTHERS`."""

OTHERS: Final = "others"

TOLERATE: Final = 0.05
"""The share of rows that may be unreadable before a delivery counts as failed, unless a caller says so."""


@dataclass(slots=True)
class RecordReport:
    """The account of one delivery: ``rows`` = ``recorded`` + ``repeated`` + ``erased`` + ``reported``.

    A row is one thing done with one product. ``repeated`` rows were recorded before, ``erased`` ones are of
    before their shopper was erased; neither is counted. ``kinds`` counts the recorded by kind; ``unknown`` of
    them are of products that the catalogue does not hold, ``future`` came from clocks that are ahead and are
    kept as of when they came. ``passed`` counts, by name, what the sender tells and what is nothing done with
    a product. ``problems`` are the first `LISTED`.
    """

    recorded: int = 0
    repeated: int = 0
    erased: int = 0
    reported: int = 0
    unknown: int = 0
    future: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list, repr=False)
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        """How many things were done with one product each, as the delivery has it."""
        return self.recorded + self.repeated + self.erased + self.reported

    def within(self, tolerate: float = TOLERATE) -> bool:
        """Whether at most this share of the rows could not be read."""
        return self.reported <= tolerate * self.rows

    def note(self, problem: Problem) -> None:
        """Take a problem into the account."""
        if problem.reason == "passed-over":
            known = problem.detail in self.passed or len(self.passed) < NAMED
            self.passed[problem.detail if known else OTHERS] += 1
            return
        self.reasons[problem.reason] += 1
        self.reported += problem.fatal
        if len(self.problems) < LISTED:
            self.problems.append(problem)

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        return {
            "rows": self.rows,
            "recorded": self.recorded,
            "repeated": self.repeated,
            "erased": self.erased,
            "reported": self.reported,
            "unknown": self.unknown,
            "future": self.future,
            "kinds": dict(self.kinds.most_common()),
            "passed": dict(self.passed.most_common()),
            "reasons": dict(self.reasons.most_common()),
            "problems": [
                {
                    "row": problem.row,
                    "item": problem.id,
                    "reason": problem.reason,
                    "detail": problem.detail,
                    "recorded": not problem.fatal,
                }
                for problem in self.problems
            ],
            "seconds": round(self.seconds, 3),
        }


class RecordStopped(KeyboardInterrupt):
    """Recording was stopped by its user; what ``report`` accounts for is on disk."""

    def __init__(self, report: RecordReport) -> None:
        super().__init__()
        self.report = report
