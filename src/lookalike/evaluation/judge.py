"""Any callable judged on known cases, and two of them compared on the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.evaluation import metrics
from lookalike.evaluation.bootstrap import Estimate, estimate
from lookalike.evaluation.cases import Case, CaseSet
from lookalike.vectors import Mask

Subject = Callable[[Any, int], Sequence[str]]
"""What is judged: given what a case asks and how many ids are wanted, ids in order, best first."""

KS = (1, 5, 10)


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
        if [case.key for case in self.cases] != [case.key for case in other.cases]:
            raise BadArgument(
                "The two were judged on different cases.", next_step="Judge both on one set of cases."
            )
        change = self.values[metric] - other.values[metric]
        return estimate(change, [case.cluster for case in self.cases])


def judge(
    subject: Subject,
    cases: CaseSet,
    ks: Sequence[int] = KS,
    depth: int = 100,
    progress: Callable[[int], None] | None = None,
) -> Judgement:
    """Ask a subject every case and measure its answers.

    Metrics: precision@k, recall@k, hit@k and ndcg@k for each of ``ks``, mrr, and map@r. Lists are asked to
    ``depth`` places beyond the ignored ones; map@r and mrr count what lies deeper as missed. Raises
    `BadArgument` when there is no case.
    """
    if not cases.cases:
        reasons = ", ".join(f"{count} {reason}" for reason, count in cases.left_out.items() if count)
        raise BadArgument(
            f"There is no case to judge by ({reasons or 'none were given'}).",
            next_step="Choose labels that several products share.",
        )
    if depth < max(ks):
        raise BadArgument(f"depth {depth} is less than k {max(ks)}.", next_step="Ask for longer lists.")
    rows: list[dict[str, float]] = []
    for done, case in enumerate(cases.cases, start=1):
        hits, total = _asked(subject, cases, case, depth)
        rows.append(_measured(hits, total, ks))
        if progress is not None:
            progress(done)
    values = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return Judgement(cases.cases, values, cases.left_out)


def _asked(subject: Subject, cases: CaseSet, case: Case, depth: int) -> tuple[Mask, int]:
    answer = list(dict.fromkeys(subject(case.ask, depth + len(case.ignore))))
    counted = [i for i in answer if i not in case.ignore][:depth]
    return cases.truth.relevant(case, counted), cases.truth.total(case)


def _measured(hits: Mask, total: int, ks: Sequence[int]) -> dict[str, float]:
    row: dict[str, float] = {}
    for k in ks:
        row[f"precision@{k}"] = metrics.precision_at(hits, k)
        row[f"recall@{k}"] = metrics.recall_at(hits, total, k)
        row[f"hit@{k}"] = metrics.hit_at(hits, k)
        row[f"ndcg@{k}"] = metrics.ndcg_at(hits, total, k)
    row["mrr"] = metrics.reciprocal_rank(hits)
    row["map@r"] = metrics.average_precision_at_r(hits, total)
    return row
