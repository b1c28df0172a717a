"""Reading one pinned pair of table versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from lookalike.errors import LookalikeError
from lookalike.glance import GLANCE_BYTES
from lookalike.products import Product
from lookalike.stacked import Kept
from lookalike.store.base import (
    Columns,
    KeepProgress,
    Make,
    Manifest,
    Marks,
    PictureStamp,
    StoredPicture,
)
from lookalike.store.checking import check_tables
from lookalike.store.columns import DOCUMENT, read_columns
from lookalike.store.failing import reading
from lookalike.store.fragments import fragments_of, rows_changed
from lookalike.store.held import Held
from lookalike.store.keeping import keep, noting
from lookalike.store.kept import FOLDER, bases
from lookalike.store.manifest import Published, read_manifest
from lookalike.store.merging import merged
from lookalike.store.place import Place
from lookalike.store.rows import pictures_from_table, product_from_json, put_glances
from lookalike.store.tables import PICTURES, PRODUCTS, open_table, take_rows

_KEPT_ROWS = 200_000  # some 120 MB of documents
_MARKS = 4096  # rows at once
_MOST_CHANGED = 0.5  # of the pictures of a kept version; beyond that all is read as quickly
_UNREAD = ("original", "checksum")


class LanceReader:
    """One version of an index. Safe to use from several threads."""

    def __init__(self, place: Place, published: Published) -> None:
        self._place = place
        self._published = published
        with self._guard():
            self._products = open_table(place, PRODUCTS, published.pair.products)
            self._pictures = open_table(place, PICTURES, published.pair.pictures)
        self._picture_columns = [n for n in self._pictures.schema.names if n not in _UNREAD]

    @property
    def manifest(self) -> Manifest:
        """The state this reader is pinned to."""
        return self._published.manifest

    def columns(self) -> Columns:
        """Everything a search needs: what is kept of it mapped into memory, the rest loaded."""
        with self._guard():
            if (found := self._from_kept()) is not None:
                vars(self).setdefault("_held", found[1])
                return found[0]
            return read_columns(self._place, self.manifest.version, self._products, self._pictures)

    def products(self, ids: Sequence[str]) -> dict[str, Product]:
        """The products with these ids; an id that does not exist is left out."""
        wanted = self._held.rows(ids)
        return dict(zip(wanted, self.products_at([*wanted.values()]), strict=True))

    def products_at(self, rows: Sequence[int]) -> list[Product]:
        """The products of some rows of `columns`, in the order asked."""
        held = self._held
        if held.documents is not None:
            return [product_from_json(text) for text in held.documents.texts(rows)]
        if not len(rows):
            return []
        addresses = held.products[np.asarray(rows)].tolist()
        with self._guard():
            documents = take_rows(self._products, addresses, [DOCUMENT]).column(DOCUMENT).to_pylist()
            return [product_from_json(text) for text in documents]

    def pictures(self, ids: Sequence[str], raw: bool = False) -> dict[str, list[StoredPicture]]:
        """All pictures of these products, in order of position; see `lookalike.store.base.Reader.pictures`.

        A product that does not exist, or has no picture, is left out.
        """
        held = self._held
        wanted = {one: held.pictures[held.pictures_of(row)].tolist() for one, row in held.rows(ids).items()}
        found = iter(self._take_pictures([address for own in wanted.values() for address in own], raw))
        return {one: [next(found) for _ in own] for one, own in wanted.items() if own}

    def thumbnails(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        """Thumbnails by (product id, position); a key that does not exist is left out."""
        held = self._held
        wanted = {key: at for key in dict.fromkeys(keys) if (at := held.picture(*key)) is not None}
        if not wanted:
            return {}
        with self._guard():
            table = take_rows(self._pictures, list(wanted.values()), ["thumbnail"])
            return dict(zip(wanted, table.column("thumbnail").to_pylist(), strict=True))

    def original(self, product_id: str, position: int) -> bytes | None:
        """The bytes kept for a picture that has no file or URL."""
        address = self._held.picture(product_id, position)
        if address is None:
            return None
        with self._guard():
            kept: bytes | None = take_rows(self._pictures, [address], ["original"]).column(0)[0].as_py()
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
        addresses = self._held.pictures
        for start in range(0, len(addresses), batch):
            yield self._take_pictures(addresses[start : start + batch].tolist())

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
                return check_tables(self._place, self.manifest, self._products, self._pictures)
        except LookalikeError as error:
            return [error.message]

    def keep(self, makers: Sequence[Make], tell: KeepProgress) -> Kept | None:
        """Lay this version down in files, if that is due; see `lookalike.store.base.Store.keep`."""
        failed: list[BaseException] = []
        makers, tell = [noting(make, failed) for make in makers], noting(tell, failed)
        try:
            with self._guard():
                return keep(self._place, self.manifest, (self._products, self._pictures), makers, tell)
        except BaseException:
            if failed:  # it says nothing of the index
                raise failed[0] from None
            raise

    def _take_pictures(self, rows: list[int], raw: bool = False) -> list[StoredPicture]:
        if not rows:
            return []
        columns = [*self._picture_columns, *(["original"] if raw else [])]
        with self._guard():
            return pictures_from_table(take_rows(self._pictures, rows, columns), raw)

    @cached_property
    def _held(self) -> Held:
        """Where the rows lie, and the documents where there are kept ones or few products.

        To fetch documents from the table is a third of an answer.
        """
        with self._guard():
            if (found := self._from_kept()) is not None:
                return found[1]
            return Held.read(self._products, self._pictures, _KEPT_ROWS)

    def _from_kept(self) -> tuple[Columns, Held] | None:
        """This version told by a kept one; None where there is none, or too much of it has changed."""
        for base in bases(self._place.local(FOLDER), self.manifest):
            changed = rows_changed(base.pictures, fragments_of(self._pictures))
            if changed <= _MOST_CHANGED * len(base.columns.position):
                found = merged(base, self.manifest, self._products, self._pictures)
                if found is not None:
                    return found
        return None

    def _guard(self) -> AbstractContextManager[None]:
        return reading(self._place, self._is_gone)

    def _is_gone(self) -> bool:
        try:
            return not read_manifest(self._place).holds(self._published.pair)
        except (LookalikeError, OSError):
            return False
