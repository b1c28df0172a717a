"""How long does a map of 34,000 products take, and does what looks alike lie together on it?

A process of its own lays out the map of a catalogue by the stored vectors and draws its thumbnails, as
`lookalike explore --map` does; beside the seconds of the clock, which depend on what else the machine does,
stand those of the processor. Then 2,000 products, chosen by hash, are asked for the ten that lie nearest to
them on the map: how many of these are among the ten that look most alike, and how many are of the same kind?
The same is asked of the two main directions of the looks, and of chance. Last, a tenth of a smaller
catalogue, by hash, comes after the others were laid out.

    python benchmarks/map.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import record
from clock import peak
from data import indexed, require, work_folder

from lookalike import Index
from lookalike.exploring import layout
from lookalike.exploring.layout import laid_out, nearest
from lookalike.exploring.placing import beside
from lookalike.exploring.spreading import spread
from lookalike.exploring.tiles import MOST, drawn_tiles
from lookalike.neighbours.yardstick import id_hashes

LARGE, SMALL = "fashion-small", "fashion-300"
BAR = 8 * 60.0
"""Seconds, on two cores."""

ASKED = 2000
NEAR = 10
TENTH = 10


class Stages:
    """Seconds of the clock and of the processor by what is being done."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = {}
        self.told = 0
        self._doing, self._since = "", self._now()

    def __call__(self, doing: str, *_: int) -> None:
        """This is being done."""
        self.told += 1
        if doing != self._doing:
            self.close()
            self._doing, self._since = doing, self._now()

    def close(self) -> None:
        """What was being done is over."""
        if self._doing:
            spent = [now - before for now, before in zip(self._now(), self._since, strict=True)]
            self.found[self._doing] = spent
        self._doing = ""

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()


def near_on(points: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The rows of the points nearest to some of them, (len(rows), NEAR)."""
    found = []
    for row in rows.tolist():
        apart = np.square(points - points[row]).sum(axis=1)
        apart[row] = np.inf
        found.append(np.argpartition(apart, NEAR)[:NEAR])
    return np.array(found)


def kept(found: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """The share of the nearest that are nearest on the map, too."""
    return record.interval([np.isin(own, real).mean() for own, real in zip(found, truth, strict=True)])


def of_kind(found: np.ndarray, rows: np.ndarray, kinds: np.ndarray) -> dict[str, float]:
    """The share of them that are of the same kind."""
    return record.interval((kinds[found] == kinds[rows][:, None]).mean(axis=1))


def judged(looks: np.ndarray, points: np.ndarray, kinds: np.ndarray, rows: np.ndarray) -> dict[str, Any]:
    """What lies beside what, by the looks, on the map, and by the two main directions."""
    truth, _ = nearest(looks[rows], looks, NEAR + 1, lambda _: None)
    truth = np.array([own[own != row][:NEAR] for own, row in zip(truth, rows, strict=True)])
    directions = layout._main_directions(looks)
    assert directions is not None
    on_map, flat = near_on(points, rows), near_on(directions, rows)
    return {
        "asked": len(rows),
        "kept": {"map": kept(on_map, truth), "two directions": kept(flat, truth)},
        "kept_by_chance": round(NEAR / (len(looks) - 1), 5),
        "kind": {
            "looks": of_kind(truth, rows, kinds),
            "map": of_kind(on_map, rows, kinds),
            "two directions": of_kind(flat, rows, kinds),
        },
    }


def kinds_of(index: Index, ids: list[str]) -> np.ndarray:
    """A number for the category of each product."""
    categories = {one.id: one.category for one in index.products(ids).values()}
    return np.unique([categories[id] for id in ids], return_inverse=True)[1]


def mapped(path: str) -> dict[str, Any]:
    """Figures of one map, laid out in this process."""
    index = Index.open(path)
    ids, looks = index.vectors()
    before, began, used = peak(), time.perf_counter(), time.process_time()
    stages = Stages()
    made = laid_out(looks, stages, 2)
    chosen = spread(made.points, MOST)
    tiles = drawn_tiles([(ids[at], 0) for at in chosen], [""] * len(chosen), index.thumbnails, stages, 2)
    stages.close()
    figures = {
        "products": len(ids),
        "numbers": looks.shape[1],
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(time.process_time() - used, 1),
        "stages": {name: [round(one, 1) for one in spent] for name, spent in stages.found.items()},
        "progress_told": stages.told,
        "megabytes_before": before,
        "peak_megabytes": peak(),
        "thumbnails": len(tiles.ids),
        "thumbnail_bytes": sum(map(len, tiles.sheets)),
        "method": made.method,
        "settings": made.settings,
    }
    rows = np.argsort(id_hashes(ids), kind="stable")[:ASKED]
    return {**figures, **judged(looks, made.points, kinds_of(index, ids), rows)}


def placed(path: str) -> dict[str, Any]:
    """What lies beside a tenth of a catalogue that came later, and beside the same when all are laid out."""
    index = Index.open(path)
    ids, looks = index.vectors()
    kinds = kinds_of(index, ids)
    late = id_hashes(ids) % TENTH == 0
    points = np.empty((len(ids), 2), np.float32)
    points[~late] = laid_out(looks[~late], lambda *_: None, 2).points
    points[late] = beside(looks[late], looks[~late], points[~late])
    together = laid_out(looks, lambda *_: None, 2).points
    rows = np.flatnonzero(late)
    return {
        "products": len(ids),
        "late": int(late.sum()),
        "placed": judged(looks, points, kinds, rows),
        "together": judged(looks, together, kinds, rows),
    }


def alone(what: str, path: Path | None) -> dict[str, Any]:
    """Figures of a process of its own."""
    out = subprocess.run(
        [sys.executable, __file__, what, str(path)], check=True, capture_output=True, text=True
    ).stdout
    found: dict[str, Any] = json.loads(out)
    return found


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps((mapped if sys.argv[1] == "mapped" else placed)(sys.argv[2])))
        return
    require(LARGE, SMALL)
    before = record.load()
    with work_folder() as work:
        made = alone("mapped", indexed(LARGE, work).path)
        after = record.load()
        later = alone("placed", indexed(SMALL, work).path)
    print(
        f"{made['products']:,} products: {made['seconds']} s, processor {made['processor_seconds']} s, "
        f"{made['peak_megabytes']} MB, load {before} before and {after} after"
    )
    rows = [
        [f"{name}, {way}", *(f"{own[part]:.3f}" for part in ("mean", "low", "high"))]
        for name in ("kept", "kind")
        for way, own in made[name].items()
    ]
    rows += [
        [f"{way}, kind", *(f"{later[way]['kind']['map'][part]:.3f}" for part in ("mean", "low", "high"))]
        for way in ("placed", "together")
    ]
    record.table(["", "mean", "low", "high"], rows)
    record.write(
        "map",
        {"load_before": [before], "load_after": [after], "bar_seconds": BAR, "map": made, "later": later},
        "opentsne",
    )


if __name__ == "__main__":
    main()
