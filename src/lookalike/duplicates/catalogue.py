"""What an index keeps of its pictures, as finding duplicates wants it."""

from __future__ import annotations

import io
import threading
from collections.abc import Collection, Sequence

import numpy as np
from PIL import Image

from lookalike.duplicates.finding import Pictures
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.sight import Glances, unpacked
from lookalike.store.base import Columns, Reader
from lookalike.vectors import Floats, Mask

DAMAGED_GLANCE = "Its glance is damaged."

_EXACT = 1e-3  # by which the half of a longer side may differ from a half


def known_pictures(reader: Reader, columns: Columns | None = None) -> Pictures:
    """The pictures of one version of a store, in order of product id and position.

    ``columns`` are the reader's, where they are in memory already. Pictures whose glance is damaged are left
    out. No thumbnail is read but those asked for. Takes about 1.3 kB of memory a picture beside its vector.
    """
    columns = reader.columns() if columns is None else columns
    marks, keys = reader.marks(), keys_of(columns)
    seen = unpacked(marks.glances)
    pictures = Pictures(
        keys=keys,
        contents=columns.contents.to_pylist(),
        pixels=marks.pixels,
        looks=columns.looks,
        glances=seen,
        thumbnails=KeptThumbnails(reader, keys),
        sizes=columns.sizes,
    )
    damaged = np.flatnonzero(~_are_sound(seen.halves))
    return without(pictures, damaged.tolist()) if len(damaged) else pictures


def keys_of(columns: Columns) -> list[PictureKey]:
    """Product id and position of every picture, in order."""
    ids, owners = columns.products.column("id").to_pylist(), columns.picture_product.tolist()
    return [(ids[row], at) for row, at in zip(owners, columns.position.tolist(), strict=True)]


def without(pictures: Pictures, positions: Collection[int]) -> Pictures:
    """The pictures but those at some positions."""
    left = np.setdiff1d(np.arange(len(pictures)), np.array(sorted(positions), dtype=np.intp))
    kept = left.tolist()
    hand = pictures.thumbnails
    keys = [pictures.keys[at] for at in kept]
    return Pictures(
        keys=keys,
        contents=[pictures.contents[at] for at in kept],
        pixels=[pictures.pixels[at] for at in kept],
        looks=pictures.looks[left],
        glances=Glances(pictures.glances.levels[left], pictures.glances.halves[left]),
        thumbnails=hand.among(keys)
        if isinstance(hand, KeptThumbnails)
        else lambda wanted: hand([kept[at] for at in wanted]),
        sizes=pictures.sizes[left],
    )


class KeptThumbnails:
    """The thumbnails of a store by position. Remembers what it handed out, so that damaged ones are named."""

    def __init__(self, reader: Reader, keys: Sequence[PictureKey]) -> None:
        self._reader = reader
        self._keys = keys
        self._handed = threading.local()

    def __call__(self, positions: Sequence[int]) -> Sequence[bytes]:
        """The thumbnails at these positions."""
        wanted = [self._keys[at] for at in positions]
        self._positions.update(positions)
        found = self._reader.thumbnails(wanted)
        return [found[key] for key in wanted]

    def among(self, keys: Sequence[PictureKey]) -> KeptThumbnails:
        """Those of other positions."""
        return KeptThumbnails(self._reader, keys)

    def were_sound(self) -> None:
        """Forget what was handed out to this thread: all of it could be read."""
        self._positions.clear()

    def damaged(self) -> dict[int, str]:
        """Which of those handed out to this thread cannot be read, and why, by position."""
        found: dict[int, str] = {}
        for position in sorted(self._positions):
            try:
                key = self._keys[position]
                with Image.open(io.BytesIO(self._reader.thumbnails([key])[key])) as image:
                    image.load()
            except Exception as error:  # decoders raise nearly anything on damaged bytes
                found[position] = f"Its small picture cannot be read: {type(error).__name__}."
        self._positions.clear()
        return found

    @property
    def _positions(self) -> set[int]:
        held: set[int] = self._handed.__dict__.setdefault("positions", set())
        return held


def _are_sound(halves: Floats) -> Mask:
    """Which glances can be some: the longer side's half is a half, the other one less and more than none."""
    longer, shorter = halves.max(axis=1, initial=0), halves.min(axis=1, initial=1)
    sound: Mask = np.isfinite(halves).all(axis=1) & (shorter > 0) & (np.abs(longer - 0.5) < _EXACT)
    return sound
