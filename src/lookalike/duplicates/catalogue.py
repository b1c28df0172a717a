"""What an index keeps of its pictures, as finding duplicates wants it."""

from __future__ import annotations

import io
import threading
from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image

from lookalike.duplicates.finding import Pictures
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.sight import Glances, unpacked
from lookalike.glance import GLANCE_BYTES
from lookalike.stacked import Stacked
from lookalike.store.base import Columns, Marks, Reader
from lookalike.vectors import Floats, Mask, Rows

DAMAGED_GLANCE = "Its glance is damaged."

_FEW = 0.1  # share of new pictures up to which only those are read
_EXACT = 1e-3  # by which the half of a longer side may differ from a half


def known_pictures(
    reader: Reader, columns: Columns | None = None, before: Pictures | None = None
) -> Pictures:
    """The pictures of one version of a store, in order of product id and position.

    ``columns`` are the reader's, where they are in memory already; ``before`` are the pictures of another
    version, so that only what is new is read. Pictures whose glance is damaged are left out. No thumbnail is
    read but those asked for. Takes about 1.3 kB of memory a picture beside its vector.
    """
    columns = reader.columns() if columns is None else columns
    keys = keys_of(columns)
    rows = None if before is None else _rows_in(before, columns)
    if before is not None and rows is not None and np.count_nonzero(rows < 0) <= _FEW * len(rows):
        marks = _renewed(reader, keys, before, rows)
    else:
        marks = reader.marks()
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


def _rows_in(before: Pictures, columns: Columns) -> Rows:
    """Where each picture's content stood among the pictures before, -1 where it did not."""
    found = pc.index_in(columns.contents, value_set=pa.array(before.contents, pa.string()))
    rows: Rows = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.intp)
    return rows


def _renewed(reader: Reader, keys: Sequence[PictureKey], before: Pictures, rows: Rows) -> Marks:
    """Marks of all pictures, read only of those that are new."""
    if not len(before):
        return reader.marks()
    glances = np.zeros((len(rows), GLANCE_BYTES), dtype=np.uint8)
    glances[:, :-8] = before.glances.levels.reshape(len(before), -1)[rows]
    glances[:, -8:] = before.glances.halves.astype("<f4").view(np.uint8)[rows]
    pixels = [before.pixels[row] for row in rows.tolist()]
    new = np.flatnonzero(rows < 0).tolist()
    stored = reader.pictures(sorted({keys[at][0] for at in new}))
    for at in new:
        own = next(picture for picture in stored[keys[at][0]] if picture.position == keys[at][1])
        pixels[at] = own.pixel_hash
        sound = len(own.glance) == GLANCE_BYTES
        glances[at] = np.frombuffer(own.glance, dtype=np.uint8) if sound else 0
    return Marks(pixels, glances)


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
        looks=Stacked(pictures.looks[left]),
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
            key = self._keys[position]
            data = self._reader.thumbnails([key])[key]
            try:
                with Image.open(io.BytesIO(data)) as image:
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
