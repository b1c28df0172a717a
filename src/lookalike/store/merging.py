"""A version told by a kept one and what came since: kept files as they are, and few rows read anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.ids import SortedTexts
from lookalike.stacked import Stacked
from lookalike.store.base import Columns, Manifest
from lookalike.store.columns import DOCUMENT, KEYS, MEASURED, measured, searched_with
from lookalike.store.fragments import (
    ADDRESS,
    Addresses,
    Changes,
    fragments_of,
    fragments_rows,
    still_there,
)
from lookalike.store.held import Documents, Held
from lookalike.store.kept import Base
from lookalike.store.rows import SEARCHED, looks_of
from lookalike.store.tables import Table
from lookalike.vectors import Mask, Rows

_POSITIONS = 1 << 31  # a position is a number of 32 bits, perhaps below zero


@dataclass(frozen=True, slots=True)
class Woven:
    """Rows of a version out of those of a kept one (k,) and of fresh ones (f,).

    ``places`` (n,) is where each lies in the kept followed by the fresh, None where the version has just the
    kept rows; ``addresses`` (k + f,) is where those lie in the table.
    """

    kept: int
    fresh: pa.Table
    places: Rows | None
    addresses: Addresses

    @property
    def stayed(self) -> Mask:
        """Which of the rows of the version are kept ones, (n,)."""
        assert self.places is not None
        return self.places < self.kept

    def taken(self, kept: Any, fresh: Any) -> Any:
        """An array of the kept rows and one of the fresh as one of the version."""
        return kept if self.places is None else np.concatenate([kept, fresh])[self.places]

    def joined(self, kept: pa.ChunkedArray, fresh: pa.ChunkedArray) -> pa.Array:
        """A column of the kept rows and one of the fresh as one of the version.

        Run by run of rows that follow each other: a third of the time of taking them one by one.
        """
        columns = [one.chunk(0) if one.num_chunks == 1 else one.combine_chunks() for one in (kept, fresh)]
        places = np.arange(self.kept) if self.places is None else self.places
        cuts = np.flatnonzero((np.diff(places) != 1) | (places[1:] == self.kept)) + 1
        starts = np.concatenate([np.zeros(min(1, len(places)), np.intp), cuts])
        lengths = np.diff(np.append(starts, len(places)))
        runs = [
            columns[start >= self.kept].slice(start - self.kept * (start >= self.kept), length)
            for start, length in zip(places[starts].tolist(), lengths.tolist(), strict=True)
        ]
        return pa.concat_arrays(runs or [columns[0].slice(0, 0)])


def merged(base: Base, manifest: Manifest, products: Table, pictures: Table) -> tuple[Columns, Held] | None:
    """The columns of a version of the tables, and where its rows lie; None where the two do not agree."""
    product = _woven_products(base, products)
    ids = (
        base.ids
        if product.places is None
        else SortedTexts(product.joined(base.columns.products.column("id"), product.fresh.column("id")))
    )
    picture, owner = _woven_pictures(base, pictures, product, ids)
    if len(ids) != manifest.products or len(owner) != manifest.pictures or (len(owner) and owner.min() < 0):
        return None
    old = base.columns
    fresh = measured(picture.fresh, np.arange(picture.fresh.num_rows))
    assert old.kept is not None
    columns = Columns(
        version=manifest.version,
        products=old.products if product.places is None else _table(base, product, ids),
        picture_product=owner,
        position=picture.taken(old.position, fresh["position"]),
        contents=old.contents
        if picture.places is None
        else picture.joined(pa.chunked_array([old.contents]), pa.chunked_array([fresh["contents"]])),
        sizes=picture.taken(old.sizes, fresh["sizes"]),
        looks=old.looks
        if picture.places is None
        else Stacked(old.looks.base, looks_of(picture.fresh.column("look")), picture.places),
        norms=picture.taken(old.norms, fresh["norms"]),
        palettes=picture.taken(old.palettes, fresh["palettes"]),
        kept=replace(old.kept, products=_unchanged(old, product, picture, owner)),
    )
    held = Held(
        ids=ids,
        products=product.taken(product.addresses[: product.kept], product.addresses[product.kept :]),
        picture_product=owner,
        position=columns.position,
        pictures=picture.taken(picture.addresses[: picture.kept], picture.addresses[picture.kept :]),
        documents=Documents(base.documents, product.fresh.column(DOCUMENT), product.places),
    )
    return columns, held


def _woven_products(base: Base, table: Table) -> Woven:
    """The products of a version of the table."""
    changes = Changes.between(base.products, fragments_of(table))
    fresh = fragments_rows(table, changes.fresh, [*SEARCHED, DOCUMENT])
    fresh = searched_with(fresh, [DOCUMENT, ADDRESS]).sort_by("id")
    if not changes:
        return Woven(len(base.ids), fresh, None, base.product_addresses)
    alive = still_there(table, changes, base.product_addresses)
    rows = base.ids.rows(fresh.column("id"))
    known = np.flatnonzero(rows >= 0)
    documents = fresh.column(DOCUMENT).take(pa.array(known))
    same = pc.equal(documents, base.documents.take(pa.array(rows[known])))
    kept = np.full(len(rows), -1, dtype=np.intp)
    kept[known] = np.where(same.to_numpy(), rows[known], -1)
    return _woven(alive, base.product_addresses, fresh, kept, _places(base.ids, fresh.column("id"), rows))


def _places(ids: SortedTexts, wanted: pa.ChunkedArray, rows: Rows) -> Rows:
    """Before which of the ids each one stands or would stand, where its row is known, or -1."""
    places = rows.copy()
    new = np.flatnonzero(rows < 0)
    places[new] = [ids.place(one) for one in wanted.take(pa.array(new)).to_pylist()]
    return places


def _rows_now(base: Base, product: Woven) -> Rows:
    """The row in the version of each kept product, by its id, (k,), -1 for what is gone."""
    if product.places is None:
        return np.arange(product.kept)
    rows = np.full(len(product.addresses), -1, dtype=np.intp)
    rows[product.places] = np.arange(len(product.places))
    was = base.ids.rows(product.fresh.column("id"))
    rows[was[was >= 0]] = rows[product.kept :][was >= 0]
    return rows[: product.kept]


def _woven_pictures(base: Base, table: Table, product: Woven, ids: SortedTexts) -> tuple[Woven, Rows]:
    """The pictures of a version of the table, and the row of each one's product, -1 where that is gone."""
    old = base.columns
    changes = Changes.between(base.pictures, fragments_of(table))
    fresh = fragments_rows(table, changes.fresh, [*KEYS, *MEASURED, "look"])
    fresh = fresh.sort_by([(name, "ascending") for name in KEYS])
    rows = _rows_now(base, product)
    if not changes:
        woven = Woven(len(old.position), fresh, None, base.picture_addresses)
        return woven, old.picture_product if product.places is None else rows[old.picture_product]
    alive = still_there(table, changes, base.picture_addresses)
    owner = base.ids.rows(fresh.column("product_id"))
    position = fresh.column("position").to_numpy().astype(np.int64) + _POSITIONS
    keys = _places(base.ids, fresh.column("product_id"), owner) << 32
    keys += np.where(owner >= 0, position, 0)
    places = (old.picture_product << 32) + old.position + _POSITIONS
    at = np.searchsorted(places, keys)
    same = np.append(places, -1)[at] == keys
    same &= owner >= 0
    same[same] = _same_pictures(old, at[same], fresh.filter(pa.array(same)))
    woven = _woven(alive, base.picture_addresses, fresh, np.where(same, at, -1), at)
    return woven, woven.taken(rows[old.picture_product], ids.rows(woven.fresh.column("product_id")))


def _woven(alive: Mask, addresses: Addresses, fresh: pa.Table, rows: Rows, at: Rows) -> Woven:
    """Kept rows that are alive, and fresh ones laid before the kept rows ``at`` (f,), in their order.

    Where ``rows`` (f,) is not -1 the fresh one is that kept row, and only lies elsewhere now, as merging of
    fragments leaves it.
    """
    addresses, alive, same = addresses.copy(), alive.copy(), rows >= 0
    moved = np.asarray(fresh.column(ADDRESS).to_numpy(), dtype=np.uint64)
    addresses[rows[same]], alive[rows[same]] = moved[same], True
    fresh = fresh.filter(pa.array(~same))
    addresses = np.concatenate([addresses, moved[~same]])
    if alive.all() and not fresh.num_rows:
        return Woven(len(alive), fresh, None, addresses)
    left = np.flatnonzero(alive)
    came = len(alive) + np.arange(fresh.num_rows)
    places = np.insert(left, np.searchsorted(left, at[~same]), came)
    return Woven(len(alive), fresh, places, addresses)


def _same_pictures(old: Columns, rows: Rows, fresh: pa.Table) -> Mask:
    """Which of some fresh pictures have all that the kept ones of these rows have, (f,)."""
    found = measured(fresh, np.arange(len(rows)))
    same: Mask = pc.equal(old.contents.take(pa.array(rows)), found["contents"]).to_numpy(zero_copy_only=False)
    same = same.copy()
    for name in ("sizes", "norms", "palettes"):
        agree = getattr(old, name)[rows] == found[name]
        same &= agree.all(axis=tuple(range(1, agree.ndim)))
    same &= (old.looks[rows] == looks_of(fresh.column("look"))).all(axis=1)
    return same


def _table(base: Base, product: Woven, ids: SortedTexts) -> pa.Table:
    """The products of a version."""
    kept = base.columns.products
    fresh = product.fresh.select(kept.column_names).cast(kept.schema)
    rest = kept.column_names[1:]
    found = [product.joined(kept.column(name), fresh.column(name)) for name in rest]
    return pa.table([ids.array, *found], schema=kept.schema)


def _unchanged(old: Columns, product: Woven, picture: Woven, owner: Rows) -> Rows | None:
    """The kept row of each product of which nothing changed, nor of its pictures, else -1; None where all."""
    if product.places is None and picture.places is None:
        return None
    found = np.arange(product.kept) if product.places is None else product.places.copy()
    if picture.places is not None:
        touched = np.zeros(product.kept + product.fresh.num_rows, dtype=np.bool_)
        gone = np.ones(picture.kept, dtype=np.bool_)
        gone[picture.places[picture.stayed]] = False
        touched[old.picture_product[gone]] = True
        found[touched[found]] = -1
        found[owner[~picture.stayed]] = -1
    found[found >= product.kept] = -1
    return found
