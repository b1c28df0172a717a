"""Where the rows of one version lie in its tables: what fetches few products of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.ids import SortedTexts
from lookalike.store.fragments import ADDRESS, Addresses
from lookalike.store.tables import Table
from lookalike.vectors import Rows


@dataclass(frozen=True, slots=True)
class Documents:
    """The document of each product: those of a kept version followed by fresh ones, ``places`` (n,) in these.

    ``places`` is None where the version has just the kept ones.
    """

    kept: pa.ChunkedArray
    fresh: pa.ChunkedArray
    places: Rows | None

    def texts(self, rows: Sequence[int]) -> list[str]:
        """The documents of some rows."""
        places = rows if self.places is None else self.places[np.asarray(rows, dtype=np.intp)].tolist()
        kept = len(self.kept)
        return [
            self.kept[place].as_py() if place < kept else self.fresh[place - kept].as_py() for place in places
        ]


@dataclass(frozen=True, slots=True)
class Held:
    """Products of one version in order of id, and their pictures in order of product and position.

    ``products`` (p,) and ``pictures`` (n,) are their addresses, ``picture_product`` (n,) the row of each
    picture's product; ``documents`` is None where those are only in the table.
    """

    ids: SortedTexts
    products: Addresses
    picture_product: Rows
    position: npt.NDArray[np.int32]
    pictures: Addresses
    documents: Documents | None

    @classmethod
    def read(cls, products: Table, pictures: Table, most: int) -> Held:
        """What two tables hold; their documents too where those are ``most`` products or fewer."""
        few = products.count_rows() <= most
        table = products.to_table(columns=["id", *(["document"] if few else [])], with_row_id=True)
        table = table.take(pc.sort_indices(table.column("id"))).combine_chunks()
        keys = pictures.to_table(columns=["product_id", "position"], with_row_id=True)
        ids = table.column("id")
        known = pc.fill_null(pc.index_in(keys.column("product_id"), value_set=ids.combine_chunks()), -1)
        owner, position = known.to_numpy().astype(np.intp), keys.column("position").to_numpy()
        order = np.lexsort((position, owner))
        documents = table.column("document") if few else None
        return cls(
            ids=SortedTexts(ids),
            products=table.column(ADDRESS).to_numpy(),
            picture_product=owner[order],
            position=position[order],
            pictures=keys.column(ADDRESS).to_numpy()[order],
            documents=None if documents is None else Documents(documents, documents.slice(0, 0), None),
        )

    def rows(self, ids: Sequence[str]) -> dict[str, int]:
        """The row of each product that there is."""
        found = {one: self.ids.row(one) for one in dict.fromkeys(ids)}
        return {one: row for one, row in found.items() if row is not None}

    def pictures_of(self, row: int) -> slice:
        """Where the pictures of a product stand."""
        start, stop = np.searchsorted(self.picture_product, [row, row + 1])
        return slice(int(start), int(stop))

    def picture(self, product_id: str, position: int) -> int | None:
        """The address of a picture, None where there is none."""
        row = self.ids.row(product_id)
        if row is None:
            return None
        own = self.pictures_of(row)
        at = np.flatnonzero(self.position[own] == position)
        return int(self.pictures[own.start + at[0]]) if len(at) else None
