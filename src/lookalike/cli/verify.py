"""``lookalike verify``: does the index still say what its pictures say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lookalike.cli.exits import EXIT_FAILED
from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import print_json, progress, unfinished
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.ingest.verification import VerifyReport


@click.command(short_help="Let the index prove itself.")
@index_option
@json_option
@click.option(
    "--sample", type=click.IntRange(min=1), default=1000, show_default=True, help="How many pictures."
)
@click.option(
    "--encoder", help="Where the encoder is, if its file moved: onnx:PATH, or keras:NAME?weights=PATH."
)
def verify(index_path: IndexPath, as_json: bool, sample: int, encoder: str | None) -> None:
    """Read every row, and encode a sample of pictures again: each has to find itself first.

    Exits 1 when fewer than 99.9% do, when the tables do not agree, or when what shoppers did or the shop's
    rules are damaged.
    """
    from lookalike.index import Index

    index = Index.open(index_path, encoder)
    with progress("Verifying", min(sample, index.manifest.pictures)) as advance:
        report = index.verify(sample, progress=advance)
    if as_json:
        print_json(report.to_dict())
    else:
        for line in report.tables:
            click.echo(f"tables: {line}")
        click.echo(
            f"{report.found:,} of {report.sampled:,} pictures found themselves; "
            f"{len(report.lost):,} did not, {report.changed:,} changed at their source, "
            f"{report.unreadable:,} cannot be read any more."
        )
        for name in report.lost[:10]:
            click.echo(f"  lost: {name}")
        for line in report.fitted:
            click.echo(f"fitted: {line}")
        for line in report.records:
            click.echo(f"events: {line}")
        for line in report.rules:
            click.echo(f"rules: {line}")
        click.echo(_verdict(report))
        if report.rebuilding is not None:
            click.echo(f"rebuild: {unfinished(report.rebuilding)}")
    if not report.ok:
        raise SystemExit(EXIT_FAILED)


def _verdict(report: VerifyReport) -> str:
    if report.tables or report.lost:
        return "The index is sound." if report.ok else "The index is not sound: make it anew."
    if report.fitted or report.rules:
        return "The tables are sound; answers do without what is damaged."
    if report.records:
        return "The index is sound; its records of events are not: bring them back from a copy."
    if report.sampled == 0:
        return "The index is empty."
    if report.tested == 0:
        return "The tables agree, but no picture could be read again, so nothing is proved of their vectors."
    return "The index is sound."
