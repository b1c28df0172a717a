"""How fast is `lookalike add` against the plain ways, how near to the network's own limit, and where does the
time go?

Ways, taking turns on the same pictures: tiny ones (60x80), small ones (225x300, as a folder that Kaggle
ships, each three times: as it is, mirrored, and upside down, so that the start weighs what it weighs for a
shop) and large ones (2000x2000, photographs of clothes enlarged: no free catalogue of such a size could be
had):

- ours: the whole command in a process of its own, program start counted, and apart from its start, without
  what may follow the last commit (`--no-duplicates --no-fit`); Python's compiled files lie ready, as they do
  once a package is installed;
- plain: ResNet50 at 224 in PyTorch, one picture a call, decoded in full by Pillow, vectors kept in a list;
  random weights, torch's default threads, program start not counted, a sample of the pictures;
- same: our encoder the same way, one picture a call, decoded in full;
- floor: the encoder alone on prepared pictures, four a call, with the number of threads that is quickest.

On a busy machine the plain way loses more than its share, because torch's threads wait for each other; so
processor time is compared as well, the plain way on one thread, where nothing waits.

    python benchmarks/indexing.py [TURNS]     needs torch==2.13.0 beside lookalike
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import data
import numpy as np
import pyarrow.parquet as pq
import record
from PIL import Image

from lookalike import settings
from lookalike.encoders.loading import load_encoder
from lookalike.fetching.files import read_file
from lookalike.glance import glance
from lookalike.hashing import content_hash, pixel_hash
from lookalike.images import open_image
from lookalike.ingest.measuring import detail, small_picture
from lookalike.ingest.stages import TOGETHER
from lookalike.palette import measure_palettes
from lookalike.products import PictureSource, Product
from lookalike.store.base import StoredPicture
from lookalike.store.lance import LanceStore
from lookalike.vectors import stored, unit

TURNS = 4
SAMPLES = {
    "tiny": {"plain": 120, "same": 300, "floor": 800, "steps": 400},
    "small": {"plain": 120, "plain alone": 60, "same": 300, "floor": 800, "steps": 400},
    "large": {"plain": 40, "same": 60, "floor": 400, "steps": 64},
}
"""How many pictures each way gets; ours gets all."""
TINY = 6000
LARGE = 400
LARGE_SIDE = 2000
COMMIT = 512
AT_ONCE = 4
SETS = {
    "tiny": "photographs of 60x80 pixels",
    "small": "photographs of 225x300 pixels, a third as they are, the others mirrored or upside down, "
    "so that the start of the program weighs what it weighs for a shop",
    "large": "photographs of clothes, enlarged to 2000x2000, so they hold less detail than a camera's",
}
BARS = {"plain": 15.0, "plain_least": 12.0, "share_of_floor": 0.8}

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
    def rate_inside(self) -> float:
        """Pictures a second apart from the start and end of the program."""
        return self.pictures / self.inside

    @property
    def cost(self) -> float:
        """Processor milliseconds a picture."""
        return self.processor / self.pictures * 1e3


@dataclass
class Legs:
    """All turns of every way over one set of pictures."""

    folder: Path
    paths: list[Path]
    samples: dict[str, int]
    ways: dict[str, list[Leg]] = field(default_factory=lambda: defaultdict(list))

    def take(self, way: str, work: Path) -> None:
        """Let one way have a turn."""
        if way == "ours":
            leg = whole_command(self.folder, work)
        else:
            leg = apart(way, self.paths[: self.samples[way]])
        self.ways[way].append(leg)

    def against(self, other: str, rate: Callable[[Leg], float]) -> list[float]:
        """How many times as fast ours was as another way, turn by turn."""
        return [rate(a) / b.rate for a, b in zip(self.ways["ours"], self.ways[other], strict=True)]


def floor(paths: list[Path]) -> tuple[float, float]:
    """Seconds, by the clock and of processors, of the encoder alone with its best number of threads."""
    encoder = load_encoder()
    ready = np.stack([encoder.prepare(open_image(path, detail=detail(encoder)).image) for path in paths])
    batches = [ready[at : at + AT_ONCE] for at in range(0, len(ready), AT_ONCE)]
    taken = []
    for threads in (settings.workers(), 2 * settings.workers()):
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(encoder.encode, batches[:8]))
            start, busy = time.perf_counter(), time.process_time()
            list(pool.map(encoder.encode, batches))
            taken.append((time.perf_counter() - start, time.process_time() - busy))
    return min(taken)


def one_by_one(paths: list[Path]) -> tuple[float, float]:
    """Seconds, by the clock and of processors, of our encoder used the plain way."""
    encoder = load_encoder()

    def encode(path: Path) -> Any:
        with Image.open(path) as picture:
            return encoder.encode(encoder.prepare(picture.convert("RGB"))[None])[0]

    for path in paths[:5]:
        encode(path)
    start, busy = time.perf_counter(), time.process_time()
    vectors = [encode(path) for path in paths]
    taken = time.perf_counter() - start, time.process_time() - busy
    assert len(vectors) == len(paths)
    return taken


def whole_command(folder: Path, work: Path) -> Leg:
    """`lookalike add` in a process of its own."""
    index = work / "timed"
    shutil.rmtree(index, ignore_errors=True)
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(work / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [sys.executable, "-m", "lookalike", "add", str(folder), "--index", str(index), "--json"]
    command += ["--no-duplicates", "--no-fit"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
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
    if way == "same":
        return one_by_one(paths)
    import resnet50

    return resnet50.seconds(paths, threads=1 if way == "plain alone" else None)


def made(folder: Path, write: Callable[[str, Path], None], names: Iterable[str]) -> Path:
    """A folder with what ``write`` makes of each name, unless it is there already."""
    if not folder.is_dir():
        partial_folder = folder.with_suffix(".partial")
        shutil.rmtree(partial_folder, ignore_errors=True)
        partial_folder.mkdir(parents=True)
        with ThreadPoolExecutor(settings.workers()) as pool:
            list(pool.map(lambda name: write(name, partial_folder), names))
        partial_folder.rename(folder)
    return folder


def pictures_of(catalogue: str, work: Path) -> Iterable[str]:
    """The photographs of a catalogue that is a folder."""
    return map(str, data.unpacked(catalogue, work).rglob("*.jpg"))


def folders_of(work: Path) -> dict[str, Path]:
    """A folder of pictures of each size."""
    tables = pq.read_table(data.unpacked("fashion-small", work), columns=["id", "image"])
    contents = {row["id"]: row["image"]["bytes"] for row in tables.slice(0, TINY).to_pylist()}

    def write(name: str, folder: Path) -> None:
        (folder / f"{name}.jpg").write_bytes(contents[name])

    return {
        "tiny": made(work / "data" / "tiny", write, contents),
        "small": made(work / "data" / "thrice", thrice, pictures_of("fashion-300", work)),
        "large": made(
            work / "data" / "large", enlarge, data.sample(pictures_of("clothing-cc0", work), LARGE)
        ),
    }


def thrice(name: str, folder: Path) -> None:
    """Write a photograph as it is, mirrored, and upside down."""
    shutil.copyfile(name, folder / Path(name).name)
    with Image.open(name) as source:
        picture = source.convert("RGB")
    for way in (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180):
        picture.transpose(way).save(folder / f"{Path(name).stem}-{way.name.lower()}.jpg", quality=85)


def enlarge(name: str, folder: Path) -> None:
    """Write the middle of a photograph as one of 2000x2000 pixels."""
    with Image.open(name) as source:
        side = min(source.size)
        left, top = (source.width - side) // 2, (source.height - side) // 2
        box = (left, top, left + side, top + side)
        large = source.convert("RGB").resize((LARGE_SIDE, LARGE_SIDE), Image.Resampling.LANCZOS, box)
        large.save(folder / Path(name).name, "JPEG", quality=90)


def profile(paths: list[Path], work: Path) -> dict[str, float]:
    """Processor milliseconds a picture of each step on one thread, and of commits with all their threads.

    As a run does it: a few pictures at a time, one measurement after the other, then the network.
    """
    encoder = load_encoder()
    spent: dict[str, float] = defaultdict(float)

    def timed(step: str, act: Callable[..., Result], *arguments: object) -> Result:
        start = time.thread_time()
        result = act(*arguments)
        spent[step] += time.thread_time() - start
        return result

    def measure(some: list[Path]) -> list[StoredPicture]:
        contents = [timed("read", read_file, path, "")[0] for path in some]
        digests = [timed("hash of bytes", content_hash, content) for content in contents]
        pictures = [timed("decode", open_image, content, detail(encoder)) for content in contents]
        images = [picture.image for picture in pictures]
        ready = np.stack([timed("prepare", encoder.prepare, image) for image in images])
        same = [timed("hash of pixels", pixel_hash, image) for image in images]
        palettes = timed("palette", measure_palettes, images)
        small = [timed("thumbnail", small_picture, image) for image in images]
        seen = [timed("glance", glance, image) for image in images]
        parts = [ready[at : at + AT_ONCE] for at in range(0, len(ready), AT_ONCE)]
        looks, norms = unit(np.concatenate([timed("encode", encoder.encode, part) for part in parts]))
        looks = stored(looks)
        return [
            StoredPicture(path.stem, 0, str(path), "stamp", digests[at], same[at], pictures[at].width,
                          pictures[at].height, looks[at], float(norms[at]), palettes[at], small[at], seen[at])
            for at, path in enumerate(some)
        ]  # fmt: skip

    measure(paths[:TOGETHER])
    spent.clear()
    measured = [one for at in range(0, len(paths), TOGETHER) for one in measure(paths[at : at + TOGETHER])]
    products = [Product(one.product_id, (PictureSource(one.uri),), title=one.product_id) for one in measured]
    store = LanceStore.create(work / "profiled", encoder.space, encoder.space.encoder)
    start, clock = time.process_time(), time.perf_counter()
    with store.writer() as writer:
        for at in range(0, len(products), COMMIT):
            pictures = {one.product_id: (one,) for one in measured[at : at + COMMIT]}
            writer.commit(products[at : at + COMMIT], pictures)
    spent["commit"] = time.process_time() - start
    spent["commit, by the clock"] = time.perf_counter() - clock
    shutil.rmtree(work / "profiled")
    return {step: round(seconds / len(paths) * 1e3, 3) for step, seconds in spent.items()}


def figures_of(legs: Legs) -> dict[str, Any]:
    """What the turns over one set of pictures came to."""
    ours, ways = legs.ways["ours"], legs.ways
    found: dict[str, Any] = {
        "pictures": ours[0].pictures,
        **{f"{way.replace(' ', '_')}_pictures": count for way, count in legs.samples.items()},
        "ours_per_second": record.spread([leg.rate for leg in ours], 1),
        "inside_per_second": record.spread([leg.rate_inside for leg in ours], 1),
        **{f"{way}_per_second": record.spread([leg.rate for leg in ways[way]], 1)
           for way in ("plain", "same", "floor")},
        "ratio": record.spread(legs.against("plain", lambda leg: leg.rate)),
        "ratio_same": record.spread(legs.against("same", lambda leg: leg.rate)),
        "share_of_floor": record.spread(legs.against("floor", lambda leg: leg.rate)),
        "share_inside": record.spread(legs.against("floor", lambda leg: leg.rate_inside)),
        "ours_processor_ms": record.spread([leg.cost for leg in ours]),
        "floor_processor_ms": record.spread([leg.cost for leg in ways["floor"]]),
        "cores_busy": record.spread([leg.processor / leg.seconds for leg in ours]),
        "start_seconds": record.spread([leg.seconds - leg.inside for leg in ours]),
    }  # fmt: skip
    if alone := ways.get("plain alone"):
        found["plain_processor_ms"] = record.spread([leg.cost for leg in alone])
        found["processor_ratio"] = record.spread([b.cost / a.cost for a, b in zip(ours, alone, strict=True)])
    return found


def main() -> int:
    if sys.argv[1:] and not sys.argv[1].isdecimal():
        print(*one_way(sys.argv[1]))
        return 0
    data.require("fashion-small", "fashion-300", "clothing-cc0")
    if find_spec("torch") is None:
        print("Skipped: the plain way needs torch. Run: pip install torch==2.13.0")
        return 0
    loads: list[float] = []
    with data.work_folder() as work:
        sets = {}
        for name, folder in folders_of(work).items():
            names = data.sample(map(str, folder.rglob("*.jpg")), 10_000)
            sets[name] = Legs(folder, list(map(Path, names)), SAMPLES[name])
        whole_command(sets["large"].folder, work)  # compiles what is imported
        for turn in range(int(sys.argv[1]) if sys.argv[1:] else TURNS):
            loads.append(record.load())
            acts = [
                (legs, way)
                for legs in sets.values()
                for way in ("ours", *(way for way in legs.samples if way != "steps"))
            ]
            for legs, way in acts if turn % 2 == 0 else reversed(acts):
                legs.take(way, work)
            told = ", ".join(
                f"{name} {legs.ways['ours'][-1].rate:.0f} a second of {legs.ways['floor'][-1].rate:.0f}, "
                f"plain {legs.ways['plain'][-1].rate:.1f}"
                for name, legs in sets.items()
            )
            print(f"turn {turn + 1}: {told}; load {loads[-1]}", flush=True)
        found = {name: figures_of(legs) for name, legs in sets.items()}
        for name, legs in sets.items():
            found[name]["milliseconds_a_picture"] = profile(legs.paths[: legs.samples["steps"]], work)
    figures = {
        "threads": settings.workers(),
        "load_before": loads,
        "bars": BARS,
        "sets": SETS,
        **found.pop("small"),
        **found,
    }
    record.write("indexing", figures, "torch")
    for part in (figures["tiny"], figures, figures["large"]):
        rows = [
            (name, *row.values()) for name, row in part.items() if isinstance(row, dict) and "median" in row
        ]
        record.table(("", "median", "min", "max"), rows)
        record.table(("step", "processor ms a picture"), list(part["milliseconds_a_picture"].items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
