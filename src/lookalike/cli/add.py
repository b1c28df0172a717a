"""``lookalike add``: a folder of pictures, or a table, into the index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lookalike.cli.ingesting import ingest
from lookalike.cli.options import index_option, ingest_options, json_option
from lookalike.settings import IndexPath


@click.command(short_help="Add or update a catalogue's products.")
@click.argument("catalog", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@json_option
@ingest_options
def add(catalog: tuple[Path, ...], index_path: IndexPath, **options: Any) -> None:
    """Add or update the products of CATALOG: a folder of pictures, or a CSV, JSONL or Parquet table.

    Several files of one kind, or a pattern such as 'feeds/*.parquet', are read as one table.

    Makes the index when there is none. Pictures that did not change are not encoded again.
    """
    ingest("add", catalog, index_path, **options)
