"""Products, pictures and vectors with something in every field, for tests of stores."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from lookalike.glance import GLANCE_BYTES
from lookalike.products import PictureSource, Price, Product
from lookalike.store.base import Maker, StoredPicture
from lookalike.vectors import Floats, Space, unit

SPACE = Space("test", "0123456789abcdef", 16)
OTHER = Maker(Space("other", "fedcba9876543210", 8), "the other")
"""The encoder that a store of `SPACE` is switched to."""

AWKWARD_IDS = (
    "00042",
    "it's",
    'say "hi"',
    "two\nlines",
    "100%_",
    "Größe 👗",
    "x" * 2000,
    "a\\b",
    "NULL",
    "a\x00b",
)


def sample_look(seed: int, dim: int = SPACE.dim) -> Floats:
    """A unit vector, shape (dim,), always the same for one seed."""
    look: Floats = unit(np.random.default_rng(seed).normal(size=(1, dim)))[0][0]
    return look


def sample_picture(
    product_id: str, position: int = 0, *, seed: int = 0, original: bytes | None = None
) -> StoredPicture:
    """A picture whose every part depends on its key and on ``seed``."""
    number = seed * 1000 + position + sum(map(ord, product_id))
    colours = np.random.default_rng(number).uniform(1, 90, size=(1 + number % 5, 4)).astype(np.float32)
    return StoredPicture(
        product_id=product_id,
        position=position,
        uri=f"{seed}-{position}.jpg",
        stamp=f"{number} bytes",
        content_hash=f"c{number}",
        pixel_hash=f"p{number}",
        width=300 + number,
        height=400,
        look=sample_look(number),
        norm=float(np.float32(1.1 + number)),
        palette=colours,
        thumbnail=f"thumbnail {number}".encode(),
        glance=np.random.default_rng(number).bytes(GLANCE_BYTES),
        original=original,
    )


def sample_product(product_id: str, title: str = "A dress", pictures: int = 1) -> Product:
    """A product with something in every field."""
    return Product(
        id=product_id,
        pictures=tuple(PictureSource(f"{product_id[:9]}-{i}.jpg") for i in range(pictures)),
        title=title,
        description="Long,\nwith lines",
        brand="Größe & Co",
        category="Apparel > Dresses",
        price=Price(Decimal("19.90"), "EUR"),
        availability="in_stock",
        group="g1",
        link="https://shop.example/1",
        attributes={"season": "summer", "quote": "it's"},
    )
