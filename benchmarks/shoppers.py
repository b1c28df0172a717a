"""Is the right shelf found for shoppers whose tastes are planted, and how long does it take?

A log of 100,000 events is made over 34,455 fashion products by 3,000 shoppers with one to three leanings
each (a kind, for women or men or children, in one of a few colours), a fifth of it at random by how popular
products are. Some shoppers change, some dislike what they like in other colours; one product in six is new
and in no event. A result is right when it fits a leaning that the shopper has now. Weights are chosen on
one half of the shoppers by hash, figures are of the other; intervals are 95% bootstrap ones.

    python benchmarks/shoppers.py          everything
    python benchmarks/shoppers.py time     the time only; the other figures stay
    python benchmarks/shoppers.py choose   other weights, on the half on which they are chosen
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data
import numpy as np
import record

import lookalike.asking.chosen as chosen
from lookalike import Index
from lookalike.evaluation.split import position
from lookalike.events import Event, Kind
from lookalike.view import View

K = 12
SHOPPERS, EVENTS = 3_000, 100_000
DAY = 24 * 3600 * 1000
DAYS = 120
FITTING, NEW = 0.8, 1 / 6
KINDS: tuple[Kind, ...] = ("viewed", "carted", "liked", "bought")
SHARES = (0.7, 0.1, 0.1, 0.1)
JUDGED, TIMED = 120, 250
GROUPS = ("one leaning", "two or three", "changed", "dislikes")
CHOICES: dict[str, Mapping[str, float]] = {
    "popularity": {"popular": 1.0, "taste": 1e-3},
    "behaviour": {"behaviour": 1.0, "taste": 1e-3},
    "looks": {"look": 1.0, "taste": 1e-3},
    "taste": {"taste": 1.0},
    "looks and taste": {"look": 1.0, "taste": 1.0},
    "default": chosen.WEIGHTS,
}


@dataclass(frozen=True)
class Planted:
    """A shopper: rows that fit now, one array a leaning; rows touched; and of which group it is."""

    user: str
    leanings: list[np.ndarray]
    touched: set[int]
    group: str


class World:
    """Products by what they are, how popular they are, and which are new."""

    def __init__(self, view: View, seed: int = 7) -> None:
        self.view, self.chance = view, np.random.default_rng(seed)
        columns, count = view.snapshot.columns, len(view.snapshot)
        self.kind = view.kinds.codes
        gender = columns.text("gender")
        assert gender is not None
        self.gender = gender.codes
        tags = columns.text("baseColour")
        assert tags is not None
        self.colour = tags.codes
        self.new = np.array([position(i, "new") < NEW for i in view.snapshot.ids])
        self.wanted = (1 + self.chance.permutation(count)) ** -0.6
        self.wanted[self.new] = 0

    def leaning(self) -> np.ndarray:
        """The rows of what fits: the kind and gender of a product at random, and three of its colours."""
        while True:
            row = int(self.chance.integers(len(self.kind)))
            near = (self.kind == self.kind[row]) & (self.gender == self.gender[row])
            colours = self.chance.permutation(np.unique(self.colour[near]))[:2]
            found = np.flatnonzero(near & np.isin(self.colour, [*colours, self.colour[row]]))
            if len(found) >= 60:
                return found

    def drawn(self, rows: np.ndarray) -> int:
        """One of these, the popular ones more often."""
        sums = np.cumsum(self.wanted[rows])
        return int(rows[np.searchsorted(sums, self.chance.random() * sums[-1])])


def planted(world: World, now: int) -> tuple[list[Event], list[Planted]]:
    """A log and the shoppers it is of."""
    chance, ids = world.chance, world.view.snapshot.ids
    anything = np.arange(len(ids))
    events: list[Event] = []
    shoppers: list[Planted] = []
    each = EVENTS // SHOPPERS
    for number in range(SHOPPERS):
        user = f"u{number}"
        group = GROUPS[number % len(GROUPS)]
        now_likes = [world.leaning() for _ in range(1 if group != "two or three" else 2 + number % 2)]
        before = [world.leaning()] if group == "changed" else now_likes
        touched: set[int] = set()
        done = 0
        while done < each:
            age = chance.uniform(0, DAYS)
            if group == "changed":  # four of five acts are of before
                age = chance.uniform(60, DAYS) if done < 0.8 * each else chance.uniform(0, 10)
            likes = before if age > 30 else now_likes
            fitting = likes[int(chance.integers(len(likes)))]
            size = min(each - done, int(chance.integers(2, 8)))
            for place in range(size):
                row = world.drawn(fitting if chance.random() < FITTING else anything)
                at = int(now - age * DAY + place * 60_000)
                kind = KINDS[int(chance.choice(len(KINDS), p=SHARES))]
                events.append(Event(user, ids[row], kind, at))
                touched.add(row)
            done += size
        if group == "dislikes":
            row = int(now_likes[0][0])
            same = (world.kind == world.kind[row]) & (world.gender == world.gender[row])
            others = np.setdiff1d(np.flatnonzero(same & ~world.new), now_likes[0])
            for row in chance.permutation(others)[:8].tolist():
                events.append(Event(user, ids[row], "disliked", int(now - chance.uniform(0, 30) * DAY)))
                touched.add(row)
        shoppers.append(Planted(user, now_likes, touched, group))
    return events, shoppers


def judged(index: Index, shopper: Planted, world: World, cold: Sequence[str] = ()) -> dict[str, float]:
    """The share of an answer that fits, how many leanings are in it, and the share that is new."""
    view = index._now()
    rows = [view.snapshot.row_of[i] for i in index.recommend(shopper.user, k=K, exclude=cold).ids]
    right = [any(row in leaning for leaning in map(set, shopper.leanings)) for row in rows]
    held = [any(row in set(leaning) for row in rows) for leaning in shopper.leanings]
    new = float(np.mean([world.new[row] for row in rows])) if rows else 0.0
    return {
        "right": float(np.mean(right)) if rows else 0.0,
        "leanings": float(np.mean(held)),
        "new": new,
    }


def shares(index: Index, shoppers: Sequence[Planted], world: World) -> dict[str, Any]:
    """By weights: the share that is right among all products, and among the new ones alone."""
    warm = [i for i, new in zip(world.view.snapshot.ids, world.new, strict=True) if not new]
    figures: dict[str, Any] = {}
    for name, weights in CHOICES.items():
        chosen.WEIGHTS = dict(weights)  # type: ignore[misc]
        found = [judged(index, shopper, world) for shopper in shoppers]
        new = [judged(index, shopper, world, warm) for shopper in shoppers[: len(shoppers) // 2]]
        figures[name] = {
            "right": record.interval([one["right"] for one in found]),
            "leanings": record.interval([one["leanings"] for one in found]),
            "new": record.interval([one["new"] for one in found]),
            "right of new": record.interval([one["right"] for one in new]),
            **{
                group: round(
                    float(
                        np.mean(
                            [
                                one["right"]
                                for one, who in zip(found, shoppers, strict=True)
                                if who.group == group
                            ]
                        )
                    ),
                    4,
                )
                for group in GROUPS
            },
        }
        print(
            name,
            {
                key: value if isinstance(value, float) else value["mean"]
                for key, value in figures[name].items()
            },
            flush=True,
        )
    chosen.WEIGHTS = CHOICES["default"]  # type: ignore[misc]
    return figures


def timed(index: Index, shoppers: Sequence[Planted]) -> dict[str, Any]:
    """Milliseconds of an answer, whole, as a caller sees them."""
    index.recommend(shoppers[0].user)
    ways: dict[str, Any] = {
        "a shopper": lambda who: index.recommend(who.user),
        "a visit of 5 products": lambda who: index.recommend(
            recent=[index._now().snapshot.ids[row] for row in list(who.touched)[:5]]
        ),
        "nobody": lambda _: index.recommend(),
        "similar": lambda who: index.similar(index._now().snapshot.ids[next(iter(who.touched))]),
    }
    figures = {}
    for name, ask in ways.items():
        ask(shoppers[0])
        taken = []
        for who in shoppers[:TIMED]:
            began = time.perf_counter()
            ask(who)
            taken.append((time.perf_counter() - began) * 1e3)
        p50, p95, p99 = np.percentile(taken, [50, 95, 99])
        figures[name] = {
            "p50": round(float(p50), 2),
            "p95": round(float(p95), 2),
            "p99": round(float(p99), 2),
        }
        print(name, figures[name], flush=True)
    return figures


def made(work: Path) -> tuple[Index, list[Planted], World]:
    """An index of its own with the log in it."""
    source = work / "index" / "fashion-small"
    if not source.is_dir():
        data.indexed("fashion-small", work)
    folder = work / "index" / "shoppers"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    index = Index.open(folder)
    world = World(index._now())
    events, shoppers = planted(world, int(time.time() * 1000))
    began = time.perf_counter()
    for start in range(0, len(events), 5_000):
        index._records.append(events[start : start + 5_000])
    print(f"{len(events):,} events recorded in {time.perf_counter() - began:.1f} s", flush=True)
    return index, shoppers, world


def main() -> int:
    data.require("fashion-small")
    with data.work_folder() as work:
        index, shoppers, world = made(work)
        choosing = "choose" in sys.argv[1:]
        half = [who for who in shoppers if (position(who.user, "shoppers") < 0.5) == choosing]
        if "time" in sys.argv[1:]:
            figures = json.loads((record.RESULTS / "shoppers.json").read_text(encoding="utf-8"))
        else:
            figures = {"k": K, "shoppers": JUDGED, "weights": shares(index, half[:JUDGED], world)}
        if choosing:
            return 0
        figures["products"], figures["events"] = len(index), index._records.count()
        figures["new_products"] = int(world.new.sum())
        figures["milliseconds"] = timed(index, half)
        figures["load"] = record.load()
    record.write("shoppers", {name: told for name, told in figures.items() if name != "machine"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
