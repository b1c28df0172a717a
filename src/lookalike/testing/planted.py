"""A store whose vectors and colours are chosen by hand, so that a test knows every answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from lookalike.glance import glance
from lookalike.products import PictureSource, Product
from lookalike.store.base import StoredPicture
from lookalike.store.memory import MemoryStore
from lookalike.vectors import Floats, Space, stored, unit

BLUE = ((32.0, 40.0, -80.0, 1.0),)
RED = ((53.0, 80.0, 67.0, 1.0),)
WHITE = ((100.0, 0.0, 0.0, 1.0),)


@dataclass(frozen=True)
class Planted:
    """A product and the vectors of its pictures, which need not have unit length."""

    product: Product
    vectors: Sequence[Sequence[float]]
    palette: Sequence[Sequence[float]] = field(default=WHITE)


def plant(items: Sequence[Planted], space: Space | None = None) -> MemoryStore:
    """A `MemoryStore` that holds these products; all vectors have one length, that of ``space``."""
    dim = next(len(vector) for item in items for vector in item.vectors)
    store = MemoryStore(space or Space("planted", "planted", dim), "planted")
    pictures: Mapping[str, list[StoredPicture]] = {
        item.product.id: [_picture(item, position) for position in range(len(item.vectors))] for item in items
    }
    with store.writer() as writer:
        writer.commit([item.product for item in items], pictures)
    return store


def planted(product_id: str, *vectors: Sequence[float], **fields: object) -> Planted:
    """A product by id, with a vector a picture; ``palette`` and fields of `Product` by name."""
    palette = fields.pop("palette", WHITE)
    uris = tuple(PictureSource(f"{product_id}-{number}.jpg") for number in range(len(vectors)))
    return Planted(Product(id=product_id, pictures=uris, **fields), vectors, palette)  # type: ignore[arg-type]


def _picture(item: Planted, position: int) -> StoredPicture:
    looks, norms = unit(np.array([item.vectors[position]], dtype=np.float32))
    look: Floats = stored(looks)[0]
    key = f"{item.product.id}-{position}"
    return StoredPicture(
        product_id=item.product.id,
        position=position,
        uri=f"{key}.jpg",
        stamp="",
        content_hash=key,
        pixel_hash=key,
        width=100,
        height=100,
        look=look,
        norm=float(norms[0]),
        palette=np.array(item.palette, dtype=np.float32),
        thumbnail=b"jpeg of " + key.encode(),
        glance=glance(Image.new("L", (1, 1))),
    )
