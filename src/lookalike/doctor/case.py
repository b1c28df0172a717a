"""What a doctor sees of a catalogue: one version of it, its pictures small, what was told of it before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.doctor.neighbourhood import Neighbourhood
from lookalike.doctor.pixels import Pixels
from lookalike.neighbours.snapshot import Snapshot
from lookalike.products import Problem
from lookalike.vectors import Floats

PictureKey = tuple[str, int]
"""Product id and position."""

Tell = Callable[[str, int, int], None]
"""Told what is being done, how many of how many; what it raises ends the examination."""

Thumbnails = Callable[[Sequence[PictureKey]], Mapping[PictureKey, bytes]]
Encode = Callable[[Sequence[Image.Image]], Floats]


def silent(doing: str, done: int, total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Case:
    """One version of a catalogue of p products and n pictures, for examining.

    ``sizes`` (n, 2) are widths and heights of the originals, in the order of the snapshot's pictures.
    ``encode`` makes unit looks (m, dim) of decoded pictures, as the snapshot's are. ``same`` are groups of
    ids of products whose main pictures are copies, with the kind of copy. ``problems`` are what the last
    runs that added could not read. ``pixels_known`` are pixels measured before.
    """

    snapshot: Snapshot
    sizes: npt.NDArray[np.int32]
    contents: Sequence[str]
    thumbnails: Thumbnails
    encode: Encode
    same: Sequence[tuple[str, tuple[str, ...]]] = ()
    problems: Sequence[Problem] = ()
    pixels_known: Pixels = field(default_factory=Pixels.empty)
    workers: int = 1
    tell: Tell = silent

    @cached_property
    def keys(self) -> list[PictureKey]:
        """Product id and position of every picture, in order."""
        ids = self.snapshot.ids
        owners = self.snapshot.picture_product.tolist()
        return [(ids[row], at) for row, at in zip(owners, self.snapshot.position.tolist(), strict=True)]

    @cached_property
    def pixels(self) -> Pixels:
        """What was measured on the pixels of every picture, in order; measured now where it is not known."""
        return self.pixels_known.measured(
            self.keys, self.contents, self.thumbnails, workers=self.workers, tell=self.tell
        )

    @cached_property
    def neighbours(self) -> Neighbourhood:
        """The products that look most like each product."""
        return Neighbourhood.of(self.snapshot, tell=self.tell)
