"""How long does an answer take in one process, and how long does opening the index, up to a million products?

Questions are asked one after the other in one process; each is a product, or a photo, chosen by hash. A photo
is a file of 225x300 pixels, decoded and encoded on one thread. Opening is a fresh process that imports,
opens, and answers once; its files are in the page cache. The first size is a real catalogue, the others are
made of it, see benchmarks/grown.py. Each size is asked as it answers by itself, and exactly; the share of the
exact answers that the others hold is over the products that ask the default question. What an answer shows
of a product is worked out once a version: the default question is timed on products not shown before, too.

    python benchmarks/answers.py [PRODUCTS...]      34455, 100000 and 1000000; figures of others are kept
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
from grown import grown

from lookalike import Index
from lookalike.keeping import makers
from lookalike.store.lance import LanceStore

REAL = 34_455
SIZES = (REAL, 100_000, 1_000_000)
QUESTIONS = 400
OPENINGS = 5
BARS = {"similar": 5.0, "open": 2.0, "open_million": 5.0, "recall": 0.99}
DEFAULT = "looks and texts, the default"
KINDS: dict[str, dict[str, Any]] = {
    DEFAULT: {},
    "the same, in stock first, 2 of a brand, diversity 0.3": {
        "stock": "first",
        "per_brand": 2,
        "diversity": 0.3,
    },
    "the same, but in blue": {"but": "colour=blue"},
    "the same, only gender=Women": {"where": "gender=Women"},
    "look": {"recipe": "look"},
    "look, only gender=Women": {"recipe": "look", "where": "gender=Women"},
    "look, only category=Watches": {"recipe": "look", "where": "category=Watches"},
    "look, only colour=blue": {"recipe": "look", "where": "colour=blue"},
    "look, only gender=Men category=Shirts colour=blue": {
        "recipe": "look",
        "where": "gender=Men category=Shirts colour=blue",
    },
    "look and half as much colour": {"weights": {"look": 1, "colour": 0.5}},
    "Euclidean distance": {"metric": "euclidean"},
    "look, 100 results": {"recipe": "look", "k": 100},
}
OPENING = """
import sys, time
start = time.perf_counter()
from lookalike import Index
imported = time.perf_counter()
index = Index.open(sys.argv[1])
opened = time.perf_counter()
answer = index.similar(sys.argv[2])
answered = time.perf_counter()
assert len(answer) == 12
print(imported - start, opened - imported, answered - opened)
"""


def milliseconds(ask: Callable[[Any], Any], questions: Sequence[Any]) -> dict[str, Any]:
    """Median and 99th percentile over the questions, and the processor's median; a few are not counted."""
    for question in questions[:5]:
        ask(question)
    taken, own = [], []
    by_graph = 0
    for question in questions:
        start, used = time.perf_counter(), time.thread_time()
        answer = ask(question)
        taken.append((time.perf_counter() - start) * 1e3)
        own.append((time.thread_time() - used) * 1e3)
        by_graph += answer.explain["search"] == "approximate"
    p50, p99 = np.percentile(taken, [50, 99])
    return {
        "questions": len(taken),
        "p50": round(float(p50), 2),
        "p99": round(float(p99), 2),
        "processor": round(float(np.median(own)), 2),
        "by_graph": by_graph,
    }


def opening(path: Path, product: str) -> dict[str, dict[str, float]]:
    """Seconds of a fresh process up to its first answer, by part; the first of them is not counted."""
    turns = []
    for _ in range(OPENINGS + 1):
        start = time.perf_counter()
        command = [sys.executable, "-c", OPENING, str(path), product]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        whole = time.perf_counter() - start
        imported, opened, answered = map(float, done.stdout.split())
        turns.append({"process": whole, "import": imported, "open": opened, "first answer": answered})
    return {part: record.spread([turn[part] for turn in turns[1:]], 3) for part in turns[0]}


def recall(index: Index, exact: Index, asked: Sequence[str]) -> dict[str, float]:
    """The share of the products of exact answers that those given hold, by product that asks."""
    shares = []
    for product in asked:
        truth = {result.id for result in exact.similar(product)}
        shares.append(len(truth & {result.id for result in index.similar(product)}) / len(truth))
    return record.interval(shares)


def chosen(ids: Sequence[str]) -> list[str]:
    """Products that ask, by hash; of many ids every so many are hashed."""
    some = ids[:: max(1, len(ids) // 50_000)]
    return sorted(some, key=lambda one: hashlib.blake2b(one.encode()).digest())[:QUESTIONS]


def asked_of(path: Path) -> dict[str, Any]:
    """The figures of one index."""
    LanceStore.open(path).keep(makers(), lambda *_: None)  # as whoever writes into it does
    index, exact = Index.open(path, follow=False), Index.open(path, follow=False, search="exact")
    asked = chosen(index.ids)[: QUESTIONS if len(index) < 1_000_000 else QUESTIONS // 2]
    opened = opening(path, asked[0])
    new = milliseconds(index.similar, asked)
    taken: dict[str, Any] = {DEFAULT: {}, "the same, of products not shown before": new}
    exactly: dict[str, Any] = {}
    for name, wishes in KINDS.items():
        taken[name] = milliseconds(lambda one, wishes=wishes: index.similar(one, **wishes), asked)
        if taken[name]["by_graph"]:
            exactly[name] = milliseconds(lambda one, wishes=wishes: exact.similar(one, **wishes), asked)
    return {
        "milliseconds": taken,
        "milliseconds_exact": exactly,
        "recall": recall(index, exact, asked),
        "seconds_to_the_first_answer": opened,
    }


def measured(size: int, work: Path) -> dict[str, Any]:
    """The figures of so many products."""
    load = record.load()
    path = data.indexed("fashion-small", work).path if size == REAL else grown(size, work)
    assert path is not None
    found = {"load_before": load, **asked_of(path)}
    if size == REAL:
        photos = data.unpacked("fashion-300", work) / "images"
        files = [Path(name) for name in data.sample(map(str, photos.iterdir()), QUESTIONS // 2)]
        found["milliseconds"]["a photo that is not in the index"] = milliseconds(
            Index.open(path).search, files
        )
    return found


def main(arguments: Sequence[str]) -> int:
    data.require("fashion-small", "fashion-300")
    results = record.RESULTS / "answers.json"
    known = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else {}
    sizes = known.get("sizes", {})
    with data.work_folder() as work:
        for size in map(int, arguments or SIZES):
            sizes[str(size)] = found = measured(size, work)
            sizes = {name: sizes[name] for name in sorted(sizes, key=int)}
            loads = [found["load_before"] for found in sizes.values()]
            record.write("answers", {"load_before": loads, "bars": BARS, "sizes": sizes})
            record.table(
                (f"{size:,} products: question", "p50 ms", "p99 ms", "processor", "by graph"),
                [
                    (name, *[row[n] for n in ("p50", "p99", "processor", "by_graph")])
                    for name, row in found["milliseconds"].items()
                ],
            )
            record.table(
                ("the same, exactly", "p50 ms", "p99 ms", "processor"),
                [
                    (name, row["p50"], row["p99"], row["processor"])
                    for name, row in found["milliseconds_exact"].items()
                ],
            )
            print("recall", found["recall"])
            record.table(
                ("fresh process, seconds", "median", "min", "max"),
                [(part, *row.values()) for part, row in found["seconds_to_the_first_answer"].items()],
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
