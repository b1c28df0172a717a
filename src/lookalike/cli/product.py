"""``lookalike product``: everything known of one product."""

from __future__ import annotations

import click

from lookalike.cli.options import index_option, json_option
from lookalike.cli.output import plain, print_json
from lookalike.settings import IndexPath


@click.command(short_help="Show one product.")
@click.argument("product_id", metavar="ID")
@index_option
@json_option
def product(product_id: str, index_path: IndexPath, as_json: bool) -> None:
    """Show one product: its fields, its pictures, and the colours measured on the main one."""
    from lookalike.index import Index
    from lookalike.recommend.recommendation import colour_names, colours_document

    index = Index.open(index_path)
    found = index.product(product_id)
    colours = index.colours(product_id)
    if as_json:
        print_json({**found.to_dict(), "colours": colours_document(colours)})
        return
    shown = found.to_dict()
    shown["price"] = "" if found.price is None else str(found.price)
    shown["pictures"] = "\n".join(shown["pictures"])
    shown["colours"] = ", ".join(f"{name} {share:.0%}" for name, share in colour_names(colours).items())
    fields = {name: value for name, value in shown.items() if name != "attributes"}
    taken = fields.keys() & found.attributes.keys()
    fields |= {f"attributes.{n}" if n in taken else n: value for n, value in found.attributes.items()}
    width = max(map(len, fields))
    for name, value in fields.items():
        for number, line in enumerate(value.splitlines()):
            click.echo(f"{plain(name) if number == 0 else '':<{width}}  {plain(line)}")
