"""``lookalike similar``: what looks like this product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lookalike.cli.asking import arguments, show
from lookalike.cli.options import index_option, json_option, query_options
from lookalike.settings import IndexPath


@click.command(short_help="What looks like this product?")
@click.argument("product_id", metavar="ID")
@index_option
@json_option
@click.option(
    "--but",
    multiple=True,
    help='What is to be otherwise than in this product, such as "colour=blue price<=50".',
)
@click.option(
    "--recipe",
    metavar="[look|combined|same-kind]",
    help="Looks alone, looks and what the table says, or those of the same kind.",
)
@click.option(
    "--pictures", default="main", show_default=True, metavar="[main|all]", help="Which pictures ask."
)
@query_options
def similar(product_id: str, index_path: IndexPath, as_json: bool, sheet: Path | None, **wishes: Any) -> None:
    """The products that look most like the one with this ID."""
    from lookalike.index import Index

    index = Index.open(index_path)
    show(index.similar(product_id, **arguments(index, wishes)), sheet, as_json, index_path)
