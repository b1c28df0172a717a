"""Vectors beside the live ones, at a place: one for each space, holding a table of pictures."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pyarrow as pa

from lookalike.store import lock
from lookalike.store.base import Maker, StoredPicture
from lookalike.store.failing import writing
from lookalike.store.manifest import encoded, maker_from_document, maker_to_document
from lookalike.store.place import Hold, Place
from lookalike.store.rows import picture_batches, picture_schema, pictures_from_table, require_sound_picture
from lookalike.store.tables import PICTURES, append_rows, make_table, open_table, take_rows, trim_memory
from lookalike.vectors import Space

NAME = "spare"
_ABOUT = "about.json"


class LanceSpares:
    """What lies beside the live vectors; made by `LanceStore.rebuilding`, which holds the lock."""

    def __init__(self, place: Place, hold: Hold) -> None:
        """``place`` has a place for each space."""
        self._place = place
        self._hold = hold
        with writing(place):
            for key in place.entries() - {lock.NAME, lock.NOTE, *places_of_spares(place)}:
                place.delete(key)  # what was just being made or thrown away

    def open(self, maker: Maker) -> LanceSpare:
        """The vectors of this maker's space; none yet where there were none."""
        key = _key(maker.space)
        home = self._place.inside(key)
        self._hold.require()
        with writing(home):
            if not _is_sound(home, maker.space):
                self.drop(maker.space)
                home.make()
                make_table(home, PICTURES, picture_schema(maker.space.dim))
            home.sweep({PICTURES: open_table(home, PICTURES)}, self._hold)
            home.replace(_ABOUT, encoded(maker_to_document(maker)))
        return LanceSpare(home, maker.space.dim, self._hold)

    def drop(self, space: Space) -> None:
        """Throw the vectors of a space away; nothing happens where there are none."""
        self._hold.require()
        with writing(self._place):
            self._place.inside(_key(space)).remove([_ABOUT])  # at once: the rest is nothing without it
            self._place.delete(_key(space))


class LanceSpare:
    """Vectors of one space in a place of their own; each `add` is a version of its table."""

    def __init__(self, home: Place, dim: int, hold: Hold) -> None:
        self._home = home
        self._hold = hold
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
        self._hold.require()
        start = time.time()
        schema = picture_schema(self._dim)
        bare = (replace(picture, original=None) for picture in fresh.values())
        with writing(self._home):
            append_rows(
                self._home, PICTURES, pa.RecordBatchReader.from_batches(schema, picture_batches(bare, schema))
            )
            self._home.flush(PICTURES, start)
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


def spares_at(place: Place) -> dict[Maker, int]:
    """Whose vectors lie in a place, and how many; what is just being made or thrown away is left out."""
    found: dict[Maker, int] = {}
    for key in sorted(places_of_spares(place)):
        home = place.inside(key)
        with suppress(Exception):  # Lance's errors share no base class
            maker = maker_from_document(json.loads(home.read(_ABOUT) or b""))
            found[maker] = open_table(home, PICTURES).count_rows()
    return found


def places_of_spares(place: Place) -> set[str]:
    """The names of the places in this one that hold vectors."""
    return {key for key in place.entries() if place.inside(key).read(_ABOUT) is not None}


def _key(space: Space) -> str:
    """A folder's name for a space; a fingerprint may be any text."""
    digest = hashlib.blake2b(f"{space.encoder}\n{space.fingerprint}".encode(), digest_size=8).hexdigest()
    return f"{digest}-{space.dim}"


def _is_sound(home: Place, space: Space) -> bool:
    """Whether what is kept in this place can be gone on with."""
    try:
        maker = maker_from_document(json.loads(home.read(_ABOUT) or b""))
        return maker.space == space and open_table(home, PICTURES).count_rows() >= 0
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a panic inside Lance is not an Exception
        return False
