"""Main pictures as small as a generator makes them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from lookalike.encoders.card import Preprocessing
from lookalike.encoders.preprocess import prepare
from lookalike.errors import PictureError
from lookalike.images import open_image
from lookalike.imagining.eigenpictures import Pixels
from lookalike.ingest.lasting import LastingPictures
from lookalike.training.learnt import Tell
from lookalike.vectors import Mask, Rows

_AT_ONCE = 512


def small_pictures(
    opened: LastingPictures, rows: Rows, side: int, *, workers: int, tell: Tell
) -> tuple[Pixels, Mask]:
    """Whole pictures (n, side, side, 3) of some rows on white, and which (n,) of them could be read.

    They are taken from the thumbnails that the index keeps, several times as large: nothing is fetched. One
    that is not kept is read from where it is.
    """
    how = Preprocessing(side, side, "NHWC", "letterbox", interpolation="lanczos")
    found = np.full((len(rows), side, side, 3), 255, dtype=np.uint8)
    read = np.zeros(len(rows), dtype=np.bool_)

    def put(at: int, row: int, kept: bytes | None) -> None:
        try:
            image = open_image(kept, detail=side).image if kept else opened(row, side)
            found[at] = prepare(image, how)
            read[at] = True
        except PictureError:
            pass

    with ThreadPoolExecutor(workers) as threads:
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE].tolist()
            kept = opened.thumbnails(part)
            list(threads.map(put, range(start, start + len(part)), part, [kept.get(row) for row in part]))
            tell("Reading pictures", start + len(part), len(rows))
    return found, read
