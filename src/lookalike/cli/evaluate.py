"""``lookalike evaluate``: is it good for this shop?"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from lookalike.cli.measuring import check_written, measure_options, write_out
from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import print_json, progress
from lookalike.cli.verdict_tables import show_evaluation
from lookalike.settings import IndexPath


@click.command(short_help="Is it good for this shop?")
@click.argument("subject", required=False)
@index_option
@json_option
@measure_options
def evaluate(
    *,
    subject: str | None,
    index_path: IndexPath,
    as_json: bool,
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
    """Ask this catalogue questions whose answers are known, and say how many come out right, and how sure.

    By the labels of the table, by pictures whose product is known, and by what shoppers did next. SUBJECT is
    encoder:NAME, weights:look=1,colour=0.5, recipe:NAME or module:function; without one it is the look of the
    index's own encoder.
    """
    from lookalike.index import Index

    check_written(index_path, page, trec)
    index = Index.open(index_path, events=events)
    with progress("Reading", None) as advance, redirect_stdout(sys.stderr):  # a function may print
        report = index.evaluate(
            subject,
            labels=labels,
            questions=questions,
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
        show_evaluation(report, written)
