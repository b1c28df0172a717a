"""``lookalike demo``: a drawn shop, indexed, and a page of results."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from lookalike import settings
from lookalike.cli.options import json_option
from lookalike.cli.output import print_json, print_report, progress, write_page


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
    from lookalike.cli.ingesting import open_or_create
    from lookalike.cli.showcase import answers
    from lookalike.demo.shop import draw_shop, street_photos
    from lookalike.recommend.sheet import sheet_html

    with progress("Drawing the shop", products) as advance:
        table = draw_shop(folder / "shop", products=products, progress=lambda done, _: advance(done))
    catalog = open_catalog(table)
    home = index_path or folder / "index"
    index = open_or_create(home, None)
    with progress("Indexing", catalog.rows) as advance:
        report = index.add(catalog, progress=advance)
    page = folder / "results.html"
    shown = answers(index, street_photos(folder / "shop"))
    lead = f"{len(index):,} drawn products. Every shelf begins with the picture that asks."
    write_page(page, sheet_html(shown, "What looks like what", lead))
    if as_json:
        print_json({"shop": str(table), "index": str(home), "page": str(page), "report": report.to_dict()})
    else:
        print_report(report, home)
        click.echo(f"The page of results is {page}. Try your own pictures: lookalike add MY_FOLDER")
    if show and settings.has_screen():
        webbrowser.open(page.resolve().as_uri())
