"""An ONNX file and the card beside it, whole or cut at a layer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lookalike.encoders.card import CONTENTS, Card, read_card
from lookalike.encoders.draft import draft_card
from lookalike.encoders.graph import Graph
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.encoders.session import too_little_memory
from lookalike.errors import EncoderError

PREFIX = "onnx:"
FORMS = "onnx:PATH for an ONNX file with a card (PATH with .toml) beside it, onnx:PATH#LAYER to cut it there"
"""What names of this kind look like, for the next step of errors."""


def load_onnx_file(name: str) -> OnnxEncoder:
    """The encoder of ``onnx:PATH`` or ``onnx:PATH#LAYER``.

    A layer is the name of any tensor that a step of the graph gives. What comes after it is left away, and
    it takes the place of the output that the card names; see `Card` for how it becomes one vector.

    Raises `EncoderError` when file, card or layer is missing, wrong, or not the one that the other describes.
    """
    model, layer = _split(name.removeprefix(PREFIX))
    if not model.is_file():
        raise EncoderError(f"There is no file {model}.", next_step=f"Use {FORMS}.")
    path = model.with_suffix(".toml")
    if not path.is_file():
        raise _without_card(model, path, layer)
    card = read_card(path)
    if card.file != model.name:
        raise EncoderError(
            f"The card {path} is for {card.file}, not for {model.name}.",
            next_step=f"Set file = {model.name!r} in the card, or leave the field out.",
        )
    again = f"{PREFIX}{model.resolve()}"
    return load_card(card, model, layer, name=f"{again}#{layer}" if layer else again)


def load_card(card: Card, model: Path, layer: str = "", *, name: str = "") -> OnnxEncoder:
    """The encoder of a card and its file, cut at ``layer`` if one is named. Raises `EncoderError`."""
    found = _require_hash(card, model)
    graph = Graph(read_weights(model), str(model))
    side_files = side_files_of(graph, model.parent)
    if layer:
        card = replace(card, output_name=layer, dim=0, reference=(), scores={}, head=None, kinds=None)
    weights = _part(graph, card.output_name, cut=bool(layer))
    whole = replace(card, sha256=sha256_of_all(found, side_files))

    def again() -> bytes:
        _require_hash(card, model)
        return _part(Graph(read_weights(model), str(model)), card.output_name, cut=bool(layer))

    return OnnxEncoder(whole, weights, origin=str(model), name=name, side_files=side_files, again=again)


def _require_hash(card: Card, model: Path) -> str:
    found = sha256_of(model)
    if found != card.sha256:
        raise EncoderError(
            f"{model} is not the file of its card: its sha256 is {found}, the card says {card.sha256}.",
            next_step="Get the file again, or, when the change is meant, write the new sha256 into the card.",
        )
    return found


def _part(graph: Graph, output: str, *, cut: bool) -> bytes:
    """The part of a graph that leads to an output; the whole where it comes out of it anyway."""
    inner = output not in {value.name for value in graph.outputs} and output in graph.tensors
    return graph.cut(output) if cut or inner else graph.content


def read_weights(model: Path) -> bytes:
    """The content of a file. Raises `EncoderError` when it cannot be read or memory is too little for it."""
    try:
        return model.read_bytes()
    except MemoryError:
        raise too_little_memory(str(model)) from None
    except OSError as error:
        raise _unreadable(model, error) from None


def side_files_of(graph: Graph, folder: Path) -> dict[str, Path]:
    """Where the files of weights beside a graph are. Raises `EncoderError` when one is missing."""
    files = {place: folder / place for place in graph.side_files}
    for place, path in files.items():
        if not path.is_file():
            raise EncoderError(
                f"{graph.origin} keeps its weights in a file beside it, and {place} is missing.",
                next_step=f"Copy {place} into the folder {folder}, or export the model again as one file.",
            )
    return files


def sha256_of(path: Path) -> str:
    """The sha256 of a file, reckoned again only when its size or time changed. Raises `EncoderError`."""
    try:
        status = path.stat()
        return _hashed(path.resolve(), status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise _unreadable(path, error) from None


def sha256_of_all(graph: str, side_files: Mapping[str, Path]) -> str:
    """One hash for a graph of hash ``graph`` and the files beside it, if any."""
    if not side_files:
        return graph
    lines = [graph, *(f"{place} {sha256_of(path)}" for place, path in sorted(side_files.items()))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@lru_cache(maxsize=32)
def _hashed(path: Path, size: int, modified: int) -> str:  # noqa: ARG001 - size and time are the cache's key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(path: Path, error: OSError) -> EncoderError:
    return EncoderError(
        f"{path} cannot be read: {error.strerror or error}.", next_step="Check the file and who may read it."
    )


def _split(place: str) -> tuple[Path, str]:
    """Path and layer: a # belongs to the path where a file of that name is there."""
    path = Path(place).expanduser()
    if path.is_file() or "#" not in place:
        return path, ""
    at = place.find("#")
    while at >= 0 and not Path(place[:at]).expanduser().is_file():
        at = place.find("#", at + 1)
    model, _, layer = (place[:at], "#", place[at + 1 :]) if at >= 0 else place.partition("#")
    if not layer:
        raise EncoderError(f"No layer is named after the # of {place}.", next_step=f"Use {FORMS}.")
    return Path(model).expanduser(), layer


def _without_card(model: Path, path: Path, layer: str) -> EncoderError:
    graph = Graph(read_weights(model), str(model))
    if layer:
        graph.require(layer)
    found = sha256_of(model)
    draft = draft_card(graph, model, found, layer, side_files_of(graph, model.parent))
    step = f"Check the lines below and save them as {path}: they say how pictures become its input."
    if not draft:
        step = f"Write it. {CONTENTS} The file's sha256 is {found}."
    return EncoderError(f"{model} has no card: {path} is missing.", next_step=step, card=draft)
