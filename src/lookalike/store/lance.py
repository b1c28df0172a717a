"""The store of an index: two Lance tables, a manifest and a lock, in a folder or in object storage."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from lookalike.errors import IndexExists, NoIndex, StorageAway
from lookalike.stacked import Kept
from lookalike.store import lock, manifest, notes, spare
from lookalike.store.base import KeepProgress, Make, Maker, Manifest, VersionGone, require_wait
from lookalike.store.damage import damaged, no_index, shown
from lookalike.store.failing import reading, writing
from lookalike.store.folder import JOBS
from lookalike.store.kept import FOLDER as COLUMNS
from lookalike.store.kept import kept_folders, sweep_kept
from lookalike.store.lance_reader import LanceReader
from lookalike.store.lance_writer import LanceWriter
from lookalike.store.manifest import Pair, Published, read_manifest, write_manifest
from lookalike.store.place import Place
from lookalike.store.places import place_at
from lookalike.store.rows import PRODUCT_SCHEMA, picture_schema
from lookalike.store.spare import LanceSpares, spares_at
from lookalike.store.tables import PICTURES, PRODUCTS, make_table, missing_files, open_table
from lookalike.vectors import Space

RECORDS = "records.sqlite"
"""What shoppers did, no part of the index itself: an index that is made again from its catalogue keeps it."""

_LEARNT = "encoders"  # those learnt from the catalogue, no part of the index itself
_WRITING = "writing to"

_OWN = {
    manifest.NAME,
    f".tmp-{manifest.NAME}",
    lock.NAME,
    lock.NOTE,
    spare.NAME,
    notes.NAME,
    PRODUCTS,
    PICTURES,
    COLUMNS,
    JOBS,
    _LEARNT,
    *(f"{RECORDS}{end}" for end in ("", "-wal", "-shm")),
}


class LanceStore:
    """An index at a place. Many readers, in any process; one writer.

    Use `create` or `open`.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._notes = notes.PlacedNotes(place)
        self._seen: tuple[str, Published] | None = None
        self._laid = ("", "")  # the mark of what is kept, and the name

    @property
    def place(self) -> Place:
        """Where the index lies."""
        return self._place

    @property
    def path(self) -> Path | None:
        """The folder, None where the index lies elsewhere."""
        return self._place.path

    @property
    def notes(self) -> notes.PlacedNotes:
        """The documents beside the tables."""
        return self._notes

    @classmethod
    def create(
        cls,
        address: str | os.PathLike[str],
        space: Space,
        encoder: str,
        settings: Mapping[str, str] | None = None,
    ) -> LanceStore:
        """Make an empty index in a new or empty folder, or at an address such as "s3://bucket/shop".

        ``encoder`` is how the encoder is asked for by name. Raises `IndexExists`, `NoIndex` when the place
        holds something else (it is left as it is), `StorageError`, `BadArgument` for a name that cannot be
        one, `IndexLocked` when another process is just making one.
        """
        place = place_at(address)
        place.require_plain()
        _require_free(place)
        place.make()
        with place.lock("", 10.0, _WRITING) as hold, writing(place):
            _require_free(place)
            for name in (PRODUCTS, PICTURES):
                place.delete(name)
            place.share(COLUMNS, None)
            sweep_kept(place.local(COLUMNS), None)
            products = make_table(place, PRODUCTS, PRODUCT_SCHEMA)
            pictures = make_table(place, PICTURES, picture_schema(space.dim))
            first = Manifest(0, space, encoder, 0, 0, dict(settings or {}))
            hold.read(manifest.NAME)
            write_manifest(hold, Published(first, Pair(products.version, pictures.version, 0.0)))
        return cls(place)

    @classmethod
    def open(cls, address: str | os.PathLike[str]) -> LanceStore:
        """The index in this folder, or at this address.

        Raises `NoIndex`, `BadArgument` for a name that cannot be one, `FormatMismatch`, `IndexDamaged` when
        the manifest does not parse or a table lacks a file, or has one of another size.
        """
        place = place_at(address)
        store = cls(place)
        _require_index(place)
        place.require_plain()
        published = store._current()
        with reading(place, lambda: False):
            wrong = []
            there = place.entries()
            for name, version in ((PRODUCTS, published.pair.products), (PICTURES, published.pair.pictures)):
                if name not in there:
                    raise damaged(place, f"{name} is missing")
                try:
                    table = open_table(place, name, version)
                except ValueError:
                    if store._current() != published:  # a writer went on meanwhile
                        return cls.open(address)
                    raise
                wrong += missing_files(table, place, name)
            if wrong and store._current() != published:
                return cls.open(address)
            if wrong:
                raise damaged(place, wrong[0])
        return store

    def reader(self) -> LanceReader:
        """The newest published version."""
        for _ in range(5):
            with suppress(VersionGone):
                return LanceReader(self._place, self._current())
        return LanceReader(self._place, self._current())

    def newest(self) -> int:
        """The newest published version number; cheap enough to ask before every answer."""
        return self._current().manifest.version

    def published(self) -> Published:
        """The newest published version, and when it was published."""
        return self._current()

    def kept(self) -> str:
        """The name of what `keep` laid down last; see `lookalike.store.base.Store.kept`."""
        changed = self._place.mark(COLUMNS)
        if self._laid[0] != changed:  # to give back the lock, after `keep`, changes it once more
            folders = kept_folders(self._place.local(COLUMNS))
            self._laid = changed, next((folder.name for folder in folders), "")
        return self._laid[1]

    @contextmanager
    def writer(self, wait: float = 10.0) -> Iterator[LanceWriter]:
        """Become the writer, or raise `IndexLocked` after ``wait`` seconds."""
        require_wait(wait)
        _require_index(self._place)
        with self._place.lock("", wait, _WRITING) as hold:
            writer = LanceWriter(self._place, hold)
            try:
                yield writer
            finally:
                writer.close()

    def keep(self, makers: Sequence[Make], tell: KeepProgress) -> Kept | None:
        """Lay the newest version down in files, if that is due; see `lookalike.store.base.Store.keep`."""
        return self.reader().keep(makers, tell)

    def spares(self) -> dict[Maker, int]:
        """Whose vectors lie beside the live ones, and how many."""
        return spares_at(self._place.inside(spare.NAME))

    @contextmanager
    def rebuilding(self, wait: float = 0.0) -> Iterator[LanceSpares]:
        """Become the one that changes what lies beside, or raise `IndexLocked` after ``wait`` seconds."""
        require_wait(wait)
        _require_index(self._place)
        with self._place.lock(spare.NAME, wait, "rebuilding") as hold:
            yield LanceSpares(self._place.inside(spare.NAME), hold)

    def _current(self) -> Published:
        """The manifest; read again only when the document was replaced."""
        with reading(self._place, lambda: False):
            mark = self._place.mark(manifest.NAME)
            if not mark:
                _require_index(self._place)  # the folder was deleted, or lost its manifest
            if self._seen is None:
                self._seen = mark, read_manifest(self._place)
            elif self._seen[0] != mark:
                with suppress(StorageAway):  # what was read last goes on being served
                    self._seen = mark, read_manifest(self._place)
            return self._seen[1]


def _require_index(place: Place) -> None:
    """Raise `NoIndex`, or `IndexDamaged` for tables with no manifest."""
    with reading(place, lambda: False):
        if place.mark(manifest.NAME):
            return
        if place.is_there() and PRODUCTS in place.entries() and _holds_rows(place):
            raise damaged(place, f"{manifest.NAME} is missing")
    raise no_index(place, is_there=place.is_there())


def _require_free(place: Place) -> None:
    """Raise unless an index can be made here without touching anything that is not our own."""
    with reading(place, lambda: False):
        if place.read(manifest.NAME) is not None:
            raise IndexExists(
                f"There is an index at {shown(place)} already.", next_step="Open it, or choose another path."
            )
        if not place.is_there():
            return
        if not place.is_folder() or place.entries() - _OWN:
            raise NoIndex(
                f"{shown(place)} is something else than an index, and is left as it is.",
                next_step="Choose a new or an empty folder.",
            )
        if _holds_rows(place):
            raise damaged(place, f"{manifest.NAME} is missing")


def _holds_rows(place: Place) -> bool:
    """True unless the tables are missing or empty, as an interrupted `create` leaves them."""
    return any(place.sizes(f"{name}/data") for name in (PRODUCTS, PICTURES))
