"""``lookalike search``: what looks like this photo, what do these words name?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lookalike.cli.asking import arguments, show
from lookalike.cli.imagining import imagined
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
@click.option(
    "--imagine",
    metavar="WORDS",
    help="Imagine pictures of these words, and search with them as with a photo.",
)
@click.option("--count", type=int, help="How many pictures are imagined. Default: 4.")
@click.option("--seed", type=int, help="Another one imagines other pictures. Default: 0.")
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="FOLDER", help="Write the imagined pictures (PNG)."
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
    imagine: str | None,
    count: int | None,
    seed: int | None,
    save: Path | None,
    allow_private: bool,
    encoder: str | None,
    index_path: IndexPath,
    as_json: bool,
    sheet: Path | None,
    **wishes: Any,
) -> None:
    """The products that WORDS name, or that look most like a photo, or both.

    A photo is given by --image; one word that is a picture's file or an http(s) URL is taken for one too.
    Products that are liked, with --like, may ask alone. With --imagine, pictures that the index's generator
    makes of words ask (lookalike train --recipe generator): generated, and nobody's products.
    """
    from lookalike.errors import BadArgument
    from lookalike.index import Index

    if imagine is not None:
        _require_alone({"WORDS": words, "--image": image, "--crop": crop})
        index = Index.open(index_path, encoder)
        wished = arguments(index, {"count": count, "seed": seed, **wishes})
        imagined(index, imagine, wished, save=save, sheet=sheet, as_json=as_json, index_path=index_path)
        return
    _require_imagining({"--count": count, "--seed": seed, "--save": save})
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


def _require_alone(given: dict[str, Any]) -> None:
    """Raise `BadArgument` for what asks beside --imagine."""
    from lookalike.errors import BadArgument

    for name, value in given.items():
        if value:
            raise BadArgument(
                f"{name} and --imagine both ask.", next_step="Leave one of them out, and quote the words."
            )


def _require_imagining(given: dict[str, Any]) -> None:
    """Raise `BadArgument` for options that belong to --imagine."""
    from lookalike.errors import BadArgument

    for name, value in given.items():
        if value is not None:
            raise BadArgument(
                f"{name} is for imagined pictures.",
                next_step='Write: lookalike search --imagine "red dress"',
            )


def _is_photo(words: tuple[str, ...]) -> bool:
    """Whether one word names a picture, there or not."""
    alone = words[0].lower() if len(words) == 1 else ""
    return alone.startswith(("http://", "https://")) or alone.endswith(_PICTURES)
