"""Subjects that answered the same cases, side by side: what changed, and where they disagree most."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from lookalike.errors import BadArgument
from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.cases import Case
from lookalike.evaluation.question import Question, Visit
from lookalike.verdict.gate import Gate, gated
from lookalike.verdict.panel import Panel
from lookalike.verdict.report import Comparison, Disagreement, Measured
from lookalike.verdict.saying import verdict
from lookalike.verdict.standing import Standing

MOST_SHOWN: Final = 12
"""Disagreements that are shown."""

SHOWN: Final = 10
"""Products of each list of a disagreement."""

Changes = Mapping[str, Mapping[str, Estimate]]
"""By question and metric."""


def compared(
    measured: Measured, standings: Sequence[Standing], panel: Panel, gates: Sequence[Gate] = ()
) -> Comparison:
    """Put subjects side by side that were asked the questions of ``measured``, each against the first.

    Raises `BadArgument` for fewer than two.
    """
    if len(standings) < 2:
        raise BadArgument(
            "One subject alone cannot be compared.", next_step="Name two or more, the one you use first."
        )
    first, last = standings[0], standings[-1]
    changes = [changes_of(one, first) for one in standings[1:]]
    disagreements = disagreements_of(standings, measured.questions, panel)
    shown = {i for one in disagreements for i in _products(one)}
    products = panel.view.products(sorted(shown))
    return Comparison(
        measured=measured,
        standings=standings,
        changes=changes,
        disagreements=disagreements,
        verdict=verdict(standings, changes, measured.questions),
        gates=gated(gates, measured.questions, (first, last), changes[-1], measured.unasked),
        titles={i: product.title for i, product in products.items()},
    )


def changes_of(one: Standing, first: Standing) -> dict[str, dict[str, Estimate]]:
    """By how much one subject is better than the first, by question and metric, paired by case, with 95%
    intervals over families; of the questions and metrics that both told."""
    shared = [name for name in one.results if name in first.results]
    return {name: one.results[name].judgement.changes(first.results[name].judgement) for name in shared}


def _products(one: Disagreement) -> Iterator[str]:
    yield from one.asked_with
    yield from (i for own in one.lists for i in own)
    if one.product:
        yield one.product


@dataclass(frozen=True, slots=True)
class _Case:
    """A case that the last subject answers otherwise than the first: by how much, and how unlike the lists
    are, 0 (the same products) to 1 (none in common)."""

    case: Case
    kind: str
    change: float
    apart: float


def disagreements_of(
    standings: Sequence[Standing], questions: Mapping[str, Question], panel: Panel
) -> list[Disagreement]:
    """Where the last subject and the first differ most, at most `MOST_SHOWN`.

    Questions that both answered take turns, and so do cases where the last is better and where it is worse.
    Of products of one kind one asks, as long as there are others. Where no value differs, those cases come
    whose lists do. The order depends on nothing but the cases.
    """
    first, last = standings[0], standings[-1]
    both = [name for name in last.results if name in first.results and name in questions]
    queues = [[(name, one) for one in _unlike(questions[name], last, first, panel)] for name in both]
    found: list[Disagreement] = []
    taken: set[str] = set()
    for turn in zip_longest(*queues):
        for each in turn:
            if each is None or len(found) == MOST_SHOWN:
                continue
            name, one = each
            product = _product(one.case)
            if not product or product not in taken:
                taken.add(product)
                found.append(_shown(questions[name], one, standings, product))
    return found


def _unlike(question: Question, last: Standing, first: Standing, panel: Panel) -> list[_Case]:
    """The cases of a question that two answer differently, those to be shown first."""
    one, base = last.results[question.name], first.results[question.name]
    changes = one.judgement.values[question.metric] - base.judgement.values[question.metric]
    cases: list[_Case] = []
    for case, change in zip(one.judgement.cases, changes.tolist(), strict=True):
        own, other = set(one.lists.get(case.key, ())), set(base.lists.get(case.key, ()))
        apart = 1 - len(own & other) / len(own | other) if own or other else 0.0
        if change or apart:
            cases.append(_Case(case, _kind(case, panel), change, apart))
    cases.sort(key=lambda each: (-abs(each.change), -each.apart, _hash(each.case.key)))
    better = _one_of_a_kind([each for each in cases if each.change > 0])
    worse = _one_of_a_kind([each for each in cases if each.change < 0])
    level = _one_of_a_kind([each for each in cases if each.change == 0])
    ahead, behind = (worse, better) if sum(changes) < 0 else (better, worse)
    turns = [each for pair in zip_longest(ahead, behind) for each in pair if each is not None]
    return (turns or level)[:MOST_SHOWN]


def _one_of_a_kind(cases: Sequence[_Case]) -> list[_Case]:
    """The first case of each kind, in order, then the second of each, and so on, as many as can be shown."""
    turn: dict[str, int] = {}
    placed = []
    for at, one in enumerate(cases):
        turn[one.kind] = turn.get(one.kind, 0) + 1
        placed.append((turn[one.kind], at, one))
    return [one for _, _, one in sorted(placed, key=lambda each: each[:2])[:MOST_SHOWN]]


def _hash(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _product(case: Case) -> str:
    """The product that asks, or that a photo shows; "" for a visit."""
    return "" if isinstance(case.ask, Visit) else case.key


def _kind(case: Case, panel: Panel) -> str:
    name = case.ask.items[-1] if isinstance(case.ask, Visit) and case.ask.items else _product(case)
    place = panel.place_of.get(name)
    return panel.kinds[place] if place is not None and len(panel.kinds) else ""


def _shown(question: Question, one: _Case, standings: Sequence[Standing], product: str) -> Disagreement:
    case = one.case
    answers = [each.results.get(question.name) for each in standings]
    lists = [() if own is None else tuple(own.lists.get(case.key, ())[:SHOWN]) for own in answers]
    every = [*dict.fromkeys(i for own in lists for i in own)]
    hits = question.cases.truth.relevant(case, every).tolist() if every else []
    return Disagreement(
        question=question.name,
        key=case.key,
        product=product,
        asked_with=case.ask.items if isinstance(case.ask, Visit) else (),
        change=one.change,
        lists=tuple(lists),
        right=frozenset(i for i, right in zip(every, hits, strict=True) if right),
    )
