"""Where an index lies: what the store asks of a folder, or of a bucket of object storage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from lookalike.errors import LookalikeError, StorageError
from lookalike.store.base import Change


@dataclass(frozen=True, slots=True)
class Address:
    """Where Lance finds a table: its address, and ``options`` for it (``storage_options`` of Lance)."""

    uri: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)  # they may hold a key


class Where(Protocol):
    """What a failure needs to know of a place. ``str()`` of it is its address for messages."""

    def refusal(self, error: BaseException) -> StorageError | None:
        """The `StorageError` this failure is, or None when nothing refused."""
        ...

    def is_there(self) -> bool:
        """Whether anything is at this place."""
        ...


class Hold(Protocol):
    """A lock that is held. Whatever must not happen once it is lost goes through here."""

    @property
    def clean(self) -> bool:
        """False when the last holder did not end as it should, and may have left something."""
        ...

    @property
    def token(self) -> int:
        """A number that grows with every holder, 0 where a lock cannot be lost."""
        ...

    def require(self) -> None:
        """Raise `IndexLocked` when the lock was lost, as happens to a process that was stopped for long."""
        ...

    def read(self, name: str) -> bytes | None:
        """A document as `Place.read` does; `replace` then replaces what was read here, and nothing newer."""
        ...

    def replace(self, name: str, data: bytes) -> None:
        """Replace a document as `Place.replace` does, unless the lock was lost: `IndexLocked`."""
        ...


class Place(Where, Protocol):
    """A place for one index: small documents, tables, locks, and a folder for kept columns.

    Names of documents are paths with at most one folder in front. What is asked here raises `LookalikeError`.
    """

    @property
    def path(self) -> Path | None:
        """The folder, None where the place is none."""
        ...

    @property
    def trouble(self) -> LookalikeError | None:
        """What hinders the place from answering just now; marks are of before then."""
        ...

    def require_plain(self) -> None:
        """Raise `BadArgument` for an address that Lance refuses."""
        ...

    def make(self) -> None:
        """Make the place where there is none. Raises `StorageError`."""
        ...

    def is_folder(self) -> bool:
        """Whether what is there can hold an index."""
        ...

    def table(self, name: str) -> Address:
        """Where Lance finds a table."""
        ...

    def read(self, name: str) -> bytes | None:
        """A document, None where there is none."""
        ...

    def replace(self, name: str, data: bytes) -> None:
        """Replace a document whole or not at all, also where the process dies or the power goes."""
        ...

    def change(self, name: str, make: Change) -> bytes:
        """Replace a document by what is made of it, while nobody else changes it; returns the new one.

        ``make`` may be called again. `IndexLocked` where others leave no turn.
        """
        ...

    def mark(self, name: str) -> str:
        """A text that changes when a document does, "" where there is none; cheap enough for every answer.

        It may be of a second ago.
        """
        ...

    def names(self, folder: str) -> set[str]:
        """The names of the documents in a folder."""
        ...

    def remove(self, names: Collection[str]) -> None:
        """Delete documents; one that is not there is passed over."""
        ...

    def lock(self, room: str, wait: float, doing: str) -> AbstractContextManager[Hold]:
        """Hold the lock of a room, "" for that of the writer, or raise `IndexLocked` after ``wait`` seconds.

        ``doing`` says in that error what its holder does.
        """
        ...

    def entries(self) -> set[str]:
        """The names of everything directly in the place, documents aside where those lie apart."""
        ...

    def sizes(self, folder: str) -> dict[str, int]:
        """The files in a folder of a table, and their bytes."""
        ...

    def size(self) -> int:
        """Bytes of the whole index, without what a service keeps beside it."""
        ...

    def delete(self, name: str) -> None:
        """Delete a folder with all that is in it."""
        ...

    def flush(self, table: str, since: float) -> None:
        """Force to disk what reading a table needs and was written since a moment (seconds since 1970)."""
        ...

    def sweep(self, tables: Mapping[str, Any], hold: Hold) -> None:
        """Delete what a killed writer left in tables: what no version of them names."""
        ...

    def inside(self, name: str) -> Place:
        """A place within this one, for more tables."""
        ...

    def beside(self, name: str) -> Path:
        """Where on this machine something lies that is no part of the index; its folder is there."""
        ...

    def local(self, name: str) -> Path:
        """A folder of this machine for what is kept under this name, with what others have shared of it."""
        ...

    def share(self, name: str, folder: Path | None, *, beside: bool = False) -> None:
        """Let other machines have a folder in `local`; None is none.

        It is the only one of this name from now on, unless it lies ``beside`` the others. Where other
        machines are, the document of this name, and so its mark, changes with it.
        """
        ...


IsGone = Callable[[], bool]
"""Whether the version that is being read was cleaned away."""
