"""How fast is `lookalike add` against the plain way, and where does the time go?

Plain: ResNet50 at 224 in PyTorch, one picture a call, decoded in full by Pillow, vectors kept in a list;
random weights, torch's default threads, program start not counted, a sample of the pictures. Ours: the whole
command on the folder as Kaggle ships it, program start counted. Floor: the encoder alone on prepared
pictures, a thread a core. The three take turns. On a busy machine the plain way loses more than its share,
because torch's threads wait for each other; so processor time is compared as well, the plain way on one
thread, where nothing waits.

    python benchmarks/indexing.py            needs torch==2.13.0 beside lookalike
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import data
import numpy as np
import record

from lookalike import settings
from lookalike.encoders.loading import load_encoder
from lookalike.glance import glance
from lookalike.hashing import content_hash, pixel_hash
from lookalike.images import open_image
from lookalike.ingest.measuring import detail, small_picture
from lookalike.palette import measure_palette
from lookalike.products import PictureSource, Product
from lookalike.store.base import StoredPicture
from lookalike.store.lance import LanceStore
from lookalike.vectors import stored, unit

TURNS = 5
PLAIN = 120
PLAIN_ALONE = 60
FLOOR = 600
PROFILED = 400
COMMIT = 512
BAR = 8.0

Result = TypeVar("Result")


@dataclass(frozen=True)
class Leg:
    """One way, once: pictures, seconds by the clock, and seconds of all processors."""

    pictures: int
    seconds: float
    processor: float
    inside: float = 0.0

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.pictures / self.seconds

    @property
    def cost(self) -> float:
        """Processor milliseconds a picture."""
        return self.processor / self.pictures * 1e3


def floor(paths: list[Path]) -> tuple[float, float]:
    """Seconds, by the clock and of processors, of the encoder alone on prepared pictures, four a call."""
    encoder = load_encoder()
    ready = np.stack([encoder.prepare(open_image(path, detail=detail(encoder)).image) for path in paths])
    batches = [ready[at : at + 4] for at in range(0, len(ready), 4)]
    with ThreadPoolExecutor(settings.workers()) as pool:
        list(pool.map(encoder.encode, batches[:8]))
        start, busy = time.perf_counter(), time.process_time()
        list(pool.map(encoder.encode, batches))
        return time.perf_counter() - start, time.process_time() - busy


def whole_command(folder: Path, index: Path) -> Leg:
    """`lookalike add` in a process of its own."""
    shutil.rmtree(index, ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [sys.executable, "-m", "lookalike", "add", str(folder), "--index", str(index), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    shutil.rmtree(index)
    report = json.loads(done.stdout)
    return Leg(report["pictures"]["encoded"], seconds, busy, report["seconds"])


def apart(way: str, paths: list[Path]) -> Leg:
    """One of the other ways, in a process of its own."""
    names = "\n".join(str(path) for path in paths)
    done = subprocess.run(
        [sys.executable, __file__, way], check=True, capture_output=True, text=True, input=names
    )
    return Leg(len(paths), *map(float, done.stdout.split()))


def one_way(way: str) -> tuple[float, float]:
    """What the process started by `apart` does."""
    paths = [Path(line) for line in sys.stdin.read().splitlines()]
    if way == "floor":
        return floor(paths)
    import resnet50

    return resnet50.seconds(paths, threads=1 if way == "plain alone" else None)


def profile(paths: list[Path], work: Path) -> dict[str, float]:
    """Processor milliseconds a picture of each step on one thread, and of commits with all their threads."""
    encoder = load_encoder()
    spent: dict[str, float] = defaultdict(float)
    products: list[Product] = []
    pictures: dict[str, tuple[StoredPicture]] = {}

    def timed(step: str, act: Callable[..., Result], *arguments: object) -> Result:
        start = time.thread_time()
        result = act(*arguments)
        spent[step] += time.thread_time() - start
        return result

    def measure(path: Path) -> StoredPicture:
        content = timed("read", path.read_bytes)
        digest = timed("hash of bytes", content_hash, content)
        picture = timed("decode", open_image, content, detail(encoder))
        ready = timed("prepare", encoder.prepare, picture.image)
        look, norm = unit(timed("encode", encoder.encode, ready[None]))
        same = timed("hash of pixels", pixel_hash, picture.image)
        palette = timed("palette", measure_palette, picture.image)
        small = timed("thumbnail", small_picture, picture.image)
        seen = timed("glance", glance, picture.image)
        place, size = (path.stem, 0, str(path), "stamp"), (picture.width, picture.height)
        return StoredPicture(
            *place, digest, same, *size, stored(look)[0], float(norm[0]), palette, small, seen
        )

    for path in paths[:10]:
        measure(path)
    spent.clear()
    for path in paths:
        products.append(Product(path.stem, (PictureSource(str(path)),), title=path.stem))
        pictures[path.stem] = (measure(path),)
    store = LanceStore.create(work / "profiled", encoder.space, encoder.space.encoder)
    start, clock = time.process_time(), time.perf_counter()
    with store.writer() as writer:
        for at in range(0, len(products), COMMIT):
            part = products[at : at + COMMIT]
            writer.commit(part, {product.id: pictures[product.id] for product in part})
    spent["commit"] = time.process_time() - start
    spent["commit, by the clock"] = time.perf_counter() - clock
    shutil.rmtree(work / "profiled")
    return {step: round(seconds / len(paths) * 1e3, 3) for step, seconds in spent.items()}


def main() -> int:
    if sys.argv[1:]:
        print(*one_way(sys.argv[1]))
        return 0
    data.require("fashion-300")
    if find_spec("torch") is None:
        print("Skipped: the plain way needs torch. Run: pip install torch==2.13.0")
        return 0
    loads: list[float] = []
    ours: list[Leg] = []
    plain: list[Leg] = []
    alone: list[Leg] = []
    least: list[Leg] = []
    with data.work_folder() as work:
        folder = data.unpacked("fashion-300", work)
        paths = [Path(name) for name in data.sample(map(str, (folder / "images").iterdir()), 10_000)]
        for turn in range(TURNS):
            loads.append(record.load())
            acts: list[Callable[[], None]] = [
                lambda: ours.append(whole_command(folder, work / "timed")),
                lambda: plain.append(apart("plain", paths[:PLAIN])),
                lambda: alone.append(apart("plain alone", paths[:PLAIN_ALONE])),
                lambda: least.append(apart("floor", paths[:FLOOR])),
            ]
            for act in acts if turn % 2 == 0 else reversed(acts):
                act()
            print(
                f"turn {turn + 1}: {ours[-1].rate:.0f} a second against {plain[-1].rate:.1f}; "
                f"floor {least[-1].rate:.0f}; processor ms a picture {ours[-1].cost:.1f} against "
                f"{alone[-1].cost:.1f}; load {loads[-1]}",
                flush=True,
            )
        steps = profile(paths[:PROFILED], work)
    ratios = [a.rate / b.rate for a, b in zip(ours, plain, strict=True)]
    figures = {
        "pictures": ours[0].pictures,
        "plain_pictures": PLAIN,
        "floor_pictures": FLOOR,
        "profiled_pictures": PROFILED,
        "threads": settings.workers(),
        "load_before": loads,
        "bar": BAR,
        "ratio": record.spread(ratios),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "ours_per_second": record.spread([leg.rate for leg in ours], 1),
        "plain_per_second": record.spread([leg.rate for leg in plain], 1),
        "floor_per_second": record.spread([leg.rate for leg in least], 1),
        "ours_processor_ms": record.spread([leg.cost for leg in ours]),
        "plain_processor_ms": record.spread([leg.cost for leg in alone]),
        "processor_ratio": record.spread([b.cost / a.cost for a, b in zip(ours, alone, strict=True)]),
        "share_of_floor": record.spread([a.rate / b.rate for a, b in zip(ours, least, strict=True)]),
        "cores_busy": record.spread([leg.processor / leg.seconds for leg in ours]),
        "start_seconds": record.spread([leg.seconds - leg.inside for leg in ours]),
        "milliseconds_a_picture": steps,
    }
    record.write("indexing", figures, "torch")
    record.table(("step", "processor ms a picture"), list(steps.items()))
    record.table(
        ("", "median", "min", "max"),
        [
            (name, *figures[name].values())  # type: ignore[attr-defined]
            for name in (
                "ours_per_second",
                "plain_per_second",
                "ratio",
                "processor_ratio",
                "share_of_floor",
                "cores_busy",
            )
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
