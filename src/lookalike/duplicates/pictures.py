"""What is known of the pictures of a catalogue, and of one on arrival."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.bank import Gallery
from lookalike.duplicates.candidates import equal_pairs, signatures
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.kinds import SAME_BYTES, SAME_PIXELS
from lookalike.duplicates.searches import Pairs, Positions
from lookalike.duplicates.sight import Glances
from lookalike.duplicates.verification import Thumbnails
from lookalike.stacked import Stacked
from lookalike.vectors import Floats


@dataclass(frozen=True)
class Pictures:
    """What is known of n pictures: ``keys``, hashes of bytes and of pixels, unit vectors ``looks`` (n, dim).

    ``sizes`` (n, 2) are width and height of the originals in pixels. ``thumbnails`` gives the small JPEGs of
    the pictures at some positions; it is called from one thread.
    """

    keys: Sequence[PictureKey]
    contents: Sequence[str]
    pixels: Sequence[str]
    looks: Stacked
    glances: Glances
    thumbnails: Thumbnails
    sizes: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def signed(self) -> Floats:
        """The `signatures` of the pictures, (n, 64)."""
        return signatures(self.glances)

    @cached_property
    def gallery(self) -> Gallery:
        """The glances and what is computed of them."""
        return Gallery(self.glances)

    @cached_property
    def equal(self) -> Mapping[str, Pairs]:
        """Pairs of equal bytes and of equal pixels, by kind; the first of equal ones with every other."""
        return {SAME_BYTES: equal_pairs(self.contents), SAME_PIXELS: equal_pairs(self.pixels)}

    @cached_property
    def stands_for(self) -> Positions:
        """Position of the first picture with the same pixels, (n,): one of equal pictures is looked at."""
        found: Positions = np.arange(len(self))
        found[self.equal[SAME_PIXELS].second] = self.equal[SAME_PIXELS].first
        return found

    @cached_property
    def copies(self) -> Mapping[int, Sequence[int]]:
        """All pictures with the pixels of a first one, itself included, by its position."""
        found: dict[int, list[int]] = {}
        equal = self.equal[SAME_PIXELS]
        for one, other in zip(equal.first.tolist(), equal.second.tolist(), strict=True):
            found.setdefault(one, [one]).append(other)
        return found

    @cached_property
    def holders(self) -> Mapping[str, Sequence[int]]:
        """Positions by hash, of bytes and of pixels."""
        found: dict[str, list[int]] = {}
        for at, (content, pixels) in enumerate(zip(self.contents, self.pixels, strict=True)):
            for value in dict.fromkeys((content, pixels)):
                if value:
                    found.setdefault(value, []).append(at)
        return found


@dataclass(frozen=True, slots=True)
class Arrival:
    """A picture that asks whether it is there already; fields as in `Pictures`, of one picture."""

    content: str
    pixels: str
    look: Floats
    glance: Glances
    thumbnail: bytes
