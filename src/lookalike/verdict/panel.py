"""What is judged on: the products of one version that may be found, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np
from PIL import Image

from lookalike.doctor.tags.columns import TagColumn
from lookalike.evaluation.kinship import Kinship, everywhere
from lookalike.evaluation.split import families, position
from lookalike.fetching import Fetcher
from lookalike.ingest.lasting import LastingPictures
from lookalike.neighbours.columns import ProductColumns
from lookalike.store.base import Reader
from lookalike.training.lessons import OpenPicture
from lookalike.vectors import Floats, Mask, Rows
from lookalike.view import View


@dataclass(frozen=True)
class Panel:
    """n products of one version with m pictures, all that have one or a sample of them by hash.

    ``ids`` (n) are sorted, ``rows`` (n,) their rows in the snapshot. ``families`` names, by id, what belongs
    together: variants of a group, products that show one picture, known copies. ``copies`` are, by id, the
    products that show the same: finding them proves nothing, so they count neither way. ``labels`` has
    columns, n texts each, "" where nothing is said; ``kinds`` (n) are those that lists are told to cross,
    empty where there is no such column. ``groups`` (n) are the merchant's. ``pictures`` (m,) are places among
    the pictures of the snapshot, each product's in order, the main one first; ``product`` (m,) is where each
    picture's product stands in ``ids``; ``contents`` (m) are content hashes. ``open`` opens the picture of a
    row of these m as upright RGB, or raises `PictureError`.
    ``catalogue`` is how many products were there to draw from; ``excluded`` counts, by reason, what was not
    used.
    """

    view: View = field(repr=False)
    ids: Sequence[str] = field(repr=False)
    rows: Rows = field(repr=False)
    families: Mapping[str, str] = field(repr=False)
    copies: Mapping[str, frozenset[str]] = field(repr=False)
    labels: Mapping[str, Sequence[str]] = field(repr=False)
    kinds: Sequence[str] = field(repr=False)
    groups: Sequence[str] = field(repr=False)
    pictures: Rows = field(repr=False)
    product: Rows = field(repr=False)
    contents: Sequence[str] = field(repr=False)
    open: OpenPicture = field(repr=False)
    catalogue: int
    excluded: Mapping[str, int]
    workers: int = 1
    seed: int = 0

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def sample(self) -> bool:
        """Whether there are other products that might have been found."""
        return len(self.ids) < self.catalogue

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Where each id stands."""
        return {i: place for place, i in enumerate(self.ids)}

    @cached_property
    def main(self) -> Rows:
        """The rows of the main pictures among the m, (n,)."""
        return np.searchsorted(self.product, np.arange(len(self.ids))).astype(np.intp)

    @cached_property
    def looks(self) -> Floats:
        """Unit vectors of the main pictures by the index's own encoder, (n, dim)."""
        return self.view.snapshot.looks[self.pictures[self.main]]

    @property
    def picture_looks(self) -> Floats:
        """Unit vectors of all m pictures by the index's own encoder, (m, dim)."""
        looks = self.view.snapshot.looks
        return looks if len(self.pictures) == len(looks) else looks[self.pictures]


@dataclass(frozen=True)
class Source:
    """Where the pictures of a version are had from; ``small`` lets kept thumbnails stand in for them."""

    fetcher: Fetcher
    newest: Callable[[], Reader]
    small: bool = False


def panel_of(
    view: View,
    source: Source,
    columns: Sequence[TagColumn],
    *,
    most: int | None = None,
    workers: int = 1,
    seed: int = 0,
) -> Panel:
    """The products of a version that have a picture of their own, with the labels of some columns.

    With ``most`` whole families are drawn by hash, until there are about so many products. Pictures that
    many products show, such as a table of sizes, are left out, and with them products that have no other.
    """
    snapshot = view.snapshot
    contents = view.contents.to_pylist()
    kept = ~everywhere(contents, snapshot.picture_product)
    rows: Rows = np.unique(snapshot.picture_product[kept])
    catalogue = len(rows)
    known = view.known.product_groups(snapshot.ids, snapshot.picture_product, view.contents)
    kin = _kinship(view, rows, kept, contents, known)
    if most is not None and catalogue > most:
        rows = _drawn(kin, rows, most, seed)
        kin = _kinship(view, rows, kept, contents, known)
    pictures, product = _pictures(view, rows, kept)
    labels = {one.name: _said(one, rows) for one in columns}
    return Panel(
        view=view,
        ids=kin.ids,
        rows=rows,
        families=kin.families(),
        copies=kin.copies,
        labels=labels,
        kinds=_kinds(snapshot.columns, rows, labels),
        groups=snapshot.columns.words("group", rows),
        pictures=pictures,
        product=product,
        contents=[contents[at] for at in pictures.tolist()],
        open=_Opening(view, source, pictures),
        catalogue=catalogue,
        excluded=_excluded(view, kept, catalogue),
        workers=workers,
        seed=seed,
    )


def _pictures(view: View, rows: Rows, kept: Mask) -> tuple[Rows, Rows]:
    """Places of the kept pictures of some products, and where their products stand among these."""
    wanted = np.zeros(len(view.snapshot), dtype=np.bool_)
    wanted[rows] = True
    owners = view.snapshot.picture_product
    pictures = np.flatnonzero(kept & wanted[owners]).astype(np.intp)
    return pictures, np.searchsorted(rows, owners[pictures]).astype(np.intp)


def _kinship(
    view: View, rows: Rows, kept: Mask, contents: Sequence[str], known: Sequence[Sequence[str]]
) -> Kinship:
    pictures, product = _pictures(view, rows, kept)
    ids = [view.snapshot.ids[row] for row in rows.tolist()]
    own = [contents[at] for at in pictures.tolist()]
    groups = view.snapshot.columns.words("group", rows)
    return Kinship.of(ids, product, own, groups, known)


def _drawn(kin: Kinship, rows: Rows, most: int, seed: int) -> Rows:
    """The rows of the families with the lowest hashes, at least one, until there are ``most`` products."""
    family = families(kin.ids, kin.ties)
    order = sorted(range(len(rows)), key=lambda at: (position(family[kin.ids[at]], f"panel {seed}"), at))
    last = family[kin.ids[order[most - 1]]]
    end = most
    while end < len(order) and family[kin.ids[order[end]]] == last:
        end += 1
    return np.sort(rows[order[:end]])


def _said(column: TagColumn, rows: Rows) -> list[str]:
    return [column.values[code] if code >= 0 else "" for code in column.codes[rows].tolist()]


def _kinds(columns: ProductColumns, rows: Rows, labels: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The categories, else the first labels, else nothing."""
    categories = columns.words("category", rows)
    return categories if any(categories) else next(iter(labels.values()), categories)


def _excluded(view: View, kept: Mask, used: int) -> dict[str, int]:
    pictured = int(view.snapshot.pictured.sum())
    counts = {
        "product without a picture": len(view.snapshot) - pictured,
        "product with no picture but one that many show": pictured - used,
        "picture that many products show": int((~kept).sum()),
    }
    return {reason: count for reason, count in counts.items() if count}


class _Opening:
    """Opens the pictures of a panel; where they lie is read when the first of them is asked for."""

    def __init__(self, view: View, source: Source, pictures: Rows) -> None:
        self._view = view
        self._source = source
        self._pictures = pictures
        self._opened: LastingPictures | None = None
        self._opening = Lock()

    def __call__(self, row: int, pixels: int | None) -> Image.Image:
        with self._opening:
            if self._opened is None:
                self._opened = self._found()
        return self._opened(row, pixels)

    def _found(self) -> LastingPictures:
        stamps = self._view.reader.stamps()
        every = [stamp for i in self._view.snapshot.ids for stamp in stamps.get(i, ())]
        own = [every[at] for at in self._pictures.tolist()]
        source = self._source
        return LastingPictures(self._view.reader, source.newest, source.fetcher, own, small=source.small)
