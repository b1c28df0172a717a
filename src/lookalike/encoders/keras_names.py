"""Names of encoders that are Keras' applications: ``keras:ResNet50?pooling=max&weights=/FOLDER/FILE.h5``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import unquote

from lookalike.errors import EncoderError

Pooling = Literal["avg", "max"]

PREFIX = "keras:"

_GRAMMAR = (
    "Write keras:ARCHITECTURE, such as keras:ResNet50 or keras:InceptionV3; after it may come "
    "?pooling=avg or ?pooling=max, and weights=FILE, with & between the two."
)
_RESERVED = re.compile("[%&\x00-\x1f\x7f-\x9f]")  # what a path may hold and a name may not


@dataclass(frozen=True, slots=True)
class Architecture:
    """One of Keras' applications: its module, and the side in pixels of the square it looks at."""

    module: str
    side: int = 224


ARCHITECTURES: dict[str, Architecture] = {
    "ConvNeXtTiny": Architecture("convnext"),
    "ConvNeXtSmall": Architecture("convnext"),
    "ConvNeXtBase": Architecture("convnext"),
    "ConvNeXtLarge": Architecture("convnext"),
    "ConvNeXtXLarge": Architecture("convnext"),
    "DenseNet121": Architecture("densenet"),
    "DenseNet169": Architecture("densenet"),
    "DenseNet201": Architecture("densenet"),
    "EfficientNetB0": Architecture("efficientnet"),
    "EfficientNetB1": Architecture("efficientnet", 240),
    "EfficientNetB2": Architecture("efficientnet", 260),
    "EfficientNetB3": Architecture("efficientnet", 300),
    "EfficientNetB4": Architecture("efficientnet", 380),
    "EfficientNetB5": Architecture("efficientnet", 456),
    "EfficientNetB6": Architecture("efficientnet", 528),
    "EfficientNetB7": Architecture("efficientnet", 600),
    "EfficientNetV2B0": Architecture("efficientnet_v2"),
    "EfficientNetV2B1": Architecture("efficientnet_v2", 240),
    "EfficientNetV2B2": Architecture("efficientnet_v2", 260),
    "EfficientNetV2B3": Architecture("efficientnet_v2", 300),
    "EfficientNetV2S": Architecture("efficientnet_v2", 384),
    "EfficientNetV2M": Architecture("efficientnet_v2", 480),
    "EfficientNetV2L": Architecture("efficientnet_v2", 480),
    "InceptionResNetV2": Architecture("inception_resnet_v2", 299),
    "InceptionV3": Architecture("inception_v3", 299),
    "MobileNet": Architecture("mobilenet"),
    "MobileNetV2": Architecture("mobilenet_v2"),
    "MobileNetV3Large": Architecture("mobilenet_v3"),
    "MobileNetV3Small": Architecture("mobilenet_v3"),
    "NASNetLarge": Architecture("nasnet", 331),
    "NASNetMobile": Architecture("nasnet"),
    "ResNet50": Architecture("resnet"),
    "ResNet101": Architecture("resnet"),
    "ResNet152": Architecture("resnet"),
    "ResNet50V2": Architecture("resnet_v2"),
    "ResNet101V2": Architecture("resnet_v2"),
    "ResNet152V2": Architecture("resnet_v2"),
    "VGG16": Architecture("vgg16"),
    "VGG19": Architecture("vgg19"),
    "Xception": Architecture("xception", 299),
}
"""Every architecture of ``keras.applications``, by the name it has there."""


@dataclass(frozen=True, slots=True)
class KerasName:
    """A parsed name. ``weights`` is the absolute path of a file; None stands for Keras' ImageNet weights."""

    architecture: str
    pooling: Pooling = "avg"
    weights: Path | None = None

    @property
    def family(self) -> str:
        """The module of ``keras.applications`` that has the network's ``preprocess_input``."""
        return ARCHITECTURES[self.architecture].module

    @property
    def side(self) -> int:
        """Width and height of the network's pictures, in pixels."""
        return ARCHITECTURES[self.architecture].side

    @property
    def label(self) -> str:
        """The name without the file, which may move: what the space of the vectors is called."""
        return PREFIX + self.architecture + ("" if self.pooling == "avg" else f"?pooling={self.pooling}")

    def __str__(self) -> str:
        """The name an index remembers: it says the same in any working folder."""
        if self.weights is None:
            return self.label
        path = _RESERVED.sub(lambda found: f"%{ord(found[0]):02X}", str(self.weights))
        return f"{self.label}{'&' if '?' in self.label else '?'}weights={path}"


def parse_keras_name(name: str) -> KerasName:
    """Read ``keras:ARCHITECTURE?pooling=avg|max&weights=FILE``; both options may be left out.

    A relative FILE is taken from the working folder; in it ``%`` and ``&`` are written ``%25`` and ``%26``.
    Whether the file exists is not looked at. Raises `EncoderError` for anything else.
    """
    body = name.removeprefix(PREFIX)
    architecture, asks, options = body.partition("?")
    if body == name or not architecture or (asks and not options):
        raise EncoderError(f"{name!r} names no Keras application.", next_step=_GRAMMAR)
    if architecture not in ARCHITECTURES:
        raise EncoderError(f"Keras has no application {architecture!r}.", next_step=_meant(architecture))
    values: dict[str, str] = {}
    for option in options.split("&") if options else ():
        key, equals, value = option.partition("=")
        if key not in ("pooling", "weights") or key in values or not (equals and value):
            raise EncoderError(f"{option!r} is not understood in {name!r}.", next_step=_GRAMMAR)
        values[key] = unquote(value)
    return keras_name(architecture, values.get("pooling", "avg"), values.get("weights"))


def keras_name(architecture: str, pooling: str = "avg", weights: str | Path | None = None) -> KerasName:
    """The name made of its parts. Raises `EncoderError` when the pooling or the path cannot be."""
    if pooling not in get_args(Pooling):
        raise EncoderError(f"There is no pooling {pooling!r}.", next_step="Use avg or max.")
    if weights is not None and "\0" in str(weights):
        raise EncoderError("A path holds no zero bytes.", next_step="Give the path of a weights file.")
    path = None if weights is None else Path(weights).expanduser().absolute()
    return KerasName(architecture, cast(Pooling, pooling), path)


def _meant(architecture: str) -> str:
    """The architectures that a misspelt one may have meant."""
    by_lower = {known.lower(): known for known in ARCHITECTURES}
    close = get_close_matches(architecture.lower()[:64], by_lower, n=3, cutoff=0.6)
    if close:
        return f"Did you mean {' or '.join(by_lower[one] for one in close)}?"
    return f"There are {', '.join(ARCHITECTURES)}."
