"""Standings with the values that a test says, without anything that answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lookalike.evaluation.beyond import Beyond
from lookalike.evaluation.cases import Case, CaseSet, Listed
from lookalike.evaluation.judge import Judgement
from lookalike.evaluation.question import About, Question
from lookalike.verdict.standing import Cost, Result, Standing

P, R = "precision_at_10", "recall_at_1"
NOTHING = Beyond(0.0, 0.0, None, None, None, None)

Told = Mapping[str, Sequence[float]]
"""Values of each case, by question."""


def question(
    name: str, cases: int, metric: str = P, about: About = "labels", families: int | None = None
) -> Question:
    """Cases "0", "1", ... of as many families, or of so many; each one's right answer is "right"."""
    many = families or cases
    asked = tuple(Case(str(at), str(at), frozenset({str(at)}), f"family {at % many}") for at in range(cases))
    truth = Listed({case.key: frozenset({"right"}) for case in asked})
    return Question(name, about, metric, f"Products ask for {name}.", CaseSet(asked, truth, {}))


def standing(
    name: str,
    told: Told,
    questions: Mapping[str, Question],
    *,
    notes: Mapping[str, str] | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
    unasked: Mapping[str, str] | None = None,
    cost: Cost | None = None,
) -> Standing:
    """A standing with these values of the first metric of each question; ``lists`` are by case."""
    results = {}
    for asked, values in told.items():
        own = questions[asked]
        judgement = Judgement(own.cases.cases, {own.metric: np.array(values, dtype=np.float64)}, {})
        note = (notes or {}).get(asked, "")
        results[asked] = Result(judgement.estimates(), NOTHING, judgement, lists or {}, {}, note)
    return Standing(name, "module", results, cost or Cost(), unasked or {})
