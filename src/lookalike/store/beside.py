"""Vectors of other encoders beside those that a store answers with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lookalike.store.base import Maker, StoredPicture
from lookalike.vectors import Space


class Spare(Protocol):
    """Vectors of one space beside the live ones, by content hash. What `add` acknowledged survives a kill."""

    def hashes(self) -> set[str]:
        """The content hashes that have a vector here."""
        ...

    def add(self, pictures: Sequence[StoredPicture]) -> None:
        """Keep pictures with their vectors; of a content hash that is here already nothing is kept.

        ``original`` is not kept. `ValueError` for a look of another shape than (dim,), or not finite;
        `StorageError` when the disk refuses.
        """
        ...

    def find(self, hashes: Sequence[str]) -> dict[str, StoredPicture]:
        """The pictures with these content hashes, raw as of `Reader.pictures`; others are left out."""
        ...


class Spares(Protocol):
    """The vectors beside the live ones, in the hands of the one process that may change them."""

    def open(self, maker: Maker) -> Spare:
        """The vectors of this maker's space, none yet where there were none; its name is renewed."""
        ...

    def drop(self, space: Space) -> None:
        """Throw the vectors of a space away; nothing happens where there are none."""
        ...
