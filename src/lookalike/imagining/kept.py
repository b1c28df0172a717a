"""The generator of an index: it lies beside the tables, and is read once for each change."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import numpy as np

from lookalike.errors import NoGenerator
from lookalike.imagining.eigenpictures import Pixels
from lookalike.imagining.generator import Generator
from lookalike.imagining.generator_file import generator_of
from lookalike.store.place import Place
from lookalike.vectors import Floats, Space

FOLDER = "imagine"
"""The folder beside the tables for a generator, its report, and what is being learnt."""

FILE = f"{FOLDER}/generator.npz"
"""The generator, as a document of the place."""

WORK = ".work"
"""The folder in it of a learning that has not ended."""

# Questions of which the pictures are kept: more of an answer, and filters, ask with them again.
_REMEMBERED = 32
_LEARN = "Learn one: lookalike train --recipe generator"


class KeptGenerator:
    """The generator at a place as it is now. Many threads may ask at once."""

    def __init__(self, place: Place | None) -> None:
        self._place = place
        self._held: tuple[str, Generator | NoGenerator] | None = None
        self._reading = Lock()
        self._made = lru_cache(_REMEMBERED)(_pictures)

    def imagine(self, generator: Generator, look: Floats, count: int, seed: int) -> Pixels:
        """Pictures as `Generator.imagine` makes them, which are not to be written to."""
        return self._made(generator, look.tobytes(), count, seed)

    def of(self, space: Space) -> Generator:
        """The generator whose looks are of a space. Raises `NoGenerator`, `StorageError`."""
        found = self._found()
        if isinstance(found, NoGenerator):
            raise NoGenerator(found.message, next_step=found.next_step)  # each with a trace of its own
        if found.space != space:
            raise NoGenerator(
                f"The index's generator is of vectors of {found.space.encoder}, and there are those of "
                f"{space.encoder} now.",
                next_step="Learn one anew: lookalike train --recipe generator --fresh",
            )
        return found

    def _found(self) -> Generator | NoGenerator:
        mark = "" if self._place is None else self._place.mark(FILE)
        if self._place is None or not mark:
            return self._none()
        with self._reading:
            if self._held is None or self._held[0] != mark:
                self._held = mark, self._read(self._place)
                self._made.cache_clear()
            return self._held[1]

    def _read(self, place: Place) -> Generator | NoGenerator:
        name = f"{place}/{FILE}"
        if place.path is not None and not (place.path / FILE).is_file():  # a pipe would be waited for
            return NoGenerator(f"{name} is no file.", next_step=f"Move it away. {_LEARN}")
        data = place.read(FILE)
        if data is None:
            return self._none()
        try:
            return generator_of(data, name)
        except NoGenerator as error:
            return error

    def _none(self) -> NoGenerator:
        if self._place is None:
            return NoGenerator(
                "An index in memory has no generator.", next_step="Keep it in a folder, and learn one there."
            )
        if (self._place.beside(FOLDER) / WORK).is_dir():
            return NoGenerator(
                "The learning of the generator has not ended.",
                next_step="Go on with it: lookalike train --recipe generator",
            )
        return NoGenerator("This index has no generator of pictures.", next_step=_LEARN)


def _pictures(generator: Generator, look: bytes, count: int, seed: int) -> Pixels:
    return generator.imagine(np.frombuffer(look, np.float32), count, seed)
