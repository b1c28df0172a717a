"""What ``evaluate`` and ``compare`` have in common: their options, and the files they write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.options import events_option, private_option, workers_option
from lookalike.cli.output import PAGE_BEGINS, check_folder, check_target, progress, write_page
from lookalike.errors import unwritable
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.index import Index
    from lookalike.verdict.report import Comparison, Evaluation


def measure_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What to ask, of how many, and where the report goes."""
    for option in reversed(
        (
            click.option(
                "--labels",
                metavar="A,B",
                help="Columns whose equal values count; in quotes where a name has a comma. Default: the "
                "category, the colour and what else says something.",
            ),
            click.option(
                "--questions",
                metavar="Q,...",
                help='labels, structure, events, or single ones such as "photo". Default: what can be asked.',
            ),
            events_option,
            click.option("--most", type=click.IntRange(min=1), help="Ask each question this often at most."),
            click.option("--seed", type=int, default=0, show_default=True, help="What chance begins with."),
            click.option(
                "--html", "page", type=click.Path(path_type=Path), help="Write a report with pictures."
            ),
            click.option(
                "--trec",
                type=click.Path(path_type=Path),
                help="Write TREC run and qrels files into a folder.",
            ),
            workers_option,
            click.option(
                "--thumbnails",
                is_flag=True,
                help="Let kept small pictures stand in for those that are gone.",
            ),
            private_option,
        )
    ):
        command = option(command)
    return command


def check_written(index_path: IndexPath, page: Path | None, trec: Path | None) -> None:
    """Raise `BadArgument` where writing would harm an index or something else, before anybody waits."""
    if page is not None:
        check_target(page, index_path, PAGE_BEGINS)
    if trec is not None:
        check_folder(trec, index_path)


def write_out(
    report: Evaluation | Comparison, index: Index, page: Path | None, trec: Path | None
) -> list[str]:
    """Write what was asked for, and say where it is. Raises `StorageError`."""
    said = []
    if page is not None:
        write_page(page, report.to_html(index))
        said.append(f"The report is in {page}.")
    if trec is not None:
        from lookalike.verdict.trec_files import write_trec

        try:
            with progress("Writing TREC files", None) as advance:
                written = write_trec(report, trec, lambda doing, done, total: advance(done, total, doing))
        except OSError as error:
            raise unwritable(trec, error) from error
        said.append(f"{written.files:,} TREC files are in {trec}.")
        said += [
            f"{name}: so many answers are right that the files have {count:,} of those who asked, by hash."
            for name, count in written.shortened.items()
        ]
    return said
