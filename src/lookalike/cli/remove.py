"""``lookalike remove``: take products away."""

from __future__ import annotations

import click

from lookalike.cli.ingesting import keeping
from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import plain, print_json, progress
from lookalike.settings import IndexPath


@click.command(short_help="Take products out.")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@index_option
@json_option
def remove(ids: tuple[str, ...], index_path: IndexPath, as_json: bool) -> None:
    """Take products out of the index; no later answer contains them."""
    from lookalike.index import Index
    from lookalike.products import Problem

    problems: list[Problem] = []
    with progress("Removing", None) as advance:
        removed = Index.open(index_path).remove(ids, keeping=keeping(advance), failed=problems.append)
    for problem in problems:
        click.echo(plain(f"{problem.reason}: {problem.detail}"), err=True)
    if as_json:
        print_json({"removed": removed})
    else:
        click.echo(f"{removed:,} removed.")
