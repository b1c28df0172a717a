"""Vectors beside the live ones, on disk: a folder for each space, holding a table of pictures."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from lookalike.store.base import Maker, StoredPicture
from lookalike.store.manifest import flush_since, maker_from_document, maker_to_document, replace_document
from lookalike.store.rows import picture_batches, picture_schema, pictures_from_table, require_sound_picture
from lookalike.store.tables import (
    PICTURES,
    append_rows,
    make_table,
    open_table,
    sweep,
    take_rows,
    trim_memory,
    writing,
)
from lookalike.vectors import Space

NAME = "spare"
_ABOUT = "about.json"
_GONE = ".gone"


class LanceSpares:
    """What lies beside the live vectors; made by `LanceStore.rebuilding`, which holds the lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with writing(folder):
            for leftover in folder.glob(f"*{_GONE}"):
                shutil.rmtree(leftover)

    def open(self, maker: Maker) -> LanceSpare:
        """The vectors of this maker's space; none yet where there were none."""
        home = self._folder / _key(maker.space)
        with writing(home):
            if not _is_sound(home, maker.space):
                self.drop(maker.space)
                home.mkdir(parents=True)
                make_table(home, PICTURES, picture_schema(maker.space.dim))
            sweep(home, [PICTURES])
            replace_document(home, _ABOUT, maker_to_document(maker))
        return LanceSpare(home, maker.space.dim)

    def drop(self, space: Space) -> None:
        """Throw the vectors of a space away; nothing happens where there are none."""
        home = self._folder / _key(space)
        with writing(home):
            if home.exists():
                gone = home.with_name(home.name + _GONE)  # at once, so that nobody meets half of it
                home.rename(gone)
                shutil.rmtree(gone)


class LanceSpare:
    """Vectors of one space in a folder; each `add` is a version of its table."""

    def __init__(self, home: Path, dim: int) -> None:
        self._home = home
        self._dim = dim
        self._rows: dict[str, int] = {}
        self._fragments: set[int] = set()
        self._load()

    def hashes(self) -> set[str]:
        """The content hashes that have a vector here."""
        return set(self._rows)

    def add(self, pictures: Sequence[StoredPicture]) -> None:
        """Keep pictures with their vectors; see `lookalike.store.base.Spare.add`."""
        for picture in pictures:
            require_sound_picture(picture.product_id, picture, self._dim)
        fresh = {p.content_hash: p for p in reversed(pictures) if p.content_hash not in self._rows}
        if not fresh:
            return
        start = time.time()
        schema = picture_schema(self._dim)
        bare = (replace(picture, original=None) for picture in fresh.values())
        with writing(self._home):
            append_rows(
                self._home, PICTURES, pa.RecordBatchReader.from_batches(schema, picture_batches(bare, schema))
            )
            flush_since(self._home / PICTURES, start)
        self._load()
        trim_memory()

    def find(self, hashes: Sequence[str]) -> dict[str, StoredPicture]:
        """The pictures with these content hashes, raw; those that are not here are left out."""
        wanted = {content: self._rows[content] for content in hashes if content in self._rows}
        if not wanted:
            return {}
        columns = [name for name in self._table.schema.names if name not in ("original", "checksum")]
        with writing(self._home):
            found = pictures_from_table(take_rows(self._table, list(wanted.values()), columns), raw=True)
        return dict(zip(wanted, found, strict=True))

    def _load(self) -> None:
        """Take note of the rows that came in since the last time."""
        with writing(self._home):
            self._table = open_table(self._home, PICTURES)
            fresh = [f for f in self._table.get_fragments() if f.fragment_id not in self._fragments]
            if fresh:
                columns = {"columns": ["content_hash"], "with_row_id": True}
                keys = self._table.scanner(fragments=fresh, **columns).to_table()
                self._rows |= dict(zip(*(column.to_pylist() for column in keys.columns), strict=True))
                self._fragments |= {fragment.fragment_id for fragment in fresh}


def spares_at(folder: Path) -> dict[Maker, int]:
    """Whose vectors lie in this folder, and how many; what is just being made or thrown away is left out."""
    found: dict[Maker, int] = {}
    for about in _abouts(folder):
        with suppress(Exception):  # Lance's errors share no base class
            maker = maker_from_document(json.loads(about.read_bytes()))
            found[maker] = open_table(about.parent, PICTURES).count_rows()
    return found


def _abouts(folder: Path) -> Iterator[Path]:
    for home in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not home.name.endswith(_GONE) and (home / _ABOUT).is_file():
            yield home / _ABOUT


def _key(space: Space) -> str:
    """A folder's name for a space; a fingerprint may be any text."""
    digest = hashlib.blake2b(f"{space.encoder}\n{space.fingerprint}".encode(), digest_size=8).hexdigest()
    return f"{digest}-{space.dim}"


def _is_sound(home: Path, space: Space) -> bool:
    """Whether what is kept in this folder can be gone on with."""
    try:
        maker = maker_from_document(json.loads((home / _ABOUT).read_bytes()))
        return maker.space == space and open_table(home, PICTURES).count_rows() >= 0
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a panic inside Lance is not an Exception
        return False
