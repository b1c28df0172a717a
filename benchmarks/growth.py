"""How time and memory grow with the catalogue: 10,000, 34,455, 100,000 and a million products.

Each work at each size runs in a process of its own, under a limit of time. Catalogues are those of grown.py:
34,455 real products, beyond that made of them. The slope is that of the line through the logarithms of size
and seconds: 1 where twice as many take twice as long.

- add: products and pictures that are measured already are committed, 20,000 at a time. What measuring costs
  for each picture (indexing.py) does not depend on how many there are.
- arrive: 200 real pictures are added by `Index.add` to an index of that size: read, encoded, compared with
  all others, committed.
- open: a process that imports, opens, and answers once; the index has its kept columns.
- similar, words, recommend: one question after the other in one process, median.
- duplicates: finding the pairs that are worth comparing among all pictures, without the comparing, whose
  part is the same for every pair. Beyond 34,455 from a sample of the batches of the work, which are of equal
  size; glances of made pictures are moved by up to two pixels, with noise.

    python benchmarks/growth.py [WORK...]
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import data
import numpy as np
import pyarrow as pa
import record
from grown import batches, created, grown, grown_looks, nearest, shuffled

from lookalike import Index, Product, open_catalog
from lookalike.duplicates import kept
from lookalike.duplicates.candidates import Neighbourhood, signatures
from lookalike.duplicates.finding import MANY, PIECE
from lookalike.duplicates.kept import Kept
from lookalike.duplicates.searches import MEMORY
from lookalike.duplicates.sight import Glances
from lookalike.keeping import makers
from lookalike.mapped import map_array, write_array
from lookalike.store.lance import LanceStore

SIZES = (10_000, 34_455, 100_000, 1_000_000)
LIMIT = 240  # seconds of one work at one size
BAR = 1.1
LINEAR = ("add", "open", "duplicates")
ARRIVING = 200
QUESTIONS = 60
NEAR = "nearest.npy"  # what `grown_looks` is to know
BATCHES = 4  # that stand for all batches of the search for duplicates
_BLOCK = 8192
_LARGE = 1 << 20  # bytes


def add(count: int, work: Path) -> dict[str, float]:
    """Commit so many measured products."""
    small = data.indexed("fashion-small", work)
    folder = emptied(work / "growing" / str(count))
    seconds = processor = 0.0
    with created(folder, small).writer() as writer:
        for batch in batches(small, count, map_array(work / NEAR)):
            began, used = time.perf_counter(), time.process_time()
            writer.commit(batch.products, batch.pictures)
            seconds += time.perf_counter() - began
            processor += time.process_time() - used
    shutil.rmtree(folder)
    return {"seconds": seconds, "processor": processor}


def arrive(count: int, work: Path) -> dict[str, float]:
    """Add a few real products to an index of so many."""
    folder = emptied(work / "growing" / f"{count}-arriving")
    shutil.copytree(home(count, work), folder, copy_function=_lent)
    everybody_seen(folder)
    read = open_catalog(data.unpacked("fashion-small", work))
    found = islice((one for one in read if isinstance(one, Product)), ARRIVING)
    new = [Product(f"new-{one.id}", one.pictures[:1], title=one.title) for one in found]
    began, used = time.perf_counter(), time.process_time()
    report = Index.open(folder).add(new)
    taken = {"seconds": time.perf_counter() - began, "processor": time.process_time() - used}
    assert report.added == ARRIVING
    shutil.rmtree(folder)
    return taken


def opened(count: int, work: Path) -> dict[str, float]:
    """Import, open, and answer once; this process did nothing before but the imports, which are counted."""
    used = time.process_time()
    began = time.perf_counter()
    index = Index.open(home(count, work))
    assert len(index.similar(index.ids[0])) == 12
    return {"seconds": time.perf_counter() - began + started(), "processor": time.process_time() - used}


def asked(ask: Callable[[Index, Sequence[str]], object], count: int, work: Path) -> dict[str, float]:
    """The median of some questions."""
    index = Index.open(home(count, work))
    ids = data.sample(index.ids, QUESTIONS + 10)
    taken, used = [], []
    for at in range(QUESTIONS + 5):
        began, processor = time.perf_counter(), time.process_time()
        ask(index, ids[at : at + 5])
        taken.append(time.perf_counter() - began)
        used.append(time.process_time() - processor)
    return {"seconds": float(np.median(taken[5:])), "processor": float(np.median(used[5:]))}


def words(index: Index, ids: Sequence[str]) -> object:
    """Ask with the title of a product."""
    return index.search(text=index.product(ids[0]).title)


def duplicates(count: int, work: Path) -> dict[str, float]:
    """Find what is worth comparing among the pictures of so many products."""
    index = data.indexed("fashion-small", work)
    looks, origin = grown_looks(shuffled(index)[1], count, map_array(work / NEAR))
    signed = signatures(moved(glances(index, work), origin))
    del index
    began, used = time.perf_counter(), time.process_time()
    near = Neighbourhood(looks, signed, count, MEMORY)
    batches = [*near.batches(np.arange(count), PIECE if count <= MANY else 4 * PIECE)]
    once = time.perf_counter() - began, time.process_time() - used
    names = [str(at) for at in range(len(batches))]
    some = [batches[int(name)] for name in (names if count <= 34_455 else data.sample(names, BATCHES))]
    began, used = time.perf_counter(), time.process_time()
    pairs = sum(len(near.candidates(rows)) for rows in some)
    share = sum(map(len, some)) / count
    return {
        "seconds": once[0] + (time.perf_counter() - began) / share,
        "processor": once[1] + (time.process_time() - used) / share,
        "share": share,
        "pairs": pairs / share,
    }


WORKS: dict[str, Callable[[int, Path], dict[str, float]]] = {
    "add": add,
    "arrive": arrive,
    "open": opened,
    "similar": partial(asked, lambda index, ids: index.similar(ids[0])),
    "words": partial(asked, words),
    "recommend": partial(asked, lambda index, ids: index.recommend(recent=list(ids))),
    "duplicates": duplicates,
}


def home(count: int, work: Path) -> Path:
    """Where grown.py makes an index of so many."""
    return work / "grown" / str(count)


def prepare(count: int, work: Path) -> None:
    """Make an index of so many, and keep its columns."""
    folder = grown(count, work)
    LanceStore.open(folder).keep(makers(), _silent)


def _silent(what: str, done: int, count: int) -> None:
    """Tell nobody how far it is."""


def glances(index: Index, work: Path) -> Glances:
    """The glances of fashion-small in the order of `shuffled`; kept, since reading them takes long."""
    levels, halves = (work / f"glances-{name}.npy" for name in ("levels", "halves"))
    if not (levels.exists() and halves.exists()):
        pictures = index._now().pictures
        at = {id: row for row, (id, _) in enumerate(pictures.keys)}
        order = [at[id] for id in shuffled(index)[0]]
        write_array(levels, pictures.glances.levels[order])
        write_array(halves, pictures.glances.halves[order])
    return Glances(np.load(levels), np.load(halves))


def moved(known: Glances, origin: Any) -> Glances:
    """Glances of so many pictures, made from these: moved by up to two pixels, with noise."""
    chance = np.random.default_rng(0)
    levels = np.empty((len(origin), *known.levels.shape[1:]), dtype=np.uint8)
    for start in range(0, len(origin), _BLOCK):
        own = origin[start : start + _BLOCK]
        if start + _BLOCK <= len(known):
            levels[start : start + _BLOCK] = known.levels[own]
            continue
        shifted = np.roll(known.levels[own], tuple(chance.integers(-2, 3, 2)), axis=(1, 2))
        grain = chance.integers(-8, 9, shifted.shape, dtype=np.int16)
        levels[start : start + _BLOCK] = np.clip(shifted + grain, 0, 255).astype(np.uint8)
    return Glances(levels, known.halves[origin])


def everybody_seen(folder: Path) -> None:
    """Note that all pictures were looked at, so that only new ones are compared with all."""
    seen = Kept(seen=pa.array(LanceStore.open(folder).reader().columns().contents.to_pylist(), pa.string()))
    LanceStore.open(folder).notes.change(
        kept.NAME, lambda data: Kept.from_bytes(data).joined(seen).to_bytes()
    )


def _lent(source: str, target: str) -> None:
    """Copy a small file, and link a large one: what is large is written once, whole."""
    (os.link if Path(source).stat().st_size > _LARGE else shutil.copy2)(source, target)


def emptied(folder: Path) -> Path:
    """A folder that is not there yet."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder


def started() -> float:
    """Seconds since this process began, up to the end of its imports (Linux)."""
    return _IMPORTED


def _age() -> float:
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    up = float(Path("/proc/uptime").read_text().split()[0])
    return up - ticks / os.sysconf("SC_CLK_TCK")


_IMPORTED = _age() if Path("/proc/self/stat").exists() else 0.0


def memory() -> dict[str, int]:
    """Peak, and what nobody shares at the end, in MB; of getrusage the peak would be the parent's."""
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    rollup = Path("/proc/self/smaps_rollup").read_text().splitlines()
    own = sum(int(line.split()[1]) for line in rollup if line.startswith("Private"))
    return {"peak_mb": peak >> 10, "own_mb": own >> 10}


def slope(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Of the line through the logarithms of sizes and seconds, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def ran(name: str, count: int, work: Path) -> dict[str, float] | None:
    """What a process of its own says of a work; None where it took too long."""
    command = [sys.executable, __file__, "--one", name, str(count), str(work)]
    try:
        one = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # threads that wait for small products cost more
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT, env=one)
    except subprocess.TimeoutExpired:
        return None
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def told(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A work at all sizes, and how it grows."""
    sizes, seconds, processor = zip(
        *((row["products"], row["seconds"], row["processor"]) for row in rows), strict=True
    )
    grows = {
        "slope": round(slope(sizes, seconds), 2),
        "slope_of_processor_time": round(slope(sizes, processor), 2),
        "slope_of_the_last_step": round(slope(sizes[-2:], seconds[-2:]), 2),
    }
    return {"sizes": [{key: _digits(value) for key, value in row.items()} for row in rows], **grows}


def _digits(value: float) -> float:
    return (
        value if isinstance(value, int) or not value else round(value, 3 - math.ceil(math.log10(abs(value))))
    )


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["--one"]:
        name, count, work = arguments[1:]
        print(json.dumps({"products": int(count), **WORKS[name](int(count), Path(work)), **memory()}))
        return 0
    data.require("fashion-small")
    figures: dict[str, Any] = {"load_before": [], "works": {}, "too_slow": []}
    with data.work_folder() as work:
        for count in SIZES:
            prepare(count, work)
        small = data.indexed("fashion-small", work)
        glances(small, work)
        if not (work / NEAR).exists():
            write_array(work / NEAR, nearest(shuffled(small)[1]))
        del small
        for name in arguments or WORKS:
            rows = []
            figures["load_before"].append(record.load())
            for count in SIZES:
                found = ran(name, count, work)
                print(name, f"{count:,}", found, flush=True)
                if found is None:
                    figures["too_slow"].append({"work": name, "products": count, "seconds": LIMIT})
                    break
                rows.append(found)
            figures["works"][name] = told(rows)
    figures["bars"] = {"slope": BAR, "linear": list(LINEAR)}
    record.write("growth", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
