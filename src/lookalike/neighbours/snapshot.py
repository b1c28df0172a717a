"""A disposable picture of one table version, in memory: vectors, ids, filter columns, and exact search."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cached_property, lru_cache, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lookalike import colour
from lookalike.errors import UnknownProduct
from lookalike.filters import Filter, Term, holds
from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.orders import SORTS, rows_by
from lookalike.neighbours.titles import Titles
from lookalike.vectors import Floats, Mask, Rows

Ints = npt.NDArray[np.int32]


_NEAR = 3  # ids named for one that does not exist
_MASK_BYTES = 16 << 20  # of remembered masks, a byte a product
_COMPARED = 20_000  # ids compared letter by letter; with more only those that differ in form are found


def near_ids(wanted: str, ids: list[str]) -> list[str]:
    """The few ids that somebody may have meant: other case, other zeros, without its folder, a slip."""
    form = _form(wanted)
    same = [i for i in ids if _form(i) == form]
    slips = get_close_matches(wanted, ids, _NEAR) if len(ids) <= _COMPARED else []
    return list(dict.fromkeys([*same, *slips]))[:_NEAR]


def _mask(columns: ProductColumns, term: Term) -> Mask:
    mask = holds(term, columns)
    mask.flags.writeable = False
    return mask


def _form(product_id: str) -> str:
    return product_id.rpartition("/")[2].casefold().lstrip("0")


class Snapshot:
    """What one version of an index looks like to a search; n pictures of p products.

    The arguments are the fields of `lookalike.store.base.Columns`: pictures sorted by product row, then
    position. A "row" below is a product's row.
    """

    def __init__(
        self,
        *,
        version: int,
        products: pa.Table,
        picture_product: Rows,
        position: Ints,
        looks: Floats,
        norms: Floats,
        palettes: Floats,
    ) -> None:
        self.version = version
        self.ids: list[str] = products.column("id").to_pylist()
        self.position = position
        self.looks = looks
        self.norms = norms
        self.picture_product = picture_product
        self._owners, self._starts = np.unique(picture_product, return_index=True)
        self._ends = np.append(self._starts[1:], len(picture_product))
        self._one_each = len(self._owners) == len(self.ids) == len(picture_product)
        main = np.zeros((len(self.ids), *palettes.shape[1:]), dtype=np.float32)
        main[self._owners] = palettes[self._starts]
        self.palettes = main
        self.columns = columns = ProductColumns(products, main)
        self._met = lru_cache(max(8, _MASK_BYTES // max(len(self.ids), 1)))(partial(_mask, columns))
        self._order = lru_cache(len(SORTS))(partial(rows_by, columns=columns))

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Rows by product id."""
        return {product_id: row for row, product_id in enumerate(self.ids)}

    def mask(self, wishes: Filter) -> Mask:
        """Which products pass a filter, (p,): the caller's own. Terms met lately are remembered."""
        keep = np.ones(len(self.ids), dtype=np.bool_)
        for term in wishes.terms:
            keep &= self._met(term)
        return keep

    def order(self, sort: str) -> Rows:
        """All rows in an order of `lookalike.neighbours.orders.SORTS`, (p,)."""
        return self._order(sort)

    @cached_property
    def titles(self) -> Titles:
        """The words in titles, brands and categories."""
        return Titles(self.columns.table)

    def passing(self, wishes: Filter) -> list[str]:
        """The ids of the products that pass a filter, sorted."""
        return [self.ids[row] for row in np.flatnonzero(self.mask(wishes)).tolist()]

    def main_looks(self) -> tuple[list[str], Floats]:
        """Ids of the products that have a picture, and their main pictures' unit vectors, (m, dim)."""
        return [self.ids[row] for row in self._owners.tolist()], self.looks[self._starts]

    def colours_of(self, rows: list[int]) -> Floats:
        """Colour vectors of the main pictures of some rows; none for a product without a picture."""
        palettes = self.palettes[rows]
        return colour.colour_vectors(palettes[palettes[:, :, 3].sum(axis=1) > 0])

    @cached_property
    def colours(self) -> Floats:
        """Colour vectors of the main pictures, (p, dim of colour vectors), unit length."""
        return colour.colour_vectors(self.palettes)

    def row(self, product_id: str) -> int:
        """The row of a product, or `UnknownProduct`."""
        row = self.row_of.get(product_id)
        if row is None:
            raise UnknownProduct(
                f"No product has the id {product_id!r}.", next_step=self._instead(product_id)
            )
        return row

    def _instead(self, product_id: str) -> str:
        """What to do about an id that does not exist."""
        if not self.ids:
            return "The index is empty; add a catalogue: lookalike add MY_FOLDER"
        near = near_ids(product_id, self.ids)
        if near:
            return f"Near it: {', '.join(near)}."
        return f"There are {len(self.ids):,} ids, from {self.ids[0]} to {self.ids[-1]}: lookalike list"

    def pictures_of(self, row: int) -> slice:
        """Where a product's pictures stand among all pictures, in order of position."""
        at = int(np.searchsorted(self._owners, row))
        if at == len(self._owners) or self._owners[at] != row:
            return slice(0, 0)
        return slice(int(self._starts[at]), int(self._ends[at]))

    def group(self, row: int) -> Rows:
        """The rows of the products that share a group with this one, itself included, sorted."""
        groups = self.columns.text("group")
        if groups is None or groups.codes[row] < 0:
            return np.array([row], dtype=np.intp)
        return np.flatnonzero(groups.codes == groups.codes[row])

    def best_picture(self, scores: Floats) -> Floats:
        """Scores of pictures (n,) as scores of products (p,): the best picture's, NaN where there is none."""
        if self._one_each:
            return scores
        products = np.full(len(self.ids), np.nan, dtype=np.float32)
        if len(scores):
            products[self._owners] = np.maximum.reduceat(scores, self._starts)
        return products
