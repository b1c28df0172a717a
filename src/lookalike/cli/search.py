"""``lookalike search``: what looks like this photo, what do these words name?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lookalike.cli.asking import arguments, show
from lookalike.cli.options import index_option, json_option, query_options
from lookalike.settings import IndexPath

_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff")


@click.command(short_help="What looks like this photo, or is called so?")
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--image", help="A photo, alone or beside words: a picture file, or an http(s) URL.")
@click.option(
    "--crop",
    metavar="L,T,W,H",
    help="The part of the photo that asks: left, top, width and height as shares, such as 0.1,0.2,0.5,0.6.",
)
@click.option("--allow-private", is_flag=True, help="Let the URL name a private address.")
@click.option(
    "--encoder", help="Where the encoder is, if its file moved: onnx:PATH, or keras:NAME?weights=PATH."
)
@index_option
@json_option
@query_options
def search(
    *,
    words: tuple[str, ...],
    image: str | None,
    crop: str | None,
    allow_private: bool,
    encoder: str | None,
    index_path: IndexPath,
    as_json: bool,
    sheet: Path | None,
    **wishes: Any,
) -> None:
    """The products that WORDS name, or that look most like a photo, or both.

    A photo is given by --image; one word that is a picture's file or an http(s) URL is taken for one too.
    Products that are liked, with --like, may ask alone.
    """
    from lookalike.errors import BadArgument
    from lookalike.index import Index

    text = " ".join(words) if words else None
    if image is None and text is not None and _is_photo(words):
        image, text = text, None
    if image is None and text is None and not wishes["like"]:
        raise BadArgument(
            "Nothing asks: neither words nor a photo.",
            next_step="Write: lookalike search WORDS, or lookalike search --image PHOTO",
        )
    index = Index.open(index_path, encoder)
    asked = {"text": text, "crop": crop, "allow_private": allow_private, **arguments(index, wishes)}
    show(index.search(image, **asked), sheet, as_json, index_path)


def _is_photo(words: tuple[str, ...]) -> bool:
    """Whether one word names a picture, there or not."""
    alone = words[0].lower() if len(words) == 1 else ""
    return alone.startswith(("http://", "https://")) or alone.endswith(_PICTURES)
