"""Which of a million pictures are worth comparing: how long that takes, in what memory, and what is missed.

The million are those of fashion-small again and again, their vectors and glances jittered: noise on every
number of a vector (a cosine of about 0.95 with its origin), glances moved by up to two pixels, with noise.
What cells miss is measured on the pictures as they are, where everything can be compared with everything.
Writes benchmarks/results/duplicates_million.json.

    python benchmarks/duplicates_million.py [PICTURES]        (default: 1000000)
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import data
import numpy as np
import record
import unseen
from shelves import shelf

from lookalike.duplicates import candidates
from lookalike.duplicates.candidates import Neighbourhood, signatures
from lookalike.duplicates.finding import MANY, PIECE, Pictures
from lookalike.duplicates.gates import Candidates, passed
from lookalike.duplicates.searches import MEMORY
from lookalike.duplicates.sight import Glances
from lookalike.encoders.loading import load_encoder
from lookalike.vectors import Floats, unit

MILLION = 1_000_000
NOISE = 0.02  # of each number of a vector
_BLOCK = 8192


def jittered(pictures: Pictures, count: int) -> tuple[Floats, Glances]:
    """Vectors (count, dim) and glances of so many pictures, made from these."""
    chance = np.random.default_rng(0)
    looks = np.empty((count, pictures.looks.shape[1]), dtype=np.float32)
    levels = np.empty((count, *pictures.glances.levels.shape[1:]), dtype=np.uint8)
    origin = np.arange(count) % len(pictures)
    for start in range(0, count, _BLOCK):
        own = origin[start : start + _BLOCK]
        noise = chance.normal(size=(len(own), looks.shape[1])).astype(np.float32)
        looks[start : start + _BLOCK] = unit(pictures.looks[own] + NOISE * noise)[0]
        moved = np.roll(pictures.glances.levels[own], tuple(chance.integers(-2, 3, 2)), axis=(1, 2))
        grain = chance.normal(0, 4, moved.shape).astype(np.float32)
        levels[start : start + _BLOCK] = np.clip(moved + grain, 0, 255).astype(np.uint8)
    return looks, Glances(levels, pictures.glances.halves[origin])


def candidates_of(looks: Floats, signed: Floats) -> dict[str, Any]:
    """Finds the candidates of all pictures, piece by piece."""
    count = len(looks)
    began, used = time.perf_counter(), time.process_time()
    near = Neighbourhood(looks, signed, count, MEMORY)
    prepared = time.perf_counter() - began
    pairs = done = 0
    for rows in near.batches(np.arange(count), PIECE if count <= MANY else 4 * PIECE):
        pairs += len(near.candidates(rows))
        done += len(rows)
        print(f"{done:,} in {time.perf_counter() - began:.0f} s", flush=True)
    return {
        "pictures": count,
        "pairs": pairs,
        "prepared_seconds": round(prepared, 1),
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(time.process_time() - used, 1),
        "load": record.load(),
        "memory_flag_mb": MEMORY >> 20,
        "input_mb": (looks.nbytes + signed.nbytes) >> 20,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "missed": missed_of_many(looks, signed, near),
    }


def missed(pictures: Pictures, count: int = 6000) -> dict[str, Any]:
    """How many of the candidates of some pictures cells find: of all, and of those that pass the gates."""
    rows = np.sort(np.random.default_rng(0).permutation(len(pictures))[:count])
    exact = searched(pictures.looks.whole, pictures.signed, len(pictures) ** 2).candidates(rows)
    near = searched(pictures.looks.whole, pictures.signed, 0).candidates(rows)
    found = np.isin(_keys(exact, len(pictures)), _keys(near, len(pictures)))
    with ThreadPoolExecutor(1) as pool:
        through = passed(exact, pictures.gallery, pictures.gallery, pool)
    return {
        "askers": count,
        "candidates": len(exact),
        "found_by_cells": round(float(found.mean()), 4),
        "passing_the_gates": len(through.rows),
        "passing_found_by_cells": round(float(found[through.rows].mean()), 4),
    }


def missed_of_many(looks: Floats, signed: Floats, near: Neighbourhood, count: int = 400) -> dict[str, Any]:
    """The same at full size, of all candidates of a few pictures."""
    rows = np.sort(np.random.default_rng(1).permutation(len(looks))[:count])
    exact = searched(looks, signed, len(looks) ** 2).candidates(rows)
    found = np.isin(_keys(exact, len(looks)), _keys(near.candidates(rows), len(looks)))
    return {"askers": count, "candidates": len(exact), "found_by_cells": round(float(found.mean()), 4)}


def searched(looks: Floats, signed: Floats, exact: int) -> Neighbourhood:
    """A search of everything up to so many comparisons, by cells above."""
    limit, candidates.EXACT = candidates.EXACT, exact
    try:
        return Neighbourhood(looks, signed, len(looks))
    finally:
        candidates.EXACT = limit


def _keys(pairs: Candidates, count: int) -> np.ndarray:
    return pairs.first * count + pairs.second


def main(arguments: Sequence[str]) -> int:
    data.require("fashion-small")
    count = int(arguments[0]) if arguments else MILLION
    with data.work_folder() as work:
        small, _ = unseen.fashion(work)
        pictures = shelf("fashion-small", small.pictures, work, load_encoder()).pictures
        figures: dict[str, Any] = {"as they are": missed(pictures)}
        print(figures, flush=True)
        looks, glances = jittered(pictures, count)
    del pictures
    signed = signatures(glances)
    figures["glances_mb"] = glances.levels.nbytes >> 20
    figures["million"] = candidates_of(looks, signed)
    print(figures)
    record.write("duplicates_million", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
