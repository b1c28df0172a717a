"""The pictures of one version of an index, opened one by one for as long as a training takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lookalike.encoders.base import ImageEncoder
from lookalike.errors import PictureError
from lookalike.fetching import Fetcher
from lookalike.hashing import content_hash
from lookalike.images import Picture, open_image
from lookalike.ingest.measuring import detail, encode_pictures
from lookalike.products import PictureSource
from lookalike.store.base import PictureStamp, Reader, VersionGone
from lookalike.training.learnt import Tell
from lookalike.training.lessons import OpenPicture
from lookalike.vectors import Floats, Rows

_BATCH = 4  # pictures that one thread opens and encodes at once


class LastingPictures:
    """Opens pictures of a version, by their stamps, as long as their bytes can be had.

    Their addresses are asked, or the bytes that the index keeps; what holds other bytes now is refused. With
    ``small`` the thumbnail stands in for a picture that cannot be had. ``newest`` gives the newest version,
    for when writers have cleaned this one away.
    """

    def __init__(
        self,
        reader: Reader,
        newest: Callable[[], Reader],
        fetcher: Fetcher,
        stamps: Sequence[PictureStamp],
        *,
        small: bool = False,
    ) -> None:
        self._reader = reader
        self._newest = newest
        self._fetcher = fetcher
        self._stamps = stamps
        self._small = small

    def __call__(self, row: int, pixels: int | None) -> Image.Image:
        """The picture of a row as upright RGB. Raises `PictureError`."""
        stamp = self._stamps[row]
        try:
            return open_image(self._bytes(stamp), detail=pixels).image
        except PictureError:
            if self._small and (data := self._thumbnail(stamp)):
                return open_image(data, detail=pixels).image
            raise

    def _bytes(self, stamp: PictureStamp) -> bytes:
        # Kept bytes have no stamp. URLs may have none either; files always have one.
        kept = (
            None if stamp.stamp else self._of(stamp, lambda r: r.original(stamp.product_id, stamp.position))
        )
        data = kept or self._fetcher.fetch(PictureSource(stamp.uri)).data or b""
        if content_hash(data) != stamp.content_hash:
            raise PictureError(f"{stamp.uri} shows something else now.", reason="changed")
        return data

    def _thumbnail(self, stamp: PictureStamp) -> bytes | None:
        key = stamp.product_id, stamp.position
        return self._of(stamp, lambda reader: reader.thumbnails([key]).get(key))

    def _of(self, stamp: PictureStamp, asked: Callable[[Reader], bytes | None]) -> bytes | None:
        """What a version keeps of a picture; a newer one where this one is gone and has the picture still."""
        try:
            return asked(self._reader)
        except VersionGone:
            self._reader = self._newest()
        with suppress(VersionGone):
            own = self._reader.pictures([stamp.product_id]).get(stamp.product_id, [])
            if any((p.position, p.content_hash) == (stamp.position, stamp.content_hash) for p in own):
                return asked(self._reader)
        return None


@dataclass(frozen=True)
class Looked:
    """Unit vectors (m, dim) of several encoders, zero where nobody looked, and rows that cannot be read."""

    vectors: Sequence[Floats]
    unread: Rows


def looked_at(
    encoders: Sequence[ImageEncoder],
    open_row: OpenPicture,
    rows: Rows,
    pictures: int,
    *,
    workers: int,
    tell: Tell,
) -> Looked:
    """Look at some of m ``pictures`` with several encoders, each picture opened once."""
    vectors = [np.zeros((pictures, encoder.space.dim), np.float32) for encoder in encoders]
    details = [detail(encoder) for encoder in encoders]
    pixels = None if None in details else max((d for d in details if d is not None), default=None)
    unread: list[int] = []

    def look(some: list[int]) -> tuple[list[int], list[Floats]]:
        opened: dict[int, Picture] = {}
        for row in some:
            with suppress(PictureError):
                image = open_row(row, pixels)
                opened[row] = Picture(image, *image.size)
        return [*opened], [encode_pictures([*opened.values()], encoder)[0] for encoder in encoders]

    done = 0
    with ThreadPoolExecutor(workers) as threads:
        for parts in _rounds(rows.tolist(), 16 * workers):
            for some, (read, looks) in zip(parts, threads.map(look, parts), strict=True):
                unread += [row for row in some if row not in read]
                for own, found in zip(vectors, looks, strict=True):
                    own[read] = found
            done += sum(map(len, parts))
            tell("Looking", done, len(rows))
    return Looked(vectors, np.array(unread, dtype=np.intp))


def _rounds(rows: list[int], parts: int) -> Iterator[list[list[int]]]:
    """Some parts at a time, so that whoever stops does not wait for all."""
    every = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
    for start in range(0, len(every), parts):
        yield every[start : start + parts]
