"""How good vectors are on products that nothing was learnt from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lookalike.errors import BadArgument
from lookalike.evaluation.bootstrap import Estimate, estimate
from lookalike.evaluation.cases import Case, CaseSet, Listed, label_cases
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import Judgement
from lookalike.evaluation.metrics import hit_rate_at, precision_at
from lookalike.evaluation.split import position
from lookalike.training.lessons import UNSEEN, Lessons
from lookalike.vectors import Floats

K = 10
ASKED = 4000
"""Products of a part that ask, at most; they are drawn by hash, so the same ones always ask."""

FIRST = "hit_rate_at_1"
"""The metric of questions that ask whether what comes first is right."""

ALL = "all labels"
"""The question of the columns that are learnt from together, where there are several."""

OTHER = "other picture"
STYLE = "same group"
TOGETHER = "seen together"
_OWN = (ALL, OTHER, STYLE, TOGETHER)

LONGEST = 50
"""Products of one session that are held to belong together, the first ones."""


@dataclass(frozen=True)
class Judged:
    """Judgements of one encoder by question: a column's name, `ALL`, `OTHER`, `STYLE` or `TOGETHER`.

    ``lists`` are the `K` products that look most like each product that asked, best first; neither itself
    nor its copies are in it.
    """

    judgements: Mapping[str, Judgement]
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)

    def __getitem__(self, question: str) -> Judgement:
        return self.judgements[question]

    def estimate(self, question: str) -> Estimate:
        """The first metric of a question with its 95% interval."""
        return self.judgements[question][metric_of(question)]


def metric_of(question: str) -> str:
    """The metric that a question is judged by first."""
    return FIRST if question in (OTHER, STYLE) else f"precision_at_{K}"


def askers(lessons: Lessons, part: int, most: int = ASKED) -> list[str]:
    """The ids of the products of a part that ask, sorted: all, or ``most`` of them, by hash."""
    ids = [lessons.ids[row] for row in lessons.products_in(part).tolist()]
    if len(ids) <= most:
        return ids
    return sorted(sorted(ids, key=lambda i: position(i, "asked"))[:most])


def questions(
    lessons: Lessons, part: int = UNSEEN, *, whole: bool = False, most: int = ASKED
) -> dict[str, CaseSet]:
    """The questions that a part of a catalogue can answer, by name; those without a case are left out.

    Products of the part ask, ``most`` of them. What is right is looked for among those of the part, or with
    ``whole`` among all that are in any part.
    """
    rows = np.flatnonzero(lessons.parts >= 0) if whole else lessons.products_in(part)
    ids = [lessons.ids[row] for row in rows.tolist()]
    family = {i: lessons.families[row] for i, row in zip(ids, rows.tolist(), strict=True)}
    asking = askers(lessons, part, most)

    def by_label(labels: Mapping[str, Any]) -> CaseSet:
        return label_cases(labels, asking, copies=lessons.copies, clusters=family)

    def told(values: Sequence[str]) -> dict[str, str]:
        return {i: values[row] for i, row in zip(ids, rows.tolist(), strict=True)}

    columns = {**lessons.labels, **lessons.tags}
    found = {name: by_label(told(values)) for name, values in columns.items()}
    if len(lessons.labels) > 1:
        every = [told(values) for values in lessons.labels.values()]
        found[ALL] = by_label({i: [labels[i] for labels in every] for i in ids})
    found[STYLE] = by_label(told(lessons.groups))
    found[OTHER] = _other_pictures(lessons, asking, family)
    found[TOGETHER] = _together(lessons, asking, family)
    return {name: cases for name, cases in found.items() if cases.cases}


def judged(
    lessons: Lessons,
    vectors: Floats,
    part: int = UNSEEN,
    asked: Mapping[str, CaseSet] | None = None,
    *,
    whole: bool = False,
) -> Judged:
    """Judge unit vectors (m, dim) of all pictures of the lessons, of which only those of ``part`` are used.

    With ``whole`` those of all main pictures are. ``asked`` are `questions` made before, of the same part,
    ``whole`` or not as here. Only the first metric of each question is measured, since a training asks this
    after every epoch. Raises `BadArgument` when the part can answer no question.
    """
    cases = questions(lessons, part, whole=whole) if asked is None else asked
    if not cases:
        raise BadArgument(
            "There is no product to measure with that shares a label with another one.",
            next_step="Name columns whose labels several products share: --labels A,B",
        )
    products = np.flatnonzero(lessons.parts >= 0) if whole else lessons.products_in(part)
    rows = lessons.main[products]
    gallery = Gallery([lessons.ids[at] for at in products.tolist()], vectors[rows])
    answers = _Answers(gallery, vectors, cases)
    judgements = {name: answers.judgement(own, metric_of(name)) for name, own in cases.items()}
    return Judged(judgements, answers.lists())


def score(one: Judged, lessons: Lessons) -> float:
    """One number to choose by: the mean over what is learnt from (see `led_by`), of their first metric."""
    wanted = led_by(one.judgements, lessons)
    return float(np.mean([one[name].values[metric_of(name)].mean() for name in wanted]))


def led_by(asked: Mapping[str, Any], lessons: Lessons) -> list[str]:
    """The questions that say whether a training was worth it: the columns that are learnt from.

    Where there are none, whatever ties products together, and where nothing does, every question.
    """
    taught = [name for name in lessons.labels if name in asked]
    return taught or [name for name in (STYLE, OTHER, TOGETHER) if name in asked] or list(asked)


def gain(after: Judged, before: Judged, lessons: Lessons) -> Estimate:
    """How much better, in the mean over the columns learnt from, product by product, with its interval."""
    gains, clusters = gains_by_product(after, before, lessons)
    return estimate([*gains.values()], [clusters[key] for key in gains])


def gains_by_product(
    after: Judged, before: Judged, lessons: Lessons
) -> tuple[dict[str, float], dict[str, str]]:
    """By id of the product that asks, how much better it is answered; and its cluster."""
    sums: dict[str, list[float]] = {}
    clusters: dict[str, str] = {}
    for name in led_by(after.judgements, lessons):
        metric = metric_of(name)
        differences = after[name].values[metric] - before[name].values[metric]
        for case, difference in zip(after[name].cases, differences.tolist(), strict=True):
            sums.setdefault(case.key, []).append(difference)
            clusters[case.key] = case.cluster
    return {key: float(np.mean(own)) for key, own in sums.items()}, clusters


def question_gain(after: Judged, before: Judged, question: str) -> Estimate:
    """How much better one question is answered, case by case, with its interval."""
    return after[question].minus(before[question], metric_of(question))


class _Answers:
    """The neighbours of each product, looked for once, whatever is asked of them.

    A case asks with an id, or with the row of a picture.
    """

    def __init__(self, gallery: Gallery, vectors: Floats, cases: Mapping[str, CaseSet]) -> None:
        every = [case for own in cases.values() for case in own.cases]
        ignored = {case.ask: case.ignore for case in every}
        asks = [*ignored]
        count = K + max(map(len, ignored.values()))
        looks: list[Any] = [ask if isinstance(ask, str) else vectors[ask] for ask in asks]
        found = zip(asks, _in_parts(gallery.answer_many, looks, count), strict=True)
        self._lists = {ask: [i for i in own if i not in ignored[ask]][:K] for ask, own in found}

    def judgement(self, cases: CaseSet, metric: str) -> Judgement:
        measure, k = (hit_rate_at, 1) if metric == FIRST else (precision_at, K)
        values = [measure(cases.truth.relevant(case, self._lists[case.ask]), k) for case in cases.cases]
        return Judgement(cases.cases, {metric: np.array(values)}, cases.left_out)

    def lists(self) -> dict[str, list[str]]:
        return {ask: found for ask, found in self._lists.items() if isinstance(ask, str)}


def _in_parts(
    answer: Callable[[Sequence[Any], int], list[list[str]]], asks: list[Any], count: int
) -> Iterator[list[str]]:
    for start in range(0, len(asks), 1024):
        yield from answer(asks[start : start + 1024], count)


def _other_pictures(lessons: Lessons, asking: Sequence[str], family: Mapping[str, str]) -> CaseSet:
    """Each product's second picture asks for the product; one that shows what the main one does does not."""
    row_of = {i: row for row, i in enumerate(lessons.ids)}
    ends = np.append(lessons.main[1:], len(lessons.product))
    cases: list[Case] = []
    for i in asking:
        first, end = int(lessons.main[row_of[i]]), int(ends[row_of[i]])
        other = next((r for r in range(first + 1, end) if lessons.contents[r] != lessons.contents[first]), 0)
        if other:
            cases.append(Case(i, other, lessons.copies.get(i, frozenset()), family[i]))
    return CaseSet(tuple(cases), Listed({case.key: frozenset({case.key}) for case in cases}), {})


def _together(lessons: Lessons, asking: Sequence[str], family: Mapping[str, str]) -> CaseSet:
    """Products ask for those that a shopper had together with them."""
    wanted = set(asking)
    right: dict[str, set[str]] = {}
    for session in lessons.sessions:
        own = {i for row in session[:LONGEST] if (i := lessons.ids[row]) in family}
        for i in own & wanted:
            right.setdefault(i, set()).update(own)
    cases: list[Case] = []
    for i in asking:
        ignored = frozenset({i}) | lessons.copies.get(i, frozenset())
        if right.get(i, set()) - ignored:
            cases.append(Case(i, i, ignored, family[i]))
    return CaseSet(tuple(cases), Listed({case.key: frozenset(right[case.key]) for case in cases}), {})
