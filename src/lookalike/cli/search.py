"""``lookalike search``: what looks like this photo."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.cli.asking import Wishes, show
from lookalike.cli.options import index_option, json_option, query_options


@click.command(short_help="What looks like this photo?")
@click.option("--image", required=True, help="A picture file, or an http(s) URL.")
@click.option("--allow-private", is_flag=True, help="Let the URL name a private address.")
@click.option("--encoder", help="Where the encoder is, if it moved: onnx:PATH.")
@index_option
@json_option
@query_options
def search(image: str, allow_private: bool, encoder: str | None, index_path: Path, **wishes: object) -> None:
    """The products that look most like a photo that is not in the catalogue."""
    from lookalike.index import Index

    wanted = Wishes(**wishes)  # type: ignore[arg-type]
    answer = Index.open(index_path, encoder).search(
        image=image, allow_private=allow_private, **wanted.arguments()
    )
    show(answer, wanted, f"Looks like {Path(image).name}")
