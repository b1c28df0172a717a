"""The thread that does the jobs of an index: one at a time, in the order they came in.

Of several processes over one index the one that holds a file's lock does them; when it dies the system frees
the lock, and the next one begins its job again: what is in the index already is not encoded again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from filelock import FileLock, Timeout

from lookalike import settings
from lookalike.errors import IndexLocked, LookalikeError, TooManyRemovals, UnknownProduct
from lookalike.index import Index
from lookalike.ingest.feed import MAX_REMOVED
from lookalike.ingest.report import IngestReport, Interrupted, StopRequested
from lookalike.service.jobs.document import (
    Job,
    JobCrashed,
    State,
    examination_document,
    look_document,
    map_document,
    removal_document,
    report_document,
)
from lookalike.service.jobs.progress import Pace, Watch
from lookalike.service.jobs.shelf import Shelf, storing
from lookalike.service.jobs.uploaded import open_upload
from lookalike.service.problems import NotReady, problem
from lookalike.store.tables import trim_memory

LOCK = "runner.lock"
ATTEMPTS = 3
"""So often a job is begun; one under which every process ends is given up."""

_LOOK = 0.25  # seconds between two looks for jobs that other processes took in
_LOCKED_WAIT = 0.5  # seconds of waiting for another writer of the index between two looks for a stop

logger = logging.getLogger("lookalike.service")


class Runner:
    """Does the jobs of a shelf in a thread of its own. ``index`` gives the index, or raises `NotReady`."""

    def __init__(
        self,
        shelf: Shelf,
        index: Callable[[], Index],
        on_written: Callable[[], None],
        allow_private: bool = False,
    ) -> None:
        self._shelf = shelf
        self._index = index
        self._on_written = on_written
        self._allow_private = allow_private
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look for jobs."""
        self._closing.clear()
        self._thread = threading.Thread(target=self._run, name="lookalike-jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def close(self, wait: float = 15.0) -> None:
        """Stop; a job under way is queued again, what it did so far stays."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(wait)

    def _run(self) -> None:
        said = ""
        while not self._closing.is_set():
            try:
                if self._shelf.waiting():
                    self._work()
            except (LookalikeError, OSError) as error:
                if str(error) != said:
                    logger.error("the jobs cannot be done: %s", error)
                said = str(error)
                self._closing.wait(1.0)
            self._wake.wait(_LOOK)
            self._wake.clear()

    def _work(self) -> None:
        """Do everything that waits, unless another process is at it."""
        lock = FileLock(self._shelf.folder / LOCK, thread_local=False)
        try:
            index = self._index()
            lock.acquire(timeout=0)
        except (NotReady, Timeout):
            return
        try:
            self._shelf.sweep()
            while not self._closing.is_set() and (waiting := self._shelf.waiting()):
                self._do(index, waiting[0])
                trim_memory()
        finally:
            lock.release()

    def _do(self, index: Index, job: Job) -> None:
        if self._shelf.is_to_stop(job.id):
            self._finish(job, "stopped")
            return
        if job.attempts >= ATTEMPTS:
            crashed = JobCrashed(
                f"The service ended {ATTEMPTS} times while this job ran.",
                next_step="Send it again in smaller parts, to see what does it.",
            )
            self._finish(job, "failed", error=problem(crashed))
            return
        rerun = job.started is not None
        job = replace(
            job, state="running", started=job.started or time.time(), done=0, attempts=job.attempts + 1
        )
        self._shelf.write(job)
        try:
            report = self._report_of(index, job, rerun)
        except Interrupted as stopped:
            self._end(job, stopped.report)
        except StopRequested:
            self._end(job, None)
        except TooManyRemovals as error:
            again = TooManyRemovals(
                error.message, next_step="If they are to go, send it again with max_removed=1."
            )
            self._finish(job, "failed", error=problem(again))
        except LookalikeError as error:
            self._finish(job, "failed", error=problem(error))
        except BaseException as error:  # a panic inside Lance is not an Exception
            logger.error("job %s failed", job.id, exc_info=error)
            bug = LookalikeError(
                f"This should not have happened: {type(error).__name__}.",
                next_step="Report it; the service's log says more.",
            )
            self._finish(job, "failed", error=problem(bug))
        else:
            self._finish(job, "done", report=report)

    def _report_of(self, index: Index, job: Job, rerun: bool) -> dict[str, Any]:
        """Do what a job says, perhaps once more; its report as a document.

        Raises `StopRequested`, `Interrupted`, and what writing raises.
        """
        order = job.order
        if order.kind == "remove":
            try:
                return removal_document(self._when_free(job, partial(index.remove, order.ids)))
            except UnknownProduct:  # it is gone already, perhaps by the same job before a crash
                return removal_document(0)
        if order.kind == "duplicates":
            return self._look(index, job)
        if order.kind == "doctor":
            return self._examine(index, job)
        if order.kind == "map":
            return self._lay_out(index, job)
        catalog = open_upload(self._shelf.upload(job.id), order.mapping, order.format)
        watch = Watch(Pace(catalog.rows), partial(self._note, job), lambda: self._is_to_end(job))
        how: dict[str, Any] = {
            "progress": watch,
            "allow_private": self._allow_private,
            "allow_files": False,
            "workers": _workers(),
        }
        if order.kind == "sync":
            how["max_removed"] = MAX_REMOVED if order.max_removed is None else order.max_removed
        act = index.sync if order.kind == "sync" else index.add
        report: IngestReport = self._when_free(job, partial(act, catalog, **how))
        if rerun and not index.duplicates(look=False).complete:  # it ended while copies were looked for
            self._look(index, job)
            report = replace(report, copies=None)  # nobody knows any more which pictures were new
        return self._kept(job, report)

    def _look(self, index: Index, job: Job) -> dict[str, Any]:
        """Look for duplicates; what is found on the way stays found whatever ends it."""
        began = time.monotonic()
        watch = Watch(Pace(None), partial(self._note, job), lambda: self._is_to_end(job))
        found = index.duplicates(look=True, progress=watch, workers=_workers())
        return look_document(found, time.monotonic() - began)

    def _examine(self, index: Index, job: Job) -> dict[str, Any]:
        """Look for what is wrong with the catalogue; of one that is ended only what was measured stays."""
        watch = Watch(Pace(None), partial(self._note, job), lambda: self._is_to_end(job))
        found = index.doctor.examine(job.order.kinds or None, progress=watch.step, workers=_workers())
        return examination_document(found)

    def _lay_out(self, index: Index, job: Job) -> dict[str, Any]:
        """Lay out the map of the catalogue; of one that is ended nothing stays."""
        began = time.monotonic()
        watch = Watch(Pace(None), partial(self._note, job), lambda: self._is_to_end(job))
        found = index.explore.lay_out(progress=watch.step, workers=_workers())
        return map_document(found, index.explore.unkept, time.monotonic() - began)

    def _kept(self, job: Job, report: IngestReport) -> dict[str, Any]:
        """Keep all problems of a report as a table; the report as a document."""
        with storing():
            report.write_csv(self._shelf.report(job.id))
        return report_document(report)

    def _when_free(self, job: Job, act: Callable[..., Any]) -> Any:
        """Act as soon as no other process writes to the index. Raises `StopRequested` while it waits."""
        while True:
            try:
                return act(wait=_LOCKED_WAIT)
            except IndexLocked:
                if self._is_to_end(job):
                    raise StopRequested from None

    def _is_to_end(self, job: Job) -> bool:
        return self._closing.is_set() or self._shelf.is_to_stop(job.id)

    def _note(self, job: Job, pace: Pace) -> None:
        now = replace(
            job,
            doing=pace.doing,
            done=pace.done,
            total=pace.total,
            rate=pace.rate,
            seconds_left=pace.seconds_left,
        )
        with suppress(LookalikeError):  # a full disk is told by the run itself
            self._shelf.write(now, flush=False)

    def _end(self, job: Job, report: IngestReport | None) -> None:
        """Stop a job for good when somebody said so, else queue it again."""
        seen = self._shelf.job(job.id)
        job = replace(job, done=seen.done, total=seen.total)
        if not self._shelf.is_to_stop(job.id):
            self._shelf.write(replace(job, state="queued", attempts=job.attempts - 1))
            return
        self._finish(job, "stopped", report=None if report is None else self._kept(job, report))

    def _finish(
        self,
        job: Job,
        state: State,
        report: dict[str, Any] | None = None,
        error: dict[str, Any] | None = None,
    ) -> None:
        """Write how a job ended, after the new version is there for questions."""
        if job.attempts:
            self._tell_written(job)
        rows = job.done if report is None else _amount(report)
        rate = round(rows / report["seconds"], 1) if report is not None and report["seconds"] else 0.0
        self._shelf.finish(
            replace(
                job,
                state=state,
                finished=time.time(),
                done=rows,
                total=rows if state == "done" else job.total,
                rate=rate,
                seconds_left=None,
                report=report,
                error=error,
            )
        )

    def _tell_written(self, job: Job) -> None:
        try:
            self._on_written()
        except Exception as error:  # the job is done all the same
            logger.error("after job %s the newest version could not be loaded", job.id, exc_info=error)


def _amount(report: Mapping[str, Any]) -> int:
    """What a report counts: pictures looked at, products examined or laid out, rows read, or removed."""
    if "findings" in report or "method" in report:
        return int(report["products"])
    amount: int = report["looked_at"] if "looked_at" in report else report["rows"] or report["removed"]
    return amount


def _workers() -> int:
    """Half of the threads that measure otherwise: the rest answers questions meanwhile."""
    return max(1, settings.workers() // 2)
