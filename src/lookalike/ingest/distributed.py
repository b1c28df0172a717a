"""A run of which the work is done elsewhere: portions go out, what comes back is committed here."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from lookalike.catalog import Catalog
from lookalike.ingest.portions import Outcome, Portion, product_of
from lookalike.ingest.report import IngestReport, Interrupted, StopRequested
from lookalike.ingest.run import FIRST_COMMIT, Progress
from lookalike.products import Problem, Product
from lookalike.store.base import PictureStamp, Writer

_FIRST = 32  # products, until it is known how long they take
_LARGEST = 1024  # products: a fragment of as many rows need not be merged with others
_SECONDS = 8.0  # that a portion is to take: progress is seen, and little is lost with a worker
_BYTES = 32 << 20  # of pictures that a portion carries along because nothing else holds them
_LARGEST_COMMIT = 16_384  # pictures
_COMMIT_SECONDS = 15.0


class Workers(Protocol):
    """Where the work is done."""

    @property
    def width(self) -> int:
        """How many portions are worked on at once."""
        ...

    def outcomes(self, portions: Iterator[Portion]) -> Iterator[Outcome]:
        """One for each portion, in whatever order they are done; few more are taken than are worked on.

        Raises `ClusterError`. When it is closed, nobody works on a portion any more.
        """
        ...


class DistributedIngest:
    """One run of the writer over a catalogue with workers elsewhere. Use once, as `Ingest` of `run`.

    The index becomes what it becomes there. A picture that products share is encoded for each portion.
    """

    def __init__(self, writer: Writer, workers: Workers, *, progress: Progress | None = None) -> None:
        self._writer = writer
        self._workers = workers
        self._progress = progress
        self._stamps = writer.reader.stamps()
        self._hashes = writer.reader.metadata_hashes()
        self._portions: dict[int, Portion] = {}  # those that are not committed yet
        self._cut_so_far = 0
        self._unread: list[Problem] = []
        self._outcomes: list[Outcome] = []
        self._stored = 0
        self._seen: set[str] = set()
        self._expected: int | None = None
        self._each = 0.0  # seconds a product takes a worker
        self.arrived: set[tuple[str, str]] = set()
        self.followed = False
        self._began = time.monotonic()
        self._committed = self._began
        self._due = FIRST_COMMIT

    @property
    def met(self) -> Collection[str]:
        """Ids of the rows so far, "" among them where one had none."""
        return self._seen

    def run(self, rows: Iterable[Product | Problem]) -> IngestReport:
        """Index every row; see `lookalike.ingest.run.Ingest.run`."""
        self._expected = rows.rows if isinstance(rows, Catalog) else None
        outcomes = self._workers.outcomes(self._cut(rows))
        try:
            for outcome in outcomes:
                self._take(outcome)
                if self._progress is not None:
                    self._progress(self._rows)
                self._commit_when_due()
        except (KeyboardInterrupt, StopRequested):
            _close(outcomes)
            self._commit()
            raise Interrupted(self.report()) from None
        finally:
            _close(outcomes)
        self._commit()
        return self.report()

    def report(self, removed: int = 0, withheld: int = 0) -> IngestReport:
        """The account so far."""
        done = sorted(self._outcomes, key=lambda outcome: outcome.number)
        reports = [outcome.report for outcome in done if outcome.report is not None]
        problems = [*self._unread, *(problem for report in reports for problem in report.problems)]
        problems.sort(key=lambda problem: (problem.row is None, problem.row))
        return IngestReport(
            rows=self._rows,
            added=sum(report.added for report in reports),
            updated=sum(report.updated for report in reports),
            unchanged=sum(report.unchanged for report in reports),
            removed=removed,
            stale=sum(report.stale for report in reports),
            withheld=withheld,
            encoded=sum(report.encoded for report in reports),
            reused=sum(report.reused for report in reports),
            seconds=time.monotonic() - self._began,
            problems=tuple(problems),
        )

    @property
    def _rows(self) -> int:
        done = sum(outcome.report.rows for outcome in self._outcomes if outcome.report is not None)
        return len(self._unread) + done

    def _cut(self, rows: Iterable[Product | Problem]) -> Iterator[Portion]:
        """Portions of the rows; those that are no products are noted in passing."""
        some: list[Product] = []
        read = weight = 0
        size = self._size(0)
        for row in rows:
            read += 1
            if isinstance(row, Problem):
                self._unread.append(row)
                self._seen.add(row.id)
                continue
            some.append(row)
            weight += sum(len(source.data or b"") for source in row.pictures)
            if len(some) >= size or weight > _BYTES:
                yield self._portion(some)
                some, weight, size = [], 0, self._size(read)
        if some:
            yield self._portion(some)

    def _size(self, read: int) -> int:
        """How many products the next portion has: fewer towards the end, so that no worker is done early.

        Guided self-scheduling (Polychronopoulos and Kuck, 1987), where the number of rows is known.
        """
        size = _LARGEST if self._each else _FIRST
        if self._each:
            size = min(size, max(1, round(_SECONDS / self._each)))
        if self._expected is not None:
            size = min(size, max(_FIRST // 4, (self._expected - read) // (2 * self._workers.width)))
        return max(1, size)

    def _portion(self, products: list[Product]) -> Portion:
        stamps: dict[str, list[PictureStamp]] = {}
        hashes: dict[str, str] = {}
        for product in products:
            if product.id in self._stamps:
                stamps[product.id] = self._stamps[product.id]
            if product.id in self._hashes:
                hashes[product.id] = self._hashes[product.id]
        portion = Portion(self._cut_so_far, tuple(products), stamps, hashes)
        self._cut_so_far += 1
        self._portions[portion.number] = portion
        return portion

    def _take(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            kind, message, next_step = outcome.error
            raise kind(message, next_step=next_step)
        self._outcomes.append(outcome)  # in one step: Ctrl-C may come at any time
        report = outcome.report
        if report is not None and report.rows:
            self._each = report.seconds / report.rows

    def _commit_when_due(self) -> None:
        waiting = self._outcomes[self._stored :]
        pictures = sum(one.rows for outcome in waiting for one in outcome.written)
        products = sum(len(outcome.changed) for outcome in waiting)
        late = time.monotonic() - self._committed > _COMMIT_SECONDS
        if max(pictures, products) >= self._due or (late and products):
            self._commit()

    def _commit(self) -> None:
        """Publish what is whole; what it came of is let go."""
        waiting = self._outcomes[self._stored :]
        portions = [self._portions[outcome.number] for outcome in waiting]
        products = [
            product_of(portion, *one)
            for portion, outcome in zip(portions, waiting, strict=True)
            for one in outcome.changed
        ]
        if products:
            written = [one for outcome in waiting for one in outcome.written]
            self._writer.commit(products, written=written)
            self._due = min(2 * self._due, _LARGEST_COMMIT)
        for outcome in waiting:
            self.arrived |= outcome.arrived
        for portion in portions:
            self._seen.update(product.id for product in portion.products)
            self._portions.pop(portion.number, None)
        self._outcomes[self._stored :] = [replace(outcome, changed=(), written=()) for outcome in waiting]
        self._stored = len(self._outcomes)
        self._committed = time.monotonic()


def _close(outcomes: Iterator[Outcome]) -> None:
    close = getattr(outcomes, "close", None)
    if close is not None:
        close()
