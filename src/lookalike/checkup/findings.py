"""What the doctor of an index found, as it is handed out, and what people decided of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, overload

from lookalike.checkup.applying import can_apply, takes_value
from lookalike.checkup.decided import APPLIED, DISMISSED, Decided
from lookalike.checkup.kinds import SECTIONS
from lookalike.checkup.packed import Chosen
from lookalike.doctor.finding import KINDS, Finding, Unjudged
from lookalike.products import Product

if TYPE_CHECKING:
    from lookalike.checkup.gate import GateResult

Products = Callable[[Sequence[str]], Mapping[str, Product]]
Thumbnails = Callable[[Sequence[tuple[str, int]]], Mapping[tuple[str, int], bytes]]


@dataclass(frozen=True)
class Findings(Sequence[Finding]):
    """Findings in the order of kinds, the surest first, and what could not be judged.

    ``kinds`` are those that were looked for. ``examined_at`` (milliseconds since 1970) and ``version`` are of
    the examination; where kinds were looked for at different times, of the oldest. ``stale``: the index has
    changed since. ``products`` and ``pictures`` are how many there were, ``seconds`` how long it took.
    ``new`` are ids of findings that the examination before did not have. ``decided`` is what people decided,
    by the ids of findings. ``unkept`` says why the findings could not be kept, "" where they were.
    """

    kinds: tuple[str, ...]
    findings: Sequence[Finding]
    unjudged: tuple[Unjudged, ...]
    version: int
    examined_at: int
    products: int
    pictures: int
    seconds: float
    stale: bool = False
    new: frozenset[str] = frozenset()
    decided: Mapping[str, Decided] = field(default_factory=lambda: MappingProxyType({}))
    unkept: str = ""
    read: Products = field(default=lambda _: {}, repr=False, compare=False)
    thumbnails: Thumbnails = field(default=lambda _: {}, repr=False, compare=False)

    @cached_property
    def chosen(self) -> Chosen:
        """The findings, to be counted and chosen from without reading them."""
        return self.findings if isinstance(self.findings, Chosen) else Chosen.all_of(self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind that has any."""
        return self.chosen.counts()

    @property
    def new_counts(self) -> dict[str, int]:
        """How many of them are new, of each kind that has any."""
        return self.chosen.counts(self.new)

    @cached_property
    def all_new(self) -> bool:
        """Whether every one of them is new, as after the first examination."""
        return sum(self.new_counts.values()) == len(self)

    @property
    def sections(self) -> dict[str, int]:
        """How many findings there are in each section."""
        counts = dict.fromkeys(SECTIONS, 0)
        for kind, count in self.counts.items():
            counts[KINDS[kind].section] += count
        return counts

    @property
    def dismissed(self) -> frozenset[str]:
        """The ids of those that a person dismissed."""
        return frozenset(id for id, made in self.decided.items() if made.decision == DISMISSED)

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, at: int | slice) -> Finding | tuple[Finding, ...]:
        return tuple(self.findings[at]) if isinstance(at, slice) else self.findings[at]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def told(self, finding: Finding) -> dict[str, Any]:
        """One of the findings as a JSON-ready document, with whether it is new and what was decided.

        ``applied`` is the value that was written; ``can_apply`` says whether the suggestion can be, and
        ``takes_value`` whether a value of one's own can be.
        """
        own = finding.id
        made = self.decided.get(own)
        return {
            **finding.to_dict(),
            "new": own in self.new,
            "decision": None if made is None else made.decision,
            "applied": made.value if made is not None and made.decision == APPLIED else None,
            "can_apply": can_apply(finding),
            "takes_value": takes_value(finding),
        }

    def to_dict(self) -> dict[str, Any]:
        """All of it as one JSON-ready document."""
        return {
            "findings": [self.told(finding) for finding in self.findings],
            "unjudged": [one.to_dict() for one in self.unjudged],
            "counts": self.counts,
            "sections": self.sections,
            "version": self.version,
            "examined_at": self.examined_at,
            "stale": self.stale,
            "products": self.products,
            "pictures": self.pictures,
            "seconds": round(self.seconds, 3),
            "unkept": self.unkept or None,
        }

    def csv_text(self) -> str:
        """A table to fill in and hand to `lookalike.checkup.doctor.Doctor.decide`: a row for each finding."""
        from lookalike.checkup.table import csv_text

        return csv_text(self)

    def to_csv(self, path: str | Path) -> None:
        """Write `csv_text` to a file. Raises `StorageError`."""
        from lookalike.catalog.spreadsheet import write_table

        write_table(Path(path), self.csv_text())

    def to_html(self) -> str:
        """A page of the surest findings of each kind that opens without a network; pictures are inside."""
        from lookalike.checkup.sheet import page

        return page(self)

    def fixes_text(self) -> str:
        """Whole rows of the products with what these findings suggest put in, as CSV, to add after a look."""
        from lookalike.checkup import fixes

        ids = sorted({id for finding in self.findings for id in finding.products})
        return fixes.table_text(fixes.suggested(self.findings, self.read(ids)))

    def gate(self, expression: str) -> GateResult:
        """Whether there is no more than a gate allows, such as "unreadable<=0" or "pictures<=1%".

        Raises `BadArgument` for what is no gate, or about kinds that nobody looked for.
        """
        from lookalike.checkup.gate import Gate

        return Gate.read(expression).of(self)

    def __repr__(self) -> str:
        return f"Findings({len(self.findings):,} findings, {len(self.unjudged):,} could not be judged)"
