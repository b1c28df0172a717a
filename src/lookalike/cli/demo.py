"""``lookalike demo``: a drawn shop, indexed, and a page of results."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from lookalike import settings
from lookalike.cli.options import json_option
from lookalike.cli.output import called, print_json, print_report, progress, write_page

_MARK = "lookalike-demo.txt"


@click.command(short_help="Draw a shop and see it work.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("lookalike-demo"),
    show_default=True,
    help="Where the shop, its index and the page go.",
)
@click.option("--index", "index_path", type=click.Path(path_type=Path), help="Default: FOLDER/index.")
@click.option("--products", type=click.IntRange(40, 5000), default=640, show_default=True, help="Shop size.")
@click.option("--open/--no-open", "show", default=True, help="Open the page where there is a screen.")
@json_option
def demo(folder: Path, index_path: Path | None, products: int, show: bool, as_json: bool) -> None:
    """Draw a shop, index it, and write a page of what looks like what. Needs no network."""
    from lookalike.catalog import open_catalog
    from lookalike.cli.showcase import answers
    from lookalike.demo.shop import draw_shop, street_photos
    from lookalike.index import Index
    from lookalike.recommend.sheet import sheet_html

    _claim(folder)
    with progress("Drawing the shop", products) as advance:
        table = draw_shop(folder / "shop", products=products, progress=lambda done, _: advance(done))
    catalog = open_catalog(table)
    home = index_path or folder / "index"
    index = Index.open_or_create(home)
    with progress("Indexing", catalog.rows) as advance:
        if index_path is None:
            report = index.sync(catalog, max_removed=1, progress=advance)
        else:
            report = index.add(catalog, progress=advance)
    page = folder / "results.html"
    shown = answers(index, street_photos(folder / "shop"))
    lead = f"{len(index):,} drawn products. Every shelf begins with the picture that asks."
    write_page(page, sheet_html(shown, "What looks like what", lead))
    if as_json:
        print_json({"shop": str(table), "index": str(home), "page": str(page), "report": report.to_dict()})
    else:
        print_report(report, home)
        click.echo(f"The page of results is {page}. Try your own pictures: {called()} add MY_FOLDER")
    if show and settings.has_screen():
        webbrowser.open(page.resolve().as_uri())


def _claim(folder: Path) -> None:
    """Mark a folder as the demo's own; raise `BadArgument` when it holds anything that is not."""
    from lookalike.errors import BadArgument, StorageError

    mark = folder / _MARK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not mark.exists() and any(folder.iterdir()):
            raise BadArgument(
                f"{folder} holds things that the demo did not make.", next_step="Name another --folder."
            )
        mark.write_text("The demo's folder: all of it may be deleted.\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be used: {error.strerror or error}.", next_step="Name another --folder."
        ) from error
