"""``lookalike info``: what is in the index."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import plain, print_json, unfinished


@click.command(short_help="What is in the index?")
@index_option
@json_option
def info(index_path: Path, as_json: bool) -> None:
    """Show how many products and pictures there are, who encoded them, and what can be filtered on."""
    from lookalike.index import Index

    document = Index.open(index_path).info()
    if as_json:
        print_json(document)
        return
    click.echo(f"{document['products']:,} products, {document['pictures']:,} pictures in {document['path']}")
    click.echo(f"encoder   {document['encoder']}, {document['dim']} numbers a picture")
    if document["before"]:
        click.echo(f"before    {plain(document['before'])}; back to it: lookalike rebuild --back")
    if document["rebuilding"]:
        click.echo(f"rebuild   {unfinished(document['rebuilding'])}")
    click.echo(f"version   {document['version']:,}")
    click.echo(f"on disk   {document['bytes'] / 1e6:,.1f} MB")
    click.echo(f"filters   {', '.join(document['fields'])}")
