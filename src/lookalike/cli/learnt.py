"""What a person reads of an encoder that was learnt: from what, how much better it is, and what to do now."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from lookalike import settings
from lookalike.cli.output import called, near, plain, print_table
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.evaluation.bootstrap import Estimate
    from lookalike.learning.generator.report import GeneratorReport
    from lookalike.learning.report import TrainingReport
    from lookalike.training.trial import Comparison, Question, Standing

_ITS_OWN = 2  # the encoder of the index and the learnt one stand in every report
_AS_GOOD_AS_ALL = 0.95


def show(done: TrainingReport, index_path: IndexPath, *, asked: bool) -> None:
    """The report in a few lines, with the commands that come next; ``asked`` is whether to switch was."""
    parts = done.taught.parts
    click.echo(
        f"Learnt from {_and(_columns(done))}: {parts['learn']:,} products taught, {parts['choose']:,} were "
        f"chosen by, {parts['unseen']:,} were kept apart. Those kept apart ask, and find:"
    )
    _print_questions(done.comparison)
    _print_beside(done)
    click.echo(_verdict(done))
    for note in (*done.learnt.notes, *done.problems):
        click.echo(f"  {plain(note)}")
    click.echo(plain(f"The encoder: {near(done.encoder)}{_cost(done)}"))
    if done.page is not None:
        click.echo(plain(f"Its report, with pictures: {done.page}"))
    _say_what_next(done, index_path, asked=asked)


def estimate_text(estimate: Estimate, sign: str = "") -> str:
    """An estimate with its 95% interval: "0.612 (0.551 to 0.670)"."""
    return f"{estimate.mean:{sign}z.3f} ({estimate.low:{sign}z.3f} to {estimate.high:{sign}z.3f})"


def show_generator(done: GeneratorReport, index_path: IndexPath) -> None:
    """What came of a generator in a few lines, with the command that comes next."""
    click.echo(
        f"Learnt from {done.products:,} products in {done.epochs:,} epochs of {done.planned:,} "
        f"({done.seconds['all']:,.1f} s{_memory(done.memory_bytes)})."
    )
    for name, first, last in _falls(done):
        click.echo(f"  {plain(name)}: {first:.3f} after the first epoch, {last:.3f} after the last")
    one, varied = done.copying, done.variety
    made, unseen = one.pixels
    if made is not None and unseen is not None:
        click.echo(
            f"From the nearest picture that it learnt from, its own are {made:.0f} levels of 255 away in the "
            f"middle, real ones that it never saw {unseen:.0f}. Nearer than all but 5% of those: "
            f"{one.close} of {one.made}."
        )
    if varied is not None and None not in varied.looks:
        click.echo(
            f"Eight pictures of the same words are {varied.looks[0]:.3f} apart in looks, eight real products "
            f"{varied.looks[1]:.3f} (1 less the cosine)."
        )
    for note in done.notes:
        click.echo(f"  {plain(note)}")
    click.echo(plain(f"The generator: {done.file}"))
    if done.page is not None:
        click.echo(plain(f"Its report, with all that it made marked as generated: {done.page}"))
    place = [] if index_path == settings.index_path() else ["--index", str(index_path)]
    text = done.imagined[0].text if done.imagined else "red dress"
    click.echo(plain(f"Ask it: {called()} {shlex.join(['search', '--imagine', text, *place])}"))


def _falls(done: GeneratorReport) -> list[tuple[str, float, float]]:
    """The losses on products that nothing was learnt from, where there are some, else on the others."""
    told: dict[str, tuple[str, float, float]] = {}
    for curve in done.curves:  # of one diagram the last is that of products that are not learnt from
        told[curve.diagram] = f"{curve.diagram}, {curve.name}", curve.values[0], curve.values[-1]
    return [*told.values()]


def _columns(done: TrainingReport) -> list[str]:
    """The columns that were learnt from, and how many kinds each tells."""
    told = [f"{plain(name)} ({labels.kinds:,} kinds)" for name, labels in done.taught.labels.items()]
    return told or ["what is said beside the labels"]


def _print_questions(comparison: Comparison) -> None:
    """A row for each question, those that were learnt from with a star."""
    before, after = comparison.standings[:2]
    asked = {name: one for name, one in comparison.questions.items() if name in after.values}
    print_table(
        {
            "": ["*" if one.taught else " " for one in asked.values()],
            "the same": [*asked],
            "before": [estimate_text(before.values[name]) for name in asked],
            "after": [estimate_text(after.values[name]) for name in asked],
            "gain": [estimate_text(after.gains[name], "+") for name in asked],
            "right": [_right(one) for one in asked.values()],
            "asked": [f"{one.cases:,}" for one in asked.values()],
        },
        {"asked"},
        {"the same"},
    )
    if any(one.taught for one in asked.values()):
        click.echo("* was learnt from.")
    both = [name for name in asked if name in before.whole and name in after.whole]
    told = [
        f"{plain(name)} {before.whole[name].mean:.3f} before, {after.whole[name].mean:.3f} after"
        for name in both
        if asked[name].taught
    ]
    if told:
        click.echo(f"Found among all products, as a shopper sees it: {'; '.join(told)}.")


def _print_beside(done: TrainingReport) -> None:
    """The other encoders on the same questions, where there are some."""
    standings = done.comparison.standings
    if len(standings) <= _ITS_OWN:
        return
    names = [done.name if one.role == "learnt" else near(one.encoder) for one in standings]
    questions = [*done.comparison.questions]
    click.echo("")
    print_table(
        {
            "encoder": names,
            "gain": ["" if one.gain is None else estimate_text(one.gain, "+") for one in standings],
            **{name: [_value(one, name) for one in standings] for name in questions},
        },
        questions,
    )


def _value(standing: Standing, question: str) -> str:
    estimate = standing.values.get(question)
    return "" if estimate is None else f"{estimate.mean:.3f}"


def _verdict(done: TrainingReport) -> str:
    gain = estimate_text(done.gain, "+")
    columns = f" in the mean of {_and([*done.taught.labels])}" if len(done.taught.labels) > 1 else ""
    if done.better:
        said = f"It is better: {gain}{columns}, on {done.gain.cases:,} products."
    elif done.gain.high < 0:
        said = f"It is worse: {gain}{columns}, on {done.gain.cases:,} products."
    else:
        said = f"It is not shown to be better: {gain}{columns}, on {done.gain.cases:,} products."
    if done.worse_at:
        said += f" It is worse at: {', '.join(map(plain, done.worse_at))}."
    before, after = (standing.variety.kinds for standing in done.comparison.standings[:2])
    if before is None or after is None:
        return said
    return f"{said} Kinds in a list of ten: {before.mean:.1f} before, {after.mean:.1f} after."


def _cost(done: TrainingReport) -> str:
    return f" ({done.seconds['all']:,.1f} s{_memory(done.memory_bytes)})"


def _memory(taken: int | None) -> str:
    return f", {taken / 1e6:,.0f} MB at most" if taken else ""


def _say_what_next(done: TrainingReport, index_path: IndexPath, *, asked: bool) -> None:
    place = [] if index_path == settings.index_path() else ["--index", str(index_path)]
    rebuild = [called(), "rebuild"]
    if done.switched:
        back = f"{' '.join(rebuild)} {shlex.join(['--back', *place])}"
        click.echo(plain(f"The index answers with it now. Back to {done.base}: {back}"))
        return
    switch = f"{' '.join(rebuild)} {shlex.join(['--encoder', near(done.encoder), *place])}"
    stays = f"The index answers with {done.base} as before."
    if done.rebuild is not None:
        click.echo(plain(f"Not switched: {done.rebuild.lost:,} products would be lost. {stays}"), err=True)
        click.echo(plain(f"See which: {switch}"), err=True)
    elif asked:
        click.echo(plain(f"Not switched. {stays} Switch all the same: {switch}"), err=True)
    else:
        how = "To switch" if done.better else "To switch all the same"
        click.echo(plain(f"{stays} {how}: {switch}"))


def _right(question: Question) -> str:
    """What the metric of a question counts, and what it can be at most where that is less than all."""
    name, _, depth = question.metric.partition("_at_")
    counted = (
        "the first"
        if question.metric == "hit_rate_at_1"
        else f"of the first {depth}"
        if name == "precision"
        else name
    )
    return counted if question.best >= _AS_GOOD_AS_ALL else f"{counted}, at most {question.best:.2f}"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
