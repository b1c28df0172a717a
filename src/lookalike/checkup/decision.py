"""What a person decides of findings, and the report of what became of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lookalike.errors import BadArgument, LookalikeError

APPLY = "apply"
DISMISS = "dismiss"
UNDO = "undo"
DECISIONS = (APPLY, DISMISS, UNDO)
"""What may be decided of a finding; the last takes back what was decided before."""

_SHOWN = 80  # characters of a name
_LONGEST = 400  # of a message


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of a finding, by its id; ``value`` is to be written in place of the suggestion."""

    finding: str
    decision: str
    value: str | None = None

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Decision:
        """The decision of ``{"finding", "decision", "value"?}``. Raises `BadArgument`."""
        named = document.get("finding") if isinstance(document, Mapping) else None
        if not isinstance(named, str) or not named.strip():
            raise BadArgument(
                "A decision names no finding.",
                next_step='Write {"finding": "its id", "decision": "apply"}.',
            )
        decision = document.get("decision")
        if decision not in DECISIONS:
            raise BadArgument(
                f"The decision is {str(decision)[:40]!r}.", next_step=f"Choose {', '.join(DECISIONS)}."
            )
        value = document.get("value")
        if value is not None and not isinstance(value, str):
            raise BadArgument(f"The value is {value!r:.40}.", next_step="Give a text, or none.")
        return cls(named.strip(), decision, value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that was not taken: its row, counted from 1, the finding it is about, and why."""

    row: int
    finding: str
    message: str
    next_step: str

    @classmethod
    def of(cls, row: int, finding: str, error: LookalikeError) -> Refusal:
        """The refusal that an error stands for; what it quotes is shortened."""
        said = error.message
        if len(said) > _LONGEST:
            said = f"{said[:_SHOWN]}...{said[-_SHOWN:]}"
        return cls(row, finding[:_SHOWN], said, error.next_step)

    def to_dict(self) -> dict[str, Any]:
        """The refusal as one JSON-ready document."""
        return {
            "row": self.row,
            "finding": self.finding,
            "message": self.message,
            "next_step": self.next_step,
        }


@dataclass(frozen=True, slots=True)
class DecisionReport:
    """How many decisions were taken, of which sort, and which were not.

    ``changed`` are the ids of products that say something else now, in ``version`` of the index.
    """

    applied: int
    dismissed: int
    undone: int
    refused: tuple[Refusal, ...]
    changed: tuple[str, ...]
    version: int

    @property
    def taken(self) -> int:
        """How many decisions were taken."""
        return self.applied + self.dismissed + self.undone

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        return {
            "taken": self.taken,
            "applied": self.applied,
            "dismissed": self.dismissed,
            "undone": self.undone,
            "refused": [refusal.to_dict() for refusal in self.refused],
            "changed": list(self.changed),
            "version": self.version,
        }


Row = tuple[int, str, Decision | LookalikeError]
"""A row's number, from 1; the finding it names; what it says, or why that is nothing."""


def numbered(decisions: Iterable[Decision | Mapping[str, Any]]) -> list[Row]:
    """Decisions as rows. Raises `BadArgument` for what is no list of them."""
    if isinstance(decisions, Decision | Mapping | str | bytes) or not isinstance(decisions, Iterable):
        raise BadArgument("The decisions are no list.", next_step="Give a list, or the path of a table.")
    return [_row(number, given) for number, given in enumerate(decisions, start=1)]


def _row(number: int, given: Decision | Mapping[str, Any]) -> Row:
    if isinstance(given, Decision):
        given = {"finding": given.finding, "decision": given.decision, "value": given.value}
    try:
        decision = Decision.from_dict(given)
        return number, decision.finding, decision
    except LookalikeError as error:
        named = given.get("finding", "") if isinstance(given, Mapping) else ""
        return number, str(named), error
