"""The card beside a model: what it is, what pixels it wants, which output is the vector, and its hash."""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args

from lookalike.errors import EncoderError

Layout = Literal["NHWC", "NCHW"]
ColourOrder = Literal["RGB", "BGR"]
Resize = Literal["letterbox", "stretch", "crop"]
Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"]
Pool = Literal["auto", "mean", "first"]

CONTENTS = (
    "A card is TOML and holds: name, sha256 (of the .onnx file); "
    "[input] name, width, height, layout (NHWC or NCHW), resize (letterbox, stretch or crop); "
    "[output] name, dim. "
    "It may hold: file, licence, source, description, data (what it was trained on); "
    "in [input] colour_order (RGB or BGR), "
    "trim = 0.0, pad = [255, 255, 255], interpolation (bilinear, bicubic, lanczos, nearest, box or hamming), "
    "frame = [width, height] to be filled (crop) or covered (stretch) before the middle is cut out, "
    "one_pass = true for one pass of resampling over the whole picture, "
    "and for a graph that takes floats mean and scale, three numbers each: (pixel - mean) * scale, "
    "pixels 0 to 255; "
    "in [output] pool (mean or first) for a feature map or tokens; "
    "[reference] vector; [scores] any numbers; "
    "[head] over (fingerprint of the space whose unit vectors it maps), mean, matrix and bias (names of "
    "weights); [kinds] output (name), names (of the kinds that its numbers are for)."
)
"""What a card must and may contain, in one line, for the next step of every error about cards."""

PREPARATION = 1
"""Version of the code that prepares pixels: part of every fingerprint, raised when its output changes."""

_MAX_SIDE = 4096
_ROOT = frozenset(
    (
        "name",
        "file",
        "sha256",
        "licence",
        "source",
        "description",
        "data",
        "input",
        "output",
        "reference",
        "scores",
        "head",
        "kinds",
    )
)
_INPUT = frozenset(
    (
        "name",
        "width",
        "height",
        "layout",
        "resize",
        "colour_order",
        "trim",
        "pad",
        "interpolation",
        "mean",
        "scale",
        "frame",
        "one_pass",
    )
)
# Fields that came later are part of a fingerprint only where they are used, so that older ones stay.
_LATER = ("frame", "one_pass")


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a picture becomes the graph's input; every field is part of the space's fingerprint.

    ``width`` and ``height`` are in pixels. ``trim`` is the largest share of a picture's longer side that a
    letterbox may cut off, half at either end, before it adds bars: 0 keeps the whole picture. ``pad`` is the
    RGB colour of the bars. ``mean`` and ``scale`` apply to graphs of floats: ``(pixel - mean) * scale``
    in the graph's colour order, with pixels from 0 to 255. A graph that takes uint8 gets them as they are.

    ``frame`` is a width and height in pixels that come first: the picture is brought to fill it (crop) or to
    cover it exactly (stretch), in whole pixels rounded down, and then ``width`` and ``height`` are cut out of
    the middle. ``one_pass`` resamples every pixel of a picture in one pass, as most training code does; else
    large ones are decoded and shrunk by whole factors first, which is quicker and hardly differs.
    """

    width: int
    height: int
    layout: Layout
    resize: Resize
    colour_order: ColourOrder = "RGB"
    trim: float = 0.0
    pad: tuple[int, int, int] = (255, 255, 255)
    interpolation: Interpolation = "bilinear"
    mean: tuple[float, float, float] | None = None
    scale: tuple[float, float, float] | None = None
    frame: tuple[int, int] | None = None
    one_pass: bool = False


@dataclass(frozen=True, slots=True)
class HeadNames:
    """How a graph ends that maps the unit vectors of another encoder: ``(unit - mean) @ matrix + bias``.

    ``over`` is the fingerprint of that encoder's space, the others are names of weights in the graph.
    """

    over: str
    mean: str
    matrix: str
    bias: str = ""


@dataclass(frozen=True, slots=True)
class KindNames:
    """A second output of a graph: a number for each of some kinds of product, the larger the likelier.

    Their softmax are probabilities.
    """

    output: str
    names: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """A model's identity card. ``reference`` is the reference picture's vector, shape (dim,), or empty.

    ``dim`` 0 stands for as many numbers as the output has. ``pool`` is how an output that is not yet one
    vector becomes one: ``mean`` over all places or tokens, ``first`` token. ``auto`` takes one vector as it
    is, of a feature map (4-d) the mean over its places, of tokens (3-d) the first.
    """

    name: str
    file: str
    sha256: str
    input_name: str
    output_name: str
    dim: int
    preprocessing: Preprocessing
    licence: str = ""
    source: str = ""
    description: str = ""
    data: str = ""
    reference: tuple[float, ...] = field(default=(), repr=False)
    scores: Mapping[str, float] = field(default_factory=dict)
    pool: Pool = "auto"
    head: HeadNames | None = None
    kinds: KindNames | None = None

    def fingerprint(self) -> str:
        """A hash over the weights' hash and everything that is done to pixels before them and after."""
        preprocessing = asdict(self.preprocessing)
        document = {
            "weights": self.sha256,
            "input": self.input_name,
            "output": self.output_name,
            "preparation": PREPARATION,
            **{name: value for name, value in preprocessing.items() if value or name not in _LATER},
            **({} if self.pool == "auto" else {"pool": self.pool}),
        }
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def read_card(path: Path) -> Card:
    """The card in the TOML file at ``path``. Raises `EncoderError` naming the first thing that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise EncoderError(f"The card {path} cannot be read: {error.strerror}.", next_step=CONTENTS) from None
    except UnicodeDecodeError:
        raise EncoderError(f"The card {path} is not UTF-8 text.", next_step=CONTENTS) from None
    return parse_card(text, path)


def parse_card(text: str, path: Path) -> Card:
    """The card in ``text``; ``path`` is named in errors, and names the model file when the card does not."""
    try:
        fields = _Fields(tomllib.loads(text), path, "")
    except tomllib.TOMLDecodeError as error:
        detail = str(error).splitlines()[0]
        raise EncoderError(f"The card {path} is not TOML: {detail}.", next_step=CONTENTS) from None
    fields.refuse_unknown(_ROOT)
    output = fields.table("output")
    output.refuse_unknown(frozenset({"name", "dim", "pool"}))
    dim = output.whole("dim", 1 << 16)
    return Card(
        name=fields.text("name"),
        file=_bare_name(fields, path.with_suffix(".onnx").name),
        sha256=_sha256(fields),
        input_name=fields.table("input").text("name"),
        output_name=output.text("name"),
        dim=dim,
        preprocessing=_preprocessing(fields.table("input")),
        licence=fields.text("licence", ""),
        source=fields.text("source", ""),
        description=fields.text("description", ""),
        data=fields.text("data", ""),
        reference=_reference(fields, dim),
        scores=_scores(fields),
        pool=cast(Pool, output.one_of("pool", get_args(Pool), "auto")),
        head=_head(fields),
        kinds=_kinds(fields),
    )


def _preprocessing(fields: _Fields) -> Preprocessing:
    fields.refuse_unknown(_INPUT)
    mean, scale = fields.numbers("mean"), fields.numbers("scale")
    if (mean is None) != (scale is None):
        raise fields.wrong("mean and scale go together, or neither is given")
    pad = fields.numbers("pad") or (255.0, 255.0, 255.0)
    if any(value != int(value) or not 0 <= value <= 255 for value in pad):
        raise fields.wrong("input.pad must be three whole numbers from 0 to 255")
    trim = fields.values.get("trim", 0.0)
    if not _is_number(trim) or not 0 <= trim < 1:
        raise fields.wrong("input.trim must be a number from 0 to below 1")
    return Preprocessing(
        width=fields.whole("width", _MAX_SIDE),
        height=fields.whole("height", _MAX_SIDE),
        layout=cast(Layout, fields.one_of("layout", get_args(Layout))),
        resize=cast(Resize, fields.one_of("resize", get_args(Resize))),
        colour_order=cast(ColourOrder, fields.one_of("colour_order", get_args(ColourOrder), "RGB")),
        trim=float(trim),
        pad=(int(pad[0]), int(pad[1]), int(pad[2])),
        interpolation=cast(
            Interpolation, fields.one_of("interpolation", get_args(Interpolation), "bilinear")
        ),
        mean=mean,
        scale=scale,
        frame=_frame(fields),
        one_pass=_one_pass(fields),
    )


def _frame(fields: _Fields) -> tuple[int, int] | None:
    frame = fields.values.get("frame")
    if frame is None:
        return None
    if not isinstance(frame, list) or len(frame) != 2 or not all(_is_side(side) for side in frame):
        raise fields.wrong(f"input.frame must be two whole numbers from 1 to {_MAX_SIDE}: width, height")
    if fields.values.get("resize") == "letterbox":
        raise fields.wrong("input.frame goes with the resize crop or stretch")
    return int(frame[0]), int(frame[1])


def _one_pass(fields: _Fields) -> bool:
    one_pass = fields.values.get("one_pass", False)
    if not isinstance(one_pass, bool):
        raise fields.wrong("input.one_pass must be true or false")
    return one_pass


def _is_side(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_SIDE


def _bare_name(fields: _Fields, default: str) -> str:
    name = fields.text("file", default)
    if Path(name).name != name or "\\" in name:
        raise fields.wrong("file must be the name of a file beside the card, without a folder")
    return name


def _sha256(fields: _Fields) -> str:
    value = fields.text("sha256").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise fields.wrong("sha256 must be 64 hexadecimal digits")
    return value


def _reference(fields: _Fields, dim: int) -> tuple[float, ...]:
    if "reference" not in fields.values:
        return ()
    table = fields.table("reference")
    table.refuse_unknown(frozenset({"vector"}))
    vector = table.values.get("vector")
    if not isinstance(vector, list) or len(vector) != dim or not all(_is_number(value) for value in vector):
        raise fields.wrong(f"reference.vector must be {dim} numbers, as output.dim says")
    return tuple(float(value) for value in vector)


def _scores(fields: _Fields) -> dict[str, float]:
    scores = fields.table("scores").values if "scores" in fields.values else {}
    if not all(_is_number(value) for value in scores.values()):
        raise fields.wrong("[scores] must hold numbers only")
    return {name: float(value) for name, value in scores.items()}


def _head(fields: _Fields) -> HeadNames | None:
    if "head" not in fields.values:
        return None
    table = fields.table("head")
    table.refuse_unknown(frozenset({"over", "mean", "matrix", "bias"}))
    return HeadNames(table.text("over"), table.text("mean"), table.text("matrix"), table.text("bias", ""))


def _kinds(fields: _Fields) -> KindNames | None:
    if "kinds" not in fields.values:
        return None
    table = fields.table("kinds")
    table.refuse_unknown(frozenset({"output", "names"}))
    names = table.values.get("names")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise fields.wrong("kinds.names must be a list of names, one for each number of kinds.output")
    if len(set(names)) < len(names):
        raise fields.wrong("kinds.names holds a name twice")
    return KindNames(table.text("output"), tuple(names))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True, slots=True)
class _Fields:
    """One table of a card, read field by field; every complaint names card and field."""

    values: dict[str, Any]
    path: Path
    prefix: str

    def wrong(self, what: str) -> EncoderError:
        return EncoderError(f"The card {self.path} is wrong: {what}.", next_step=CONTENTS)

    def refuse_unknown(self, known: frozenset[str]) -> None:
        unknown = sorted(self.values.keys() - known)
        if unknown:
            raise self.wrong(f"{self.prefix}{unknown[0]} is not a field of a card")

    def table(self, name: str) -> _Fields:
        value = self.values.get(name)
        if not isinstance(value, dict):
            raise self.wrong(f"the table [{name}] is missing")
        return _Fields(value, self.path, f"{name}.")

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(f"{self.prefix}{name} must be given, as text")
        return value

    def whole(self, name: str, largest: int) -> int:
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= largest:
            raise self.wrong(f"{self.prefix}{name} must be a whole number from 1 to {largest}")
        return value

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.values.get(name, default)
        if value not in choices:
            raise self.wrong(f"{self.prefix}{name} must be one of {', '.join(choices)}")
        return cast(str, value)

    def numbers(self, name: str) -> tuple[float, float, float] | None:
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 3 or not all(_is_number(number) for number in value):
            raise self.wrong(f"{self.prefix}{name} must be three numbers")
        return float(value[0]), float(value[1]), float(value[2])
