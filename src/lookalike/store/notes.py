"""Small named documents beside the tables: what was found and said about pictures, whatever the version."""

from __future__ import annotations

import re
from collections.abc import Collection

from lookalike.store.base import Change
from lookalike.store.place import Place

NAME = "notes"

_PLAIN = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9]+)?")


class PlacedNotes:
    """Notes at the place of an index, a document each; see `lookalike.store.base.Notes`."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def read(self, name: str) -> bytes | None:
        """The document, or None when there is none."""
        return self._place.read(_document(name))

    def write(self, name: str, data: bytes) -> None:
        """Replace the document."""
        self.change(name, lambda _: data)

    def change(self, name: str, make: Change) -> bytes:
        """Replace the document by what is made of it, while nobody else changes one; returns the new one."""
        return self._place.change(_document(name), make)

    def revision(self, name: str) -> str:
        """A text that changes when the document does; "" when there is none."""
        return self._place.mark(_document(name))

    def remove(self, names: Collection[str]) -> None:
        """Delete documents; one that is not there is passed over."""
        self._place.remove([_document(name) for name in names])

    def names(self) -> set[str]:
        """The names of all documents."""
        return {name for name in self._place.names(NAME) if _PLAIN.fullmatch(name)}


def _document(name: str) -> str:
    require_name(name)
    return f"{NAME}/{name}"


def require_name(name: str) -> None:
    """Raise `ValueError` unless this can be the name of a note: short, of small letters, one dot at most."""
    if not _PLAIN.fullmatch(name) or len(name) > 60:
        raise ValueError(f"{name!r} is no name of a note")
