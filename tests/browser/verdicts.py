"""A comparison and an evaluation as they are told: made-up figures of every kind, over the tiny shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lookalike.distortions import phone
from lookalike.evaluation.beyond import Beyond
from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.cases import Case, CaseSet, Listed, SameLabel
from lookalike.evaluation.judge import Judgement
from lookalike.evaluation.pictures import open_shown
from lookalike.evaluation.question import About, Question, Visit
from lookalike.index import Index
from lookalike.testing.tiny_shop import tiny_shop
from lookalike.verdict.report import Comparison, Disagreement, Evaluation, GateResult, Measured
from lookalike.verdict.standing import Cost, Kind, Result, Standing

SUBJECTS: tuple[tuple[str, Kind], ...] = (
    ("encoder:product", "encoder"),
    ("encoder:onnx:/shop/index/encoders/a-rather-long-name/a-rather-long-name.onnx", "encoder"),
    ("recipe:recommend", "recipe"),
)
METRICS = {
    "labels": ("precision_at_10", "recall_at_10", "ndcg_at_10", "mrr_at_10", "map_at_r"),
    "structure": ("recall_at_1", "recall_at_5", "recall_at_10", "mrr_at_10"),
    "events": ("recall_at_10", "ndcg_at_10", "mrr_at_10"),
}
SAID = {
    "category": "Of ten products, the share whose category is the same.",
    "photo": "How often a picture, as a phone might take it, finds its product first.",
    "photo: blur": "The main picture under one effect of a phone's camera, blur, asks for its product.",
    "next in visit": "How often what comes next in a visit is among the first ten.",
}


def around(mean: float, width: float = 0.02, cases: int = 3994) -> Estimate:
    return Estimate(mean, mean - width, mean + width, cases)


def questions(index: Index) -> dict[str, Question]:
    """One question of each sort, asked by the products of a shop."""
    ids = index.ids[:30]
    kinds = {i: product.category for i, product in index.products(index.ids).items()}
    pictures = {product.id: product.pictures[0] for product in tiny_shop().products}

    def photo(i: str) -> object:
        return lambda: phone(3)(open_shown(pictures[i]))

    right = {i: frozenset({i}) for i in ids}
    after = {i: frozenset(index.ids[20:22]) for i in ids}
    sets: dict[str, tuple[About, CaseSet]] = {
        "category": (
            "labels",
            CaseSet(tuple(Case(i, i, cluster=i) for i in ids), SameLabel(kinds), {"no label": 31}),
        ),
        "photo": ("structure", CaseSet(tuple(Case(i, photo(i), cluster=i) for i in ids), Listed(right), {})),
        "photo: blur": (
            "structure",
            CaseSet(tuple(Case(i, photo(i), cluster=i) for i in ids), Listed(right), {}),
        ),
        "next in visit": (
            "events",
            CaseSet(tuple(Case(i, Visit(tuple(ids[:5])), cluster=i) for i in ids), Listed(after), {}),
        ),
    }
    return {
        name: Question(name, about, METRICS[about][0], SAID[name], cases)
        for name, (about, cases) in sets.items()
    }


def result(question: Question, at: int, index: Index) -> Result:
    level = 0.7 + 0.05 * at
    values = {metric: around(level - 0.06 * place) for place, metric in enumerate(METRICS[question.about])}
    cases = question.cases.cases
    judged = Judgement(cases, {question.metric: np.full(len(cases), level)}, {})
    parts: Mapping[str, Mapping[str, Estimate]] = {}
    novelty = None
    if question.about == "events":
        parts = {
            "warm": {"recall_at_10": around(0.6, 0.03, 800)},
            "cold": {"recall_at_10": around(0.1, 0.05, 90)},
        }
        novelty = around(9.3, 0.2)
    beyond = Beyond(
        0.83 - 0.2 * at, 0.24 + 0.1 * at, novelty, around(0.31, 0.004), around(0.2), around(2.1, 0.1)
    )
    lists = {case.key: index.ids[at + place : at + place + 10] for place, case in enumerate(cases)}
    note = "It reads category, by which it is judged here." if at == 2 and question.about == "labels" else ""
    return Result(values, beyond, judged, lists, parts, note)


def standing(at: int, asked: Mapping[str, Question], index: Index) -> Standing:
    name, kind = SUBJECTS[at]
    cost = Cost(0.31 + 4 * at, 0.44 + 9 * at, 200, 118.2 if at < 2 else None, 512, 9_300_000, 151_000_000)
    unasked = {"photo": "It cannot be asked with a photo."} if at == 2 else {}
    results = {one: result(question, at, index) for one, question in asked.items() if one not in unasked}
    return Standing(name, kind, results, cost, unasked)


def measured(asked: Mapping[str, Question]) -> Measured:
    return Measured(
        3183,
        4021,
        True,
        asked,
        {"event of a product that is not in the catalogue": 17, "picture that cannot be read": 2},
        {"variants": "No product has a group."},
        41.2,
        640_000_000,
    )


def evaluation(index: Index) -> Evaluation:
    asked = questions(index)
    return Evaluation(measured(asked), standing(0, asked, index))


def disagreement(index: Index, name: str, at: int, change: float, count: int) -> Disagreement:
    i = index.ids[at]
    visit = tuple(index.ids[:5]) if name == "next in visit" else ()
    lists = tuple(tuple(index.ids[place : place + 10]) for place in range(count))
    right = frozenset(index.ids[:40:3])
    return Disagreement(name, i, "" if visit else i, visit, change, lists, right)


def comparison(index: Index, subjects: int = 3) -> Comparison:
    """A comparison of the first subjects, with gates of every outcome."""
    asked = questions(index)
    standings = [standing(at, asked, index) for at in range(subjects)]
    changes = [
        {
            name: {
                metric: around(0.02 * at - 0.015 * place, 0.008) for place, metric in enumerate(own.values)
            }
            for name, own in one.results.items()
        }
        for at, one in enumerate(standings[1:], start=1)
    ]
    shown: Sequence[tuple[str, float]] = [("category", 0.7), ("photo", -1.0), ("next in visit", 1.0)] * 2
    gates = [
        GateResult(
            "P@10>=-0.01",
            "category",
            "precision_at_10",
            -0.01,
            "passed",
            around(0.02, 0.008),
            "Its lower bound is +0.012.",
        ),
        GateResult(
            "photo:R@1>=-0.01",
            "photo",
            "recall_at_1",
            -0.01,
            "failed",
            around(-0.05),
            "Its lower bound is -0.070.",
        ),
        GateResult("variants:R@1>=0", "variants", "recall_at_1", 0.0, "undecided", None, "Nobody asked it."),
    ]
    return Comparison(
        measured(asked),
        standings,
        changes,
        [disagreement(index, name, at, change, subjects) for at, (name, change) in enumerate(shown)],
        f"{SUBJECTS[subjects - 1][0]} is better than {SUBJECTS[0][0]}: +0.020 (+0.012 to +0.028) P@10 of "
        "category, on 3,994 cases; one answer takes 14 times as long.",
        gates,
    )
