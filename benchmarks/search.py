"""How long do the nearest of 34,000, 100,000 and a million looks take, here and with other libraries?

Vectors are those of fashion-small (256 numbers), and beyond its size ones made from them (`grown.py`). The
askers are real pictures that were held out and that nothing was made from. Each way works in a process of
its own: it is built on two threads, then asked for twelve, one look at a time on one thread; then by two
processes at once (LanceDB: two threads). Filters keep the vectors whose random number is below a share.
Recall is the share of the true nearest twelve, cosines being equal at five decimals. Writes
benchmarks/results/search.json; what was measured of other sizes or ways stays.

    python benchmarks/search.py [--size N]... [--only NAME]...

One and a half minutes, four, and seven for the three sizes; graphs of other libraries take three to six
minutes each of a million, and are measured there only by --only.
Libraries that are not there are left out: pip install faiss-cpu hnswlib scikit-learn lancedb
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SIZES = (33_455, 100_000, 1_000_000)  # of fashion-small a thousand ask
COUNT = 12
SHARES = (0.5, 0.1, 0.01, 0.001)
ASKERS = 1000
SECONDS = 4.0  # for one figure
FILTERED_SECONDS = 2.5
LONG = {"usearch, HNSW", "faiss, HNSW", "hnswlib"}
"""Take minutes to build of a million: measured there only where they are named by --only."""
_BLOCK = 16_384
BARS = {"p50_100k": 1.0, "p50_1m": 3.0, "recall": 0.99, "filtered_p99_1m": 25.0, "build_1m": 300.0}


def prepared(size: int, work: Path) -> Path:
    """A folder with looks (size, dim), those that ask, shares, and what is true; made if need be."""
    import data
    import numpy as np
    from grown import grown_looks

    from lookalike.vectors import stored

    folder = work / "search" / str(size)
    if (folder / "truth.npz").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    _, looks = data.indexed("fashion-small", work)._now().snapshot.main_looks()
    looks = looks[np.random.default_rng(1).permutation(len(looks))]
    askers, base = looks[:ASKERS], looks[ASKERS:]
    made, _ = grown_looks(base, size)
    for start in range(0, size, _BLOCK):
        made[start : start + _BLOCK] = stored(made[start : start + _BLOCK])
    shares = np.random.default_rng(2).random(size).astype(np.float32)
    np.save(folder / "looks.npy", made)
    np.save(folder / "askers.npy", askers)
    np.save(folder / "shares.npy", shares)
    limits = {str(share): _limits(made, askers, shares < share) for share in SHARES}
    np.savez(folder / "truth.npz", **limits, all=_limits(made, askers, shares >= 0))
    return folder


def _limits(looks: Any, askers: Any, keep: Any) -> Any:
    """The cosine of the twelfth of each asker, of those to keep."""
    import numpy as np

    found = np.full((len(askers), COUNT), -np.inf, dtype=np.float32)
    rows = np.flatnonzero(keep)
    for start in range(0, len(rows), _BLOCK):
        cosines = askers @ looks[rows[start : start + _BLOCK]].T
        both = np.concatenate([found, cosines], axis=1)
        found = np.partition(both, both.shape[1] - COUNT, axis=1)[:, -COUNT:]
    return found.min(axis=1)


def measure(name: str, folder: Path) -> dict[str, Any]:
    """All figures of one way at one size, in this process."""
    import numpy as np
    from search_ways import WAYS, Given, Passing

    looks = np.load(folder / "looks.npy", mmap_mode="r").view(np.ndarray)
    askers, shares, truth = (np.load(folder / f) for f in ("askers.npy", "shares.npy", "truth.npz"))
    float(looks.sum())  # in memory, so that no way waits for the disk
    with tempfile.TemporaryDirectory(dir=folder) as place:
        before, began, used = _private(), time.perf_counter(), _processor_time()
        way = WAYS[name](Given(looks, Path(place), shares))
        built = {
            "build_s": round(time.perf_counter() - began, 2),
            "build_cpu_s": round(_processor_time() - used, 2),
        }
        plain = asked(lambda at: way.ask(askers[at], COUNT), looks, askers, truth["all"], SECONDS)
        figures = {
            **built,
            **plain,
            "private_mb": round((_private() - before) / 1e3),
            "file_mb": round(sum(f.stat().st_size for f in Path(place).rglob("*") if f.is_file()) / 1e6),
            "filters": {},
        }
        for share in SHARES if way.filters else ():
            passing = Passing(shares < np.float32(share), share)
            figures["filters"][str(share)] = asked(
                lambda at, passing=passing: way.among(askers[at], COUNT, passing),
                looks,
                askers,
                truth[str(share)],
                FILTERED_SECONDS,
            )
        at_once = _two_processes if way.forks else _two_threads
        figures["per_second"] = round(at_once(lambda at: way.ask(askers[at], COUNT), len(askers)), 1)
    return figures


def asked(ask: Callable[[int], Any], looks: Any, askers: Any, limits: Any, seconds: float) -> dict[str, Any]:
    """Milliseconds and recall of single questions, for so many seconds at most."""
    import numpy as np

    ask(0)
    took, own, found, wanted = [], [], 0, 0
    end = time.perf_counter() + seconds
    for at in range(len(askers)):
        began, used = time.perf_counter(), time.thread_time()
        rows = ask(at)
        took.append(time.perf_counter() - began)
        own.append(time.thread_time() - used)
        rows = np.asarray(rows)
        rows = rows[rows >= 0]
        if np.isfinite(limits[at]):
            found += int((looks[rows] @ askers[at] >= limits[at] - 1e-5).sum())
            wanted += COUNT
        if time.perf_counter() > end:
            break
    p50, p99 = np.percentile(took, [50, 99]) * 1000
    return {
        "p50_ms": round(float(p50), 3),
        "p99_ms": round(float(p99), 3),
        "cpu_ms": round(float(np.median(own)) * 1000, 3),
        "recall": round(found / wanted, 4),
        "asked": len(took),
    }


def _two_processes(ask: Callable[[int], Any], askers: int) -> float:
    """Questions answered a second by two processes at once."""
    ends = [os.pipe() for _ in range(2)]
    for turn, (_, write) in enumerate(ends):
        if os.fork() == 0:
            os.write(write, json.dumps(_answered(ask, askers, turn)).encode())
            os._exit(0)
    rates = [json.loads(os.read(read, 64)) for read, _ in ends]
    for _ in ends:
        os.wait()
    return float(sum(rates))


def _two_threads(ask: Callable[[int], Any], askers: int) -> float:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        return float(sum(pool.map(lambda turn: _answered(ask, askers, turn), range(2))))


def _answered(ask: Callable[[int], Any], askers: int, turn: int) -> float:
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < 3:
        ask((count * 2 + turn) % askers)
        count += 1
    return count / (time.perf_counter() - began)


def _private() -> int:
    """Kilobytes of this process that no other can share with it."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8").splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return sizes["Private_Dirty"]


def _processor_time() -> float:
    """Seconds of processor that this process and those that it waited for have used."""
    times = os.times()
    return sum(times[:4])


def missing(name: str) -> str | None:
    """Why a way cannot be measured here."""
    from search_ways import WAYS

    package = WAYS[name].package
    try:
        if package is not None:
            version(package)
    except PackageNotFoundError:
        return f"{package} is not installed"
    return None


def bars(sizes: dict[str, Any]) -> dict[str, Any]:
    """What was to be reached, and what was."""
    found: dict[str, Any] = {}
    for label, size, limit in (
        ("p50_100k", "100000", BARS["p50_100k"]),
        ("p50_1m", "1000000", BARS["p50_1m"]),
    ):
        ours = sizes.get(size, {}).get("Lookalike, graph")
        if ours:
            held = ours["p50_ms"] < limit and ours["recall"] >= BARS["recall"]
            found[label] = {
                "bar": limit,
                "figure": ours["p50_ms"],
                "recall": ours["recall"],
                "held": held,
            }
    ours = sizes.get("1000000", {}).get("Lookalike, exact")
    if ours:
        worst = max(one["p99_ms"] for one in ours["filters"].values())
        least = min(one["recall"] for one in ours["filters"].values())
        limit = BARS["filtered_p99_1m"]
        found["filtered_p99_1m"] = {
            "bar": limit,
            "figure": worst,
            "recall": least,
            "held": worst < limit and least == 1.0,
        }
    ours = sizes.get("1000000", {}).get("Lookalike, graph")
    if ours:
        built = ours["build_s"]
        found["build_1m"] = {
            "bar": BARS["build_1m"],
            "figure": built,
            "held": built < BARS["build_1m"],
        }
    return found


def main(arguments: Sequence[str]) -> int:
    import data
    import record
    from search_ways import WAYS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, action="append")
    parser.add_argument("--only", choices=list(WAYS), action="append")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    said = parser.parse_args(arguments)
    if said.measure:
        print(json.dumps(measure(said.measure[0], Path(said.measure[1]))))
        return 0
    data.require("fashion-small")
    file = record.RESULTS / "search.json"
    before = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    sizes: dict[str, Any] = before.get("sizes", {})
    loads: list[float] = []
    with data.work_folder() as work:
        for size in said.size or SIZES:
            folder = prepared(size, work)
            usual = [name for name in WAYS if size < 1_000_000 or name not in LONG]
            for name in said.only or usual:
                if why := missing(name):
                    print(f"{size:,} {name}: left out, {why}")
                    continue
                loads.append(record.load())
                print(f"{size:,} {name} ...", flush=True)
                command = [sys.executable, __file__, "--measure", name, str(folder)]
                done = subprocess.run(
                    command,
                    check=False,
                    env={**os.environ, **dict.fromkeys(THREADS, "1")},
                    capture_output=True,
                    text=True,
                )
                if done.returncode:
                    print(done.stderr[-2000:])
                    return 1
                found = json.loads(done.stdout.splitlines()[-1])
                sizes.setdefault(str(size), {})[name] = found
                shown = {key: value for key, value in found.items() if key != "filters"}
                print(f"  {shown}")
                for share, one in found["filters"].items():
                    print(f"  {float(share):.1%} pass: {one}", flush=True)
                packages = sorted({way.package for way in WAYS.values() if way.package} - {None})
                there = [package for package in packages if _is_there(package)]
                figures = {
                    "load_before": loads,
                    "count": COUNT,
                    "askers": ASKERS,
                    "bars": bars(sizes),
                    "sizes": sizes,
                }
                record.write("search", figures, *there)
    record.table(("bar", "figure"), [(name, one) for name, one in bars(sizes).items()])
    return 0


def _is_there(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
