"""How far does a rule lift, what does that cost in likeness, and what do rules cost in time?

Products ask for 12 with the default recipe; a rule boosts all products of one season, or of one usage, by so
much. The share is that of lifted products in an answer, the similarity the mean cosine of its looks. Askers
are of one half by hash; intervals are 95% bootstrap ones. Times are those of the query, the rules and the
ranking, in turns.

    python benchmarks/rules.py
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

import data
import numpy as np
import record

from lookalike.asking.kept_rules import bound
from lookalike.asking.ruled import ruled
from lookalike.asking.similar import similar_query
from lookalike.asking.wishes import Wishes
from lookalike.evaluation.bootstrap import estimate
from lookalike.evaluation.split import position
from lookalike.recommend.recommender import Ranked, recommend
from lookalike.recommend.rules import read_rules
from lookalike.view import View

K = 12
ASKERS = 300
LIFTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
LIFTED = ("season=Winter", "usage=Sports")
TIMED = 150


def rule(name: str, settings: str) -> str:
    return f"[[rule]]\nname = '{name}'\n{settings}\n"


def following(view: View, text: str) -> View:
    """The view of one version that follows other rules; nothing is kept."""
    return view.with_rules(bound(read_rules(text), view.snapshot))


def answer(view: View, asking: str) -> Ranked:
    query = similar_query(view, asking, "main", Wishes.of(k=K))
    return recommend(ruled(query, view, "similar", 0), view.snapshot)


def plain(values: Any) -> dict[str, float]:
    found = estimate(np.array(values))
    return {"mean": round(found.mean, 4), "low": round(found.low, 4), "high": round(found.high, 4)}


def lifted(view: View, where: str, asking: list[str]) -> dict[str, Any]:
    """The share of lifted products and the similarity of answers, by how far they are lifted."""
    boost = rule("one", f"action = 'boost'\nwhere = '{where}'\nby = 1")
    (about,) = following(view, boost).rules.rules
    chosen = {*about.rows.tolist()}
    figures: dict[str, Any] = {"of": round(len(chosen) / len(view.snapshot), 4)}
    for by in LIFTS:
        ruling = following(view, boost.replace("by = 1", f"by = {by}") if by else "")
        answers = [answer(ruling, one) for one in asking]
        figures[f"{by:g}"] = {
            "share": plain([np.mean([row in chosen for row in one.rows]) for one in answers]),
            "similarity": plain([np.mean([seen["look"] for seen in one.evidence]) for one in answers]),
        }
        print(where, by, figures[f"{by:g}"], flush=True)
    return figures


def timed(view: View, asking: list[str]) -> dict[str, Any]:
    """Milliseconds of an answer by the rules that there are."""
    ids = view.snapshot.ids
    pins = rule("one", f"action = 'pin'\nids = ['{ids[5]}', '{ids[9]}']")
    out = rule("two", f"action = 'exclude'\nwhere = '{LIFTED[0]}'")
    ways = {
        "none": "",
        "a boost of a third": rule("one", "action = 'boost'\nwhere = 'gender=Women'"),
        "two pins, and a season left out": pins + out,
        "a hundred": "".join(rule(str(n), f"action = 'boost'\nids = ['{ids[n]}']") for n in range(100)),
    }
    views = {name: following(view, text) for name, text in ways.items()}
    taken: dict[str, list[float]] = {name: [] for name in views}
    for one in views.values():
        answer(one, asking[0])
    for number, one in enumerate(asking):
        names = [*views][number % len(views) :] + [*views][: number % len(views)]
        for name in names:
            start = time.perf_counter()
            answer(views[name], one)
            taken[name].append((time.perf_counter() - start) * 1e3)
    return {
        name: {
            "p50": round(statistics.median(values), 2),
            "p95": round(float(np.percentile(values, 95)), 2),
        }
        for name, values in taken.items()
    }


def main() -> int:
    data.require("fashion-small")
    with data.work_folder() as work:
        view = data.indexed("fashion-small", work)._now()
        half = [
            i
            for at, i in enumerate(view.snapshot.ids)
            if position(i, "rules") >= 0.5 and view.snapshot.pictured[at]
        ]
        figures = {
            "k": K,
            "askers": ASKERS,
            "products": len(view.snapshot),
            "lifts": {where: lifted(view, where, data.sample(half, ASKERS)) for where in LIFTED},
            "milliseconds": timed(view, data.sample(half, TIMED)),
            "load": record.load(),
        }
    for name, speed in figures["milliseconds"].items():
        print(name, speed)
    record.write("rules", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
