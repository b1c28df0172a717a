"""The store on disk: a folder with two Lance tables, a manifest and a lock."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from lookalike.errors import BadArgument, IndexExists, NoIndex, StorageError
from lookalike.stacked import Kept
from lookalike.store import lock, manifest, notes, spare
from lookalike.store.base import KeepProgress, Make, Maker, Manifest, VersionGone, require_wait
from lookalike.store.damage import damaged, no_index, shown
from lookalike.store.kept import FOLDER as COLUMNS
from lookalike.store.kept import kept_folders, sweep_kept
from lookalike.store.lance_reader import LanceReader
from lookalike.store.lance_writer import LanceWriter
from lookalike.store.manifest import Pair, Published, read_manifest, write_manifest
from lookalike.store.rows import PRODUCT_SCHEMA, picture_schema
from lookalike.store.spare import LanceSpares, spares_at
from lookalike.store.tables import (
    PICTURES,
    PRODUCTS,
    make_table,
    missing_files,
    open_table,
    reading,
    refusal,
    writing,
)
from lookalike.vectors import Space

JOBS = "jobs"
"""The folder in which a service keeps what it was told to write; no part of the index itself."""

RECORDS = "records.sqlite"
"""What shoppers did, no part of the index itself: an index that is made again from its catalogue keeps it."""

_LEARNT = "encoders"  # those learnt from the catalogue, no part of the index itself

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
    """An index in a folder. Many readers, in any process; one writer.

    Use `create` or `open`.
    """

    def __init__(self, path: Path) -> None:
        self._path = _absolute(path)
        self._notes = notes.FolderNotes(self._path)
        self._manifest = self._path / manifest.NAME
        self._columns = self._path / COLUMNS
        self._seen: tuple[tuple[int, int, int], Published] | None = None
        self._laid: tuple[int, str] = (-1, "")

    @property
    def path(self) -> Path:
        """The folder."""
        return self._path

    @property
    def notes(self) -> notes.FolderNotes:
        """The documents beside the tables."""
        return self._notes

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        space: Space,
        encoder: str,
        settings: Mapping[str, str] | None = None,
    ) -> LanceStore:
        """Make an empty index in a new or empty folder; ``encoder`` is how the encoder is asked for by name.

        Raises `IndexExists`, `NoIndex` when the folder holds something else (it is left as it is),
        `StorageError`, `BadArgument` for a name that cannot be one, `IndexLocked` when another process is
        just making one.
        """
        folder = _absolute(path)
        _require_plain(folder)
        _require_free(folder)
        _make_folder(folder)
        with lock.write_lock(folder, wait=10.0), writing(folder):
            _require_free(folder)
            for name in (PRODUCTS, PICTURES):
                _remove_tree(folder / name)
            sweep_kept(folder, None)
            products = make_table(folder, PRODUCTS, PRODUCT_SCHEMA)
            pictures = make_table(folder, PICTURES, picture_schema(space.dim))
            first = Manifest(0, space, encoder, 0, 0, dict(settings or {}))
            write_manifest(folder, Published(first, Pair(products.version, pictures.version, 0.0)))
        return cls(folder)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> LanceStore:
        """The index in this folder.

        Raises `NoIndex`, `BadArgument` for a name that cannot be one, `FormatMismatch`, `IndexDamaged` when
        the manifest does not parse or a table lacks a file, or has one of another size.
        """
        store = cls(_absolute(path))
        _require_index(store._path)
        _require_plain(store._path)
        published = store._current()
        with reading(store._path, lambda: False):
            wrong = []
            for name, version in ((PRODUCTS, published.pair.products), (PICTURES, published.pair.pictures)):
                if not (store._path / name).is_dir():
                    raise damaged(store._path, f"{name} is missing")
                try:
                    table = open_table(store._path, name, version)
                except ValueError:
                    if store._current() != published:  # a writer went on meanwhile
                        return cls.open(path)
                    raise
                wrong += missing_files(table, store._path / name)
            if wrong and store._current() != published:
                return cls.open(path)
            if wrong:
                raise damaged(store._path, wrong[0])
        return store

    def reader(self) -> LanceReader:
        """The newest published version."""
        for _ in range(5):
            with suppress(VersionGone):
                return LanceReader(self._path, self._current())
        return LanceReader(self._path, self._current())

    def newest(self) -> int:
        """The newest published version number; cheap enough to ask before every answer."""
        return self._current().manifest.version

    def kept(self) -> str:
        """The name of what `keep` laid down last; see `lookalike.store.base.Store.kept`."""
        try:
            changed = self._columns.stat().st_mtime_ns
        except OSError:
            return ""
        if self._laid[0] != changed:  # to give back the lock, after `keep`, changes it once more
            self._laid = changed, next((folder.name for folder in kept_folders(self._path)), "")
        return self._laid[1]

    @contextmanager
    def writer(self, wait: float = 10.0) -> Iterator[LanceWriter]:
        """Become the writer, or raise `IndexLocked` after ``wait`` seconds."""
        require_wait(wait)
        _require_index(self._path)
        with lock.write_lock(self._path, wait) as clean:
            writer = LanceWriter(self._path, clean=clean)
            try:
                yield writer
            finally:
                writer.close()

    def keep(self, makers: Sequence[Make], tell: KeepProgress) -> Kept | None:
        """Lay the newest version down in files, if that is due; see `lookalike.store.base.Store.keep`."""
        return self.reader().keep(makers, tell)

    def spares(self) -> dict[Maker, int]:
        """Whose vectors lie beside the live ones, and how many."""
        return spares_at(self._path / spare.NAME)

    @contextmanager
    def rebuilding(self, wait: float = 0.0) -> Iterator[LanceSpares]:
        """Become the one that changes what lies beside, or raise `IndexLocked` after ``wait`` seconds."""
        require_wait(wait)
        _require_index(self._path)
        folder = self._path / spare.NAME
        with writing(self._path):
            folder.mkdir(exist_ok=True)
        with lock.write_lock(folder, wait, "rebuilding", self._path):
            yield LanceSpares(folder)

    def _current(self) -> Published:
        """The manifest; read again only when the file was replaced."""
        try:
            status = self._manifest.stat()
        except OSError:
            with reading(self._path, lambda: False):
                _require_index(self._path)  # the folder was deleted, or lost its manifest
                raise
        mark = (status.st_ino, status.st_mtime_ns, status.st_size)
        seen = self._seen
        if seen is None or seen[0] != mark:
            with reading(self._path, lambda: False):
                seen = self._seen = mark, read_manifest(self._path)
        return seen[1]


def _require_index(path: Path) -> None:
    """Raise `NoIndex`, or `IndexDamaged` for tables with no manifest."""
    with reading(path, lambda: False):
        if not _can_be(path):
            raise no_index(path)
        if (path / manifest.NAME).is_file():
            return
        if (path / PRODUCTS).exists() and _holds_rows(path):
            raise damaged(path, f"{manifest.NAME} is missing")
    raise no_index(path)


def _absolute(path: str | bytes | os.PathLike[str]) -> Path:
    """The whole path, since Lance takes a relative one with a colon for a URL."""
    text = os.fsdecode(path)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadArgument(
            f"The path {shown(text)} is not valid UTF-8.", next_step="Choose another name."
        ) from error
    if "\0" in text:
        raise BadArgument(f"The path {shown(text)} holds a zero byte.", next_step="Choose another name.")
    return Path(text).absolute()


def _require_plain(path: Path) -> None:
    """Raise `BadArgument` for a name that Lance refuses."""
    if any(ord(c) < 32 or ord(c) == 127 for c in str(path)):
        raise BadArgument(
            f"The path {shown(path)} holds control characters.", next_step="Choose another name."
        )


def _can_be(path: Path) -> bool:
    """False when the system takes this for no path at all: a name too long, a circle of links."""
    try:
        path.stat()
    except OSError as error:
        return error.errno not in (errno.ENAMETOOLONG, errno.ELOOP)
    return True


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(error, path) or StorageError(
            f"The folder {shown(path)} cannot be made: {error.strerror}.", next_step="Choose another path."
        ) from error


def _require_free(path: Path) -> None:
    """Raise unless an index can be made here without touching anything that is not our own."""
    with reading(path, lambda: False):
        if not _can_be(path):
            return  # making the folder says why
        if (path / manifest.NAME).exists():
            raise IndexExists(
                f"There is an index at {shown(path)} already.", next_step="Open it, or choose another path."
            )
        if not path.exists():
            return
        if not path.is_dir() or any(entry.name not in _OWN for entry in path.iterdir()):
            raise NoIndex(
                f"{shown(path)} is something else than an index, and is left as it is.",
                next_step="Choose a new or an empty folder.",
            )
        if _holds_rows(path):
            raise damaged(path, f"{manifest.NAME} is missing")


def _holds_rows(path: Path) -> bool:
    """True unless the tables are missing or empty, as an interrupted `create` leaves them."""
    for name in (PRODUCTS, PICTURES):
        if (path / name / "data").is_dir() and any((path / name / "data").iterdir()):
            return True
    return False


def _remove_tree(folder: Path) -> None:
    """Delete an empty table that an interrupted `create` left."""
    if folder.is_dir():
        for entry in sorted(folder.rglob("*"), reverse=True):
            entry.rmdir() if entry.is_dir() else entry.unlink()
        folder.rmdir()
