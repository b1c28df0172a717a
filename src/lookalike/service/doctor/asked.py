"""Which findings a request asks for, and what the last examination found of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lookalike.checkup import Findings
from lookalike.checkup.kinds import kinds_of
from lookalike.doctor.finding import KINDS, LIKELY
from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.service.parameters import Parameters

KIND_NAMES = ("kind", "section")
CHOOSING = (*KIND_NAMES, "confidence", "new", "dismissed", "product")


@dataclass(frozen=True, slots=True)
class Asked:
    """See `lookalike.checkup.doctor.Doctor.findings`."""

    kinds: tuple[str, ...]
    confidence: float
    new: bool
    dismissed: bool
    product: str | None

    @classmethod
    def of(cls, given: Parameters) -> Asked:
        """What the `CHOOSING` parameters of a request ask for. Raises `BadArgument`."""
        return cls(
            kinds_of(named_kinds(given)),
            given.number("confidence", LIKELY, 1.0),
            given.flag("new"),
            given.flag("dismissed"),
            given.text("product"),
        )

    def found(self, index: Index) -> Findings | None:
        """What was found, None where nobody has looked for any of these kinds."""
        try:
            return index.doctor.findings(
                self.kinds,
                confidence=self.confidence,
                new=self.new,
                dismissed=self.dismissed,
                product=self.product,
            )
        except BadArgument:  # the arguments make sense
            return None

    def of_every_kind(self, index: Index) -> list[dict[str, Any]]:
        """All kinds, each with how many findings pass the rest of what is asked, whatever product."""
        found = replace(self, kinds=tuple(KINDS), product=None).found(index)
        counts, news = ({}, {}) if found is None else (found.counts, found.new_counts)
        return [
            {
                "kind": name,
                "section": kind.section,
                "title": kind.title,
                "advice": kind.advice,
                "count": counts.get(name, 0),
                "new": news.get(name, 0),
            }
            for name, kind in KINDS.items()
        ]


def named_kinds(given: Parameters) -> Sequence[str] | None:
    """The kinds and sections asked for as they are named, None where none are."""
    named = [one.strip() for name in KIND_NAMES for text in given.many(name) for one in text.split(",")]
    return [one for one in named if one] or None


def nothing(index: Index) -> Findings:
    """What there is to tell before anybody has looked."""
    manifest = index.manifest
    return Findings((), (), (), manifest.version, 0, manifest.products, manifest.pictures, 0.0)
