"""Any callable judged on known cases, and two of them compared on the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.evaluation import metrics
from lookalike.evaluation.bootstrap import Estimate, estimate, estimates, ratio
from lookalike.evaluation.cases import Case, CaseSet

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
    """Metrics by name, a value for each case in the order of ``cases``.

    ``lists`` are the first products that counted, best first, in the same order: as many as the largest k.
    """

    cases: tuple[Case, ...]
    values: Mapping[str, npt.NDArray[np.float64]]
    left_out: Mapping[str, int]
    lists: Sequence[Sequence[str]] = field(default=(), repr=False)

    @property
    def clusters(self) -> list[str]:
        """What each case belongs to."""
        return [case.cluster for case in self.cases]

    def __getitem__(self, metric: str) -> Estimate:
        """The mean of one metric with its 95% interval."""
        return estimate(self.values[metric], self.clusters, of="share")

    def estimates(self, keys: frozenset[str] | None = None) -> dict[str, Estimate]:
        """The means of all metrics with their intervals, drawn at once; of the cases named by ``keys``.

        Raises `BadArgument` when there are none.
        """
        kept = [at for at, case in enumerate(self.cases) if keys is None or case.key in keys]
        clusters = [self.cases[at].cluster for at in kept]
        return estimates({name: own[kept] for name, own in self.values.items()}, clusters, of="share")

    def changes(self, other: Judgement) -> dict[str, Estimate]:
        """The paired differences to another subject on the same cases, by metric that both have.

        Raises `BadArgument` when the cases are not the same.
        """
        self._require_same_cases(other)
        shared = [name for name in self.values if name in other.values]
        return estimates({name: self.values[name] - other.values[name] for name in shared}, self.clusters)

    def minus(self, other: Judgement, metric: str) -> Estimate:
        """The paired difference to another subject on the same cases, with its 95% interval.

        Raises `BadArgument` when the cases are not the same.
        """
        self._require_same_cases(other)
        return estimate(self.values[metric] - other.values[metric], self.clusters)

    def over(self, other: Judgement, metric: str) -> Estimate:
        """How many times the other's mean this mean is, paired, with its 95% interval.

        Raises `BadArgument` when the cases are not the same, and when the other's mean is 0.
        """
        self._require_same_cases(other)
        return ratio(self.values[metric], other.values[metric], self.clusters)

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
    relevant product, and 100 places at least; ignored ones do not count. With a ``depth`` they end there, for
    subjects that take long over long lists, and map_at_r is left out where it would need more. Raises
    `BadArgument` when there is no case, and for k that no list has.
    """
    require_cases(cases)
    if depth is not None and depth < max(ks):
        raise BadArgument(f"depth {depth} is less than k {max(ks)}.", next_step="Ask for longer lists.")
    totals = [cases.truth.total(case) for case in cases.cases]
    depths = [depth or max(_DEPTH, *ks, total) for total in totals]
    told = all(deep >= total for deep, total in zip(depths, totals, strict=True))
    first = np.zeros((len(totals), max(ks)), dtype=np.bool_)
    at_r = np.zeros(len(totals) if told else 0)
    lists: list[Sequence[str]] = []
    answers = _answers(subject, cases.cases, depths)
    for row, (case, deep, answer) in enumerate(zip(cases.cases, depths, answers, strict=True)):
        counted = [i for i in dict.fromkeys(answer) if i not in case.ignore][:deep]
        hits = cases.truth.relevant(case, counted)
        first[row, : len(hits)] = hits[: max(ks)]
        if told:
            at_r[row] = metrics.average_precision_at_r(hits, totals[row])
        lists.append(tuple(counted[: max(ks)]))
        if progress is not None:
            progress(len(lists))
    values = metrics.at_each(first, totals, ks)
    if told:
        values["map_at_r"] = at_r
    return Judgement(cases.cases, values, cases.left_out, lists)


def require_cases(cases: CaseSet) -> None:
    """Raise `BadArgument`, with why they were left out, unless there is a case to judge by."""
    if cases.cases:
        return
    reasons = ", ".join(f"{count} {reason}" for reason, count in cases.left_out.items() if count)
    raise BadArgument(
        f"There is no case to judge by ({reasons or 'none were given'}).",
        next_step="Choose labels that several products share, or products with more pictures.",
    )


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
