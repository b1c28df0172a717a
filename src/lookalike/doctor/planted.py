"""What pictures look like with a fault is learnt from a shop's own pictures, spoilt for a trial."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.optimize import minimize
from scipy.special import expit

from lookalike.doctor.case import Case
from lookalike.vectors import Floats, Rows

FEW = 50
"""With fewer pictures nobody can tell what is usual in a shop."""

_ENCODED = 64  # pictures that are encoded between two words of progress
_DECODED = 512
_FOLDS = 5
_NEAR = 2.0  # over the usual difference between two pictures: how fast a seen one is heard less
_PAIRS = 1.0  # the same for pairs
_MENDED = 4  # rounds of finding those that have the fault already
_MISTAKEN = 0.03  # share of the shop's pictures that may have it
_DOUBT = 0.1  # ridge, per seen picture


def chosen(case: Case, count: int) -> Rows:
    """At most ``count`` pictures of unequal content, the same ones as long as they are there, (m,)."""
    _, first = np.unique(np.asarray(case.contents), return_index=True)
    return np.sort(first[:count]).astype(np.intp)


def decoded(case: Case, pictures: Rows) -> Iterator[tuple[int, Image.Image]]:
    """Pictures by their place among all, as RGB from their thumbnails; damaged ones are left out."""
    for start in range(0, len(pictures), _DECODED):
        places = pictures[start : start + _DECODED].tolist()
        small = case.thumbnails([case.keys[at] for at in places])
        for at in places:
            try:
                with Image.open(io.BytesIO(small.get(case.keys[at], b""))) as image:
                    yield at, image.convert("RGB")
            except (OSError, ValueError, SyntaxError):
                continue


def encoded(case: Case, images: Sequence[Image.Image], doing: str) -> Floats:
    """Looks (m, dim) of pictures, told of as they are made."""
    looks = []
    for start in range(0, len(images), _ENCODED):
        case.tell(doing, start, len(images))
        looks.append(case.encode(images[start : start + _ENCODED]))
    return np.concatenate(looks) if looks else np.empty((0, case.snapshot.vectors.shape[1]), np.float32)


@dataclass(frozen=True)
class Head:
    """Which of c classes a look is of: ridge regression on a Gaussian kernel over m seen looks.

    Saunders, Gammerman and Vovk, "Ridge regression learning algorithm in dual variables", 1998.
    """

    seen: Floats
    weights: Floats
    narrow: float

    @classmethod
    def fitted(cls, looks: Floats, classes: Rows, count: int) -> Head:
        """From looks (m, dim) and their classes, 0 to ``count`` - 1; each class counts the same."""
        narrow = _NEAR / usual_difference(looks)
        wanted = np.eye(count, dtype=np.float32)[classes] - 1 / count
        kernel = np.exp(narrow * (looks @ looks.T - 1)).astype(np.float64)
        rarity = len(classes) / (count * np.bincount(classes, minlength=count)[classes])
        kernel[np.diag_indices(len(looks))] += _DOUBT / rarity
        weights = np.linalg.solve(kernel, wanted).astype(np.float32)
        return cls(looks.astype(np.float32), weights, narrow)

    def scores(self, looks: Floats) -> Floats:
        """How much each look (n, dim) is of each class, (n, c)."""
        blocks = [looks[start : start + 4096] for start in range(0, len(looks), 4096)]
        made = [np.exp(self.narrow * (block @ self.seen.T - 1)) @ self.weights for block in blocks]
        return np.concatenate(made) if made else np.empty((0, self.weights.shape[1]), np.float32)


@dataclass(frozen=True)
class Preference:
    """Which of two looks of one picture is the sound one, learnt from m pictures of which both were seen.

    Ridge regression on a kernel of pairs that changes its sign when a pair is turned about (after Brunner,
    Fischer, Luig and Thies, "Pairwise support vector machines and their application", 2012).
    """

    sound: Floats
    spoilt: Floats
    weights: Floats
    narrow: float

    @classmethod
    def fitted(cls, sound: Floats, spoilt: Floats) -> Preference:
        """From looks (m, dim) of pictures as they should be, and of the same pictures spoilt."""
        narrow = _PAIRS / usual_difference(np.concatenate([sound, spoilt]))
        plain = cls(sound, spoilt, np.empty(0, np.float32), narrow)
        kernel = plain._kernel(sound, spoilt).astype(np.float64)
        kernel[np.diag_indices(len(sound))] += _DOUBT
        weights = np.linalg.solve(kernel, np.ones(len(sound)))
        return cls(sound, spoilt, weights.astype(np.float32), narrow)

    def _kernel(self, first: Floats, second: Floats) -> Floats:
        like, unlike = self._near(first, self.sound), self._near(second, self.spoilt)
        made: Floats = like * unlike - self._near(first, self.spoilt) * self._near(second, self.sound)
        return made

    def _near(self, looks: Floats, seen: Floats) -> Floats:
        made: Floats = np.exp(self.narrow / 2 * (looks @ seen.T - 1))
        return made

    def scores(self, first: Floats, second: Floats) -> Floats:
        """How much the first look of each pair (n, dim) is the sound one, (n,); near 1, or -1 for not."""
        made: Floats = self._kernel(first, second) @ self.weights
        return made


def usual_difference(looks: Floats) -> float:
    """The median of one minus the cosine between looks (m, dim)."""
    return max(float(np.median(1 - looks[::3] @ looks[1::3].T)), 1e-3)


def folds(many: int) -> Iterator[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    """Masks (many,) of what is learnt from and of what is set apart, every one set apart once."""
    for fold in range(_FOLDS):
        apart = np.arange(many) % _FOLDS == fold
        if apart.any() and not apart.all():
            yield ~apart, apart


Wide = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Odds:
    """Log-odds of a fault from f measures, in a world where half are faulty.

    Logistic regression makes them one; what that is worth is counted (isotonic regression by pooling adjacent
    violators: Zadrozny and Elkan, 2002), each step as if half a picture more of either sort were on it.
    """

    weights: Wide
    middle: Wide
    spread: Wide
    steps: Wide
    worth: Wide

    @classmethod
    def fitted(cls, clean: Floats, faulty: Floats) -> Odds:
        """From the measures (n, f) of pictures as they are and (m, f) of spoilt ones.

        A few pictures as they are may have the fault already: those count less the more they seem to.
        """
        both = np.concatenate([clean, faulty]).astype(np.float64)
        middle, spread = both.mean(axis=0), np.maximum(both.std(axis=0), 1e-6)
        inputs = np.column_stack([(both - middle) / spread, np.ones(len(both))])
        spoilt = np.arange(len(both)) >= len(clean)
        counts = np.ones(len(both))
        weights = np.zeros(inputs.shape[1])
        for _ in range(_MENDED):
            weights = _logistic(inputs, spoilt, counts, weights)
            mistaken = expit(inputs @ weights + np.log(_MISTAKEN / (1 - _MISTAKEN)))
            counts = np.where(spoilt, 1.0, 1.0 - mistaken)
        steps, worth = _pooled(inputs @ weights, spoilt, counts)
        return cls(weights, middle, spread, steps, worth)

    def of(self, measures: Floats) -> npt.NDArray[np.float64]:
        """The log-odds (n,) of measures (n, f)."""
        scaled: npt.NDArray[np.float64] = (measures - self.middle) / self.spread
        along = scaled @ self.weights[:-1] + self.weights[-1]
        made: npt.NDArray[np.float64] = np.interp(along, self.steps, self.worth)
        return made


def _logistic(inputs: Wide, spoilt: npt.NDArray[np.bool_], counts: Wide, start: Wide) -> Wide:
    """Weights (f,) of logistic regression; both sorts weigh the same, the last weight is not held small."""
    signs = np.where(spoilt, 1.0, -1.0)
    shares = counts / np.where(spoilt, counts[spoilt].sum(), counts[~spoilt].sum()) * len(counts) / 2

    def loss(weights: Wide) -> tuple[float, Wide]:
        along = signs * (inputs @ weights)
        slope = -(shares * signs * expit(-along)) @ inputs
        slope[:-1] += weights[:-1]
        return float((shares * np.logaddexp(0, -along)).sum() + (weights[:-1] ** 2).sum() / 2), slope

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _pooled(along: Wide, faulty: npt.NDArray[np.bool_], counts: Wide) -> tuple[Wide, Wide]:
    """Middles of steps along a measure, and the log-odds on each, which never fall."""
    steps: list[tuple[float, float, float, int]] = []  # sound ones, faulty ones, sum of the measure, how many
    for one in np.argsort(along, kind="stable").tolist():
        count = float(counts[one])
        steps.append((0.0 if faulty[one] else count, count * float(faulty[one]), float(along[one]), 1))
        while len(steps) > 1 and steps[-2][1] * steps[-1][0] >= steps[-1][1] * steps[-2][0]:
            after, before = steps.pop(), steps.pop()
            steps.append(
                (before[0] + after[0], before[1] + after[1], before[2] + after[2], before[3] + after[3])
            )
    sound, spoilt, total, many = np.array(steps).T
    worth = np.log((spoilt + 0.5) / (faulty.sum() + 0.5)) - np.log((sound + 0.5) / ((~faulty).sum() + 0.5))
    return total / many, np.maximum.accumulate(worth)


def posterior(odds: npt.NDArray[np.float64], among: int, start: float = 0.02) -> npt.NDArray[np.float64]:
    """Probabilities (n,) of log-odds (n,), given how frequent the fault turns out to be.

    The share of faulty pictures is what their own probabilities say, by expectation maximisation over
    ``among`` pictures of which those that are not given are sound (Saerens, Latinne and Decaestecker, 2002).
    It is kept between one in 2,000 and one in five.
    """
    share = start
    chance = np.zeros(len(odds))
    for _ in range(50):
        chance = expit(odds + np.log(share / (1 - share)))
        share = float(np.clip((chance.sum() + 0.1) / (among + 1), 0.0005, 0.2))
    return chance
