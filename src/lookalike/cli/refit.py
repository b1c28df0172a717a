"""``lookalike refit``: learn anew what the catalogue teaches, such as what words look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lookalike.cli.ingesting import FITTING, keeping
from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import plain, print_json, progress
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.fitted.fitting import Fit


@click.command(short_help="Learn anew what words look like.")
@index_option
@json_option
@click.option(
    "--wait",
    type=click.FloatRange(0, 86_400),
    default=10.0,
    show_default=True,
    help="Seconds to wait for a writer.",
)
def refit(index_path: IndexPath, as_json: bool, wait: float) -> None:
    """Learn anew from the products in the index, such as what their words look like.

    add, sync and rebuild end with this where a tenth of the texts has changed; no product changes.
    """
    from lookalike.index import Index

    index = Index.open(index_path)
    with progress(FITTING, None) as advance:
        fits = index.refit(progress=advance, keeping=keeping(advance), wait=wait)
    if as_json:
        print_json({"fits": [one.to_dict() for one in fits]})
        return
    for one in fits:
        click.echo(plain(_said(one)))


def _said(fit: Fit) -> str:
    if fit.why:
        return f"{fit.name}: not fitted. {fit.why}"
    return f"{fit.name}: fitted on {fit.products:,} products in {fit.seconds:.1f} s."
