"""An image encoder that is an ONNX graph and a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lookalike.encoders import preprocess
from lookalike.encoders.base import Pixels
from lookalike.encoders.card import CONTENTS, Card
from lookalike.encoders.graph import Graph
from lookalike.encoders.head import Head
from lookalike.encoders.reference import reference_picture
from lookalike.encoders.session import (
    card_session,
    first_line,
    out_of_memory,
    session,
    too_little_memory,
    use_processors,
)
from lookalike.errors import EncoderError
from lookalike.vectors import Floats, Space

_TOGETHER = 4  # pictures in one run: a sixth quicker than one by one, and as quick as more (0032)
_TOGETHER_ON_CARD = 32
_SAME_ON_CARD = 0.998  # the least cosine; 0.9990 and more where int8 is reckoned in floats, as there (0037)
_INPUT_TYPES: dict[str, type[np.uint8] | type[np.float32]] = {
    "tensor(uint8)": np.uint8,
    "tensor(float)": np.float32,
}


class OnnxEncoder:
    """Runs one graph on the CPU, one thread a call: callers keep the cores busy with several threads.

    A picture's vector is the same to the last bit whatever else is in its batch. Four pictures go through
    the graph together where that is so on this machine, which is tried with the first ones; else each alone.

    With ``LOOKALIKE_DEVICE`` it runs on a graphics card where that gives a picture nearly the vector that the
    CPU gives it; then more go together, and the last bits may differ.
    """

    def __init__(
        self,
        card: Card,
        weights: bytes,
        *,
        origin: str,
        name: str = "",
        side_files: Mapping[str, Path] | None = None,
        described: str = "the card",
        remedy: str = CONTENTS,
        again: Callable[[], bytes] | None = None,
    ) -> None:
        """``weights`` is the content of the .onnx file, ``origin`` what errors call it.

        ``name`` is what loads this encoder again: ``imagenet``, or ``onnx:`` and an absolute path.
        ``side_files`` are files of weights beside a large graph, by the name the graph gives them.
        ``described`` is what ``card`` was made from, and ``remedy`` what to do where it does not fit.
        ``again`` reads ``weights`` once more where `model` is asked for; without it they stay in memory.

        Raises `EncoderError` when it is not an ONNX graph, or not the one that ``card`` describes, or when
        there is not enough memory for it.
        """
        self.card = card
        self.name = name or card.name
        self.weight_bytes = len(weights) + sum(file.stat().st_size for file in (side_files or {}).values())
        self._origin = origin
        self._described, self._remedy = described, remedy
        self._again = again or (lambda: weights)
        self._side_files = dict(side_files or {})
        self._session = session(weights, origin, self._side_files)
        self._dtype = self._checked_input()
        self._check_output()
        how = card.preprocessing
        probe = self._output(reference_picture(how.width, how.height)[None])
        #: What makes one vector of the output: "", "first" (token), or the axes to take the mean over.
        self.pooling = self._checked_pooling(probe, weights)
        self._check_vector(self._pooled(probe))
        self.head = self._checked_head(weights)
        self._check_kinds()
        #: By count of pictures, as far as tried: whether together they get the vectors that each gets alone.
        self._as_alone: dict[int, bool] = {1: True}
        #: Where it runs: "cpu", or "cuda" for a graphics card.
        self.device = "cuda" if self._moves_to_card(weights, self._pooled(probe)) else "cpu"
        self._space = Space(card.name, card.fingerprint(), self.card.dim)

    @property
    def space(self) -> Space:
        """The space all vectors of this encoder belong to."""
        return self._space

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a prepared picture, in pixels."""
        how = self.card.preprocessing
        return how.width, how.height

    @property
    def whole_pictures(self) -> bool:
        """Whether pictures must be decoded in full, because the card asks for one pass over all pixels."""
        return self.card.preprocessing.one_pass

    @property
    def takes_bytes(self) -> bool:
        """Whether the graph takes uint8 pixels as they are; else it takes float32."""
        return self._dtype is np.uint8

    def prepare(self, picture: Image.Image) -> Pixels:
        """One picture of any size as input pixels, RGB, shape (height, width, 3)."""
        return preprocess.prepare(picture, self.card.preprocessing)

    def encode(self, batch: Pixels) -> Floats:
        """Vectors, shape (n, dim), not normalised, of prepared pictures, shape (n, height, width, 3).

        Raises `EncoderError` when the pictures have another shape or are not uint8.
        """
        self._require_prepared(batch)
        vectors = np.empty((len(batch), self.card.dim), dtype=np.float32)
        most = _TOGETHER if self.device == "cpu" else _TOGETHER_ON_CARD
        for row in range(0, len(batch), most):
            vectors[row : row + most] = self._run(batch[row : row + most])
        return vectors

    def scores(self, batch: Pixels) -> Floats:
        """How much prepared pictures look like each kind, (n, kinds), before the softmax.

        Raises `EncoderError` where the card names no kinds, and what `encode` raises.
        """
        kinds = self.card.kinds
        if kinds is None:
            raise EncoderError(
                f"{self.name} does not tell kinds of products.",
                next_step="Train one that does: lookalike train --recipe scratch",
            )
        self._require_prepared(batch)
        found = np.empty((len(batch), len(kinds.names)), dtype=np.float32)
        for row in range(len(batch)):
            found[row] = self._output(batch[row : row + 1], kinds.output).reshape(-1)
        return found

    def model(self) -> bytes:
        """The ONNX file of the graph as it runs: cut at its layer, with all of its weights in it.

        Raises `EncoderError` when it cannot be read any more or is too large for one file.
        """
        return Graph(self._again(), self._origin).inlined(self._side_files)

    def _require_prepared(self, batch: Pixels) -> None:
        how = self.card.preprocessing
        expected = (how.height, how.width, 3)
        if batch.ndim != 4 or batch.shape[1:] != expected or batch.dtype != np.uint8:
            raise EncoderError(
                f"{self.card.name} takes uint8 pictures of shape (n, {how.height}, {how.width}, 3), "
                f"not {batch.dtype} of {batch.shape}.",
                next_step="Pass each picture through prepare() first.",
            )

    def _run(self, pictures: Pixels) -> Floats:
        """Vectors of pictures that may go together."""
        count = len(pictures)
        if self._as_alone.get(count, False):
            return self._pooled(self._output(pictures)).reshape(count, -1)
        alone = np.stack([self._pooled(self._output(pictures[row : row + 1])) for row in range(count)])
        if count not in self._as_alone and (pictures[0] != pictures[-1]).any():  # equal ones show nothing
            self._as_alone[count] = self._gives(alone, pictures)
        return alone

    def _gives(self, alone: Floats, pictures: Pixels) -> bool:
        """Whether one run of all pictures gives the vectors that each got alone: on the CPU to the last bit.

        Not where the graph takes one picture only, and not where the processor adds up in another order then.
        """
        if isinstance(self._session.get_inputs()[0].shape[0], int):
            return False
        try:
            together = self._pooled(self._output(pictures))
        except EncoderError:
            return False
        if together.size != alone.size:
            return False
        together = together.reshape(alone.shape)
        if self.device == "cpu":
            return bool((together == alone).all())
        return all(map(_same_on_card, together, alone))

    def _moves_to_card(self, weights: bytes, expected: Floats) -> bool:
        """Take a session on a card, if one is wanted and can be had, and gives the same vector there."""
        on_card = card_session(weights, self._origin, self._side_files)
        if on_card is None:
            return False
        here, self._session = self._session, on_card
        how = self.card.preprocessing
        try:
            found = self._pooled(self._output(reference_picture(how.width, how.height)[None]))
        except EncoderError as error:
            use_processors(error.message)
        else:
            if found.shape == expected.shape and _same_on_card(found, expected):
                return True
            use_processors(f"{self._origin} gives another vector there than on this machine's processors.")
        self._session = here
        return False

    def _pooled(self, output: Floats) -> Floats:
        if isinstance(self.pooling, tuple):
            with np.errstate(all="ignore"):  # what is not finite is told where the encoder is loaded
                output = output.mean(axis=self.pooling, dtype=np.float32)
        elif self.pooling == "first":
            output = output[:, 0]
        return output.reshape(-1)

    def _output(self, picture: Pixels, name: str = "") -> Floats:
        feed = {self.card.input_name: preprocess.to_input(picture, self.card.preprocessing, self._dtype)}
        try:
            output: Floats = self._session.run([name or self.card.output_name], feed)[0]
        except Exception as error:  # onnxruntime's errors share no base class
            if out_of_memory(error):
                raise too_little_memory(self._origin) from None
            raise self._unlike_card(f"it does not run: {first_line(error)}") from None
        return output

    def _checked_input(self) -> type[np.uint8] | type[np.float32]:
        inputs = self._session.get_inputs()
        names = ", ".join(node.name for node in inputs)
        if [node.name for node in inputs] != [self.card.input_name]:
            raise self._unlike_card(
                f"its inputs are {names}; {self._described} says {self.card.input_name} alone"
            )
        node = inputs[0]
        if node.type not in _INPUT_TYPES:
            raise EncoderError(
                f"{self._origin} takes {node.type}.",
                next_step="Export it with an input of uint8 or float32.",
            )
        how = self.card.preprocessing
        dtype = _INPUT_TYPES[node.type]
        if dtype is np.uint8 and how.mean is not None:
            raise self._unlike_card(
                f"it takes uint8 pixels as they are; {self._described} gives a mean and a scale"
            )
        wanted: tuple[Any, ...] = (1, how.height, how.width, 3)
        if how.layout == "NCHW":
            wanted = (1, 3, how.height, how.width)
        shape = node.shape
        fits = len(shape) == 4 and all(
            not isinstance(side, int) or side == want for side, want in zip(shape, wanted, strict=True)
        )
        if not fits:
            raise self._unlike_card(
                f"its input is {_shown(shape)}; {self._described} says {_shown(['n', *wanted[1:]])}"
            )
        return dtype

    def _check_output(self) -> None:
        names = [node.name for node in self._session.get_outputs()]
        if self.card.output_name not in names:
            raise self._unlike_card(
                f"its outputs are {', '.join(names)}; {self._described} says {self.card.output_name}"
            )

    def _checked_pooling(self, output: Floats, weights: bytes) -> str | tuple[int, ...]:
        """What makes one vector of the output: "", "first" (token), or the axes to take the mean over."""
        card = self.card
        if not isinstance(output, np.ndarray) or output.dtype != np.float32:
            found = output.dtype if isinstance(output, np.ndarray) else type(output).__name__
            raise self._unlike_card(f"its output {card.output_name} is of {found}, not float32")
        if output.size == card.dim and card.pool == "auto":
            return ""
        if output.ndim > 1 and output.shape[0] != 1:
            shape = _shown(list(output.shape))
            raise self._unlike_card(f"its output {card.output_name} is {shape} for one picture")
        if output.ndim == 2:
            return ""
        if output.ndim == 3:
            return (1,) if card.pool == "mean" else "first"
        if output.ndim == 4 and card.pool != "first":
            last = Graph(weights, self._origin).channels_last(
                card.output_name, card.preprocessing.layout == "NHWC"
            )
            return (1, 2) if last else (2, 3)
        raise self._unlike_card(
            f"its output {card.output_name} is {_shown(list(output.shape))}, which "
            f"{'the first token' if card.pool == 'first' else 'no pooling'} makes a vector of"
        )

    def _check_vector(self, vector: Floats) -> None:
        if not self.card.dim:
            self.card = replace(self.card, dim=vector.size)
        if vector.size != self.card.dim:
            raise self._unlike_card(
                f"its output {self.card.output_name} is {vector.size} numbers of {vector.dtype} a picture; "
                f"{self._described} says {self.card.dim} of float32"
            )
        if not np.isfinite(vector).all():
            raise self._unlike_card("it gives numbers that are not finite for an ordinary picture")

    def _checked_head(self, weights: bytes) -> Head | None:
        names = self.card.head
        if names is None:
            return None
        head = Head.read(names, Graph(weights, self._origin))
        if head is None or head.matrix.shape[1] != self.card.dim:
            raise self._unlike_card(
                f"its weights {names.mean} and {names.matrix} are no head of {self.card.dim} numbers"
            )
        return head

    def _check_kinds(self) -> None:
        kinds = self.card.kinds
        if kinds is None:
            return
        how, names = self.card.preprocessing, [node.name for node in self._session.get_outputs()]
        if kinds.output not in names:
            raise self._unlike_card(
                f"its outputs are {', '.join(names)}; {self._described} says {kinds.output} for kinds"
            )
        found = self._output(reference_picture(how.width, how.height)[None], kinds.output)
        if found.size != len(kinds.names) or found.dtype != np.float32:
            raise self._unlike_card(
                f"its output {kinds.output} is {found.size} numbers of {found.dtype}; "
                f"{self._described} names {len(kinds.names)} kinds"
            )

    def _unlike_card(self, what: str) -> EncoderError:
        return EncoderError(
            f"{self._origin} is not what {self._described} says: {what}.", next_step=self._remedy
        )


def _same_on_card(one: Floats, other: Floats) -> bool:
    """Whether two vectors of a picture are one, up to what another order and kind of sums makes of it."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return bool(np.isfinite(one).all()) and float(one @ other) >= _SAME_ON_CARD * lengths


def _shown(shape: list[Any]) -> str:
    return "(" + ", ".join(str(side) for side in shape) + ")"
