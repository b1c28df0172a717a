"""The one object a user holds: a catalogue's pictures as vectors in a folder, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lookalike import settings
from lookalike.behaviour.visits import STRENGTH
from lookalike.catalog import Catalog, as_catalog
from lookalike.copies.duplication import Duplication
from lookalike.copies.looking import LookProgress
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.names import DEFAULT_ENCODER
from lookalike.errors import BadArgument, IndexExists, NoIndex
from lookalike.events import Log
from lookalike.exploring.explorer import Explorer
from lookalike.fetching import Fetcher
from lookalike.fitted.fitting import FitProgress, flaws, standings
from lookalike.imagination import Imagination
from lookalike.ingest.feed import MAX_REMOVED, follow, require_share
from lookalike.ingest.rebuild import Rebuild, RebuildProgress
from lookalike.ingest.rebuild_report import RebuildReport
from lookalike.ingest.report import TOLERATE, IngestReport
from lookalike.ingest.reported import forget, reporting
from lookalike.ingest.run import Progress
from lookalike.ingest.switching import abandon, begun, switch_back
from lookalike.ingest.verification import VerifyReport, verify
from lookalike.ingest.where import Where, ingesting
from lookalike.learning.learning import Learning
from lookalike.neighbours.export import export_vectors
from lookalike.products import Problem, Product, product_ids
from lookalike.recommend.recommender import nearest_picture
from lookalike.records import EVENTS_FILE
from lookalike.shopping.shopping import Shopping
from lookalike.store.base import KeepProgress, Store
from lookalike.store.lance import LanceStore
from lookalike.upkeep import Upkeep
from lookalike.vectors import Floats
from lookalike.verdict.verdicts import Verdicts

if TYPE_CHECKING:
    from lookalike.checkup.doctor import Doctor

_PATIENCE = 5  # times a reader starts anew because a busy writer cleaned its version away

_T = TypeVar("_T")


class Index(Shopping, Duplication, Imagination, Learning, Verdicts, Upkeep):
    """A catalogue that can be asked what looks like what.

    Made with `Index.create` or `Index.open`; many may read while one writes. Every method sees one version
    of products and pictures; the newest is picked up before each answer, unless ``follow`` is False: then
    only `refresh` picks it up.
    """

    def __init__(
        self,
        store: Store,
        encoder: ImageEncoder | None = None,
        path: Path | None = None,
        *,
        follow: bool = True,
        events: str | None = None,
        search: str | None = None,
    ) -> None:
        if isinstance(store, str | Path):
            raise BadArgument(
                f"{store} is a path.", next_step="Write Index.open(path) or Index.create(path)."
            )
        super().__init__(store, encoder, path, follow=follow, events=events, search=search)

    @classmethod
    def create(
        cls, path: str | Path, encoder: str | ImageEncoder | None = None, *, events: str | None = None
    ) -> Index:
        """Make an empty index in a new or empty folder, or at an address such as "s3://bucket/shop".

        ``encoder`` is a name such as "product".
        ``events`` as in `open`. Raises `IndexExists`, `EncoderError`, `StorageError`.
        """
        named = DEFAULT_ENCODER if encoder is None else encoder
        loaded = load_encoder(named) if isinstance(named, str) else named
        store = LanceStore.create(path, loaded.space, loaded.name)
        return cls(store, loaded, store.path and Path(path), events=events or settings.events())

    @classmethod
    def open(
        cls,
        path: str | Path,
        encoder: str | ImageEncoder | None = None,
        *,
        follow: bool = True,
        events: str | None = None,
        search: str | None = None,
    ) -> Index:
        """Open the index in a folder, or at an address such as "s3://bucket/shop".

        Raises `NoIndex`, `IndexDamaged`, `FormatMismatch`, `SpaceMismatch`.

        ``encoder`` is needed only where the model's file has moved since, or never had a name. With
        ``follow=False`` answers come from the version loaded first, until `refresh` loads a newer one.
        ``events`` is the URL of the database that shoppers' events are in, such as
        "sqlite:////srv/events.sqlite"; else ``LOOKALIKE_EVENTS``, else a file in the folder. ``search`` is
        "exact", "approximate" or "auto", the quicker of both; else ``LOOKALIKE_SEARCH``, else "auto".
        """
        store = LanceStore.open(path)
        loaded = load_encoder(encoder) if isinstance(encoder, str) else encoder
        if loaded is not None:
            manifest = store.reader().manifest
            manifest.space.require(loaded.space, manifest.encoder)
        own = store.path and Path(path)
        return cls(store, loaded, own, follow=follow, events=events or settings.events(), search=search)

    @classmethod
    def open_or_create(
        cls, path: str | Path, encoder: str | ImageEncoder | None = None, *, events: str | None = None
    ) -> Index:
        """Open the index at a path, or make one there. Raises what `open` and `create` raise."""
        try:
            return cls.open(path, encoder, events=events)
        except NoIndex:
            pass
        try:
            return cls.create(path, encoder, events=events)
        except IndexExists:  # another process made it meanwhile
            return cls.open(path, encoder, events=events)

    def add(
        self,
        catalog: Catalog | Iterable[Product] | Sequence[str | Path] | str | Path,
        *,
        mapping: Mapping[str, str] | None = None,
        progress: Progress | None = None,
        workers: int | None = None,
        allow_private: bool = False,
        allow_files: bool = True,
        on: str | None = None,
        wait: float = 10.0,
        duplicates: bool = True,
        looking: LookProgress | None = None,
        fit: bool = True,
        fitting: FitProgress | None = None,
        keeping: KeepProgress | None = None,
    ) -> IngestReport:
        """Add or update products by id; unchanged pictures are not encoded again.

        ``catalog`` is products, or what `lookalike.catalog.open_catalog` opens: a path, a pattern, or a list
        of these; ``mapping`` is column -> field for it. Rows that cannot be read are in the report, the rest
        is stored. ``workers`` is how many threads measure, ``allow_private`` lets picture URLs name private
        addresses, ``allow_files`` lets pictures be paths, ``wait`` is how many seconds to wait for another
        writer. ``on`` is where the work is done: "local", a Ray cluster as "host:port" or
        "ray://host:port", of which ``workers`` processors are used, or "auto", that of ``RAY_ADDRESS``; else
        ``LOOKALIKE_ON``. At the end the new pictures are compared with all others, unless ``duplicates`` is
        False; ``looking`` is told how many were. Then what the catalogue teaches of words is fitted where it
        is missing or a tenth of the texts has changed, unless ``fit`` is False; ``fitting`` is told of how
        many products. Last, an index of 20,000 pictures and more of which much has changed is made ready to
        be opened quickly, and ``keeping`` is told what is made for that, how much of it, and how much there
        is.
        Raises `CatalogError`, `ClusterError`, `IndexLocked`, `StorageError`.
        """
        source = as_catalog(catalog, mapping)
        where = Where(on, workers, allow_private=allow_private, allow_files=allow_files)
        running = ingesting(self._store, self._encoder_of, where, wait, progress)
        with running as (_, run), reporting(self._store.notes, run):
            report = run.run(source)
        if duplicates:
            report = self._look_after(report, run.arrived, looking, progress, where.threads)
        return self._followed(report, fit, progress, fitting, keeping, where=where)

    def sync(
        self,
        feed: Catalog | Iterable[Product] | Sequence[str | Path] | str | Path,
        *,
        mapping: Mapping[str, str] | None = None,
        max_removed: float = MAX_REMOVED,
        tolerate: float = TOLERATE,
        progress: Progress | None = None,
        workers: int | None = None,
        allow_private: bool = False,
        allow_files: bool = True,
        on: str | None = None,
        wait: float = 10.0,
        duplicates: bool = True,
        looking: LookProgress | None = None,
        fit: bool = True,
        fitting: FitProgress | None = None,
        keeping: KeepProgress | None = None,
    ) -> IngestReport:
        """Make the index hold what the feed holds: add, update, and remove what vanished.

        Raises `TooManyRemovals`, with nothing changed, when more than ``max_removed`` of the products would
        go. Nothing is removed when more than ``tolerate`` of the rows cannot be read, nor, unless
        ``max_removed`` is 1, when a row's id cannot be read: the product may be the one that seems gone.
        ``on``, ``duplicates``, ``looking``, ``fit``, ``fitting`` and ``keeping`` as in `add`.
        """
        require_share("max_removed", max_removed)
        catalog = as_catalog(list(feed) if isinstance(feed, Iterator) else feed, mapping)
        where = Where(on, workers, allow_private=allow_private, allow_files=allow_files)
        running = ingesting(self._store, self._encoder_of, where, wait, progress)
        with running as (writer, run), reporting(self._store.notes, run):
            report = follow(run, writer, catalog, max_removed, tolerate)
        if duplicates:
            report = self._look_after(report, run.arrived, looking, progress, where.threads)
        return self._followed(report, fit, progress, fitting, keeping, where=where)

    def rebuild(
        self,
        encoder: str | ImageEncoder,
        *,
        allow_missing: float = 0.0,
        thumbnails: bool = False,
        progress: RebuildProgress | None = None,
        workers: int | None = None,
        allow_private: bool = False,
        wait: float = 600.0,
        fitting: FitProgress | None = None,
        keeping: KeepProgress | None = None,
    ) -> RebuildReport:
        """Encode every stored picture anew with another encoder, beside the live index, then switch at once.

        Answers come from the old vectors until the switch. It does not happen when more than
        ``allow_missing`` of the pictures cannot be had any more; ``thumbnails`` lets the small pictures stand
        in for them. A run that ended early is gone on with. Vectors of an encoder that maps those which are
        there are made of these, and no picture is read. After the switch what belongs to the new vectors
        is fitted, as in `add`. Raises `EncoderError`, `IndexLocked`, `StorageError`, with the live index as
        it was.
        """
        require_share("allow_missing", allow_missing)
        loaded = load_encoder(encoder) if isinstance(encoder, str) else encoder
        with Fetcher(allow_private=allow_private) as fetcher:
            threads = workers or settings.workers()
            run = Rebuild(
                self._store, loaded, fetcher, workers=threads, thumbnails=thumbnails, progress=progress
            )
            report = run.run(allow_missing, wait)
        self._encoders[loaded.space] = loaded
        return self._fit_rebuilt(report, fitting, keeping)

    def rebuild_back(
        self,
        *,
        force: bool = False,
        wait: float = 10.0,
        fitting: FitProgress | None = None,
        keeping: KeepProgress | None = None,
    ) -> RebuildReport:
        """Answer with the vectors of the encoder before again; nothing is encoded.

        Products, prices and stock stay as they are now. Raises `BadArgument` when there is no way back, and
        `TooManyRemovals` when products came in since, unless ``force`` leaves them out.
        """
        return self._fit_rebuilt(switch_back(self._store, force=force, wait=wait), fitting, keeping)

    def rebuild_abandon(self) -> list[str]:
        """Throw away what rebuilds that did not finish have made; returns the names of their encoders."""
        return abandon(self._store)

    def remove(
        self,
        ids: Iterable[str | int],
        *,
        wait: float = 10.0,
        keeping: KeepProgress | None = None,
        failed: Callable[[Problem], None] | None = None,
    ) -> int:
        """Take products away; no later answer contains them. Returns how many went.

        A large index is made ready to be opened quickly, as in `add`; ``failed`` is told where that failed or
        was stopped, which takes nothing back. Raises `UnknownProduct`, with nothing removed, when an id is
        not there.
        """
        wanted = sorted(set(product_ids(ids)))
        with self._store.writer(wait) as writer:
            self.refresh()
            for one in wanted:
                self._now().snapshot.row(one)
            writer.commit(remove=wanted)
        forget(self._store.notes, set(wanted))
        for problem in self._kept_or_why(keeping):
            if failed is not None:
                failed(problem)
        return len(wanted)

    def __repr__(self) -> str:
        where = "in memory" if self.place is None else str(self.path or self.place)
        return f"Index({where!r}, {len(self):,} products)"

    def vectors(self) -> tuple[list[str], Floats]:
        """Ids of the p products that have a picture, and their main pictures' unit vectors (p, dim)."""
        return self._now().snapshot.main_looks()

    def similarities(self, ids: Iterable[str | int]) -> Floats:
        """Cosines between the main pictures of these n products, shape (n, n). Raises `UnknownProduct`."""
        view = self._now()
        looks = [view.snapshot.vectors[view.pictures_of(i, "main")] for i in product_ids(ids)]
        matrix = np.concatenate(looks) if looks else np.empty((0, self.manifest.space.dim), np.float32)
        cosines: Floats = matrix @ matrix.T
        return cosines

    def export(self, path: str | Path) -> list[Path]:
        """Write every picture's vector as .npy (with its ids beside) or .parquet; returns the files."""
        return export_vectors(self._now().snapshot, Path(path))

    def verify(self, sample: int = 1000, progress: Callable[[int], None] | None = None) -> VerifyReport:
        """Check the tables, and that a sample of pictures, read and encoded again, find themselves."""
        view = self._now()
        with Fetcher(allow_private=True) as fetcher:
            nearest = partial(nearest_picture, view.snapshot)
            report = verify(
                view.reader,
                self._encoder_of(view.reader.manifest),
                fetcher,
                nearest,
                sample=sample,
                workers=settings.workers(),
                progress=progress,
            )
        manifest = view.reader.manifest
        return replace(
            report,
            rebuilding=begun(self._store, manifest),
            fitted=flaws(self._store.notes, manifest),
            records=self._records.flaws() if self._may_have_events() else (),
            rules=[view.rules.problem] if view.rules.problem else (),
        )

    def info(self) -> dict[str, Any]:
        """What is in the index, as one JSON-ready document; ``events`` is there when some are."""
        manifest = self.manifest
        events = self._records.count() if self._may_have_events() else 0
        return {
            "path": None if self.place is None else str(self.path or self.place),
            "products": manifest.products,
            "pictures": manifest.pictures,
            "version": manifest.version,
            "encoder": manifest.encoder,
            "fingerprint": manifest.space.fingerprint,
            "dim": manifest.space.dim,
            "before": None if manifest.before is None else manifest.before.encoder,
            "rebuilding": begun(self._store, manifest),
            "fitted": standings(self._store.notes, self._catalogue()),
            "bytes": None if self.place is None else self.place.size(),
            "fields": self._now().snapshot.columns.fields(),
            **({"events": events} if events else {}),
        }

    @cached_property
    def doctor(self) -> Doctor:
        """What finds out what is wrong with the catalogue, and keeps what people decide of that."""
        from lookalike.checkup.doctor import Doctor  # half a second to import, with what it reckons with

        return Doctor(self)

    @cached_property
    def explore(self) -> Explorer:
        """What there is in the catalogue: counted, compared, and on a map."""
        return Explorer(self)

    def _log(self) -> Log | None:
        return self._records.log(kinds=STRENGTH) if self._may_have_events() else None

    def _every_event(self) -> Log | None:
        return self._records.log() if self._may_have_events() else None

    def _may_have_events(self) -> bool:
        """False where it is known without opening them that there are no records of events."""
        if self._events is not None or self.place is None:
            return True
        return self.path is not None and (self.path / EVENTS_FILE).is_file()
