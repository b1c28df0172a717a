"""What a store of 34,000 products costs: loading, opening, fetching, and 1,000 one-row updates.

Looks are random unit vectors of 256 numbers, thumbnails 3,000 random bytes: what a store does with them does
not depend on what they show. Medians of 31 calls. Writes benchmarks/results/store.json.

    python benchmarks/store.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import record

from lookalike.glance import GLANCE_BYTES
from lookalike.products import PictureSource, Price, Product
from lookalike.store.base import StoredPicture
from lookalike.store.lance import LanceStore
from lookalike.vectors import Space, unit

SPACE = Space("random", "0" * 16, 256)
PRODUCTS = 34_000
BATCH = 256
UPDATES = 1000


def product(i: int, title: str = "Striped shirt") -> Product:
    return Product(
        id=f"{i:06}",
        pictures=(PictureSource(f"images/{i:06}.jpg"),),
        title=f"{title} {i}",
        description="Cotton, regular fit, machine wash.",
        brand=f"brand {i % 200}",
        category=f"Apparel > kind {i % 40}",
        price=Price(Decimal(i % 9000) / 100, "EUR"),
        availability="in_stock",
        attributes={"season": "Summer", "baseColour": "Blue"},
    )


def picture(i: int, rng: np.random.Generator) -> StoredPicture:
    return StoredPicture(
        product_id=f"{i:06}",
        position=0,
        uri=f"images/{i:06}.jpg",
        stamp="12345:1700000000",
        content_hash=f"{i:032x}",
        pixel_hash=f"{i:032x}",
        width=1080,
        height=1440,
        look=unit(rng.normal(size=(1, SPACE.dim)))[0][0],
        norm=12.0,
        palette=rng.uniform(1, 90, size=(4, 4)).astype(np.float32),
        thumbnail=rng.bytes(3000),
        glance=rng.bytes(GLANCE_BYTES),
    )


def load(folder: Path, count: int) -> LanceStore:
    rng = np.random.default_rng(0)
    store = LanceStore.create(folder, SPACE, "random")
    with store.writer() as writer:
        for start in range(0, count, BATCH):
            rows = range(start, min(count, start + BATCH))
            writer.commit([product(i) for i in rows], {f"{i:06}": [picture(i, rng)] for i in rows})
    return store


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def milliseconds(act: Callable[[], object], times: int = 31) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(taken), 2)


def measure(folder: Path) -> dict[str, float]:
    rng = np.random.default_rng(1)
    reader = LanceStore.open(folder).reader()
    start = time.perf_counter()
    reader.products(["000001"])
    first = (time.perf_counter() - start) * 1000

    def twelve() -> list[str]:
        return [f"{i:06}" for i in rng.integers(0, PRODUCTS, 12)]

    return {
        "megabytes": round(size(folder) / 1e6, 1),
        "open_ms": milliseconds(lambda: LanceStore.open(folder)),
        "open_and_columns_ms": milliseconds(lambda: LanceStore.open(folder).reader().columns()),
        "first_fetch_ms": round(first, 2),
        "fetch_12_products_ms": milliseconds(lambda: reader.products(twelve())),
        "fetch_12_thumbnails_ms": milliseconds(lambda: reader.thumbnails([(i, 0) for i in twelve()])),
        "newest_ms": milliseconds(LanceStore.open(folder).newest),
    }


def peak_megabytes(count: int) -> float:
    """Peak memory of a process that does nothing but load this many products."""
    command = [sys.executable, __file__, "--load", str(count)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def update(store: LanceStore, count: int, updates: int) -> float:
    rng = np.random.default_rng(2)
    start = time.perf_counter()
    with store.writer() as writer:
        for i in rng.integers(0, count, updates).tolist():
            writer.commit([product(i, "Changed")], {f"{i:06}": [picture(i, rng)]})
    return (time.perf_counter() - start) * 1000 / updates


def main() -> None:
    with tempfile.TemporaryDirectory() as base:
        start = time.perf_counter()
        store = load(Path(base) / "index", PRODUCTS)
        seconds = time.perf_counter() - start
        fresh = measure(Path(base) / "index")
        per_update = update(store, PRODUCTS, UPDATES)
        after = measure(Path(base) / "index")
        small = load(Path(base) / "small", 600)
        small_fresh = size(Path(base) / "small")
        update(small, 600, UPDATES)
        result = {
            "products": PRODUCTS,
            "load_products_per_second": round(PRODUCTS / seconds),
            "fresh": fresh,
            f"after_{UPDATES}_one_row_updates": after,
            "one_row_update_ms": round(per_update, 1),
            "size_ratio_after_updates": round(after["megabytes"] / fresh["megabytes"], 2),
            "size_ratio_after_updates_of_600_products": round(size(Path(base) / "small") / small_fresh, 2),
            "peak_megabytes_loading_3400": peak_megabytes(3400),
            "peak_megabytes_loading_34000": peak_megabytes(34_000),
        }
        problems = store.reader().check() + small.reader().check()
    if problems:
        raise SystemExit("\n".join(problems))
    record.write("store", result)
    for name, value in result.items():
        print(f"{name:45} {value}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        with tempfile.TemporaryDirectory() as folder:
            load(Path(folder) / "index", int(sys.argv[2]))
        # Not getrusage: its peak is handed down from the process that started this one.
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        print(round(int(status["VmHWM"].split()[0]) / 1024, 1))
    else:
        main()
