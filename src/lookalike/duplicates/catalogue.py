"""What an index keeps of its pictures, as finding duplicates wants it."""

from __future__ import annotations

import io
import threading
from collections.abc import Collection, Sequence

import numpy as np
from PIL import Image

from lookalike.duplicates.finding import Pictures
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.sight import Glances, glances
from lookalike.glance import GLANCE_BYTES
from lookalike.store.base import Identity, Reader
from lookalike.vectors import Floats

DAMAGED_GLANCE = "Its glance is damaged."


def known_pictures(reader: Reader, looks: Floats | None = None) -> Pictures:
    """The pictures of one version of a store, in order of product id and position.

    ``looks`` (n, dim) are the vectors of all pictures in that order, where they are in memory already.
    Pictures whose glance is damaged are left out. No thumbnail is read but those asked for. Takes about
    1.3 kB of memory a picture beside its vector.
    """
    found = [identity for some in reader.identities() for identity in some]
    found.sort(key=lambda identity: identity.key)
    vectors = reader.columns().looks if looks is None else looks
    sound = [at for at, identity in enumerate(found) if _is_sound(identity)]
    if len(sound) < len(found):
        found, vectors = [found[at] for at in sound], vectors[sound]
    keys = [identity.key for identity in found]
    return Pictures(
        keys=keys,
        contents=[identity.content_hash for identity in found],
        pixels=[identity.pixel_hash for identity in found],
        looks=vectors,
        glances=glances(identity.glance for identity in found),
        thumbnails=KeptThumbnails(reader, keys),
        sizes=np.array([identity.size for identity in found], dtype=np.int32).reshape(-1, 2),
    )


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


def _is_sound(identity: Identity) -> bool:
    """Whether a glance can be one: of the right length, its longer half a half."""
    if len(identity.glance) != GLANCE_BYTES:
        return False
    halves = np.frombuffer(identity.glance[-8:], dtype="<f4")
    return bool(np.isfinite(halves).all() and halves.min() > 0 and abs(halves.max() - 0.5) < 1e-3)
