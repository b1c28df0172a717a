"""Every error a caller can meet: a stable code, what is wrong, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class LookalikeError(Exception):
    """Base of all errors raised on purpose.

    ``code`` is stable and the same on every door; ``message`` says what is wrong in one line;
    ``next_step`` says what the reader can do about it.
    """

    code = "error"

    def __init__(self, message: str, *, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def to_dict(self) -> dict[str, Any]:
        """The error as one JSON-ready document: ``code``, ``message``, ``next_step``."""
        return {"code": self.code, "message": self.message, "next_step": self.next_step}

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}"


class BadArgument(LookalikeError):
    """A parameter is out of range or contradicts another."""

    code = "bad-argument"


class BadFilter(LookalikeError):
    """A ``where`` text does not follow the grammar, or names a field the catalogue lacks."""

    code = "bad-filter"


class UnknownProduct(LookalikeError):
    """No product has this id."""

    code = "unknown-product"


class UnknownPicture(LookalikeError):
    """The product has no picture at this position."""

    code = "unknown-picture"


class CatalogError(LookalikeError):
    """A catalogue as a whole cannot be read: no such file, no id column, an unknown format."""

    code = "bad-catalog"


class EventsError(LookalikeError):
    """A file of events as a whole cannot be read: no such file, no column of users, an unknown format."""

    code = "bad-events"


class PictureError(LookalikeError):
    """One picture cannot be read. ``reason`` is a stable word for reports and counts.

    Reasons: ``missing``, ``directory``, ``empty``, ``truncated``, ``not-a-picture``, ``too-large``,
    ``unreadable``, ``fetch-failed``, ``private-address``, ``outside`` (a path where none may be named).
    """

    code = "bad-picture"

    def __init__(self, message: str, *, reason: str, next_step: str = "") -> None:
        usual = "Check the path." if reason == "missing" else "Replace the picture."
        super().__init__(message, next_step=next_step or usual)
        self.reason = reason


class EncoderError(LookalikeError):
    """An encoder cannot be loaded, or its card does not describe its file.

    ``card`` is a ready-made card (TOML, several lines) where one is missing and most of it can be read from
    the model: for the reader to check and save. Else it is empty.
    """

    code = "bad-encoder"

    def __init__(self, message: str, *, next_step: str, card: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.card = card

    def to_dict(self) -> dict[str, Any]:
        """The error as one JSON-ready document: ``code``, ``message``, ``next_step``, and ``card`` if any."""
        return {**super().to_dict(), **({"card": self.card} if self.card else {})}

    def __str__(self) -> str:
        return f"{super().__str__()}\n\n{self.card}" if self.card else super().__str__()


class NoGenerator(EncoderError):
    """The index has no generator of pictures, or none that fits its vectors and can be read."""

    code = "no-generator"


class TrainingError(LookalikeError):
    """An encoder cannot be learnt: the lessons teach nothing, or the training went wrong."""

    code = "training"


class SpaceMismatch(LookalikeError):
    """Vectors made by different encoders were about to be compared."""

    code = "space-mismatch"


class NoIndex(LookalikeError):
    """There is no index at this path, or the folder is something else."""

    code = "no-index"


class IndexExists(LookalikeError):
    """An index was to be created where one already is."""

    code = "index-exists"


class IndexDamaged(LookalikeError):
    """The folder is an index, and a part of it is missing or unreadable."""

    code = "index-damaged"


class FormatMismatch(LookalikeError):
    """The index was written in a format that this version does not read."""

    code = "format-mismatch"


class IndexLocked(LookalikeError):
    """Another process is writing to the index."""

    code = "index-locked"


class StorageError(LookalikeError):
    """The disk refused: full, read-only, or not permitted."""

    code = "storage"


class StorageAway(StorageError):
    """A server that keeps something does not answer just now; it may in a moment."""

    code = "storage-away"


class ClusterError(LookalikeError):
    """A cluster of machines cannot be reached, or its workers fail."""

    code = "cluster"


def unwritable(path: object, error: OSError) -> StorageError:
    """The error of a file that somebody asked for and the disk refused."""
    reason = error.strerror or error
    return StorageError(f"{path} cannot be written: {reason}.", next_step="Choose another place.")


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a text, and the line it is at, from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class BadRules(LookalikeError):
    """A shop's rules have mistakes: ``faults`` are all of them, in the order of their lines."""

    code = "bad-rules"

    def __init__(self, faults: Sequence[Fault], *, next_step: str = "Correct them.") -> None:
        count = "a mistake" if len(faults) == 1 else f"{len(faults)} mistakes"
        super().__init__(f"The rules have {count}: {' '.join(map(str, faults))}", next_step=next_step)
        self.faults = tuple(faults)

    def to_dict(self) -> dict[str, Any]:
        """The error as one JSON-ready document: ``code``, ``message``, ``next_step``, and ``faults``."""
        told = [{"line": fault.line, "message": fault.message} for fault in self.faults]
        return {**super().to_dict(), "faults": told}


class TooManyRemovals(LookalikeError):
    """A feed would remove a larger share of the catalogue than is allowed without a confirmation."""

    code = "too-many-removals"
