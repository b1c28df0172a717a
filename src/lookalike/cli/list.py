"""``lookalike list``: which products there are, and by what they can be filtered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import print_json, print_products, print_table
from lookalike.settings import IndexPath

_TAKEN = frozenset(
    ("id", "title", "brand", "category", "currency", "availability", "group", "price", "colour", "color")
)

Counted = Sequence[tuple[str, int]]


@click.command(short_help="Which products are there?")
@index_option
@json_option
@click.option("--where", multiple=True, help='A filter, such as "category=Shoes price<=50 title~nike".')
@click.option("--text", help="Words that title, brand or category have, such as red dress.")
@click.option("--sort", help="id, title, price, -price (dearest first), or with --text relevance.")
@click.option("--offset", type=click.IntRange(min=0), default=0, show_default=True, help="How many to skip.")
@click.option("-k", "k", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
@click.option("--facets", is_flag=True, help="Show by what these can be filtered, and how many each.")
def list(
    *,
    index_path: IndexPath,
    as_json: bool,
    where: tuple[str, ...],
    text: str | None,
    sort: str | None,
    offset: int,
    k: int,
    facets: bool,
) -> None:
    """List products, all of them or those that pass a filter and have all of some words."""
    from lookalike.index import Index

    index = Index.open(index_path)
    wish = " ".join(where) or None
    if facets:
        counted = index.facets(wish, text)
        print_json(counted) if as_json else _print_facets(counted, k)
        return
    page = index.browse(wish, text, sort=sort, limit=k, offset=offset)
    if as_json:
        print_json(page.to_dict())
        return
    if not len(page):
        click.echo(f"There are only {page.total:,}." if page.total else "No product matches.")
        return
    print_products([listed.product for listed in page])
    if page.total > len(page):
        click.echo(f"{len(page):,} of {page.total:,}; -k shows more, --offset later ones.")


def _print_facets(counted: dict[str, Any], most: int) -> None:
    """Each value as the term that filters by it, with how many products it leaves."""
    rows: dict[str, str] = {}
    for field, values in _terms(counted).items():
        for term, count in values[:most]:
            rows[term] = f"{count:,}"
        if len(values) > most:
            rows[f"{field}: {len(values) - most:,} more"] = ""
    print_table({"filter": [*rows], "products": [*rows.values()]}, ["products"])
    click.echo(f"{counted['total']:,} products. -k shows more values, --json all that are counted.")


def _terms(counted: dict[str, Any]) -> dict[str, Counted]:
    """Terms of the filter grammar and their counts, by field."""
    found: dict[str, Counted] = {
        "category": [(_term("category", one["path"]), one["count"]) for one in counted["category"]],
        **{
            field: [(_term(field, one["value"]), one["count"]) for one in counted[field]]
            for field in ("brand", "colour", "availability")
        },
        "price": [
            (f"price {one['min']:.2f} to {one['max']:.2f} {one['currency']}".rstrip(), sum(one["histogram"]))
            for one in counted["price"]
        ],
    }
    for attribute in counted["attributes"]:
        name = attribute["name"]
        field = f"attributes.{name}" if name.casefold() in _TAKEN else name
        found[field] = [(_term(field, one["value"]), one["count"]) for one in attribute["values"]]
    return found


def _term(field: str, value: str) -> str:
    from lookalike.filters import quoted

    return f"{quoted(field)}={quoted(value)}"
