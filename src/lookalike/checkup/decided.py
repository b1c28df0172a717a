"""What people decided of findings: it holds until they take it back, found again or not."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lookalike.doctor.finding import KINDS, Finding
from lookalike.errors import IndexDamaged

NAME = "doctor-decided.json"
"""The note in which a store keeps them."""

DISMISSED = "dismissed"
APPLIED = "applied"

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Decided:
    """A finding that a person dismissed or applied, and when, in milliseconds since 1970.

    ``value`` was written into the first product; ``before`` is what that said until then: see
    `lookalike.checkup.applying.said`.
    """

    finding: Finding
    decision: str
    at: int
    value: str = ""
    before: str = ""


@dataclass(frozen=True)
class Decisions:
    """All that people decided, by the ids of findings, the oldest first."""

    made: Mapping[str, Decided] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Decisions:
        """What `to_bytes` wrote. Raises `IndexDamaged`, since nobody can find it out again."""
        if data is None:
            return cls()
        try:
            document = json.loads(data)
            if document["format"] != _FORMAT:
                raise ValueError("another format")
            made = [
                Decided(Finding.from_dict(told), decision, at, value, before)
                for told, decision, at, value, before in document["decided"]
            ]
            if not all(map(_sound, made)):
                raise ValueError("no decision of a finding")
            return cls({one.finding.id: one for one in made})
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamaged(
                f"What was decided of findings cannot be read: {NAME} in the index is damaged.",
                next_step="Bring the file back from a copy, or delete it to begin anew.",
            ) from error

    def to_bytes(self) -> bytes:
        """JSON, a line for each decision."""
        rows = ([d.finding.to_dict(), d.decision, d.at, d.value, d.before] for d in self.made.values())
        lines = ",\n".join(json.dumps(row, ensure_ascii=True) for row in rows)
        return f'{{"format": {_FORMAT}, "decided": [\n{lines}\n]}}\n'.encode()

    def changed(self, made: Mapping[str, Decided], undone: Collection[str] = ()) -> Decisions:
        """The same with newer decisions, and without those that were taken back."""
        left = {id: one for id, one in self.made.items() if id not in made and id not in undone}
        return Decisions({**left, **made})


def _sound(one: Decided) -> bool:
    """Whether it is what `Decisions.to_bytes` may have written, and not by a later version."""
    found = one.finding
    numbers = isinstance(found.confidence, int | float) and isinstance(one.at, int)
    texts = (*found.products, found.field, found.value, found.suggestion, one.value, one.before)
    known = found.kind in KINDS and one.decision in (DISMISSED, APPLIED)
    written = one.decision == DISMISSED or bool(found.products)
    return (
        numbers
        and known
        and written
        and isinstance(found.evidence, Mapping)
        and all(isinstance(text, str) for text in texts)
    )
