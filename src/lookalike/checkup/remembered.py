"""Pixels that were measured are kept by the contents of pictures, so that they are measured once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from lookalike.doctor.pixels import Pixels
from lookalike.errors import LookalikeError
from lookalike.store.base import Notes

NAME = "doctor-pixels.npz"
"""The note in which a store keeps them."""

_SLICE = 4096  # pictures measured before the time is looked at
_SAVED = 30.0  # seconds between notes


@dataclass(frozen=True)
class Remembered(Pixels):
    """Pixels that are in a note, and that are noted when more are measured, whatever ends that."""

    notes: Notes

    @classmethod
    def of(cls, notes: Notes) -> Remembered:
        """What is in the notes of a store."""
        known = Pixels.from_bytes(notes.read(NAME) or b"")
        return cls(known.contents, known.table, notes)

    def measured(
        self,
        keys: Sequence[tuple[str, int]],
        contents: Sequence[str],
        thumbnails: Callable[[Sequence[tuple[str, int]]], Mapping[tuple[str, int], bytes]],
        *,
        workers: int = 1,
        tell: Callable[[str, int, int], None],
    ) -> Pixels:
        """As `Pixels.measured`."""
        known = set(self.contents)
        fresh = list({own: at for at, own in enumerate(contents) if own not in known}.values())
        parts: list[Pixels] = []
        noted = time.monotonic()
        try:
            for start in range(0, len(fresh), _SLICE):
                rows = fresh[start : start + _SLICE]

                def told(doing: str, done: int, _: int, start: int = start) -> None:
                    tell(doing, start + done, len(fresh))

                own, hashes = [keys[at] for at in rows], [contents[at] for at in rows]
                parts.append(Pixels.empty().measured(own, hashes, thumbnails, workers=workers, tell=told))
                if time.monotonic() - noted > _SAVED:
                    self._note(self._joined(parts, contents))
                    noted = time.monotonic()
        finally:
            if parts:
                self._note(self._joined(parts, contents))
        return self._joined(parts, contents)

    def _joined(self, parts: Sequence[Pixels], contents: Sequence[str]) -> Pixels:
        """What is known of these pictures now, in their order."""
        held = [content for one in (self, *parts) for content in one.contents]
        row_of = {content: row for row, content in enumerate(held)}
        table = np.concatenate([self.table, *(part.table for part in parts)])
        wanted = [content for content in contents if content in row_of]
        return Pixels(tuple(wanted), table[[row_of[content] for content in wanted]])

    def _note(self, measured: Pixels) -> None:
        with suppress(LookalikeError):  # they can be measured again
            self.notes.write(NAME, measured.to_bytes())
