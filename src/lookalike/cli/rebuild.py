"""``lookalike rebuild``: the same index with the vectors of another encoder; and back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.exits import EXIT_REPORTED, EXIT_STOPPED
from lookalike.cli.ingesting import FITTING, keeping, require_writable, when_free
from lookalike.cli.options import (
    encoder_options,
    index_option,
    json_option,
    parse_share,
    private_option,
    wait_option,
    workers_option,
)
from lookalike.cli.output import check_target, plain, print_json, progress
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.index import Index
    from lookalike.ingest.rebuild_report import RebuildReport

_PROBLEMS_SHOWN = 5


@click.command(short_help="Change the encoder, or go back.")
@index_option
@json_option
@encoder_options
@click.option("--back", is_flag=True, help="Answer with the encoder before again. Encodes nothing.")
@click.option("--force", is_flag=True, help="With --back: leave out what the encoder before never saw.")
@click.option("--abandon", is_flag=True, help="Throw away what an unfinished rebuild has made.")
@click.option(
    "--allow-missing",
    default="0%",
    show_default=True,
    metavar="SHARE",
    help="Switch although this share of the pictures cannot be read any more.",
)
@click.option("--thumbnails", is_flag=True, help="Let kept small pictures stand in for those that are gone.")
@click.option("--report", type=click.Path(path_type=Path), help="Write every problem as CSV.")
@workers_option
@private_option
@wait_option("Seconds to wait for a writer before the switch.")
def rebuild(
    index_path: IndexPath,
    *,
    as_json: bool,
    encoder: str | None,
    back: bool,
    force: bool,
    abandon: bool,
    allow_missing: str,
    report: Path | None,
    wait: float,
    **how: Any,
) -> None:
    """Encode every picture anew with --encoder NAME, beside the live index, then switch at once.

    The index answers and can be written to meanwhile. A rebuild that was stopped is gone on with. The vectors
    until then are kept: --back returns to them without encoding.
    """
    from lookalike.errors import BadArgument
    from lookalike.index import Index

    if (encoder is not None) + back + abandon != 1:
        raise BadArgument(
            "One of --encoder, --back and --abandon is wanted.",
            next_step="Write for example: lookalike rebuild --encoder imagenet",
        )
    if force and not back:
        raise BadArgument("--force belongs to --back.", next_step="Leave it out, or add --back.")
    share = parse_share(allow_missing)
    index = Index.open(index_path)
    if report is not None:
        require_writable(report)
        check_target(report, index_path, "row,id,reason")
    if abandon:
        _abandon(index, as_json)
        return
    if encoder is not None:
        done = _run(index, encoder, wait, allow_missing=share, **how)
    else:
        done = _run_back(index, force, wait)
    if report is not None:
        done.write_csv(report)
    if as_json:
        print_json(done.to_dict())
    else:
        _show(done)
    if not done.switched:
        raise SystemExit(EXIT_REPORTED)


def _run(index: Index, encoder: str, wait: float, **how: Any) -> RebuildReport:
    from lookalike.ingest.rebuild_report import RebuildStopped

    try:
        with progress("Encoding", None) as advance:
            how |= {
                "progress": advance,
                "fitting": partial(advance, doing=FITTING),
                "keeping": keeping(advance),
            }
            return when_free(partial(index.rebuild, encoder, **how), wait)
    except RebuildStopped as stopped:
        click.echo(
            f"Stopped. {stopped.encoded:,} pictures were encoded and are kept; the index is as it was. "
            "Run the same command to go on.",
            err=True,
        )
        raise SystemExit(EXIT_STOPPED) from None


def _run_back(index: Index, force: bool, wait: float) -> RebuildReport:
    with progress("Going back", None) as advance:
        how: dict[str, Any] = {"fitting": partial(advance, doing=FITTING), "keeping": keeping(advance)}
        return when_free(partial(index.rebuild_back, force=force, **how), wait)


def _abandon(index: Index, as_json: bool) -> None:
    names = index.rebuild_abandon()
    if as_json:
        print_json({"abandoned": names})
    elif names:
        click.echo(f"Thrown away: what was made of {', '.join(map(plain, names))}. The index is as it was.")
    else:
        click.echo("There is no unfinished rebuild.")


def _show(done: RebuildReport) -> None:
    encoder, before = plain(done.encoder), plain(done.before)
    if done.encoder == done.before and not done.pictures:
        click.echo(f"The index is made with {encoder} already.")
        return
    rate = f" ({done.encoded / done.seconds:,.0f} a second)" if done.encoded and done.seconds > 0 else ""
    click.echo(
        f"{done.pictures:,} pictures: {done.ready:,} have vectors of {encoder}, {done.missing:,} have none. "
        f"{done.encoded:,} encoded now in {done.seconds:.1f} s{rate}."
    )
    for count, said in (
        (done.mapped, "vectors were made of those that the index has; for these no picture was read."),
        (done.changed, "pictures hold other bytes than the index knew, and are measured anew."),
        (done.thumbnails, "pictures are gone; the small ones that the index keeps stand in for them."),
    ):
        if count:
            click.echo(f"{count:,} {said}")
    for problem in done.problems[:_PROBLEMS_SHOWN]:
        click.echo(plain(f"  {problem.id}: {problem.reason}: {problem.detail}"))
    if len(done.problems) > _PROBLEMS_SHOWN:
        click.echo(f"  and {len(done.problems) - _PROBLEMS_SHOWN:,} more; --report FILE.csv writes them all.")
    if done.switched:
        lost = f" {done.lost:,} products without a picture were left out." if done.lost else ""
        click.echo(f"The index answers with {encoder} now.{lost} Back to {before}: lookalike rebuild --back")
        return
    share = done.missing / done.pictures
    click.echo(
        f"Not switched: {done.lost:,} products would be lost. The index answers with {before}, and what was "
        f"encoded is kept. Bring these pictures back (or `add` their products again) and run the same "
        f"command; or allow it with --allow-missing {_rounded_up(share)}, or --thumbnails.",
        err=True,
    )


def _rounded_up(share: float) -> str:
    """A percentage that is at least this share."""
    return f"{-(-share * 1000 // 1) / 10:g}%"
