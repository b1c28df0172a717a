"""``lookalike goes-with``: what goes with this product?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lookalike.cli.answer import print_shelf
from lookalike.cli.asking import arguments, show
from lookalike.cli.options import events_option, index_option, json_option, shelf_options
from lookalike.settings import IndexPath


@click.command("goes-with", short_help="What goes with this product?")
@click.argument("product_id", metavar="ID")
@click.option("--user", help="For this shopper: what they own is left out.")
@click.option("--per-kind", type=int, metavar="N", help="At most this many of one kind. Default: 3.")
@index_option
@events_option
@json_option
@shelf_options
def goes_with(
    product_id: str,
    *,
    index_path: IndexPath,
    events: str | None,
    as_json: bool,
    sheet: Path | None,
    **wishes: Any,
) -> None:
    """Products of other kinds that go with the one with this ID, each with the reason why.

    First those that the merchant tied to it, then those bought or seen together with it, then its style.
    """
    from lookalike.index import Index

    index = Index.open(index_path, events=events)
    answer = index.goes_with(product_id, **arguments(index, wishes))
    show(answer, sheet, as_json, index_path, print_shelf)
