"""Does an index still say what its pictures say? A sample, read and encoded again, has to find itself."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from lookalike.encoders.base import ImageEncoder
from lookalike.errors import PictureError
from lookalike.fetching import Fetcher
from lookalike.hashing import content_hash
from lookalike.images import open_image
from lookalike.ingest.measuring import detail, encode_pictures
from lookalike.products import PictureSource
from lookalike.store.base import Reader, StoredPicture
from lookalike.vectors import Floats

GATE = 0.999
"""The share of pictures read again that must find themselves first."""

Nearest = Callable[[Floats], tuple[str, int, float]]
"""Product id, position and cosine of the stored picture nearest to a unit vector (dim,)."""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a self-test found.

    ``sampled`` = ``found`` + ``lost`` + ``changed`` + ``unreadable``: pictures that found themselves, or one
    of the same pixels, first; that found another; whose source holds other bytes by now; that cannot be
    read. ``tables`` lists what does not agree on disk. ``rebuilding`` is the rebuild that was begun and not
    finished, which is no fault: see `lookalike.ingest.switching.begun`. ``fitted`` has a sentence for each
    fitted thing that is damaged on disk; answers come without it. ``records`` has one for each thing that is
    wrong with the records of what shoppers did, ``rules`` one where the shop's rules cannot be read.
    """

    sampled: int
    found: int
    lost: Sequence[str]
    changed: int
    unreadable: int
    tables: Sequence[str] = field(default=())
    rebuilding: Mapping[str, Any] | None = None
    fitted: Sequence[str] = ()
    records: Sequence[str] = ()
    rules: Sequence[str] = ()

    @property
    def tested(self) -> int:
        """Pictures that could be read again and are the same."""
        return self.found + len(self.lost)

    @property
    def ok(self) -> bool:
        """Whether nothing is damaged, and at least `GATE` of the pictures read again found themselves.

        False when there are pictures and not one could be read again: then nothing was proved.
        """
        proved = self.tested > 0 or self.sampled == 0
        damaged = self.tables or self.fitted or self.records or self.rules
        return not damaged and proved and self.found >= GATE * self.tested

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        return {
            "ok": self.ok,
            "sampled": self.sampled,
            "found": self.found,
            "lost": list(self.lost),
            "changed": self.changed,
            "unreadable": self.unreadable,
            "tables": list(self.tables),
            "rebuilding": self.rebuilding,
            "fitted": list(self.fitted),
            "records": list(self.records),
            "rules": list(self.rules),
        }


def verify(
    reader: Reader,
    encoder: ImageEncoder,
    fetcher: Fetcher,
    nearest: Nearest,
    *,
    sample: int,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> VerifyReport:
    """Check the tables, then read and encode a sample of pictures again. Reads every row once."""
    encoder.space.require(reader.manifest.space)
    tables = reader.check()
    if tables:
        return VerifyReport(0, 0, (), 0, 0, tables)
    found = changed = unreadable = 0
    lost: list[str] = []
    chosen = _sample(reader, sample)
    with ThreadPoolExecutor(workers) as pool:
        looks = pool.map(lambda picture: _look_again(picture, reader, encoder, fetcher), chosen)
        for done, (picture, look) in enumerate(zip(chosen, looks, strict=True), start=1):
            if look is None:
                unreadable += 1
            elif isinstance(look, str):
                changed += 1
            elif _is_itself(picture, nearest(look), reader):
                found += 1
            else:
                lost.append(f"{picture.product_id} (picture {picture.position})")
            if progress is not None:
                progress(done)
    return VerifyReport(len(chosen), found, lost, changed, unreadable)


def _sample(reader: Reader, count: int) -> list[StoredPicture]:
    """The same pictures at every call: those whose keys have the smallest hashes."""
    pictures: Iterable[StoredPicture] = (picture for batch in reader.scan_pictures() for picture in batch)
    return heapq.nsmallest(count, pictures, key=_draw)


def _draw(picture: StoredPicture) -> bytes:
    key = f"{picture.product_id}\n{picture.position}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(key, digest_size=8).digest()


def _look_again(
    picture: StoredPicture, reader: Reader, encoder: ImageEncoder, fetcher: Fetcher
) -> Floats | str | None:
    """The vector made anew; "changed" when the source holds other bytes, None when it cannot be read."""
    original = reader.original(picture.product_id, picture.position)
    try:
        data = fetcher.fetch(PictureSource(picture.uri, original)).data
        if data is None:
            return None
        if content_hash(data) != picture.content_hash:
            return "changed"
        again = open_image(data, detail=detail(encoder))
    except PictureError:
        return None
    looks, _ = encode_pictures([again], encoder)
    first: Floats = looks[0]
    return first


def _is_itself(picture: StoredPicture, nearest: tuple[str, int, float], reader: Reader) -> bool:
    product_id, position, _ = nearest
    if (product_id, position) == (picture.product_id, picture.position):
        return True
    others = reader.pictures([product_id]).get(product_id, [])
    return any(o.position == position and o.pixel_hash == picture.pixel_hash for o in others)
