"""One version of an index: its reader, its snapshot in memory, and answers dressed with their products."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from lookalike import colour
from lookalike.errors import BadArgument
from lookalike.neighbours.snapshot import Snapshot
from lookalike.palette import COLOURS
from lookalike.products import Product
from lookalike.recommend.answer import Answer
from lookalike.recommend.query import Query
from lookalike.recommend.recommendation import Asked, Colour, Recommendation, Thumbnails
from lookalike.recommend.recommender import recommend
from lookalike.store.base import Reader
from lookalike.store.lance import JOBS
from lookalike.vectors import Floats


class View:
    """One version of the index: its reader, and its snapshot in memory."""

    def __init__(self, reader: Reader) -> None:
        columns = reader.columns()
        self.reader = reader
        self.snapshot = Snapshot(
            version=columns.version,
            products=columns.products,
            picture_product=columns.picture_product,
            position=columns.position,
            looks=columns.looks,
            norms=columns.norms,
            palettes=columns.palettes,
        )

    def pictures_of(self, product_id: str, which: str) -> slice:
        """The rows of a product's main picture, or of all its pictures. Raises `BadArgument`."""
        own = self.snapshot.pictures_of(self.snapshot.row(product_id))
        if which not in ("main", "all"):
            raise BadArgument(f"pictures is {which!r}.", next_step="Choose main or all.")
        return own if which == "all" else slice(own.start, min(own.start + 1, own.stop))

    def product(self, product_id: str) -> Product:
        """One product. Raises `UnknownProduct`."""
        self.snapshot.row(product_id)
        return self.reader.products([product_id])[product_id]

    def products(self, ids: Sequence[str]) -> dict[str, Product]:
        """Products by id, in the order asked; an id that does not exist is left out."""
        return self.reader.products(ids)

    def colours(self, row: int) -> list[Colour]:
        """The colours of the main picture of a row."""
        return self._colours_of([row])[0]

    def _colours_of(self, rows: Sequence[int]) -> list[list[Colour]]:
        """The colours of several rows, named all at once: one by one takes ten times as long."""
        palettes = self.snapshot.palettes[list(rows)]
        used = palettes[:, :, 3] > 0
        described = iter(colour.describe(palettes[used]))
        return [[next(described) for _ in range(count)] for count in used.sum(axis=1).tolist()]

    def asked(self, product_id: str) -> Asked:
        """The product that asks, for showing."""
        thumbnails = self.reader.thumbnails([(product_id, 0)])
        title = self.reader.products([product_id])[product_id].title
        caption = f"{title} ({product_id})" if title else product_id
        row = self.snapshot.row(product_id)
        return Asked(caption, thumbnails.get((product_id, 0), b""), self.colours(row))

    def answer(self, query: Query, asked: Callable[[], Asked], thumbnails: Thumbnails) -> Answer:
        """Ask the recommender and dress its rows with their products."""
        ranked = recommend(query, self.snapshot)
        ids = [self.snapshot.ids[row] for row in ranked.rows]
        products = self.reader.products(ids)
        results = tuple(
            Recommendation(products[product_id], score, evidence, colours)
            for product_id, score, evidence, colours in zip(
                ids, ranked.scores, ranked.evidence, self._colours_of(ranked.rows), strict=True
            )
        )
        return Answer(results, ranked.complete, ranked.explain, asked, thumbnails)


def palette_vectors(palette: Floats) -> Floats:
    """The colour vector of one palette (n, 4), as a stack of one."""
    full = np.zeros((1, COLOURS, 4), dtype=np.float32)
    full[0, : len(palette)] = palette
    return colour.colour_vectors(full)


def folder_size(path: Path) -> int:
    """Bytes of an index, without files that a writer takes away meanwhile, and without a service's jobs."""
    size = 0
    for folder, folders, files in os.walk(path):
        if Path(folder) == path and JOBS in folders:
            folders.remove(JOBS)
        for name in (*folders, *files):
            with suppress(FileNotFoundError):
                size += (Path(folder) / name).lstat().st_size
    return size
