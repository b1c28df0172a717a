"""What there is to explore as pictures, drawn by matplotlib: for slides and reports."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from lookalike.errors import BadArgument, unwritable
from lookalike.exploring.documents import CatalogMap, Chart, Matrix, Paint
from lookalike.exploring.tiles import SIDE, SIZE, Tiles

if TYPE_CHECKING:
    from lookalike.exploring.sheet import Page

_DPI = 150
_LEGEND = 16  # values that a legend names
_NAMED = 40  # products of a matrix that are named beside it
_BLUE = "#3b6ea5"
_NOTHING = "#c9ccd1"
_ON_MAP = 500  # thumbnails on a map
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def write_plots(page: Page, tiles: Tiles | None, folder: Path) -> list[Path]:
    """Write every plot of a page as a PNG into a folder; returns the files.

    Raises `BadArgument` where matplotlib is not installed, and `StorageError`.
    """
    figure = _figure_class()
    written: list[Path] = []
    for name, draw in _plots(page, tiles):
        path = folder / f"{_free(name, written)}.png"
        made = figure(dpi=_DPI, layout="constrained")
        data = io.BytesIO()
        with warnings.catch_warnings():  # a letter that the font lacks is drawn as a box
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            draw(made)
            made.savefig(data, format="png", facecolor="white")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.getvalue())
        except OSError as error:
            raise unwritable(path, error) from error
        written.append(path)
    return written


def _figure_class() -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise BadArgument(
            "matplotlib is not installed, and it draws the plots.",
            next_step="Install it: pip install 'lookalike[plots]'",
        ) from None
    return Figure


def _plots(page: Page, tiles: Tiles | None) -> Iterator[tuple[str, Any]]:
    """The name of each plot, and what draws it into a figure."""
    for chart in page.counts.charts:
        yield f"counts-{chart.name}", lambda figure, chart=chart: _chart(figure, chart)
    if page.matrix is not None and page.matrix.ids:
        yield "matrix", lambda figure: _matrix(figure, page.matrix)
    if page.map is None:
        return
    if tiles is not None and page.tiles is not None:
        yield "map-pictures", lambda figure: _pictures(figure, page.map, tiles, page.tiles["points"])
    for paint in page.map.paints:
        yield f"map-{paint.name}", lambda figure, paint=paint: _map(figure, page.map, paint)
    if not page.map.paints:
        yield "map", lambda figure: _map(figure, page.map, None)


def _free(name: str, written: list[Path]) -> str:
    """A name for a file: letters, digits and hyphens, not taken yet."""
    plain = _NO_LETTER.sub("-", name.casefold()).strip("-")[:60] or "plot"
    taken = {path.stem for path in written}
    return next(
        one for at in range(1, len(taken) + 2) if (one := plain if at == 1 else f"{plain}-{at}") not in taken
    )


def _chart(figure: Any, chart: Chart) -> None:
    """Bars: across for values, upright for what has an order."""
    names = [_short(bar.name) for bar in chart.bars]
    counts = [bar.count for bar in chart.bars]
    places = np.arange(len(names))
    unit = f" ({chart.unit})" if chart.unit and chart.unit not in chart.name else ""
    if chart.kind == "values":
        figure.set_size_inches(7, max(2.2, 0.24 * len(names) + 1.1))
        axes = figure.add_subplot()
        bars = axes.barh(places, counts, color=_BLUE)
        axes.bar_label(bars, [f"{count:,}" for count in counts], padding=3, fontsize=7)
        axes.set_yticks(places, names, fontsize=8)
        axes.invert_yaxis()
        axes.set_xlabel("products")
        axes.margins(x=0.12, y=0.01)
    else:
        figure.set_size_inches(max(5, 0.36 * len(names) + 1.5), 3.6)
        axes = figure.add_subplot()
        axes.bar(places, counts, color=_BLUE, width=0.92)
        axes.set_xticks(places, names, rotation=60, ha="right", rotation_mode="anchor", fontsize=7)
        axes.set_ylabel("how many")
    missing = f"; {chart.missing:,} say nothing" if chart.missing else ""
    axes.set_title(f"{chart.name}{unit}: {chart.distinct:,} different{missing}", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)


def _matrix(figure: Any, matrix: Matrix) -> None:
    count = len(matrix.ids)
    side = min(max(4.5, 0.3 * count + 2), 12)
    figure.set_size_inches(side + 1, side)
    axes = figure.add_subplot()
    drawn = axes.imshow(matrix.values, cmap="viridis", vmin=min(0.0, float(matrix.values.min())), vmax=1)
    figure.colorbar(drawn, ax=axes, shrink=0.8, label="cosine of the looks")
    names = [_short(title, 28) for title in matrix.titles] if count <= _NAMED else []
    axes.set_xticks(np.arange(len(names)), names, rotation=60, ha="right", rotation_mode="anchor", fontsize=7)
    axes.set_yticks(np.arange(len(names)), names, fontsize=7)
    for row, column in np.ndindex(matrix.values.shape) if count <= _LEGEND else ():
        value = float(matrix.values[row, column])
        axes.text(
            column,
            row,
            f"{value:.2f}",
            ha="center",
            va="center",
            fontsize=6,
            color="black" if value > 0.6 else "white",
        )
    axes.set_title(f"How alike {count} products look", fontsize=10)


def _map(figure: Any, shown: CatalogMap, paint: Paint | None) -> None:
    axes = _map_axes(figure, shown, "" if paint is None else f", by {paint.name}")
    size = float(np.clip(40_000 / max(len(shown.ids), 1), 2, 40))
    points = shown.points
    if paint is None:
        axes.scatter(points[:, 0], points[:, 1], s=size, c=_BLUE, linewidths=0)
        return
    codes = np.asarray(paint.codes)
    named = min(len(paint.values), 60 if paint.tints else _LEGEND)
    rest = (codes < 0) | (codes >= named)
    axes.scatter(points[rest, 0], points[rest, 1], s=size, c=_NOTHING, linewidths=0)
    for at, colour in enumerate(_colours(paint, named)):
        own = codes == at
        pale = paint.tints and colour.lower() == "#ffffff"
        axes.scatter(
            points[own, 0],
            points[own, 1],
            s=size,
            c=colour,
            label=_labelled(_short(paint.values[at], 26)),
            linewidths=0.3 if pale else 0,
            edgecolors="#777777" if pale else "none",
        )
    if rest.any():
        axes.scatter([], [], c=_NOTHING, label="others or none")
    axes.legend(
        loc="center left",
        bbox_to_anchor=(1, 0.5),
        fontsize=7,
        frameon=False,
        markerscale=float((30 / size) ** 0.5),
    )


def _labelled(text: str) -> str:
    """A text that a legend shows: it leaves out what begins with an underscore."""
    return f" {text}" if text.startswith("_") else text


def _colours(paint: Paint, count: int) -> list[str]:
    """A colour for each of the first values: its own, else one of a palette of twenty."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    if paint.tints:
        return list(paint.tints[:count])
    wheel = colormaps["tab20"].resampled(20)(range(20))
    return [to_hex(wheel[(2 * at) % 20 + (at // 10) % 2]) for at in range(count)]


def _pictures(figure: Any, shown: CatalogMap, tiles: Tiles, points: list[int]) -> None:
    """Thumbnails where they lie, as many as leave one another some room."""
    from matplotlib.offsetbox import AnnotationBbox, OffsetImage

    axes = _map_axes(figure, shown, ", in pictures")
    axes.scatter(shown.points[:, 0], shown.points[:, 1], s=1, c=_NOTHING, linewidths=0)
    sheets = [np.asarray(Image.open(io.BytesIO(sheet))) for sheet in tiles.sheets]
    for tile, at in enumerate(points[:_ON_MAP]):
        if at < 0:
            continue
        sheet, place = divmod(tile, SIDE * SIDE)
        row, column = divmod(place, SIDE)
        pixels = sheets[sheet][row * SIZE : (row + 1) * SIZE, column * SIZE : (column + 1) * SIZE]
        image = OffsetImage(pixels, zoom=0.36)
        axes.add_artist(AnnotationBbox(image, shown.points[at], frameon=False, pad=0))


def _map_axes(figure: Any, shown: CatalogMap, about: str) -> Any:
    figure.set_size_inches(9.5, 8)
    axes = figure.add_subplot()
    axes.set_aspect("equal")
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(1.02, -0.02)  # y runs downwards, as on a screen
    axes.set_axis_off()
    axes.set_title(f"{len(shown.ids):,} products by their looks ({shown.method}){about}", fontsize=10)
    return axes


def _short(text: str, most: int = 40) -> str:
    """A text as matplotlib may draw it: cut, and a dollar begins no formula."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(c if c.isprintable() else "?" for c in cut).replace("$", r"\$")
