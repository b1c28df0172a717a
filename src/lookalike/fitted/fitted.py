"""What was fitted on the catalogue, as one version of the index has it, read when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar

from lookalike.errors import LookalikeError
from lookalike.fitted.spoken import SpokenLooks
from lookalike.fitted.things import CLOSENESS, THINGS, WORDS, Thing
from lookalike.fitted.versions import read_version
from lookalike.recommend.closeness import Closeness
from lookalike.store.base import Manifest, Notes

_T = TypeVar("_T")


class _Held(Generic[_T]):
    """One fitted thing that is read once, whoever asks first."""

    def __init__(self, key: Any, read: Callable[[], _T | None]) -> None:
        self.key = key
        self._read: Callable[[], _T | None] | None = read
        self._lock = Lock()
        self._value: _T | None = None

    @property
    def value(self) -> _T | None:
        with self._lock:
            if self._read is not None:
                self._value = self._read()
                self._read = None
            return self._value

    @property
    def failed(self) -> bool:
        """Whether it was asked for and is not there."""
        return self._read is None and self._value is None


class Fitted:
    """The fitted things of one version of an index; a missing or damaged one is None, never an error."""

    def __init__(self, notes: Notes, manifest: Manifest, before: Fitted | None = None) -> None:
        """``before`` is of an earlier version; what is the same there is shared with it."""
        earlier: dict[str, _Held[Any]] = {} if before is None else before._held
        self._held: dict[str, _Held[Any]] = {
            thing.name: _kept(thing, notes, manifest, earlier.get(thing.name)) for thing in THINGS
        }

    @classmethod
    def read(cls, notes: Notes, manifest: Manifest, before: Fitted | None = None) -> Fitted:
        """What a manifest names; nothing is read yet."""
        return cls(notes, manifest, before)

    @property
    def words(self) -> SpokenLooks | None:
        """What knows how words look."""
        found: SpokenLooks | None = self._held[WORDS.name].value
        return found

    @property
    def closeness(self) -> Closeness | None:
        """What is close here."""
        found: Closeness | None = self._held[CLOSENESS.name].value
        return found


def _kept(thing: Thing, notes: Notes, manifest: Manifest, before: _Held[Any] | None) -> _Held[Any]:
    key = (manifest.space, manifest.encoder, manifest.fitted.get(thing.name))
    if before is not None and before.key == key and not before.failed:
        return before
    return _Held(key, lambda: _read(thing, notes, manifest))


def _read(thing: Thing, notes: Notes, manifest: Manifest) -> Any:
    version = manifest.fitted.get(thing.name)
    if version is None:
        return None
    try:
        data = read_version(notes, thing.name, version)
        return None if data is None else thing.read(data, manifest)
    except LookalikeError:  # the disk refuses, or a text tower cannot be had
        return None
