"""The encoder that an index was made with, also where its folder was moved or copied with one of its own."""

from __future__ import annotations

from pathlib import Path, PurePath, PureWindowsPath

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx_file import PREFIX
from lookalike.errors import EncoderError, SpaceMismatch
from lookalike.vectors import Space

FOLDER = "encoders"
"""The folder inside an index for encoders of its own, each in one of its name."""


def load_made_with(name: str, space: Space, index: Path | None) -> ImageEncoder:
    """The encoder called ``name``, whose vectors are of ``space``, for the index in the folder ``index``.

    An ``onnx:`` encoder that is not where it was, or is another one there, is looked for among the index's
    own. Raises `EncoderError` when there is none, `SpaceMismatch` when it is another one.
    """
    try:
        loaded = load_encoder(name)
        space.require(loaded.space, name)
    except (EncoderError, SpaceMismatch):
        own = _own(name, index)
        if own is None:
            raise
        loaded = load_encoder(own)
        space.require(loaded.space, own)
    return loaded


def _own(name: str, index: Path | None) -> str | None:
    """The name of the file of the same name among an index's own encoders, if it is there and another."""
    if index is None or not name.startswith(PREFIX):
        return None
    place = name.removeprefix(PREFIX)
    path = PureWindowsPath(place) if "\\" in place else PurePath(place)
    file, mark, layer = path.name.partition("#")
    model = (index / FOLDER / path.parent.name / file).resolve()
    found = f"{PREFIX}{model}{mark}{layer}"
    return found if model.is_file() and found != name else None
