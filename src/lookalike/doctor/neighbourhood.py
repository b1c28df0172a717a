"""The products that look most like each product of a catalogue, all found at once.

Compared are all with all, a block at a time. Most of a block cannot be among the nearest, so its columns are
put into groups and only the groups with the highest maxima are looked into: the k highest numbers are in the
k groups of the highest maxima.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lookalike.neighbours.families import Families
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.yardstick import id_hashes
from lookalike.vectors import Floats, Mask, Rows

NEAREST = 24
"""Neighbours that are kept of every product."""

GALLERY = 150_000
"""Products that are compared with at most, a sample by hash of the ids: more would take many minutes."""

_HELD = 16 << 20  # cosines held at once, 64 MiB
_SPARE = 8  # more than k are looked for, since some of them are folded
_GROWTH = 4  # times as many are looked for, where too few are left


@dataclass(frozen=True)
class Neighbourhood:
    """The k products nearest to each of p products, main picture to main picture, the nearest first.

    ``rows`` (p, k) are products' rows, -1 where there are fewer, and for a product without a picture;
    ``cosines`` (p, k), NaN there. A product's own variants and copies are among them; itself is not.
    ``others`` (p, k) and ``others_cosines`` are the same without its own variants and copies, and of every
    family of variants and copies the nearest alone, as a shelf shows them. ``whole`` says whether all were
    compared with all; of more than `GALLERY` products that have a picture, that many are compared with.
    """

    rows: Rows
    cosines: Floats
    others: Rows
    others_cosines: Floats
    whole: bool

    @classmethod
    def of(cls, snapshot: Snapshot, tell: Callable[[str, int, int], None], k: int = NEAREST) -> Neighbourhood:
        """Compare all with all, some at a time; ``tell`` is told of how many products."""
        pictured = np.flatnonzero(snapshot.pictured)
        gallery = pictured
        if len(pictured) > GALLERY:
            hashes = id_hashes([snapshot.ids[row] for row in pictured.tolist()])
            gallery = np.sort(pictured[np.argsort(hashes, kind="stable")[:GALLERY]])
        shape = len(snapshot), k
        rows, others = np.full(shape, -1, dtype=np.intp), np.full(shape, -1, dtype=np.intp)
        cosines, apart = (np.full(shape, np.nan, dtype=np.float32) for _ in range(2))
        compared = _Compared(snapshot.looks_of(gallery), gallery)
        families = snapshot.kin if snapshot.kin.extra else None
        step = max(16, min(512, _HELD // max(len(gallery), 1)))
        for start in range(0, len(pictured), step):
            tell("Comparing", start, len(pictured))
            asking = pictured[start : start + step]
            compared.ask(snapshot.looks_of(asking), asking)
            found = compared.nearest(k + (_SPARE if families else 0))
            held = min(k, found.rows.shape[1])
            rows[asking, :held], cosines[asking, :held] = found.rows[:, :held], found.cosines[:, :held]
            if families is not None:
                others[asking], apart[asking] = compared.folded(asking, families, found, k)
        if families is None:
            others, apart = rows, cosines
        return cls(rows, cosines, others, apart, len(gallery) == len(pictured))


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows (b, k) and their cosines, the nearest first; -1 and NaN where there are fewer."""

    rows: Rows
    cosines: Floats


class _Compared:
    """The cosines of a block of products with all of the gallery, in a space that is used again."""

    def __init__(self, looks: Floats, gallery: Rows) -> None:
        self._looks = looks
        self._gallery = gallery
        self._space: Floats = np.empty((0, 0), dtype=np.float32)
        self._cosines = self._space

    def ask(self, looks: Floats, asking: Rows) -> None:
        """Compare these looks (b, dim) of these rows (b,), which are not their own neighbours."""
        count = len(self._gallery)
        self._wide = max(1, round((count / (NEAREST + _SPARE)) ** 0.5))  # groups of so many
        padded = -(-count // self._wide) * self._wide
        if self._space.shape[0] < len(looks):
            self._space = np.empty((len(looks), padded), dtype=np.float32)
        self._cosines = self._space[: len(looks)]
        np.matmul(looks, self._looks.T, out=self._cosines[:, :count])
        self._cosines[:, count:] = -np.inf
        at = np.minimum(np.searchsorted(self._gallery, asking), count - 1)
        own = np.flatnonzero(self._gallery[at] == asking)
        self._cosines[own, at[own]] = -np.inf

    def nearest(self, k: int, among: Rows | None = None) -> _Found:
        """The k nearest of each of the block, or of those ``among`` it."""
        cosines = self._cosines if among is None else self._cosines[among]
        groups = cosines.shape[1] // self._wide
        k = min(k, cosines.shape[1])
        maxima = cosines.reshape(len(cosines), self._wide, groups).max(axis=1)
        best = _highest(maxima, min(k, groups))
        inside = (best[:, None, :] + groups * np.arange(self._wide)[:, None]).reshape(len(cosines), -1)
        within = np.take_along_axis(cosines, inside, axis=1)
        chosen = _highest(within, k)
        inside, within = (np.take_along_axis(part, chosen, axis=1) for part in (inside, within))
        order = np.lexsort((inside, -within), axis=1)
        inside, within = (np.take_along_axis(part, order, axis=1) for part in (inside, within))
        real = np.isfinite(within)
        rows = self._gallery[np.minimum(inside, len(self._gallery) - 1)]
        return _Found(np.where(real, rows, -1), np.where(real, within, np.float32(np.nan)))

    def folded(self, asking: Rows, families: Families, found: _Found, k: int) -> tuple[Rows, Floats]:
        """Of what was found the nearest k of families that are not the asking product's own, one of each.

        Where a product's own family and those of others leave fewer, more are looked for.
        """
        rows = np.full((len(asking), k), -1, dtype=np.intp)
        cosines = np.full((len(asking), k), np.nan, dtype=np.float32)
        left = np.arange(len(asking))
        while len(left):
            count = found.rows.shape[1]
            keep = _firsts(found.rows, asking[left], families)
            place = np.cumsum(keep, axis=1) - 1
            at, column = np.nonzero(keep & (place < k))
            rows[left[at], place[at, column]] = found.rows[at, column]
            cosines[left[at], place[at, column]] = found.cosines[at, column]
            short = (keep.sum(axis=1) < k) & (found.rows[:, -1] >= 0) & (count < self._cosines.shape[1])
            left = left[short]
            if len(left):
                found = self.nearest(count * _GROWTH, left)
        return rows, cosines


def _highest(values: Floats, k: int) -> Rows:
    """Places of the k highest of each row (b, n), in no order."""
    n = values.shape[1]
    if k >= n:
        return np.broadcast_to(np.arange(n), values.shape)
    return np.argpartition(values, n - k, axis=1)[:, n - k :]


def _firsts(rows: Rows, asking: Rows, families: Families) -> Mask:
    """Which of the rows (b, k), -1 for none, are the first of a family other than the asking product's."""
    own = families.group[asking][:, None]
    group = np.where(rows >= 0, families.group[rows], -1)
    keep = (rows >= 0) & ((group < 0) | (group != own))
    order = np.argsort(group, axis=1, kind="stable")
    sorted_ = np.take_along_axis(group, order, axis=1)
    again = np.zeros(rows.shape, dtype=np.bool_)
    repeated = (sorted_[:, 1:] == sorted_[:, :-1]) & (sorted_[:, 1:] >= 0)
    np.put_along_axis(again, order[:, 1:], repeated, axis=1)
    first: Mask = keep & ~again
    return first
