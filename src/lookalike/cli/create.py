"""``lookalike create``: an empty index."""

from __future__ import annotations

import click

from lookalike.cli.options import encoder_options, index_option, json_option
from lookalike.cli.output import print_json
from lookalike.settings import IndexPath


@click.command(short_help="Make an empty index.")
@index_option
@json_option
@encoder_options
def create(index_path: IndexPath, as_json: bool, encoder: str | None) -> None:
    """Make an empty index. (`lookalike add` does it by itself.)"""
    from lookalike.index import Index

    index = Index.create(index_path, encoder)
    if as_json:
        print_json(index.info())
    else:
        click.echo(f"{index_path} is a new index for vectors of {index.manifest.encoder}.")
