"""The vectors of another encoder for every picture of an index: made beside it, then switched to at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from lookalike.encoders.base import ImageEncoder
from lookalike.errors import EncoderError, LookalikeError, PictureError
from lookalike.fetching import Fetcher
from lookalike.hashing import content_hash
from lookalike.images import Picture, open_image
from lookalike.ingest.mapped import head_of, mapped, source_of
from lookalike.ingest.measuring import detail, encode_pictures, measured_picture, no_vector, says_something
from lookalike.ingest.rebuild_report import RebuildReport, RebuildStopped
from lookalike.ingest.stages import staged
from lookalike.ingest.switching import (
    Account,
    Findings,
    account_of,
    bare,
    batches,
    keep,
    of_thumbnail,
    of_whole,
    pending,
    problems_of,
    report_of,
    switch,
)
from lookalike.products import PictureSource
from lookalike.store.base import (
    Maker,
    Manifest,
    PictureStamp,
    Reader,
    Store,
    StoredPicture,
    VersionGone,
    Writer,
)
from lookalike.store.beside import Spares
from lookalike.vectors import Floats

RebuildProgress = Callable[[int, int], None]
"""Called with how many contents are encoded in this run, and how many there are to encode."""

_CONTENTS_AT_ONCE = 64
_LATE = 64  # contents that came in meanwhile and are encoded while other writers wait
_SAFE_PICTURES = 512  # vectors made, or seconds passed, after which they are kept
_SAFE_SECONDS = 5.0
_BROKEN = 20  # pictures on which an encoder fails from the start before it counts as broken


@dataclass(frozen=True, slots=True)
class _Content:
    """Pictures of equal bytes: one for each address that held them."""

    hash: str
    pictures: tuple[StoredPicture, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A content after its addresses were asked: its bytes, or what each address gave instead."""

    content: _Content
    data: bytes | None
    changed: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    failed: dict[str, PictureError] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """Bytes held in memory."""
        return len(self.data or b"") + sum(len(data) for data, _ in self.changed.values())


@dataclass(slots=True)
class _Done:
    """What came of one content: vectors to keep, and what is known of its addresses."""

    pictures: list[StoredPicture] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


def _is_far(content: _Content) -> bool:
    """Whether a network has to be asked for a content."""
    return any(PictureSource(picture.uri, picture.original).is_url for picture in content.pictures)


class Rebuild:
    """One run that makes the vectors of an encoder for all pictures of a store. Use once.

    Vectors are kept beside the live ones by content, so that a later run goes on where this one ended. Those
    of an encoder that maps the vectors which are there are made of these; then no picture is read.
    """

    def __init__(
        self,
        store: Store,
        encoder: ImageEncoder,
        fetcher: Fetcher,
        *,
        workers: int,
        thumbnails: bool = False,
        progress: RebuildProgress | None = None,
    ) -> None:
        """``thumbnails``: where a picture cannot be had any more, encode the small one the index keeps."""
        self._store = store
        self._encoder = encoder
        self._fetcher = fetcher
        self._workers = workers
        self._thumbnails = thumbnails
        self._progress = progress
        self._maker = Maker(encoder.space, encoder.name)
        self._findings = Findings()
        self._waiting: list[StoredPicture] = []
        self._safe = self._began = time.monotonic()
        self._done = self._encoded = self._mapped = self._broken = 0

    def run(self, allow_missing: float = 0.0, wait: float = 10.0) -> RebuildReport:
        """Encode what has no vector yet, then switch, unless more than ``allow_missing`` would be missing.

        The writer's lock is held only at the end. On Ctrl-C the vectors made until then are kept, and
        `RebuildStopped` is raised.
        """
        with self._store.rebuilding() as spares:
            manifest = self._store.reader().manifest
            if manifest.space == self._maker.space:
                spares.drop(manifest.space)  # a run that was killed after its switch leaves them
                nothing = Account({}, (), (), (), 0, 0)
                return report_of(manifest, self._maker, nothing, (), switched=True, began=self._began)
            for other in pending(self._store, manifest):
                if other.space != self._maker.space:
                    spares.drop(other.space)
            self._spare = spares.open(self._maker)
            self._known = self._spare.hashes()
            try:
                while self._encode_newest(spares) > _LATE:
                    pass
                with self._store.writer(wait) as writer:
                    self._encode(writer.reader, spares)
                    return self._finish(writer, spares, allow_missing)
            except KeyboardInterrupt:
                if self._store.reader().manifest.space == self._maker.space:
                    raise  # it came too late to stop anything
                self._keep_vectors()
                raise RebuildStopped(self._encoded + self._mapped) from None
            except LookalikeError:
                with suppress(LookalikeError):  # the first error says what to do
                    self._keep_vectors()
                raise

    def _encode_newest(self, spares: Spares) -> int:
        """Encode what the newest version lacks; how many contents that were."""
        reader = self._store.reader()
        try:
            keep(spares, reader)
            return self._encode(reader, spares)
        except VersionGone:  # writers have gone on for long: what was made is kept, the rest is seen anew
            self._keep_vectors()
            return _LATE + 1

    def _finish(self, writer: Writer, spares: Spares, allow_missing: float) -> RebuildReport:
        """Switch if nothing keeps from it, and say what became of every picture."""
        manifest: Manifest = writer.reader.manifest
        account = account_of(writer.reader.stamps(), self._known, self._findings, self._thumbnails)
        pictures = account.ready + len(account.missing)
        good = len(account.missing) <= allow_missing * pictures
        problems = problems_of(account, self._findings.failed, "unreadable", "It could not be read.")
        if good:
            switch(writer, spares, self._maker, account)
        return report_of(
            manifest,
            self._maker,
            account,
            problems,
            switched=good,
            began=self._began,
            encoded=self._encoded,
            mapped=self._mapped,
        )

    def _encode(self, reader: Reader, spares: Spares) -> int:
        wanted = self._wanted(reader)
        total = self._done + len(wanted)
        if wanted and self._map(reader, spares, wanted, total):
            wanted = self._wanted(reader)
        contents = self._contents(reader, wanted)
        for done in staged(contents, self._read, self._measured, workers=self._workers, far=_is_far):
            self._waiting += done.pictures
            self._encoded += len(done.pictures)
            self._findings.changed |= done.findings.changed
            self._findings.failed |= done.findings.failed
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, total)
            late = time.monotonic() - self._safe > _SAFE_SECONDS
            if len(self._waiting) >= _SAFE_PICTURES or late:
                self._keep_vectors()
        self._keep_vectors()
        return len(wanted)

    def _map(self, reader: Reader, spares: Spares, contents: Collection[str], total: int) -> bool:
        """Make what vectors can be made of others; whether there are such others."""
        head = head_of(self._encoder)
        source = None if head is None else source_of(head, reader.manifest)
        if head is None or source is None:
            return False
        keep(spares, reader)
        for pictures in mapped(head, spares.open(source), contents):
            self._waiting += pictures
            self._keep_vectors()
            self._mapped += len(pictures)
            self._done += len(pictures)
            if self._progress is not None:
                self._progress(self._done, total)
        return True

    def _keep_vectors(self) -> None:
        if self._waiting:
            self._spare.add(self._waiting)
            self._known |= {picture.content_hash for picture in self._waiting}
        self._waiting = []
        self._safe = time.monotonic()

    def _wanted(self, reader: Reader) -> dict[str, dict[str, PictureStamp]]:
        """By content that has no vector and was not looked for in vain: a picture for each address."""
        wanted: dict[str, dict[str, PictureStamp]] = {}
        for own in reader.stamps().values():
            for stamp in own:
                source = (stamp.content_hash, stamp.uri)
                met = source in self._findings.failed or source in self._findings.changed
                if stamp.content_hash not in self._known and not met:
                    wanted.setdefault(stamp.content_hash, {}).setdefault(stamp.uri, stamp)
        return wanted

    def _contents(self, reader: Reader, wanted: dict[str, dict[str, PictureStamp]]) -> Iterator[_Content]:
        for some in batches(wanted.items(), _CONTENTS_AT_ONCE):
            ids = sorted({stamp.product_id for _, homes in some for stamp in homes.values()})
            held = {
                (picture.product_id, picture.position): picture
                for own in reader.pictures(ids, raw=True).values()
                for picture in own
            }
            for content, homes in some:
                yield _Content(content, tuple(held[s.product_id, s.position] for s in homes.values()))

    def _read(self, content: _Content) -> _Read:
        """The bytes of a content, from the first address that still has them."""
        read = _Read(content, None)
        for picture in content.pictures:
            try:
                fetched = self._fetcher.fetch(PictureSource(picture.uri, picture.original))
            except PictureError as error:
                read.failed[picture.uri] = error
                continue
            data = fetched.data or b""
            if content_hash(data) == content.hash:
                return _Read(content, data)
            read.changed[picture.uri] = data, fetched.stamp
        return read

    def _measured(self, reads: list[_Read]) -> list[_Done]:
        return [self._measure(*one) for one in zip(reads, self._looks(reads), strict=True)]

    def _looks(self, reads: list[_Read]) -> list[tuple[Floats, float] | None]:
        """Vectors of contents whose bytes are there, in few calls of the network; None where one has none.

        Where the encoder fails all are None: one by one it shows which picture it cannot take.
        """
        found: list[tuple[Floats, float] | None] = [None] * len(reads)
        places: list[int] = []

        def opened() -> Iterator[Picture]:  # one at a time: decoded, a few may be large
            for at, read in enumerate(reads):
                with suppress(PictureError):
                    if read.data is not None:
                        picture = open_image(read.data, detail=detail(self._encoder))
                        places.append(at)
                        yield picture

        with suppress(Exception):  # an encoder may be anybody's code
            looks, norms = encode_pictures(opened(), self._encoder)
            for at, look, norm in zip(places, looks, norms, strict=True):
                if says_something(look):
                    found[at] = look, float(norm)
                    self._broken = -1
        return found

    def _measure(self, read: _Read, known: tuple[Floats, float] | None) -> _Done:
        done = _Done()
        first = read.content.pictures[0]
        if read.data is not None:
            try:
                look, norm = known or self._look(read.data)[1:]
                done.pictures.append(replace(bare(first), look=look, norm=norm))
            except PictureError as error:
                read.failed.update(dict.fromkeys((p.uri for p in read.content.pictures), error))
        for picture in read.content.pictures:
            if picture.uri in read.changed:
                self._measure_change(picture, read, done)
        for uri, why in read.failed.items():
            done.findings.failed[read.content.hash, uri] = why.reason, why.message
        if read.failed and self._thumbnails and of_thumbnail(read.content.hash) not in self._known:
            with suppress(PictureError):
                _, look, norm = self._look(first.thumbnail)
                key = of_thumbnail(read.content.hash)
                done.pictures.append(replace(bare(first), content_hash=key, look=look, norm=norm))
        return done

    def _measure_change(self, picture: StoredPicture, read: _Read, done: _Done) -> None:
        """Measure what an address holds now as a whole, as `add` would."""
        data, stamp = read.changed[picture.uri]
        now = content_hash(data)
        try:
            if of_whole(now) not in self._known:
                opened, look, norm = self._look(data)
                key = PictureStamp(picture.product_id, picture.position, picture.uri, stamp, of_whole(now))
                done.pictures.append(measured_picture(key, opened, look, norm))
            done.findings.changed[read.content.hash, picture.uri] = now, stamp
        except PictureError as error:
            read.failed[picture.uri] = error

    def _look(self, data: bytes) -> tuple[Picture, Floats, float]:
        """A picture and its vector. Raises `PictureError`; `EncoderError` when the encoder is broken."""
        opened = open_image(data, detail=detail(self._encoder))
        try:
            looks, norms = encode_pictures([opened], self._encoder)
        except LookalikeError:
            raise
        except MemoryError:
            raise EncoderError(
                f"There is not enough memory to run {self._encoder.name}.",
                next_step="Use fewer threads (--workers 1) or a smaller encoder; the index is as it was.",
            ) from None
        except Exception as error:  # an encoder may be anybody's code
            raise self._failure(error) from error
        if not (np.isfinite(looks).all() and says_something(looks[0])):
            raise no_vector()
        self._broken = -1
        return opened, looks[0], float(norms[0])

    def _failure(self, error: Exception) -> LookalikeError:
        """One picture's problem, or the end of the run when the encoder has never done anything else."""
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        if self._broken >= 0:
            self._broken += 1
        if self._broken >= _BROKEN:
            return EncoderError(
                f"{self._encoder.name} fails on every picture: {said}.",
                next_step="Mend the encoder or choose another; the index is as it was.",
            )
        return PictureError(f"The encoder failed: {said}.", reason="encoder-failed")
