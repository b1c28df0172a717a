"""What is kept beside the columns of a large version, so that a process that opens it need not make it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from lookalike.derived import make_derived
from lookalike.neighbours.making import make_nearest
from lookalike.store.base import Columns, KeepProgress, Make


def keep_neighbours(columns: Columns, folder: Path, tell: KeepProgress) -> None:
    """Lay down what finds the nearest pictures."""
    make_nearest(folder, columns.looks.whole, partial(tell, "neighbours"))


MAKERS: tuple[Make, ...] = (make_derived, keep_neighbours)
"""Each lays down files of its own in the folder of a kept version, in this order."""
