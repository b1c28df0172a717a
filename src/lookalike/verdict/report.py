"""What was measured, of one subject or of several side by side, as people and machines read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.question import Question
from lookalike.verdict.standing import Standing

if TYPE_CHECKING:
    from lookalike.verdict.sheet.lists import Shop


@dataclass(frozen=True)
class Measured:
    """What every report begins with.

    ``products`` may be found, ``sample`` is True where they are some of the catalogue's, drawn by hash;
    ``excluded`` counts, by reason, what could not be used ("event of a product that is not in the
    catalogue"). ``unasked`` says why, by question that nobody could be asked.
    """

    products: int
    pictures: int
    sample: bool
    questions: Mapping[str, Question]
    excluded: Mapping[str, int]
    unasked: Mapping[str, str]
    seconds: float
    memory_bytes: int

    def to_dict(self) -> dict[str, Any]:
        """The head of a report as one JSON-ready document."""
        return {
            "products": self.products,
            "pictures": self.pictures,
            "sample": self.sample,
            "questions": {name: one.to_dict() for name, one in self.questions.items()},
            "excluded": dict(self.excluded),
            "unasked": dict(self.unasked),
            "seconds": round(self.seconds, 3),
            "memory_bytes": self.memory_bytes,
        }


@dataclass(frozen=True)
class Evaluation:
    """How good one subject is on a shop's own catalogue."""

    measured: Measured
    standing: Standing

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as one JSON-ready document."""
        return {**self.measured.to_dict(), **self.standing.to_dict()}

    def to_html(self, shop: Shop) -> str:
        """The evaluation as a page that opens offline; ``shop`` is the index, for titles and pictures."""
        from lookalike.verdict.sheet.page import page

        return page(self, shop)


@dataclass(frozen=True)
class Disagreement:
    """One case that two subjects answer differently.

    ``key`` is of the case, ``product`` the product that asks or that the photo shows, "" for a visit, whose
    products are ``asked_with``. ``change`` is by how much the last subject's value is above the first's. The
    lists are of all subjects, in their order; ``right`` are the products in them that count.
    """

    question: str
    key: str
    product: str
    asked_with: tuple[str, ...]
    change: float
    lists: tuple[tuple[str, ...], ...]
    right: frozenset[str]

    def to_dict(self) -> dict[str, Any]:
        """The case as one JSON-ready document."""
        return {
            "question": self.question,
            "key": self.key,
            "product": self.product,
            "asked_with": list(self.asked_with),
            "change": round(self.change, 4),
            "lists": [list(own) for own in self.lists],
            "right": sorted(self.right),
        }


@dataclass(frozen=True)
class GateResult:
    """Whether a gate is passed: by the lower bound of the change of the last subject against the first."""

    gate: str
    question: str
    metric: str
    allowance: float
    outcome: Literal["passed", "failed", "undecided"]
    change: Estimate | None
    why: str

    def to_dict(self) -> dict[str, Any]:
        """The outcome as one JSON-ready document."""
        return {
            "gate": self.gate,
            "question": self.question,
            "metric": self.metric,
            "allowance": self.allowance,
            "outcome": self.outcome,
            "change": None if self.change is None else self.change.to_dict(),
            "why": self.why,
        }


@dataclass(frozen=True)
class Comparison:
    """Several subjects on the same cases, each against the first.

    ``changes`` has for each subject after the first, by question and metric, the paired difference.
    ``disagreements`` are where the last and the first differ most. ``verdict`` is one sentence.
    """

    measured: Measured
    standings: Sequence[Standing]
    changes: Sequence[Mapping[str, Mapping[str, Estimate]]]
    disagreements: Sequence[Disagreement]
    verdict: str
    gates: Sequence[GateResult] = ()
    titles: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def passed(self) -> bool:
        """Whether every gate is passed."""
        return all(one.outcome == "passed" for one in self.gates)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as one JSON-ready document."""
        return {
            **self.measured.to_dict(),
            "standings": [one.to_dict() for one in self.standings],
            "changes": [
                {
                    question: {metric: one.to_dict() for metric, one in values.items()}
                    for question, values in own.items()
                }
                for own in self.changes
            ],
            "disagreements": [one.to_dict() for one in self.disagreements],
            "verdict": self.verdict,
            "gates": [one.to_dict() for one in self.gates],
            "passed": self.passed,
        }

    def to_html(self, shop: Shop) -> str:
        """The comparison as a page that opens offline; ``shop`` is the index, for titles and pictures."""
        from lookalike.verdict.sheet.page import page

        return page(self, shop)
