"""A disposable picture of one table version, in memory: vectors, ids, filter columns, and exact search."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property, lru_cache, partial
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.errors import BadArgument, UnknownProduct
from lookalike.filters import Filter, Term, holds
from lookalike.ids import LazyTexts
from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.families import Families, joined
from lookalike.neighbours.lazy_texts import one_array, rows_of, texts_of
from lookalike.neighbours.nearest import Nearest
from lookalike.neighbours.orders import SORTS, rows_by
from lookalike.neighbours.palettes import Palettes
from lookalike.stacked import Kept, Stacked
from lookalike.vectors import Floats, Mask, Rows

Ints = npt.NDArray[np.int32]

Search = Literal["auto", "exact", "approximate"]
"""How the best are found: all are bounded, or a graph of neighbours is asked; "auto" does what is quicker."""


_NEAR = 3  # ids named for one that does not exist
_MASK_BYTES = 16 << 20  # of remembered masks, a byte a product
_COMPARED = 20_000  # ids compared letter by letter; with more only those that differ in form are found


def search_named(name: str) -> Search:
    """How the best are to be found. Raises `BadArgument` for no such way."""
    if name not in get_args(Search):
        raise BadArgument(f"There is no search {name!r}.", next_step="Choose auto, exact or approximate.")
    return cast(Search, name)


def near_ids(wanted: str, ids: Sequence[str]) -> list[str]:
    """The few ids that somebody may have meant: other case, other zeros, without its folder, a slip."""
    form = _form(wanted)
    among = ids
    if isinstance(ids, LazyTexts):  # of a million only those that hold the form are looked at
        held = pc.match_substring(ids.array, form, ignore_case=True) if form else None
        among = [] if held is None else ids.array.filter(held).to_pylist()
    same = [i for i in among if _form(i) == form]
    slips = get_close_matches(wanted, ids, _NEAR) if len(ids) <= _COMPARED else []
    return list(dict.fromkeys([*same, *slips]))[:_NEAR]


def _mask(columns: ProductColumns, term: Term) -> Mask:
    mask = holds(term, columns)
    mask.flags.writeable = False
    return mask


def _rows_in(products: pa.Table, before: pa.Table) -> Rows:
    """Each product's row in the table of another version, -1 where it was not there."""
    known = before.column("id").combine_chunks()
    found = pc.fill_null(pc.index_in(products.column("id").combine_chunks(), value_set=known), -1)
    rows: Rows = found.to_numpy().astype(np.intp)
    return rows


def _is_one_each(owners: Rows, products: int) -> bool:
    """Whether every product has just one picture; ``owners`` (n,) are sorted."""
    return len(owners) == products and bool((owners == np.arange(products)).all())


def _counts(owners: Rows, products: int, one_each: bool) -> Rows:
    """How many pictures each product has, (p,)."""
    if one_each:
        return np.broadcast_to(np.intp(1), products)
    return np.bincount(owners, minlength=products).astype(np.intp)


def _form(product_id: str) -> str:
    return product_id.rpartition("/")[2].casefold().lstrip("0")


class Snapshot:
    """What one version of an index looks like to a search; n pictures of p products.

    The arguments are the fields of `lookalike.store.base.Columns`: pictures sorted by product row, then
    position. A "row" below is a product's row. What was made of ``before``, an earlier version of the same
    space, is taken over where it still holds. ``copies`` are groups of ids of products that show the same
    picture. ``search`` is how questions are answered that do not say how.
    """

    columns: ProductColumns
    copies: Families
    palettes: Palettes
    search: Search = "auto"

    def __init__(
        self,
        *,
        version: int,
        products: pa.Table,
        picture_product: Rows,
        position: Ints,
        looks: Stacked | Floats,
        norms: Floats,
        palettes: Floats,
        kept: Kept | None = None,
        before: Snapshot | None = None,
        copies: Sequence[Sequence[str]] = (),
    ) -> None:
        self.version = version
        self.ids: Sequence[str] = texts_of(one_array(products.column("id")))
        self.position = position
        self.vectors = looks if isinstance(looks, Stacked) else Stacked(looks)
        self.kept = kept
        self.norms = norms
        self.picture_product = picture_product
        self._one_each = _is_one_each(picture_product, len(self.ids))
        self._counts: Rows = _counts(picture_product, len(self.ids), self._one_each)
        self._starts: Rows = picture_product if self._one_each else np.cumsum(self._counts) - self._counts
        self.pictured: Mask = self._counts > 0
        main = palettes
        if not self._one_each:
            main = np.zeros((len(self.ids), *palettes.shape[1:]), dtype=np.float32)
            main[self.pictured] = palettes[self._starts[self.pictured]]
        if before is None or kept is not None:  # what is kept tells more than the version before
            self.palettes = Palettes(main, kept=kept)
        else:
            same = _rows_in(products, before.columns.table)
            self.palettes = Palettes(main, before.palettes, same)
        columns = self.columns = ProductColumns(products, self.palettes, kept)
        self._met = lru_cache(max(8, _MASK_BYTES // max(len(self.ids), 1)))(partial(_mask, columns))
        self._order = lru_cache(len(SORTS))(partial(rows_by, columns=columns))

        self.copies = Families.named(copies, self.row_of if copies else {}, len(self.ids))
        if before is not None:
            self._take_over(before)

    def _take_over(self, before: Snapshot) -> None:
        """Make at once what was asked of the version before."""
        for name in ("row_of", "variants"):
            if name in vars(before):
                getattr(self, name)
        if "nearest" in vars(before):
            vars(self)["nearest"] = self._nearest(before.nearest)

    def with_copies(self, groups: Sequence[Sequence[str]]) -> Snapshot:
        """The same snapshot with other groups of copies; everything else is shared."""
        made = copy.copy(self)
        made.copies = Families.named(groups, self.row_of, len(self.ids))
        vars(made).pop("kin", None)
        if "variants" in vars(made):  # somebody has asked: make at once what the next answer needs
            _ = made.kin
        return made

    @cached_property
    def variants(self) -> Families:
        """The products of each group."""
        groups = self.columns.text("group")
        return Families(np.full(len(self.ids), -1) if groups is None else groups.codes)

    @cached_property
    def kin(self) -> Families:
        """Copies, variants, and copies of variants together."""
        return joined(self.copies, self.variants)

    def families(self, *, copies: bool, variants: bool) -> Families | None:
        """The families of either kind, or of both; None where there is none to fold."""
        if not (copies or variants):
            return None
        found = self.copies if not variants else self.kin if copies else self.variants
        return found if found.extra else None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def looks(self) -> Floats:
        """The unit vectors of all pictures as one array (n, dim), a copy where some of them came lately.

        What is asked often reads `vectors`.
        """
        return self.vectors.whole

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Rows by product id."""
        return rows_of(self.ids)

    def mask(self, wishes: Filter) -> Mask:
        """Which products pass a filter, (p,): the caller's own. Terms met lately are remembered."""
        keep = np.ones(len(self.ids), dtype=np.bool_)
        for term in wishes.terms:
            keep &= self._met(term)
        return keep

    def order(self, sort: str) -> Rows:
        """All rows in an order of `lookalike.neighbours.orders.SORTS`, (p,)."""
        return self._order(sort)

    def passing(self, wishes: Filter) -> list[str]:
        """The ids of the products that pass a filter, sorted."""
        return [self.ids[row] for row in np.flatnonzero(self.mask(wishes)).tolist()]

    def main_looks(self) -> tuple[list[str], Floats]:
        """Ids of the products that have a picture, and their main pictures' unit vectors, (m, dim)."""
        rows = np.flatnonzero(self.pictured)
        return [self.ids[row] for row in rows.tolist()], self.vectors[self._starts[rows]]

    def looks_of(self, rows: Rows) -> Floats:
        """Unit vectors of the main pictures of some products, (len(rows), dim); zero where there is none."""
        if self._one_each:
            return self.vectors[rows]
        found = np.zeros((len(rows), self.vectors.shape[1]), dtype=np.float32)
        shown = self.pictured[rows]
        found[shown] = self.vectors[self._starts[rows[shown]]]
        return found

    def colours_of(self, rows: Sequence[int]) -> Floats:
        """Colour vectors of the main pictures of some rows; none for a product without a picture."""
        return self.palettes.vectors([row for row in rows if self.palettes.said[row]])

    @cached_property
    def nearest(self) -> Nearest:
        """What finds the pictures near to a look."""
        return self._nearest(None)

    def _nearest(self, before: Nearest | None) -> Nearest:
        return Nearest.of(self.vectors, None if self.kept is None else self.kept.folder, before)

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
            return "The index is empty: add a catalogue first."
        near = near_ids(product_id, self.ids)
        if near:
            return f"Near it: {', '.join(near)}."
        return f"There are {len(self.ids):,} ids, from {self.ids[0]} to {self.ids[-1]}."

    def pictures_of(self, row: int) -> slice:
        """Where a product's pictures stand among all pictures, in order of position."""
        start = int(self._starts[row])
        return slice(start, start + int(self._counts[row]))

    def pictures_at(self, rows: Rows) -> Rows:
        """Where the pictures of several products stand, one product after another."""
        if self._one_each:
            return rows
        counts = self._counts[rows]
        skipped = self._starts[rows] - (np.cumsum(counts) - counts)
        return np.repeat(skipped, counts) + np.arange(counts.sum())

    def nearest_pictures(self, looks: Floats, rows: Rows) -> tuple[Floats, Ints]:
        """Of c products, the cosine of the picture nearest to any of the looks (m, dim), and its position.

        NaN and -1 for a product without a picture. Of equal pictures the first is named.
        """
        at = self.pictures_at(rows)
        cosines: Floats = np.einsum("ij,kj->ik", self.vectors[at], looks).max(axis=1)
        if self._one_each:
            return cosines, self.position[at]
        found = self.best_picture(cosines, rows)
        owner = np.repeat(np.arange(len(rows)), self._counts[rows])
        owners, first = np.unique(owner[cosines == found[owner]], return_index=True)
        positions = np.full(len(rows), -1, dtype=np.int32)
        positions[owners] = self.position[at[cosines == found[owner]]][first]
        return found, positions

    def group(self, row: int) -> Rows:
        """The rows of the products that share a group with this one, itself included, sorted."""
        return np.sort(np.append(self.variants.of(row), row))

    def best_picture(self, scores: Floats, rows: Rows | None = None) -> Floats:
        """Scores of pictures as scores of products: the best picture's, NaN where there is none.

        ``scores`` are of all pictures, or of those that `pictures_at` finds for these rows.
        """
        if self._one_each:
            return scores
        counts = self._counts if rows is None else self._counts[rows]
        products = np.full(len(counts), np.nan, dtype=np.float32)
        some = counts > 0
        if some.any():
            products[some] = np.maximum.reduceat(scores, (np.cumsum(counts) - counts)[some])
        return products
