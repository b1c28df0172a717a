"""What a failure to read or write an index means; nothing heavy is loaded here."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import LookalikeError, StorageAway, StorageError
from lookalike.store.base import VersionGone
from lookalike.store.damage import damaged, no_index, shown
from lookalike.store.place import IsGone, Where

_REFUSALS: tuple[tuple[tuple[int, ...], tuple[str, ...], str, str], ...] = (
    (
        (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
        ("no space left", "quota exceeded", "file too large", "(os error 28)", "(os error 27)"),
        "The disk is full: {path} could not be written.",
        "Free some space and run the command again; nothing that was stored is lost.",
    ),
    (
        (errno.EROFS,),
        ("read-only file system",),
        "{path} is on a read-only disk.",
        "Use a folder on a disk that can be written.",
    ),
    (
        (errno.EACCES, errno.EPERM),
        ("permission denied", "operation not permitted"),
        "Not permitted to write or read {path}.",
        "Change the folder's permissions, or use another folder.",
    ),
)


def refusal(error: BaseException, path: object) -> StorageError | None:
    """The `StorageError` this failure is, or None when the disk did not refuse."""
    text = str(error).lower()
    for numbers, words, message, next_step in _REFUSALS:
        if getattr(error, "errno", None) in numbers or any(word in text for word in words):
            return StorageError(message.format(path=shown(path)), next_step=next_step)
    return None


def brief(error: BaseException) -> str:
    """A failure of Lance in one short line, without the places in its source."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return shown(line.split(", /")[0].split(", src/")[0][:200])


@dataclass(frozen=True)
class Disk:
    """A folder, as far as failures go."""

    folder: Path

    def __str__(self) -> str:
        return str(self.folder)

    def refusal(self, error: BaseException) -> StorageError | None:
        """The `StorageError` this failure is, or None when the disk did not refuse."""
        return refusal(error, self.folder)

    def is_there(self) -> bool:
        """Whether anything is at this path."""
        return os.path.lexists(self.folder)


@contextmanager
def reading(where: Where, is_gone: IsGone) -> Iterator[None]:
    """Turn a failure to read into `VersionGone`, `StorageError`, `NoIndex` or `IndexDamaged`."""
    try:
        yield
    except (LookalikeError, VersionGone, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:  # a panic inside Lance is not an Exception
        refused = where.refusal(error)
        if isinstance(refused, StorageAway):  # to ask it what is gone would take as long again
            raise refused from error
        if is_gone():
            raise VersionGone("Later commits have cleaned this version away.") from error
        if refused:
            raise refused from error
        if not where.is_there():  # deleted under a reader
            raise no_index(where, is_there=False) from error
        raise damaged(where, brief(error)) from error


@contextmanager
def writing(where: Where) -> Iterator[None]:
    """Turn a failure to write into `StorageError`, `NoIndex` or `IndexDamaged`."""
    with reading(where, lambda: False):
        yield
