"""Catalogues among which copies are sought, and which of their pictures are equal by nature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import unseen
from PIL import Image

from lookalike.duplicates.finding import Arrival, Pictures
from lookalike.duplicates.sight import glances
from lookalike.encoders.base import ImageEncoder
from lookalike.evaluation.pictures import open_shown
from lookalike.glance import glance
from lookalike.hashing import content_hash, pixel_hash
from lookalike.images import open_image
from lookalike.ingest.measuring import detail, encode_pictures, small_picture
from lookalike.stacked import Stacked

EQUAL = 6.0
"""Levels by which the mean of no cell of 8 by 8 pixels of one channel may differ in pictures of one size that
count as equal: less than an eye sees, more than another JPEG quality makes."""


@dataclass(frozen=True)
class Shelf:
    """A catalogue of one picture for each id: what an index knows of it, and what it shows."""

    name: str
    pictures: Pictures
    shown: Mapping[str, Any]

    @cached_property
    def ids(self) -> list[str]:
        """Ids in the order of the pictures."""
        return [i for i, _ in self.pictures.keys]

    @cached_property
    def holders(self) -> Mapping[str, frozenset[str]]:
        """For each id, those with the same pixels."""
        found: dict[str, set[str]] = defaultdict(set)
        pairs = list(zip(self.ids, self.pictures.pixels, strict=True))
        for i, pixels in pairs:
            found[pixels].add(i)
        return {i: frozenset(found[pixels]) for i, pixels in pairs}

    def equal(self, one: str, other: str) -> bool:
        """Whether nobody could tell these pictures apart."""
        return other in self.holders[one] or alike(open_shown(self.shown[one]), open_shown(self.shown[other]))


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures of one size are the same as they lie, cell by cell."""
    if one.size != other.size:
        return False
    off = np.asarray(one, dtype=np.float32) - np.asarray(other, dtype=np.float32)
    tall, wide = off.shape[0] // 8, off.shape[1] // 8
    cells = off[: 8 * tall, : 8 * wide].reshape(tall, 8, wide, 8, 3).mean(axis=(1, 3))
    return bool(np.abs(cells).max() <= EQUAL)


def shelf(name: str, shown: Mapping[str, Any], work: Path, encoder: ImageEncoder) -> Shelf:
    """A catalogue measured as an index measures it; vectors are kept in the work folder."""
    vectors = unseen.looks(encoder, f"duplicates-{name}", shown.values(), work)
    return Shelf(name, measured(shown, vectors, encoder), shown)


def measured(shown: Mapping[str, Any], vectors: np.ndarray, encoder: ImageEncoder) -> Pictures:
    """What an index knows of pictures by id."""
    contents, pixels, small, seen, sizes = [], [], [], [], []
    for picture in shown.values():
        opened = open_image(picture, detail=detail(encoder)).image
        contents.append(content_hash(_content(picture)))
        pixels.append(pixel_hash(opened))
        small.append(small_picture(opened))
        seen.append(glance(opened))
        sizes.append(opened.size)
    return Pictures(
        keys=[(i, 0) for i in shown],
        contents=contents,
        pixels=pixels,
        looks=Stacked(vectors),
        glances=glances(seen),
        thumbnails=lambda at: [small[i] for i in at],
        sizes=np.array(sizes, dtype=np.int32),
    )


def _content(picture: Any) -> bytes:
    if isinstance(picture, Image.Image):
        return picture.tobytes()
    return picture if isinstance(picture, bytes) else Path(picture).read_bytes()


def with_more(own: Shelf, more: Mapping[str, Image.Image], encoder: ImageEncoder) -> Pictures:
    """A catalogue into which some pictures have come in addition."""
    shown = {i: open_image(picture, detail=detail(encoder)) for i, picture in more.items()}
    vectors, _ = encode_pictures(list(shown.values()), encoder)
    new = measured(more, vectors, encoder)
    old, count = own.pictures, len(own.pictures)
    stored = new.thumbnails

    def thumbnails(at: Iterable[int]) -> list[bytes]:
        return [(old.thumbnails([i]) if i < count else stored([i - count]))[0] for i in at]

    return Pictures(
        keys=[*old.keys, *new.keys],
        contents=[*old.contents, *new.contents],
        pixels=[*old.pixels, *new.pixels],
        looks=Stacked(np.concatenate([old.looks.whole, new.looks.whole])),
        glances=type(old.glances)(
            np.concatenate([old.glances.levels, new.glances.levels]),
            np.concatenate([old.glances.halves, new.glances.halves]),
        ),
        thumbnails=thumbnails,
        sizes=np.concatenate([old.sizes, new.sizes]),
    )


def arrival(image: Image.Image, encoder: ImageEncoder) -> Arrival:
    """A picture as it is measured on arrival."""
    picture = open_image(image, detail=detail(encoder))
    looks, _ = encode_pictures([picture], encoder)
    small = small_picture(picture.image)
    return Arrival("new", pixel_hash(picture.image), looks[0], glances([glance(picture.image)]), small)
