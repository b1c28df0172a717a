"""``lookalike record``: what shoppers did, from a file, written down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.exits import EXIT_REPORTED, EXIT_STOPPED
from lookalike.cli.options import events_option, index_option, json_option, parse_share
from lookalike.cli.output import plain, print_json, progress
from lookalike.errors import BadArgument
from lookalike.events import KINDS, Kind
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.deliveries import RecordReport

_SHOWN = 5
"""Problems, and names of what was passed over, that are shown."""


@click.command(short_help="Write down what shoppers did.")
@click.argument("file", type=click.Path(path_type=Path))
@index_option
@events_option
@json_option
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="NAME=WHAT",
    help="Read a column as user, item, event, time, weight, session, answer or id; or a word as one of "
    f"{', '.join(KINDS)}.",
)
@click.option("--kind", metavar="KIND", help="What events are that name none, such as bought.")
@click.option(
    "--format",
    type=click.Choice(["csv", "tsv", "jsonl", "json", "parquet"]),
    help="What the file is, where its name and first bytes do not tell.",
)
@click.option("--tolerate", default="5%", show_default=True, help="Share of bad rows that still exits 0.")
def record(
    file: Path,
    *,
    index_path: IndexPath,
    events: str | None,
    as_json: bool,
    mapping: tuple[str, ...],
    kind: Kind | None,
    format: str | None,
    tolerate: str,
) -> None:
    """Write down the events of FILE: a CSV, JSON, JSON lines or Parquet file, or a folder of such files.

    Plain tables have a user, an item, a time and an event. Rows and documents of Google Analytics 4, Segment,
    Algolia Insights, Google Retail and Gorse are known by their fields. The same file twice counts once.
    """
    from lookalike.deliveries import RecordStopped, open_events
    from lookalike.index import Index

    share = parse_share(tolerate)
    delivery = open_events(file, _parsed(mapping), kind, format)
    index = Index.open(index_path, events=events)
    try:
        with progress("Recording", delivery.documents) as advance:
            done = index.record(delivery, progress=advance)
    except RecordStopped as stopped:
        _show(stopped.report, as_json)
        click.echo("Stopped. What was recorded stays; run the same command to go on.", err=True)
        raise SystemExit(EXIT_STOPPED) from None
    _show(done, as_json)
    if not done.within(share):
        click.echo(
            f"lookalike: {done.reported:,} of {done.rows:,} rows could not be read, more than {share:.0%}. "
            "Mend them, or allow more with --tolerate.",
            err=True,
        )
        raise SystemExit(EXIT_REPORTED)


def _parsed(pairs: tuple[str, ...]) -> Mapping[str, str]:
    """Read ``NAME=WHAT`` pairs. Raises `BadArgument`."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, equals, what = pair.rpartition("=")
        if not (name and equals and what):
            raise BadArgument(
                f"{pair!r} maps nothing.",
                next_step="Write for example --map shopper=user or --map pin=liked.",
            )
        mapping[name] = what
    return mapping


def _show(done: RecordReport, as_json: bool) -> None:
    if as_json:
        print_json(done.to_dict())
        return
    rate = f" ({done.rows / done.seconds:,.0f} a second)" if done.seconds > 0 and done.rows else ""
    click.echo(
        f"{done.rows:,} rows: {done.recorded:,} recorded, {done.repeated:,} known already, "
        + (f"{done.erased:,} of erased shoppers, " if done.erased else "")
        + f"{done.reported:,} reported in {done.seconds:.1f} s{rate}."
    )
    if done.kinds:
        click.echo("Recorded: " + ", ".join(f"{count:,} {kind}" for kind, count in done.kinds.most_common()))
    for problem in done.problems[:_SHOWN]:
        click.echo(
            plain(f"  row {problem.row}, {problem.id or 'no item'}: {problem.reason}: {problem.detail}")
        )
    more = sum(done.reasons.values()) - _SHOWN
    if more > 0:
        counts = ", ".join(f"{count:,} {reason}" for reason, count in done.reasons.most_common())
        click.echo(f"  and {more:,} more; in all {counts}.")
    if done.passed:
        names = [f"{count:,} {name}" for name, count in done.passed.most_common(_SHOWN)]
        others = f" and {len(done.passed) - _SHOWN} other names" if len(done.passed) > _SHOWN else ""
        click.echo(plain(f"Passed over, being nothing done with a product: {', '.join(names)}{others}."))
    if done.unknown:
        click.echo(f"{done.unknown:,} are of products that the catalogue does not hold; they are kept.")
    if done.future:
        click.echo(f"{done.future:,} came from clocks that are ahead; they are kept as of now.")
