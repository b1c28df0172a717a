"""The reference store: one index in memory, for tests and for trying things. Gone with its process."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from lookalike.errors import IndexLocked
from lookalike.glance import GLANCE_BYTES
from lookalike.products import PictureSource, Product
from lookalike.stacked import Kept, Stacked
from lookalike.store.base import (
    Change,
    Columns,
    KeepProgress,
    Make,
    Maker,
    Manifest,
    Marks,
    Notes,
    PictureStamp,
    StoredPicture,
    require_wait,
    useless_notes,
)
from lookalike.store.elsewhere import MemoryElsewhere, Written, carried, require_written
from lookalike.store.manifest import KEPT
from lookalike.store.notes import require_name
from lookalike.store.place import Place
from lookalike.store.rows import (
    pad_palettes,
    products_to_table,
    put_glances,
    require_sound,
    require_sound_picture,
    searched,
    sound_pictures,
)
from lookalike.vectors import Space, unit


@dataclass(frozen=True)
class _State:
    """One version: products by id, and pictures by id in order of position."""

    manifest: Manifest
    products: Mapping[str, Product] = field(default_factory=dict)
    pictures: Mapping[str, tuple[StoredPicture, ...]] = field(default_factory=dict)


class MemoryStore:
    """An index in memory."""

    place: Place | None = None

    def __init__(self, space: Space, encoder: str, settings: Mapping[str, str] | None = None) -> None:
        self._state = _State(Manifest(0, space, encoder, 0, 0, dict(settings or {})))
        self._lock = threading.Lock()
        self._rebuild_lock = threading.Lock()
        self._spares: dict[Maker, dict[str, StoredPicture]] = {}
        self._fitted: deque[Mapping[str, str]] = deque(maxlen=KEPT + 1)
        self.notes: Notes = MemoryNotes()

    def reader(self) -> MemoryReader:
        """The newest published version."""
        return MemoryReader(self._state)

    def newest(self) -> int:
        """The newest published version number."""
        return self._state.manifest.version

    def kept(self) -> str:
        """Nothing: what is in memory is not laid down."""
        return ""

    @contextmanager
    def writer(self, wait: float = 10.0) -> Iterator[MemoryWriter]:
        """Become the writer, or raise `IndexLocked` after ``wait`` seconds."""
        with _held(self._lock, wait, "writing to"):
            yield MemoryWriter(self)

    def keep(self, makers: Sequence[Make], tell: KeepProgress) -> Kept | None:  # noqa: ARG002
        """Nothing: what is in memory is there at once."""
        return None

    def spares(self) -> dict[Maker, int]:
        """Whose vectors lie beside the live ones, and how many."""
        return {maker: len(held) for maker, held in self._spares.items()}

    @contextmanager
    def rebuilding(self, wait: float = 0.0) -> Iterator[MemorySpares]:
        """Become the one that changes what lies beside, or raise `IndexLocked` after ``wait`` seconds."""
        with _held(self._rebuild_lock, wait, "rebuilding"):
            yield MemorySpares(self._spares)


class MemoryNotes:
    """The documents beside a `MemoryStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, bytes] = {}
        self._changes: Counter[str] = Counter()

    def read(self, name: str) -> bytes | None:
        """The document, or None when there is none."""
        require_name(name)
        return self._held.get(name)

    def write(self, name: str, data: bytes) -> None:
        """Replace the document."""
        self.change(name, lambda _: data)

    def change(self, name: str, make: Change) -> bytes:
        """Replace the document by what is made of it, while no other thread changes one."""
        with self._lock:
            self._held[name] = data = make(self.read(name))
            self._changes[name] += 1
        return data

    def revision(self, name: str) -> str:
        """A text that changes when the document does."""
        require_name(name)
        return str(self._changes[name])

    def remove(self, names: Collection[str]) -> None:
        """Delete documents; one that is not there is passed over."""
        with self._lock:
            for name in names:
                require_name(name)
                if self._held.pop(name, None) is not None:
                    self._changes[name] += 1

    def names(self) -> set[str]:
        """The names of all documents."""
        with self._lock:
            return set(self._held)


class MemorySpares:
    """What lies beside the live vectors of a `MemoryStore`."""

    def __init__(self, held: dict[Maker, dict[str, StoredPicture]]) -> None:
        self._held = held

    def open(self, maker: Maker) -> MemorySpare:
        """The vectors of this maker's space; none yet where there were none."""
        known = next((pictures for m, pictures in self._held.items() if m.space == maker.space), {})
        self.drop(maker.space)
        self._held[maker] = known
        return MemorySpare(known, maker.space.dim)

    def drop(self, space: Space) -> None:
        """Throw the vectors of a space away."""
        for maker in [maker for maker in self._held if maker.space == space]:
            del self._held[maker]


class MemorySpare:
    """Vectors of one space, by content hash."""

    def __init__(self, held: dict[str, StoredPicture], dim: int) -> None:
        self._held = held
        self._dim = dim

    def hashes(self) -> set[str]:
        """The content hashes that have a vector here."""
        return set(self._held)

    def add(self, pictures: Sequence[StoredPicture]) -> None:
        """Keep pictures with their vectors; see `lookalike.store.base.Spare.add`."""
        for picture in pictures:
            require_sound_picture(picture.product_id, picture, self._dim)
        for picture in pictures:
            self._held.setdefault(picture.content_hash, _kept(replace(picture, original=None)))

    def find(self, hashes: Sequence[str]) -> dict[str, StoredPicture]:
        """The pictures with these content hashes, raw; those that are not here are left out."""
        return {content: self._held[content] for content in hashes if content in self._held}


class MemoryWriter:
    """The one writer of a `MemoryStore`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    @property
    def reader(self) -> MemoryReader:
        """A reader of what was last committed."""
        return self._store.reader()

    def commit(
        self,
        products: Sequence[Product] = (),
        pictures: Mapping[str, Sequence[StoredPicture]] | None = None,
        remove: Sequence[str] = (),
        fitted: Mapping[str, str] | None = None,
        written: Sequence[Written] = (),
    ) -> Manifest:
        """Publish one state; see `lookalike.store.base.Writer.commit`."""
        pictures = dict(pictures or {})
        state = self._store._state
        require_sound(products, pictures, remove, state.manifest.space.dim)
        require_written(written, pictures, remove)
        for one in written:
            pictures |= carried(one)
        products_to_table(products)  # refuses what a table on disk refuses
        gone = set(remove)
        kept = {i: p for i, p in state.products.items() if i not in gone} | {p.id: _bare(p) for p in products}
        if not pictures.keys() <= kept.keys():
            raise ValueError("pictures of a product that does not exist")
        shown = {i: own for i, own in state.pictures.items() if i not in gone}
        shown |= {i: tuple(sorted(map(_kept, own), key=lambda p: p.position)) for i, own in pictures.items()}
        return self._publish(state.manifest.with_fitted(fitted), kept, shown)

    def switch(
        self,
        maker: Maker,
        pictures: Iterable[StoredPicture],
        products: Sequence[Product] = (),
        remove: Sequence[str] = (),
    ) -> Manifest:
        """Publish one state with other vectors; see `lookalike.store.base.Writer.switch`."""
        state = self._store._state
        require_sound(products, {}, remove, maker.space.dim)
        products_to_table(products)
        gone = set(remove)
        kept = {i: p for i, p in state.products.items() if i not in gone} | {p.id: _bare(p) for p in products}
        shown: dict[str, tuple[StoredPicture, ...]] = {}
        for picture in sorted(
            map(_kept, sound_pictures(pictures, kept, maker.space.dim)), key=lambda p: p.position
        ):
            shown[picture.product_id] = (*shown.get(picture.product_id, ()), picture)
        return self._publish(state.manifest.switched(maker), kept, shown)

    def elsewhere(self) -> MemoryElsewhere:
        """What reads and writes pictures in other processes."""
        held = self._store._state.pictures
        return MemoryElsewhere({one: [_shown(picture) for picture in own] for one, own in held.items()})

    def _publish(
        self,
        manifest: Manifest,
        products: Mapping[str, Product],
        pictures: Mapping[str, tuple[StoredPicture, ...]],
    ) -> Manifest:
        shown = {i: own for i, own in sorted(pictures.items()) if own}
        manifest = replace(
            manifest,
            version=manifest.version + 1,
            products=len(products),
            pictures=sum(map(len, shown.values())),
        )
        self._store._state = _State(manifest, dict(sorted(products.items())), shown)
        self._store._fitted.append(manifest.fitted)
        promised = {thing for fitted in self._store._fitted for thing in fitted.items()}
        self._store.notes.remove(useless_notes(self._store.notes.names(), promised))
        return manifest


class MemoryReader:
    """One version of a `MemoryStore`."""

    def __init__(self, state: _State) -> None:
        self._state = state

    @property
    def manifest(self) -> Manifest:
        """The state this reader is pinned to."""
        return self._state.manifest

    def columns(self) -> Columns:
        """Everything a search needs."""
        ids = {product_id: row for row, product_id in enumerate(self._state.products)}
        pictures = [picture for own in self._state.pictures.values() for picture in own]
        dim = self.manifest.space.dim
        return Columns(
            version=self.manifest.version,
            products=searched(products_to_table(list(self._state.products.values()))),
            picture_product=np.array([ids[p.product_id] for p in pictures], dtype=np.intp),
            position=np.array([p.position for p in pictures], dtype=np.int32),
            contents=pa.array([p.content_hash for p in pictures], pa.string()),
            sizes=np.array([(p.width, p.height) for p in pictures], dtype=np.int32).reshape(-1, 2),
            looks=Stacked(unit(np.array([p.look for p in pictures], dtype=np.float32).reshape(-1, dim))[0]),
            norms=np.array([p.norm for p in pictures], dtype=np.float32),
            palettes=pad_palettes([p.palette for p in pictures]),
        )

    def products(self, ids: Sequence[str]) -> dict[str, Product]:
        """The products with these ids; an id that does not exist is left out."""
        return {i: self._state.products[i] for i in ids if i in self._state.products}

    def products_at(self, rows: Sequence[int]) -> list[Product]:
        """The products of some rows of `columns`, in the order asked."""
        products = [*self._state.products.values()]
        return [products[row] for row in rows]

    def pictures(self, ids: Sequence[str], raw: bool = False) -> dict[str, list[StoredPicture]]:
        """All pictures of these products; see `lookalike.store.base.Reader.pictures`."""
        known = self._state.pictures
        return {i: [p if raw else _shown(p) for p in known[i]] for i in ids if i in known}

    def thumbnails(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        """Thumbnails by (product id, position); a key that does not exist is left out."""
        found = {key: self._picture(*key) for key in keys}
        return {key: picture.thumbnail for key, picture in found.items() if picture is not None}

    def original(self, product_id: str, position: int) -> bytes | None:
        """The bytes kept for a picture that has no file or URL."""
        picture = self._picture(product_id, position)
        return None if picture is None else picture.original

    def metadata_hashes(self) -> dict[str, str]:
        """`Product.metadata_hash` of every product, by id."""
        return {i: product.metadata_hash() for i, product in self._state.products.items()}

    def stamps(self) -> dict[str, list[PictureStamp]]:
        """The stamps of every picture, by product id, in order of position."""
        return {
            i: [PictureStamp(p.product_id, p.position, p.uri, p.stamp, p.content_hash) for p in own]
            for i, own in self._state.pictures.items()
        }

    def scan_pictures(self, batch: int = 1024) -> Iterator[list[StoredPicture]]:
        """Every picture in order of product id and position, without ``original``, a batch at a time."""
        every = [_shown(p) for own in self._state.pictures.values() for p in own]
        for start in range(0, len(every), batch):
            yield every[start : start + batch]

    def marks(self) -> Marks:
        """What tells every picture from the others."""
        pictures = [picture for own in self._state.pictures.values() for picture in own]
        glances = np.zeros((len(pictures), GLANCE_BYTES), dtype=np.uint8)
        put_glances(pa.array([p.glance for p in pictures], pa.binary()), glances, np.arange(len(pictures)))
        return Marks([p.pixel_hash for p in pictures], glances)

    def check(self) -> list[str]:
        """Nothing: what is in memory cannot be torn."""
        return []

    def _picture(self, product_id: str, position: int) -> StoredPicture | None:
        own = self._state.pictures.get(product_id, ())
        return next((picture for picture in own if picture.position == position), None)


@contextmanager
def _held(lock: threading.Lock, wait: float, doing: str) -> Iterator[None]:
    """Hold a lock, or raise `IndexLocked` after ``wait`` seconds."""
    require_wait(wait)
    if not lock.acquire(timeout=min(wait, threading.TIMEOUT_MAX)):
        raise IndexLocked(f"Another thread is {doing} this index.", next_step="Wait until it is done.")
    try:
        yield
    finally:
        lock.release()


def _bare(product: Product) -> Product:
    """The product as a store gives it back: its pictures without bytes, its row forgotten."""
    sources = tuple(PictureSource(source.uri) for source in product.pictures)
    return replace(product, pictures=sources, attributes=dict(product.attributes), row=None)


def _shown(picture: StoredPicture) -> StoredPicture:
    """The picture as it is read: its look unit again, without ``original``."""
    return replace(picture, look=unit(picture.look[None, :])[0][0], original=None)


def _kept(picture: StoredPicture) -> StoredPicture:
    """The picture with look, norm and palette at the precision of a disk."""
    return replace(
        picture,
        look=picture.look.astype(np.float16).astype(np.float32),
        norm=float(np.float32(picture.norm)),
        palette=picture.palette.astype(np.float32),
    )
