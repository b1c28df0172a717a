"""Where a catalogue is indexed: on this machine, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from lookalike import settings
from lookalike.encoders.base import ImageEncoder
from lookalike.fetching import Fetcher
from lookalike.ingest.distributed import DistributedIngest
from lookalike.ingest.portions import Work
from lookalike.ingest.ray import cluster, cluster_address
from lookalike.ingest.report import IngestReport
from lookalike.ingest.run import Ingest, Progress
from lookalike.products import Problem, Product
from lookalike.store.base import Manifest, Store, Writer


class Run(Protocol):
    """One run over a catalogue, wherever it works; `lookalike.ingest.run.Ingest` says what is what."""

    arrived: set[tuple[str, str]]
    followed: bool

    @property
    def met(self) -> Collection[str]:
        """Ids of the rows so far, "" among them where one had none."""
        ...

    def run(self, rows: Iterable[Product | Problem]) -> IngestReport:
        """Index every row."""
        ...

    def report(self, removed: int = 0, withheld: int = 0) -> IngestReport:
        """The account so far."""
        ...


class Where:
    """Where the work is done, and what pictures may be: ``on`` as in `cluster_address`.

    ``workers`` are threads here, or processors of a cluster; None is all there are.
    """

    def __init__(
        self, on: str | None, workers: int | None, *, allow_private: bool, allow_files: bool
    ) -> None:
        self.cluster = cluster_address(on)
        self.workers = workers
        self.allow_private = allow_private
        self.allow_files = allow_files

    @property
    def threads(self) -> int | None:
        """How many threads may work on this machine; None for as many as it has processors."""
        return self.workers if self.cluster is None else None


@contextmanager
def ingesting(
    store: Store,
    encoder_of: Callable[[Manifest], ImageEncoder],
    where: Where,
    wait: float,
    progress: Progress | None,
) -> Iterator[tuple[Writer, Run]]:
    """The writer of a store, and a run that is ready to begin."""
    private, files = where.allow_private, where.allow_files
    if where.cluster is None:
        with store.writer(wait) as writer, Fetcher(private, allow_files=files) as fetcher:
            encoder = encoder_of(writer.reader.manifest)
            threads = where.threads or settings.workers()
            yield writer, Ingest(writer, encoder, fetcher, workers=threads, progress=progress)
        return
    with cluster(where.cluster, where.workers) as there, store.writer(wait) as writer:
        encoder = encoder_of(writer.reader.manifest)
        there.work = Work.of(encoder, writer.elsewhere(), threads=1, private=private, files=files)
        yield writer, DistributedIngest(writer, there, progress=progress)
