"""What an encoder finds by itself: exact cosine over a gallery, and nothing else of an index."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.encoders.base import ImageEncoder
from lookalike.errors import BadArgument
from lookalike.evaluation.pictures import Shown, open_shown
from lookalike.ingest.measuring import detail
from lookalike.vectors import Floats, best, stored, unit

Looking = Callable[[Sequence[Any]], npt.ArrayLike]
"""Turns what cases ask, such as photographs, into vectors of shape (n, dim)."""

_ROWS = 64  # questions in one matrix product: 9 MB of scores at 34,000 products
_PICTURES = 4  # pictures opened and encoded by a thread at once


def looks(
    encoder: ImageEncoder,
    pictures: Iterable[Shown],
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Floats:
    """Unit vectors (n, dim) of pictures, as an index would store them.

    Pictures are opened a few at a time by ``workers`` threads, by default one a processor; ``progress`` is
    called with how many are done. Raises `PictureError` for one that cannot be read.
    """
    size = detail(encoder)

    def encoded(part: Sequence[Any]) -> Floats:
        opened = [encoder.prepare(open_shown(picture, size)) for picture in part]
        return stored(unit(encoder.encode(np.stack(opened)))[0])

    found: list[Floats] = []
    done = 0
    left = iter(pictures)
    many = workers or os.cpu_count() or 1
    with ThreadPoolExecutor(many) as pool:
        while parts := [part for _ in range(16 * many) if (part := list(islice(left, _PICTURES)))]:
            for vectors in pool.map(encoded, parts):
                found.append(vectors)
                done += len(vectors)
                if progress is not None:
                    progress(done)
    return np.concatenate(found) if found else np.empty((0, encoder.space.dim), dtype=np.float32)


class Gallery:
    """Products by their vectors, asked by id, by vector, or by whatever ``looking`` turns into vectors.

    A subject for `judge`: ``gallery(ask, count)``, and many asks at once. An id that stands several times
    has several pictures: the nearest of them counts, and the first asks when the id does.
    """

    def __init__(self, ids: Sequence[str], vectors: npt.ArrayLike, looking: Looking | None = None) -> None:
        """``vectors`` has shape (len(ids), dim), of any length.

        Raises `BadArgument` for another shape, and for numbers that are not finite.
        """
        matrix = np.asarray(vectors, dtype=np.float32)
        if matrix.ndim != 2 or len(matrix) != len(ids):
            raise BadArgument(
                f"{len(ids)} ids and vectors of shape {matrix.shape} do not go together.",
                next_step="Give one vector an id, in the same order.",
            )
        if not np.isfinite(matrix).all():
            raise BadArgument("A vector has numbers that are not finite.", next_step="Leave it out.")
        order = sorted(range(len(ids)), key=lambda at: ids[at])  # stable: pictures keep their order
        self._vectors = stored(unit(matrix[order])[0])
        sorted_ids = [ids[at] for at in order]
        self._first: dict[str, int] = {}
        for row, i in enumerate(sorted_ids):
            self._first.setdefault(i, row)
        self.ids = list(self._first)
        self._starts = np.fromiter(self._first.values(), dtype=np.intp)
        self._looking = looking

    @classmethod
    def encoded(
        cls,
        encoder: ImageEncoder,
        pictures: Mapping[str, Shown | Sequence[Shown]],
        workers: int | None = None,
    ) -> Gallery:
        """A gallery of pictures by product, one or several each, that is asked by id or by picture."""
        shown: list[tuple[str, Any]] = []
        for i, own in pictures.items():
            if isinstance(own, Sequence) and not isinstance(own, bytes | str):
                shown += [(i, picture) for picture in own]
            else:
                shown.append((i, own))
        vectors = looks(encoder, (picture for _, picture in shown), workers)
        return cls([i for i, _ in shown], vectors, lambda asks: looks(encoder, asks, workers))

    def __len__(self) -> int:
        return len(self.ids)

    def __call__(self, ask: Any, count: int) -> list[str]:
        """The ``count`` nearest ids to what one case asks, best first, ties by id."""
        return self.answer_many([ask], count)[0]

    def answer_many(self, asks: Sequence[Any], count: int) -> list[list[str]]:
        """The ``count`` nearest ids for each: a text is an id, an array a vector, the rest is looked at."""
        vectors = np.empty((len(asks), self._vectors.shape[1]), dtype=np.float32)
        others = []
        for row, ask in enumerate(asks):
            if isinstance(ask, str):
                vectors[row] = self._vectors[self._row(ask)]
            elif isinstance(ask, np.ndarray):
                vectors[row] = stored(unit(ask[None])[0])[0]
            else:
                others.append(row)
        if others:
            seen = np.asarray(self._look([asks[row] for row in others]), dtype=np.float32)
            vectors[others] = stored(unit(seen)[0])
        return self.nearest(vectors, count)

    def nearest(self, vectors: Floats, count: int) -> list[list[str]]:
        """The ``count`` nearest ids to each of n unit vectors, shape (n, dim), best first."""
        answers: list[list[str]] = []
        for start in range(0, len(vectors), _ROWS):
            scores = self._scores(vectors[start : start + _ROWS])
            answers += ([self.ids[at] for at in best(row, count)[0]] for row in scores)
        return answers

    def scores(self, asking: Sequence[str]) -> Floats:
        """The cosines of n products to all products, shape (n, len(gallery)), in the order of ``ids``.

        Raises `BadArgument` for an id that the gallery does not hold.
        """
        return self._scores(self._vectors[[self._row(i) for i in asking]])

    def _scores(self, vectors: Floats) -> Floats:
        scores: Floats = vectors @ self._vectors.T
        if len(self._starts) < len(self._vectors):
            scores = np.maximum.reduceat(scores, self._starts, axis=1)
        return scores

    def _row(self, i: str) -> int:
        if i not in self._first:
            raise BadArgument(
                f"{i!r} is no product of this gallery.",
                next_step="Ask with ids it holds; give a photograph as a Path, as bytes or as an image.",
            )
        return self._first[i]

    def _look(self, asks: Sequence[Any]) -> npt.ArrayLike:
        if self._looking is None:
            raise BadArgument(
                "This gallery knows no encoder to look at pictures with.",
                next_step="Make it with Gallery.encoded, or give it a function that makes vectors.",
            )
        return self._looking(asks)
