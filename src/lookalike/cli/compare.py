"""``lookalike compare``: is the new one better?"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from lookalike.cli.exits import EXIT_FAILED
from lookalike.cli.measuring import check_written, measure_options, write_out
from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import print_json, progress
from lookalike.cli.verdict_tables import show_comparison
from lookalike.settings import IndexPath


@click.command(short_help="Is the new one better?")
@click.argument("subjects", nargs=-1, required=True, metavar="A B...")
@index_option
@json_option
@click.option(
    "--gate",
    "gates",
    multiple=True,
    metavar="EXPR",
    help='Exit 1 unless the last is surely not worse than the first by more than this: "P@10>=-0.01", or '
    'with a question "photo:R@1>=-0.02".',
)
@measure_options
def compare(
    *,
    subjects: tuple[str, ...],
    index_path: IndexPath,
    as_json: bool,
    gates: tuple[str, ...],
    labels: str | None,
    questions: str | None,
    events: str | None,
    most: int | None,
    seed: int,
    page: Path | None,
    trec: Path | None,
    workers: int | None,
    thumbnails: bool,
    allow_private: bool,
) -> None:
    """Ask several the same questions, and say whether the last is better than the first, and at what price.

    Each is encoder:NAME, weights:look=1,colour=0.5, recipe:NAME or module:function. Differences are taken
    question by question, with 95% intervals.
    """
    from lookalike.index import Index

    check_written(index_path, page, trec)
    index = Index.open(index_path, events=events)
    with progress("Reading", None) as advance, redirect_stdout(sys.stderr):  # a function may print
        report = index.compare(
            *subjects,
            labels=labels,
            questions=questions,
            gates=gates,
            most=most,
            seed=seed,
            progress=lambda doing, done, total: advance(done, total, doing),
            workers=workers,
            thumbnails=thumbnails,
            allow_private=allow_private,
        )
    written = write_out(report, index, page, trec)
    if as_json:
        print_json(report.to_dict())
    else:
        show_comparison(report, written)
    if not report.passed:
        raise SystemExit(EXIT_FAILED)
