"""What was not asked, and why: questions that nobody could answer, and what was not used."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lookalike.verdict.report import Measured
from lookalike.verdict.standing import Standing


def left_out(measured: Measured, standings: Sequence[Standing]) -> str:
    """Reasons with their counts, "" where everything was used and asked."""
    lines = [f"<b>{count:,}</b> not used: {escape(why)}" for why, count in measured.excluded.items() if count]
    for name, question in measured.questions.items():
        own = {why: count for why, count in question.cases.left_out.items() if count}
        if own:
            said = ", ".join(f"{count:,} × {escape(why)}" for why, count in own.items())
            lines.append(f"<b>{escape(name)}</b>, left out: {said}")
    lines += [f"<b>{escape(name)}</b> was not asked: {escape(why)}" for name, why in measured.unasked.items()]
    for standing in standings:
        lines += [
            f"<b>{escape(name)}</b> was not asked of {escape(standing.subject)}: {escape(why)}"
            for name, why in standing.unasked.items()
        ]
    return f'<ul class="notes">{"".join(f"<li>{line}</li>" for line in lines)}</ul>' if lines else ""
