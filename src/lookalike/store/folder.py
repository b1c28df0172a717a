"""An index in a folder of this machine."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookalike.disk import flush_folder
from lookalike.errors import BadArgument, LookalikeError, StorageError
from lookalike.store import lock
from lookalike.store.base import Change
from lookalike.store.damage import shown
from lookalike.store.failing import refusal, writing
from lookalike.store.place import Address

JOBS = "jobs"
"""The folder in which a service keeps what it was told to write; no part of the index itself."""

TEMPORARY = ".tmp-"

_WRITTEN = ".tmp"  # what Lance calls a file until it is whole
_COARSE = 0.02  # seconds; file times are no finer
_NOTHING = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)
_WAIT = 30.0  # seconds for another process that is changing a document, which takes it less than one


class Folder:
    """A place that is a folder; see `lookalike.store.place.Place`."""

    trouble: LookalikeError | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._asked: dict[str, Path] = {}

    def __str__(self) -> str:
        return str(self._path)

    @property
    def path(self) -> Path:
        """The folder."""
        return self._path

    def refusal(self, error: BaseException) -> StorageError | None:
        """The `StorageError` this failure is, or None when the disk did not refuse."""
        return refusal(error, self._path)

    def is_there(self) -> bool:
        """Whether anything is at this path."""
        return os.path.lexists(self._path)

    def is_folder(self) -> bool:
        """Whether a folder is at this path."""
        return self._path.is_dir()

    def require_plain(self) -> None:
        """Raise `BadArgument` for a name that Lance refuses."""
        if any(ord(c) < 32 or ord(c) == 127 for c in str(self._path)):
            raise BadArgument(
                f"The path {shown(self._path)} holds control characters.", next_step="Choose another name."
            )

    def make(self) -> None:
        """Make the folder where there is none."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.refusal(error) or StorageError(
                f"The folder {shown(self._path)} cannot be made: {error.strerror}.",
                next_step="Choose another path.",
            ) from error

    def table(self, name: str) -> Address:
        """Where Lance finds a table."""
        return Address(str(self._path / name))

    def read(self, name: str) -> bytes | None:
        """A document, None where there is none."""
        with writing(self):
            try:
                return (self._path / name).read_bytes()
            except OSError as error:
                if error.errno in _NOTHING:
                    return None
                raise

    def replace(self, name: str, data: bytes) -> None:
        """Replace a document whole or not at all; what holds a lock keeps others from doing so meanwhile."""
        with writing(self):
            replace_file(self._path / name, data)

    def change(self, name: str, make: Change) -> bytes:
        """Replace a document in a folder by what is made of it, while nobody else changes one there."""
        folder = (self._path / name).parent
        with writing(self):
            folder.mkdir(exist_ok=True)
        with lock.write_lock(folder, _WAIT, "taking notes of", self) as clean:
            if not clean:
                _sweep(folder)
            before = self.read(name)
            data = make(before)
            if data != before:
                self.replace(name, data)
        return data

    def mark(self, name: str) -> str:
        """A text that changes when a document does; "" when there is none."""
        file = self._asked.get(name)  # some are asked for before each answer
        if file is None:
            file = self._asked[name] = self._path / name
        try:
            status = file.stat()
        except OSError:
            return ""
        return f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"

    def names(self, folder: str) -> set[str]:
        """The names of the documents in a folder."""
        home = self._path / folder
        with writing(self):
            found = {entry.name for entry in home.iterdir()} if home.is_dir() else set()
        return {name for name in found - {lock.NAME, lock.NOTE} if not name.startswith(TEMPORARY)}

    def remove(self, names: Collection[str]) -> None:
        """Delete documents, all in one folder; one that is not there is passed over."""
        files = [file for name in names if (file := self._path / name).exists()]
        if not files:
            return
        with lock.write_lock(files[0].parent, _WAIT, "taking notes of", self), writing(self):
            for file in files:
                file.unlink(missing_ok=True)

    @contextmanager
    def lock(self, room: str, wait: float, doing: str) -> Iterator[FolderHold]:
        """Hold the lock of a folder in this one, or raise `IndexLocked` after ``wait`` seconds."""
        folder = self._path / room
        with writing(self):
            folder.mkdir(exist_ok=True)
        with lock.write_lock(folder, wait, doing, self) as clean:
            yield FolderHold(self, clean)

    def entries(self) -> set[str]:
        """The names of everything directly in the folder; none where it is no folder."""
        with writing(self):
            return {entry.name for entry in self._path.iterdir()} if self._path.is_dir() else set()

    def sizes(self, folder: str) -> dict[str, int]:
        """The files in a folder of a table, and their bytes."""
        home = self._path / folder
        found: dict[str, int] = {}
        for entry in os.scandir(home) if home.is_dir() else ():
            with suppress(FileNotFoundError):
                if entry.is_file():
                    found[entry.name] = entry.stat().st_size
        return found

    def size(self) -> int:
        """Bytes of the index, without files that a writer takes away meanwhile, and a service's jobs."""
        size = 0
        for folder, folders, files in os.walk(self._path):
            if Path(folder) == self._path and JOBS in folders:
                folders.remove(JOBS)
            for name in (*folders, *files):
                with suppress(FileNotFoundError):
                    size += (Path(folder) / name).lstat().st_size
        return size

    def delete(self, name: str) -> None:
        """Delete a folder with all that is in it."""
        with writing(self):
            if (self._path / name).exists():
                shutil.rmtree(self._path / name)

    def flush(self, table: str, since: float) -> None:
        """Force to disk what reading a table needs and was written since ``since``.

        Lance leaves that to the system; after a power cut the manifest would name files that are not there.
        Files that are being written, by workers of a cluster, are no version's yet, and may get another name
        at any moment.
        """
        for parent in (self._path / table / name for name in ("data", "_deletions", "_versions")):
            files = parent.iterdir() if parent.is_dir() else ()
            whole = (file for file in files if file.suffix != ".json" and not file.name.startswith(_WRITTEN))
            changed = [file for file in whole if file.stat().st_mtime >= since - _COARSE]
            for file in changed:
                with file.open("rb") as opened:
                    os.fsync(opened.fileno())
            if changed:
                flush_folder(parent)

    def sweep(self, tables: Mapping[str, Any], hold: object) -> None:  # noqa: ARG002
        """Delete files that no version of these tables names, and the temporary ones of a killed writer."""
        for table in tables.values():
            table.cleanup_old_versions(retain_versions=1_000_000, delete_unverified=True)
        for folder in (self._path / name for name in tables):
            for leftover in folder.rglob(f"{_WRITTEN}*"):
                leftover.unlink(missing_ok=True)
        _sweep(self._path)

    def inside(self, name: str) -> Folder:
        """A folder within this one."""
        return Folder(self._path / name)

    def beside(self, name: str) -> Path:
        """Something in the folder."""
        return self._path / name

    def local(self, name: str) -> Path:
        """The folder of this name in this one, which may not exist."""
        return self._path / name

    def share(self, name: str, folder: Path | None, *, beside: bool = False) -> None:
        """Nothing is to be done: whoever reaches the folder has all that is in it."""


@dataclass(frozen=True)
class FolderHold:
    """A lock in a folder, which the system frees when its holder dies: it cannot be lost."""

    place: Folder
    clean: bool
    token: int = 0

    def require(self) -> None:
        """Nothing can be wrong."""

    def read(self, name: str) -> bytes | None:
        """A document of the place."""
        return self.place.read(name)

    def replace(self, name: str, data: bytes) -> None:
        """Replace a document of the place."""
        self.place.replace(name, data)


def replace_file(file: Path, data: bytes) -> None:
    """Write a file so that it is there as it was or as it is now, also after a power cut."""
    temporary = file.with_name(TEMPORARY + file.name)
    with temporary.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    _step_forward(temporary, file)
    temporary.replace(file)
    flush_folder(file.parent)


def _step_forward(temporary: Path, file: Path) -> None:
    """Date a new file after the one it replaces: a disk's clock is coarser than two quick changes."""
    try:
        least = file.stat().st_mtime_ns + 1000
    except OSError:
        return
    moment = max(time.time_ns(), least)
    os.utime(temporary, ns=(moment, moment))


def _sweep(folder: Path) -> None:
    """Delete what a killed writer left of documents."""
    for leftover in folder.glob(".tmp*"):
        with suppress(OSError):
            leftover.unlink()
