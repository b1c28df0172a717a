"""Findings as a table that a person fills in, and what they filled in as decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lookalike.catalog import spreadsheet
from lookalike.catalog.spreadsheet import bare, plain, table_text
from lookalike.checkup.decision import APPLY, DECISIONS, DISMISS, Decision, Row
from lookalike.errors import BadArgument

if TYPE_CHECKING:
    from lookalike.checkup.findings import Findings
    from lookalike.doctor.finding import Finding

COLUMNS = (
    "decision",
    "finding",
    "kind",
    "field",
    "id",
    "others",
    "value",
    "suggestion",
    "confidence",
    "says",
)

_NEEDED = ("decision", "finding")
_BETWEEN = " | "
_AGAIN = "Write one with: lookalike doctor --csv FILE, fill in the column decision, and hand it back."
_WORDS = {**{word: word for word in DECISIONS}, "applied": APPLY, "dismissed": DISMISS}


def csv_text(found: Findings) -> str:
    """A row for each finding; what was decided is filled in.

    Cells that a spreadsheet would take for a formula are written with an apostrophe before.
    """
    return table_text(COLUMNS, (_told(finding, found) for finding in found))


def _told(finding: Finding, found: Findings) -> dict[str, Any]:
    made = found.decided.get(finding.id)
    main, *others = finding.products or ("",)
    return {
        "decision": "" if made is None else made.decision,
        "finding": finding.id,
        "kind": finding.kind,
        "field": plain(finding.field),
        "id": plain(main),
        "others": plain(_BETWEEN.join(others)),
        "value": plain(finding.value),
        "suggestion": plain(finding.suggestion),
        "confidence": round(finding.confidence, 3),
        "says": plain(finding.says),
    }


def read_table(path: Path) -> list[Row]:
    """What the rows of a filled-in table say; rows without a decision say nothing, and are left out.

    Raises `CatalogError` when it is no such table.
    """
    rows = spreadsheet.read_table(path, _NEEDED, _AGAIN)
    return [row for number, cells in enumerate(rows, start=1) for row in _decisions(number, cells)]


def _decisions(number: int, cells: Mapping[str, Any]) -> Iterator[Row]:
    told = _cell(cells, "decision").lower()
    name = _cell(cells, "finding")
    if not told:
        return
    if told not in _WORDS:
        step = f"Write {', '.join(DECISIONS)}, or nothing."
        yield number, name, BadArgument(f"The decision is {told[:40]!r}.", next_step=step)
    elif not name:
        step = "Leave the column finding as it was written."
        yield number, name, BadArgument("The row names no finding.", next_step=step)
    else:
        value = bare(_cell(cells, "suggestion")) if _WORDS[told] == APPLY else ""
        yield number, name, Decision(name, _WORDS[told], value or None)


def _cell(cells: Mapping[str, Any], name: str) -> str:
    return str(cells.get(name) or "").strip()
