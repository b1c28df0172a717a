"""How strongly each signal pulls: chosen by what is found on products that the map did not learn from."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lookalike.errors import TrainingError
from lookalike.evaluation.cases import CaseSet
from lookalike.evaluation.split import position
from lookalike.training.head.finding_again import FoundAgain
from lookalike.training.head.pulls import LOOK, SHARP, Pulls, pulls_of
from lookalike.training.head.signals import signals
from lookalike.training.judging import OTHER, judged, metric_of, questions
from lookalike.training.learnt import Tell
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons
from lookalike.vectors import Floats

LEVELS = (0.0, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
"""Weights that are tried."""

FORGIVEN = 0.02
"""Share of the products that may no longer be found again when their vector is disturbed."""

_START = 1.4  # the weight of the look, and of the first of several columns, to begin with; others have 1
_ASKED = 1500  # products that ask
_ENOUGH = 500  # products to choose by; where there are fewer, each product takes its turn
_FOLDS = 4
_LOSS = 4.0  # a step back in one question counts as so many steps ahead in another
_OTHERS = 20  # products with another picture of their own, from which chance need not stand in for it
_FORGOTTEN = 2.0  # what a product counts that is no longer found again
_TRIED = 40  # sets of weights
_BETTER = 3e-4  # worth by which one set of weights is better than another


@dataclass(frozen=True)
class Chosen:
    """Weights by signal, of how many ``products`` they are the best and how many sets were ``tried``."""

    weights: Mapping[str, float]
    products: int
    tried: int


def chosen_weights(lessons: Lessons, tell: Tell, until: float = np.inf) -> Chosen:
    """The weights with which most is found, on `CHOOSE`, of what was learnt on `LEARN`.

    Where `CHOOSE` is small, both parts are cut into four, and each quarter is asked of what was learnt on
    the others. Weights are changed one at a time, up or down, as long as that helps or, by
    ``time.monotonic``, ``until``. Raises `TrainingError` where nothing is said that could be learnt.
    """
    trials = [trial for one in _folds(lessons) if (trial := Trial.of(one)) is not None]
    if not trials:
        raise TrainingError(
            "Nothing that the catalogue says ties pictures together that look different.",
            next_step="Name columns whose labels several products share (--labels A,B), or record events.",
        )
    names = [name for name in trials[0].pulls.forms if all(name in one.pulls.forms for one in trials)]
    search = _Search(trials, tell, until)
    weights = search.best(names, _start(names, lessons))
    return Chosen(weights, sum(one.products for one in trials), search.tried)


@dataclass(frozen=True)
class Trial:
    """What was learnt on one part, and the questions that the other is asked.

    ``again`` is None where enough products have another picture: then those are what has to be found.
    """

    lessons: Lessons
    pulls: Pulls
    asked: Mapping[str, CaseSet]
    before: Mapping[str, float]
    again: FoundAgain | None
    products: int
    first: str

    @classmethod
    def of(cls, lessons: Lessons) -> Trial | None:
        """None where nothing can be learnt, or nothing asked."""
        pulls = pulls_of(lessons.looks, lessons.pictures_in(LEARN), signals(lessons))
        asked = {
            name: cases
            for name, cases in questions(lessons, CHOOSE, most=_ASKED).items()
            if name not in lessons.tags or not lessons.labels
        }
        if pulls is None or len(pulls.forms) <= len((LOOK, SHARP)) or not asked:
            return None
        found = _found(lessons, lessons.looks, asked)
        real = OTHER in asked and len(asked[OTHER].cases) >= _OTHERS
        again = None if real else FoundAgain.of(lessons, pulls.covariance)
        first = next((name for name in lessons.labels if name in asked), "")
        return cls(lessons, pulls, asked, found, again, len(lessons.products_in(CHOOSE)), first)

    def worth(self, weights: Mapping[str, float]) -> float:
        """The mean gain of the questions, the first column counted twice and losses four times, less what is
        no longer found again.
        """
        matrix = self.pulls.factor(weights)
        lessons, mean = self.lessons, self.pulls.mean
        rows = lessons.pictures_in(CHOOSE)
        vectors = np.zeros((len(lessons.product), matrix.shape[1]), np.float32)
        vectors[rows] = (lessons.looks[rows] - mean) @ matrix
        found = _found(lessons, vectors, self.asked)
        total = count = 0.0
        for name, before in self.before.items():
            gain = found[name] - before
            share = 2.0 if name == self.first else 1.0
            total += share * (gain if gain >= 0 else _LOSS * gain)
            count += share
        if self.again is None:
            return total / count
        share = self.again.share(lambda looks: (looks - mean) @ matrix)
        return total / count - _FORGOTTEN * max(self.again.before - share - FORGIVEN, 0.0)


def _found(lessons: Lessons, vectors: Floats, asked: Mapping[str, CaseSet]) -> dict[str, float]:
    answers = judged(lessons, vectors, CHOOSE, asked)
    return {name: float(answers[name].values[metric_of(name)].mean()) for name in asked}


def _folds(lessons: Lessons) -> list[Lessons]:
    """The parts as they are, or, where `CHOOSE` is small, each quarter of what is known in its place."""
    if len(lessons.products_in(CHOOSE)) >= _ENOUGH:
        return [lessons]
    known = np.isin(lessons.parts, (LEARN, CHOOSE))
    quarter = np.array([int(_FOLDS * position(family, "quarter")) for family in lessons.families])
    folds = []
    for turn in range(_FOLDS):
        parts = np.where(known, np.where(quarter == turn, CHOOSE, LEARN), UNSEEN).astype(np.intp)
        folds.append(replace(lessons, parts=parts))
    return folds


def _start(names: Sequence[str], lessons: Lessons) -> dict[str, float]:
    """To begin with what is said beside columns pulls only where there is no column."""
    columns = [name for name in names if name in lessons.labels]
    start = {name: 1.0 if name in columns or not columns else 0.0 for name in names}
    first = columns[:1] if len(columns) > 1 else []
    return start | dict.fromkeys([LOOK, SHARP, *first], _START)


class _Search:
    """One weight at a time, a level up or down, as long as that is better."""

    def __init__(self, trials: Sequence[Trial], tell: Tell, until: float) -> None:
        self._trials, self._tell, self._until = trials, tell, until
        self._columns = trials[0].lessons.labels
        self._known: dict[tuple[float, ...], float] = {}

    @property
    def tried(self) -> int:
        """How many sets of weights were tried."""
        return len(self._known)

    def best(self, names: Sequence[str], start: dict[str, float]) -> dict[str, float]:
        """The weights at which no single step up or down is better."""
        weights, worth = start, self._worth(start)
        moved = True
        while moved:
            moved = False
            for name in names:
                for step in (1, -1):
                    while (further := self._moved(weights, name, step)) is not None and self._may_go_on():
                        if (other := self._worth(further)) <= worth + _BETTER:
                            break
                        weights, worth, moved = further, other, True
        return weights

    def _may_go_on(self) -> bool:
        return len(self._known) < _TRIED and time.monotonic() < self._until

    def _worth(self, weights: Mapping[str, float]) -> float:
        key = tuple(weights.values())
        if key not in self._known:
            self._tell("Weighing", len(self._known), _TRIED)
            products = sum(one.products for one in self._trials)
            self._known[key] = sum(one.worth(weights) * one.products for one in self._trials) / products
        return self._known[key]

    def _moved(self, weights: Mapping[str, float], name: str, step: int) -> dict[str, float] | None:
        """The weights with one of them a level further, or None where it has no further.

        A column that somebody wants learnt is not left out, and the look in one form stays.
        """
        at = LEVELS.index(weights[name]) + step
        if not int(name in self._columns) <= at < len(LEVELS):
            return None
        moved = {**weights, name: LEVELS[at]}
        return moved if moved.get(LOOK) or moved.get(SHARP) else None
