"""A card for a model that has none, as far as the graph itself tells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lookalike.encoders.card import Card, Layout, Preprocessing
from lookalike.encoders.graph import Graph, Value
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.errors import EncoderError

_USUAL = 224
# Mean and spread of ImageNet's colours, on the scale of 0 to 1, as torchvision and timm use them.
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_FLOAT, _BYTES = 1, 2


def draft_card(graph: Graph, model: Path, sha256: str, layer: str, side_files: Mapping[str, Path]) -> str:
    """The text of a card for the graph of ``model``, cut at ``layer`` or whole, for a person to check.

    Names, size, layout and the count of numbers are read from the graph, which is run once for that; how
    pictures were prepared when it was trained is not in it, and what is usual stands in. Empty when no input
    of the graph can be a picture.
    """
    weights = graph.cut(layer) if layer else None
    part = Graph(weights, graph.origin) if weights else graph
    picture = next((value for value in part.inputs if _takes_pictures(value)), None)
    output = layer or next((value.name for value in part.outputs), "")
    if picture is None or len(part.inputs) != 1 or not output or not _quotable(picture.name, output, model):
        return ""
    width, height, layout = _sides(picture)
    how = Preprocessing(width or _USUAL, height or _USUAL, layout, "crop")
    dim = _dim(model, weights, Card("", "", sha256, picture.name, output, 0, how), side_files)
    lines = [
        f'name = "{model.stem}"',
        f'file = "{model.name}"',
        f'sha256 = "{sha256}"',
        "",
        "[input]",
        f'name = "{picture.name}"',
        f"width = {how.width}" + ("" if width else "  # the graph takes any: write that of its training"),
        f"height = {how.height}" + ("" if height else "  # the same"),
        f'layout = "{layout}"',
        'resize = "crop"  # or stretch, or letterbox: as in its training',
        "one_pass = true",
        *(_numbers() if picture.element == _FLOAT else ()),
        "",
        "[output]",
        f'name = "{output}"',
        f"dim = {dim or 1}" + ("" if dim else "  # write how many numbers it gives for a picture"),
    ]
    return "\n".join(lines) + "\n"


def _numbers() -> list[str]:
    mean = ", ".join(f"{255 * value:.3f}" for value in _MEAN)
    scale = ", ".join(f"{1 / (255 * value):.7f}" for value in _SPREAD)
    return [
        "# (pixel - mean) * scale, pixels 0 to 255. These are ImageNet's, usual with torchvision and timm;",
        "# for values from -1 to 1 write [127.5, 127.5, 127.5] and [0.0078431, 0.0078431, 0.0078431].",
        f"mean = [{mean}]",
        f"scale = [{scale}]",
    ]


def _takes_pictures(value: Value) -> bool:
    shape = value.shape or ()
    return value.element in (_FLOAT, _BYTES) and len(shape) == 4 and (3 in shape[1::2] or None in shape[1::2])


def _sides(picture: Value) -> tuple[int | None, int | None, Layout]:
    """Width, height (None where the graph takes any) and layout, NCHW unless the graph says otherwise."""
    _, one, two, three = picture.shape or (None, None, None, None)
    return (two, one, "NHWC") if three == 3 and one != 3 else (three, two, "NCHW")


def _dim(model: Path, weights: bytes | None, card: Card, side_files: Mapping[str, Path]) -> int:
    try:
        content = weights or model.read_bytes()
        return OnnxEncoder(card, content, origin=str(model), side_files=side_files).card.dim
    except (EncoderError, OSError):  # loading it with the finished card will say what is wrong
        return 0


def _quotable(picture: str, output: str, model: Path) -> bool:
    return all(text.isprintable() and not set(text) & {'"', "\\"} for text in (picture, output, model.name))
