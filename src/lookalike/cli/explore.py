"""``lookalike explore``: what is in this catalogue, counted, compared, and on a map?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.counted import show_counts, show_map, show_matrix
from lookalike.cli.options import index_option, json_option, workers_option
from lookalike.cli.output import PAGE_BEGINS, check_folder, check_target, print_json, progress
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.exploring.explorer import Explorer
    from lookalike.index import Index


@click.command(short_help="What is in this catalogue?")
@index_option
@json_option
@click.option("--map", "anew", is_flag=True, help="Lay out the map of the catalogue anew, and keep it.")
@click.option(
    "--matrix", "named", multiple=True, metavar="ID,ID", help="How alike these products look, each with each."
)
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write a page that opens offline.")
@click.option("--png", "folder", type=click.Path(path_type=Path), help="Write every plot into this folder.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=6, show_default=True, help="Values of each to print."
)
@workers_option
def explore(
    *,
    index_path: IndexPath,
    as_json: bool,
    anew: bool,
    named: tuple[str, ...],
    page: Path | None,
    folder: Path | None,
    limit: int,
    workers: int | None,
) -> None:
    """Count categories, colours, prices and pictures, compare a selection, and draw a map of the catalogue.

    On the map products lie beside those they look like. It is laid out where --html or --png want it and
    there is none, and kept in the index; --map lays it out anew. Counts are printed where nothing else is
    asked for. Plots need pip install 'lookalike[plots]'.
    """
    from lookalike.exploring.sheet import counts_document
    from lookalike.index import Index

    if page is not None:
        check_target(page, index_path, PAGE_BEGINS)
    if folder is not None:
        check_folder(folder, index_path)
    index = Index.open(index_path)
    own, ids = index.explore, _ids(index, named)
    matrix = own.matrix(ids) if ids else None
    wanted = anew or (
        (page is not None or folder is not None) and own.standing() is None and _pictured(index)
    )
    if wanted:
        _lay_out(own, workers)
    written = [] if page is None else [own.html(page, ids)]
    written += [] if folder is None else own.png(folder, ids)
    if as_json:
        compared = {} if matrix is None else {"matrix": matrix.to_dict()}
        print_json({**counts_document(own.counts(), own.standing()), **compared})
        return
    counts = own.counts()
    if not (anew or named or page or folder) or not counts.products:
        show_counts(counts, limit)
    if matrix is not None:
        show_matrix(matrix)
    show_map(own.standing(), own.unkept, page, folder, written)


def _lay_out(own: Explorer, workers: int | None) -> None:
    with progress("Looking for neighbours", None) as advance:
        own.lay_out(progress=lambda doing, done, total: advance(done, total, doing), workers=workers)


def _pictured(index: Index) -> bool:
    return index.manifest.pictures > 0


def _ids(index: Index, named: Sequence[str]) -> list[str]:
    """The products of a selection; an id may have a comma in it where it is named alone."""
    return [one for text in named for one in ([text] if text in index else _parts(text))]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
