"""The pictures of an index that are nearest to a look: exactly, or by a graph or lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from lookalike.mapped import map_array
from lookalike.neighbours.graph import Graph
from lookalike.neighbours.lists import Lists
from lookalike.neighbours.plan import AXES, FILES, LINES, Plan, read_plan
from lookalike.neighbours.shadows import SLACK, Shadow, lines_of
from lookalike.stacked import Stacked
from lookalike.vectors import Floats, Mask, Rows, best

_FEW = 2048  # pictures that are compared as fast as bounded
_SPARSE = 64  # one in so many is compared as fast as all are bounded by sixteen coordinates
_RUN = 64  # pictures of which the one with the highest bound is compared first
_FIRST = 4  # so many times the pictures wanted are compared first
_AROUND = 48  # pictures a graph or lists are asked for at least: they order them by rounded numbers
_MARGIN = np.float32(SLACK + 2e-5)  # cosines that are equal when rounded stand in the order of rows


class Finder(Protocol):
    """Finds about the nearest rows of the base of the vectors: a `Graph`, or `Lists`."""

    depth: int

    def __len__(self) -> int: ...

    def deepen(self, depth: int) -> None:
        """Look so far from now on."""
        ...

    def near(self, vector: Floats, count: int) -> Rows | None:
        """About the ``count`` rows nearest to a unit vector, in any order; None where it cannot any more."""
        ...


class Nearest:
    """Finds the pictures near to a unit vector among n; many threads may ask at once.

    ``shadow`` is that of the base of the vectors, ``finder`` is of its rows, or None, and ``plan`` the plan
    that belongs to it. A "place" is one in the base followed by the tail, as `Stacked.places` counts them.
    """

    def __init__(
        self, vectors: Stacked, shadow: Shadow, finder: Finder | None = None, plan: Plan | None = None
    ) -> None:
        self.vectors = vectors
        self.plan = plan
        self._base = shadow
        self.finder = finder
        self._tail = Shadow.of(vectors.tail, shadow.axes) if len(vectors.tail) else None
        self._kept: Path | None = None

    @classmethod
    def of(cls, vectors: Stacked, kept: Path | None = None, before: Nearest | None = None) -> Nearest:
        """The one of these vectors.

        ``kept`` is the folder of the kept version that the base is of, with what
        `lookalike.neighbours.making.make_nearest` left there. Of what is missing there, shadows are made in
        memory, a graph and lists are not. ``before`` is the one of an earlier version of the same space: what
        still holds is taken over.
        """
        if before is not None and kept is not None and before._kept == kept:
            made = cls(vectors, before._base, before.finder, before.plan)
            made._kept = kept
            return made
        shadow = None if kept is None else _kept_shadow(kept, vectors.base)
        if shadow is None:
            shadow = Shadow.of(vectors.base, None if before is None else before._base.axes)
        plan = None if kept is None else read_plan(kept, len(vectors.base))
        finder = None if kept is None or plan is None else _kept_finder(kept, plan, vectors.base)
        made = cls(vectors, shadow, finder, None if finder is None else plan)
        made._kept = kept
        return made

    def bounds(self, look: Floats, rows: Rows | None = None) -> Floats:
        """What the cosine of each picture, or some, with this look does not exceed by more than `SLACK`.

        Either (n,) or (len(rows),).
        """
        found = self._base.bounds(look)
        places = self.vectors.places
        if places is None:
            return found if rows is None else found[rows]
        if self._tail is not None:
            found = np.concatenate([found, self._tail.bounds(look)])
        return found[places if rows is None else places[rows]]

    def nearing(self, look: Floats) -> Iterator[Floats]:
        """Bounds of all pictures (n,) as those of `bounds`: from sixteen coordinates first, then nearer ones.

        Not to be written to: the next are made of them.
        """
        places = self.vectors.places
        for found in self._nearing(look):
            yield found if places is None else found[places]

    def top(self, look: Floats, count: int, keep: Mask | None = None) -> Rows:
        """The ``count`` pictures with the highest cosines, highest first; of equal ones the first.

        Only pictures to keep, (n,), where that is said; all of them where there are fewer. Exact, with
        cosines rounded to `lookalike.vectors.DECIMALS`.
        """
        n = len(self.vectors)
        kept = n if keep is None else int(np.count_nonzero(keep))
        if kept <= max(_FEW, n // _SPARSE, 2 * _RUN * count):
            return self._best(np.arange(n) if keep is None else np.flatnonzero(keep), look, count)
        return self._best(self._above(look, count, keep), look, count)

    def approximate(self, look: Floats, count: int) -> Rows | None:
        """About the ``count`` pictures that `top` finds of all, by a graph or lists; None without.

        Pictures of the tail are found exactly, and those that are gone never. What is found is in the order
        of its cosines.
        """
        rows = self.around(look, count)
        return None if rows is None else self._best(rows, look, count)

    def around(self, look: Floats, count: int) -> Rows | None:
        """Pictures among which those of `approximate` are, and some more, unordered; else None."""
        finder = self.finder
        if finder is None:
            return None
        wanted = max(count, _AROUND)
        places = finder.near(look, wanted)
        while places is not None and wanted < len(finder) and len(self._rows(places)) < count:
            wanted *= 4  # what is near has gone
            places = finder.near(look, min(wanted, len(finder)))
        if places is None:
            self.finder = None
            return None
        rows = self._rows(places)
        if self._tail is not None:
            rows = np.concatenate([rows, self._of_tail(look, self._least(rows, look, count))])
        return rows

    def _above(self, look: Floats, count: int, keep: Mask | None) -> Rows:
        """Pictures to keep among which the best ``count`` of them are.

        Those of the highest bounds are compared first: the last of the best of those has a cosine that the
        last of the best of all does not fall below, so whoever's bound lies lower is out.
        """
        places: Rows | None = None
        least = -np.inf
        for bounds in self._nearing(look):
            if places is None:
                left = self._masked(bounds, keep)
                first = _spread(left, _FIRST * count)
            else:
                left = bounds[places]
                most = min(_FIRST * count, len(places))
                first = places[np.argpartition(left, len(left) - most)[len(left) - most :]]
            least = max(least, self._least(self._rows(first), look, count))
            above = np.flatnonzero(left >= np.float32(least) - _MARGIN)
            places = above if places is None else places[above]
            if len(places) * _SPARSE <= len(bounds):
                break
        assert places is not None
        return self._rows(places)

    def _of_tail(self, look: Floats, least: float) -> Rows:
        """Pictures of the tail that may have a cosine as high as this."""
        assert self._tail is not None
        bounds = self._tail.bounds(look)
        return self._rows(len(self._base) + np.flatnonzero(bounds >= np.float32(least) - _MARGIN))

    def _nearing(self, look: Floats) -> Iterator[Floats]:
        """Bounds of all places, nearer each time."""
        if self._tail is None:
            yield from self._base.nearing(look)
        else:
            for base, tail in zip(self._base.nearing(look), self._tail.nearing(look), strict=True):
                yield np.concatenate([base, tail])

    def _masked(self, bounds: Floats, keep: Mask | None) -> Floats:
        """Bounds of all places, -inf for those that are gone or not to keep."""
        places = self.vectors.places
        if places is None:
            return bounds if keep is None else np.where(keep, bounds, np.float32(-np.inf))
        kept = places if keep is None else places[keep]
        found = np.full(len(bounds), -np.inf, dtype=np.float32)
        found[kept] = bounds[kept]
        return found

    def _rows(self, places: Rows) -> Rows:
        """The rows of places, without those that are gone."""
        if self.vectors.rows is None:
            return places
        rows = self.vectors.rows[places]
        return rows[rows >= 0]

    def _least(self, rows: Rows, look: Floats, count: int) -> float:
        """The cosine of the last of the best ``count`` of some pictures; -inf where they are fewer."""
        if len(rows) < count:
            return -np.inf
        cosines = self._cosines(rows, look)
        return float(np.partition(cosines, len(rows) - count)[len(rows) - count])

    def _best(self, rows: Rows, look: Floats, count: int) -> Rows:
        rows = np.sort(rows)
        return rows[best(self._cosines(rows, look), count)[0]]

    def _cosines(self, rows: Rows, look: Floats) -> Floats:
        # not by a BLAS; see lookalike.neighbours.exact
        found: Floats = np.einsum("ij,j->i", self.vectors[rows], look)
        return found


def _spread(bounds: Floats, count: int) -> Rows:
    """Places of high bounds, the highest of a run each: a glance at a million where sorting takes longer."""
    runs = len(bounds) // _RUN
    tops = bounds[: runs * _RUN].reshape(runs, _RUN)
    highest = tops.max(axis=1)
    chosen = np.argpartition(highest, runs - min(count, runs))[-min(count, runs) :]
    chosen = chosen[np.isfinite(highest[chosen])]
    found: Rows = chosen * _RUN + tops[chosen].argmax(axis=1)
    return found


def _kept_finder(folder: Path, plan: Plan, vectors: Floats) -> Finder | None:
    """What the plan of a folder is of; None where it cannot be read, or is of other vectors (n, dim)."""
    way = Lists if plan.way == "lists" else Graph
    found = way.mapped(folder / FILES[plan.way], vectors.shape[1], plan.depth)
    return None if found is None or len(found) != len(vectors) else found


def _kept_shadow(folder: Path, vectors: Floats) -> Shadow | None:
    """The shadows of these vectors (n, dim) as a folder has them; None where it has none of that shape."""
    axes, lines = map_array(folder / AXES), map_array(folder / LINES)
    if axes is None or lines is None or axes.ndim != 2:
        return None
    if axes.shape[0] != vectors.shape[1] or lines.shape != (lines_of(axes.shape[1]), len(vectors)):
        return None
    return Shadow(axes, lines)
