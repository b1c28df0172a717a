"""What a store is: two tables, products and pictures, of which readers see one pair of versions at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from lookalike.errors import BadArgument
from lookalike.products import Product
from lookalike.stacked import Kept, Stacked
from lookalike.vectors import Floats, Space

if TYPE_CHECKING:
    import pyarrow as pa

    from lookalike.store.beside import Spares
    from lookalike.store.elsewhere import Elsewhere, Written
    from lookalike.store.place import Place

FORMAT = 2
"""Version of the layout on disk. An index of another format is refused."""


class VersionGone(Exception):
    """The version a reader is pinned to was cleaned away by many later commits: take a new reader.

    The last eight versions stay readable, and those of the last few seconds.
    """


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """One picture of one product, with everything measured on it.

    ``stamp`` tells whether the source changed without reading it (size and time of a file, ETag of a URL);
    ``content_hash`` is over the bytes, ``pixel_hash`` over the upright decoded pixels; ``width`` and
    ``height`` are of the upright original in pixels. ``look`` has shape (dim,) and unit length, ``norm`` is
    its length before. ``palette`` has shape (n, 4), n <= 5: CIELAB L, a, b and the share of the item,
    largest first; a share is above zero. A look comes back from a store as `lookalike.vectors.stored`
    returns it, norm and palette in single precision.
    ``thumbnail`` is a small JPEG, ``glance`` what `lookalike.glance.glance` makes of the picture (empty only
    beside the live vectors); ``original`` holds the bytes only where no file or URL does.
    """

    product_id: str
    position: int
    uri: str
    stamp: str
    content_hash: str
    pixel_hash: str
    width: int
    height: int
    look: Floats = field(repr=False)
    norm: float
    palette: Floats = field(repr=False)
    thumbnail: bytes = field(repr=False)
    glance: bytes = field(repr=False)
    original: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PictureStamp:
    """What deciding whether a picture changed needs to know: no vector, no bytes."""

    product_id: str
    position: int
    uri: str
    stamp: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes vectors: their space, and the name that loads the encoder again."""

    space: Space
    encoder: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one published state of a store is. ``version`` grows by one with every commit.

    ``before`` made the vectors until the last `Writer.switch`: the way back. ``fitted`` has the version of
    each thing that was fitted on the catalogue, by name; its notes begin with `fitted_note`.
    """

    version: int
    space: Space
    encoder: str
    products: int
    pictures: int
    settings: Mapping[str, str] = field(default_factory=dict)
    before: Maker | None = None
    fitted: Mapping[str, str] = field(default_factory=dict)

    @property
    def maker(self) -> Maker:
        """Who made the vectors of this state."""
        return Maker(self.space, self.encoder)

    def with_fitted(self, fitted: Mapping[str, str] | None) -> Manifest:
        """The same state with these fitted things; None leaves them as they are."""
        return self if fitted is None else replace(self, fitted=dict(fitted))

    def switched(self, maker: Maker) -> Manifest:
        """The same state with the vectors of another maker, and the way back to this one's."""
        return replace(self, space=maker.space, encoder=maker.encoder, before=self.maker)


FITTED_ENDINGS = ("fitted", "seen")
"""How the names of a fitted thing's notes end: what was fitted, and what tells whether it still fits."""


def fitted_note(name: str, version: str, ending: str = FITTED_ENDINGS[0]) -> str:
    """The name of a note that belongs to one version of a fitted thing."""
    return f"{name}-{version}.{ending}"


def useless_notes(names: Collection[str], fitted: Collection[tuple[str, str]]) -> set[str]:
    """Of the names of notes those of fitted things that are none of these, given by name and version."""
    kept = {fitted_note(*thing, ending) for thing in fitted for ending in FITTED_ENDINGS}
    return {name for name in names if name.rpartition(".")[2] in FITTED_ENDINGS and name not in kept}


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells n pictures apart, in the order of `Columns`: hashes of their pixels, and their glances.

    ``glances`` (n, `GLANCE_BYTES`) are bytes as stored; all zero where one has another length.
    """

    pixels: Sequence[str]
    glances: np.ndarray[tuple[int, int], np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a search needs, of one version, in memory or in files that are mapped into it.

    ``products``: an Arrow table sorted by id with id, title, brand, category, amount (float64, null where no
    price), currency, availability, group, attributes (list of struct{name, value}), and the first 4,000
    characters of the description. Pictures are sorted by product, then position: ``picture_product`` (n,) is
    the row of each picture's product in ``products``, ``position`` (n,), ``contents`` (n,) their content
    hashes, ``sizes`` (n, 2) widths and heights, ``looks`` (n, dim) unit, ``norms`` (n,), ``palettes``
    (n, 5, 4) with zero share where one is shorter. ``kept`` says where files of this version, or of
    an earlier one, lie; None where there are none.
    """

    version: int
    products: pa.Table
    picture_product: np.ndarray[tuple[int], np.dtype[np.intp]]
    position: np.ndarray[tuple[int], np.dtype[np.int32]]
    contents: pa.Array
    sizes: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    looks: Stacked
    norms: Floats
    palettes: Floats
    kept: Kept | None = None


KeepProgress = Callable[[str, int, int], None]
"""Called with what is being made, such as "columns", how much of it is, and how much there is to make."""

Make = Callable[[Columns, Path, KeepProgress], None]
"""Makes files of the columns of a version that is being kept, in the folder that has its files."""


class Reader(Protocol):
    """One published version of a store; what it answers never mixes versions.

    Any method may raise `VersionGone`, and `IndexDamaged` when a file is missing or unreadable.
    """

    @property
    def manifest(self) -> Manifest:
        """The state this reader is pinned to."""
        ...

    def columns(self) -> Columns:
        """Everything a search needs, loaded into memory."""
        ...

    def products(self, ids: Sequence[str]) -> dict[str, Product]:
        """Products by id, pictures by position, without ``data``; an id that does not exist is left out."""
        ...

    def products_at(self, rows: Sequence[int]) -> list[Product]:
        """The products of some rows of `columns`, in the order asked."""
        ...

    def pictures(self, ids: Sequence[str], raw: bool = False) -> dict[str, list[StoredPicture]]:
        """All pictures of these products, in order of position, without ``original``.

        ``raw``: as they are kept, for writing them again: with ``original``, and with the look as it was
        rounded, not unit again, so that it is not rounded twice.
        """
        ...

    def thumbnails(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        """Thumbnails by (product id, position); a key that does not exist is left out."""
        ...

    def original(self, product_id: str, position: int) -> bytes | None:
        """The bytes kept for a picture that has no file or URL."""
        ...

    def metadata_hashes(self) -> dict[str, str]:
        """`Product.metadata_hash` of every product, by id."""
        ...

    def stamps(self) -> dict[str, list[PictureStamp]]:
        """The stamps of every picture, by product id, in order of position."""
        ...

    def scan_pictures(self, batch: int = 1024) -> Iterator[list[StoredPicture]]:
        """Every picture in order of product id and position, without ``original``, a batch at a time."""
        ...

    def marks(self) -> Marks:
        """What tells every picture from the others, loaded into memory."""
        ...

    def check(self) -> list[str]:
        """Read every row of both tables; a sentence for each thing that does not agree, none when sound."""
        ...


class Writer(Protocol):
    """The one writer of a store. What `commit` acknowledged survives a kill; what it did not is undone."""

    def commit(
        self,
        products: Sequence[Product] = (),
        pictures: Mapping[str, Sequence[StoredPicture]] | None = None,
        remove: Sequence[str] = (),
        fitted: Mapping[str, str] | None = None,
        written: Sequence[Written] = (),
    ) -> Manifest:
        """Publish one state: upsert ``products``, replace all pictures of the products named in ``pictures``.

        A product that is not named in ``pictures`` keeps those it has. ``remove`` takes products away with
        their pictures; an unknown id is ignored. ``fitted`` is what `Manifest.fitted` is from now on; every
        other commit carries it over. Notes of fitted things that no readable version names any more are
        deleted now and then, never those of a version that is published while the writer is held.
        ``written`` is what `elsewhere` wrote: all pictures of the products it names.

        Programming errors (`ValueError`, nothing written): an id twice in ``products``, an empty id, an id in
        ``remove`` and also in ``products`` or ``pictures``, pictures of a product that does not exist, a
        position twice, a look of another shape than (dim,) or not finite, a palette of another shape than
        (n <= 5, 4), text that is not valid Unicode (lone surrogates), pictures of a product that are written
        twice, or also given. `StorageError` when the disk refuses: the earlier state stays, and the next
        commit works once the cause is gone.
        """
        ...

    def elsewhere(self) -> Elsewhere:
        """What reads and writes pictures in other processes; what is not committed goes with the writer."""
        ...

    def switch(
        self,
        maker: Maker,
        pictures: Iterable[StoredPicture],
        products: Sequence[Product] = (),
        remove: Sequence[str] = (),
    ) -> Manifest:
        """Publish one state with other vectors: ``pictures`` become all pictures, in the space of ``maker``.

        They are taken one after another, so they may be more than fit in memory. ``products`` and ``remove``
        are as in `commit`. The maker of the earlier vectors becomes `Manifest.before`. What iterating over
        ``pictures`` raises comes out, and programming errors are those of `commit`; the earlier state stays.
        """
        ...

    @property
    def reader(self) -> Reader:
        """A reader of what was last committed."""
        ...


Change = Callable[[bytes | None], bytes]
"""Makes a note of the one before; None when there was none."""


class Notes(Protocol):
    """Small named documents beside the tables, no part of a version; they stay through every commit.

    Names are of small letters, digits and hyphens, with one dot at most. A change survives a kill whole or
    not at all. Raises `StorageError` when the disk refuses.
    """

    def read(self, name: str) -> bytes | None:
        """The document, or None when there is none."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Replace the document."""
        ...

    def change(self, name: str, make: Change) -> bytes:
        """Replace the document by what ``make`` makes of it, and return that.

        Nobody else changes a note meanwhile, in whatever process; `IndexLocked` where that takes too long.
        """
        ...

    def revision(self, name: str) -> str:
        """A text that changes when the document does; cheap enough to ask before every answer."""
        ...

    def remove(self, names: Collection[str]) -> None:
        """Delete documents; one that is not there is passed over."""
        ...

    def names(self) -> set[str]:
        """The names of all documents."""
        ...


class Store(Protocol):
    """A place that holds one index."""

    @property
    def place(self) -> Place | None:
        """Where it lies, None where that is nowhere but in memory."""
        ...

    @property
    def notes(self) -> Notes:
        """The documents beside the tables."""
        ...

    def reader(self) -> Reader:
        """The newest published version."""
        ...

    def newest(self) -> int:
        """The newest published version number; cheap enough to ask before every answer."""
        ...

    def kept(self) -> str:
        """The name of what `keep` laid down last, "" where nothing lies there; as cheap as `newest`."""
        ...

    def writer(self, wait: float = 10.0) -> AbstractContextManager[Writer]:
        """Become the writer, or raise `IndexLocked` after ``wait`` seconds.

        Raises `BadArgument` unless ``wait`` is finite and at least 0.
        """
        ...

    def keep(self, makers: Sequence[Make], tell: KeepProgress) -> Kept | None:
        """Lay the newest version down in files for quick opening, if it is large and much of it is new.

        ``makers`` add files of their own. Returns where the files lie when some were written, else None: it
        is cheap to ask after every commit. Nobody waits for it, readers or writer. What ``tell`` or a maker
        raises comes out, and nothing is left; so may `IndexLocked` while another process does the same,
        `VersionGone` and `StorageError`. What a reader says does not depend on whether this was called.
        """
        ...

    def spares(self) -> dict[Maker, int]:
        """Whose vectors lie beside the live ones, and how many; anybody may ask at any time."""
        ...

    def rebuilding(self, wait: float = 0.0) -> AbstractContextManager[Spares]:
        """Become the one to change what lies beside, while others read and write, or raise `IndexLocked`."""
        ...


def require_wait(wait: float) -> None:
    """Raise `BadArgument` unless ``wait`` is a finite number of seconds, at least 0."""
    if not (isinstance(wait, int | float) and math.isfinite(wait) and wait >= 0):
        raise BadArgument(
            f"A wait of {wait!r} is not a number of seconds.", next_step="Give a finite number, at least 0."
        )
