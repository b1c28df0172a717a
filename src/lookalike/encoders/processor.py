"""What ``preprocessor_config.json`` says about pictures, as a card's preprocessing.

The files are written by the image processors of the transformers library. Those that work with Pillow are
reproduced to the pixel; those of the same names that work with torchvision differ by a shade here and there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from lookalike.encoders.card import Interpolation, Preprocessing
from lookalike.errors import EncoderError

FILE = "preprocessor_config.json"
_INTERPOLATIONS: tuple[Interpolation, ...] = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
# Kinds that take the steps below in this order, and nothing else. One number as a size means the shorter
# side to the first, both sides to the second.
_BY_SHORTER_SIDE = frozenset(
    ("CLIP", "ChineseCLIP", "Bit", "ConvNext", "MobileNetV1", "MobileNetV2", "MobileViT")
)
_BY_BOTH_SIDES = frozenset(("ViT", "DeiT", "Siglip", "Beit", "Blip", "EfficientNet", "DINOv3ViT"))
_KIND = re.compile(r"(\w+?)(?:ImageProcessor(?:Fast|Pil)?|FeatureExtractor)")
_UNLESS = (
    "Download the .onnx file and use onnx:PATH with a card of your own, which says how pictures are prepared."
)
_STEPS = frozenset(
    (
        *("do_resize", "do_center_crop", "do_rescale", "do_normalize"),
        *("do_convert_rgb", "do_flip_channel_order", "do_reduce_labels"),
    )
)
_Side = tuple[int, int]
_Mode = Literal["crop", "stretch"]


def parse_processor(config: Any, origin: str) -> Preprocessing:
    """The preprocessing that the document ``config`` describes, for a graph of floats in the layout NCHW.

    The steps: resize by the shorter side or to a width and height; cut out the middle; multiply; subtract the
    mean and divide by the spread. Raises `EncoderError`, with ``origin`` named, where the document asks for
    anything else or does not say enough.
    """
    if not isinstance(config, Mapping):
        raise _refused(origin, "is not a JSON object")
    return _Processor(config, origin).preprocessing()


class _Processor:
    def __init__(self, config: Mapping[str, Any], origin: str) -> None:
        self.config = config
        self.origin = origin
        said = config.get("image_processor_type") or config.get("feature_extractor_type") or ""
        match = _KIND.fullmatch(str(said))
        self.kind = match[1] if match else ""
        if self.kind not in _BY_SHORTER_SIDE | _BY_BOTH_SIDES:
            raise self.wrong(f"is for {said or 'no kind of processor'}, which is not among those known here")
        for step, does in config.items():
            if step.startswith("do_") and step not in _STEPS and does not in (False, None):
                raise self.wrong(f"asks for {step}, which is not among the steps known here")

    def preprocessing(self) -> Preprocessing:
        mode, frame, middle = self._convnext() if self.kind == "ConvNext" else self._sizes()
        mean, scale = self._numbers()
        return Preprocessing(
            width=middle[0],
            height=middle[1],
            layout="NCHW",
            resize=mode,
            colour_order="BGR" if self._does("do_flip_channel_order", False) else "RGB",
            pad=(0, 0, 0),
            interpolation=self._interpolation(),
            mean=mean,
            scale=scale,
            frame=frame,
            one_pass=True,
        )

    def wrong(self, what: str) -> EncoderError:
        return _refused(self.origin, what)

    def _does(self, step: str, otherwise: bool) -> bool:
        does = self.config.get(step)
        if does is not None and not isinstance(does, bool):
            raise self.wrong(f"has {does!r} for {step}, not true or false")
        return otherwise if does is None else does

    def _sizes(self) -> tuple[_Mode, _Side, _Side]:
        """How to fill which frame, and what is cut out of its middle, as (width, height)."""
        size = self._size()
        crop = self.config.get("crop_size")
        crops = self._does("do_center_crop", crop is not None)
        middle = self._two_sides(crop, "crop_size") if crops else None
        if "shortest_edge" in size:
            edge = self._side(size["shortest_edge"])
            if middle is None:
                raise self.wrong("does not bring pictures to one size: nothing is cut off the longer side")
            return "crop", (edge, edge), middle
        frame = self._two_sides(size, "size")
        return "stretch", frame, middle or frame

    def _convnext(self) -> tuple[_Mode, _Side, _Side]:
        """The same for the networks that see a share of a small picture, and from 384 pixels on the whole."""
        size = self._size()
        edge = self._side(size.get("shortest_edge", size.get("height")))
        if edge >= 384 or "shortest_edge" not in size:
            return "stretch", (edge, edge), (edge, edge)
        share = self.config.get("crop_pct")
        share = 224 / 256 if share is None else share
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0.05 <= share <= 1:
            raise self.wrong(f"has crop_pct {share!r}")
        frame = int(edge / share)
        return "crop", (frame, frame), (edge, edge)

    def _size(self) -> Mapping[str, Any]:
        size = self.config.get("size")
        if size is None or not self._does("do_resize", True):
            raise self.wrong("does not bring pictures to one size")
        if isinstance(size, int):
            by_shorter = self.kind in _BY_SHORTER_SIDE
            size = {"shortest_edge": size} if by_shorter else {"height": size, "width": size}
        if not isinstance(size, Mapping):
            raise self.wrong(f"has the size {size!r}")
        given = {name: side for name, side in size.items() if side is not None}
        if given.keys() not in ({"height", "width"}, {"shortest_edge"}):
            raise self.wrong(f"resizes by {', '.join(sorted(given)) or 'nothing'}, which is not known here")
        return given

    def _two_sides(self, size: object, name: str) -> _Side:
        if isinstance(size, int):
            return self._side(size), self._side(size)
        if not isinstance(size, Mapping) or not {"height", "width"} <= size.keys():
            raise self.wrong(f"has the {name} {size!r}")
        return self._side(size["width"]), self._side(size["height"])

    def _side(self, side: object) -> int:
        if not isinstance(side, int) or isinstance(side, bool) or not 1 <= side <= 4096:
            raise self.wrong(f"has {side!r} for a side, not pixels from 1 to 4096")
        return side

    def _interpolation(self) -> Interpolation:
        code = self.config.get("resample")
        if isinstance(code, bool) or not isinstance(code, int) or not 0 <= code < len(_INTERPOLATIONS):
            raise self.wrong(f"has {code!r} for resample, not one of Pillow's numbers from 0 to 5")
        return _INTERPOLATIONS[code]

    def _numbers(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Mean and scale for pixels of 0 to 255: first ``pixel * factor - offset``, then the usual two."""
        rescales = self._does("do_rescale", True)
        factor = self.config.get("rescale_factor", 1 / 255) if rescales else 1.0
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor <= 1:
            raise self.wrong(f"has the rescale_factor {factor!r}")
        offset = 1.0 if rescales and self._does("rescale_offset", False) else 0.0
        means, spreads = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
        if self._does("do_normalize", "image_mean" in self.config):
            means, spreads = self._three("image_mean"), self._three("image_std")
            if min(spreads) <= 0:
                raise self.wrong("has an image_std that is not above 0")
        twice = self.kind == "EfficientNet" and self._does(
            "include_top", False
        )  # divides by the spread again
        first, second, third = (
            ((mean + offset) / factor, factor / (spread * spread if twice else spread))
            for mean, spread in zip(means, spreads, strict=True)
        )
        return (first[0], second[0], third[0]), (first[1], second[1], third[1])

    def _three(self, name: str) -> tuple[float, float, float]:
        values = self.config.get(name)
        if isinstance(values, list) and len(values) == 3:
            first, second, third = values
            if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
                return float(first), float(second), float(third)
        raise self.wrong(f"has {values!r} for {name}, not three numbers")


def _refused(origin: str, what: str) -> EncoderError:
    return EncoderError(f"{origin} {what}.", next_step=_UNLESS)
