"""Shadows: a few numbers of each unit vector that bound its cosines, so that most need not be read whole.

Turned by an orthonormal basis, a vector is its first coordinates and a rest of which only the length is kept.
The cosine of two is at most the product of the firsts and of the lengths of the rests (Cauchy and Schwarz);
with the principal axes as basis (Jolliffe 2002) the rests are short and the bound is near. The first sixteen
coordinates bound a third as dear as forty-eight, and rule out all but a hundredth of a million pictures.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lookalike.vectors import Floats

KEPT = 48
"""Numbers kept of a vector: of 256, they hold nine tenths of its square."""

SLACK = 1e-4
"""A bound may lie so much below a cosine: sums of single precision, and scores that round upwards."""

_STEP = 16  # coordinates after which the length of the rest is kept too
_SAMPLE = 4096  # vectors that the axes are found from
_BLOCK = 65_536  # vectors turned at once


class Shadow:
    """The shadows of n vectors.

    ``axes`` (dim, kept) are orthonormal. ``lines`` (l, n) hold the vectors by coordinate, so that they are
    read in order, and after every sixteen coordinates and after the last the length of the rest.
    """

    def __init__(self, axes: Floats, lines: Floats) -> None:
        self.axes = axes
        self.lines = lines
        kept = axes.shape[1]
        self._ends = [*range(_STEP, kept, _STEP), kept]

    @classmethod
    def of(cls, vectors: Floats, axes: Floats | None = None, kept: int = KEPT) -> Shadow:
        """The shadows of vectors (n, dim) that have length 1, or 0.

        Any orthonormal ``axes`` give bounds, so a new version of an index takes over those of the one before.
        """
        axes = principal_axes(vectors, kept) if axes is None else axes
        lines = np.empty((lines_of(axes.shape[1]), len(vectors)), dtype=np.float32)
        for start in range(0, len(vectors), _BLOCK):
            firsts = np.ascontiguousarray((vectors[start : start + _BLOCK] @ axes).T)
            lines[:, start : start + _BLOCK] = _with_rests(firsts)
        return cls(axes, lines)

    def __len__(self) -> int:
        return int(self.lines.shape[1])

    def bounds(self, vector: Floats) -> Floats:
        """What the cosine of each vector with this one, of length 1, does not exceed by more than `SLACK`."""
        weights = _with_rests((vector @ self.axes)[:, None])[:, 0]
        weights[[end + at for at, end in enumerate(self._ends[:-1])]] = 0
        return _weighted(weights, self.lines)

    def nearing(self, vector: Floats) -> Iterator[Floats]:
        """Bounds as those of `bounds`, first from sixteen coordinates, then nearer ones in the same array."""
        weights = _with_rests((vector @ self.axes)[:, None])[:, 0]
        found: Floats | None = None
        start = 0
        for at, end in enumerate(self._ends):
            stop = end + at + 1
            if found is None:
                found = _weighted(weights[:stop], self.lines[:stop])
            else:  # the rest that was there gives way to more coordinates and a shorter one
                more = np.concatenate([-weights[start - 1 : start], weights[start:stop]])
                found += _weighted(more, self.lines[start - 1 : stop])
            start = stop
            yield found


def lines_of(kept: int) -> int:
    """How many lines hold so many coordinates and the lengths of the rests."""
    return kept + -(-kept // _STEP)


def principal_axes(vectors: Floats, kept: int = KEPT) -> Floats:
    """The axes along which a sample of the vectors (n, dim) is longest, (dim, kept), orthonormal."""
    sample = np.asarray(vectors[:: max(1, len(vectors) // _SAMPLE)], dtype=np.float64)
    _, axes = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(axes[:, ::-1][:, :kept], dtype=np.float32)


def _with_rests(firsts: Floats) -> Floats:
    """Coordinates (kept, n) with the lengths of what they leave of unit vectors; rather too long."""
    kept = len(firsts)
    lines: list[Floats] = []
    left = np.ones(firsts.shape[1], dtype=np.float32)
    for start in range(0, kept, _STEP):
        step = firsts[start : start + _STEP]
        left = left - np.einsum("ij,ij->j", step, step)
        lines += [step, np.sqrt(np.maximum(left, 0) + np.float32(1e-6))[None]]
    return np.concatenate(lines)


def _weighted(weights: Floats, lines: Floats) -> Floats:
    # not by a BLAS, which on a busy machine waits for its threads; see lookalike.neighbours.exact
    found: Floats = np.einsum("j,ji->i", weights, lines)
    return found
