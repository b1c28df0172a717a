"""Which kind of product a picture shows, as an encoder that was trained on kinds tells it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lookalike.encoders.headed import onnx_of
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.errors import EncoderError
from lookalike.images import open_image
from lookalike.vectors import Floats

Shown = Image.Image | Path | str | bytes
"""A picture: decoded, the path of its file, or its bytes."""


class Kinds:
    """Tells kinds of products. Safe to use from several threads at once."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        """Raises `EncoderError` when the encoder's card names no kinds."""
        if encoder.card.kinds is None:
            raise EncoderError(
                f"{encoder.name} does not tell kinds of products.",
                next_step="Train one that does: lookalike train --recipe scratch",
            )
        self.names = encoder.card.kinds.names
        self._encoder = encoder

    def probabilities(self, pictures: Sequence[Shown]) -> Floats:
        """How likely each picture shows each of `names`, (n, kinds); each row sums to 1.

        Raises `PictureError` for one that cannot be read.
        """
        if not pictures:
            return np.empty((0, len(self.names)), np.float32)
        opened = [self._encoder.prepare(open_image(each).image) for each in pictures]
        scores = self._encoder.scores(np.stack(opened))
        powers = np.exp((scores - scores.max(axis=1, keepdims=True)).astype(np.float64))
        likely: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return likely

    def predict(self, picture: Shown, k: int = 5) -> list[tuple[str, float]]:
        """The k likeliest kinds of one picture, each with its probability, the likeliest first."""
        likely = self.probabilities([picture])[0]
        order = np.argsort(-likely, kind="stable")[: max(k, 0)]
        return [(self.names[at], float(likely[at])) for at in order.tolist()]

    def same_kind(self, one: Shown, other: Shown) -> float:
        """How likely two pictures show products of one kind: 0 to 1.

        The probability that two draws agree, one from what each picture may show.
        """
        first, second = self.probabilities([one, other]).astype(np.float64)
        return float(min(1.0, first @ second))


def load_kinds(name: str) -> Kinds:
    """What tells kinds by the encoder called ``name``; see `load_encoder`. Raises `EncoderError`."""
    return Kinds(onnx_of(load_encoder(name)))
