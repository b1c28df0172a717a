"""Vectors and the space they live in; scores, rounded once, and their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from lookalike.errors import SpaceMismatch

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_Number = TypeVar("_Number", bound=np.integer[Any])

DECIMALS = 5
"""Scores are compared and shown at this many decimals, so that two correct implementations agree on order."""

_ROUNDING = np.float32(2 * 10.0**-DECIMALS)
_FEW = 256  # scores that are sorted as fast as the highest of them are found


@dataclass(frozen=True, slots=True)
class Space:
    """Which encoder made a vector; two vectors compare only when their spaces are equal.

    ``fingerprint`` is a hash of weights and preprocessing, ``dim`` the count of numbers in a vector.
    """

    encoder: str
    fingerprint: str
    dim: int

    def require(self, other: Space, name: str = "") -> None:
        """Raise `SpaceMismatch` unless ``other`` is this space; ``name`` loads the encoder of this one."""
        if self != other:
            raise SpaceMismatch(
                f"The index holds vectors of {self.encoder} ({self.fingerprint[:12]}, {self.dim} numbers), "
                f"not of {other.encoder} ({other.fingerprint[:12]}, {other.dim} numbers).",
                next_step=f"Use the encoder {name or self.encoder!r}, "
                "or change that of the index: lookalike rebuild --encoder NAME",
            )


def unit(vectors: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Split vectors, shape (n, dim), into unit vectors (n, dim) and Euclidean norms (n,).

    A zero vector stays zero and has norm 0.
    """
    matrix = np.asarray(vectors, dtype=np.float32)
    norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
    safe = np.where(norms > 0, norms, 1.0)
    return (matrix / safe[:, None]).astype(np.float32, copy=False), norms.astype(np.float32, copy=False)


def stored(vectors: Floats) -> Floats:
    """Unit vectors, shape (n, dim), as they come back from disk: rounded to half precision, unit again.

    Applied to query photos as well, so that a stored picture compared with itself scores exactly 1.
    """
    return unit(vectors.astype(np.float16).astype(np.float32))[0]


def best(scores: Floats, k: int) -> tuple[Rows, Floats]:
    """Positions of the k highest scores, shape (n,), and those scores rounded to `DECIMALS`.

    Higher is better; equal rounded scores keep their order, which is that of the ids wherever products are
    sorted by id. NaN is left out, so fewer than k may come back.
    """
    rows = np.flatnonzero(scores == scores)  # noqa: PLR0124 (NaN)
    if rows.size > max(k, _FEW):
        said = scores if rows.size == scores.size else scores[rows]
        last = np.partition(said, rows.size - k)[rows.size - k]
        rows = rows[said >= last - _ROUNDING]  # whatever may round to the score of the last
    values = rounded(scores[rows])
    order = np.argsort(-values, kind="stable")[:k]
    return rows[order], values[order].astype(np.float32)


def distinct(numbers: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """These numbers sorted, each once; `numpy.unique` takes twice as long, for many far more."""
    numbers = np.sort(numbers)
    first = np.ones(len(numbers), dtype=np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=first[1:])
    return numbers[first]


def rounded(scores: Floats) -> npt.NDArray[np.float64]:
    """Scores as they are compared, rounded to `DECIMALS`."""
    values: npt.NDArray[np.float64] = scores.astype(np.float64).round(DECIMALS)
    return values
