"""What encoders are: pixels or words in, vectors out, and the space they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.vectors import Floats, Space

Pixels = npt.NDArray[np.uint8]


class ImageEncoder(Protocol):
    """Turns pictures into vectors. Safe to call from several threads at once."""

    @property
    def name(self) -> str:
        """What an index remembers to load the encoder by again, from any working folder."""
        ...

    @property
    def space(self) -> Space:
        """The space all vectors of this encoder belong to."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of a prepared picture; decoders may deliver about this much detail.

        Not to an encoder that also has an attribute ``whole_pictures`` that is true: it gets every pixel.
        """
        ...

    def prepare(self, picture: Image.Image) -> Pixels:
        """One RGB picture of any size as the encoder's input pixels, shape (height, width, 3)."""
        ...

    def encode(self, batch: Pixels) -> Floats:
        """Vectors, shape (n, dim), of prepared pictures, shape (n, height, width, 3).

        Not normalised: the length of a vector is part of what the network says. A picture's vector does
        not depend on what else is in the batch.
        """
        ...


class TextEncoder(Protocol):
    """Turns words into vectors of the space of pictures. Safe to call from several threads at once."""

    @property
    def space(self) -> Space:
        """The space of the vectors: that of the image encoder it belongs to."""
        ...

    def encode_text(self, texts: Sequence[str]) -> Floats:
        """Vectors, shape (n, dim), not normalised, of texts. Raises `EncoderError`."""
        ...
