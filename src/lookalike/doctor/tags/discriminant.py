"""Linear discriminants in closed form, each product judged by what was fitted without it.

Source: Fisher's linear discriminant with a covariance drawn towards a sphere (Friedman, "Regularized
discriminant analysis", 1989) and class means drawn towards the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from lookalike.vectors import Floats, Mask, Rows

FOLDS = 5
"""Parts of a catalogue, each judged by what the others tell."""

_MOST = 384  # numbers of a look that are used, along its principal axes where it has more
_SAMPLED = 4000  # looks by which the axes are found
_PALETTE = 0.3  # weight of the colours beside the look
_ROUND = 0.1  # share of the covariance that is taken as a sphere, at least
_MIDDLE = 1.0  # products in the middle that are added to each class

Wide = npt.NDArray[np.float64]


def measures_of(looks: Floats, colours: Floats) -> Floats:
    """What is judged by: looks (n, dim) and colour vectors (n, c) beside each other, around their middle."""
    if looks.shape[1] > _MOST:
        sample = looks[:: max(1, len(looks) // _SAMPLED)]
        centred = sample - sample.mean(axis=0)
        _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
        looks = looks @ axes[:, -_MOST:].astype(np.float32)
    found = np.concatenate([looks, _PALETTE * colours], axis=1)
    found -= found.mean(axis=0)
    return found


@dataclass(frozen=True)
class Measured:
    """Measures ``values`` (n, d) around their middle, their parts ``folds`` (n,), the squares of each."""

    values: Floats
    folds: Rows
    grams: Wide

    @classmethod
    def of(cls, values: Floats, folds: Rows) -> Measured:
        """The squares of each part are summed once, for all columns."""
        return cls(values, folds, np.stack([_gram(values[folds == fold]) for fold in range(FOLDS)]))

    def grams_of(self, labelled: Mask) -> Wide:
        """Sums of squares of the labelled alone, (FOLDS, d, d)."""
        if labelled.all():
            return self.grams
        parts = [_gram(self.values[labelled & (self.folds == fold)]) for fold in range(FOLDS)]
        return np.stack(parts)


def _gram(values: Floats) -> Wide:
    found: Wide = (values.T @ values).astype(np.float64)
    return found


@dataclass(frozen=True)
class Discriminant:
    """Weights (FOLDS, d, k) and offsets (FOLDS, k) of k classes, fitted without one part each."""

    measured: Measured
    weights: Floats
    offsets: Floats

    @classmethod
    def fitted(cls, measured: Measured, codes: npt.NDArray[np.int32], classes: int) -> Discriminant:
        """Of n products with these classes, -1 for none."""
        labelled = codes >= 0
        values, folds = measured.values, measured.folds
        dim = values.shape[1]
        places = np.flatnonzero(labelled)
        cells = folds[places] * classes + codes[places]
        ones = np.ones(len(places), dtype=np.float32)
        member = csr_matrix((ones, (cells, places)), shape=(FOLDS * classes, len(values)))
        sums = np.asarray(member @ values, dtype=np.float64).reshape(FOLDS, classes, dim)
        counts = np.bincount(cells, minlength=FOLDS * classes).reshape(FOLDS, classes)
        grams = measured.grams_of(labelled)
        weights, offsets = [], []
        for fold in range(FOLDS):
            others = [at for at in range(FOLDS) if at != fold]
            one = _solved(grams[others].sum(axis=0), sums[others].sum(axis=0), counts[others].sum(axis=0))
            weights.append(one[0])
            offsets.append(one[1])
        return cls(measured, np.stack(weights), np.stack(offsets))

    def scores(self, rows: Rows) -> Floats:
        """Log-likelihoods but for a constant of each row, (m, k)."""
        found = np.empty((len(rows), self.offsets.shape[1]), dtype=np.float32)
        for fold in range(FOLDS):
            own = self.measured.folds[rows] == fold
            found[own] = self.measured.values[rows[own]] @ self.weights[fold] + self.offsets[fold]
        return found


def _solved(gram: Wide, sums: Wide, counts: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Weights (d, k) and offsets (k,) of classes with these sums (k, d) and counts (k,)."""
    dim, total = len(gram), int(counts.sum())
    within = gram - (sums / np.maximum(counts, 1)[:, None]).T @ sums
    within /= max(total - int((counts > 0).sum()), 1)
    sphere, spread = max(_ROUND, dim / (total + dim)), max(np.trace(within) / dim, 1e-6)
    within *= 1 - sphere
    within[np.diag_indices(dim)] += sphere * spread
    middles = sums / (counts + _MIDDLE)[:, None]
    weights = cho_solve(cho_factor(within.astype(np.float32)), middles.T.astype(np.float32))
    offsets = -0.5 * np.einsum("kd,dk->k", middles, weights)
    return weights, offsets.astype(np.float32)
