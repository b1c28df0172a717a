"""Does a generator copy, and are its pictures varied? Distances to what it learnt from, and among samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

import numpy as np

from lookalike.imagining.eigenpictures import Eigenpictures, Pixels
from lookalike.vectors import Floats, Rows

_PART = 2048
_LEVELS = 255.0
_RARE = 0.05  # share of unseen pictures that a sample counts as near to what was learnt from beyond


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest of the pictures that were learnt from, for each of n: rows (n,) and distances (n,).

    A distance is the root mean square difference of pixels, in levels of 255. By ``codes`` only what the
    patterns tell of a picture counts.
    """

    by_pixels: Rows
    pixels: Floats
    by_codes: Rows
    codes: Floats


@dataclass(frozen=True)
class Copying:
    """How near pictures that were made, and real ones never learnt from, are to what was learnt from.

    Medians in levels of 255, ``pixels`` and ``codes`` as in `Nearest`, each of made ones and of unseen ones,
    None where there is none. ``close`` counts made pictures that are nearer, by pixels, than all but one in
    twenty unseen ones are: as few as that where nothing is copied.
    """

    made: int
    unseen: int
    pixels: tuple[float | None, float | None]
    codes: tuple[float | None, float | None]
    close: int | None

    def to_dict(self) -> dict[str, Any]:
        """The figures as one JSON-ready document."""
        named = {name: {"made": own[0], "unseen": own[1]} for name, own in self._distances.items()}
        return {"made": self.made, "unseen": self.unseen, "median_distance": named, "close": self.close}

    @property
    def _distances(self) -> dict[str, tuple[float | None, float | None]]:
        return {"pixels": self.pixels, "codes": self.codes}


@dataclass(frozen=True)
class Variety:
    """Mean distances among made pictures of one text, and among real ones of products that it is said of.

    ``codes`` in levels of 255 by what patterns tell, ``looks`` as 1
    less the cosine of vectors; the first is of made ones. None where there are fewer than two.
    """

    real: int
    codes: tuple[float | None, float | None]
    looks: tuple[float | None, float | None]

    def to_dict(self) -> dict[str, Any]:
        """The figures as one JSON-ready document."""
        return {
            "real": self.real,
            "codes": {"made": self.codes[0], "real": self.codes[1]},
            "looks": {"made": self.looks[0], "real": self.looks[1]},
        }


def nearest(asked: Pixels, learnt: Pixels, patterns: Eigenpictures) -> Nearest:
    """The nearest of m ``learnt`` pictures for each of n that ask, all (side, side, 3)."""
    numbers = float(np.prod(learnt.shape[1:]))

    def flat(pictures: Pixels) -> Floats:
        found: Floats = pictures.reshape(len(pictures), -1).astype(np.float32) / np.float32(255)
        return found - patterns.mean

    by_pixels = _nearest(flat(asked), len(learnt), lambda part: flat(learnt[part]))
    codes = patterns.codes(asked)
    by_codes = _nearest(codes, len(learnt), lambda part: patterns.codes(learnt[part]))
    scale = np.float32(_LEVELS / np.sqrt(numbers))
    return Nearest(by_pixels[0], by_pixels[1] * scale, by_codes[0], by_codes[1] * scale)


def _nearest(asked: Floats, count: int, known: Callable[[slice], Floats]) -> tuple[Rows, Floats]:
    """The nearest of ``count`` vectors, which come in parts, for each of n (n, d), and how far it is."""
    rows = np.zeros(len(asked), dtype=np.intp)
    least = np.full(len(asked), np.inf, dtype=np.float32)
    own = np.einsum("ij,ij->i", asked, asked)
    for start in range(0, count, _PART):
        part = known(slice(start, start + _PART))
        squares = own[:, None] + np.einsum("ij,ij->i", part, part) - 2 * (asked @ part.T)
        best = squares.argmin(axis=1)
        found = squares[np.arange(len(asked)), best]
        nearer = found < least
        rows[nearer], least[nearer] = best[nearer] + start, found[nearer]
    return rows, np.sqrt(np.maximum(least, 0)).astype(np.float32)


def copying(made: Nearest, unseen: Nearest) -> Copying:
    """Made pictures beside real ones that were not learnt from."""
    close = None
    if len(unseen.pixels):
        close = int((made.pixels < np.quantile(unseen.pixels, _RARE)).sum())
    return Copying(
        made=len(made.pixels),
        unseen=len(unseen.pixels),
        pixels=(_median(made.pixels), _median(unseen.pixels)),
        codes=(_median(made.codes), _median(unseen.codes)),
        close=close,
    )


def variety(made: Pixels, real: Pixels, patterns: Eigenpictures, looks: tuple[Floats, Floats]) -> Variety:
    """How different pictures are among themselves; ``looks`` are unit vectors of the made and the real."""
    scale = _LEVELS / np.sqrt(float(np.prod(made.shape[1:])))
    codes = [_apart(patterns.codes(one)) for one in (made, real)]
    cosines = [_apart(one) for one in looks]
    return Variety(
        len(real),
        (_rounded(codes[0], scale), _rounded(codes[1], scale)),
        (_cosine(cosines[0]), _cosine(cosines[1])),
    )


def together(varieties: Sequence[Variety]) -> Variety | None:
    """Their mean, over the texts of which real products are known; None where there is none."""
    known = [one for one in varieties if None not in (*one.codes, *one.looks)]
    if not known:
        return None
    parts = [[mean(getattr(one, name)[at] for one in known) for at in (0, 1)] for name in ("codes", "looks")]
    rounded = [
        (round(own[0], digits), round(own[1], digits)) for own, digits in zip(parts, (2, 4), strict=True)
    ]
    return Variety(sum(one.real for one in known), *rounded)


def _apart(vectors: Floats) -> Floats:
    """The distances of all pairs of vectors (n, d)."""
    first, second = np.triu_indices(len(vectors), 1)
    found: Floats = np.linalg.norm(vectors[first] - vectors[second], axis=1)
    return found


def _cosine(distances: Floats) -> float | None:
    """The mean of 1 less the cosine, from distances of unit vectors."""
    return round(float(np.mean(np.square(distances)) / 2), 4) if len(distances) else None


def _rounded(distances: Floats, scale: float) -> float | None:
    return round(float(distances.mean() * scale), 2) if len(distances) else None


def _median(distances: Floats) -> float | None:
    return round(float(median(distances.tolist())), 2) if len(distances) else None
