"""What a person or a machine reads: tables, documents, and a bar on anything that takes long."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from lookalike.errors import StorageError

if TYPE_CHECKING:
    from lookalike.ingest.report import IngestReport
    from lookalike.recommend.answer import Answer, Recommendation

_LINE_SECONDS = 10.0  # between lines of progress where there is no terminal to draw a bar on
_PROBLEMS_SHOWN = 5
_PLAIN_WIDTH = 140
_SHARE_NAMED = 0.1  # smaller parts of an item are not named in a table


def console() -> Console:
    """Standard output; wide enough for a table when it is no terminal."""
    return Console() if sys.stdout.isatty() else Console(width=_PLAIN_WIDTH)


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_answer(answer: Answer) -> None:
    """An answer as a table, best first."""
    if not len(answer):
        click.echo("Nothing in the catalogue matches.")
        for sentence in answer.explain["unmet"]:
            click.echo(sentence)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right")
    table.add_column("id", overflow="fold")
    table.add_column("score", justify="right")
    table.add_column("title", overflow="ellipsis", no_wrap=True)
    table.add_column("category", overflow="ellipsis", no_wrap=True)
    table.add_column("price", justify="right", no_wrap=True)
    table.add_column("look", justify="right")
    table.add_column("colours")
    for rank, result in enumerate(answer, start=1):
        table.add_row(str(rank), *(Text(cell) for cell in _cells(result)))
    console().print(table)
    if answer.complete:
        click.echo(f"These are all that match: {len(answer)}.")


def _cells(result: Recommendation) -> tuple[str, ...]:
    from lookalike.recommend.answer import colour_names

    product = result.product
    look = result.evidence.get("look")
    return (
        product.id,
        f"{result.score:.4f}",
        product.title,
        product.category,
        "" if product.price is None else str(product.price),
        "" if look is None else f"{look:.3f}",
        " ".join(name for name, share in colour_names(result.colours).items() if share >= _SHARE_NAMED),
    )


def write_sheet(answer: Answer, path: Path, title: str) -> None:
    """Write an answer as a page of pictures. Raises `StorageError`."""
    from lookalike.recommend.sheet import sheet_html

    write_page(path, sheet_html({"": answer}, title))


def write_page(path: Path, html: str) -> None:
    """Write a page where the user asked for it. Raises `StorageError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}.", next_step="Choose another place."
        ) from error


def print_report(report: IngestReport, where: Path) -> None:
    """What became of the rows, in a few lines."""
    rate = report.encoded / report.seconds if report.seconds > 0 else 0.0
    click.echo(
        f"{report.rows:,} rows: {report.added:,} added, {report.updated:,} updated, "
        f"{report.unchanged:,} unchanged, {report.reported:,} reported"
        + (f"; {report.removed:,} removed" if report.removed else "")
        + f". {report.encoded:,} pictures encoded in {report.seconds:.1f} s"
        + (f" ({rate:,.0f} a second)." if report.encoded else ".")
    )
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        row = "?" if problem.row is None else problem.row
        click.echo(f"  row {row}, {problem.id or 'no id'}: {problem.reason}: {problem.detail}")
    if len(report.problems) > _PROBLEMS_SHOWN:
        more = len(report.problems) - _PROBLEMS_SHOWN
        click.echo(f"  and {more:,} more; --report FILE.csv writes them all.")
    click.echo(f"The index is {where}.")


@contextmanager
def progress(doing: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar with rate and time left on a terminal, else a line now and then, on standard error."""
    if not sys.stderr.isatty():
        yield _Lines(doing, total)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(doing, total=total, rate="")
        began = time.monotonic()

        def advance(done: int) -> None:
            bars.update(task, completed=done, rate=f"{done / max(time.monotonic() - began, 1e-9):,.0f}/s")

        yield advance


class _Lines:
    """Progress for a log file."""

    def __init__(self, doing: str, total: int | None) -> None:
        self._doing = doing
        self._total = total
        self._began = self._said = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._said < _LINE_SECONDS:
            return
        self._said = now
        rate = done / (now - self._began)
        of = left = ""
        if self._total is not None:
            of = f" of {self._total:,}"
            left = f", {max(self._total - done, 0) / rate:,.0f} s left" if rate else ""
        click.echo(f"{self._doing}: {done:,}{of}, {rate:,.0f}/s{left}", err=True)
