"""The explorer of an index: what is in the catalogue, counted, compared, and on a map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from lookalike import settings
from lookalike.errors import BadArgument, LookalikeError
from lookalike.exploring import kept as notebook
from lookalike.exploring import tiles as drawn
from lookalike.exploring.counts import counts
from lookalike.exploring.documents import CatalogMap, Counts, MapStanding, Matrix
from lookalike.exploring.kept import KeptMap, marks_of
from lookalike.exploring.layout import Tell, laid_out
from lookalike.exploring.matrix import matrix
from lookalike.exploring.paints import paints
from lookalike.exploring.placing import beside
from lookalike.exploring.spreading import spread
from lookalike.exploring.tiles import Tiles, drawn_tiles
from lookalike.neighbours.yardstick import id_hashes
from lookalike.products import product_ids
from lookalike.questions import Questions
from lookalike.vectors import Floats, Rows
from lookalike.view import View

if TYPE_CHECKING:
    from lookalike.exploring.sheet import Page

LAID_OUT = 60_000
"""Products that are laid out together; of a larger catalogue these are a sample by hash, and the others are
placed beside those they look like."""

STALE = 0.1
"""Share of the products on a map that came or went since, from which laying it out anew is worth it."""


@dataclass(frozen=True)
class _Shown:
    """The products of one version that have a picture: rows, ids, marks of main pictures, their positions."""

    view: View
    rows: Rows
    ids: list[str]
    marks: list[str]

    @classmethod
    def of(cls, view: View) -> _Shown:
        snapshot = view.snapshot
        rows = np.flatnonzero(snapshot.pictured)
        first = np.searchsorted(snapshot.picture_product, rows)
        contents = view.contents.take(first).to_pylist()
        return cls(view, rows, [snapshot.ids[row] for row in rows.tolist()], marks_of(contents))

    def looks(self) -> Floats:
        return self.view.snapshot.main_looks()[1]

    def keys(self, chosen: Rows) -> list[tuple[str, int]]:
        """Product id and position of the main pictures of some of them."""
        snapshot = self.view.snapshot
        first = np.searchsorted(snapshot.picture_product, self.rows[chosen])
        positions = snapshot.position[first].tolist()
        return [(self.ids[at], position) for at, position in zip(chosen.tolist(), positions, strict=True)]


class Explorer:
    """What there is in the catalogue of an index. Many threads may ask at once."""

    def __init__(self, index: Questions) -> None:
        self._index = index
        self._notes = index._store.notes
        self._loading = RLock()
        self._unsaved: tuple[KeptMap, Tiles] | None = None
        self._read: tuple[str, KeptMap | None] | None = None
        self._tiles: tuple[str, Tiles | None] | None = None
        self._made: tuple[View, KeptMap, CatalogMap] | None = None
        self.unkept = ""
        """Why the last map could not be kept; "" where it was."""

    def counts(self) -> Counts:
        """Categories, colours, brands, prices, pictures and what else products say, counted."""
        return self._index._ask(counts)

    def matrix(self, ids: Iterable[str | int]) -> Matrix:
        """How alike these products look, each with each: cosines (n, n), each product once, in this order.

        Products without a picture are left out, and named. Raises `UnknownProduct`, `BadArgument`.
        """
        asked = product_ids(ids)
        return self._index._ask(lambda view: matrix(view, asked))

    def lay_out(self, *, progress: Tell | None = None, workers: int | None = None) -> CatalogMap:
        """Lay out a map of the catalogue anew, and keep it: products that look alike lie side by side.

        ``progress`` is told what is being done, and how much of how much; what it raises ends it, and the
        map that was there stays. Where it cannot be kept, `unkept` says why, and this object remembers it.
        Raises `BadArgument` where no product has a picture.
        """
        tell, threads = progress or _silent, workers or settings.workers()
        self._index.refresh()
        shown = self._index._ask(_Shown.of)
        if not shown.ids:
            raise BadArgument(
                "No product has a picture, so there is no map.", next_step="Add products with pictures."
            )
        kept = _laid_out(shown, tell, threads)
        chosen = spread(kept.points, drawn.MOST)
        marks = [shown.marks[at] for at in chosen.tolist()]
        read = self._index.thumbnails  # of the newest version: a busy writer may have cleaned this one away
        self._keep(kept, drawn_tiles(shown.keys(chosen), marks, read, tell, threads))
        found = self.map()
        assert found is not None
        return found

    def map(self) -> CatalogMap | None:
        """The map that was laid out last, of the products as they are now; None where there is none.

        Products that came later, or have another picture, lie beside those they look like; what is gone is
        gone. A map of another encoder's looks does not count.
        """
        kept = self._kept_map()
        return None if kept is None else self._index._ask(lambda view: self._map_of(view, kept))

    def standing(self) -> MapStanding | None:
        """Whether there is a map, and how far it is still that of the catalogue; None where there is none."""
        kept, found = self._kept_map(), self.map()
        if kept is None or found is None:
            return None
        gone = len(kept.ids) - (len(found.ids) - found.placed)
        stale = found.placed + gone > STALE * max(len(kept.ids), 1)
        return MapStanding(len(found.ids), found.placed, found.version, stale, found.method, found.seconds)

    def thumbnails(self) -> Tiles | None:
        """The small pictures of the map, drawn when it was laid out; None where there is none."""
        if self._unsaved is not None:
            return self._unsaved[1]
        revision = self._notes.revision(drawn.NAME)
        with self._loading:
            if self._tiles is None or self._tiles[0] != revision:
                self._tiles = revision, Tiles.from_bytes(self._notes.read(drawn.NAME))
            return self._tiles[1]

    def drawn(self, addresses: Sequence[str] | None = None) -> dict[str, Any] | None:
        """The thumbnails of `map` as one JSON-ready document; None where there are none.

        ``addresses`` are those of the sheets; without them the document holds the sheets.
        """
        found, tiles = self.map(), self.thumbnails()
        if found is None or tiles is None:
            return None
        marks = self._index._ask(lambda view: _marks_by_id(_Shown.of(view)))
        places = {(id, marks.get(id, "")): at for at, id in enumerate(found.ids)}
        return tiles.to_dict(places, tiles.inlined() if addresses is None else addresses)

    def page(self, ids: Iterable[str | int] = ()) -> Page:
        """All there is to see, for a page that opens offline; ``ids`` are a selection for the matrix."""
        from lookalike.exploring.sheet import Page

        selection = product_ids(ids)
        return Page(
            self.counts(),
            self.standing(),
            self.map(),
            self.matrix(selection) if selection else None,
            self.drawn(),
        )

    def html(self, path: str | Path, ids: Iterable[str | int] = ()) -> Path:
        """Write a page that opens offline: the counts, the map, and the matrix of a selection.

        Raises `StorageError`.
        """
        from lookalike.exploring.sheet import write_page

        return write_page(self.page(ids), Path(path))

    def png(self, folder: str | Path, ids: Iterable[str | int] = ()) -> list[Path]:
        """Write each chart, the map in each of its colours, and the matrix of a selection as a picture.

        Returns the files. Raises `BadArgument` where matplotlib is not installed, and `StorageError`.
        """
        from lookalike.exploring.plots import write_plots

        return write_plots(self.page(ids), self.thumbnails(), Path(folder))

    def _map_of(self, view: View, kept: KeptMap) -> CatalogMap | None:
        with self._loading:
            if self._made is not None and self._made[0] is view and self._made[1] is kept:
                return self._made[2]
        if view.reader.manifest.space.fingerprint != kept.fingerprint:
            return None
        shown = _Shown.of(view)
        known = kept.found(shown.ids, shown.marks)
        titles = view.snapshot.columns.words("title", shown.rows)
        made = CatalogMap(
            shown.ids,
            [title or id for title, id in zip(titles, shown.ids, strict=True)],
            kept.points_of(known, shown.looks()),
            paints(view.snapshot, shown.rows),
            kept.method,
            kept.version,
            kept.seconds,
            int((known < 0).sum()),
            kept.settings,
        )
        with self._loading:
            self._made = view, kept, made
        return made

    def _kept_map(self) -> KeptMap | None:
        """The map that was laid out last, read anew where somebody has laid out another since."""
        if self._unsaved is not None:
            return self._unsaved[0]
        revision = self._notes.revision(notebook.NAME)
        with self._loading:
            if self._read is None or self._read[0] != revision:
                self._read = revision, KeptMap.from_bytes(self._notes.read(notebook.NAME))
            return self._read[1]

    def _keep(self, kept: KeptMap, tiles: Tiles) -> None:
        """Write the map down; where that cannot be, this object remembers it."""
        with self._loading:
            try:
                self._notes.write(drawn.NAME, tiles.to_bytes())
                self._notes.write(notebook.NAME, kept.to_bytes())
                self._unsaved, self.unkept = None, ""
            except LookalikeError as error:
                self._unsaved, self.unkept = (kept, tiles), error.message


def _laid_out(shown: _Shown, tell: Tell, workers: int) -> KeptMap:
    """The map of all products that have a picture."""
    looks = shown.looks()
    order = np.argsort(id_hashes(shown.ids), kind="stable")
    together = np.sort(order[:LAID_OUT])
    made = laid_out(looks[together], tell, workers)
    points = np.empty((len(looks), 2), np.float32)
    points[together] = made.points
    others = np.sort(order[LAID_OUT:])
    if len(others):
        points[others] = beside(
            looks[others], looks[together], made.points, lambda done: tell("Placing", done, len(others))
        )
    return KeptMap(
        shown.ids,
        shown.marks,
        points,
        made.method,
        shown.view.snapshot.version,
        made.seconds,
        shown.view.reader.manifest.space.fingerprint,
        {**made.settings, "laid_out": len(together)},
    )


def _marks_by_id(shown: _Shown) -> dict[str, str]:
    return dict(zip(shown.ids, shown.marks, strict=True))


def _silent(doing: str, done: int, total: int) -> None:
    """Nobody is told."""
