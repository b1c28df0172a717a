"""Where the generator of an index lies, and what a training of one leaves there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lookalike.errors import BadArgument, IndexLocked, unwritable
from lookalike.imagining.kept import FILE, FOLDER, WORK
from lookalike.learning.place import leave_nothing
from lookalike.questions import Questions
from lookalike.store.lock import write_lock


@dataclass(frozen=True)
class Home:
    """The folder of the one generator that an index has."""

    folder: Path

    @property
    def model(self) -> Path:
        """The generator that answers."""
        return self.folder / Path(FILE).name

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
        return self.folder / WORK

    @property
    def drafts(self) -> Path:
        """The sheets of the training that is under way."""
        return self.work / "sheets"

    @contextmanager
    def held(self, index: object) -> Iterator[None]:
        """Be the one that learns here. Raises `IndexLocked` while another process is, `StorageError`.

        What a training leaves that failed or was stopped stays, empty folders that it made do not. Raises
        `BadArgument` where something else than a file has the generator's name: it could not be replaced.
        """
        if self.model.exists() and not self.model.is_file():
            raise BadArgument(f"{self.model} is no file.", next_step="Move it away.")
        try:
            self.work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self.folder, error) from None
        try:
            with write_lock(self.work, 0.0, "learning the generator of", index):
                self._sweep()
                yield
        except IndexLocked:
            raise
        except BaseException:
            leave_nothing(self.work)
            with suppress(OSError):  # where more lies in it, it stays
                self.folder.rmdir()
            raise

    def _sweep(self) -> None:
        """Delete what a killed training had begun to write."""
        begun = (self.folder.glob(".tmp-*"), self.drafts.glob(".tmp-*"), self.work.glob("*.partial"))
        with suppress(OSError):
            for leftover in chain(*begun):
                leftover.unlink()

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
