"""``lookalike doctor``: what is wrong with this catalogue?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.diagnosis import show_findings, show_gates, show_taken
from lookalike.cli.exits import EXIT_FAILED, EXIT_REPORTED
from lookalike.cli.options import events_option, index_option, json_option, workers_option
from lookalike.cli.output import PAGE_BEGINS, check_target, print_json, progress, write_page
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.checkup.doctor import Doctor
    from lookalike.checkup.findings import Findings

_LIKELY = 0.5
_TABLE_BEGINS = "decision,finding,kind"
_FIXES_BEGIN = "id,"


@click.command(short_help="What is wrong with this catalogue?")
@index_option
@events_option
@json_option
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Look for this kind or section only.")
@click.option(
    "--confidence", type=float, default=_LIKELY, show_default=True, help="How sure it must be, 0 to 1."
)
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Write a table to decide in.")
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write a report with pictures.")
@click.option("--fixes", type=click.Path(path_type=Path), help="Write corrected rows, to add again.")
@click.option("--watch", is_flag=True, help="Only what the examination before did not find.")
@click.option(
    "--gate", "gates", multiple=True, metavar="EXPR", help='Exit 1 unless it holds, such as "unreadable<=0".'
)
@click.option("--apply", "decided", type=click.Path(path_type=Path), help="Take the decisions of a table.")
@click.option("--dismiss", multiple=True, metavar="ID", help="Do not tell this finding again.")
@click.option("--restore", multiple=True, metavar="ID", help="Take back what was decided of this finding.")
@click.option("--kept", is_flag=True, help="What the last examination found, without looking again.")
@click.option("--dismissed", is_flag=True, help="What was dismissed or applied, instead.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="How many of each kind to print.",
)
@workers_option
def doctor(
    *,
    index_path: IndexPath,
    events: str | None,
    as_json: bool,
    kinds: tuple[str, ...],
    confidence: float,
    table: Path | None,
    page: Path | None,
    fixes: Path | None,
    watch: bool,
    gates: tuple[str, ...],
    decided: Path | None,
    dismiss: tuple[str, ...],
    restore: tuple[str, ...],
    kept: bool,
    dismissed: bool,
    limit: int,
    workers: int | None,
) -> None:
    """Look at every picture, tag, price and shelf, and say what is wrong, how sure that is, and what to do.

    Nothing is changed: a person decides, here with --csv and --apply, or on the page of lookalike serve.
    """
    from lookalike.index import Index

    _require_one_task(
        {"--apply": decided, "--dismiss": dismiss, "--restore": restore},
        {"--csv": table, "--html": page, "--gate": gates, "--watch": watch, "--kept": kept},
        dismissed=dismissed,
    )
    for target, begins in ((table, _TABLE_BEGINS), (page, PAGE_BEGINS), (fixes, _FIXES_BEGIN)):
        if target is not None:
            check_target(target, index_path, begins)
    own = Index.open(index_path, events=events).doctor
    if decided is not None or dismiss or restore:
        _decide(own, decided, dismiss, restore, fixes=fixes, as_json=as_json)
        return
    _require_gates(gates, kinds)
    if table is not None:
        _require_handed_in(own, table)
    if kept or dismissed:
        found = own.findings(kinds or None, confidence=confidence, new=watch, dismissed=dismissed)
    else:
        found = _examined(own, kinds, confidence, watch=watch, workers=workers)
    passed = [found.gate(gate) for gate in gates]
    _write(own, found, table, page, fixes)
    if as_json:
        asked = {"gates": [result.to_dict() for result in passed]} if gates else {}
        print_json({**found.to_dict(), **asked})
    else:
        written = {"table": table, "page": page, "fixes": fixes}
        show_findings(found, limit, written, watch=watch, decided=dismissed)
        show_gates(passed)
    if not all(result.passed for result in passed):
        raise SystemExit(EXIT_FAILED)


def _examined(
    own: Doctor, kinds: Sequence[str], confidence: float, *, watch: bool, workers: int | None
) -> Findings:
    """What is found now; of that only what is new, to somebody who watches."""
    with progress("Examining", None) as advance:
        found = own.examine(
            kinds or None,
            confidence=confidence,
            progress=lambda doing, done, total: advance(done, total, doing),
            workers=workers,
        )
    return own.findings(kinds or None, confidence=confidence, new=True) if watch else found


def _decide(
    own: Doctor,
    table: Path | None,
    dismiss: Sequence[str],
    restore: Sequence[str],
    *,
    fixes: Path | None,
    as_json: bool,
) -> None:
    """Take decisions; leaves with 3 when some were refused."""
    from lookalike.catalog.spreadsheet import write_table

    reports = [] if table is None else [own.decide(table)]
    if dismiss:
        reports.append(own.dismiss(dismiss))
    if restore:
        reports.append(own.restore(restore))
    if fixes is not None:
        write_table(fixes, own.fixes_text())
    if as_json:
        documents = [report.to_dict() for report in reports]
        print_json(documents[0] if len(documents) == 1 else documents)
    else:
        for report in reports:
            show_taken(report, fixes)
    if any(report.refused for report in reports):
        raise SystemExit(EXIT_REPORTED)


def _write(own: Doctor, found: Findings, table: Path | None, page: Path | None, fixes: Path | None) -> None:
    """Write what was asked for; the fixes of what was decided are the corrections that were applied."""
    from lookalike.catalog.spreadsheet import write_table

    if table is not None:
        found.to_csv(table)
    if page is not None:
        write_page(page, found.to_html())
    if fixes is not None:
        write_table(fixes, own.fixes_text() if found.decided else found.fixes_text())


def _require_one_task(deciding: dict[str, object], telling: dict[str, object], *, dismissed: bool) -> None:
    """Raise `BadArgument` where one call is asked to decide and to examine."""
    from lookalike.errors import BadArgument

    decides = [name for name, given in deciding.items() if given]
    tells = [name for name, given in telling.items() if given] + ["--dismissed"] * dismissed
    if decides and tells:
        raise BadArgument(
            f"{decides[0]} and {tells[0]} are two things.", next_step=f"First {decides[0]}, then {tells[0]}."
        )
    if dismissed and telling["--watch"]:
        raise BadArgument("What was decided is not watched.", next_step="Leave --watch or --dismissed out.")


def _require_gates(gates: Sequence[str], kinds: Sequence[str]) -> None:
    """Raise `BadArgument` for what is no gate, before anybody waits for it."""
    from lookalike.checkup.gate import Gate
    from lookalike.checkup.kinds import kinds_of
    from lookalike.errors import BadArgument

    looked_for = kinds_of(kinds or None)
    for gate in gates:
        missing = [kind for kind in Gate.read(gate).kinds if kind not in looked_for]
        if missing:
            raise BadArgument(
                f"The gate {gate!r} is about {missing[0]!r}, which is not looked for.",
                next_step=f"Add --kind {missing[0]}, or leave --kind out.",
            )


def _require_handed_in(own: Doctor, table: Path) -> None:
    """Raise `BadArgument` where writing would overwrite decisions that nobody has handed in."""
    from lookalike.checkup.decided import APPLIED, DISMISSED
    from lookalike.checkup.decision import APPLY, DISMISS, UNDO, Decision
    from lookalike.checkup.table import read_table
    from lookalike.errors import BadArgument, CatalogError

    if not table.exists():
        return
    words = {APPLIED: APPLY, DISMISSED: DISMISS}
    made = own.findings(dismissed=True, confidence=0).decided if own.examined else {}
    known = {name: words[one.decision] for name, one in made.items()}
    try:
        rows = read_table(table)
    except CatalogError:  # it holds nothing that could be handed in
        return
    waiting = [
        name for _, name, row in rows if isinstance(row, Decision) and known.get(name, UNDO) != row.decision
    ]
    if waiting:
        raise BadArgument(
            f"{table} holds {len(waiting):,} decisions that were not handed in.",
            next_step=f"Write: lookalike doctor --apply {table}, or name another file.",
        )
