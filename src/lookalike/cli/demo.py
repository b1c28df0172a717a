"""``lookalike demo``: a drawn shop, indexed, and its page in the browser."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path

import click

from lookalike import settings
from lookalike.cli.options import duplicates_option, json_option
from lookalike.cli.output import called, print_json, print_report, progress, write_page
from lookalike.cli.serve import say, stated

_MARK = "lookalike-demo.txt"


@click.command(short_help="Draw a shop and see it work.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the shop, its index and the page go. Default: lookalike-demo, or lookalike-demo-faults.",
)
@click.option("--index", "index_path", type=click.Path(path_type=Path), help="Default: FOLDER/index.")
@click.option("--products", type=click.IntRange(40, 5000), default=640, show_default=True, help="Shop size.")
@click.option("--open/--no-open", "show", default=True, help="End with the shop's page, served until Ctrl-C.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Where it is served. Default: 8000, or a free one."
)
@click.option("--faults", is_flag=True, help="Plant faults of every kind that the doctor knows.")
@duplicates_option
@json_option
def demo(
    folder: Path | None,
    *,
    index_path: Path | None,
    products: int,
    show: bool,
    port: int | None,
    faults: bool,
    duplicates: bool,
    as_json: bool,
) -> None:
    """Draw a shop, index it, and open its page. Needs no network.

    What you add on the page stays when the demo is run again. What looks like what stands in
    FOLDER/results.html too, which needs no service. With --json or --no-open nothing is served.
    With --faults some pictures and cells are spoiled on purpose: FOLDER/shop/faults.csv says which.
    """
    from lookalike.catalog import open_catalog
    from lookalike.cli.shoppers_drawn import drawn_events, to_try
    from lookalike.cli.showcase import answers
    from lookalike.demo.faults import plant_faults, planted
    from lookalike.demo.shop import draw_shop, street_photos
    from lookalike.index import Index
    from lookalike.recommend.sheet import sheet_html

    folder = folder or Path("lookalike-demo-faults" if faults else "lookalike-demo")
    _claim(folder)
    with progress("Drawing the shop", products) as advance:
        drawn = draw_shop(folder / "shop", products=products, progress=lambda done, _: advance(done))
    table = plant_faults(drawn.parent) if faults else drawn
    catalog = open_catalog(table)
    home = index_path or folder / "index"
    index = Index.open_or_create(home, events=str(home))
    with progress("Indexing", catalog.rows) as advance:
        looking = partial(advance, doing="Comparing")
        report = index.add(catalog, progress=advance, duplicates=duplicates, looking=looking)
    told = drawn_events(drawn)
    with progress("Recording what shoppers did", None) as advance:
        recorded = index.record(told, progress=advance)
    page = folder / "results.html"
    photos = street_photos(folder / "shop")
    shown = answers(index, photos)
    lead = f"{len(index):,} products. Every shelf begins with the picture that asks."
    write_page(page, sheet_html(shown, "What looks like what", lead))
    truth = drawn.with_name("faults.csv")
    if as_json:
        print_json(
            {
                "shop": str(table),
                "index": str(home),
                "page": str(page),
                "report": report.to_dict(),
                "events": {"table": str(told), "report": recorded.to_dict()},
                **({"faults": str(truth)} if faults else {}),
            }
        )
        return
    print_report(report, home)
    click.echo(f"What looks like what: {page}. Customers' photos to search with: {photos.with_suffix('')}.")
    for line in to_try(index, told, shlex.quote(str(home))):
        click.echo(line)
    if faults:
        click.echo(f"{len(planted(drawn.parent))} faults are planted: {truth}. Find them:")
        click.echo(f"  {called()} doctor --index {shlex.quote(str(home))}")
    click.echo(f"Your own pictures: {called()} add MY_FOLDER")
    if show:
        _serve(home, port)
    else:
        click.echo(f"The shop's page: {called()} serve --index {shlex.quote(str(home))}")


def _serve(home: Path, port: int | None) -> None:
    """The shop's page until Ctrl-C; at a free port where the usual one is taken and none was named."""
    from lookalike.errors import BadArgument
    from lookalike.service.server import run

    named = {} if port is None else {"port": port}

    def started(address: str) -> None:
        say(address, home, show=True)

    try:
        run(home.absolute(), *stated(named), started)
    except BadArgument:
        if named or "port" in settings.serve():
            raise
        run(home.absolute(), *stated({"port": 0}), started)


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
