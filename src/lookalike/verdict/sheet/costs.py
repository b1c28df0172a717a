"""What subjects cost, beside how good they are: time to answer, pictures a second, bytes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lookalike.sheets.numbers import BETWEEN, share
from lookalike.verdict.report import Measured
from lookalike.verdict.shown import COSTS, leading
from lookalike.verdict.spelling import short
from lookalike.verdict.standing import Standing


def costs(measured: Measured, standings: Sequence[Standing]) -> str:
    """A row for each subject: the first question of each sort, where there are several, and all costs."""
    shown = [name for name, said in COSTS.items() if any(said(one.cost) for one in standings)]
    if not shown:
        return ""
    questions = leading(measured, standings) if len(standings) > 1 else []
    heads = "".join(
        f'<th scope="col">{escape(name)} <small>{escape(short(measured.questions[name].metric))}</small></th>'
        for name in questions
    ) + "".join(f'<th scope="col">{name}</th>' for name in shown)
    rows = "".join(_row(measured, one, questions, shown) for one in standings)
    answers = max(one.cost.answers for one in standings)
    said = f" of {answers:,} asked one by one" if answers else ""
    photo = any(one.cost.photo_ms is not None for one in standings)
    also = ", and one photo takes looking at it as well" if photo else ""
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Costs">'
        '<table class="numbers changes costs">'
        f'<thead><tr><th scope="col">Subject</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="rest small">One answer is the median{said}{also}; all on the machine that measured.</p>'
    )


def _row(measured: Measured, standing: Standing, questions: Sequence[str], shown: Sequence[str]) -> str:
    cells = ""
    for name in questions:
        result = standing.results.get(name)
        value = None if result is None else result.values.get(measured.questions[name].metric)
        cells += f'<td data-of="{escape(name)}">{BETWEEN if value is None else share(value)}</td>'
    for name in shown:
        cells += f'<td data-of="{name}">{COSTS[name](standing.cost) or BETWEEN}</td>'
    return f'<tr><th scope="row"><b>{escape(standing.subject)}</b></th>{cells}</tr>'
