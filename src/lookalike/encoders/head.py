"""A map over the vectors of another encoder: what stored vectors become without a picture being read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lookalike.encoders.card import HeadNames
from lookalike.encoders.graph import Graph
from lookalike.vectors import Floats, stored, unit

_ROWS = 8192  # mapped at once


@dataclass(frozen=True, slots=True)
class Head:
    """``(unit - mean) @ matrix + bias`` of unit vectors in the space whose fingerprint is ``over``.

    ``mean`` is (dim,), ``matrix`` (dim, out), ``bias`` (out,).
    """

    over: str
    mean: Floats = field(repr=False)
    matrix: Floats = field(repr=False)
    bias: Floats = field(repr=False)

    @classmethod
    def read(cls, names: HeadNames, graph: Graph) -> Head | None:
        """The head that a graph ends with; None where it has no such weights, or they do not go together."""
        mean, matrix = graph.floats(names.mean), graph.floats(names.matrix)
        if mean is None or matrix is None or matrix.ndim != 2 or mean.shape != matrix.shape[:1]:
            return None
        bias = graph.floats(names.bias) if names.bias else np.zeros(matrix.shape[1], np.float32)
        if bias is None or bias.shape != matrix.shape[1:]:
            return None
        return cls(names.over, mean, matrix, bias)

    def mapped(self, looks: Floats) -> tuple[Floats, Floats]:
        """Unit vectors (n, out) as an index stores them, and their lengths before (n,), of looks (n, dim).

        ``looks`` are unit vectors of the space that this is over.
        """
        made = np.empty((len(looks), self.matrix.shape[1]), np.float32)
        norms = np.empty(len(looks), np.float32)
        for start in range(0, len(looks), _ROWS):
            some = slice(start, start + _ROWS)
            vectors, norms[some] = unit((looks[some] - self.mean) @ self.matrix + self.bias)
            made[some] = stored(vectors)
        return made, norms
