"""Where the generator of an index lies, and what a training of one leaves there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import BadArgument, IndexLocked, unwritable
from lookalike.questions import Questions
from lookalike.store.lock import NAME as LOCK
from lookalike.store.lock import NOTE, write_lock

FOLDER = "imagine"
"""The folder of the generator in that of the index."""


@dataclass(frozen=True)
class Home:
    """The folder of the one generator that an index has."""

    folder: Path

    @property
    def model(self) -> Path:
        """The generator that answers."""
        return self.folder / "generator.npz"

    @property
    def page(self) -> Path:
        """The report for people."""
        return self.folder / "report.html"

    @property
    def document(self) -> Path:
        """The report as JSON."""
        return self.folder / "report.json"

    @property
    def sheets(self) -> Path:
        """Pictures that were made at the end of some epochs."""
        return self.folder / "sheets"

    @property
    def work(self) -> Path:
        """The folder of what an unfinished training leaves."""
        return self.folder / ".work"

    @property
    def drafts(self) -> Path:
        """The sheets of the training that is under way."""
        return self.work / "sheets"

    @contextmanager
    def held(self, index: object) -> Iterator[None]:
        """Be the one that learns here. Raises `IndexLocked` while another process is, `StorageError`.

        What a training leaves that failed or was stopped stays, empty folders that it made do not.
        """
        try:
            self.work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self.folder, error) from None
        try:
            with write_lock(self.work, 0.0, "learning the generator of", index):
                yield
        except IndexLocked:
            raise
        except BaseException:
            with suppress(OSError):
                if {file.name for file in self.work.iterdir()} <= {LOCK, NOTE}:
                    shutil.rmtree(self.work)
                    self.folder.rmdir()
            raise

    def tidy(self) -> None:
        """Forget what a later run would go on from."""
        shutil.rmtree(self.work, ignore_errors=True)


def home_of(index: Questions) -> Home:
    """Where the generator of an index lies. Raises `BadArgument` where it has no folder."""
    if index.place is not None:
        return Home(index.place.beside(FOLDER).resolve())
    if index.path is None:
        raise BadArgument(
            "This index has no folder for a generator to lie in.", next_step="Make one: Index.create(folder)."
        )
    return Home((index.path / FOLDER).resolve())
