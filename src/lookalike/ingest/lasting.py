"""The pictures of one version of an index, opened one by one for as long as anything takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from PIL import Image

from lookalike.errors import PictureError
from lookalike.fetching import Fetcher
from lookalike.hashing import content_hash
from lookalike.images import open_image
from lookalike.products import PictureSource
from lookalike.store.base import PictureStamp, Reader, VersionGone


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

    def thumbnails(self, rows: Sequence[int]) -> dict[int, bytes]:
        """The small JPEGs of some rows; one that is not kept is left out."""
        stamps = {row: self._stamps[row] for row in rows}
        try:
            kept = self._reader.thumbnails([(one.product_id, one.position) for one in stamps.values()])
        except VersionGone:
            return {row: data for row, one in stamps.items() if (data := self._thumbnail(one))}
        found = {row: kept.get((one.product_id, one.position)) for row, one in stamps.items()}
        return {row: data for row, data in found.items() if data}

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
