"""How long do words take: fitting the map on 34,455 products, and asking?

Questions go through an index, from the text to the answer with its products: titles, titles with a slip, and
questions as shoppers put them first, to warm it. Lance's full text is asked for the same titles.

    python benchmarks/words_speed.py
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
import typed
from lance_text import LanceText
from worded import Worded

from lookalike.words.map_file import map_to_bytes
from lookalike.words.texts import Texts
from lookalike.words.word_map import WordMap

BAR_MS = 30.0


def speed(worded: Worded, count: int = 200) -> dict[str, Any]:
    """Milliseconds of whole questions among all products, from the text to the answer with its products."""
    index = worded.full
    titles = [title for title in worded.titles.values() if title]
    asked = [*typed.SHOPPERS, *data.sample(titles, count)]
    asked += [typed.slip(title) for title in data.sample(titles, count)]
    start = time.perf_counter()
    index.search(text="warm xyzzyq")
    first = time.perf_counter() - start
    taken, used = [], []
    for number, question in enumerate(asked):
        start, own = time.perf_counter(), time.process_time()
        index.search(text=question, k=12)
        if number >= len(typed.SHOPPERS):
            taken.append((time.perf_counter() - start) * 1000)
            used.append((time.process_time() - own) * 1000)
    p50, p95 = np.percentile(taken, [50, 95])
    return {
        "products": len(index),
        "processor_p95_ms": round(float(np.percentile(used, 95)), 2),
        "questions": len(taken),
        "p50_ms": round(float(p50), 2),
        "p95_ms": round(float(p95), 2),
        "first_question_seconds": round(first, 2),
        "load_before": record.load(),
    }


def _peak() -> float:
    """The most memory this process has held since it was last asked, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    held = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    return held


def fit_all(worded: Worded) -> dict[str, Any]:
    """One fit on everything: seconds, processor seconds, memory beside the catalogue, bytes of the map."""
    table, looks = worded.all()
    texts = Texts.of_table(table)
    _peak()
    before = _peak()
    start, used = time.perf_counter(), time.process_time()
    fitted = WordMap.fitted(texts, looks, worded.full.manifest.space)
    taken, used = time.perf_counter() - start, time.process_time() - used
    return {
        "products": len(table),
        "words": len(fitted.vocabulary),
        "seconds": round(taken, 1),
        "processor_seconds": round(used, 1),
        "memory_mb": round(_peak() - before),
        "map_mb": round(len(map_to_bytes(fitted)) / 1e6, 1),
    }


def alone(worded: Worded, work: Path) -> dict[str, Any]:
    """Fitting and asking, timed; the machine should have nothing else to do."""
    figures = {"bars": {"p95_ms": BAR_MS}, "fit": fit_all(worded), "speed": speed(worded)}
    columns = {
        name: worded.all()[0].column(name).combine_chunks() for name in ("title", "category", "attributes")
    }
    titles = [title or "" for title in columns["title"].to_pylist()]
    with LanceText(columns, work) as lance:
        figures["texts alone"] = lance.figures(titles, data.sample(titles, 60))
    return figures


def main() -> int:
    data.require("fashion-small")
    with data.work_folder() as work:
        figures = alone(Worded.read(work), work)
    record.write("words_speed", figures)
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
