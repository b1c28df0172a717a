"""``lookalike recommend``: what is right for this shopper?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lookalike.cli.answer import print_shelf
from lookalike.cli.asking import arguments, show
from lookalike.cli.options import events_option, index_option, json_option, shelf_options
from lookalike.settings import IndexPath


@click.command(short_help="What is right for this shopper?")
@click.option("--user", help="The shopper. Without one, and without --recent: what suits anybody.")
@click.option(
    "--recent",
    multiple=True,
    metavar="ID",
    help="A product this visit looked at, the last one last; several with commas, or the option again.",
)
@click.option("--seen", is_flag=True, help="Let in what the shopper has seen and not bought.")
@index_option
@events_option
@json_option
@shelf_options
def recommend(
    *,
    index_path: IndexPath,
    events: str | None,
    as_json: bool,
    sheet: Path | None,
    recent: tuple[str, ...],
    **wishes: Any,
) -> None:
    """The products that are right for a shopper, or for a visit; each with the reason why.

    What the shopper owns or has seen is left out. What was done is written down with lookalike record.
    """
    from lookalike.index import Index

    index = Index.open(index_path, events=events)
    visit = [one for text in recent for one in ([text] if text in index else text.split(","))]
    answer = index.recommend(recent=visit, **arguments(index, wishes))
    show(answer, sheet, as_json, index_path, print_shelf)
