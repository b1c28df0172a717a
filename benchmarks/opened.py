"""What one process measures that opens a large catalogue; started by opening.py.

python benchmarks/opened.py first FOLDER      the first answer; the process then waits for its input to end
python benchmarks/opened.py later FOLDER      filters, facets and pages of a process that has answered
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

ASKED = 40
TERMS = {
    "a half": ("gender=Men", "gender=Women", "usage=Casual"),
    "a tenth": ("subCategory=Shoes", "baseColour=White", "season=Spring"),
    "a hundredth": ("category=Jeans", "category=Belts", "baseColour=Maroon"),
    "a thousandth": ("category=Stoles", "category=Mufflers", "baseColour=Teal"),
    "colours": ("colour=blue", "colour=red|green", "colour!=black"),
    "numbers": ("year>=2012", "year<2011", "year>=2013"),
    "parts of titles": ("title~dress", "title~nike|puma", "title~zzz"),
    "ids": ("id~77", "id=1|2|3", "id~-7"),
}


def memory(process: int | str = "self") -> dict[str, float]:
    """Megabytes of a process: all it has mapped, what is its own, and its share where pages are shared."""
    told = {}
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, kilobytes = line.split(":")
        told[name] = int(kilobytes.split()[0]) / 1024
    own = told["Private_Clean"] + told["Private_Dirty"]
    return {"mapped": round(told["Rss"]), "own": round(told["Anonymous"]), "alone": round(own)}


def first(folder: str) -> dict[str, Any]:
    """What a fresh process needs until its first answer, step by step."""
    began, used = time.perf_counter(), time.process_time()
    from lookalike import Index

    seconds = {"import": time.perf_counter() - began}
    index = Index.open(folder)
    seconds["open"] = time.perf_counter() - began
    asking = index._now().snapshot.ids[5]
    seconds["view"] = time.perf_counter() - began
    answer = index.similar(asking)
    seconds["first answer"] = time.perf_counter() - began
    return {
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "processor_seconds": round(time.process_time() - used, 2),
        "search": answer.explain["search"],
        "memory": memory(),
    }


def later(folder: str) -> dict[str, Any]:
    """What filters, facets and pages cost in a process that has answered before, in milliseconds."""
    from lookalike import Index
    from lookalike.filters import Filter, parse_filter

    index = Index.open(folder)
    view = index._now()
    for own in TERMS.values():  # columns are decoded by a first question
        view.snapshot.mask(parse_filter(own[0]))
    masks = {}
    for name, own in TERMS.items():
        wishes = [parse_filter(text) for text in own[1:]]
        times, kept = zip(*(timed(partial(view.snapshot.mask, wish)) for wish in wishes), strict=True)
        masks[name] = {"ms": median(times), "passing": float(median(mask.mean() for mask in kept))}
    facets, words = parse_filter("gender=Men"), parse_filter("baseColour=Blue")
    view.facets_of(Filter(), ())
    view.page(Filter(), ("shirt",), "relevance", 48, 0)
    pages = {
        "facets of all": lambda: view.facets_of(Filter(), ()),
        "facets under a filter": lambda: view.facets_of(facets, ()),
        "page by id": lambda: view.page(Filter(), (), "id", 48, 96),
        "page by id under a filter": lambda: view.page(words, (), "id", 48, 96),
        "page by title under a filter": lambda: view.page(words, (), "title", 48, 96),
        "page of words": lambda: view.page(Filter(), ("jeans",), "relevance", 48, 0),
    }
    view.snapshot.order("title")
    index.similar(view.snapshot.ids[7])
    ids = view.snapshot.ids
    asked = [timed(partial(index.similar, ids[at * 811 % len(ids)]))[0] for at in range(ASKED)]
    return {
        "masks_ms": {name: {key: round(v, 4) for key, v in own.items()} for name, own in masks.items()},
        "pages_ms": {
            name: round(median(timed(call)[0] for _ in range(3)), 2) for name, call in pages.items()
        },
        "similar_ms": round(median(asked), 2),
    }


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of this thread's processor, and what came of it."""
    began = time.thread_time()
    found = call()
    return (time.thread_time() - began) * 1e3, found


if __name__ == "__main__":
    print(json.dumps({"first": first, "later": later}[sys.argv[1]](sys.argv[2])), flush=True)
    sys.stdin.read()
