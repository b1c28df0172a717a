"""One writer at a time: a lock the system frees when its holder dies, and a note of who holds it."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lookalike.errors import IndexLocked
from lookalike.store.damage import shown
from lookalike.store.failing import Disk, writing

NAME = "lock"
NOTE = "lock.json"


@contextmanager
def write_lock(path: Path, wait: float, doing: str = "writing to", index: object = None) -> Iterator[bool]:
    """Hold the writer's lock of the index at ``path``; yields False when the last holder died holding it.

    In a folder ``path`` of its own the same lock serves for ``doing`` something else. Raises `IndexLocked`
    after ``wait`` seconds, `StorageError` when the folder cannot be written.
    """
    lock = FileLock(path / NAME, thread_local=False)
    note = path / NOTE
    try:
        with writing(Disk(path)):
            try:
                lock.acquire(timeout=wait, poll_interval=0.02)
            except Timeout as error:
                raise IndexLocked(
                    f"Another process is {doing} the index at {shown(index or path)}{_holder(note)}.",
                    next_step="Wait until it is done, or stop it; reading goes on meanwhile.",
                ) from error
            clean = not note.exists()
            document = {"pid": os.getpid(), "host": socket.gethostname(), "since": round(time.time(), 3)}
            note.write_text(json.dumps(document), encoding="utf-8")
        yield clean
    finally:
        if lock.is_locked:
            try:
                note.unlink(missing_ok=True)
            except OSError:
                pass  # a note that stays only makes the next writer look for leftovers
            finally:
                lock.release()


def _holder(note: Path) -> str:
    try:
        document = json.loads(note.read_text(encoding="utf-8"))
        return f" (process {int(document['pid'])} on {shown(document['host'])})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
