"""Small named documents beside the tables: what was found and said about pictures, whatever the version."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from lookalike.disk import flush_folder
from lookalike.store import lock
from lookalike.store.base import Change
from lookalike.store.lock import write_lock
from lookalike.store.tables import writing

NAME = "notes"

_PLAIN = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9]+)?")
_TEMPORARY = ".tmp-"
_WAIT = 30.0  # seconds for another process that is changing a note, which takes it less than one


class FolderNotes:
    """Notes in the folder of an index, a file each; see `lookalike.store.base.Notes`."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._folder = index / NAME
        self._files: dict[str, Path] = {}

    def read(self, name: str) -> bytes | None:
        """The document, or None when there is none."""
        file = self._file(name)
        with writing(self._index):
            try:
                return file.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def write(self, name: str, data: bytes) -> None:
        """Replace the document."""
        self.change(name, lambda _: data)

    def change(self, name: str, make: Change) -> bytes:
        """Replace the document by what is made of it, while nobody else changes one; returns the new one."""
        file = self._file(name)
        with writing(self._index):
            self._folder.mkdir(exist_ok=True)
        with write_lock(self._folder, _WAIT, "taking notes of", self._index) as clean:
            if not clean:
                self._sweep()
            before = self.read(name)
            data = make(before)
            if data != before:
                with writing(self._index):
                    self._replace(file, data)
        return data

    def revision(self, name: str) -> str:
        """A text that changes when the document does; "" when there is none."""
        try:
            status = self._file(name).stat()
        except OSError:
            return ""
        return f"{status.st_mtime_ns:x}-{status.st_size:x}"

    def remove(self, names: Collection[str]) -> None:
        """Delete documents; one that is not there is passed over."""
        files = [self._file(name) for name in names]
        if not any(file.exists() for file in files):
            return
        with write_lock(self._folder, _WAIT, "taking notes of", self._index), writing(self._index):
            for file in files:
                file.unlink(missing_ok=True)

    def names(self) -> set[str]:
        """The names of all documents."""
        with writing(self._index):
            found = {entry.name for entry in self._folder.iterdir()} if self._folder.is_dir() else set()
        return {name for name in found - {lock.NAME, lock.NOTE} if _PLAIN.fullmatch(name)}

    def _replace(self, file: Path, data: bytes) -> None:
        temporary = file.with_name(_TEMPORARY + file.name)
        with temporary.open("wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        _step_forward(temporary, file)
        temporary.replace(file)
        flush_folder(self._folder)

    def _sweep(self) -> None:
        """Delete what a killed writer left."""
        for leftover in self._folder.glob(f"{_TEMPORARY}*"):
            with suppress(OSError):
                leftover.unlink()

    def _file(self, name: str) -> Path:
        file = self._files.get(name)  # some are asked for before each answer
        if file is None:
            require_name(name)
            file = self._files[name] = self._folder / name
        return file


def require_name(name: str) -> None:
    """Raise `ValueError` unless this can be the name of a note: short, of small letters, one dot at most."""
    if not _PLAIN.fullmatch(name) or len(name) > 60:
        raise ValueError(f"{name!r} is no name of a note")


def _step_forward(temporary: Path, file: Path) -> None:
    """Date a new file after the one it replaces: a disk's clock is coarser than two quick changes."""
    try:
        least = file.stat().st_mtime_ns + 1000
    except OSError:
        return
    moment = max(time.time_ns(), least)
    os.utime(temporary, ns=(moment, moment))
