"""Figures of one subject: a row for each question, its first metric drawn; what lists are beside right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.question import Question
from lookalike.sheets.intervals import drawn_value
from lookalike.sheets.numbers import BETWEEN, share
from lookalike.verdict.report import Measured
from lookalike.verdict.sheet.names import brief
from lookalike.verdict.shown import by_metric, metrics_of, single_changes
from lookalike.verdict.spelling import short
from lookalike.verdict.standing import Result, Standing


def figures(about: str, measured: Measured, standing: Standing) -> str:
    """Tables of the questions of one sort, one for each first metric; "" where none was asked."""
    tables = "".join(_table(about, own, standing) for own in by_metric(about, measured, standing))
    return tables + (_single(measured, standing) if about == "structure" else "")


def _single(measured: Measured, standing: Standing) -> str:
    """Pictures with one change each, the worst first."""
    told = single_changes(measured, standing)
    if not told:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(question.name)}</th>'
        f"<td>{share(result.values[question.metric])}</td>"
        f'<td class="drawn">{drawn_value(result.values[question.metric], 0.0, 1.0)}</td>'
        f"<td>{_mean(result.values.get(_BEHIND))}</td></tr>"
        for question, result in told
    )
    asked = max(result.values[question.metric].cases for question, result in told)
    return (
        f"<h3>One change at a time <small>The main picture, changed in one way, asks for its product: up to "
        f"{asked:,} of each, the worst first.</small></h3>"
        '<div class="wide" tabindex="0" role="region" aria-label="One change at a time">'
        '<table class="numbers single"><thead><tr><th scope="col">Change</th>'
        f'<th scope="col">{escape(short(told[0][0].metric))}</th>'
        '<th scope="col"><span>0%</span><span>100%</span></th>'
        f'<th scope="col">{escape(short(_BEHIND))}</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _mean(value: Estimate | None) -> str:
    return BETWEEN if value is None else f"{value.mean:.1%}"


def _table(about: str, questions: Sequence[Question], standing: Standing) -> str:
    results = standing.results
    metrics = list(
        dict.fromkeys(one for own in questions for one in metrics_of(about, own, results[own.name].values))
    )
    rows = "".join(_rows(one, results[one.name], metrics) for one in questions)
    heads = [f'<th scope="col">{escape(short(metric))}</th>' for metric in metrics]
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(questions[0].name)} and others">'
        f'<table class="numbers changes figures"><thead><tr><th scope="col">Question</th>{heads[0]}'
        '<th scope="col"><span>0%</span><span>100%</span></th>'
        f"{''.join(heads[1:])}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _rows(question: Question, result: Result, metrics: Sequence[str]) -> str:
    """A question, and below it each of its parts."""
    note = f'<small class="note">{escape(result.note)}</small>' if result.note else ""
    lead = result.values.get(question.metric)
    cases = f"{(lead.cases if lead else len(question.cases.cases)):,} asked."
    head = f"<b>{escape(question.name)}</b><small>{escape(question.said)} {cases}</small>{note}"
    rows = [_row(head, result.values, metrics)]
    for part, values in result.parts.items():
        some = next(iter(values.values()), None)
        count = f"{some.cases:,} asked" if some is not None else "nobody asked"
        rows.append(_row(f"{escape(part)} <small>{count}</small>", values, metrics, "part"))
    return "".join(rows)


def _row(head: str, values: Mapping[str, Estimate], metrics: Sequence[str], kind: str = "") -> str:
    cells = [_cell(metric, values.get(metric)) for metric in metrics]
    lead = values.get(metrics[0]) if metrics else None
    drawn = "" if lead is None else drawn_value(lead, 0.0, 1.0)
    return (
        f'<tr class="{kind}"><th scope="row">{head}</th>{cells[0] if cells else ""}'
        f'<td class="drawn">{drawn}</td>{"".join(cells[1:])}</tr>'
    )


def _cell(metric: str, value: Estimate | None) -> str:
    said = f"<small>{BETWEEN}</small>" if value is None else share(value)
    return f'<td data-of="{escape(short(metric))}">{said}</td>'


_BEHIND = "recall_at_5"
_BESIDE: Mapping[str, str] = {
    "Coverage": "Share of the products that stand in any list.",
    "Most shown tenth": "Share of all places that the tenth of the products takes that is shown most.",
    "Novelty": "Mean self-information in bits of what is shown, by how many shoppers had it.",
    "Diversity": "One less the mean likeness of the members of a list, by the looks of the index.",
    "Of other kinds": "Share of a list that is of another kind than what asked.",
    "Kinds": "Different kinds in a list.",
}


def beyond(questions: Sequence[str], standings: Sequence[Standing]) -> str:
    """How much of the catalogue lists show, how new and how varied it is, by question and subject."""
    told = {
        (name, named): _beyond_of(one.results[name])
        for name in questions
        for named, one in zip(brief(standings), standings, strict=True)
        if name in one.results
    }
    measures = [*_BESIDE]
    shown = [at for at in range(len(measures)) if any(own[at] for own in told.values())]
    if not shown:
        return ""
    heads = "".join(f'<th scope="col">{measures[at]}</th>' for at in shown)
    several = len(standings) > 1
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}{f"<small>{escape(named)}</small>" if several else ""}</th>'
        + "".join(f'<td data-of="{measures[at]}">{own[at] or BETWEEN}</td>' for at in shown)
        + "</tr>"
        for (name, named), own in told.items()
    )
    meant = "".join(f"<div><dt>{measures[at]}</dt> <dd>{_BESIDE[measures[at]]}</dd></div>" for at in shown)
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Beside being right">'
        f'<table class="numbers changes besides"><thead><tr><th scope="col">Question</th>{heads}</tr></thead>'
        f'<tbody>{rows}</tbody></table></div><dl class="meant">{meant}</dl>'
    )


def _beyond_of(result: Result) -> list[str]:
    """What is told of lists, "" for what cannot be."""
    own = result.beyond
    shares = [f"<b>{own.coverage:.1%}</b>", f"<b>{own.top:.1%}</b>"]
    return [
        *shares,
        _told(own.novelty, 1),
        _told(own.diversity, 3),
        _percent(own.across),
        _told(own.kinds, 1),
    ]


def _told(one: Estimate | None, digits: int) -> str:
    if one is None:
        return ""
    return f"<b>{one.mean:.{digits}f}</b> <small>{one.low:.{digits}f}{BETWEEN}{one.high:.{digits}f}</small>"


def _percent(one: Estimate | None) -> str:
    return "" if one is None else share(one)
