"""Which click comes next in a visit, by what others did?

The clicks of six days teach, the visits of the day after ask (a public cut of the RecSys 2015 challenge).
After each click but the last all items are ranked. R@20 is how often the next one is among the first twenty,
MRR@20 the mean of one over its place, 0 where it is not. Many next clicks are on what the visit has seen
before, so those on new items are told apart, with what was seen left out of the ranking. All was chosen on
the last day of the train file alone. Intervals are 95% bootstrap over visits.

    python benchmarks/next_click.py [--choosing]      (the last day of the train file asks; nothing is kept)
"""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data
import numpy as np
import record

from lookalike.behaviour.paths import Paths
from lookalike.behaviour.sessions import Sessions
from lookalike.behaviour.signals import Signals
from lookalike.behaviour.visits import Visits
from lookalike.events import KINDS, Log
from lookalike.vectors import Floats

TRAIN, TEST = (f"yoochoose-clicks-100k_{part}.txt.gz" for part in ("train_full", "test"))
K = 20
DAY = 24 * 3600 * 1000
HALF_LIFE = 14.0

Model = Callable[[list[int]], Floats]
"""Scores (items,) after the items of a visit so far, the first first."""


def log_of(rows: Sequence[Sequence[str]]) -> Log:
    """A log of rows of session, item and time in seconds."""
    return Log.from_columns(
        users=[""] * len(rows),
        items=[row[1] for row in rows],
        sessions=[row[0] for row in rows],
        kinds=np.full(len(rows), KINDS.index("viewed"), np.int8),
        times=np.array([int(float(row[2]) * 1000) for row in rows]),
        weights=np.ones(len(rows), np.float32),
    )


def rows_of(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [line.split() for line in lines][1:]


def parts(choosing: bool) -> tuple[Log, list[list[int]]]:
    """What teaches, and the visits that ask, as places in its items."""
    train, test = rows_of(data.data_folder() / TRAIN), rows_of(data.data_folder() / TEST)
    if choosing:
        first: dict[str, float] = {}
        for session, _, at in train:
            first[session] = min(first.get(session, np.inf), float(at))
        cut = max(float(row[2]) for row in train) - DAY / 1000
        test = [row for row in train if first[row[0]] >= cut]
        train = [row for row in train if first[row[0]] < cut]
    log = log_of(train)
    place = {item: at for at, item in enumerate(log.items)}
    visits: dict[str, list[tuple[float, int]]] = {}
    for session, item, at in test:
        if item in place:
            visits.setdefault(session, []).append((float(at), place[item]))
    asking = [[item for _, item in sorted(visit, key=lambda told: told[0])] for visit in visits.values()]
    return log, [visit for visit in asking if len(visit) > 1]


@dataclass(frozen=True)
class PlainSessions:
    """Session kNN as first published (Jannach, Ludewig, 2017): cosine of sets, 500 of the latest 1,000."""

    visits: Visits
    holders: list[np.ndarray]  # of each item its visits, the latest first
    had: list[np.ndarray]  # of each visit its items

    @classmethod
    def of(cls, visits: Visits) -> PlainSessions:
        """Those of a log."""
        pairs = np.unique(np.stack([visits.visit, visits.item], axis=1), axis=0)
        had = np.split(pairs[:, 1], np.flatnonzero(np.diff(pairs[:, 0])) + 1)
        by_item = pairs[np.lexsort((-pairs[:, 0], pairs[:, 1]))]
        cuts = np.searchsorted(by_item[:, 1], np.arange(1, visits.items))
        return cls(visits, np.split(by_item[:, 0], cuts), had)

    def __call__(self, past: list[int]) -> Floats:
        """Scores (items,)."""
        own = set(past)
        met, shared = np.unique(np.concatenate([self.holders[item] for item in own]), return_counts=True)
        met, shared = met[-1000:], shared[-1000:]
        likeness = shared / np.sqrt([len(self.had[visit]) * len(own) for visit in met.tolist()])
        scores = np.zeros(self.visits.items, np.float32)
        for near in np.argsort(-likeness, kind="stable")[:500].tolist():
            scores[self.had[met[near]]] += likeness[near]
        return scores


@dataclass(frozen=True)
class PlainFactors:
    """Truncated singular value decomposition of visits by items, items divided by the root of their count."""

    axes: Floats
    counts: Floats

    @classmethod
    def of(cls, visits: Visits, width: int) -> PlainFactors:
        """So many axes of visits."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.linalg import svds

        shape = (len(visits), visits.items)
        had = csr_matrix((np.ones(len(visits.item), np.float32), (visits.visit, visits.item)), shape=shape)
        had.data[:] = 1
        counts = np.sqrt(np.maximum(np.asarray(had.sum(axis=0)).ravel(), 1)).astype(np.float32)
        _, _, axes = svds((had.multiply(1 / counts)).tocsr().astype(np.float32), k=width, random_state=0)
        return cls(np.ascontiguousarray(axes.T), counts)

    def __call__(self, past: list[int]) -> Floats:
        """Scores (items,)."""
        recent = list(dict.fromkeys(past[::-1]))
        fading = np.exp(-np.arange(len(recent)) / 1.5) / self.counts[recent]
        return np.maximum(self.axes @ (fading.astype(np.float32) @ self.axes[recent]) * self.counts, 0)


def co_visits(signals: Signals, item: int) -> Floats:
    """An item itself, then what is viewed with it."""
    scores = signals.viewed_with(signals.items[item]).score
    scores[item] = 1
    return scores


def latest_first(past: list[int]) -> tuple[np.ndarray, Floats]:
    recent = np.array(list(dict.fromkeys(past[::-1])))[:20]
    return recent, np.ones(len(recent), np.float32)


def models(log: Log) -> dict[str, Model]:
    """Every way to say what comes next, fitted on a log."""
    signals, visits = Signals.of(log), Visits.of(log)
    sessions = Sessions.of(visits, signals.now, HALF_LIFE)
    paths = Paths.of(visits, signals.now, HALF_LIFE)
    return {
        "popularity": lambda _: signals.popular(),
        "co-visits, after the last item itself": lambda past: co_visits(signals, past[-1]),
        "factors, 256": PlainFactors.of(visits, 256),
        "factors, 512": PlainFactors.of(visits, 512),
        "session kNN, plain": PlainSessions.of(visits),
        "session kNN, sequence and time": lambda past: sessions.next(*latest_first(past)),
        "paths": lambda past: paths.next(*latest_first(past)),
        "default": lambda past: signals.next([(log.items[item], 1.0) for item in past[::-1]]),
    }


def found(model: Model, asking: list[list[int]]) -> dict[str, Any]:
    """What each click found, in two rankings: R and MRR, and the visit it was in."""
    told: dict[str, list[tuple[float, float, int]]] = {"all": [], "new": []}
    spent = 0.0
    for number, visit in enumerate(asking):
        for at in range(1, len(visit)):
            past, target = visit[:at], visit[at]
            began = time.perf_counter()
            scores = model(past)
            spent += time.perf_counter() - began
            own = scores[target]
            place = np.inf
            if own > 0:  # of equal scores the middle place
                place = (scores > own).sum() + ((scores == own).sum() + 1) / 2
            told["all"].append((place <= K, 1 / place if place <= K else 0.0, number))
            if target not in past:
                place -= (scores[list(set(past))] > own).sum()
                told["new"].append((place <= K, 1 / place if place <= K else 0.0, number))
    arrays = {name: np.array(rows) for name, rows in told.items()}
    return {**arrays, "milliseconds": 1000 * spent / len(told["all"])}


def measured(choosing: bool) -> dict[str, Any]:
    log, asking = parts(choosing)
    began = time.perf_counter()
    Signals.of(log)
    fitting = time.perf_counter() - began
    results = {name: found(model, asking) for name, model in models(log).items()}
    rows = {
        name: {
            part: {
                "recall": record.interval(result[part][:, 0], result[part][:, 2]),
                "mrr": record.interval(result[part][:, 1], result[part][:, 2]),
            }
            for part in ("all", "new")
        }
        | {"milliseconds": round(result["milliseconds"], 2)}
        for name, result in results.items()
    }
    ours = results["default"]
    against = {
        name: {
            part: {
                measure: record.interval(ours[part][:, at] - results[name][part][:, at], ours[part][:, 2])
                for at, measure in enumerate(("recall", "mrr"))
            }
            for part in ("all", "new")
        }
        for name in results
        if name.startswith("session kNN")
    }
    return {
        "k": K,
        "events": len(log),
        "items": len(log.items),
        "visits": len(asking),
        "clicks": {part: len(ours[part]) for part in ("all", "new")},
        "fitting_seconds": round(fitting, 2),
        "models": rows,
        "default_less": against,
    }


def main() -> None:
    if not (data.data_folder() / TEST).is_file():
        print(f"Skipped: there is no {data.data_folder() / TEST}. Set LOOKALIKE_DATA to its folder.")
        return
    choosing = "--choosing" in sys.argv
    figures = measured(choosing)
    record.table(
        ("model", "R@20", "MRR@20", "new R@20", "new MRR@20", "ms"),
        [
            (
                name,
                *(f"{row[part][of]['mean']:.4f}" for part in ("all", "new") for of in ("recall", "mrr")),
                row["milliseconds"],
            )
            for name, row in figures["models"].items()
        ],
    )
    print(figures["default_less"])
    if not choosing:
        record.write("next_click", figures, "scipy")


if __name__ == "__main__":
    main()
