"""What a person or a machine reads: tables, documents, and a bar on anything that takes long."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import time
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Protocol

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from lookalike import settings
from lookalike.errors import BadArgument, unwritable
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.ingest.report import IngestReport
    from lookalike.products import Product

PAGE_BEGINS = "<!doctype html"
"""How a page that we wrote begins, which may be written over."""

_LINE_SECONDS = 10.0  # between lines of progress where there is no terminal to draw a bar on
_PROBLEMS_SHOWN = 5
_PLAIN_WIDTH = 140
_GAP = 2  # blanks between columns
_KEPT = 3  # columns that are never dropped: rank, id and score, or id and title
_NUMBERS = frozenset({"", "score", "close", "price", "look", "colour", "text", "shown"})
_TEXTS = frozenset({"title", "category", "brand", "colours", "changes", "kind, changes"})
_LEAST_TEXT = 16  # characters that a text is not cut below


def console() -> Console:
    """Standard output; wide enough for a table when it is no terminal."""
    return Console() if sys.stdout.isatty() else Console(width=_PLAIN_WIDTH)


def plain(text: str) -> str:
    """Text without anything a terminal would obey: control characters are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def near(encoder: str) -> str:
    """An encoder's name as it can be typed here: the path of a file below this folder need not be whole."""
    kind, _, place = encoder.partition(":")
    if kind == "onnx" and Path(place).is_relative_to(Path.cwd()):
        return f"{kind}:{Path(place).relative_to(Path.cwd())}"
    return encoder


def called() -> str:
    """How the reader can call this command again: by its name where that is found, else by its path."""
    if shutil.which("lookalike"):
        return "lookalike"
    script = Path(sys.argv[0])
    if script.name != "lookalike":
        return "python -m lookalike"
    return os.path.relpath(script) if script.is_absolute() else str(script)


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    click.echo(json.dumps(document, ensure_ascii=not unicode, indent=2))


def print_products(products: Sequence[Product]) -> None:
    """Products as a table."""
    columns = {
        "id": [product.id for product in products],
        "title": [product.title for product in products],
        "brand": [product.brand for product in products],
        "category": [product.category for product in products],
        "price": ["" if product.price is None else str(product.price) for product in products],
        "availability": [product.availability for product in products],
    }
    print_table(columns)


def print_table(
    columns: Mapping[str, Sequence[str]],
    numbers: Collection[str] = _NUMBERS,
    texts: Collection[str] = _TEXTS,
) -> None:
    """A table that keeps its ids and numbers whole: texts give way, then whole columns, the last first.

    Columns without any content are left out; those in ``numbers`` are set to the right, those in ``texts``
    may be cut short.
    """
    held = {name: [*cells] for name, cells in columns.items() if any(cells)}
    out = console()
    while len(held) > _KEPT and _width(held, texts) > out.width:
        held.pop([*held][-1])
    widths = _text_widths(held, texts, out.width)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
    for name in held:
        table.add_column(
            name,
            justify="right" if name in numbers else "left",
            no_wrap=True,
            overflow="ellipsis",
            max_width=widths.get(name),
        )
    for row in zip(*held.values(), strict=True):
        table.add_row(*(Text(plain(cell)) for cell in row))
    out.print(table)


def print_reasoned(products: Sequence[tuple[str, Product, str]]) -> None:
    """Products in the order given, a line each: a label, the product, and below it what is said of it."""
    out = console()
    rows = [
        (label, plain(product.id), plain(product.title), "" if product.price is None else str(product.price))
        for label, product, _ in products
    ]
    labels, ids, titles, prices = (max(map(cell_len, cells)) for cells in zip(*rows, strict=True))
    left = labels + _GAP + ids + _GAP
    titles = max(_LEAST_TEXT, min(titles, out.width - left - _GAP - prices))
    for (label, name, title, price), (_, _, said) in zip(rows, products, strict=True):
        line = Text()
        for cell, width, justify in (
            (label, labels, "right" if label.isdecimal() else "left"),
            (name, ids, "left"),
            (title, titles, "left"),
            (price, prices, "right"),
        ):
            text = Text(plain(cell))
            text.truncate(width, overflow="ellipsis")
            text.align("right" if justify == "right" else "left", width)
            line += text + Text(" " * _GAP)
        line.rstrip()
        out.print(line, soft_wrap=True)
        for sentence in said.splitlines():
            text = Text(plain(sentence), style="dim")
            for wrapped in text.wrap(out, max(out.width - left, _LEAST_TEXT)):
                out.print(Text(" " * left) + wrapped, soft_wrap=True)


def _width(columns: Mapping[str, Sequence[str]], texts: Collection[str]) -> int:
    """The least width at which these columns can be read: ids and numbers whole, texts cut short."""
    return sum(
        _GAP + min(_full(name, cells), _LEAST_TEXT if name in texts else 10_000)
        for name, cells in columns.items()
    )


def _full(name: str, cells: Sequence[str]) -> int:
    return max(map(cell_len, (name, *cells)))


def _text_widths(columns: Mapping[str, Sequence[str]], texts: Collection[str], width: int) -> dict[str, int]:
    """How wide each text may be, so that the table fits: what is left is given to the first texts first."""
    spare = width - _width(columns, texts)
    widths: dict[str, int] = {}
    for name, cells in columns.items():
        if name in texts:
            least = min(_full(name, cells), _LEAST_TEXT)
            more = max(0, min(_full(name, cells) - least, spare))
            widths[name] = least + more
            spare -= more
    return widths


def check_target(path: Path, index_path: IndexPath, begins: str) -> None:
    """Raise `BadArgument` where writing would harm an index or a file that is something else.

    A file may be replaced when it begins as what is to be written does: in ASCII, after any byte order mark.
    Raises `StorageError` where nothing can be written.
    """
    inside = _is_inside(path, index_path)
    other = False
    with suppress(OSError):  # what is not there, or cannot be, is told when it is written
        other = not S_ISREG(path.stat().st_mode) or _is_else(path, begins)  # nobody waits at a pipe
    if inside or other:
        what = "lies inside the index" if inside else "exists and is something else"
        raise BadArgument(f"{path} {what}.", next_step="Name another file.")
    _require_writable(path, path.parent)


def _is_else(path: Path, begins: str) -> bool:
    with path.open("rb") as file:
        start = file.read(len(begins) + len(BOM_UTF8)).removeprefix(BOM_UTF8)[: len(begins)]
    return bool(start) and start.lower() != begins.encode().lower()


def check_folder(folder: Path, index_path: IndexPath) -> None:
    """Raise `BadArgument` where files would be written into an index, or over a file.

    Raises `StorageError` where nothing can be written.
    """
    if folder.is_file() or _is_inside(folder, index_path):
        what = "is a file" if folder.is_file() else "lies inside the index"
        raise BadArgument(f"{folder} {what}.", next_step="Name another folder.")
    _require_writable(folder, folder)


def _is_inside(path: Path, index_path: IndexPath) -> bool:
    return isinstance(index_path, Path) and path.resolve().is_relative_to(index_path.resolve())


def _require_writable(path: Path, folder: Path) -> None:
    """Try it before anything is worked out that would have no place."""
    try:
        if not path.is_file():
            there = next((one for one in (folder, *folder.absolute().parents) if one.exists()), folder)
            TemporaryFile(dir=there).close()
    except OSError as error:
        raise unwritable(path, error) from error


def write_page(path: Path, html: str) -> None:
    """Write a page where the user asked for it. Raises `StorageError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error


def print_report(report: IngestReport, where: IndexPath) -> None:
    """What became of the rows, in a few lines."""
    rate = report.encoded / report.seconds if report.seconds > 0 else 0.0
    click.echo(
        f"{report.rows:,} rows: {report.added:,} added, {report.updated:,} updated, "
        f"{report.unchanged:,} unchanged, {report.reported:,} reported"
        + (f"; {report.removed:,} products removed" if report.removed else "")
        + f". {report.encoded:,} pictures encoded"
        + (f", {report.reused:,} known already" if report.reused else "")
        + f" in {report.seconds:.1f} s"
        + (f" ({rate:,.0f} a second)." if report.encoded else ".")
    )
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        row = "?" if problem.row is None else problem.row
        where_from = f" ({problem.uri})" if problem.uri and problem.uri not in problem.detail else ""
        click.echo(
            plain(f"  row {row}, {problem.id or 'no id'}: {problem.reason}: {problem.detail}{where_from}")
        )
    if len(report.problems) > _PROBLEMS_SHOWN:
        more = len(report.problems) - _PROBLEMS_SHOWN
        click.echo(f"  and {more:,} more; --report FILE.csv writes them all.")
    if report.stale:
        click.echo(f"{report.stale:,} products keep pictures as they were, since these cannot be read now.")
    if report.withheld:
        click.echo(
            f"{report.withheld:,} products are no longer in the feed and were NOT removed, because rows "
            "of it cannot be read. If they are gone indeed: sync --yes."
        )
    if report.copies:
        what = "copy of a picture that was" if report.copies == 1 else "copies of pictures that were"
        click.echo(f"{report.copies:,} {what} there. See: {called()} duplicates{_at(where)}")
    click.echo(f"The index is {where}.")


def _at(index: IndexPath) -> str:
    """The option that names an index, where it is not the usual one."""
    return "" if index == settings.index_path() else f" --index {shlex.quote(str(index))}"


def unfinished(rebuilding: Mapping[str, Any]) -> str:
    """What to know of a rebuild that was begun and not finished."""
    return (
        f"{plain(rebuilding['encoder'])} has encoded {rebuilding['encoded']:,} pictures and is not finished; "
        f"lookalike rebuild --encoder {plain(rebuilding['encoder'])} goes on, --abandon throws it away"
    )


class Advance(Protocol):
    """Says how much is done, and of how much, where that was not known before."""

    def __call__(self, done: int, total: int | None = None, doing: str = "") -> None:
        """``done`` counts from the beginning of what is done; another ``doing`` begins anew."""
        ...


@contextmanager
def progress(doing: str, total: int | None) -> Iterator[Advance]:
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
        yield _Bar(bars, doing, total)


class _Bar:
    """Progress on a terminal."""

    def __init__(self, bars: Progress, doing: str, total: int | None) -> None:
        self._bars = bars
        self._begin(doing, total)

    def _begin(self, doing: str, total: int | None) -> None:
        self._doing, self._total = doing, total
        self._task = self._bars.add_task(doing, total=total, rate="")
        self._began = time.monotonic()

    def __call__(self, done: int, total: int | None = None, doing: str = "") -> None:
        if doing not in ("", self._doing):
            self._bars.remove_task(self._task)
            self._begin(doing, total)
        rate = f"{done / max(time.monotonic() - self._began, 1e-9):,.0f}/s"
        self._bars.update(self._task, completed=done, total=total or self._total, rate=rate)


class _Lines:
    """Progress for a log file."""

    def __init__(self, doing: str, total: int | None) -> None:
        self._doing = doing
        self._total = total
        self._began = self._said = time.monotonic()

    def __call__(self, done: int, total: int | None = None, doing: str = "") -> None:
        now = time.monotonic()
        if doing not in ("", self._doing):
            self._doing, self._total, self._began, self._said = doing, None, now, now
        self._total = self._total if total is None else total
        if now - self._said < _LINE_SECONDS:
            return
        self._said = now
        rate = done / (now - self._began)
        of = left = ""
        if self._total is not None:
            of = f" of {self._total:,}"
            left = f", {max(self._total - done, 0) / rate:,.0f} s left" if rate else ""
        click.echo(f"{self._doing}: {done:,}{of}, {rate:,.0f}/s{left}", err=True)
