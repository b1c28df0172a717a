"""``lookalike search``: what looks like this photo."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.cli.asking import Wishes, show
from lookalike.cli.options import index_option, json_option, query_options


@click.command(short_help="What looks like this photo?")
@click.argument("photo", required=False)
@click.option("--image", help="The same as PHOTO: a picture file, or an http(s) URL.")
@click.option("--allow-private", is_flag=True, help="Let the URL name a private address.")
@click.option(
    "--encoder", help="Where the encoder is, if its file moved: onnx:PATH, or keras:NAME?weights=PATH."
)
@index_option
@json_option
@query_options
def search(
    photo: str | None,
    image: str | None,
    allow_private: bool,
    encoder: str | None,
    index_path: Path,
    **wishes: object,
) -> None:
    """The products that look most like PHOTO, a picture that is not in the catalogue."""
    from lookalike.errors import BadArgument
    from lookalike.index import Index

    asking = photo or image
    if asking is None or (photo and image):
        raise BadArgument("One photo asks.", next_step="Write: lookalike search --image PHOTO")
    wanted = Wishes(**wishes)  # type: ignore[arg-type]
    index = Index.open(index_path, encoder)
    show(index.search(asking, allow_private=allow_private, **wanted.arguments(index)), wanted, index_path)
