"""Gates in words: what was allowed, what was measured, and why a gate is not passed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lookalike.verdict.report import GateResult

_KINDS = {"passed": "better", "failed": "worse", "undecided": "even"}
_MARKS = {"passed": "✓", "failed": "✗", "undecided": "?"}


def gates(results: Sequence[GateResult]) -> str:
    """A card for each gate, "" for none."""
    cards = "".join(_gate(one) for one in results)
    return f'<ul class="gates">{cards}</ul>' if cards else ""


def _gate(one: GateResult) -> str:
    named = one.gate.casefold().startswith(one.question.casefold())
    about = "" if named else f" <small>{escape(one.question)}</small>"
    asked = "" if one.change is None else f"<small>{one.change.cases:,} asked.</small>"
    return (
        f'<li class="{_KINDS[one.outcome]}"><p><b><i aria-hidden="true">{_MARKS[one.outcome]}</i> '
        f"{one.outcome}</b> <code>{escape(one.gate)}</code>{about}</p><p>{escape(one.why)}</p>{asked}</li>"
    )
