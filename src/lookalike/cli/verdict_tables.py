"""What was measured, as a person reads it in a terminal: figures with their intervals, costs, gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click
from rich.text import Text

from lookalike.cli.learnt import estimate_text
from lookalike.cli.output import console, near, plain, print_table

if TYPE_CHECKING:
    from lookalike.evaluation.bootstrap import Estimate
    from lookalike.evaluation.question import Question
    from lookalike.verdict.report import Comparison, Evaluation, Measured
    from lookalike.verdict.standing import Cost, Standing

_HEADS = {
    "labels": "By the labels of the table",
    "structure": "By pictures whose product is known",
    "events": "By what shoppers did next",
}
_MARKS = {"better": "better", "worse": "worse", "even": ""}
_DISAGREEMENTS = 5


def show_evaluation(report: Evaluation, written: Sequence[str]) -> None:
    """How one subject did: a table for each sort of questions, what lists are beside right, what it costs."""
    measured, standing = report.measured, report.standing
    click.echo(plain(f"{_named(standing.subject)}: {_scope(measured)}"))
    for about in _HEADS:
        _show_figures(about, measured, standing)
    _show_beyond(measured, [standing])
    _heading("What it costs")
    said = "; ".join(f"{name}: {value}" for name, value in _costs(standing.cost).items() if value)
    click.echo(said or "It could not be told.")
    _show_left_out(measured, [standing])
    _show_written(written, "With pictures: --html FILE.html. Beside another one: lookalike compare A B")


def show_comparison(report: Comparison, written: Sequence[str]) -> None:
    """The changes of each subject against the first, quality beside cost, gates, and the verdict."""
    measured, standings = report.measured, report.standings
    click.echo(plain(f"{_letters(standings)}: {_scope(measured)}"))
    first, *others = standings
    for at, (standing, own) in enumerate(zip(others, report.changes, strict=True), start=1):
        _heading(f"{_letter(at)} against A")
        _show_changes(measured, first, standing, own, at)
    _show_costs(measured, standings)
    _show_beyond(measured, standings)
    _show_disagreements(report)
    _show_left_out(measured, standings)
    click.echo()
    console().print(Text(plain(report.verdict), style="bold"), soft_wrap=True)
    for gate in report.gates:
        verdict = {"passed": "passed", "failed": "FAILED", "undecided": "UNDECIDED"}[gate.outcome]
        asked = "" if not gate.question or gate.gate.startswith(gate.question) else f" ({gate.question})"
        click.echo(plain(f"Gate {gate.gate}{asked} {verdict}: {gate.why}"))
    _show_written(written, "With pictures: --html FILE.html")


def _named(subject: str) -> str:
    """A subject's name as it can be typed here."""
    kind, _, rest = subject.partition(":")
    return f"{kind}:{near(rest)}" if kind == "encoder" else subject


def _letter(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else str(at + 1)


def _letters(standings: Sequence[Standing]) -> str:
    return ", ".join(f"{_letter(at)} = {_named(one.subject)}" for at, one in enumerate(standings))


def _scope(measured: Measured) -> str:
    drawn = " (a sample, drawn by hash)" if measured.sample else ""
    return (
        f"{measured.products:,} products{drawn} and {measured.pictures:,} pictures, in "
        f"{measured.seconds:,.1f} s."
    )


def _heading(text: str) -> None:
    console().print(Text(f"\n{plain(text)}", style="bold"), soft_wrap=True)


def _show_figures(about: str, measured: Measured, standing: Standing) -> None:
    """The questions of one sort, those of one first metric together, the parts of each below it."""
    from lookalike.verdict.shown import by_metric

    groups = by_metric(about, measured, standing)
    if groups:
        _heading(_HEADS[about])
    for at, questions in enumerate(groups):
        if at:
            click.echo()
        _show_table(about, questions, standing)
    if about == "structure":
        _show_single(measured, standing)
    for question in (one for own in groups for one in own):
        if note := standing.results[question.name].note:
            click.echo(plain(f"{question.name}: {note}"))


def _show_single(measured: Measured, standing: Standing) -> None:
    """Pictures with one change each, the worst first."""
    from lookalike.verdict.shown import single_changes
    from lookalike.verdict.spelling import short

    told = single_changes(measured, standing)
    if not told:
        return
    click.echo()
    print_table(
        {
            "one change": [question.name for question, _ in told],
            short(told[0][0].metric): [estimate_text(result.values[one.metric]) for one, result in told],
            "asked": [_asked(result.values) for _, result in told],
            "R@5": [_mean(result.values.get("recall_at_5")) for _, result in told],
        },
        ("asked", "R@5"),
        ("one change",),
    )


def _show_table(about: str, questions: Sequence[Question], standing: Standing) -> None:
    from lookalike.verdict.shown import metrics_of
    from lookalike.verdict.spelling import short

    rows: list[tuple[str, Mapping[str, Estimate]]] = []
    metrics: dict[str, None] = {}
    for question in questions:
        own = standing.results[question.name]
        metrics |= dict.fromkeys(metrics_of(about, question, own.values))
        rows.append((question.name, own.values))
        rows += [(f"  {part}", values) for part, values in own.parts.items()]
    first, *others = metrics
    print_table(
        {
            "question": [name for name, _ in rows],
            short(first): [_estimate(values.get(first)) for _, values in rows],
            "asked": [_asked(values) for _, values in rows],
            **{short(metric): [_mean(values.get(metric)) for _, values in rows] for metric in others},
        },
        ("asked", *map(short, others)),
        ("question",),
    )


def _estimate(value: Estimate | None) -> str:
    return "" if value is None else estimate_text(value)


def _mean(value: Estimate | None) -> str:
    return "" if value is None else f"{value.mean:.3f}"


def _asked(values: Mapping[str, Estimate]) -> str:
    return f"{max((one.cases for one in values.values()), default=0):,}"


def _show_beyond(measured: Measured, standings: Sequence[Standing]) -> None:
    """What lists are beside right, for the first question of each sort."""
    from lookalike.verdict.shown import leading

    told = [
        (name, at, one.results[name].beyond)
        for name in leading(measured, standings)
        for at, one in enumerate(standings)
        if name in one.results
    ]
    if not told:
        return
    letters = [_letter(at) for _, at, _ in told] if len(standings) > 1 else [""] * len(told)
    _heading("Beside being right")
    columns = {
        "coverage": [f"{own.coverage:.1%}" for _, _, own in told],
        "top tenth": [f"{own.top:.1%}" for _, _, own in told],
        "diversity": [_mean(own.diversity) for _, _, own in told],
        "other kinds": ["" if own.across is None else f"{own.across.mean:.1%}" for _, _, own in told],
        "kinds": ["" if own.kinds is None else f"{own.kinds.mean:.1f}" for _, _, own in told],
        "novelty": ["" if own.novelty is None else f"{own.novelty.mean:.1f}" for _, _, own in told],
    }
    print_table(
        {"question": [name for name, _, _ in told], "": letters, **columns}, [*columns], ("question",)
    )


def _costs(cost: Cost) -> Mapping[str, str]:
    from lookalike.verdict.shown import COSTS

    return {name.lower(): said(cost) for name, said in COSTS.items()}


def _show_changes(
    measured: Measured,
    first: Standing,
    standing: Standing,
    own: Mapping[str, Mapping[str, Estimate]],
    at: int,
) -> None:
    """A row for each question both were asked, by its first metric."""
    from lookalike.verdict.shown import enough_ask, is_single, told_by
    from lookalike.verdict.spelling import short

    questions = [measured.questions[name] for name in own if name in measured.questions]
    told = [one for one in questions if one.metric in own[one.name]]
    single = sorted(filter(is_single, told), key=lambda one: own[one.name][one.metric].mean)
    asked = [*(one for one in told if not is_single(one)), *single]
    if not asked:
        click.echo("Nothing could be asked of both.")
        return
    changes = [own[one.name][one.metric] for one in asked]
    print_table(
        {
            "question": [one.name for one in asked],
            "change": [estimate_text(change, "+") for change in changes],
            "": [
                _MARKS[told_by(one, change)] if enough_ask(one) else "too few ask"
                for one, change in zip(asked, changes, strict=True)
            ],
            "metric": [short(one.metric) for one in asked],
            "A": [_value(first, one) for one in asked],
            _letter(at): [_value(standing, one) for one in asked],
            "asked": [f"{change.cases:,}" for change in changes],
        },
        ("A", _letter(at), "asked"),
        ("question",),
    )
    for one in asked:
        for letter, subject in (("A", first), (_letter(at), standing)):
            if note := subject.results[one.name].note:
                click.echo(plain(f"{one.name}, {letter}: {note}"))


def _value(standing: Standing, question: Question) -> str:
    result = standing.results.get(question.name)
    return "" if result is None else _mean(result.values.get(question.metric))


def _show_costs(measured: Measured, standings: Sequence[Standing]) -> None:
    """Quality and cost in one table, a column for each subject."""
    from lookalike.verdict.shown import leading
    from lookalike.verdict.spelling import short

    costs = [_costs(one.cost) for one in standings]
    rows = {
        f"{name} {short(measured.questions[name].metric)}": [
            _value(one, measured.questions[name]) for one in standings
        ]
        for name in leading(measured, standings)
    }
    rows |= {name: [own[name] for own in costs] for name in costs[0]}
    told = {name: own for name, own in rows.items() if any(own)}
    if not told:
        return
    _heading("Quality, speed and memory")
    letters = [_letter(at) for at in range(len(standings))]
    columns = {letter: [own[at] for own in told.values()] for at, letter in enumerate(letters)}
    print_table({"": [*told], **columns}, letters, ())


def _show_disagreements(report: Comparison) -> None:
    """Who asked where the last and the first differ most."""
    from lookalike.verdict.spelling import short

    shown = [one for one in report.disagreements if one.change][:_DISAGREEMENTS]
    if not shown:
        return
    last = _letter(len(report.standings) - 1)
    _heading(f"Where {last} and A disagree most")
    print_table(
        {
            "change": [f"{one.change:+.2f}" for one in shown],
            "metric": [short(report.measured.questions[one.question].metric) for one in shown],
            "question": [one.question for one in shown],
            "asked by": [one.product or f"a visit of {len(one.asked_with):,}" for one in shown],
            "title": [report.titles.get(one.product, "") for one in shown],
        },
        ("change",),
        ("title",),
    )


def _show_left_out(measured: Measured, standings: Sequence[Standing]) -> None:
    """What was not used or not asked, and why."""
    lines = [f"{count:,} not used: {why}" for why, count in measured.excluded.items() if count]
    for name, question in measured.questions.items():
        own = [f"{count:,} × {why}" for why, count in question.cases.left_out.items() if count]
        lines += [f"{name}, left out: {', '.join(own)}"] if own else []
    lines += [f"{name}: {why}" for name, why in measured.unasked.items()]
    for at, standing in enumerate(standings):
        of = f" of {_letter(at)}" if len(standings) > 1 else ""
        lines += [f"{name}{of}: {why}" for name, why in standing.unasked.items()]
    if not lines:
        return
    _heading("What was not asked")
    for line in lines:
        click.echo(plain(f"  {line}"))


def _show_written(written: Sequence[str], otherwise: str) -> None:
    click.echo()
    for line in written or [otherwise]:
        click.echo(plain(line))
