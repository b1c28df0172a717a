"""The jobs of one index: taken in, looked at, stopped."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from lookalike.errors import StorageAway
from lookalike.index import Index
from lookalike.records.board import Board
from lookalike.service.jobs.document import Job, Order, UnknownJob
from lookalike.service.jobs.replicas import Replicas
from lookalike.service.jobs.runner import Runner
from lookalike.service.jobs.shelf import Shelf, unknown
from lookalike.service.jobs.uploaded import open_upload
from lookalike.store.folder import JOBS
from lookalike.store.place import Place

_FIRST_LOOK, _LAST_LOOK = 0.01, 0.25  # seconds between two looks whether a job is finished


class Jobs:
    """Writes that were asked for over HTTP, kept as files in ``folder``; see `lookalike.service.jobs.shelf`.

    Without a folder, for an index in memory, they are kept in a temporary one until `close`.

    ``index`` gives the index once it is loaded; ``on_written`` is called after each job that wrote to it.
    ``board`` is where replicas tell each other of theirs; see `lookalike.service.jobs.replicas`. Where there
    is one, asking for a job of another replica may raise `StorageAway`.
    """

    def __init__(
        self,
        index: Callable[[], Index],
        folder: Path | None,
        *,
        allow_private: bool = False,
        on_written: Callable[[], None] = lambda: None,
        board: Callable[[], Board | None] = lambda: None,
    ) -> None:
        self._temporary = folder is None
        self._shelf = Shelf(folder or Path(tempfile.gettempdir()) / f"lookalike-jobs-{secrets.token_hex(8)}")
        self._runner = Runner(self._shelf, index, on_written, allow_private)
        self._replicas = Replicas(self._shelf, board, self._runner.wake)

    def start(self) -> None:
        """Begin to work, first on what was left undone."""
        self._runner.start()
        self._replicas.start()

    def close(self) -> None:
        """Stop working; a job under way goes on at the next start."""
        self._runner.close()
        self._replicas.close()
        if self._temporary:
            shutil.rmtree(self._shelf.folder, ignore_errors=True)

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """An empty folder for an upload, deleted afterwards unless it was submitted."""
        with self._shelf.incoming() as upload:
            yield upload

    def submit(self, order: Order, upload: Path | None = None) -> Job:
        """Take a job in; it is on disk, and will be done, once this returns.

        What is in ``upload``, a folder of `incoming`, must be a catalogue, else `CatalogError` is raised;
        a job to remove has none. Raises `StorageError`.
        """
        if upload is not None:
            catalog = open_upload(upload, order.mapping, order.format)
            if not order.name:
                order = replace(order, name=catalog.name)
        job = self._shelf.accept(order, upload)
        self._replicas.tell(job)
        self._runner.wake()
        return self._replicas.own(job)

    def submit_once(self, order: Order) -> Job:
        """The job that waits or runs and does the same, unless it is to stop; else a new one.

        Raises `StorageError`, `IndexLocked`.
        """
        with self._shelf.alone():
            for job in self._shelf.waiting():
                if job.order.includes(order) and not self._shelf.is_to_stop(job.id):
                    return self._replicas.own(job)
            with suppress(StorageAway):
                for job in self._replicas.waiting():
                    if job.order.includes(order):
                        return job
            return self.submit(order)

    def get(self, id: str) -> Job:
        """One job. Raises `UnknownJob`."""
        try:
            return self._replicas.own(self._shelf.job(id))
        except UnknownJob:
            return self._elsewhere(id)

    def list(self) -> list[Job]:
        """All jobs that are kept, the newest first."""
        jobs = {job.id: job for job in self._replicas.all()}
        jobs.update((job.id, self._replicas.own(job)) for job in self._shelf.jobs())
        return [jobs[id] for id in sorted(jobs, reverse=True)]

    def stop(self, id: str) -> Job:
        """Stop a job: one that waits is not begun, one that runs ends soon and keeps what it did.

        One that is finished stays as it is. Raises `UnknownJob`.
        """
        if not self.get(id).is_finished:
            try:
                self._shelf.ask_stop(id)
                self._runner.wake()
            except UnknownJob:
                self._replicas.stop(id)
        return self.get(id)

    def report(self, id: str) -> bytes | None:
        """The problems of a finished job as a CSV table, None when there is no such report."""
        try:
            return self._shelf.problems(id)
        except UnknownJob:
            self._elsewhere(id)
            return self._replicas.report(id)

    async def finished(self, id: str, seconds: float) -> Job:
        """The job as soon as it is finished, or as it is after so many seconds. Raises `UnknownJob`."""
        until = time.monotonic() + seconds
        pause = _FIRST_LOOK
        while not (job := await self._look(id)).is_finished and (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(pause, left))
            pause = min(1.5 * pause, _LAST_LOOK)
        return job

    async def _look(self, id: str) -> Job:
        """One job; the event loop does not wait for a database."""
        try:
            return self._replicas.own(self._shelf.job(id))
        except UnknownJob:
            return await asyncio.to_thread(self._elsewhere, id)

    def _elsewhere(self, id: str) -> Job:
        """A job of another replica. Raises `UnknownJob`."""
        job = self._replicas.get(id)
        if job is None:
            raise unknown(id)
        return job


def jobs_folder(place: Place | None) -> Path | None:
    """Where the jobs of an index at a place are kept, on this machine; None for an index in memory."""
    return None if place is None else place.beside(JOBS)
