"""Where a learnt encoder lies: a folder of its own in that of the index, or one that was asked for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from lookalike.encoders.moved import FOLDER
from lookalike.encoders.onnx_file import PREFIX
from lookalike.errors import BadArgument, IndexLocked, unwritable
from lookalike.store.lock import NAME as LOCK
from lookalike.store.lock import NOTE, write_lock

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class Place:
    """A folder and the name of the encoder in it. ``work`` is for what a later run goes on from.

    ``taken`` is whether an unfinished training's encoder lies there, which this one replaces.
    """

    folder: Path
    name: str
    taken: bool = False

    @property
    def model(self) -> Path:
        """The file of the network."""
        return self.folder / f"{self.name}.onnx"

    @property
    def card(self) -> Path:
        """What the file is, which is written last: where it lies, an encoder lies."""
        return self.folder / f"{self.name}.toml"

    @property
    def work(self) -> Path:
        """The folder of what an unfinished training leaves."""
        return self.folder / f".{self.name}.work"

    @property
    def page(self) -> Path:
        """The report for people."""
        return self.folder / "report.html"

    @property
    def document(self) -> Path:
        """The report as JSON."""
        return self.folder / "report.json"

    @property
    def unfinished(self) -> bool:
        """Whether a training was begun here and not ended."""
        return self.work.is_dir()

    @contextmanager
    def held(self, index: Path | None) -> Iterator[None]:
        """Be the one that learns here. Raises `IndexLocked` while another process is, `StorageError`.

        What a training leaves that failed or was stopped stays, empty folders that it made do not. Raises
        `BadArgument` where another process has ended an encoder here meanwhile: an index may run on it.
        """
        made = [folder for folder in (self.folder, self.folder.parent) if not folder.exists()]
        try:
            self.work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self.folder, error) from None
        try:
            with write_lock(self.work, 0.0, f"learning the encoder {self.name} of", index or self.folder):
                if self.card.exists() and not self.taken:
                    leave_nothing(self.work)
                    raise taken_already(self)
                yield
        except IndexLocked:
            raise
        except BaseException:
            self._leave(made)
            raise
        shutil.rmtree(self.work, ignore_errors=True)

    def _leave(self, made: Collection[Path]) -> None:
        """Take away folders that nothing was put into: that for the work, and those ``made`` for it."""
        if self.model.exists():
            return
        leave_nothing(self.work)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


def leave_nothing(work: Path) -> None:
    """Take away the folder of a training that put nothing into it to go on from."""
    with suppress(OSError):
        if {file.name for file in work.iterdir()} <= {LOCK, NOTE}:
            shutil.rmtree(work)


def place_of(
    path: Path | None, out: Path | None, name: str | None, recipe: str, used: Collection[str] = ()
) -> Place:
    """Where an encoder is to lie, in the index at ``path`` or in the folder ``out``.

    Without a name it is that of the recipe with a number, the first that is free; an unfinished training of
    that name is gone on with, unless its encoder is one of those ``used`` already. Raises `BadArgument` for a
    name that is taken, or is none.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise BadArgument(
            f"An encoder cannot be called {name!r:.80}.",
            next_step="Use up to 64 letters, digits, dots, hyphens and underscores.",
        )
    if out is None and path is None:
        raise BadArgument("This index has no folder.", next_step="Say where the encoder is to lie: out=...")
    for number in count(1):
        called = name or (recipe if number == 1 else f"{recipe}-{number}")
        folder = path / FOLDER / called if out is None and path is not None else Path(out or "")
        place = _looked_at(folder, called)
        _require_own(place.folder, path)
        if not place.taken or (place.unfinished and f"{PREFIX}{place.model}" not in used):
            return place
        if name is not None:
            raise taken_already(place)
    raise AssertionError("unreachable")


def _require_own(folder: Path, index: Path | None) -> None:
    """Raise `BadArgument` for a folder among the index's own tables."""
    if index is not None and folder.is_relative_to(index.resolve()):
        first = folder.relative_to(index.resolve()).parts[:1]
        if first != (FOLDER,):
            raise BadArgument(
                f"{folder} is the index's own folder.",
                next_step=f"Leave --out out: the encoder then lies in {index / FOLDER}.",
            )


def taken_already(place: Place) -> BadArgument:
    """The error of an encoder that lies there, and is not to be replaced."""
    return BadArgument(
        f"There is an encoder {place.name} already: {place.model}.",
        next_step="Choose another name (--name), or delete its folder where no index uses it.",
    )


def _looked_at(folder: Path, called: str) -> Place:
    """The place in a folder, and whether it is taken. Raises `BadArgument` where none can be there."""
    try:
        place = Place(folder.expanduser().resolve(), called)
        return replace(place, taken=place.card.exists())
    except (OSError, RuntimeError, ValueError) as error:  # too long, a loop of links, nobody's home
        raise BadArgument(
            f"The encoder cannot lie in {str(folder)!r:.80}: {_reason(error)}.",
            next_step="Choose another folder (--out).",
        ) from None


def _reason(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return said[:200].rstrip(".")
