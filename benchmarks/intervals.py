"""How often do the 95% intervals hold the truth?

Answers are made up with a known truth, a thousand times each: shares of products found, precisions of ten,
differences of two subjects on the same cases, ratios; of products that stand alone, of families of unlike
size whose answers hang together, and of catalogues where a few families are large. Beside it, how often the
plain percentile interval of the same draws holds it. Of an interval that says 95%, 93 to 97 of 100 are to.

    python benchmarks/intervals.py [RUNS]        (default: 1000)
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import record

from lookalike.evaluation.bootstrap import FEWEST, Of, effective_clusters, estimates, ratio

RUNS = 1000
TOGETHER = 20  # runs of families of the same sizes, told in one call
COUNTS = (10, 20, 30, 100, 400)
BAR = (0.93, 0.97)
ALIKE = 0.3  # how far answers within a family hang together: their correlation
ROUNDS = 1000

Wide = npt.NDArray[np.float64]
Chance = np.random.Generator


def alone(_: Chance, count: int) -> Wide:
    return np.ones(count)


def families(chance: Chance, count: int) -> Wide:
    """Sizes of families: two of five products stand alone, the mean is two and a half."""
    return chance.geometric(0.4, count).astype(np.float64)


def few_large(chance: Chance, count: int) -> Wide:
    """A few families have up to sixty products, most have one."""
    return np.minimum(chance.zipf(1.8, count), 60).astype(np.float64)


SIZES: dict[str, Callable[[Chance, int], Wide]] = {
    "products alone": alone,
    "families": families,
    "a few large families": few_large,
}


@dataclass(frozen=True)
class World:
    """Answers of known truth: ``draw`` gives those of cases whose families are numbered."""

    what: str
    truth: float
    of: Of
    draw: Callable[[Chance, npt.NDArray[np.intp]], Wide]


def own_chance(chance: Chance, mean: float, members: npt.NDArray[np.intp]) -> Wide:
    """For each case the chance of its family; cases alone have that of all."""
    count = int(members.max()) + 1
    if len(members) == count:
        return np.full(count, mean)
    sure = 1 / ALIKE - 1
    return chance.beta(mean * sure, (1 - mean) * sure, count)[members]


def found(mean: float) -> World:
    """Is the product found? 1 or 0."""
    return World(
        f"found, {mean:g}",
        mean,
        "share",
        lambda chance, members: (chance.random(len(members)) < own_chance(chance, mean, members)) * 1.0,
    )


def changed(up: float, down: float) -> World:
    """Two subjects find or do not: so many only the second finds, so many of the rest only the first."""

    def draw(chance: Chance, members: npt.NDArray[np.intp]) -> Wide:
        better = chance.random(len(members)) < own_chance(chance, up, members)
        worse = ~better & (chance.random(len(members)) < down)
        return better * 1.0 - worse

    return World(f"change of found, {up:g} up and {down:g} down", up - (1 - up) * down, "number", draw)


def precision(chance: Chance, members: npt.NDArray[np.intp]) -> Wide:
    """Of ten, how many are right: mostly nearly all or few."""
    good = chance.beta(1.2, 0.7, int(members.max()) + 1)[members]
    return chance.binomial(10, good) / 10


def moved(chance: Chance, members: npt.NDArray[np.intp]) -> Wide:
    """The second precision less the first, of the same case."""
    good = chance.beta(1.2, 0.7, int(members.max()) + 1)[members]
    return (chance.binomial(10, 0.99 * good) - chance.binomial(10, 0.96 * good)) / 10


MEAN = 1.2 / 1.9
WORLDS = (
    found(0.5),
    found(0.8),
    found(0.95),
    found(0.05),
    World("precision of ten", MEAN, "share", precision),
    changed(0.15, 0.15 / 0.85),
    changed(0.1, 0.2),
    World("change of precision of ten", 0.03 * MEAN, "number", moved),
)


def plain(columns: Wide, members: npt.NDArray[np.intp], seed: int) -> Wide:
    """Percentile intervals of the means of the columns (cases, runs), drawn by family: (2, runs)."""
    count = int(members.max()) + 1
    sums = np.stack([np.bincount(members, column, count) for column in columns.T], axis=1)
    sizes = np.bincount(members, minlength=count)
    drawn = np.random.default_rng(seed).integers(0, count, (ROUNDS, count))
    often = np.stack([np.bincount(own, minlength=count) for own in drawn]).astype(np.float64)
    return np.quantile((often @ sums) / (often @ sizes)[:, None], [0.025, 0.975], axis=0)


def held(world: World, sizes: str, count: int, runs: int, seed: int) -> dict[str, Any]:
    """How often the interval of a world's mean holds its truth, and where it lies when it does not."""
    chance = np.random.default_rng(seed)
    ends: list[tuple[float, float]] = []
    before: list[Wide] = []
    effective = []
    for start in range(0, runs, TOGETHER):
        members = np.repeat(np.arange(count), SIZES[sizes](chance, count).astype(np.intp))
        effective.append(effective_clusters(members, len(members)))
        drawn = {str(run): world.draw(chance, members) for run in range(min(TOGETHER, runs - start))}
        told = estimates(drawn, members, seed + start, world.of)
        ends += [(one.low, one.high) for one in told.values()]
        before.append(plain(np.stack([*drawn.values()], axis=1), members, seed + start))
    low, high = np.array(ends).T
    return {
        "what": world.what,
        "truth": round(world.truth, 4),
        "sizes": sizes,
        "clusters": count,
        "effective": round(float(np.mean(effective)), 1),
        "runs": len(low),
        **_shares(low, high, world.truth),
        "plain": _shares(*np.concatenate(before, axis=1), world.truth)["held"],
    }


def held_ratio(sizes: str, count: int, runs: int, seed: int) -> dict[str, Any]:
    """The same of a ratio: two precisions of the same cases, the second 1.25 times the first on average."""
    chance = np.random.default_rng(seed)
    ends: list[tuple[float, float]] = []
    effective = []
    for run in range(runs):
        members = np.repeat(np.arange(count), SIZES[sizes](chance, count).astype(np.intp))
        effective.append(effective_clusters(members, len(members)))
        good = chance.beta(1.2, 0.7, count)[members]
        first, second = (chance.binomial(10, share * good) / 10 for share in (0.76, 0.95))
        if first.any():  # of nothing there is no multiple
            told = ratio(second, first, members, seed + run)
            ends.append((told.low, told.high))
    low, high = np.array(ends).T
    return {
        "what": "ratio of precisions of ten",
        "truth": 1.25,
        "sizes": sizes,
        "clusters": count,
        "effective": round(float(np.mean(effective)), 1),
        "runs": len(low),
        **_shares(low, high, 1.25),
    }


def _shares(low: Wide, high: Wide, truth: float) -> dict[str, float]:
    slack = 1e-9
    return {
        "held": round(float(((low <= truth + slack) & (truth - slack <= high)).mean()), 3),
        "above": round(float((low > truth + slack).mean()), 3),
        "below": round(float((high < truth - slack).mean()), 3),
        "width": round(float((high - low).mean()), 4),
    }


def summed(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of worlds of so many clusters: how many hold within the bar, their mean, the worst."""
    found: dict[str, Any] = {}
    for count in COUNTS:
        for sizes in SIZES:
            some = [row for row in rows if row["clusters"] == count and row["sizes"] == sizes]
            shares = [row["held"] for row in some]
            plainly = [row["plain"] for row in some if "plain" in row]
            found[f"{count}, {sizes}"] = {
                "clusters": count,
                "sizes": sizes,
                "effective": round(float(np.mean([row["effective"] for row in some])), 1),
                "worlds": len(some),
                "within": sum(BAR[0] <= share <= BAR[1] for share in shares),
                "mean": round(float(np.mean(shares)), 3),
                "least": min(shares),
                "most": max(shares),
                "plain mean": round(float(np.mean(plainly)), 3),
                "plain least": min(plainly),
            }
    return found


def main(runs: int) -> int:
    began, load = time.perf_counter(), record.load()
    rows: list[dict[str, Any]] = []
    for count in COUNTS:
        for sizes in SIZES:
            rows += [held(world, sizes, count, runs, 1 + 10_000 * len(rows)) for world in WORLDS]
            rows.append(held_ratio(sizes, count, runs // 5, 1 + 10_000 * len(rows)))
            print(f"{count} {sizes}: {time.perf_counter() - began:.0f} s", flush=True)
    sums = summed(rows)
    figures = {"load_before": [load], "runs": runs, "bar": list(BAR), "fewest": FEWEST, "alike": ALIKE}
    record.write("intervals", {**figures, "sums": sums, "worlds": rows})
    header = ("clusters, sizes", "effective", "within", "of", "mean", "least", "most", "plain mean", "least")
    names = ("effective", "within", "worlds", "mean", "least", "most", "plain mean", "plain least")
    record.table(header, [(name, *(one[key] for key in names)) for name, one in sums.items()])
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else RUNS))
