"""How much pictures seem to have text laid over them, and where: a small network looks at their thumbnails.

``lettering`` is the logarithm of the odds that there is such text, where half of all pictures have some;
``lettering across`` and ``lettering down`` are where it is most likely, as shares of the sides. The network
is fully convolutional and was taught by `tools/lettering`; `docs/decisions/0025-doctor.md` says on what.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.encoders.session import session

MEASURES = ("lettering", "lettering across", "lettering down")
"""Names of what is measured, in the order of the columns."""

LEAST = 96
"""Pixels of the shorter side from which on text could be read; of smaller pictures nothing is said."""

_FILE = "lettering.onnx"
_AT_ONCE = 8  # pictures in one call: more is no faster, and takes memory


def lettering(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The measures (n, len(MEASURES)) of n pictures of one size, (n, h, w, 3) in YCbCr; NaN of small ones."""
    found = np.full((len(pictures), len(MEASURES)), np.nan, dtype=np.float32)
    if min(pictures.shape[1:3]) < LEAST:
        return found
    for start in range(0, len(pictures), _AT_ONCE):
        part = np.ascontiguousarray(pictures[start : start + _AT_ONCE].transpose(0, 3, 1, 2))
        maps, odds = _network().run(None, {"pictures": part})
        rows, columns = np.unravel_index(maps.reshape(len(part), -1).argmax(axis=1), maps.shape[1:])
        found[start : start + _AT_ONCE] = np.column_stack(
            [odds, (columns + 0.5) / maps.shape[2], (rows + 0.5) / maps.shape[1]]
        )
    return found


@cache
def _network() -> Any:
    """The network: levels (n, 3, h, w) become log-odds of places (n, h / 8, w / 8), and of pictures (n,)."""
    return session(files("lookalike.doctor").joinpath(_FILE).read_bytes(), _FILE, {})
