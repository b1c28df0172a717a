"""Catalogues of any size for benchmarks: a real one, and beyond its size products made from its own.

Up to 34,455 they are products of fashion-small. Beyond, each has the texts, prices, colours and thumbnail of
one of those, and a look between that one's and one of its ten nearest neighbours', with noise (a cosine of
about 0.98 with the point between): as dense as the real ones, and none the same as another.

    python benchmarks/grown.py PRODUCTS...        makes their indexes in the work folder
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import data
import numpy as np
import record

from lookalike import Index, Product
from lookalike.store.base import StoredPicture
from lookalike.store.lance import LanceStore
from lookalike.vectors import Floats, Rows, unit

NOISE = 0.0125  # of each of 256 numbers
NEAREST = 10
BATCH = 20_000
_BLOCK = 2048


def grown_looks(looks: Floats, count: int, near: Rows | None = None) -> tuple[Floats, Rows]:
    """Unit vectors (count, dim) made from these, and the row that each was made from.

    ``near`` is what `nearest` says of these vectors, where it is known.
    """
    chance = np.random.default_rng(0)
    origin = np.arange(count) % len(looks)
    made = np.empty((count, looks.shape[1]), dtype=np.float32)
    real = min(count, len(looks))
    made[:real] = looks[:real]
    if near is None:
        near = nearest(looks) if count > real else np.empty((0, NEAREST), np.intp)
    for start in range(real, count, _BLOCK):
        own = origin[start : start + _BLOCK]
        other = near[own, chance.integers(0, NEAREST, len(own))]
        share = chance.random((len(own), 1)).astype(np.float32)
        noise = chance.normal(0, NOISE, (len(own), looks.shape[1])).astype(np.float32)
        made[start : start + len(own)] = unit((1 - share) * looks[own] + share * looks[other] + noise)[0]
    return made, origin


def nearest(looks: Floats) -> Rows:
    """The rows of the `NEAREST` others of each vector, (n, NEAREST)."""
    found = np.empty((len(looks), NEAREST), dtype=np.intp)
    for start in range(0, len(looks), _BLOCK):
        cosines = looks[start : start + _BLOCK] @ looks.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -1
        found[start : start + len(cosines)] = np.argpartition(-cosines, NEAREST, axis=1)[:, :NEAREST]
    return found


@dataclass(frozen=True)
class Batch:
    """Products, and the pictures of each: what one commit takes."""

    products: list[Product]
    pictures: dict[str, list[StoredPicture]]


def shuffled(small: Index) -> tuple[list[str], Floats]:
    """Ids of an index and their main looks (n, dim), in an order of chance."""
    ids, looks = small._now().snapshot.main_looks()
    own = np.random.default_rng(1).permutation(len(ids))
    return [ids[at] for at in own], looks[own]


def batches(small: Index, count: int, near: Rows | None = None) -> Iterator[Batch]:
    """So many products made of those of fashion-small, `BATCH` at a time; ``near`` as of `grown_looks`."""
    view = small._now()
    ids, looks = shuffled(small)
    made, origin = grown_looks(looks, count, near)
    products = view.reader.products(ids)
    pictures = {one: found[0] for one, found in view.reader.pictures(ids[:count]).items()}
    for start in range(0, count, BATCH):
        rows = range(start, min(start + BATCH, count))
        named = {row: ids[origin[row]] + (f"-{row // len(ids)}" if row >= len(ids) else "") for row in rows}
        yield Batch(
            [replace(products[ids[origin[row]]], id=name, pictures=()) for row, name in named.items()],
            {
                name: [
                    replace(
                        pictures[ids[origin[row]]],
                        product_id=name,
                        position=0,
                        look=made[row],
                        content_hash=f"{row:032x}",
                        pixel_hash=f"{row:032x}",
                    )
                ]
                for row, name in named.items()
            },
        )


def created(folder: Path, small: Index) -> LanceStore:
    """An empty index like that one."""
    manifest = small._now().reader.manifest
    return LanceStore.create(folder, manifest.space, manifest.encoder, dict(manifest.settings))


def grown(count: int, work: Path) -> Path:
    """The folder of an index of so many products; made where it is not there yet."""
    folder = work / "grown" / str(count)
    if (folder / "manifest.json").is_file() and Index.open(folder).manifest.products == count:
        return folder
    small = data.indexed("fashion-small", work)
    began, done = time.perf_counter(), 0
    with created(folder, small).writer() as writer:
        for batch in batches(small, count):
            writer.commit(batch.products, batch.pictures)
            done += len(batch.products)
            print(f"{done:,} in {time.perf_counter() - began:.0f} s", flush=True)
    return folder


def main(arguments: Sequence[str]) -> int:
    data.require("fashion-small")
    with data.work_folder() as work:
        for count in map(int, arguments):
            folder = grown(count, work)
            print(folder, record.load())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
