"""What do liked and disliked examples find, asked together in several ways?

A kind and a colour are hidden as what somebody wants: a cell of the catalogue with at least 20 products.
Three of it are liked (or one), two are disliked, and the first 12 without these are judged: the share that
is of the cell, and the share of a disliked cell. Disliked are two of sibling cells (the same kind in another
colour, or another kind beside it in the same colour) by chance, or the first two that somebody would see who
likes these. At the end two of each of two kinds are liked. Cells, by hash, are of the half that the way and
its numbers were not chosen on; intervals are 95% bootstrap ones over cells.

    python benchmarks/examples.py            figures
    python benchmarks/examples.py choosing   the half on which things were chosen, printed only
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import data
import numpy as np
import record

from lookalike.asking.examples import PUSH, gathered
from lookalike.evaluation.bootstrap import estimate
from lookalike.evaluation.split import position
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Floats, unit
from lookalike.view import View

K = 12
LEAST = 20
DRAWS = 3
Way = Callable[[Floats, Floats, Floats], Floats]
"""Scores (n,) of looks (n, dim) by those of the liked (l, dim) and of the disliked (u, dim)."""


def rocchio(push: float, looks: Floats, liked: Floats, disliked: Floats) -> Floats:
    away = push * disliked.mean(axis=0) if len(disliked) else 0
    return looks @ unit((liked.mean(axis=0) - away)[None])[0][0]


def best(looks: Floats, liked: Floats, disliked: Floats) -> Floats:
    """The cosine with the nearest liked one, below all others where a disliked one is nearer."""
    near = (looks @ liked.T).max(axis=1)
    far = (looks @ disliked.T).max(axis=1) if len(disliked) else np.full(len(looks), -1, np.float32)
    return np.where(near > far, near, -1 - far**2)


def ours(alike: float, looks: Floats, liked: Floats, disliked: Floats) -> Floats:
    weights = np.ones(len(liked), np.float32), np.ones(len(disliked), np.float32)
    questions, _ = gathered(liked, weights[0], disliked, weights[1], alike)
    return (looks @ questions.T).max(axis=1)


class Cells:
    """Rows by kind and colour, and which of the cells are asked about."""

    def __init__(self, snapshot: Snapshot, choosing: bool) -> None:
        rows = np.arange(len(snapshot))
        self.looks = snapshot.looks_of(rows)
        self.kinds = snapshot.columns.words("category", rows)
        self.colours = snapshot.columns.words("baseColour", rows)
        self.beside = dict(zip(self.kinds, snapshot.columns.words("subCategory", rows), strict=True))
        self.rows: dict[tuple[str, str], list[int]] = {}
        for row, cell in enumerate(zip(self.kinds, self.colours, strict=True)):
            if all(cell):
                self.rows.setdefault(cell, []).append(row)
        self.asked = [
            cell
            for cell, held in sorted(self.rows.items())
            if len(held) >= LEAST and (position("|".join(cell), "examples") < 0.5) == choosing
        ]

    def siblings(self, cell: tuple[str, str]) -> list[tuple[str, str]]:
        """The same kind in other colours, and other kinds beside it in the same."""
        kind, colour = cell
        return [
            other
            for other in self.rows
            if (other[0] == kind) != (other[1] == colour) and self.beside[other[0]] == self.beside[kind]
        ]

    def of(self, row: int) -> tuple[str, str]:
        """Kind and colour of a product."""
        return self.kinds[row], self.colours[row]

    def first(self, scores: Floats, without: list[int]) -> list[int]:
        """The rows of the highest scores."""
        scores = scores.copy()
        scores[without] = -np.inf
        found: list[int] = np.argpartition(-scores, K)[:K].tolist()
        return found


def disliked_by_chance(cells: Cells, cell: tuple[str, str], _: list[int], chance: Any) -> list[int]:
    siblings = cells.siblings(cell)
    return [int(chance.choice(cells.rows[siblings[chance.integers(len(siblings))]])) for _ in range(2)]


def disliked_when_seen(cells: Cells, cell: tuple[str, str], liked: list[int], chance: Any) -> list[int]:
    scores = cells.looks @ cells.looks[liked].mean(axis=0)
    siblings = set(cells.siblings(cell))
    order = np.argsort(-scores, kind="stable")[:1000].tolist()
    seen = [row for row in order if row not in liked and cells.of(row) in siblings]
    return seen[:2] or disliked_by_chance(cells, cell, liked, chance)


def judged(cells: Cells, ways: dict[str, Way], liking: int, dislike: Any) -> dict[str, Any]:
    """Shares of the first that are wanted, and that are disliked, by way; changes are from likes alone."""
    chance = np.random.default_rng(1)
    wanted: dict[str, list[float]] = {name: [] for name in ways}
    unwanted: dict[str, list[float]] = {name: [] for name in ways}
    named = []
    for cell in cells.asked * DRAWS:
        if not cells.siblings(cell):
            continue
        named.append("|".join(cell))
        liked = chance.choice(cells.rows[cell], liking, replace=False).tolist()
        disliked = dislike(cells, cell, liked, chance)
        bad = {cells.of(row) for row in disliked}
        for name, way in ways.items():
            scores = way(cells.looks, cells.looks[liked], cells.looks[disliked])
            found = [cells.of(row) for row in cells.first(scores, [*liked, *disliked])]
            wanted[name].append(np.mean([one == cell for one in found]))
            unwanted[name].append(np.mean([one in bad for one in found]))
    base = np.array(wanted["likes alone"])
    return {
        name: {
            "wanted": plain(wanted[name], named),
            "change": plain(np.array(wanted[name]) - base, named),
            "disliked": plain(unwanted[name], named),
        }
        for name in ways
    }


def mixed(cells: Cells, ways: dict[str, Way]) -> dict[str, Any]:
    """The share of the first that is of either of two kinds liked, by way."""
    chance = np.random.default_rng(2)
    found: dict[str, list[float]] = {name: [] for name in ways}
    named = []
    for cell in cells.asked * DRAWS:
        others = [other for other in cells.asked if other[0] != cell[0]]
        other = others[chance.integers(len(others))]
        named.append("|".join(cell))
        liked = [row for one in (cell, other) for row in chance.choice(cells.rows[one], 2, replace=False)]
        for name, way in ways.items():
            first = cells.first(way(cells.looks, cells.looks[liked], cells.looks[:0]), liked)
            found[name].append(np.mean([cells.of(row) in (cell, other) for row in first]))
    return {name: {"wanted": plain(values, named)} for name, values in found.items()}


def plain(values: Any, clusters: list[str]) -> dict[str, float]:
    found = estimate(values, clusters)
    return {"mean": round(found.mean, 4), "low": round(found.low, 4), "high": round(found.high, 4)}


def main() -> int:
    data.require("fashion-small")
    choosing = "choosing" in sys.argv[1:]
    with data.work_folder() as work:
        view: View = data.indexed("fashion-small", work)._now()
        scale = view.scales["look"]
        alike = (scale.low + scale.high) / 2
        cells = Cells(view.snapshot, choosing)
        ways: dict[str, Way] = {
            "likes alone": partial(rocchio, 0.0),
            "Rocchio, 0.5": partial(rocchio, 0.5),
            "Rocchio, 0.25": partial(rocchio, 0.25),
            "best score": best,
            "gathered": partial(ours, alike),
        }
        figures: dict[str, Any] = {"cells": len(cells.asked), "draws": DRAWS, "k": K}
        figures |= {"alike": round(alike, 3), "push": PUSH}
        figures["by_chance"] = judged(cells, ways, 3, disliked_by_chance)
        figures["seen"] = judged(cells, ways, 3, disliked_when_seen)
        figures["one_liked"] = judged(cells, ways, 1, disliked_when_seen)
        figures["two_kinds"] = mixed(cells, {n: w for n, w in ways.items() if "Rocchio" not in n})
    for setting in ("by_chance", "seen", "one_liked", "two_kinds"):
        print(setting)
        for name, told in figures[setting].items():
            print("  ", name, told)
    if not choosing:
        record.write("examples", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
