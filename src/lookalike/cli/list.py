"""``lookalike list``: which products there are."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import print_json, print_products


@click.command(short_help="Which products are there?")
@index_option
@json_option
@click.option("--where", multiple=True, help='A filter, such as "category=Shoes price<=50 title~nike".')
@click.option("-k", "k", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
def list(index_path: Path, as_json: bool, where: tuple[str, ...], k: int) -> None:
    """List products by id, all of them or those that pass a filter."""
    from lookalike.index import Index

    index = Index.open(index_path)
    ids = index.select(" ".join(where) or None)
    products = [*index.products(ids[:k]).values()]
    if as_json:
        print_json({"products": [product.to_dict() for product in products], "total": len(ids)})
        return
    if not products:
        click.echo("No product matches.")
        return
    print_products(products)
    if len(ids) > len(products):
        click.echo(f"{len(products):,} of {len(ids):,}; -k shows more.")
