"""Pictures as a few hundred numbers each: what of each of some patterns is in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.vectors import Floats

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Eigenpictures:
    """The directions in which pictures of a shop differ most.

    As in Turk and Pentland, "Eigenfaces for recognition", 1991.
    ``mean`` (side * side * 3,) is the mean picture, 0 to 1; ``axes`` (k, side * side * 3), in half precision,
    are orthonormal.
    """

    mean: Floats
    axes: npt.NDArray[np.float16]

    @property
    def side(self) -> int:
        """The side of the pictures, in pixels."""
        return math.isqrt(len(self.mean) // 3)

    def codes(self, pictures: Pixels) -> Floats:
        """What of each pattern is in some pictures (n, side, side, 3), as (n, k)."""
        flat: Floats = pictures.reshape(len(pictures), -1).astype(np.float32) / np.float32(255)
        found: Floats = (flat - self.mean) @ self.axes.T.astype(np.float32)
        return found

    def pictures(self, codes: Floats) -> Pixels:
        """The pictures (n, side, side, 3) that some codes (n, k) are of."""
        flat = np.asarray(codes @ self.axes.astype(np.float32)) + self.mean
        pixels: Pixels = np.rint(np.clip(flat, 0, 1) * 255).astype(np.uint8)
        return pixels.reshape(len(codes), self.side, self.side, 3)
