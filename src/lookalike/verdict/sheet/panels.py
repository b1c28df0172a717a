"""Several subjects on one question, below each other, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lookalike.evaluation.bootstrap import Estimate
from lookalike.sheets.intervals import drawn_value, frame, panel
from lookalike.sheets.numbers import share
from lookalike.verdict.report import Measured
from lookalike.verdict.sheet.names import brief
from lookalike.verdict.spelling import short
from lookalike.verdict.standing import Standing

Told = Sequence[tuple[str, Estimate]]


def questions(measured: Measured, standings: Sequence[Standing]) -> str:
    """A panel for each question, "" for fewer than three subjects, which stand in the table of changes."""
    if len(standings) < 3:
        return ""
    panels = "".join(_question(name, measured, standings) for name in measured.questions)
    return f'<div class="panels">{panels}</div>' if panels else ""


def parts(measured: Measured, standings: Sequence[Standing]) -> str:
    """A panel for each part of a question that has some, such as warm and cold; "" where none has."""
    panels = "".join(_parts(name, measured, standings) for name in measured.questions)
    return f'<div class="panels">{panels}</div>' if panels else ""


def _question(name: str, measured: Measured, standings: Sequence[Standing]) -> str:
    question = measured.questions[name]
    told = [
        (named, one.results[name].values[question.metric])
        for named, one in zip(brief(standings), standings, strict=True)
        if name in one.results and question.metric in one.results[name].values
    ]
    return _panel(name, f"{question.said} {short(question.metric)}.", told)


def _parts(name: str, measured: Measured, standings: Sequence[Standing]) -> str:
    metric = measured.questions[name].metric
    having = [pair for pair in zip(brief(standings), standings, strict=True) if name in pair[1].results]
    drawn = []
    for part in dict.fromkeys(part for _, one in having for part in one.results[name].parts):
        values = [(named, one.results[name].parts.get(part, {}).get(metric)) for named, one in having]
        told = [(named, value) for named, value in values if value is not None]
        asked = max((value.cases for _, value in told), default=0)
        drawn.append(_panel(f"{name}: {part}", f"{short(metric)}, {asked:,} asked.", told))
    return "".join(drawn)


def _panel(name: str, said: str, told: Told) -> str:
    """One share of all subjects, the highest in bold."""
    if not told:
        return ""
    low, high = frame([one for _, one in told], 1.0)
    best = max(one.mean for _, one in told)
    rows = "".join(
        f'<tr class="{"best" if one.mean == best else ""}"><th scope="row">{escape(named)}</th>'
        f'<td class="drawn">{drawn_value(one, low, high)}</td><td>{share(one)}</td></tr>'
        for named, one in told
    )
    head = f"<b>{escape(name)}</b> <small>{escape(said)}</small>"
    return panel(name, head, rows, f"{low:.0%}", f"{high:.0%}")
