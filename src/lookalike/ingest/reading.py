"""The bytes of a product's pictures, and which of them are already known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lookalike.errors import PictureError
from lookalike.fetching import Fetcher
from lookalike.hashing import content_hash
from lookalike.products import PictureSource, Problem, Product
from lookalike.store.base import PictureStamp


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """One picture of a product after its bytes were asked for.

    ``data`` is None when nothing has to be measured: the source says that nothing changed since ``known``
    was stored, or it cannot be read now. ``before`` is what was stored under its address.
    """

    source: PictureSource
    stamp: str
    content_hash: str
    data: bytes | None = field(repr=False)
    known: PictureStamp | None
    before: PictureStamp | None = None


@dataclass(frozen=True, slots=True)
class ReadProduct:
    """A product, its pictures in order, and a problem for each that cannot be read.

    ``stale`` counts those that cannot be read and stay as an index has them.
    """

    product: Product
    pictures: tuple[ReadPicture, ...]
    problems: tuple[Problem, ...]
    stale: int = 0

    @property
    def weight(self) -> int:
        """Bytes held in memory."""
        return sum(len(picture.data) for picture in self.pictures if picture.data is not None)


def read_product(product: Product, stored: Sequence[PictureStamp], fetcher: Fetcher) -> ReadProduct:
    """Fetch a product's pictures; those whose source is unchanged since ``stored`` are not read."""
    by_uri = {stamp.uri: stamp for stamp in stored}
    by_hash = {stamp.content_hash: stamp for stamp in stored}
    pictures: list[ReadPicture] = []
    problems: list[Problem] = []
    stale = 0
    for source in product.pictures:
        before = by_uri.get(source.uri) if source.uri else None
        try:
            fetched = fetcher.fetch(source, before.stamp if before else "")
        except PictureError as error:
            problems.append(picture_problem(product, source, error))
            if before is not None:
                stale += 1
                pictures.append(unread(source, before))
            continue
        if fetched.data is None and before is not None:
            pictures.append(unread(source, before))
        elif fetched.data is not None:
            digest = content_hash(fetched.data)
            known = by_hash.get(digest)
            pictures.append(ReadPicture(source, fetched.stamp, digest, fetched.data, known, before))
    return ReadProduct(product, tuple(pictures), tuple(problems), stale)


def unread(source: PictureSource, before: PictureStamp) -> ReadPicture:
    """A picture that stays as it is stored."""
    return ReadPicture(source, before.stamp, before.content_hash, None, before, before)


def picture_problem(product: Product, source: PictureSource, error: PictureError) -> Problem:
    """One unreadable picture as a problem that does not yet keep its product out."""
    return Problem(product.row, product.id, error.reason, error.message, source.uri, fatal=False)
