"""What does it take to make a graph of neighbours, or lists past memory, here and by workers of a cluster?

Looks of fashion-small (256 numbers), and beyond its size ones made from them (`search.py` makes both). Each
way works in a process of its own: the graph of usearch, on all cores; the lists of Lance; the lists, their
parts sorted by 2 workers of a Ray cluster, which are processes of this machine: they cannot be quicker than
it is, but what handing out costs is seen. ``processor`` is of this process alone, ``peak`` its own memory at
most, without the files that it maps. Then pictures that were held out ask for their nearest twelve, one at a
time: recall, milliseconds by the clock and of processors.

    python benchmarks/lists_built.py [SIZE]... [WAY]...     needs lookalike[ray]

Sizes are 100000 and 1000000 unless said, ways all; what was measured of others stays. The graph of a million
takes minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import record
from search import COUNT, prepared

from lookalike.neighbours.graph import Graph
from lookalike.neighbours.listing import Sorting, own_hands, write_lists
from lookalike.neighbours.lists import Lists
from lookalike.neighbours.nearest import Finder
from lookalike.neighbours.plan import GRAPH, LISTS, size_of
from lookalike.vectors import Floats

SIZES = (100_000, 1_000_000)
WAYS = ("graph", "lists", "lists, 2 workers")
DEPTHS = {"graph": (64, 128), "lists": (8, 16, 32)}
ASKED = 300
_CANDIDATES = 48


def _nobody(*_: object) -> None:
    """Is told how far it is."""


def _build(way: str, looks: Floats, folder: Path, address: str | None) -> None:
    if way == "graph":
        graph = Graph.empty(looks.shape[1], 64)
        assert graph is not None
        graph.add(np.random.default_rng(0).permutation(len(looks)), looks, _nobody)
        graph.save(folder / GRAPH)
    elif address is None:
        write_lists(folder / LISTS, looks, own_hands, _nobody)
    else:
        from lookalike.ingest.ray import cluster

        with cluster(address, None) as there:
            write_lists(
                folder / LISTS, looks, lambda how, parts: there.each(Sorting.sort, how, parts), _nobody
            )


def _asked(finder: Finder, looks: Floats, askers: Floats, limits: Floats) -> dict[str, float]:
    took, found = [], 0
    used = time.process_time()
    for asker, limit in zip(askers[:ASKED], limits, strict=False):
        began = time.perf_counter()
        rows = finder.near(asker, _CANDIDATES)
        assert rows is not None
        cosines = np.einsum("ij,j->i", looks[np.sort(rows)], asker)
        took.append(time.perf_counter() - began)
        found += min(COUNT, int((cosines >= limit - 1e-5).sum()))
    p50, p99 = np.percentile(took, [50, 99]) * 1000
    return {
        "recall": round(found / (COUNT * len(took)), 4),
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "processor_ms": round((time.process_time() - used) * 1000 / len(took), 2),
    }


@contextmanager
def _watched(peak: list[float]) -> Iterator[None]:
    """Note the most memory of its own that this process has meanwhile, MB."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
            own = next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
            peak[0] = max(peak[0], own / 1e3)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def measure(way: str, work: Path, address: str | None) -> dict[str, Any]:
    """All figures of one way, in this process."""
    looks = np.load(work / "looks.npy", mmap_mode="r").view(np.ndarray)
    askers, truth = np.load(work / "askers.npy"), np.load(work / "truth.npz")
    float(looks.sum())  # in memory, so that no way waits for the disk
    kind, name, opened = way.partition(",")[0], LISTS, Lists.mapped
    opening: Callable[[Path, int, int], Finder | None] = opened
    if kind == "graph":
        name, opening = GRAPH, Graph.mapped
    with tempfile.TemporaryDirectory(dir=work) as folder:
        peak, load = [0.0], record.load()
        began, used = time.perf_counter(), time.process_time()
        with _watched(peak):
            _build(way, looks, Path(folder), address)
        built = {
            "seconds": round(time.perf_counter() - began, 1),
            "processor": round(time.process_time() - used, 1),
            "peak_mb": round(peak[0]),
            "bytes_a_picture": round(size_of(Path(folder) / name) / len(looks), 1),
            "load_before": load,
        }
        asked = {}
        for depth in DEPTHS[kind] if address is None else ():
            finder = opening(Path(folder) / name, looks.shape[1], depth)
            assert finder is not None
            asked[str(depth)] = _asked(finder, looks, askers, truth["all"])
    return {**built, "asked": asked}


def _in_a_process(way: str, folder: Path, address: str | None) -> Any:
    command = [sys.executable, __file__, "--measure", way, str(folder), *([address] if address else [])]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(said.splitlines()[-1])


def main(sizes: list[int], ways: list[str]) -> None:
    """Measure, print and keep it."""
    import data

    from lookalike.testing.ray_cluster import local_cluster

    file = record.RESULTS / "lists_built.json"
    kept = json.loads(file.read_text(encoding="utf-8"))["sizes"] if file.is_file() else {}
    with data.work_folder() as work:
        for size in sizes:
            folder = prepared(size, work)
            for way in ways:
                if "workers" in way:
                    with local_cluster(objects=1 << 30) as cluster:
                        cluster.add()
                        found = _in_a_process(way, folder, cluster.address)
                else:
                    found = _in_a_process(way, folder, None)
                print(f"{size:,} {way}: {found}", flush=True)
                kept.setdefault(str(size), {})[way] = found
                record.write("lists_built", {"cores": os.cpu_count(), "sizes": kept}, "usearch", "ray")


if __name__ == "__main__":
    said = sys.argv[1:]
    if "--measure" in said:
        print(json.dumps(measure(said[1], Path(said[2]), (said[3:] or [None])[0])))
    else:
        main(
            [int(one) for one in said if one.isdecimal()] or list(SIZES),
            [one for one in said if one in WAYS] or list(WAYS),
        )
