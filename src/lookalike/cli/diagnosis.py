"""What the doctor found, as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from lookalike.cli.output import console, plain, print_reasoned

if TYPE_CHECKING:
    from lookalike.checkup.decision import DecisionReport
    from lookalike.checkup.findings import Findings
    from lookalike.checkup.gate import GateResult
    from lookalike.doctor.finding import Finding

_REFUSED_SHOWN = 10
_UNJUDGED_SHOWN = 12


def show_findings(
    found: Findings, limit: int, written: Mapping[str, Path | None], *, watch: bool, decided: bool
) -> None:
    """Findings by section and kind, the surest few of each; what could not be judged; what to do next."""
    from lookalike.doctor.finding import KINDS

    click.echo(_headline(found, watch=watch, decided=decided))
    if found.unkept:
        click.echo(f"It could not be kept: {plain(found.unkept)}", err=True)
    kinds: dict[str, list[Finding]] = {kind: [] for kind in KINDS}
    for one in found:
        kinds[one.kind].append(one)
    for own in filter(None, kinds.values()):
        _show_kind(own, found, limit)
    if found.unjudged and not decided:
        _show_unjudged(found)
    click.echo()
    for line in _next_steps(found, written, decided=decided):
        click.echo(plain(line))


def _headline(found: Findings, *, watch: bool, decided: bool) -> str:
    """How much was looked at, and how much was found."""
    count = _counted(len(found), "finding")
    if decided:
        verb = "was" if len(found) == 1 else "were"
        return f"{count} {verb} decided." if found else "Nothing was dismissed or applied."
    if not found and not found.products:
        return "The index is empty: add a catalogue first."
    sections = ", ".join(f"{section} {number:,}" for section, number in found.sections.items() if number)
    since = " since the examination before" if watch else ""
    new = sum(found.new_counts.values())
    fresh = f", {new:,} of them new" if not watch and 0 < new < len(found) else ""
    what = f"{count}{since} ({sections}){fresh}" if found else "Nothing new" if watch else "Nothing wrong"
    where = f"{_counted(found.products, 'product')} and {_counted(found.pictures, 'picture')}"
    return f"{what}: {where} in {found.seconds:,.1f} s." + (
        " The catalogue has changed since." if found.stale else ""
    )


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _show_kind(own: Sequence[Finding], found: Findings, limit: int) -> None:
    """How many findings of a kind there are, the surest of them, and what to do about them."""
    from lookalike.doctor.finding import KINDS

    out, said = console(), KINDS[own[0].kind]
    sure = sum(one.sure for one in own)
    counted = f"  {own[0].kind} · {len(own):,}" + (f", {sure:,} sure" if sure < len(own) else "")
    out.print(Text(f"\n{said.title}", style="bold") + Text(counted, style="not bold"), soft_wrap=True)
    _show_surest(own[:limit], found)
    more = f"and {len(own) - limit:,} more. " if len(own) > limit else ""
    out.print(Text(f"      {more}{said.advice}"), soft_wrap=True)


def _show_surest(findings: Sequence[Finding], found: Findings) -> None:
    """A line for each finding, its product first, and what is said of it."""
    from lookalike.products import Product

    ids = [one.products[0] for one in findings if one.products]
    products = found.read(ids)
    print_reasoned(
        [
            (
                f"{one.confidence:.2f}",
                products.get(name) or Product(id=name, pictures=()),
                _said(one, found),
            )
            for one in findings
            for name in one.products[:1] or (one.value,)
        ]
    )


def _said(finding: Finding, found: Findings) -> str:
    made = found.decided.get(finding.id)
    lines = [finding.says]
    if finding.suggestion and finding.suggestion not in finding.says:
        about = f" for {finding.field}" if finding.field else ""
        lines.append(f"Suggested{about}: {finding.suggestion}")
    if made is not None:
        other = made.decision == "applied" and made.value != finding.suggestion
        written = f" with {made.value or 'no value'}" if other else ""
        lines.append(f"{made.decision.capitalize()}{written}. Take it back: --restore {finding.id}")
    return "\n".join(line for line in lines if line)


def _show_unjudged(found: Findings) -> None:
    from lookalike.doctor.finding import together

    out = console()
    out.print(Text("\nWhat could not be judged", style="bold"))
    reasons = together(found.unjudged)
    for kinds, field, why in reasons[:_UNJUDGED_SHOWN]:
        about = f"{', '.join(kinds)} ({field})" if field else ", ".join(kinds)
        out.print(Text(plain(f"  {about}: {why}")), soft_wrap=True)
    if len(reasons) > _UNJUDGED_SHOWN:
        out.print(Text(f"  and {len(reasons) - _UNJUDGED_SHOWN:,} more; --json lists them all."))


def _next_steps(found: Findings, written: Mapping[str, Path | None], *, decided: bool) -> list[str]:
    """What a person can do now."""
    table, page, fixes = (written[name] for name in ("table", "page", "fixes"))
    lines = [] if page is None else [f"The report is in {page}."]
    if table is not None:
        lines.append(f"Decide in {table}, then: lookalike doctor --apply {table}")
    if fixes is not None and decided:
        lines.append(f"The corrected rows are in {fixes}, for your own table.")
    elif fixes is not None:
        lines.append(f"Rows with all suggestions are in {fixes}. After a look: lookalike add {fixes}")
    if found and not decided and table is None and page is None and fixes is None:
        lines.append(
            "With pictures: --html FILE.html, or /doctor of lookalike serve. "
            "To decide: --csv FILE.csv, then --apply FILE.csv."
        )
    return lines


def show_gates(passed: Sequence[GateResult]) -> None:
    """Whether each gate holds, and what it counted."""
    for result in passed:
        unjudged = f" ({result.unjudged:,} could not be judged)" if result.unjudged else ""
        verdict = "holds" if result.passed else "FAILS"
        click.echo(plain(f"{result.expression} {verdict}: it is {result.count:g}{unjudged}."))


def show_taken(report: DecisionReport, fixes: Path | None) -> None:
    """How many decisions were taken, and which were not."""
    click.echo(
        f"{report.applied:,} applied, {report.dismissed:,} dismissed, {report.undone:,} taken back, "
        f"{len(report.refused):,} refused. {len(report.changed):,} products say something else now."
    )
    for refusal in report.refused[:_REFUSED_SHOWN]:
        about = f", {refusal.finding}" if refusal.finding else ""
        click.echo(plain(f"  row {refusal.row}{about}: {refusal.message} {refusal.next_step}"))
    if len(report.refused) > _REFUSED_SHOWN:
        click.echo(f"  and {len(report.refused) - _REFUSED_SHOWN:,} more; --json lists them all.")
    if fixes is not None:
        click.echo(f"The corrected rows are in {fixes}, for your own table.")
    elif report.applied:
        click.echo("Corrected rows for your own table: lookalike doctor --dismissed --fixes FILE.csv")
