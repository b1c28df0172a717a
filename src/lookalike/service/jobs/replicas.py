"""What the replicas of a service tell each other of their jobs.

Each does its own, which lie on its disk; on a board in the database that they share it says how far they are,
and reads what the others say.
"""

from __future__ import annotations

import logging
import platform
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from lookalike.errors import LookalikeError
from lookalike.records.board import Board, Posted
from lookalike.service.jobs.document import Job, JobLost, UnknownJob, damaged, from_document
from lookalike.service.jobs.shelf import KEPT, OWN, Shelf
from lookalike.service.problems import problem

_TELL = 1.0  # seconds between two times that the others are told
_AT_ONCE = 100  # jobs in one statement

logger = logging.getLogger("lookalike.service")


class Replicas:
    """Tells of the jobs of a shelf in a thread of its own, and knows those of the others.

    ``board`` gives the board, None where there is none, or raises while the index is not loaded; ``wake`` is
    called when one of the shelf's jobs is to stop. What is asked here raises `StorageAway` while the database
    is away.
    """

    def __init__(self, shelf: Shelf, board: Callable[[], Board | None], wake: Callable[[], None]) -> None:
        self.name = platform.node() or "unnamed"
        self._shelf = shelf
        self._of = board
        self._wake = wake
        self._told: set[str] | None = None  # ids of jobs whose end the others know
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to tell."""
        self._closing.clear()
        self._thread = threading.Thread(target=self._run, name="lookalike-replicas", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop telling; what is unfinished counts as lost after a minute, unless it is gone on with."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(10)

    def tell(self, job: Job) -> None:
        """Tell of a job that was just taken in; where that fails it is told later."""
        board = self._board()
        if board is not None:
            try:
                board.post([self._posted(job)])
            except LookalikeError as error:
                logger.warning("other replicas do not know of job %s yet: %s", job.id, error)

    def get(self, id: str) -> Job | None:
        """A job of any replica, None where none told of it."""
        board = self._board()
        posted = None if board is None else board.get(id)
        return None if posted is None else _job(posted)

    def all(self) -> list[Job]:
        """The jobs that were told of, the newest first."""
        board = self._board()
        return [] if board is None else [_job(posted) for posted in board.all()]

    def waiting(self) -> list[Job]:
        """Those that wait or run, and are not to stop."""
        board = self._board()
        posted = [] if board is None else board.all()
        return [_job(one) for one in posted if not (one.is_finished or one.is_to_stop or one.is_lost)]

    def stop(self, id: str) -> None:
        """Say that a job of another replica is to stop."""
        board = self._board()
        if board is not None:
            board.ask_stop(id)

    def report(self, id: str) -> bytes | None:
        """The problems of another replica's job as a table."""
        board = self._board()
        return None if board is None else board.report(id)

    def own(self, job: Job) -> Job:
        """A job of the shelf, with this replica's name where there may be others."""
        return job if self._board() is None else replace(job, replica=self.name)

    def _board(self) -> Board | None:
        try:
            return self._of()
        except LookalikeError:  # the index is not loaded yet
            return None

    def _run(self) -> None:
        said = ""
        while not self._closing.wait(_TELL):
            try:
                self._tell_all()
                said = ""
            except (LookalikeError, OSError) as error:
                if str(error) != said:
                    logger.error("other replicas cannot be told of jobs: %s", error)
                said = str(error)

    def _tell_all(self) -> None:
        """Tell of every job that is not finished, and once of the end of each."""
        board = self._board()
        ids = [id for id in self._shelf.ids() if OWN.fullmatch(id)]
        if board is None or not ids:
            return
        if self._told is None:
            self._told = board.finished(ids)
        self._told.intersection_update(ids)
        posted: list[Posted] = []
        for id in ids:
            if id not in self._told:
                with suppress(UnknownJob):  # it was cleared away meanwhile
                    posted.append(self._posted(self._shelf.job(id)))
        for start in range(0, len(posted), _AT_ONCE):
            for id in board.post(posted[start : start + _AT_ONCE]):
                if not self._shelf.is_to_stop(id):
                    self._shelf.ask_stop(id)
                    self._wake()
        ended = {one.id for one in posted if one.is_finished}
        if ended:
            self._told |= ended
            board.sweep(KEPT)

    def _posted(self, job: Job) -> Posted:
        is_over = job.finished is not None  # one that is to stop says so before it is
        report = self._shelf.problems(job.id) if is_over else None
        return Posted(job.id, self.name, job.to_document(), is_over, report=report)


def _job(posted: Posted) -> Job:
    """A job of which a replica told, as it is shown."""
    try:
        job = from_document(posted.id, posted.document)
    except (KeyError, TypeError, ValueError, OverflowError):  # of another version of this program
        job = damaged(posted.id, time.time() - posted.silent)
    job = replace(job, replica=posted.replica)
    if posted.is_to_stop and job.state == "queued":
        return replace(job, state="stopped")
    if not posted.is_lost:
        return job
    lost = JobLost(
        f"The replica {posted.replica!r}, which had this job, was last heard of {posted.silent:.0f} s ago.",
        next_step="Send it again. If that replica comes back with its disk, it goes on with this one too.",
    )
    return replace(
        job, state="failed", finished=time.time() - posted.silent, seconds_left=None, error=problem(lost)
    )
