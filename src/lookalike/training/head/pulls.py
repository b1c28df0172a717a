"""What draws vectors together: for each signal a quadratic form, and a linear map of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lookalike.training.head.signals import Signal
from lookalike.training.judging import OTHER, STYLE, TOGETHER
from lookalike.vectors import Floats, Rows

Wide = npt.NDArray[np.float64]

LOOK = "look"
"""The name of the old look itself among the weights."""

SHARP = "sharpened look"
"""The look with each axis divided by the fourth root of its variance: small differences count more."""

PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Ridge penalties that are tried, as shares of the mean variance of a number of the vectors."""

_FLOOR = 0.1  # share of the mean variance that each axis has at least, before it is divided by its root
_OF_TIES = 0.1  # the penalty where nothing foretells which of thousands it is: groups, sessions, pictures
_COLUMNS = 2048  # columns of a signal at once
_ROWS = 4096
_TINY = 1e-9


@dataclass(frozen=True)
class Pulls:
    """Quadratic forms (dim, dim) by name, each scaled so that pictures learnt from have length 1 in the mean.

    ``mean`` (dim,) and ``covariance`` (dim, dim) are those of the pictures learnt from, ``penalties`` what
    was chosen for each signal.
    """

    mean: Wide = field(repr=False)
    covariance: Wide = field(repr=False)
    forms: Mapping[str, Wide] = field(repr=False)
    penalties: Mapping[str, float] = field(default_factory=dict)

    def map(self, weights: Mapping[str, float]) -> Wide:
        """The symmetric matrix (dim, dim) whose images compare by the sum of forms, weights squared."""
        values, axes = np.linalg.eigh(self._sum(weights))
        return np.asarray((axes * np.sqrt(np.maximum(values, 0.0))) @ axes.T)

    def factor(self, weights: Mapping[str, float]) -> Wide:
        """A triangular matrix whose images compare as those of `map`, in a tenth of the time.

        The look has to have a weight, in one form or the other: without it the sum may have no root.
        """
        return np.asarray(np.linalg.cholesky(self._sum(weights)), dtype=np.float64)

    def _sum(self, weights: Mapping[str, float]) -> Wide:
        form = np.zeros_like(self.covariance)
        for name, weight in weights.items():
            form += weight**2 * self.forms[name]
        return form


def pulls_of(looks: Floats, taught: Rows, signals: Sequence[Signal]) -> Pulls | None:
    """The forms of some signals over unit vectors (m, dim), and that of the look itself.

    ``taught`` are the rows of all pictures learnt from. None where their vectors are all the same.

    A signal's form is ``B @ B.T`` where ``B`` (dim, k) foretells by ridge regression what is said of a
    picture from its vector: pictures are alike in it when the same is foretold of both. The penalty is that
    of the least generalised cross-validation. Sources: Hastie, Tibshirani, Buja, "Flexible Discriminant
    Analysis by Optimal Scoring", JASA 1994 (discriminants by regression on labels); Golub, Heath, Wahba,
    "Generalized Cross-Validation as a Method for Choosing a Good Ridge Parameter", Technometrics 1979.
    """
    mean, covariance = _moments(looks, taught)
    trace = float(np.trace(covariance))
    if trace <= _TINY:
        return None
    values, axes = np.linalg.eigh(covariance)
    floor = (_FLOOR + len(mean) / len(taught)) * trace / len(mean)  # few pictures tell little of small axes
    roots = np.sqrt(np.maximum(values, 0.0) + floor)
    forms: dict[str, Wide] = {LOOK: np.eye(len(mean)), SHARP: (axes / roots) @ axes.T}
    penalties: dict[str, float] = {}
    for signal in signals:
        forms[signal.name], penalties[signal.name] = _form(looks, signal)
    sizes = {name: float(np.sum(form * covariance)) for name, form in forms.items()}
    scaled = {name: form / sizes[name] for name, form in forms.items() if sizes[name] > 0}
    return Pulls(mean, covariance, scaled, penalties)


def _moments(looks: Floats, rows: Rows) -> tuple[Wide, Wide]:
    """Mean (dim,) and covariance (dim, dim) of some rows, read a few at a time."""
    mean: Wide = np.asarray(np.mean(looks[rows], axis=0, dtype=np.float64))
    total = np.zeros((len(mean), len(mean)))
    for start in range(0, len(rows), _ROWS):
        some = looks[rows[start : start + _ROWS]].astype(np.float64) - mean
        total += some.T @ some
    return mean, total / max(len(rows), 1)


def _form(looks: Floats, signal: Signal) -> tuple[Wide, float]:
    """The form of one signal, of any size, and the penalty (see `PENALTIES`) it was made with."""
    mean, covariance = _moments(looks, signal.rows)
    n = len(signal.rows)
    vectors = looks[signal.rows].astype(np.float64) - mean
    together = np.zeros_like(covariance)  # X'Y Y'X, a few columns of Y at a time
    columns = signal.said.tocsc()
    for start in range(0, columns.shape[1], _COLUMNS):
        told = (columns[:, start : start + _COLUMNS].T @ vectors) / n
        together += told.T @ told
    values, axes = np.linalg.eigh(covariance)
    values = np.maximum(values, 0.0)
    explained = np.einsum("ij,ij->j", axes, together @ axes)
    shares = np.asarray(columns.mean(axis=0)).ravel()
    variance = float(columns.multiply(columns).sum()) / n - float(shares @ shares)
    unit = max(float(values.mean()), _TINY)
    penalty = _OF_TIES
    if signal.name not in (STYLE, OTHER, TOGETHER):
        penalty = min(PENALTIES, key=lambda p: _cross_validation(p * unit, values, explained, variance, n))
    inverse = (axes / (values + penalty * unit)) @ axes.T
    return inverse @ together @ inverse, penalty


def _cross_validation(penalty: float, values: Wide, explained: Wide, variance: float, n: int) -> float:
    """The generalised cross-validation score of a ridge regression whose covariance has these ``values``."""
    left = variance - float((explained * (values + 2 * penalty) / (values + penalty) ** 2).sum())
    free = 1.0 - (1.0 + float((values / (values + penalty)).sum())) / n
    return max(left, 0.0) / free**2 if free > _TINY else np.inf
