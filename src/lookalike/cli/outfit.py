"""``lookalike outfit``: one product of each kind that fit best together, under a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.asking import arguments
from lookalike.cli.options import events_option, exclude_option, index_option, json_option, where_option
from lookalike.cli.output import plain, print_json, print_reasoned
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.recommend.outfit import Outfit, Piece

_SWAPS = 2  # shown of each piece


@click.command(short_help="A look under a budget.")
@click.argument("product_id", metavar="[ID]", required=False)
@click.option(
    "--kinds",
    multiple=True,
    metavar="KIND,...",
    help="What it is to be made of, such as Shoes,Handbags. Default: the kinds that go best with ID.",
)
@click.option("--budget", metavar="AMOUNT", help="What all of it may cost, such as 120 or 120EUR.")
@click.option("--currency", help="The currency of the prices that count, such as EUR.")
@click.option("--user", help="For this shopper: what they own is left out.")
@where_option
@exclude_option
@index_option
@events_option
@json_option
def outfit(
    product_id: str | None,
    *,
    kinds: tuple[str, ...],
    index_path: IndexPath,
    events: str | None,
    as_json: bool,
    **wishes: Any,
) -> None:
    """One product of each kind that fit best together, and with the one with this ID, if any.

    Only what is in stock, and no more than the budget in all: no other choice within it fits better.
    """
    from lookalike.index import Index

    index = Index.open(index_path, events=events)
    named = [kind.strip() for text in kinds for kind in text.split(",") if kind.strip()]
    look = index.outfit(product_id, kinds=named, **arguments(index, wishes))
    if as_json:
        print_json(look.to_dict())
    else:
        _print(look)


def _print(look: Outfit) -> None:
    for sentence in look.unmet:
        click.echo(plain(sentence))
    if not look.pieces:
        return
    own = [] if look.product is None else [("", look.product.product, "It asks.")]
    pieces = [(piece.kind, piece.product, _said(piece)) for piece in look.pieces]
    print_reasoned([*own, *pieces])
    if look.budget is None or look.left is None:
        click.echo(f"In all {look.total}.")
    else:
        click.echo(f"In all {look.total} of {look.budget}: {look.left} left.")


def _said(piece: Piece) -> str:
    """Why a piece is there, and what could be taken instead."""
    swaps = [
        f"Or {swap.product.id} {swap.product.title}: {swap.saves} less." for swap in piece.swaps[:_SWAPS]
    ]
    return "\n".join(filter(None, [piece.recommendation.sentence, *swaps]))
