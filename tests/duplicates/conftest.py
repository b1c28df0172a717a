from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pytest
from PIL import Image

from lookalike.duplicates.finding import Pictures
from lookalike.duplicates.sight import glances
from lookalike.glance import glance
from lookalike.hashing import content_hash, pixel_hash
from lookalike.images import open_image, thumbnail
from lookalike.stacked import Stacked
from lookalike.testing.tiny_shop import tiny_shop

Shelf = Callable[[Mapping[str, Image.Image]], Pictures]


@pytest.fixture(scope="session")
def shop() -> dict[str, Image.Image]:
    """The main pictures of the tiny shop, by product id."""
    return {
        product.id: open_image(product.pictures[0].data or b"").image
        for product in tiny_shop().products
        if product.pictures
    }


def stored(picture: Image.Image) -> bytes:
    sink = io.BytesIO()
    picture.save(sink, "PNG")
    return sink.getvalue()


def looks(pictures: Iterable[Image.Image]) -> np.ndarray:
    """Vectors that stand in for a network's: lightness and colours, blurred, of unit length."""
    rows = []
    for picture in pictures:
        small = np.asarray(picture.resize((6, 6), Image.Resampling.BOX), dtype=np.float32)
        rows.append((small - small.mean()).reshape(-1))
    vectors = np.array(rows, dtype=np.float32).reshape(-1, 108)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-3)


@pytest.fixture(scope="session")
def shelved() -> Shelf:
    """Pictures by name as an index knows them; their vectors say nothing but rough light and colour."""

    def shelve(pictures: Mapping[str, Image.Image]) -> Pictures:
        small = [thumbnail(picture) for picture in pictures.values()]
        return Pictures(
            keys=[(name, 0) for name in pictures],
            contents=[
                content_hash(stored(picture) + name[-1:].encode()) for name, picture in pictures.items()
            ],
            pixels=[pixel_hash(picture) for picture in pictures.values()],
            looks=Stacked(looks(pictures.values())),
            glances=glances(map(glance, pictures.values())),
            thumbnails=lambda positions: [small[at] for at in positions],
            sizes=np.array([picture.size for picture in pictures.values()], dtype=np.int32).reshape(-1, 2),
        )

    return shelve
