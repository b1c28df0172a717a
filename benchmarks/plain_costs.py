"""What looking at pictures, and searching, cost in each of the plain ways and in ours: time and memory.

Every way runs in a process of its own on one thread, the ways taking turns. Memory is what the operating
system saw at most: for looking with the libraries that are needed, for searching beyond those, since they are
the same for all. `plain_ways.py` starts them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
K = 10
WARM = 3

Answer = Callable[[int], Sequence[int]]


def status(field: str) -> float:
    """Megabytes of this process: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    told = dict(line.split(":", 1) for line in lines)
    return float(told[field].split()[0]) * 1024 / 1e6


def looking(way: str) -> tuple[Callable[[Path], Any], int, int]:
    """How a way makes a vector of a file; bytes of its network, and of a vector."""
    if way == "published":
        import published_network

        own = published_network.network()
        size = published_network.FILE.stat().st_size
        return lambda path: published_network.encode(path, own), size, published_network.DIM * 4
    if way == "resnet50":
        import resnet50
        import torch

        torch.set_num_threads(1)
        model = resnet50.network()
        size = sum(value.nbytes for value in model.state_dict().values())
        return lambda path: resnet50.encode(path, model), size, 2048 * 4
    from lookalike.encoders.loading import load_encoder
    from lookalike.images import open_image
    from lookalike.ingest.measuring import detail

    encoder = load_encoder(way)

    def look(path: Path) -> Any:
        return encoder.encode(encoder.prepare(open_image(path, detail(encoder)).image)[None])

    return look, getattr(encoder, "weight_bytes", 0), encoder.space.dim * 2


def look_alone(way: str, names: Sequence[str]) -> dict[str, float]:
    """Milliseconds a picture from its file to its vector, one a call, by clock and by processor."""
    look, size, vector = looking(way)
    paths = [Path(name) for name in names]
    for path in paths[:WARM]:
        look(path)
    start, busy = time.perf_counter(), time.process_time()
    vectors = [look(path) for path in paths]
    seconds, processor = time.perf_counter() - start, time.process_time() - busy
    return {
        "milliseconds": seconds / len(vectors) * 1e3,
        "processor_milliseconds": processor / len(vectors) * 1e3,
        "peak_mb": status("VmHWM"),
        "network_mb": size / 1e6,
        "vector_bytes": vector,
    }


def all_pairs(vectors: Any) -> Answer:
    """Cosine of each with each (n, n); an answer sorts a row of it."""
    from sklearn.metrics.pairwise import cosine_similarity

    cosines = cosine_similarity(vectors)

    def answer(row: int) -> Sequence[int]:
        order = np.argsort(-cosines[row], kind="stable")
        return [int(at) for at in order[: K + 1] if at != row][:K]

    return answer


def neighbours(algorithm: str, metric: str, vectors: Any) -> Answer:
    """`sklearn.neighbors.NearestNeighbors`, the product itself asked for and left out."""
    from sklearn.neighbors import NearestNeighbors

    nearest = NearestNeighbors(n_neighbors=K + 1, algorithm=algorithm, metric=metric).fit(vectors)

    def answer(row: int) -> Sequence[int]:
        found = nearest.kneighbors(vectors[row : row + 1], return_distance=False)[0]
        return [int(at) for at in found if at != row][:K]

    return answer


SEARCHES: Mapping[str, Callable[[Any], Answer]] = {
    "all-pairs cosine matrix": all_pairs,
    "NearestNeighbors brute, cosine": lambda vectors: neighbours("brute", "cosine", vectors),
    "NearestNeighbors brute, Euclidean": lambda vectors: neighbours("brute", "euclidean", vectors),
    "NearestNeighbors kd_tree, Euclidean": lambda vectors: neighbours("kd_tree", "euclidean", vectors),
    "NearestNeighbors ball_tree, Euclidean": lambda vectors: neighbours("ball_tree", "euclidean", vectors),
}
OURS = "lookalike"
"""`Index.similar` by look, with the products it returns."""


def our_search(folder: Path, ids: Sequence[str]) -> Answer:
    from lookalike import Index

    index = Index.open(folder)
    rows = {name: row for row, name in enumerate(ids)}

    def answer(row: int) -> Sequence[int]:
        found = index.similar(ids[row], K, weights={"look": 1}, variants=True, duplicates=True)
        return [rows[result.product.id] for result in found]

    return answer


def search_alone(way: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Seconds until the first answer can be given, milliseconds an answer, and the first ten of each."""
    if way == OURS:  # what is measured is what a way adds to its libraries
        from lookalike import Index  # noqa: F401
    else:
        import sklearn.metrics.pairwise
        import sklearn.neighbors  # noqa: F401
    ids = Path(given["ids"]).read_text(encoding="utf-8").split("\n")
    before = status("VmRSS")
    start = time.perf_counter()
    if way == OURS:
        answer = our_search(Path(given["index"]), ids)
    else:
        answer = SEARCHES[way](np.load(given["vectors"]))
    asked: list[int] = given["rows"]
    first = answer(asked[0])
    ready = time.perf_counter() - start
    took, lists = [], [first]
    busy = time.process_time()
    for row in asked[1:]:
        began = time.perf_counter()
        lists.append(answer(row))
        took.append((time.perf_counter() - began) * 1e3)
    return {
        "ready_seconds": ready,
        "p50": statistics.median(took),
        "p95": float(np.percentile(took, 95)),
        "processor_milliseconds": (time.process_time() - busy) / len(took) * 1e3,
        "peak_mb": status("VmHWM") - before,
        "lists": [list(map(int, one)) for one in lists],
    }


def apart(what: str, way: str, given: Any) -> dict[str, Any]:
    """One turn of one way, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, what, way],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        input=json.dumps(given),
        env=os.environ | ONE_THREAD,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def in_turns(what: str, ways: Sequence[str], given: Any, turns: int) -> dict[str, list[dict[str, Any]]]:
    """Every way once a turn, in the other direction every other time."""
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for turn in range(turns):
        for way in ways if turn % 2 == 0 else reversed(ways):
            found[way].append(apart(what, way, given))
            told = {name: round(value, 1) for name, value in found[way][-1].items() if name != "lists"}
            print(f"  turn {turn + 1}, {what} {way}: {told}", flush=True)
    return found


def spreads(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Median, least and most over the turns."""
    import record

    names = [name for name in turns[0] if name != "lists"]
    return {name: record.spread([turn[name] for turn in turns]) for name in names}


if __name__ == "__main__":
    _, asked_for, named = sys.argv
    said = json.load(sys.stdin)
    print(json.dumps(look_alone(named, said) if asked_for == "look" else search_alone(named, said)))
