"""A shop in which every right answer is known: kinds are hues, and of a kind all look nearly alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from lookalike.fetching import Fetcher
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.verdict.labels import label_columns
from lookalike.verdict.panel import Panel, Source, panel_of

KINDS = ("Bowls", "Cups", "Jugs", "Lamps", "Vases", "Wraps")
OF_A_KIND = 5
PRODUCTS = len(KINDS) * OF_A_KIND
SIDE = 8

Change = Callable[[int, Product], Product]


def picture(kind: int, number: int) -> Image.Image:
    """A pattern of its kind's own, under a little noise of its own."""
    pattern = np.random.default_rng(kind).integers(40, 216, (SIDE, SIDE, 3))
    noise = np.random.default_rng(100 + number).integers(-12, 13, (SIDE, SIDE, 3))
    cells = (pattern + noise).astype(np.uint8)
    return Image.fromarray(cells).resize((64, 64), Image.Resampling.NEAREST)


def drawn(folder: Path, count: int = PRODUCTS) -> list[Product]:
    """Products p00, p01, …, whose kinds take turns, with a picture each in a folder."""
    made = []
    for number in range(count):
        file = folder / f"{number:02}.png"
        picture(number % len(KINDS), number).save(file)
        source = PictureSource(str(file))
        kind = KINDS[number % len(KINDS)]
        made.append(Product(f"p{number:02}", (source,), f"Thing {number}", category=kind))
    return made


def made(products: Sequence[Product], change: Change = lambda _, product: product) -> Index:
    """An index in memory of products, each changed by its number."""
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    index.add([change(at, product) for at, product in enumerate(products)], duplicates=False, fit=False)
    return index


def tagged(**columns: Callable[[int], str]) -> Change:
    """Gives every product labels in columns of its own."""

    def change(at: int, product: Product) -> Product:
        return replace(product, attributes={name: said(at) for name, said in columns.items()})

    return change


def panel(index: Index, most: int | None = None, seed: int = 0, labels: Sequence[str] = ()) -> Panel:
    """All products of an index, or a sample of them, with some columns of labels."""
    source = Source(Fetcher(), lambda: index._newest().reader)
    columns, _ = label_columns(index._now().snapshot, labels)
    return panel_of(index._now(), source, columns, most=most, seed=seed)
