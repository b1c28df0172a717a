"""An image encoder that is an ONNX graph and a card."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from PIL import Image

from lookalike.encoders import preprocess
from lookalike.encoders.base import Pixels
from lookalike.encoders.card import CONTENTS, Card
from lookalike.encoders.reference import reference_picture
from lookalike.errors import EncoderError
from lookalike.vectors import Floats, Space

_INPUT_TYPES: dict[str, type[np.uint8] | type[np.float32]] = {
    "tensor(uint8)": np.uint8,
    "tensor(float)": np.float32,
}


class OnnxEncoder:
    """Runs one graph on the CPU, one thread a call: callers keep the cores busy with several threads.

    Pictures go through the graph one at a time. That costs nothing on a CPU, and makes a picture's vector
    the same to the last bit whatever else is in its batch.
    """

    def __init__(self, card: Card, weights: bytes, *, origin: str, name: str = "") -> None:
        """``weights`` is the content of the .onnx file, ``origin`` what errors call it.

        ``name`` is what loads this encoder again: ``imagenet``, or ``onnx:`` and an absolute path.

        Raises `EncoderError` when it is not an ONNX graph, or not the one that ``card`` describes.
        """
        self.card = card
        self.name = name or card.name
        self._origin = origin
        self._session = _session(weights, origin)
        self._dtype = self._checked_input()
        self._check_output()
        self._space = Space(card.name, card.fingerprint(), card.dim)
        self._check_run()

    @property
    def space(self) -> Space:
        """The space all vectors of this encoder belong to."""
        return self._space

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a prepared picture, in pixels."""
        how = self.card.preprocessing
        return how.width, how.height

    def prepare(self, picture: Image.Image) -> Pixels:
        """One picture of any size as input pixels, RGB, shape (height, width, 3)."""
        return preprocess.prepare(picture, self.card.preprocessing)

    def encode(self, batch: Pixels) -> Floats:
        """Vectors, shape (n, dim), not normalised, of prepared pictures, shape (n, height, width, 3).

        Raises `EncoderError` when the pictures have another shape or are not uint8.
        """
        how = self.card.preprocessing
        expected = (how.height, how.width, 3)
        if batch.ndim != 4 or batch.shape[1:] != expected or batch.dtype != np.uint8:
            raise EncoderError(
                f"{self.card.name} takes uint8 pictures of shape (n, {how.height}, {how.width}, 3), "
                f"not {batch.dtype} of {batch.shape}.",
                next_step="Pass each picture through prepare() first.",
            )
        vectors = np.empty((len(batch), self.card.dim), dtype=np.float32)
        for row in range(len(batch)):
            vectors[row] = self._run(batch[row : row + 1])
        return vectors

    def _run(self, picture: Pixels) -> Floats:
        feed = {self.card.input_name: preprocess.to_input(picture, self.card.preprocessing, self._dtype)}
        output: Floats = self._session.run([self.card.output_name], feed)[0]
        return output.reshape(-1)

    def _checked_input(self) -> type[np.uint8] | type[np.float32]:
        inputs = self._session.get_inputs()
        names = ", ".join(node.name for node in inputs)
        if [node.name for node in inputs] != [self.card.input_name]:
            raise self._unlike_card(f"its inputs are {names}; the card says {self.card.input_name} alone")
        node = inputs[0]
        if node.type not in _INPUT_TYPES:
            raise EncoderError(
                f"{self._origin} takes {node.type}.",
                next_step="Export it with an input of uint8 or float32.",
            )
        how = self.card.preprocessing
        dtype = _INPUT_TYPES[node.type]
        if dtype is np.uint8 and how.mean is not None:
            raise self._unlike_card("it takes uint8 pixels as they are; the card gives a mean and a scale")
        wanted: tuple[Any, ...] = (1, how.height, how.width, 3)
        if how.layout == "NCHW":
            wanted = (1, 3, how.height, how.width)
        shape = node.shape
        fits = len(shape) == 4 and all(
            not isinstance(side, int) or side == want for side, want in zip(shape, wanted, strict=True)
        )
        if not fits:
            raise self._unlike_card(
                f"its input is {_shown(shape)}; the card says {_shown(['n', *wanted[1:]])}"
            )
        return dtype

    def _check_output(self) -> None:
        names = [node.name for node in self._session.get_outputs()]
        if self.card.output_name not in names:
            raise self._unlike_card(
                f"its outputs are {', '.join(names)}; the card says {self.card.output_name}"
            )

    def _check_run(self) -> None:
        how = self.card.preprocessing
        probe = reference_picture(how.width, how.height)[None]
        try:
            vector = self._run(probe)
        except Exception as error:  # onnxruntime's errors share no base class
            raise self._unlike_card(f"it does not run: {_first_line(error)}") from None
        if vector.size != self.card.dim or vector.dtype != np.float32:
            raise self._unlike_card(
                f"its output {self.card.output_name} is {vector.size} numbers of {vector.dtype} a picture; "
                f"the card says {self.card.dim} of float32"
            )
        if not np.isfinite(vector).all():
            raise self._unlike_card("it gives numbers that are not finite for an ordinary picture")

    def _unlike_card(self, what: str) -> EncoderError:
        return EncoderError(f"{self._origin} is not what its card says: {what}.", next_step=CONTENTS)


def _session(weights: bytes, origin: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base class
        raise EncoderError(
            f"{origin} cannot be loaded as an ONNX graph: {_first_line(error)}",
            next_step="Export the model again as one .onnx file that holds its weights, "
            "with operators of the standard ONNX set.",
        ) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _shown(shape: list[Any]) -> str:
    return "(" + ", ".join(str(side) for side in shape) + ")"
