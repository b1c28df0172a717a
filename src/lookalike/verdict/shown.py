"""Which of all figures people are shown first, in a terminal and on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lookalike.evaluation.bootstrap import FEWEST, Estimate
from lookalike.evaluation.question import Question
from lookalike.sheets.numbers import sized, verdict
from lookalike.verdict.gate import families
from lookalike.verdict.report import Measured
from lookalike.verdict.standing import Cost, Result, Standing

SHOWN: Mapping[str, Sequence[str]] = {
    "labels": ("precision_at_10", "recall_at_10", "ndcg_at_10", "mrr_at_10", "map_at_r"),
    "structure": ("recall_at_1", "recall_at_5", "recall_at_10", "mrr_at_10"),
    "events": ("recall_at_10", "ndcg_at_10", "mrr_at_10"),
}
"""Metrics that are shown, by what questions are about."""


def leading(measured: Measured, standings: Sequence[Standing]) -> list[str]:
    """The question of each sort that is told first.

    Of those that most of ``standings`` have an answer to, and two where there are several, it is the first
    that enough could ask, or the first where there is none.
    """
    chosen: dict[str, tuple[int, bool, str]] = {}
    for name, question in measured.questions.items():
        answered = sum(name in one.results for one in standings)
        rank = (answered, len(question.cases.cases) >= FEWEST, name)
        if answered >= min(2, len(standings)) and rank[:2] > chosen.get(question.about, (0, False, ""))[:2]:
            chosen[question.about] = rank
    return [name for _, _, name in chosen.values()]


def by_metric(about: str, measured: Measured, standing: Standing) -> list[list[Question]]:
    """The questions of one sort that a subject was asked, those of one first metric together.

    Those of single changes of a picture stand apart: `single_changes`.
    """
    groups: dict[str, list[Question]] = {}
    for name, question in measured.questions.items():
        if question.about == about and name in standing.results and not is_single(question):
            groups.setdefault(question.metric, []).append(question)
    return [*groups.values()]


def told_by(question: Question, change: Estimate) -> str:
    """What a change says: "better", "worse" or "even", which it is too where too few families asked."""
    return verdict(change) if enough_ask(question) else "even"


def enough_ask(question: Question) -> bool:
    """Whether intervals of a question hold: `FEWEST` independent families or more ask it."""
    return families(question) >= FEWEST


def is_single(question: Question) -> bool:
    """Whether pictures with one known change ask, such as "photo: blur" or "copy: mirrored"."""
    return question.about == "structure" and ": " in question.name


def single_changes(measured: Measured, standing: Standing) -> list[tuple[Question, Result]]:
    """The questions of single changes that a subject was asked, the worst first."""
    told = [
        (question, standing.results[name])
        for name, question in measured.questions.items()
        if is_single(question) and question.metric in _values(standing, name)
    ]
    return sorted(told, key=lambda one: one[1].values[one[0].metric].mean)


def _values(standing: Standing, name: str) -> Mapping[str, Estimate]:
    result = standing.results.get(name)
    return {} if result is None else result.values


def metrics_of(about: str, question: Question, values: Mapping[str, Estimate]) -> list[str]:
    """The metrics of a question that are shown, its first one first."""
    return [one for one in dict.fromkeys((question.metric, *SHOWN[about])) if one in values]


def _milliseconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f} ms" if value < 10 else f"{value:,.0f} ms"


def _bytes(value: int | None) -> str:
    return "" if value is None else sized(value)


COSTS: Mapping[str, Callable[[Cost], str]] = {
    "One answer": lambda own: _milliseconds(own.answer_ms),
    "19 of 20 within": lambda own: _milliseconds(own.answer_ms_p95),
    "One photo": lambda own: _milliseconds(own.photo_ms),
    "Pictures a second": lambda own: (
        "" if own.pictures_per_second is None else f"{own.pictures_per_second:,.0f}"
    ),
    "A picture's vector": lambda own: _bytes(own.vector_bytes),
    "Network": lambda own: _bytes(own.model_bytes),
    "Memory while asked": lambda own: _bytes(own.peak_bytes),
}
"""Costs by what they are called, in words, "" where one is not known."""
