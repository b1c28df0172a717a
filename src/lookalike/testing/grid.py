"""A small honest encoder for quick tests: what colour is where, on a grid. No network is loaded."""

from __future__ import annotations

import time

import numpy as np
from PIL import Image

from lookalike.encoders.base import Pixels
from lookalike.vectors import Floats, Space

_CELLS = 8


class GridEncoder:
    """Turns a picture into the colours of an 8 by 8 grid, as differences from grey: 192 numbers.

    ``calls`` counts the pictures it has encoded; each takes ``seconds`` more than it would.
    """

    def __init__(self, name: str = "grid", seconds: float = 0.0) -> None:
        self._space = Space(name, f"{name}-{_CELLS}", _CELLS * _CELLS * 3)
        self.calls = 0
        self._seconds = seconds

    @property
    def name(self) -> str:
        """The name of the space; a grid cannot be loaded by name."""
        return self._space.encoder

    @property
    def space(self) -> Space:
        """The space of grid vectors."""
        return self._space

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a prepared picture."""
        return (_CELLS, _CELLS)

    def prepare(self, picture: Image.Image) -> Pixels:
        """A picture squeezed onto the grid, (8, 8, 3)."""
        return np.asarray(picture.resize(self.size, Image.Resampling.BOX), dtype=np.uint8)

    def encode(self, batch: Pixels) -> Floats:
        """Vectors (n, 192) of grids (n, 8, 8, 3)."""
        self.calls += len(batch)
        time.sleep(self._seconds * len(batch))
        return (batch.astype(np.float32) / np.float32(255) - np.float32(0.5)).reshape(len(batch), -1)
