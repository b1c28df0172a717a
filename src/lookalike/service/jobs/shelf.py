"""The folder of jobs: one folder each, a document in it that is replaced whole, the upload beside it.

A job is accepted by the renaming of its folder, so that there is all of it or nothing.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from lookalike.disk import flush_folder
from lookalike.errors import IndexLocked, StorageError
from lookalike.service.jobs.document import Job, Order, UnknownJob, damaged, from_document
from lookalike.store.failing import refusal

KEPT = 100
"""So many finished jobs are kept, the newest."""

ABANDONED = 3600.0
"""Seconds after which an upload that nothing was added to is one of a process that died."""

OWN = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{6}")
"""The ids of jobs, which sort as they came."""

_FLUSHERS = 16
_SUBMITTING = "submit.lock"
_PATIENCE = 10.0  # seconds for others who submit
_DOCUMENT, _STOP, _UPLOAD, _REPORT = "job.json", "stop", "upload", "report.csv"
_NEW, _OLD = ".new-", ".old-"


class Shelf:
    """All jobs below one folder, as any process sees them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._finished: dict[str, tuple[int, Job]] = {}

    def ids(self) -> list[str]:
        """The ids of all jobs, the oldest first."""
        try:
            with os.scandir(self.folder) as entries:
                found = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            return []
        return sorted(name for name in found if not name.startswith("."))

    def jobs(self) -> list[Job]:
        """All jobs, the oldest first; a folder that cannot be read is a failed one."""
        found: list[Job] = []
        for id in self.ids():
            with suppress(UnknownJob):
                found.append(self.job(id))
        self._finished = {job.id: self._finished[job.id] for job in found if job.id in self._finished}
        return found

    def job(self, id: str) -> Job:
        """One job. Raises `UnknownJob`."""
        folder = self._folder_of(id)
        try:
            mark = (folder / _DOCUMENT).stat().st_mtime_ns
            known = self._finished.get(id)
            if known is not None and known[0] == mark:
                return known[1]
            job = from_document(id, json.loads((folder / _DOCUMENT).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            try:
                return damaged(id, folder.stat().st_mtime)
            except OSError:
                raise unknown(id) from None
        if job.is_finished:
            self._finished[id] = (mark, job)
        elif job.state == "queued" and self.is_to_stop(id):
            return replace(job, state="stopped")
        return job

    def waiting(self) -> list[Job]:
        """Jobs that are queued, or whose process died under them, in the order they came in."""
        found: list[Job] = []
        for id in self.ids():
            if id not in self._finished:
                with suppress(UnknownJob):
                    found.append(self._raw(id))
        return [job for job in found if not job.is_finished]

    def _raw(self, id: str) -> Job:
        """A job as its document has it: one that is to stop is still queued."""
        job = self.job(id)
        return replace(job, state="queued") if job.state == "stopped" and not job.finished else job

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """An empty folder for an upload, which is gone afterwards unless `accept` took it."""
        folder = self.folder / f"{_NEW}{secrets.token_hex(8)}"
        with storing():
            self.folder.mkdir(exist_ok=True)
            folder.mkdir()
            (folder / _UPLOAD).mkdir()
        try:
            yield folder / _UPLOAD
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process or thread is in this block meanwhile. Raises `StorageError`, `IndexLocked`."""
        with storing():
            self.folder.mkdir(exist_ok=True)
            lock = FileLock(self.folder / _SUBMITTING, thread_local=False)
            try:
                lock.acquire(timeout=_PATIENCE)
            except Timeout:
                raise IndexLocked("Others ask for jobs just now.", next_step="Ask again.") from None
        try:
            yield
        finally:
            lock.release()

    def accept(self, order: Order, upload: Path | None = None) -> Job:
        """Take a job and its upload of `incoming`; both are on disk afterwards. Raises `StorageError`."""
        if upload is None:
            with self.incoming() as empty:
                return self.accept(order, empty)
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        id = f"{stamp}-{int(now % 1 * 1_000_000):06d}-{secrets.token_hex(3)}"
        job = Job(id, order, "queued", now)
        with storing():
            _replace(upload.parent, _DOCUMENT, job, flush=True)
            _flush_below(upload.parent)
            upload.parent.rename(self.folder / id)
            flush_folder(self.folder)
        return job

    def write(self, job: Job, *, flush: bool = True) -> None:
        """Replace a job's document; ``flush`` it to the disk. Raises `StorageError`."""
        with storing():
            _replace(self.folder / job.id, _DOCUMENT, job, flush)

    def finish(self, job: Job) -> None:
        """Write the last document of a job and delete what was uploaded, then the oldest finished jobs."""
        self.write(job)
        self.clear(job.id)
        finished = [one.id for one in self.jobs() if one.is_finished and OWN.fullmatch(one.id)]
        for id in finished[:-KEPT]:
            with suppress(OSError):  # renamed first, so that nobody sees half of it
                shutil.rmtree((self.folder / id).rename(self.folder / f"{_OLD}{id}"))

    def clear(self, id: str) -> None:
        """Delete what was uploaded for a job."""
        shutil.rmtree(self.upload(id), ignore_errors=True)
        with suppress(OSError):
            (self.folder / id / _STOP).unlink(missing_ok=True)

    def ask_stop(self, id: str) -> None:
        """Say that a job is to stop."""
        with storing():
            (self._folder_of(id) / _STOP).touch()

    def is_to_stop(self, id: str) -> bool:
        """Whether somebody said that a job is to stop."""
        return (self.folder / id / _STOP).exists()

    def upload(self, id: str) -> Path:
        """The folder of what was uploaded for a job."""
        return self.folder / id / _UPLOAD

    def report(self, id: str) -> Path:
        """The file that lists a job's problems, there or not. Raises `UnknownJob`."""
        return self._folder_of(id) / _REPORT

    def problems(self, id: str) -> bytes | None:
        """The table of a job's problems, None where there is none. Raises `UnknownJob`."""
        try:
            return self.report(id).read_bytes()
        except FileNotFoundError:
            return None

    def sweep(self) -> None:
        """Delete what processes that died have left: uploads that were not accepted, and of finished jobs."""
        for folder in self.folder.glob(f"{_NEW}*"):
            if time.time() - _last_change(folder) > ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)
        for folder in self.folder.glob(f"{_OLD}*"):
            shutil.rmtree(folder, ignore_errors=True)
        for job in self.jobs():
            if job.is_finished and job.finished and OWN.fullmatch(job.id) and self.upload(job.id).exists():
                self.clear(job.id)

    def _folder_of(self, id: str) -> Path:
        if not id or id.startswith(".") or re.search(r"[/\\\x00]", id) or len(id) > 200:
            raise unknown(id)
        folder = self.folder / id
        if not folder.is_dir():
            raise unknown(id)
        return folder


@contextmanager
def storing() -> Iterator[None]:
    """Turn a failure to write into `StorageError`."""
    try:
        yield
    except OSError as error:
        other = StorageError(
            f"The jobs cannot be written: {error.strerror or error}.", next_step="Try again later."
        )
        raise refusal(error, Path("jobs")) or other from error


def unknown(id: str) -> UnknownJob:
    """The error of an id that no job has."""
    return UnknownJob(f"There is no job {id[:80]!r}.", next_step=f"The newest {KEPT} are at /v1/jobs.")


def _replace(folder: Path, name: str, job: Job, flush: bool) -> None:
    temporary = folder / f".tmp-{name}"
    with temporary.open("w", encoding="utf-8", errors="replace") as file:
        json.dump(job.to_document(), file, ensure_ascii=False)
        file.flush()
        if flush:
            os.fsync(file.fileno())
    temporary.replace(folder / name)
    if flush:
        flush_folder(folder)


def _flush_below(folder: Path) -> None:
    """Force everything below a folder to the disk, much of it at once: one by one takes six times as long."""
    folders, files = [], []
    for place, _, names in os.walk(folder):
        folders.append(Path(place))
        files += [Path(place, name) for name in names]
    with ThreadPoolExecutor(_FLUSHERS, "flush") as flushers:
        for _ in (*flushers.map(_flush_file, files), *flushers.map(flush_folder, folders)):
            pass


def _flush_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _last_change(folder: Path) -> float:
    latest = 0.0
    for place, _, files in os.walk(folder):
        for path in (place, *(os.path.join(place, name) for name in files)):  # noqa: PTH118
            with suppress(OSError):
                latest = max(latest, os.stat(path).st_mtime)  # noqa: PTH116
    return latest
