"""How much each subject differs from the first, question by question: a forest of intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.question import Question
from lookalike.sheets.intervals import drawn_change, furthest
from lookalike.sheets.numbers import TOLD, points, reach, share
from lookalike.verdict.report import Comparison
from lookalike.verdict.sheet.names import brief
from lookalike.verdict.shown import enough_ask, is_single, told_by
from lookalike.verdict.spelling import short
from lookalike.verdict.standing import Standing

_FEW = '<small class="note">Too few families of products ask: an interval of so few is chance.</small>'

Changes = Mapping[str, Mapping[str, Estimate]]


def changes(report: Comparison) -> str:
    """A table for each subject after the first, those of every metric folded."""
    first, *others = report.standings
    told = zip(others, report.changes, strict=True)
    return "".join(_against(first, standing, own, report) for standing, own in told)


def _against(first: Standing, standing: Standing, own: Changes, report: Comparison) -> str:
    questions = report.measured.questions
    told = [
        (questions[name], values[questions[name].metric])
        for name, values in own.items()
        if name in questions and questions[name].metric in values
    ]
    named = f"<b>{escape(standing.subject)}</b> against <b>{escape(first.subject)}</b>"
    if not told:
        return f'<h3>{named}</h3><p class="rest">Nothing could be asked of both.</p>'
    tables = _table("Changes", [one for one in told if not is_single(one[0])], first, standing)
    single = sorted((one for one in told if is_single(one[0])), key=lambda one: one[1].mean)
    if single:
        head = "One change of the picture at a time"
        tables += f"<h4>{head}</h4>{_table(head, single, first, standing)}"
    return f"<h3>{named}</h3>{tables}{_every(own, questions)}"


def _table(
    caption: str, told: Sequence[tuple[Question, Estimate]], first: Standing, standing: Standing
) -> str:
    """A forest of some changes; "" for none."""
    if not told:
        return ""
    most = furthest([change for _, change in told])
    rows = "".join(_row(question, first, standing, change, most) for question, change in told)
    return (
        f'<table class="numbers changes"><caption class="hidden">{caption}</caption><thead><tr>'
        '<th scope="col">Question</th><th scope="col">First</th><th scope="col">This</th>'
        '<th scope="col">Change, points</th><th scope="col"><span>worse</span><span>better</span></th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(question: Question, first: Standing, standing: Standing, change: Estimate, most: float) -> str:
    metric, name = question.metric, question.name
    notes = "".join(
        f'<small class="note">{escape(named)}: {escape(one.results[name].note)}</small>'
        for named, one in zip(brief((first, standing)), (first, standing), strict=True)
        if one.results[name].note
    )
    values = [one.results[name].values.get(metric) for one in (first, standing)]
    before, after = ("" if one is None else share(one) for one in values)
    said = told_by(question, change)
    few = "" if enough_ask(question) else _FEW
    asked = "" if is_single(question) else f"{escape(question.said)} "
    return (
        f'<tr><th scope="row"><b>{escape(name)}</b><small>{asked}'
        f"{escape(short(metric))}, {change.cases:,} asked.</small>{few}{notes}</th>"
        f'<td data-of="First">{before}</td><td data-of="This">{after}</td>'
        f'<td data-of="Change" class="{said}"><b>{points(change)}</b> <small>{reach(change)}</small></td>'
        f'<td class="drawn">{drawn_change(change, most, said)}</td></tr>'
    )


def _every(own: Changes, questions: Mapping[str, Question]) -> str:
    """The changes of all metrics, for whoever wants the numbers."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(short(metric))}</td><td>{points(change)}</td>'
        f"<td>{reach(change)}</td><td>{TOLD[told_by(questions[name], change)]}</td></tr>"
        for name, values in own.items()
        if name in questions
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
