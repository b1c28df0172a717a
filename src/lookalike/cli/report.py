"""``lookalike report``: what came of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lookalike.cli.options import events_option, index_option, json_option
from lookalike.cli.output import print_json, print_table
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.shopping.report import Rate

_NUMBERS = ("answers", "shown", "clicked", "bought", "click rate", "buy rate")


@click.command(short_help="What came of answers: shown, clicked, bought.")
@index_option
@events_option
@json_option
@click.option("--since", metavar="TIME", help='From this time on, such as 2026-11-01 or "30d".')
@click.option("--until", metavar="TIME", help="Before this time.")
def report(
    index_path: IndexPath, events: str | None, as_json: bool, since: str | None, until: str | None
) -> None:
    """Show what came of the answers of each shelf, from events that name the answer they are of.

    Rates are of products shown, with their 95% intervals.
    """
    from lookalike.index import Index

    found = Index.open(index_path, events=events).report(since, until)
    if as_json:
        print_json(found.to_dict())
        return
    if not found.shelves:
        click.echo("No event names an answer. An answer over HTTP has an attribution: send it with events.")
        return
    print_table(
        {
            "shelf": [shelf.name for shelf in found.shelves],
            "answers": [f"{shelf.answers:,}" for shelf in found.shelves],
            "shown": [f"{shelf.shown:,}" for shelf in found.shelves],
            "clicked": [f"{shelf.clicked:,}" for shelf in found.shelves],
            "bought": [f"{shelf.bought:,}" for shelf in found.shelves],
            "click rate": [_percent(shelf.click_rate) for shelf in found.shelves],
            "buy rate": [_percent(shelf.buy_rate) for shelf in found.shelves],
        },
        numbers=_NUMBERS,
    )
    if found.unknown:
        click.echo(f"{found.unknown:,} answers are of no shelf that this version knows.")


def _percent(rate: Rate) -> str:
    return f"{rate.value:.1%} ({rate.low:.1%} to {rate.high:.1%})"
