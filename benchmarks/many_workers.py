"""What does a Ray cluster cost and bring, beside the same work on this machine?

Photographs of fashion (fashion-300) into a new index, taking turns: on this machine with one thread and with
one for each core, then on a cluster of 1, 2 and 4 nodes of a processor each, all of them processes of this
machine on loopback: what two machines would bring cannot be seen here, what handing out and collecting costs
can. Counted is the run of `Index.add` alone, workers started before (`warm`) and not (`cold`: the first
run of a cluster, in which each worker starts and loads the encoder). ``driver`` is the processor time of
the process that reads the catalogue and commits: one over it is how many products a second a cluster can
have at most, however many workers. Every index is compared with the first, row by row, bit by bit.

    python benchmarks/many_workers.py [TURNS]     needs lookalike[ray]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import data
import record

from lookalike.catalog import open_catalog
from lookalike.index import Index
from lookalike.testing.drawn import assert_same_index
from lookalike.testing.ray_cluster import local_cluster

NODES = (1, 2, 4)


def run(folder: Path, catalog: Path, first: Index | None, **how: Any) -> tuple[dict[str, float], Index]:
    """Index the catalogue anew; what it took, and the index, which is as the first one."""
    shutil.rmtree(folder, ignore_errors=True)
    index = Index.create(folder)
    source = open_catalog(catalog)
    start, processor = time.perf_counter(), time.process_time()
    report = index.add(source, duplicates=False, fit=False, **how)
    seconds, own = time.perf_counter() - start, time.process_time() - processor
    if first is not None:
        assert_same_index(index, first)
    took = {
        "seconds": seconds,
        "pictures_a_second": (report.encoded + report.reused) / seconds,
        "driver_milliseconds_a_product": 1000 * own / report.rows,
    }
    return took, index


def on_cluster(address: str, catalog: Path, place: Path, first: Path) -> None:
    """Two runs on a cluster that was just started, in a process of its own: Ray bears one cluster in each."""
    import ray

    ray.init(address, log_to_driver=False, logging_level="ERROR")
    for heat in ("cold", "warm"):
        took, _ = run(place, catalog, Index.open(first), on=address)
        print(json.dumps([heat, took]), flush=True)
    ray.shutdown()


def main(turns: int) -> None:
    """Measure, print and keep it."""
    os.environ["OMP_NUM_THREADS"] = "1"
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    with data.work_folder() as work:
        catalog = data.unpacked("fashion-300", work)
        place = work / "many_workers"
        first: Index | None = None
        for turn in range(turns):
            for threads in (1, os.cpu_count() or 1):
                took, index = run(place / f"local-{threads}-{turn}", catalog, first, workers=threads)
                first = first or index
                found[f"local, {threads} threads"].append(took)
            for nodes in NODES:
                with local_cluster() as cluster:
                    for _ in range(nodes - 1):
                        cluster.add()
                    others = (catalog, place / "there", place / "local-1-0")
                    command = [sys.executable, __file__, cluster.address, *map(str, others)]
                    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                for heat, took in map(json.loads, said.splitlines()):
                    found[f"cluster, {nodes} workers, {heat}"].append(took)
                    print(f"{nodes} {heat}: {took}", flush=True)
        figures = {
            way: {name: record.spread([one[name] for one in all_], 3) for name in all_[0]}
            for way, all_ in found.items()
        }
        products = first.manifest.products if first is not None else 0
        shutil.rmtree(place)
    for way, values in figures.items():
        print(way, {name: value["median"] for name, value in values.items()})
    kept = {"products": products, "turns": turns, "load": record.load(), "ways": figures}
    record.write("many_workers", kept, "ray")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        on_cluster(sys.argv[1], *map(Path, sys.argv[2:]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
