"""Portions of a catalogue, each indexed as if it were all of it, by a worker that may be anywhere.

A worker is told what the store knows of a portion's products, and runs `Ingest` over them: what it commits
are pictures that lie in the index and that nobody sees, and products for the one who holds the writer.
"""

from __future__ import annotations

import pickle
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, cast

import lookalike
from lookalike import settings
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.errors import ClusterError, LookalikeError
from lookalike.fetching import Fetcher
from lookalike.ingest.report import IngestReport
from lookalike.ingest.run import Ingest
from lookalike.products import PictureSource, Product
from lookalike.store.base import PictureStamp, StoredPicture
from lookalike.store.elsewhere import Elsewhere, Written
from lookalike.vectors import Space

if TYPE_CHECKING:
    from lookalike.store.base import Writer

_LARGEST = 64 << 20  # bytes of pictures and originals that a worker holds before it lays them down

_SAME = "Install the same Python and the same lookalike on every machine of the cluster."


@dataclass(frozen=True, slots=True)
class Portion:
    """Some products of a catalogue, and what the store knows of them: `Reader.stamps`, `metadata_hashes`."""

    number: int
    products: tuple[Product, ...]
    stamps: Mapping[str, list[PictureStamp]] = field(repr=False)
    hashes: Mapping[str, str] = field(repr=False)

    def __str__(self) -> str:
        return f"the products {self.products[0].id!r} to {self.products[-1].id!r}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a portion.

    ``changed`` are the products that are to be written: the place of each in the portion, and where its
    pictures are. ``written`` are their new pictures. ``report`` and ``arrived`` are as of `Ingest`.
    ``device`` is where the encoder ran, "" where it does not say. ``error`` ended the work; then there is
    nothing else.
    """

    number: int
    report: IngestReport | None = None
    changed: tuple[tuple[int, tuple[str, ...]], ...] = ()
    written: tuple[Written, ...] = ()
    arrived: frozenset[tuple[str, str]] = frozenset()
    device: str = ""
    error: tuple[type[LookalikeError], str, str] | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to know beside the portions: can be pickled, and is the same for a whole run.

    ``model`` is an encoder as pickled, or empty where it is to be loaded by its ``encoder`` name, on
    ``device``, as `lookalike.settings.device` says it. ``threads`` measure pictures in one worker.
    """

    encoder: str
    model: bytes = field(repr=False)
    space: Space
    elsewhere: Elsewhere
    threads: int
    allow_private: bool
    allow_files: bool
    device: str
    versions: tuple[str, str] = (lookalike.__version__, platform.python_version())

    @classmethod
    def of(
        cls, encoder: ImageEncoder, elsewhere: Elsewhere, *, threads: int, private: bool, files: bool
    ) -> Work:
        """The work of a run with this encoder."""
        try:
            model = pickle.dumps(encoder)
        except Exception:  # whatever it holds refuses in its own way, such as the session of a network
            model = b""
        device = settings.device()
        return cls(encoder.name, model, encoder.space, elsewhere, threads, private, files, device)

    def index(self, portion: Portion) -> Outcome:
        """Index a portion, here."""
        try:
            return self._index(portion)
        except LookalikeError as error:  # it cannot be pickled
            return Outcome(portion.number, error=(type(error), error.message, error.next_step))

    def _index(self, portion: Portion) -> Outcome:
        if self.versions != (here := (lookalike.__version__, platform.python_version())):
            told = " and ".join(" with Python ".join(pair) for pair in (self.versions, here))
            raise ClusterError(f"The cluster runs two versions, {told}.", next_step=_SAME)
        encoder, fetcher = _tools(self.encoder, self.model, self.device, self.allow_private, self.allow_files)
        self.space.require(encoder.space, self.encoder)
        store = _PortionStore(portion, self.elsewhere)
        run = Ingest(cast("Writer", store), encoder, fetcher, workers=self.threads)
        report = run.run(portion.products)
        places = {product.id: place for place, product in enumerate(portion.products)}
        return Outcome(
            portion.number,
            report,
            tuple((places[p.id], tuple(source.uri for source in p.pictures)) for p in store.products),
            store.written(),
            frozenset(run.arrived),
            getattr(encoder, "device", ""),
        )


@lru_cache(maxsize=1)
def _tools(name: str, model: bytes, device: str, private: bool, files: bool) -> tuple[ImageEncoder, Fetcher]:
    """The encoder and the fetcher of this process, kept from one portion to the next."""
    settings.use_device(device)
    encoder = pickle.loads(model) if model else load_encoder(name)
    return encoder, Fetcher(private, allow_files=files)


class _PortionStore:
    """What `Ingest` asks of a writer and of its reader, of the products of a portion alone."""

    def __init__(self, portion: Portion, elsewhere: Elsewhere) -> None:
        self._portion = portion
        self._elsewhere = elsewhere
        self._waiting: dict[str, Sequence[StoredPicture]] = {}
        self._held = 0
        self._written: list[Written] = []
        self.products: list[Product] = []

    @property
    def reader(self) -> _PortionStore:
        """This."""
        return self

    def stamps(self) -> dict[str, list[PictureStamp]]:
        """The stamps of the portion's pictures."""
        return dict(self._portion.stamps)

    def metadata_hashes(self) -> dict[str, str]:
        """The hashes of the portion's products."""
        return dict(self._portion.hashes)

    def pictures(self, ids: Sequence[str]) -> dict[str, list[StoredPicture]]:
        """Pictures of these products, as they are in the index: none of what is written here."""
        return {one: self._known[one] for one in ids if one in self._known}

    def commit(self, products: Sequence[Product], pictures: Mapping[str, Sequence[StoredPicture]]) -> None:
        """Take what is to be written; pictures that are too many to hold are laid down."""
        self.products += products
        self._waiting |= pictures
        self._held += sum(len(p.thumbnail) + len(p.original or b"") for own in pictures.values() for p in own)
        if self._held > _LARGEST:
            self._lay_down()

    def written(self) -> tuple[Written, ...]:
        """What lies in the index now: all of it."""
        self._lay_down()
        return tuple(self._written)

    def _lay_down(self) -> None:
        pictures = [picture for own in self._waiting.values() for picture in own]
        if pictures:
            self._written.append(self._elsewhere.write(pictures))
        self._waiting, self._held = {}, 0

    @cached_property
    def _known(self) -> dict[str, list[StoredPicture]]:
        """All at once, since to find some reads as much."""
        return self._elsewhere.pictures(list(self._portion.stamps))


def product_of(portion: Portion, place: int, uris: Sequence[str]) -> Product:
    """A product of a portion as it is to be written, with its pictures at these places."""
    return replace(portion.products[place], pictures=tuple(map(PictureSource, uris)))
