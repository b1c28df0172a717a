"""A shop whose kinds show dimly in its pictures, and encoders that are as good or worse by plan."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image

from lookalike.encoders.base import Pixels
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.vectors import Floats

KINDS = ("Bowls", "Cups", "Jugs", "Lamps", "Vases")
PRODUCTS = 300
SIDE = 8


class Blurred(GridEncoder):
    """A grid encoder that adds noise of its own, the same for the same pixels; ``noise`` 0 adds none."""

    def __init__(self, name: str, noise: float = 0.0, seed: int = 0) -> None:
        super().__init__(name)
        self._noise = noise
        self._seed = seed

    def encode(self, batch: Pixels) -> Floats:
        clear = super().encode(batch)
        for one, pixels in zip(clear, batch, strict=True):
            drawn = np.random.default_rng([self._seed, *pixels.reshape(-1)[:64].tolist()])
            one += self._noise * drawn.standard_normal(one.shape).astype(np.float32)
        return clear


def products() -> list[Product]:
    """Products by number; the kind is in the colours of a grid, under as much noise as makes it hard."""
    made = []
    for number in range(PRODUCTS):
        name = KINDS[number % len(KINDS)]
        kind = np.random.default_rng(KINDS.index(name)).integers(0, 256, (SIDE, SIDE, 3))
        noise = np.random.default_rng(1000 + number).normal(0, 170, (SIDE, SIDE, 3))
        pixels = np.clip(128 + (kind - 128) * 0.3 + noise, 0, 255).astype(np.uint8)
        sink = io.BytesIO()
        Image.fromarray(pixels).resize((32, 32), Image.Resampling.NEAREST).save(sink, "PNG")
        picture = PictureSource(f"{number}.png", sink.getvalue())
        made.append(Product(f"p{number:03}", picture, f"Thing {number}", category=name))
    return made


@cache
def noisy_shop() -> Index:
    """The shop as an index in memory, made with a clear encoder."""
    encoder = Blurred("clear")
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    index.add(products(), duplicates=False, fit=False)
    return index
