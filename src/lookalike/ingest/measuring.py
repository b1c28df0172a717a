"""Bytes of pictures become everything an index keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from lookalike.encoders.base import ImageEncoder, Pixels
from lookalike.errors import PictureError
from lookalike.glance import glance
from lookalike.hashing import pixel_hash
from lookalike.images import Picture, open_image, thumbnail
from lookalike.ingest.reading import ReadProduct, picture_problem
from lookalike.palette import measure_palettes
from lookalike.products import PictureSource, Problem
from lookalike.store.base import PictureStamp, Reader, StoredPicture
from lookalike.vectors import Floats, stored, unit

THUMBNAIL = 256  # pixels, longest side
_NEARLY = 1.25  # a picture up to so much larger is kept at its size: to shrink it takes three times as long
_PIXELS = 4_000_000  # decoded pictures that are in memory at once, for each thread, hold about so many
_BATCH = 4  # pictures in one call of the network: a sixth quicker than one; more is not quicker still

_Place = tuple[int, int]  # which product of some, and which of its pictures


@dataclass(frozen=True, slots=True)
class MeasuredProduct:
    """A product with all its readable pictures measured, and how many of them met the network."""

    read: ReadProduct
    pictures: tuple[StoredPicture, ...]
    problems: tuple[Problem, ...]
    encoded: int
    stale: int = 0
    changed: bool = True

    @property
    def sources(self) -> tuple[PictureSource, ...]:
        """Where the readable pictures are, in order."""
        if self.changed:
            return tuple(PictureSource(picture.uri) for picture in self.pictures)
        return tuple(picture.source for picture in self.read.pictures)

    @property
    def reused(self) -> int:
        """Pictures whose vector was already known."""
        return len(self.pictures) - self.encoded


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is measured on a decoded picture beside its vector."""

    width: int
    height: int
    pixel_hash: str
    palette: Floats
    thumbnail: bytes
    glance: bytes


def encode_pictures(pictures: Iterable[Picture], encoder: ImageEncoder) -> tuple[Floats, Floats]:
    """Unit vectors (n, dim) as an index stores them, and their lengths before (n,)."""
    return _encoded([encoder.prepare(picture.image) for picture in pictures], encoder)


def _encoded(prepared: Sequence[Pixels], encoder: ImageEncoder) -> tuple[Floats, Floats]:
    looks, norms = [], []
    for start in range(0, len(prepared), _BATCH):
        look, norm = unit(encoder.encode(np.stack(prepared[start : start + _BATCH])))
        looks.append(stored(look))
        norms.append(norm)
    if not looks:
        return np.empty((0, encoder.space.dim), np.float32), np.empty(0, np.float32)
    return np.concatenate(looks), np.concatenate(norms)


def detail(encoder: ImageEncoder) -> int | None:
    """How many pixels a decoded picture's sides must keep for every measurement; None stands for all."""
    if getattr(encoder, "whole_pictures", False):
        return None
    return max(*encoder.size, THUMBNAIL)


def measure_products(
    reads: Sequence[ReadProduct], encoder: ImageEncoder, reader: Reader, known: dict[str, tuple[str, int]]
) -> list[MeasuredProduct]:
    """Measure what is new of some products; ``known`` says by content hash where a vector already stands."""
    kept = [_kept(read, reader, known) for read in reads]
    failed: list[dict[int, PictureError]] = [{} for _ in reads]
    places: list[_Place] = []
    ready: list[Pixels] = []
    sights: list[_Sight] = []
    for some in _few(_opened(reads, kept, failed, detail(encoder))):
        pictures = [picture for _, picture in some]
        places += [place for place, _ in some]
        ready += [encoder.prepare(picture.image) for picture in pictures]
        sights += _sights(pictures)
    looks, norms = _encoded(ready, encoder)
    measured: list[dict[int, StoredPicture]] = [{} for _ in reads]
    for (row, at), sight, look, norm in zip(places, sights, looks, norms, strict=True):
        if says_something(look):
            measured[row][at] = _row(reads[row], at, sight, look, float(norm))
        else:
            failed[row][at] = no_vector()
    return [_whole(*parts, reader) for parts in zip(reads, kept, measured, failed, strict=True)]


def _opened(
    reads: Sequence[ReadProduct],
    kept: Sequence[Mapping[int, StoredPicture]],
    failed: Sequence[dict[int, PictureError]],
    detail: int | None,
) -> Iterator[tuple[_Place, Picture]]:
    """The pictures that are not kept, decoded; why one cannot be goes to ``failed``."""
    for row, read in enumerate(reads):
        for at, picture in enumerate(read.pictures):
            if at not in kept[row] and picture.data is not None:
                try:
                    yield (row, at), open_image(picture.data, detail=detail)
                except PictureError as error:
                    failed[row][at] = error


def _few(opened: Iterable[tuple[_Place, Picture]]) -> Iterator[list[tuple[_Place, Picture]]]:
    """Decoded pictures in lists that take little memory together."""
    some: list[tuple[_Place, Picture]] = []
    held = 0
    for place, picture in opened:
        some.append((place, picture))
        held += picture.image.width * picture.image.height
        if held > _PIXELS:
            yield some
            some, held = [], 0
    if some:
        yield some


def _whole(
    read: ReadProduct,
    kept: dict[int, StoredPicture],
    measured: dict[int, StoredPicture],
    failed: dict[int, PictureError],
    reader: Reader,
) -> MeasuredProduct:
    """A product with its pictures by their places: known ones, measured ones, and those that failed."""
    stale = {at: read.pictures[at].before for at in failed}
    kept |= measured
    kept |= {at: picture for at, before in stale.items() if (picture := _stored(reader, before)) is not None}
    problems = [picture_problem(read.product, read.pictures[at].source, failed[at]) for at in sorted(failed)]
    return MeasuredProduct(
        read,
        tuple(replace(kept[at], position=position) for position, at in enumerate(sorted(kept))),
        (*read.problems, *problems),
        encoded=len(measured),
        stale=read.stale + len(stale.keys() & kept.keys()),
    )


def _kept(read: ReadProduct, reader: Reader, known: dict[str, tuple[str, int]]) -> dict[int, StoredPicture]:
    """The pictures whose bytes an index has seen, under this product or another, by place in the product."""
    kept: dict[int, StoredPicture] = {}
    for at, picture in enumerate(read.pictures):
        home = known.get(picture.content_hash)
        found = _stored(reader, picture.known) or _at(reader, home, picture.content_hash)
        if found is not None:
            kept[at] = replace(
                found,
                product_id=read.product.id,
                uri=picture.source.uri,
                stamp=picture.stamp,
                original=picture.source.data,
            )
    return kept


def _stored(reader: Reader, stamp: PictureStamp | None) -> StoredPicture | None:
    """The stored picture that a stamp belongs to, if it is still there."""
    if stamp is None:
        return None
    return _at(reader, (stamp.product_id, stamp.position), stamp.content_hash)


def _at(reader: Reader, home: tuple[str, int] | None, content: str) -> StoredPicture | None:
    if home is None:
        return None
    own = reader.pictures([home[0]]).get(home[0], [])
    return next((picture for picture in own if picture.content_hash == content), None)


def says_something(look: Floats) -> bool:
    """Whether an encoder gave a picture a vector that can be compared: finite, and not zero."""
    return bool(np.isfinite(look).all() and look.any())


def no_vector() -> PictureError:
    """The error of a picture to which the encoder gives no vector."""
    return PictureError("The encoder gives no finite vector for it.", reason="no-vector")


def _row(read: ReadProduct, at: int, sight: _Sight, look: Floats, norm: float) -> StoredPicture:
    source = read.pictures[at]
    key = PictureStamp(read.product.id, at, source.source.uri, source.stamp, source.content_hash)
    return _picture(key, sight, look, norm, source.source.data)


def measured_picture(key: PictureStamp, picture: Picture, look: Floats, norm: float) -> StoredPicture:
    """Everything an index keeps of a decoded picture."""
    return _picture(key, _sights([picture])[0], look, norm)


def _picture(
    key: PictureStamp, sight: _Sight, look: Floats, norm: float, original: bytes | None = None
) -> StoredPicture:
    return StoredPicture(
        product_id=key.product_id,
        position=key.position,
        uri=key.uri,
        stamp=key.stamp,
        content_hash=key.content_hash,
        pixel_hash=sight.pixel_hash,
        width=sight.width,
        height=sight.height,
        look=look,
        norm=norm,
        palette=sight.palette,
        thumbnail=sight.thumbnail,
        glance=sight.glance,
        original=original,
    )


def _sights(pictures: Sequence[Picture]) -> list[_Sight]:
    """What is measured on each; one thing of all pictures after the other, so that its code stays at hand."""
    images = [picture.image for picture in pictures]
    hashes = [pixel_hash(image) for image in images]
    palettes = measure_palettes(images)
    thumbnails = [small_picture(image) for image in images]
    glances = [glance(image) for image in images]
    return [
        _Sight(pictures[at].width, pictures[at].height, hashes[at], palettes[at], thumbnails[at], glances[at])
        for at in range(len(pictures))
    ]


def small_picture(image: Image.Image) -> bytes:
    """The thumbnail that is kept of a picture: `THUMBNAIL` pixels, or its own size if not far above."""
    longest = max(image.size)
    return thumbnail(image, longest if longest <= _NEARLY * THUMBNAIL else THUMBNAIL)
