"""``lookalike export``: the vectors as a file."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import print_json
from lookalike.settings import IndexPath


@click.command(short_help="Write the vectors for other tools.")
@click.argument("file", type=click.Path(path_type=Path))
@index_option
@json_option
def export(file: Path, index_path: IndexPath, as_json: bool) -> None:
    """Write every picture's vector to FILE: .npy (ids beside it as JSON) or .parquet."""
    from lookalike.index import Index

    written = Index.open(index_path).export(file)
    if as_json:
        print_json({"files": [str(path) for path in written]})
    else:
        click.echo("Written: " + ", ".join(str(path) for path in written))
