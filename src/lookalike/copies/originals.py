"""The originals of two pictures, compared pixel by pixel where both can be had without fetching."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from PIL import Image

from lookalike.duplicates.finding import SAME_PHOTOGRAPH, SAME_PIXELS, Match
from lookalike.duplicates.groups import Pair, PictureKey
from lookalike.errors import PictureError
from lookalike.hashing import pixel_hash
from lookalike.images import open_image
from lookalike.photo import original_bytes
from lookalike.store.base import Reader, StoredPicture

ALIKE = 0.9
"""How sure a pair must be the same photograph for its originals to be worth decoding in full."""

_REMEMBERED = 256  # hashes of originals that were decoded last


class Originals:
    """Hashes of whole originals. The pixels that an index has hashed may be those of a smaller decode.

    A JPEG can be decoded at half its size at once, a PNG not, so that two files of equal pixels may differ
    there; decoded in full they agree.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._hashes: dict[PictureKey, str | None] = {}

    def same_pixels(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The pairs whose originals turn out to have equal pixels, as such pairs."""
        for pair in pairs:
            if worth(pair) and self._sized_alike(pair.first, pair.second):
                first = self.hash(pair.first)
                if first is not None and first == self.hash(pair.second):
                    yield replace(pair, kind=SAME_PIXELS, similarity=1.0)

    def hash(self, key: PictureKey) -> str | None:
        """The hash of all pixels of an original; None where it cannot be had."""
        if key not in self._hashes:
            if len(self._hashes) >= _REMEMBERED:
                self._hashes.clear()
            self._hashes[key] = self._decoded(key)
        return self._hashes[key]

    def size(self, key: PictureKey) -> tuple[int, int]:
        """Width and height of an original."""
        stored = self._stored(key)
        return stored.width, stored.height

    def _sized_alike(self, one: PictureKey, other: PictureKey) -> bool:
        return self.size(one) == self.size(other)

    def _decoded(self, key: PictureKey) -> str | None:
        try:
            data = original_bytes(self._stored(key), partial(self._reader.original, *key))
            return None if data is None else whole_hash(data)
        except PictureError:
            return None

    def _stored(self, key: PictureKey) -> StoredPicture:
        own = self._reader.pictures([key[0]])[key[0]]
        return next(picture for picture in own if picture.position == key[1])


def whole_hash(data: bytes | Image.Image) -> str:
    """The hash of all pixels of a picture. Raises `PictureError`."""
    return pixel_hash(open_image(data).image)


def worth(match: Pair | Match) -> bool:
    """Whether two pictures may have equal pixels after all."""
    return match.kind == SAME_PHOTOGRAPH and match.similarity >= ALIKE and not match.changes
