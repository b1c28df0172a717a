"""``lookalike info``: what is in the index."""

from __future__ import annotations

from typing import Any

import click

from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import plain, print_json, unfinished
from lookalike.settings import IndexPath


@click.command(short_help="What is in the index?")
@index_option
@json_option
def info(index_path: IndexPath, as_json: bool) -> None:
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
    for name, stands in document["fitted"].items():
        click.echo(f"{name:<9} {_standing(stands)}")
    if "events" in document:
        click.echo(f"events    {document['events']:,}")
    click.echo(f"version   {document['version']:,}")
    click.echo(f"on disk   {document['bytes'] / 1e6:,.1f} MB")
    click.echo(f"filters   {', '.join(document['fields'])}")


def _standing(stands: dict[str, Any]) -> str:
    """How a fitted thing stands, in a line."""
    if stands["version"] is None:
        return "not fitted: lookalike refit says why, or does it"
    if stands["problem"]:
        return f"{stands['problem']} Fit it anew: lookalike refit"
    changed = f"; {stands['changed']:.1%} changed since" if stands["changed"] else ""
    return f"fitted on {stands['products']:,} products{changed}"
