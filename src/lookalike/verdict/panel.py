"""What is judged on: the products of one version that may be found, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np
from PIL import Image

from lookalike.doctor.tags.columns import TagColumn
from lookalike.errors import PictureError
from lookalike.evaluation.kinship import Kinship, everywhere
from lookalike.evaluation.split import position
from lookalike.fetching import Fetcher
from lookalike.ingest.lasting import LastingPictures
from lookalike.neighbours.columns import ProductColumns
from lookalike.store.base import Reader
from lookalike.training.learnt import Tell
from lookalike.training.lessons import OpenPicture
from lookalike.vectors import Floats, Mask, Rows
from lookalike.view import View

_SMALL = 32  # pixels a side are enough to know that a picture opens


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
        return self.view.snapshot.vectors[self.pictures[self.main]]

    @property
    def picture_looks(self) -> Floats:
        """Unit vectors of all m pictures by the index's own encoder, (m, dim)."""
        vectors = self.view.snapshot.vectors
        return vectors.whole if len(self.pictures) == len(vectors) else vectors[self.pictures]


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
    opened: Tell | None = None,
    workers: int = 1,
    seed: int = 0,
) -> Panel:
    """The products of a version that have a picture of their own, with the labels of some columns.

    With ``most`` whole families are drawn by hash, until there are about so many products. Pictures that
    many products show, such as a table of sizes, are left out, and with them products that have no other.
    With ``opened`` main pictures are tried, and products whose one cannot be opened left out; it is told how
    many of how many.
    """
    snapshot = view.snapshot
    contents = view.contents.to_pylist()
    kept = ~everywhere(contents, snapshot.picture_product)
    rows: Rows = np.unique(snapshot.picture_product[kept])
    catalogue = len(rows)
    draw = _Drawing(view, source, columns, kept, contents, workers, seed)
    panel = draw.panel(rows, catalogue, _excluded(view, kept, catalogue))
    if most is not None and catalogue > most:
        panel = draw.panel(_drawn(panel, most), catalogue, panel.excluded)
    if opened is not None and (unread := _unread(panel, opened)):
        told = {"product whose picture cannot be opened": len(unread)}
        rows = np.delete(panel.rows, unread)
        panel = draw.panel(rows, catalogue - len(unread), {**panel.excluded, **told})
    return panel


@dataclass(frozen=True)
class _Drawing:
    """Makes panels of some products of a version."""

    view: View
    source: Source
    columns: Sequence[TagColumn]
    kept: Mask
    contents: Sequence[str]
    workers: int
    seed: int

    @cached_property
    def known(self) -> list[list[str]]:
        """Lists of products whose main pictures show the same."""
        snapshot = self.view.snapshot
        return self.view.known.product_groups(snapshot.ids, snapshot.picture_product, self.view.contents)

    def panel(self, rows: Rows, catalogue: int, excluded: Mapping[str, int]) -> Panel:
        """The panel of some rows, sorted, of the snapshot."""
        view = self.view
        pictures, product = _pictures(view, rows, self.kept)
        ids = [view.snapshot.ids[row] for row in rows.tolist()]
        contents = [self.contents[at] for at in pictures.tolist()]
        groups = view.snapshot.columns.words("group", rows)
        kin = Kinship.of(ids, product, contents, groups, self.known)
        labels = {one.name: _said(one, rows) for one in self.columns}
        return Panel(
            view=view,
            ids=ids,
            rows=rows,
            families=kin.families(),
            copies=kin.copies,
            labels=labels,
            kinds=_kinds(view.snapshot.columns, rows, labels),
            groups=groups,
            pictures=pictures,
            product=product,
            contents=contents,
            open=_Opening(view, self.source, pictures),
            catalogue=catalogue,
            excluded=excluded,
            workers=self.workers,
            seed=self.seed,
        )


def _pictures(view: View, rows: Rows, kept: Mask) -> tuple[Rows, Rows]:
    """Places of the kept pictures of some products, and where their products stand among these."""
    wanted = np.zeros(len(view.snapshot), dtype=np.bool_)
    wanted[rows] = True
    owners = view.snapshot.picture_product
    pictures = np.flatnonzero(kept & wanted[owners]).astype(np.intp)
    return pictures, np.searchsorted(rows, owners[pictures]).astype(np.intp)


def _drawn(panel: Panel, most: int) -> Rows:
    """The rows of the families with the lowest hashes, whole, until there are ``most`` products."""
    family = [panel.families[i] for i in panel.ids]
    place = {name: position(name, f"panel {panel.seed}") for name in set(family)}
    order = sorted(range(len(family)), key=lambda at: (place[family[at]], family[at], at))
    end = most
    while end < len(order) and family[order[end]] == family[order[most - 1]]:
        end += 1
    return np.sort(panel.rows[order[:end]])


def _unread(panel: Panel, tell: Tell) -> list[int]:
    """Places of the products whose main picture cannot be opened."""

    def tried(row: int) -> bool:
        try:
            panel.open(row, _SMALL)
        except PictureError:
            return False
        return True

    found: list[int] = []
    with ThreadPoolExecutor(panel.workers) as threads:
        for start in range(0, len(panel), 16 * panel.workers):
            some = panel.main[start : start + 16 * panel.workers].tolist()
            opened = threads.map(tried, some)
            found += [start + at for at, read in enumerate(opened) if not read]
            tell("Opening pictures", start + len(some), len(panel))
    return found


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
