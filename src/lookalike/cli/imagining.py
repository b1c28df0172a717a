"""``lookalike search --imagine``: pictures made of words, and what the catalogue has that is like them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.answer import print_answer
from lookalike.cli.asking import show
from lookalike.cli.output import check_folder, print_json
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.index import Index
    from lookalike.recommend.answer import Answer
    from lookalike.recommend.imagined import Imagined


def imagined(
    index: Index,
    text: str,
    asked: dict[str, Any],
    *,
    save: Path | None,
    sheet: Path | None,
    as_json: bool,
    index_path: IndexPath,
) -> None:
    """Ask with imagined pictures, show the answer, and write the pictures where wanted."""
    if save is not None:
        check_folder(save, index_path)
    answer = index.imagine(text, **asked)
    pictures = answer.imagined
    assert pictures is not None
    saved = [] if save is None else _saved(pictures, save)
    if as_json:
        show(answer, sheet, False, index_path, lambda found: print_json(_document(found, saved)))
        return
    show(answer, sheet, False, index_path, print_answer)
    count = len(pictures.pictures)
    made = "a generated picture" if count == 1 else f"{count} generated pictures"
    click.echo(f"Found by {made}, which no product has (seed {pictures.seed}).")
    if saved:
        click.echo(f"Generated pictures in {save}: {', '.join(path.name for path in saved)}.")
    else:
        click.echo("To keep what was generated, add --save FOLDER.")


def _document(answer: Answer, saved: list[Path]) -> dict[str, Any]:
    document = answer.to_dict()
    if saved:
        document["imagined"]["saved"] = [str(path) for path in saved]
    return document


def _saved(pictures: Imagined, folder: Path) -> list[Path]:
    """Write the pictures, over those of an earlier answer only. Raises `BadArgument`, `StorageError`."""
    from lookalike.asking.imagined import MARK
    from lookalike.errors import BadArgument, unwritable
    from lookalike.mapped import replacing

    paths = [
        folder / f"generated-{pictures.seed}-{number}.png" for number in range(1, len(pictures.pictures) + 1)
    ]
    try:
        for path in paths:
            if path.exists() and (not path.is_file() or MARK.encode() not in path.read_bytes()):
                raise BadArgument(f"{path} exists and is something else.", next_step="Name another folder.")
        folder.mkdir(parents=True, exist_ok=True)
        for path, data in zip(paths, pictures.pictures, strict=True):
            with replacing(path) as file:
                file.write(data)
    except OSError as error:
        raise unwritable(folder, error) from None
    return paths
