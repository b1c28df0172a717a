"""The pictures that are learnt from, read once and kept small."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lookalike.encoders.base import Pixels
from lookalike.encoders.card import Preprocessing
from lookalike.encoders.preprocess import prepare
from lookalike.errors import PictureError, TrainingError
from lookalike.training.learnt import Tell, silent
from lookalike.training.lessons import Lessons
from lookalike.vectors import Rows

BUDGET = 1536 * 2**20
"""Bytes of pixels that are kept in memory; pictures beyond that are read again in every epoch."""

_AT_ONCE = 64


def resized(how: Preprocessing, side: int) -> Preprocessing:
    """The same preparation for pictures whose longer side is ``side`` pixels."""
    ratio = side / max(how.width, how.height)
    frame = how.frame and (round(how.frame[0] * ratio), round(how.frame[1] * ratio))
    return replace(how, width=round(how.width * ratio), height=round(how.height * ratio), frame=frame)


class Album:
    """Pictures of some rows of the lessons, prepared in a way of one's own, such as `resized`."""

    def __init__(
        self,
        lessons: Lessons,
        rows: Rows,
        how: Preprocessing,
        tell: Tell = silent,
        budget: int = BUDGET,
    ) -> None:
        """Read every picture once, with as many threads as there are processors.

        Those that cannot be read are left out of ``rows`` and counted in ``unread``. Raises `TrainingError`
        when not one can be read.
        """
        self._open, self._how = lessons.open, how
        self._detail = None if how.one_pass else max(how.width, how.height)
        room = min(len(rows), budget // (how.height * how.width * 3))
        self._kept = np.empty((room, how.height, how.width, 3), dtype=np.uint8)
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="pictures")
        known: list[int] = []
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE].tolist()
            for row, pixels in zip(part, self._pool.map(self._read, part), strict=True):
                if pixels is None:
                    continue
                if len(known) < room:
                    self._kept[len(known)] = pixels
                known.append(row)
            tell("Reading pictures", min(start + _AT_ONCE, len(rows)), len(rows))
        self.rows: Rows = np.array(known, dtype=np.intp)
        self.unread = len(rows) - len(known)
        if len(rows) and not known:
            raise TrainingError(
                f"None of the {len(rows):,} pictures to learn from can be read any more.",
                next_step="Make sure that the pictures are where the catalogue says, then train again.",
            )

    def __len__(self) -> int:
        return len(self.rows)

    def pixels(self, at: Sequence[int] | Rows) -> Tensor:
        """uint8 (n, height, width, 3) of the pictures at places of ``rows``.

        Raises `TrainingError` when one of them could be read before and cannot any more.
        """
        places = np.asarray(at, dtype=np.intp)
        if not len(places) or places.max() < len(self._kept):
            return torch.from_numpy(self._kept[places])
        taken = np.empty((len(places), *self._kept.shape[1:]), dtype=np.uint8)
        kept = places < len(self._kept)
        taken[kept] = self._kept[places[kept]]
        others = np.flatnonzero(~kept)
        read = self._pool.map(self._read, self.rows[places[others]].tolist())
        for place, pixels in zip(others.tolist(), read, strict=True):
            if pixels is None:
                raise TrainingError(
                    "A picture that is learnt from cannot be read any more.",
                    next_step="Make sure that the pictures stay where they are, and train again: "
                    "it goes on where it stopped.",
                )
            taken[place] = pixels
        return torch.from_numpy(taken)

    def _read(self, row: int) -> Pixels | None:
        try:
            return prepare(self._open(row, self._detail), self._how)
        except PictureError:
            return None
