"""``lookalike check``: is this picture here already?"""

from __future__ import annotations

import click

from lookalike.cli.options import copies_options, index_option, json_option
from lookalike.cli.output import plain, print_json, print_table
from lookalike.settings import IndexPath


@click.command(short_help="Is this picture here already?")
@click.argument("photo")
@index_option
@json_option
@copies_options
@click.option("--allow-private", is_flag=True, help="Let the URL name a private address.")
@click.option(
    "--encoder", help="Where the encoder is, if its file moved: onnx:PATH, or keras:NAME?weights=PATH."
)
def check(
    photo: str,
    *,
    index_path: IndexPath,
    as_json: bool,
    kinds: str | None,
    threshold: float | None,
    allow_private: bool,
    encoder: str | None,
) -> None:
    """Say whether PHOTO, a file or an http(s) URL, is in the index already, and as what.

    Nothing of it is kept.
    """
    from lookalike.index import Index

    index = Index.open(index_path, encoder)
    answer = index.check(photo, threshold, kinds, allow_private=allow_private)
    if as_json:
        print_json(answer.to_dict())
        return
    if not answer.known:
        click.echo(f"{plain(photo)} is new: no picture of the index is the same.")
        return
    products = index.products([match.picture[0] for match in answer])
    print_table(
        {
            "": [str(rank) for rank in range(1, len(answer) + 1)],
            "id": [match.picture[0] for match in answer],
            "alike": [f"{match.similarity:.2f}" for match in answer],
            "pic": [str(match.picture[1]) for match in answer],
            "kind": [match.kind for match in answer],
            "title": [products[i].title if (i := match.picture[0]) in products else "" for match in answer],
            "changes": [", ".join(match.changes) for match in answer],
        },
        numbers={"", "alike", "pic"},
    )
    click.echo(f"{plain(photo)} is here already.")
