"""Several encoders on the same questions, of products that nothing was learnt from: side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from lookalike.errors import TrainingError
from lookalike.evaluation.beyond import Beyond
from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.cases import CaseSet
from lookalike.training.examples import Example, examples
from lookalike.training.judging import (
    ALL,
    FIRST,
    OTHER,
    STYLE,
    TOGETHER,
    Judged,
    K,
    gain,
    judged,
    led_by,
    metric_of,
    question_gain,
    questions,
)
from lookalike.training.learnt import Tell, silent
from lookalike.training.lessons import UNSEEN, Lessons
from lookalike.training.variety import variety
from lookalike.vectors import Floats

Role = Literal["before", "learnt", "beside"]

ASKED_WHOLE: Final = 1500
"""Products that ask the whole catalogue, at most."""

MOST_WHOLE: Final = 100_000
"""Products of a catalogue that is asked as a whole, at most: more take much memory, and decide nothing."""

_SAID: Final = {
    ALL: "Of ten products, the share that has every label of the one that asks.",
    OTHER: "How often another picture of a product finds the product first.",
    STYLE: "How often the first product found is of the same group.",
    TOGETHER: "Of ten products, the share that a shopper had together with the one that asks.",
}


@dataclass(frozen=True)
class Contender:
    """An encoder to be judged, by its unit vectors (m, dim) of all pictures of the lessons.

    Where ``whole`` is False only those of the products that are asked with have to be true.
    """

    encoder: str
    role: Role
    vectors: Floats = field(repr=False)
    whole: bool = False


@dataclass(frozen=True)
class Question:
    """What was asked: the metric it is judged by, how many asked, whether its answers were learnt from.

    ``best`` is what the metric can be at most: less than 1 where kinds have fewer products than a list.
    """

    metric: str
    cases: int
    taught: bool
    said: str
    best: float

    def to_dict(self) -> dict[str, Any]:
        """The question as one JSON-ready document."""
        best = round(self.best, 4)
        told = {"metric": self.metric, "cases": self.cases, "taught": self.taught, "said": self.said}
        return {**told, "best": best}


@dataclass(frozen=True)
class Standing:
    """How one encoder did, by question; see `Comparison`.

    ``gains`` are the paired differences to the first encoder, and ``gain`` that of the mean over the columns
    that are learnt from; the first has none. ``whole`` and ``whole_gains`` are of the same questions with all
    products to be found, those that were learnt from as well, as a shopper would: nothing where the vectors
    of all are not known, or they are more than `MOST_WHOLE`.
    """

    encoder: str
    role: Role
    values: Mapping[str, Estimate]
    variety: Beyond
    gains: Mapping[str, Estimate] = field(default_factory=dict)
    gain: Estimate | None = None
    whole: Mapping[str, Estimate] = field(default_factory=dict)
    whole_gains: Mapping[str, Estimate] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The standing as one JSON-ready document."""
        return {
            "encoder": self.encoder,
            "role": self.role,
            "values": _told(self.values),
            "gains": _told(self.gains),
            "gain": None if self.gain is None else self.gain.to_dict(),
            "whole": _told(self.whole),
            "whole_gains": _told(self.whole_gains),
            "variety": self.variety.to_dict(),
        }


@dataclass(frozen=True)
class Comparison:
    """Encoders on the same products, asked with and found among those that nothing was learnt from.

    The first of ``standings`` is the encoder of the index, the second the learnt one, the others stand beside
    them. The lists of each `Example` are in the same order. ``titles`` are of all products in examples.
    ``families`` is how many families of products asked what was learnt: the intervals are drawn from these.
    """

    questions: Mapping[str, Question]
    standings: Sequence[Standing]
    better: Sequence[Example] = ()
    worse: Sequence[Example] = ()
    drawn: Sequence[Example] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    families: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The comparison as one JSON-ready document."""
        return {
            "questions": {name: one.to_dict() for name, one in self.questions.items()},
            "standings": [one.to_dict() for one in self.standings],
            "better": [one.to_dict() for one in self.better],
            "worse": [one.to_dict() for one in self.worse],
            "drawn": [one.to_dict() for one in self.drawn],
            "titles": dict(self.titles),
            "families": self.families,
        }


def compared(lessons: Lessons, contenders: Sequence[Contender], tell: Tell = silent) -> Comparison:
    """Judge encoders, the first the one of the index and the second the learnt one.

    Raises `TrainingError` when the products that nothing was learnt from can answer nothing.
    """
    asked = questions(lessons)
    if not asked:
        raise TrainingError(
            "No product that was kept apart to measure with shares a label with another one.",
            next_step="Add products, or name columns whose labels more products share: --labels A,B",
        )
    trial = _Trial(lessons, asked)
    standings: list[Standing] = []
    for at, one in enumerate(contenders):
        tell("Judging", at, len(contenders))
        standings.append(trial.standing(one))
    tell("Judging", len(contenders), len(contenders))
    shown = examples(lessons, trial.judgements)
    return Comparison(
        _described(lessons, asked),
        standings,
        shown.better,
        shown.worse,
        shown.drawn,
        _titles(lessons, [*shown.better, *shown.worse, *shown.drawn]),
        len({case.cluster for name in led_by(asked, lessons) for case in asked[name].cases}),
    )


class _Trial:
    """Judges one encoder after another on the same questions, each against the first."""

    def __init__(self, lessons: Lessons, asked: Mapping[str, CaseSet]) -> None:
        self.judgements: list[Judged] = []
        self._lessons = lessons
        self._asked = asked
        self._asked_whole = questions(lessons, whole=True, most=ASKED_WHOLE)
        self._first_whole: Judged | None = None

    def standing(self, one: Contender) -> Standing:
        own = judged(self._lessons, one.vectors, asked=self._asked)
        self.judgements.append(own)
        first = self.judgements[0]
        later = own is not first
        whole, whole_gains = self._whole(one)
        return Standing(
            one.encoder,
            one.role,
            _values(own),
            variety(self._lessons, own.lists, UNSEEN),
            gains=_gains(own, first) if later else {},
            gain=gain(own, first, self._lessons) if later else None,
            whole=whole,
            whole_gains=whole_gains,
        )

    def _whole(self, one: Contender) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
        """Values and gains with all products to be found, none where their vectors are not known."""
        if not one.whole or len(self._lessons) > MOST_WHOLE:
            return {}, {}
        own = judged(self._lessons, one.vectors, asked=self._asked_whole, whole=True)
        first, self._first_whole = self._first_whole, self._first_whole or own
        return _values(own), {} if first is None else _gains(own, first)


def _values(own: Judged) -> dict[str, Estimate]:
    return {name: own.estimate(name) for name in own.judgements}


def _gains(own: Judged, first: Judged) -> dict[str, Estimate]:
    return {name: question_gain(own, first, name) for name in own.judgements}


def _described(lessons: Lessons, asked: Mapping[str, CaseSet]) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for name, cases in asked.items():
        said = _SAID.get(name, f"Of ten products, the share that says the same for {name}.")
        metric = metric_of(name)
        found[name] = Question(metric, len(cases.cases), name in lessons.labels, said, _best(cases, metric))
    return found


def _best(cases: CaseSet, metric: str) -> float:
    if metric == FIRST:
        return 1.0
    return float(np.mean([min(K, cases.truth.total(case)) / K for case in cases.cases]))


def _titles(lessons: Lessons, shown: Sequence[Example]) -> dict[str, str]:
    named = {example.product for example in shown}
    named |= {found.product for example in shown for own in example.lists for found in own}
    return {i: title for i, title in zip(lessons.ids, lessons.titles, strict=True) if i in named}


def _told(values: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: value.to_dict() for name, value in values.items()}
