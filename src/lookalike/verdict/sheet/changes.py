"""How much each subject differs from the first, question by question: a forest of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.question import Question
from lookalike.sheets.intervals import drawn_change, furthest
from lookalike.sheets.numbers import TOLD, points, reach, share, verdict
from lookalike.verdict.report import Comparison
from lookalike.verdict.sheet.names import brief
from lookalike.verdict.spelling import short
from lookalike.verdict.standing import Standing

Changes = Mapping[str, Mapping[str, Estimate]]


def changes(report: Comparison) -> str:
    """A table for each subject after the first, those of every metric folded."""
    first, *others = report.standings
    told = zip(others, report.changes, strict=True)
    return "".join(_against(first, standing, own, report) for standing, own in told)


def _against(first: Standing, standing: Standing, own: Changes, report: Comparison) -> str:
    questions = report.measured.questions
    heads = {
        name: values[questions[name].metric]
        for name, values in own.items()
        if name in questions and questions[name].metric in values
    }
    named = f"<b>{escape(standing.subject)}</b> against <b>{escape(first.subject)}</b>"
    if not heads:
        return f'<h3>{named}</h3><p class="rest">Nothing could be asked of both.</p>'
    most = furthest([*heads.values()])
    rows = "".join(_row(questions[name], first, standing, change, most) for name, change in heads.items())
    table = (
        f'<table class="numbers changes"><caption class="hidden">{escape(standing.subject)} against '
        f'{escape(first.subject)}</caption><thead><tr><th scope="col">Question</th>'
        '<th scope="col">First</th><th scope="col">This</th><th scope="col">Change, points</th>'
        '<th scope="col"><span>worse</span><span>better</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    return f"<h3>{named}</h3>{table}{_every(own)}"


def _row(question: Question, first: Standing, standing: Standing, change: Estimate, most: float) -> str:
    metric, name = question.metric, question.name
    notes = "".join(
        f'<small class="note">{escape(named)}: {escape(one.results[name].note)}</small>'
        for named, one in zip(brief((first, standing)), (first, standing), strict=True)
        if one.results[name].note
    )
    values = [one.results[name].values.get(metric) for one in (first, standing)]
    before, after = ("" if one is None else share(one) for one in values)
    said = verdict(change)
    return (
        f'<tr><th scope="row"><b>{escape(name)}</b><small>{escape(question.said)} '
        f"{escape(short(metric))}, {change.cases:,} asked.</small>{notes}</th>"
        f'<td data-of="First">{before}</td><td data-of="This">{after}</td>'
        f'<td data-of="Change" class="{said}"><b>{points(change)}</b> <small>{reach(change)}</small></td>'
        f'<td class="drawn">{drawn_change(change, most)}</td></tr>'
    )


def _every(own: Changes) -> str:
    """The changes of all metrics, for whoever wants the numbers."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(short(metric))}</td><td>{points(change)}</td>'
        f"<td>{reach(change)}</td><td>{TOLD[verdict(change)]}</td></tr>"
        for name, values in own.items()
        for metric, change in values.items()
    )
    return (
        "<details><summary>Every metric</summary>"
        '<div class="wide" tabindex="0" role="region" aria-label="Every metric"><table class="numbers every">'
        '<thead><tr><th scope="col">Question</th><th scope="col">Metric</th>'
        '<th scope="col">Change, points</th><th scope="col">95% interval</th>'
        '<th scope="col"></th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )
