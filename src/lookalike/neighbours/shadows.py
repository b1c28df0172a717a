"""Shadows: a few numbers of each unit vector that bound its cosines, so that most need not be read whole.

Turned by an orthonormal basis, a vector is its first coordinates and a rest of which only the length is kept.
The cosine of two is at most the product of the firsts and of the lengths of the rests (Cauchy and Schwarz);
with the principal axes as basis (Jolliffe 2002) the rests are short and the bound is near.
"""

from __future__ import annotations

import numpy as np

from lookalike.vectors import Floats

KEPT = 48
"""Numbers kept of a vector: of 256, they hold nine tenths of its square."""

SLACK = 1e-4
"""A bound may lie so much below a cosine: sums of single precision, and scores that round upwards."""

_SAMPLE = 4096  # vectors that the axes are found from


class Shadow:
    """The shadows of n vectors.

    ``axes`` (dim, kept) are those of another shadow of the same space: any orthonormal ones give bounds, so
    a new version of an index takes over those of the one before.
    """

    def __init__(self, vectors: Floats, axes: Floats | None = None, kept: int = KEPT) -> None:
        """``vectors`` (n, dim) have length 1, or 0."""
        self.axes = principal_axes(vectors, kept) if axes is None else axes
        self._firsts: Floats = np.ascontiguousarray((vectors @ self.axes).T)  # by coordinate: read in order
        squares = np.einsum("ij,ij->j", self._firsts, self._firsts)
        self._rests = _rest(squares)

    def bounds(self, vector: Floats) -> Floats:
        """What the cosine of each vector with this one, of length 1, does not exceed by more than `SLACK`."""
        firsts = vector @ self.axes
        # not by a BLAS, which on a busy machine waits for its threads; see lookalike.neighbours.exact
        found: Floats = np.einsum("j,ji->i", firsts, self._firsts)
        found += self._rests * _rest(firsts @ firsts)
        return found


def principal_axes(vectors: Floats, kept: int = KEPT) -> Floats:
    """The axes along which a sample of the vectors (n, dim) is longest, (dim, kept), orthonormal."""
    sample = vectors[:: max(1, len(vectors) // _SAMPLE)].astype(np.float64)
    _, axes = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(axes[:, ::-1][:, :kept], dtype=np.float32)


def _rest(squares: Floats) -> Floats:
    """The length of what the first coordinates leave of a unit vector; rather too long than too short."""
    return np.sqrt(np.maximum(1 - squares, 0) + np.float32(1e-6))
