"""``lookalike similar``: what looks like this product."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.cli.asking import Wishes, show
from lookalike.cli.options import index_option, json_option, query_options


@click.command(short_help="What looks like this product?")
@click.argument("product_id", metavar="ID")
@index_option
@json_option
@query_options
@click.option("--pictures", type=click.Choice(["main", "all"]), default="main", help="Which pictures ask.")
@click.option("--variants", is_flag=True, help="Let variants of the product in.")
def similar(product_id: str, index_path: Path, pictures: str, variants: bool, **wishes: object) -> None:
    """The products that look most like the one with this ID."""
    from lookalike.index import Index

    wanted = Wishes(**wishes)  # type: ignore[arg-type]
    index = Index.open(index_path)
    answer = index.similar(product_id, pictures=pictures, variants=variants, **wanted.arguments(index))
    show(answer, wanted, index_path)
