"""A catalogue into an index: bytes are fetched ahead, pictures measured on every core, commits kept small."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from lookalike.encoders.base import ImageEncoder
from lookalike.fetching import Fetcher
from lookalike.ingest.measuring import MeasuredProduct, measure_products
from lookalike.ingest.reading import ReadProduct, read_product
from lookalike.ingest.report import IngestReport, Interrupted, StopRequested
from lookalike.ingest.stages import staged
from lookalike.products import PictureSource, Problem, Product
from lookalike.store.base import PictureStamp, StoredPicture, Writer

Progress = Callable[[int], None]
"""Called with the number of rows done so far; may raise `StopRequested`."""

FIRST_COMMIT = 128
"""Pictures; each commit may hold twice as many as the one before, up to the largest."""

_LARGEST_COMMIT = 1024
_LARGEST_ORIGINALS = 64 << 20  # bytes of pictures that nothing else keeps, held until a commit
_COMMIT_SECONDS = 5.0  # so that a slow feed is searchable, and safe, before it is finished


class Ingest:
    """One run of the writer over a catalogue. Use once.

    ``followed`` is set where the index then holds what the catalogue names, and nothing else.
    """

    def __init__(
        self,
        writer: Writer,
        encoder: ImageEncoder,
        fetcher: Fetcher,
        *,
        workers: int,
        progress: Progress | None = None,
    ) -> None:
        self._writer = writer
        self._encoder = encoder
        self._fetcher = fetcher
        self._workers = workers
        self._progress = progress
        self._reader = writer.reader  # kept between commits: finding rows by id costs a map of the table
        self._stamps = self._reader.stamps()
        self._hashes = self._reader.metadata_hashes()
        self._known = {
            stamp.content_hash: (product_id, stamp.position)
            for product_id, stamps in self._stamps.items()
            for stamp in stamps
        }
        self._products: list[Product] = []
        self._pictures: dict[str, tuple[StoredPicture, ...]] = {}
        self._problems: list[Problem] = []
        self._counts = dict.fromkeys(
            ("rows", "added", "updated", "unchanged", "stale", "encoded", "reused"), 0
        )
        self._seen: set[str] = set()
        self.arrived: set[tuple[str, str]] = set()
        self.followed = False
        self._began = time.monotonic()
        self._committed = self._began
        self._due = FIRST_COMMIT
        self._originals = 0

    @property
    def met(self) -> Collection[str]:
        """Ids of the rows so far, "" among them where one had none."""
        return self._seen

    def run(self, rows: Iterable[Product | Problem]) -> IngestReport:
        """Index every row. ``arrived`` are then product ids and content hashes of pictures new to a product.

        Stopped by Ctrl-C or `StopRequested` it commits and raises `Interrupted`."""
        try:
            for done in self._measured(rows):
                self._note(done)
                self._commit_when_due()
        except (KeyboardInterrupt, StopRequested):
            self._commit()
            raise Interrupted(self.report()) from None
        self._commit()
        return self.report()

    def report(self, removed: int = 0, withheld: int = 0) -> IngestReport:
        """The account so far."""
        seconds = time.monotonic() - self._began
        problems = tuple(sorted(self._problems, key=lambda problem: (problem.row is None, problem.row)))
        return IngestReport(
            removed=removed, withheld=withheld, seconds=seconds, problems=problems, **self._counts
        )

    def _measured(self, rows: Iterable[Product | Problem]) -> Iterator[MeasuredProduct]:
        """Products in their order, each measured; rows that are none are noted in passing."""
        products = self._products_of(rows)
        return staged(products, self._read, self._measure, workers=self._workers, far=_is_far)

    def _products_of(self, rows: Iterable[Product | Problem]) -> Iterator[Product]:
        for row in rows:
            if isinstance(row, Problem):
                self._note(row)
            else:
                yield row

    def _read(self, product: Product) -> ReadProduct:
        return read_product(product, self._stamps.get(product.id, ()), self._fetcher)

    def _measure(self, reads: list[ReadProduct]) -> list[MeasuredProduct]:
        same = [(r.pictures or not r.product.pictures) and self._same_pictures(r) for r in reads]
        others = [read for read, is_same in zip(reads, same, strict=True) if not is_same]
        measured = iter(measure_products(others, self._encoder, self._reader, self._known))
        return [
            MeasuredProduct(r, (), r.problems, encoded=0, stale=r.stale, changed=False)
            if is_same
            else next(measured)
            for r, is_same in zip(reads, same, strict=True)
        ]

    def _same_pictures(self, read: ReadProduct) -> bool:
        stored: list[PictureStamp] = self._stamps.get(read.product.id, [])
        now = [(picture.source.uri, picture.stamp, picture.content_hash) for picture in read.pictures]
        return now == [(stamp.uri, stamp.stamp, stamp.content_hash) for stamp in stored]

    def _note(self, done: Problem | MeasuredProduct) -> None:
        self._counts["rows"] += 1
        if isinstance(done, Problem):
            self._problems.append(done)
            self._seen.add(done.id)
        else:
            self._seen.add(done.read.product.id)
            self._note_product(done)
        if self._progress is not None:
            self._progress(self._counts["rows"])

    def _note_product(self, done: MeasuredProduct) -> None:
        product = done.read.product
        bare = not product.pictures and not self._stamps.get(product.id)  # it never had one: no harm
        if bare and product.says_something:
            done = replace(done, problems=(_without_picture(product, fatal=False),))
        elif not done.pictures and (done.changed or bare) and product.id not in self._hashes:
            self._report_row(done)
            return
        if done.changed and product.id in self._hashes and _lost_its_main_picture(done):
            done = self._kept(done)
        self._problems.extend(done.problems)
        self._counts["stale"] += bool(done.stale)
        self._counts["encoded"] += done.encoded
        self._counts["reused"] += done.reused
        before = self._hashes.get(product.id)
        same_row = before == product.metadata_hash()
        same_content = not done.changed or self._same_content(done)
        if before is None:
            self._counts["added"] += 1
        elif same_row and same_content:
            self._counts["unchanged"] += 1
        else:
            self._counts["updated"] += 1
        if done.changed or not same_row:
            sources = done.sources or done.read.product.pictures
            self._products.append(replace(product, pictures=sources))
        if done.changed:
            self._pictures[product.id] = done.pictures
            self._originals += sum(len(picture.original or b"") for picture in done.pictures)

    def _same_content(self, done: MeasuredProduct) -> bool:
        stored = [stamp.content_hash for stamp in self._stamps.get(done.read.product.id, [])]
        return stored == [picture.content_hash for picture in done.pictures]

    def _kept(self, done: MeasuredProduct) -> MeasuredProduct:
        """A product that is stored, whose pictures broke: its row counts, its pictures stay as they were."""
        sources = tuple(PictureSource(stamp.uri) for stamp in self._stamps.get(done.read.product.id, ()))
        read = replace(done.read, product=replace(done.read.product, pictures=sources), pictures=())
        problems = done.problems or (_without_picture(done.read.product, fatal=False),)
        return MeasuredProduct(read, (), problems, encoded=0, stale=1, changed=False)

    def _report_row(self, done: MeasuredProduct) -> None:
        """A row without a readable picture: one fatal problem, however many pictures failed."""
        first, *others = done.problems or (_without_picture(done.read.product),)
        self._problems.append(replace(first, fatal=True))
        self._problems.extend(others)

    def _commit_when_due(self) -> None:
        waiting = max(len(self._products), sum(len(pictures) for pictures in self._pictures.values()))
        late = waiting and time.monotonic() - self._committed > _COMMIT_SECONDS
        if waiting >= self._due or late or self._originals > _LARGEST_ORIGINALS:
            self._commit()

    def _commit(self) -> None:
        if self._products or self._pictures:
            self._writer.commit(self._products, self._pictures)
            self._reader = self._writer.reader
            self._due = min(2 * self._due, _LARGEST_COMMIT)
            for product_id, pictures in self._pictures.items():
                for picture in pictures:
                    self._known[picture.content_hash] = (product_id, picture.position)
                before = {stamp.content_hash for stamp in self._stamps.get(product_id, ())}
                contents = {picture.content_hash for picture in pictures}
                self.arrived |= {(product_id, content) for content in contents - before}
        self._products, self._pictures, self._originals = [], {}, 0
        self._committed = time.monotonic()


def _is_far(product: Product) -> bool:
    """Whether a network has to be asked for a picture of a product."""
    return any(source.is_url for source in product.pictures)


def _lost_its_main_picture(done: MeasuredProduct) -> bool:
    """Whether a product would show another picture first only because its own cannot be read."""
    if not done.pictures:
        return True
    main = done.read.product.pictures[0].uri
    return bool(main) and done.pictures[0].uri != main


def _without_picture(product: Product, fatal: bool = True) -> Problem:
    said = "It has no picture." if fatal else "It names no picture: only its words find it."
    return Problem(product.row, product.id, "no-picture", said, fatal=fatal)
