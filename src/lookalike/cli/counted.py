"""What there is in a catalogue, as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.cells import cell_len, set_cell_size

from lookalike.cli.output import called, plain, print_table

if TYPE_CHECKING:
    from lookalike.exploring.documents import Bar, Chart, Counts, MapStanding, Matrix

_BAR = 28  # characters of the longest bar
_NAME = 30  # characters of a name at most
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_COMPARED = 12  # products of which a whole matrix is printed


def show_counts(counts: Counts, limit: int) -> None:
    """Each chart as bars: the most frequent values, or what has an order as a whole."""
    if not counts.products:
        click.echo("The index is empty: add a catalogue first.")
        return
    click.echo(f"{_many(counts.products, 'product')}, {_many(counts.pictures, 'picture')}.")
    for chart in counts.charts:
        click.echo(f"\n{plain(chart.name)}{_about(chart)}")
        shown = list(chart.bars[:limit]) if chart.kind == "values" else _drawn(chart.bars, limit)
        for line in _lines(shown):
            click.echo(line)


def show_matrix(matrix: Matrix) -> None:
    """Cosines of each with each, or of a large selection the most and the least alike."""
    click.echo(f"\nHow alike {_many(len(matrix.ids), 'product')} look:")
    if len(matrix.ids) <= _COMPARED:
        columns = {"id": [*matrix.ids]}
        for at, id in enumerate(matrix.ids):
            columns[id] = [f"{value:.2f}" for value in matrix.values[:, at].tolist()]
        print_table(columns, numbers=set(matrix.ids))
    else:
        values = matrix.values.tolist()
        pairs = sorted(
            ((values[a][b], matrix.ids[a], matrix.ids[b]) for a in range(len(values)) for b in range(a)),
            reverse=True,
        )
        for said, some in (("most alike", pairs[:5]), ("least alike", pairs[-5:])):
            click.echo(f"{said}: " + "; ".join(plain(f"{a} and {b} {value:.2f}") for value, a, b in some))
    if matrix.unpictured:
        click.echo(plain(f"Without a picture, left out: {', '.join(matrix.unpictured)}"))


def show_map(
    standing: MapStanding | None,
    unkept: str,
    page: Path | None,
    folder: Path | None,
    written: Sequence[Path],
) -> None:
    """How far there is a map, and where what was asked for lies."""
    click.echo()
    if standing is None:
        click.echo(f"There is no map yet. Lay it out: {called()} explore --map")
    else:
        later = f", {standing.placed:,} of them placed since" if standing.placed else ""
        advice = f" Much has changed since: {called()} explore --map lays it out anew." * standing.stale
        click.echo(
            f"Map: {_many(standing.products, 'product')}{later}, by {standing.method} in "
            f"{standing.seconds:,.1f} s.{advice}"
        )
    if unkept:
        click.echo(f"It could not be kept: {plain(unkept)}", err=True)
    if page is not None:
        click.echo(f"Page: {page} ({page.stat().st_size / 1e6:.1f} MB)")
    if folder is not None:
        click.echo(f"Plots: {sum(path.suffix == '.png' for path in written)} in {folder}")
    if page is None and folder is None:
        click.echo(f"To see it: {called()} explore --html FILE, or the page /explore of {called()} serve.")


def _about(chart: Chart) -> str:
    said = [f"{chart.distinct:,} different"] if chart.kind == "values" else []
    said += [f"in {plain(chart.unit)}"] * bool(chart.unit and chart.unit not in chart.name) + [
        f"{chart.missing:,} without"
    ] * bool(chart.missing)
    return f" ({', '.join(said)})" if said else ""


def _drawn(bars: Sequence[Bar], limit: int) -> list[Bar]:
    """What has an order, as far as there is something, in neighbours taken together where it is long."""
    from lookalike.exploring.documents import Bar

    filled = [at for at, bar in enumerate(bars) if bar.count]
    there = bars[filled[0] : filled[-1] + 1] if filled else []
    step = -(-len(there) // (2 * limit))
    if step <= 1:
        return list(there)
    parts = (there[at : at + step] for at in range(0, len(there), step))
    return [Bar(_joined(part[0].name, part[-1].name), sum(bar.count for bar in part)) for part in parts]


def _joined(first: str, last: str) -> str:
    return first if first == last else f"{first.partition('–')[0]}–{last.rpartition('–')[2]}"


def _lines(bars: Sequence[Bar]) -> Iterator[str]:
    if not bars:
        return
    most = max(bar.count for bar in bars) or 1
    names = [plain(bar.name) for bar in bars]
    width = min(max(map(cell_len, names)), _NAME)
    digits = max(len(f"{bar.count:,}") for bar in bars)
    for name, bar in zip(names, bars, strict=True):
        eighths = round(8 * _BAR * bar.count / most)
        drawn = _EIGHTHS[8] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
        yield f"  {set_cell_size(name, width)}  {bar.count:>{digits},}  {drawn}".rstrip()


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
