"""Pictures looked at by several encoders, each opened once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from lookalike.encoders.base import ImageEncoder
from lookalike.errors import PictureError
from lookalike.images import Picture
from lookalike.ingest.measuring import detail, encode_pictures
from lookalike.training.learnt import Tell
from lookalike.training.lessons import OpenPicture
from lookalike.vectors import Floats, Rows

_BATCH = 4  # pictures that one thread opens and encodes at once


@dataclass(frozen=True)
class Looked:
    """Unit vectors (m, dim) of several encoders, zero where nobody looked, and rows that cannot be read."""

    vectors: Sequence[Floats]
    unread: Rows


def looked_at(
    encoders: Sequence[ImageEncoder],
    open_row: OpenPicture,
    rows: Rows,
    pictures: int,
    *,
    workers: int,
    tell: Tell,
) -> Looked:
    """Look at some of m ``pictures`` with several encoders, each picture opened once."""
    vectors = [np.zeros((pictures, encoder.space.dim), np.float32) for encoder in encoders]
    details = [detail(encoder) for encoder in encoders]
    pixels = None if None in details else max((d for d in details if d is not None), default=None)
    unread: list[int] = []

    def look(some: list[int]) -> tuple[list[int], list[Floats]]:
        opened: dict[int, Picture] = {}
        for row in some:
            with suppress(PictureError):
                image = open_row(row, pixels)
                opened[row] = Picture(image, *image.size)
        return [*opened], [encode_pictures([*opened.values()], encoder)[0] for encoder in encoders]

    done = 0
    with ThreadPoolExecutor(workers) as threads:
        for parts in _rounds(rows.tolist(), 16 * workers):
            for some, (read, looks) in zip(parts, threads.map(look, parts), strict=True):
                unread += [row for row in some if row not in read]
                for own, found in zip(vectors, looks, strict=True):
                    own[read] = found
            done += sum(map(len, parts))
            tell("Looking", done, len(rows))
    return Looked(vectors, np.array(unread, dtype=np.intp))


def _rounds(rows: list[int], parts: int) -> Iterator[list[list[int]]]:
    """Some parts at a time, so that whoever stops does not wait for all."""
    every = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
    for start in range(0, len(every), parts):
        yield every[start : start + parts]
