"""Bytes of pictures become everything an index keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from lookalike.encoders.base import ImageEncoder
from lookalike.errors import PictureError
from lookalike.hashing import pixel_hash
from lookalike.images import Picture, open_image, thumbnail
from lookalike.ingest.reading import ReadProduct, picture_problem
from lookalike.palette import measure_palette
from lookalike.products import PictureSource, Problem
from lookalike.store.base import Reader, StoredPicture
from lookalike.vectors import Floats, stored, unit

THUMBNAIL = 256  # pixels, longest side
_NEARLY = 1.25  # a picture up to so much larger is kept at its size: to shrink it takes three times as long
_BATCH = 4  # pictures in one call of the network; more is not faster on a processor


@dataclass(frozen=True, slots=True)
class MeasuredProduct:
    """A product with all its readable pictures measured, and how many of them met the network."""

    read: ReadProduct
    pictures: tuple[StoredPicture, ...]
    problems: tuple[Problem, ...]
    encoded: int
    changed: bool = field(default=True)

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


def encode_pictures(pictures: Sequence[Picture], encoder: ImageEncoder) -> tuple[Floats, Floats]:
    """Unit vectors (n, dim) as an index stores them, and their lengths before (n,)."""
    looks, norms = [], []
    for start in range(0, len(pictures), _BATCH):
        batch = [encoder.prepare(picture.image) for picture in pictures[start : start + _BATCH]]
        look, norm = unit(encoder.encode(np.stack(batch)))
        looks.append(stored(look))
        norms.append(norm)
    if not looks:
        return np.empty((0, encoder.space.dim), np.float32), np.empty(0, np.float32)
    return np.concatenate(looks), np.concatenate(norms)


def detail(encoder: ImageEncoder) -> int:
    """How many pixels a decoded picture's sides must keep for every measurement."""
    return max(*encoder.size, THUMBNAIL)


def measure_product(
    read: ReadProduct, encoder: ImageEncoder, reader: Reader, known: dict[str, tuple[str, int]]
) -> MeasuredProduct:
    """Measure what is new of a product; ``known`` says by content hash where a vector already stands."""
    kept = _kept(read, reader, known)
    problems = list(read.problems)
    opened: list[tuple[int, Picture]] = []
    for at, source in enumerate(read.pictures):
        if at in kept or source.data is None:
            continue
        try:
            opened.append((at, open_image(source.data, detail=detail(encoder))))
        except PictureError as error:
            problems.append(picture_problem(read.product, source.source, error))
    looks, norms = encode_pictures([picture for _, picture in opened], encoder)
    for (at, picture), look, norm in zip(opened, looks, norms, strict=True):
        kept[at] = _measured(read, at, picture, look, float(norm))
    pictures = tuple(replace(kept[at], position=position) for position, at in enumerate(sorted(kept)))
    return MeasuredProduct(read, pictures, tuple(problems), encoded=len(opened))


def _kept(read: ReadProduct, reader: Reader, known: dict[str, tuple[str, int]]) -> dict[int, StoredPicture]:
    """The pictures whose bytes an index has seen, under this product or another, by place in the product."""
    kept: dict[int, StoredPicture] = {}
    for at, picture in enumerate(read.pictures):
        if picture.known is not None:
            home = (picture.known.product_id, picture.known.position)
        else:
            home = known.get(picture.content_hash, ("", -1))
        if home[1] < 0:
            continue
        for candidate in reader.pictures([home[0]]).get(home[0], []):
            if candidate.content_hash == picture.content_hash:
                kept[at] = replace(
                    candidate,
                    product_id=read.product.id,
                    uri=picture.source.uri,
                    stamp=picture.stamp,
                    original=picture.source.data,
                )
    return kept


def _measured(read: ReadProduct, at: int, picture: Picture, look: Floats, norm: float) -> StoredPicture:
    source = read.pictures[at]
    return StoredPicture(
        product_id=read.product.id,
        position=at,
        uri=source.source.uri,
        stamp=source.stamp,
        content_hash=source.content_hash,
        pixel_hash=pixel_hash(picture.image),
        width=picture.width,
        height=picture.height,
        look=look,
        norm=norm,
        palette=measure_palette(picture.image),
        thumbnail=small_picture(picture.image),
        original=source.source.data,
    )


def small_picture(image: Image.Image) -> bytes:
    """The thumbnail that is kept of a picture: `THUMBNAIL` pixels, or its own size if not far above."""
    longest = max(image.size)
    return thumbnail(image, longest if longest <= _NEARLY * THUMBNAIL else THUMBNAIL)
