"""How long does an answer take at 34,455 products, and how long does opening the index?

Questions are asked one after the other in one process; each is a product, or a photo, chosen by hash. A photo
is a file of 225x300 pixels, decoded and encoded on one thread. Opening is a fresh process that imports,
opens, and answers once; its files are in the page cache.

    python benchmarks/answers.py
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import data
import numpy as np
import record

QUESTIONS = 400
OPENINGS = 7
BARS = {"similar": 5.0, "open": 2.0}
KINDS: dict[str, dict[str, Any]] = {
    "looks and texts, the default": {},
    "the same, in stock first, 2 of a brand, diversity 0.3": {
        "stock": "first",
        "per_brand": 2,
        "diversity": 0.3,
    },
    "the same, but in blue": {"but": "colour=blue"},
    "look": {},
    "look, only gender=Women": {"where": "gender=Women"},
    "look, only category=Watches": {"where": "category=Watches"},
    "look, only colour=blue": {"where": "colour=blue"},
    "look, only gender=Men category=Shirts colour=blue": {"where": "gender=Men category=Shirts colour=blue"},
    "look and half as much colour": {"weights": {"look": 1, "colour": 0.5}},
    "Euclidean distance": {"metric": "euclidean"},
    "look, 100 results": {"k": 100},
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


def milliseconds(ask: Callable[[Any], object], questions: list[Any]) -> dict[str, float]:
    """Median and 99th percentile over the questions, after a few that are not counted."""
    for question in questions[:5]:
        ask(question)
    taken = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - start) * 1e3)
    p50, p99 = np.percentile(taken, [50, 99])
    return {"questions": len(taken), "p50": round(float(p50), 2), "p99": round(float(p99), 2)}


def opening(path: Path, product: str) -> list[dict[str, float]]:
    """Seconds of a fresh process up to its first answer, by part; the first of them is not counted."""
    turns = []
    for _ in range(OPENINGS + 1):
        start = time.perf_counter()
        command = [sys.executable, "-c", OPENING, str(path), product]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        whole = time.perf_counter() - start
        imported, opened, answered = map(float, done.stdout.split())
        turns.append({"process": whole, "import": imported, "open": opened, "first answer": answered})
    return turns[1:]


def main() -> int:
    data.require("fashion-small", "fashion-300")
    with data.work_folder() as work:
        index = data.indexed("fashion-small", work)
        photos = data.unpacked("fashion-300", work) / "images"
        assert index.path is not None
        load = record.load()
        asked = data.sample(index.ids, QUESTIONS)
        turns = opening(index.path, asked[0])
        taken = {}
        for name, wishes in KINDS.items():
            if name.startswith("look,") or name == "look":
                wishes = {"recipe": "look", **wishes}
            taken[name] = milliseconds(lambda product, wishes=wishes: index.similar(product, **wishes), asked)
        files = [Path(name) for name in data.sample(map(str, photos.iterdir()), QUESTIONS // 2)]
        taken["a photo that is not in the index"] = milliseconds(index.search, files)
        products = len(index)
    figures = {
        "products": products,
        "load_before": [load],
        "bars": BARS,
        "milliseconds": taken,
        "seconds_to_the_first_answer": {
            part: record.spread([turn[part] for turn in turns], 3) for part in turns[0]
        },
    }
    record.write("answers", figures)
    record.table(
        ("question", "p50 ms", "p99 ms"), [(name, row["p50"], row["p99"]) for name, row in taken.items()]
    )
    record.table(
        ("fresh process, seconds", "median", "min", "max"),
        [(part, *row.values()) for part, row in figures["seconds_to_the_first_answer"].items()],  # type: ignore[attr-defined]
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
