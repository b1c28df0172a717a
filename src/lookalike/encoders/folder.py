"""An encoder of one's own in a folder: its ONNX file and its card, both or neither."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lookalike.disk import flush_folder
from lookalike.encoders.card import Card, parse_card
from lookalike.encoders.card_text import write_card
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.encoders.reference import reference_picture
from lookalike.errors import BadArgument, EncoderError, unwritable

_DECIMALS = 5  # of the reference vector on the card


def write_encoder(folder: Path, name: str, model: bytes, card: Card, *, overwrite: bool = False) -> Path:
    """Write ``name``.onnx and its card into a folder, and return the path of the former.

    On the card are filled in: name, file, hash, how many numbers there are, and what the reference picture
    gives. The card is written last, and an encoder without one is none: what was cut short leaves nothing
    that loads. Raises `EncoderError`, with nothing written, when the model does not run or is not what the
    card says, and when there is an encoder of that name already unless ``overwrite``: an index may be made
    with it. `StorageError` when the disk refuses.
    """
    if not name or Path(name).name != name or name.startswith(".") or not name.isprintable():
        raise BadArgument(
            f"{name!r} is no name for a file.", next_step="Use letters, digits, hyphens and underscores."
        )
    path = folder / f"{name}.onnx"
    about = path.with_suffix(".toml")
    if about.exists() and not overwrite:
        raise EncoderError(
            f"There is an encoder {name} in {folder} already.",
            next_step="Choose another name (--name), or delete that one if no index is made with it.",
        )
    card = finished_card(replace(card, name=name, file=path.name), model)
    text = write_card(card)
    parse_card(text, about)
    written = {about: text.encode(), path: model}
    parts = {target: target.with_name(f".{target.name}.part") for target in written}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, content in written.items():
            _write(parts[target], content)
        if about.exists():
            about.unlink()
        parts[path].replace(path)
        parts[about].replace(about)
        flush_folder(folder)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return path


def finished_card(card: Card, model: bytes) -> Card:
    """The card with the model's hash, and what the reference picture gives. Raises `EncoderError`."""
    card = replace(card, sha256=hashlib.sha256(model).hexdigest(), reference=())
    encoder = OnnxEncoder(card, model, origin=card.file)
    vector = encoder.encode(reference_picture(*encoder.size)[None])[0]
    reference = tuple(round(float(value), _DECIMALS) for value in vector)
    return replace(card, dim=encoder.card.dim, reference=reference)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
