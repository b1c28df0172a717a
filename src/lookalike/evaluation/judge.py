"""Any callable judged on known cases, and two of them compared on the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.evaluation import metrics
from lookalike.evaluation.bootstrap import Estimate, estimate, ratio
from lookalike.evaluation.cases import Case, CaseSet
from lookalike.vectors import Mask

Subject = Callable[[Any, int], Sequence[str]]
"""What is judged: given what a case asks and how many ids are wanted, ids in order, best first."""

KS = (1, 5, 10)
_DEPTH = 100
_BATCH = 256  # cases asked at once where a subject answers many


@runtime_checkable
class AnswersMany(Protocol):
    """A subject that answers many cases faster than one by one, such as a matrix product does."""

    def answer_many(self, asks: Sequence[Any], count: int) -> Sequence[Sequence[str]]:
        """For each ask, ids in order, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Judgement:
    """Metrics by name, a value for each case in the order of ``cases``."""

    cases: tuple[Case, ...]
    values: Mapping[str, npt.NDArray[np.float64]]
    left_out: Mapping[str, int]

    def __getitem__(self, metric: str) -> Estimate:
        """The mean of one metric with its 95% interval."""
        return estimate(self.values[metric], [case.cluster for case in self.cases])

    def minus(self, other: Judgement, metric: str) -> Estimate:
        """The paired difference to another subject on the same cases, with its 95% interval.

        Raises `BadArgument` when the cases are not the same.
        """
        self._require_same_cases(other)
        return estimate(self.values[metric] - other.values[metric], [case.cluster for case in self.cases])

    def over(self, other: Judgement, metric: str) -> Estimate:
        """How many times the other's mean this mean is, paired, with its 95% interval.

        Raises `BadArgument` when the cases are not the same, and when the other's mean is 0.
        """
        self._require_same_cases(other)
        clusters = [case.cluster for case in self.cases]
        return ratio(self.values[metric], other.values[metric], clusters)

    def _require_same_cases(self, other: Judgement) -> None:
        if [case.key for case in self.cases] != [case.key for case in other.cases]:
            raise BadArgument(
                "The two were judged on different cases.", next_step="Judge both on one set of cases."
            )


def judge(
    subject: Subject | AnswersMany,
    cases: CaseSet,
    ks: Sequence[int] = KS,
    depth: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Judgement:
    """Ask a subject every case and measure its answers; many at once where it has ``answer_many``.

    Metrics, in the names of MTEB: precision_at_k, recall_at_k, hit_rate_at_k, mrr_at_k, map_at_k and
    ndcg_at_k for each of ``ks``, and map_at_r. Lists are asked as deep as map_at_r needs, a place for each
    relevant product, and 100 places at least; ignored ones do not count. With a ``depth`` they end there, and
    map_at_r counts what lies deeper as missed: for subjects that take long over long lists. Raises
    `BadArgument` when there is no case.
    """
    if not cases.cases:
        reasons = ", ".join(f"{count} {reason}" for reason, count in cases.left_out.items() if count)
        raise BadArgument(
            f"There is no case to judge by ({reasons or 'none were given'}).",
            next_step="Choose labels that several products share, or products with more pictures.",
        )
    if depth is not None and depth < max(ks):
        raise BadArgument(f"depth {depth} is less than k {max(ks)}.", next_step="Ask for longer lists.")
    rows: list[dict[str, float]] = []
    totals = [cases.truth.total(case) for case in cases.cases]
    depths = [depth or max(_DEPTH, *ks, total) for total in totals]
    answers = _answers(subject, cases.cases, depths)
    for case, total, deep, answer in zip(cases.cases, totals, depths, answers, strict=True):
        counted = [i for i in dict.fromkeys(answer) if i not in case.ignore][:deep]
        rows.append(_measured(cases.truth.relevant(case, counted), total, ks))
        if progress is not None:
            progress(len(rows))
    values = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return Judgement(cases.cases, values, cases.left_out)


def _answers(
    subject: Subject | AnswersMany, cases: Sequence[Case], depths: Sequence[int]
) -> Iterator[Sequence[str]]:
    """The answer to each case, long enough to be cut to its depth once ignored ids are taken out."""
    counts = [depth + len(case.ignore) for case, depth in zip(cases, depths, strict=True)]
    if not isinstance(subject, AnswersMany):
        for case, count in zip(cases, counts, strict=True):
            yield subject(case.ask, count)
        return
    for start in range(0, len(cases), _BATCH):
        asks = [case.ask for case in cases[start : start + _BATCH]]
        yield from subject.answer_many(asks, max(counts[start : start + _BATCH]))


def _measured(hits: Mask, total: int, ks: Sequence[int]) -> dict[str, float]:
    row: dict[str, float] = {}
    for k in ks:
        row[f"precision_at_{k}"] = metrics.precision_at(hits, k)
        row[f"recall_at_{k}"] = metrics.recall_at(hits, total, k)
        row[f"hit_rate_at_{k}"] = metrics.hit_rate_at(hits, k)
        row[f"mrr_at_{k}"] = metrics.reciprocal_rank_at(hits, k)
        row[f"map_at_{k}"] = metrics.average_precision_at(hits, total, k)
        row[f"ndcg_at_{k}"] = metrics.ndcg_at(hits, total, k)
    row["map_at_r"] = metrics.average_precision_at_r(hits, total)
    return row
