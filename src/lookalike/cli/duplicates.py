"""``lookalike duplicates``: which pictures are there twice?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.exits import EXIT_REPORTED, EXIT_STOPPED
from lookalike.cli.options import (
    copies_options,
    events_option,
    index_option,
    json_option,
    workers_option,
)
from lookalike.cli.output import (
    PAGE_BEGINS,
    check_target,
    plain,
    print_json,
    print_table,
    progress,
    write_page,
)
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.copies import DuplicateGroup, Duplicates, JudgementReport
    from lookalike.index import Index

_REFUSED_SHOWN = 10
_UNREADABLE_SHOWN = 5
_TABLE_BEGINS = "group,kind,decision"


@click.command(short_help="Which pictures are there twice?")
@index_option
@events_option
@json_option
@copies_options
@click.option("--look/--no-look", default=True, help="Look at pictures first that nobody has looked at.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many groups to print."
)
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Write a table to decide in.")
@click.option("--sheet", type=click.Path(path_type=Path), help="Write the groups side by side, as HTML.")
@click.option("--review", type=click.Path(path_type=Path), help="Take the decisions of such a table.")
@click.option(
    "--memory", type=click.IntRange(min=16), metavar="MIB", help="Most MiB of scores held while looking."
)
@workers_option
def duplicates(
    *,
    index_path: IndexPath,
    events: str | None,
    as_json: bool,
    kinds: str | None,
    threshold: float | None,
    look: bool,
    limit: int,
    table: Path | None,
    sheet: Path | None,
    review: Path | None,
    memory: int | None,
    workers: int | None,
) -> None:
    """Show pictures that are the same, in groups, the one all others were compared with first.

    Nothing is deleted: a person decides, here with --csv and --review, or on the page of lookalike serve.
    """
    from lookalike.index import Index

    index = Index.open(index_path, events=events)
    if review is not None:
        _review(index, review, as_json)
        return
    for target, begins in ((table, _TABLE_BEGINS), (sheet, PAGE_BEGINS)):
        if target is not None:
            check_target(target, index_path, begins)
    _require_handed_in(index, table)
    stopped = False
    try:
        with progress("Comparing", None) as advance:
            held = None if memory is None else memory << 20
            found = index.duplicates(
                threshold, kinds, look=look, progress=advance, workers=workers, memory=held
            )
    except KeyboardInterrupt:
        found, stopped = index.duplicates(threshold, kinds, look=False), True
    if table is not None:
        found.to_csv(table)
    if sheet is not None:
        write_page(sheet, found.to_html())
    if as_json:
        print_json(found.to_dict())
    else:
        _show(found, limit, table, sheet)
    if stopped:
        click.echo("Stopped. What was found is kept; run the same command to go on.", err=True)
        raise SystemExit(EXIT_STOPPED)


def _review(index: Index, table: Path, as_json: bool) -> None:
    """Take decisions; leaves with 3 when some were refused."""
    report = index.review(table)
    if as_json:
        print_json(report.to_dict())
    else:
        _show_taken(report)
    if report.refused:
        raise SystemExit(EXIT_REPORTED)


def _show_taken(report: JudgementReport) -> None:
    click.echo(f"{report.taken:,} decisions taken, {len(report.refused):,} refused. Nothing is deleted.")
    for refusal in report.refused[:_REFUSED_SHOWN]:
        about = f", {refusal.id}" if refusal.id else ""
        click.echo(plain(f"  row {refusal.row}{about}: {refusal.message} {refusal.next_step}"))
    if len(report.refused) > _REFUSED_SHOWN:
        click.echo(f"  and {len(report.refused) - _REFUSED_SHOWN:,} more; --json lists them all.")


def _require_handed_in(index: Index, table: Path | None) -> None:
    """Raise `BadArgument` where writing would overwrite decisions that nobody has handed in."""
    from lookalike.copies.table import decisions_in
    from lookalike.duplicates.judgements import NOT_SAME, UNDO
    from lookalike.errors import BadArgument, CatalogError

    if table is None or not table.exists():
        return
    known = {(judgement.keep, judgement.other): judgement.verdict for judgement in index.judgements()}
    known |= {(other, keep): verdict for (keep, other), verdict in known.items() if verdict == NOT_SAME}
    try:
        waiting = [
            one for one in decisions_in(table) if known.get((one.keep, one.other), UNDO) != one.verdict
        ]
    except CatalogError:  # it holds nothing that could be handed in
        return
    if waiting:
        raise BadArgument(
            f"{table} holds {len(waiting):,} decisions that were not handed in.",
            next_step=f"Write: lookalike duplicates --review {table}, or name another file.",
        )


def _show(found: Duplicates, limit: int, table: Path | None, sheet: Path | None) -> None:
    """The first groups, and what there is to know and to do."""
    if not found.groups:
        click.echo("No picture is there twice.")
    else:
        _print_groups(found, found.groups[:limit])
        if len(found) > limit:
            click.echo(f"{limit:,} of {len(found):,} groups; --limit shows more.")
        click.echo(_summary(found))
    click.echo(f"{found.looked_at:,} of {found.pictures:,} pictures were looked at.")
    if not found.complete:
        click.echo("The others are looked at without --no-look.")
    for problem in found.unreadable[:_UNREADABLE_SHOWN]:
        click.echo(plain(f"  {problem.id}: {problem.detail} Remove the product and add it again."))
    if len(found.unreadable) > _UNREADABLE_SHOWN:
        click.echo(f"  and {len(found.unreadable) - _UNREADABLE_SHOWN:,} more; --json lists them all.")
    if table is not None:
        click.echo(f"Decide in {table}, then: lookalike duplicates --review {table}")
    if sheet is not None:
        click.echo(f"The pictures are in {sheet}.")
    if found.groups and table is None and sheet is None:
        click.echo("Side by side: --sheet FILE.html. To decide: --csv FILE.csv, then --review FILE.csv.")


def _summary(found: Duplicates) -> str:
    kinds = [group.kind for group in found]
    counted = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in found.kinds if kind in kinds)
    left = sum(not group.reviewed for group in found)
    word = "picture" if found.copies == 1 else "pictures"
    said = f"{len(found):,} groups ({counted}): {found.copies:,} {word} more than one of each."
    return said if left == len(found) else f"{said} {left:,} groups are not decided yet."


def _print_groups(found: Duplicates, groups: Sequence[DuplicateGroup]) -> None:
    products = found.products(sorted({member.id for group in groups for member in group.members}))
    members = [
        (number, at, group, member)
        for number, group in enumerate(groups, start=1)
        for at, member in enumerate(group.members)
    ]
    several = any(member.picture for _, _, _, member in members)
    print_table(
        {
            "": [str(number) if at == 0 else "" for number, at, _, _ in members],
            "id": [member.id for _, _, _, member in members],
            "alike": [f"{member.similarity:.2f}" if at else "" for _, at, _, member in members],
            "pic": [str(member.picture) if several else "" for _, _, _, member in members],
            "title": [
                products[member.id].title if member.id in products else "" for _, _, _, member in members
            ],
            "kind, changes": [_differs(group, at) for _, at, group, _ in members],
        },
        numbers={"", "alike", "pic"},
    )


def _differs(group: DuplicateGroup, at: int) -> str:
    """The kind of the group beside its head, and what differs beside the others."""
    member = group.members[at]
    if at == 0:
        return group.kind
    return ", ".join(member.changes) or ("" if member.kind == group.kind else member.kind)
