"""Reading one pinned pair of table versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.errors import LookalikeError
from lookalike.glance import GLANCE_BYTES
from lookalike.products import Product
from lookalike.stacked import Stacked
from lookalike.store.base import Columns, Manifest, Marks, PictureStamp, StoredPicture
from lookalike.store.checking import check_tables
from lookalike.store.damage import damaged
from lookalike.store.manifest import Published, read_manifest
from lookalike.store.rows import (
    SEARCHED,
    looks_of,
    palettes_of,
    pictures_from_table,
    product_from_json,
    put_glances,
    searched,
)
from lookalike.store.tables import PICTURES, PRODUCTS, open_table, reading, take_rows

_KEPT_ROWS = 200_000  # some 120 MB of documents
_MARKS = 4096  # rows at once
_SEARCHED_PICTURES = (
    "product_id",
    "position",
    "content_hash",
    "width",
    "height",
    "look",
    "norm",
    "palette",
)
_UNREAD = ("original", "checksum")


class LanceReader:
    """One version of an index on disk. Safe to use from several threads."""

    def __init__(self, path: Path, published: Published) -> None:
        self._path = path
        self._published = published
        with self._guard():
            self._products = open_table(path, PRODUCTS, published.pair.products)
            self._pictures = open_table(path, PICTURES, published.pair.pictures)
        self._picture_columns = [n for n in self._pictures.schema.names if n not in _UNREAD]

    @property
    def manifest(self) -> Manifest:
        """The state this reader is pinned to."""
        return self._published.manifest

    def columns(self) -> Columns:
        """Everything a search needs, loaded into memory."""
        with self._guard():
            products = self._searched()
            products = products.take(pc.sort_indices(products.column("id"))).combine_chunks()
            pictures = self._pictures.to_table(columns=list(_SEARCHED_PICTURES))
            rows = pc.index_in(
                pictures.column("product_id"), value_set=products.column("id").combine_chunks()
            )
            if rows.null_count:
                raise damaged(self._path, f"{rows.null_count} pictures belong to no product")
            owner = rows.to_numpy().astype(np.intp)
            position = pictures.column("position").to_numpy()
            order = np.lexsort((position, owner))
            return Columns(
                version=self.manifest.version,
                products=products,
                picture_product=owner[order],
                position=position[order],
                contents=pictures.column("content_hash").combine_chunks().take(pa.array(order)),
                sizes=np.stack([pictures.column(side).to_numpy() for side in ("width", "height")], 1)[order],
                looks=Stacked(looks_of(pictures.column("look"), order)),
                norms=pictures.column("norm").to_numpy()[order],
                palettes=palettes_of(pictures.column("palette"))[order],
            )

    def products(self, ids: Sequence[str]) -> dict[str, Product]:
        """The products with these ids; an id that does not exist is left out."""
        if self._kept is not None:
            places, kept = self._kept
            own = {i: places[i] for i in dict.fromkeys(ids) if i in places}
            texts = kept.take(pa.array(own.values(), pa.int64())).to_pylist()
            return {i: product_from_json(text) for i, text in zip(own, texts, strict=True)}
        known = self._product_rows
        wanted = {i: known[i] for i in dict.fromkeys(ids) if i in known}
        if not wanted:
            return {}
        with self._guard():
            table = take_rows(self._products, list(wanted.values()), ["document"])
            documents = table.column("document").to_pylist()
            return {i: product_from_json(text) for i, text in zip(wanted, documents, strict=True)}

    def pictures(self, ids: Sequence[str], raw: bool = False) -> dict[str, list[StoredPicture]]:
        """All pictures of these products, in order of position; see `lookalike.store.base.Reader.pictures`.

        A product that does not exist, or has no picture, is left out.
        """
        known = self._picture_rows
        wanted = {i: known[i] for i in dict.fromkeys(ids) if i in known}
        rows = [row for own in wanted.values() for row in own.values()]
        found = iter(self._take_pictures(rows, raw))
        return {i: [next(found) for _ in own] for i, own in wanted.items()}

    def thumbnails(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        """Thumbnails by (product id, position); a key that does not exist is left out."""
        wanted = {key: row for key in dict.fromkeys(keys) if (row := self._picture_row(*key)) is not None}
        if not wanted:
            return {}
        with self._guard():
            table = take_rows(self._pictures, list(wanted.values()), ["thumbnail"])
            return dict(zip(wanted, table.column("thumbnail").to_pylist(), strict=True))

    def original(self, product_id: str, position: int) -> bytes | None:
        """The bytes kept for a picture that has no file or URL."""
        row = self._picture_row(product_id, position)
        if row is None:
            return None
        with self._guard():
            kept: bytes | None = take_rows(self._pictures, [row], ["original"]).column(0)[0].as_py()
            return kept

    def metadata_hashes(self) -> dict[str, str]:
        """`Product.metadata_hash` of every product, by id."""
        with self._guard():
            table = self._products.to_table(columns=["id", "metadata_hash"])
            return dict(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def stamps(self) -> dict[str, list[PictureStamp]]:
        """The stamps of every picture, by product id, in order of position."""
        names = ["product_id", "position", "uri", "stamp", "content_hash"]
        with self._guard():
            table = self._pictures.to_table(columns=names)
            table = table.sort_by([("product_id", "ascending"), ("position", "ascending")])
            stamps: dict[str, list[PictureStamp]] = {}
            for row in zip(*(table.column(name).to_pylist() for name in names), strict=True):
                stamps.setdefault(row[0], []).append(PictureStamp(*row))
            return stamps

    def scan_pictures(self, batch: int = 1024) -> Iterator[list[StoredPicture]]:
        """Every picture in order of product id and position, without ``original``, a batch at a time."""
        rows = [row for own in self._picture_rows.values() for row in own.values()]
        for start in range(0, len(rows), batch):
            yield self._take_pictures(rows[start : start + batch])

    def marks(self) -> Marks:
        """What tells every picture from the others, loaded into memory."""
        with self._guard():
            keys = self._pictures.to_table(columns=["product_id", "position"])
            order = pc.sort_indices(keys, [("product_id", "ascending"), ("position", "ascending")])
            place = np.empty(len(order), dtype=np.intp)
            place[order.to_numpy()] = np.arange(len(order))
            pixels = np.empty(len(order), dtype=object)
            glances = np.zeros((len(order), GLANCE_BYTES), dtype=np.uint8)
            start = 0
            for batch in self._pictures.to_batches(columns=["pixel_hash", "glance"], batch_size=_MARKS):
                rows = place[start : start + batch.num_rows]
                pixels[rows] = batch.column("pixel_hash").to_numpy(zero_copy_only=False)
                put_glances(batch.column("glance"), glances, rows)
                start += batch.num_rows
            return Marks(pixels.tolist(), glances)

    def check(self) -> list[str]:
        """Read every row of both tables; a sentence for each thing that does not agree, none when sound."""
        try:
            with self._guard():
                return check_tables(self._path, self.manifest, self._products, self._pictures)
        except LookalikeError as error:
            return [error.message]

    def _searched(self) -> pa.Table:
        """The columns of products, a batch at a time, so that not all documents are held at once."""
        names = [*SEARCHED, "document"]
        batches = self._products.to_batches(columns=names)
        tables = [searched(pa.Table.from_batches([batch])) for batch in batches]
        return pa.concat_tables(tables) if tables else searched(self._products.to_table(columns=names))

    def _take_pictures(self, rows: list[int], raw: bool = False) -> list[StoredPicture]:
        if not rows:
            return []
        columns = [*self._picture_columns, *(["original"] if raw else [])]
        with self._guard():
            return pictures_from_table(take_rows(self._pictures, rows, columns), raw)

    def _picture_row(self, product_id: str, position: int) -> int | None:
        return self._picture_rows.get(product_id, {}).get(position)

    @cached_property
    def _kept(self) -> tuple[dict[str, int], pa.Array] | None:
        """All documents by id, in memory, while they are few: a fetch from disk is a third of an answer."""
        with self._guard():
            if self._products.count_rows() > _KEPT_ROWS:
                return None
            table = self._products.to_table(columns=["id", "document"]).combine_chunks()
        places = {product_id: place for place, product_id in enumerate(table.column("id").to_pylist())}
        return places, table.column("document").combine_chunks()

    @cached_property
    def _product_rows(self) -> dict[str, int]:
        """The address of every product, by id; a map in memory is what makes a fetch quick."""
        with self._guard():
            keys = self._products.to_table(columns=["id"], with_row_id=True)
        return dict(zip(*(column.to_pylist() for column in keys.columns), strict=True))

    @cached_property
    def _picture_rows(self) -> dict[str, dict[int, int]]:
        """The address of every picture, by product id and position, in that order."""
        with self._guard():
            keys = self._pictures.to_table(columns=["product_id", "position"], with_row_id=True)
            keys = keys.sort_by([("product_id", "ascending"), ("position", "ascending")])
        places: dict[str, dict[int, int]] = {}
        for product_id, position, row in zip(*(column.to_pylist() for column in keys.columns), strict=True):
            places.setdefault(product_id, {})[position] = row
        return places

    def _guard(self) -> AbstractContextManager[None]:
        return reading(self._path, self._is_gone)

    def _is_gone(self) -> bool:
        try:
            return not read_manifest(self._path).holds(self._published.pair)
        except (LookalikeError, OSError):
            return False
