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

import os
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def connected(nodes: int) -> Iterator[str]:
    """A cluster of so many nodes, with this process connected to it."""
    with local_cluster() as cluster:
        import ray  # only now: it reads its settings

        for _ in range(nodes - 1):
            cluster.add()
        ray.init(cluster.address, log_to_driver=False, logging_level="ERROR")
        try:
            yield cluster.address
        finally:
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
                with connected(nodes) as address:
                    for heat in ("cold", "warm"):
                        took, _ = run(place / "there", catalog, first, on=address)
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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
