"""``lookalike sync``: make the index hold what a feed holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lookalike.cli.ingesting import ingest
from lookalike.cli.options import index_option, ingest_options, json_option
from lookalike.settings import IndexPath


@click.command(short_help="Follow a feed: add, update, remove.")
@click.argument("feed", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@json_option
@ingest_options
@click.option("--yes", is_flag=True, help="Remove what vanished even if it is over 20% of the products.")
def sync(feed: tuple[Path, ...], index_path: IndexPath, yes: bool, **options: Any) -> None:
    """Add, update, and remove what is no longer in FEED: one catalogue, as for add, or several files of it.

    A change of price or stock reads no picture. Nothing is removed when too many rows cannot be read.
    """
    ingest("sync", feed, index_path, max_removed=1.0 if yes else None, **options)
