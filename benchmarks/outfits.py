"""How long does the best look under a budget take, and how often is it the best of all there are?

Drawn kinds with so many candidates each: fits that have nothing to do with prices, fits that grow with them
(as hard as it is in a shop), and fits that are the price itself, which nothing can be harder than. Half of
what the dearest of all kinds cost together is the budget. Small cases are compared with trying every choice.
A whole look of the drawn shop is timed as a caller waits for it.

    python benchmarks/outfits.py
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import data
import numpy as np
import record

from lookalike import Index, open_catalog
from lookalike.demo.shop import draw_shop
from lookalike.recommend.budget import STEPS, Offers, best_choice

SIZES = ((6, 200), (6, 2000), (12, 200))
TIMES = 30
CASES = 500
LOOKS = 40


def drawn(chance: np.random.Generator, way: str, count: int) -> Offers:
    """Candidates of one kind, 5.00 to 200.00."""
    prices = chance.integers(500, 20_001, count)
    fits = {
        "any": lambda: chance.random(count),
        "dearer fits better": lambda: prices / 20_000 + chance.normal(0, 0.05, count),
        "fit is price": lambda: prices / 20_000,
    }[way]()
    return Offers(prices.astype(np.int64), np.clip(fits, 0, 1).astype(np.float32))


def half(kinds: Sequence[Offers]) -> int:
    return sum(int(kind.prices.max()) for kind in kinds) // 2


def timed(way: str, kinds: int, count: int) -> dict[str, float]:
    """Milliseconds of the best choice."""
    chance, taken = np.random.default_rng(7), []
    for _ in range(TIMES):
        offers = [drawn(chance, way, count) for _ in range(kinds)]
        began = time.perf_counter()
        best_choice(offers, half(offers))
        taken.append((time.perf_counter() - began) * 1000)
    found = {"p50": np.median(taken), "p95": np.percentile(taken, 95), "max": max(taken)}
    return {name: round(float(value), 1) for name, value in found.items()}


def worth(kinds: Sequence[Offers], places: Sequence[int]) -> tuple[int, int]:
    """Fit in steps, and cost."""
    chosen = list(zip(kinds, places, strict=True))
    return sum(int(k.steps[at]) for k, at in chosen), sum(int(k.prices[at]) for k, at in chosen)


def as_good_as_all() -> dict[str, int]:
    """How many small cases are solved as trying every choice does."""
    chance, same = np.random.default_rng(11), 0
    for _ in range(CASES):
        ways = ("any", "dearer fits better", "fit is price")
        kinds = [drawn(chance, ways[chance.integers(3)], int(chance.integers(1, 7))) for _ in range(4)]
        budget = int(chance.integers(0, 2 * half(kinds) + 1))
        found = best_choice(kinds, budget)
        every = (worth(kinds, places) for places in itertools.product(*(range(len(k)) for k in kinds)))
        best = max(((fit, -cost) for fit, cost in every if cost <= budget), default=None)
        own = None if found is None else worth(kinds, found)
        same += best == (None if own is None else (own[0], -own[1]))
    return {"cases": CASES, "as_good": same}


def whole_looks(folder: Path) -> dict[str, float]:
    """Milliseconds of looks of the drawn shop, from the id to the document."""
    index = Index.create(folder / "index")
    index.add(open_catalog(draw_shop(folder / "shop")), duplicates=False, fit=False)
    ids, taken = data.sample(index.ids, LOOKS), []
    index.outfit(ids[0])
    for asker in ids:
        began = time.perf_counter()
        index.outfit(asker, budget=300).to_dict()
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": round(float(np.median(taken)), 1), "p95": round(float(np.percentile(taken, 95)), 1)}


def main() -> None:
    figures: dict[str, Any] = {"steps": STEPS, "brute_force": as_good_as_all()}
    rows = []
    for way in ("any", "dearer fits better", "fit is price"):
        for kinds, count in SIZES:
            told = timed(way, kinds, count)
            figures[f"{way}, {kinds} x {count}"] = told
            rows.append([way, f"{kinds} x {count}", *told.values()])
    record.table(["fits", "kinds x candidates", "p50 ms", "p95 ms", "max ms"], rows)
    with tempfile.TemporaryDirectory() as folder:
        figures["drawn shop"] = whole_looks(Path(folder))
    print(figures["brute_force"], figures["drawn shop"])
    record.write("outfits", figures)


if __name__ == "__main__":
    main()
