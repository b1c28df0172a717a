"""Do the first ten results carry the labels of the product that asks?

Share of the first ten with the same kind (articleType), gender and colour (baseColour), each and all
together, for orders by look, by colour, and by both. Askers are products on which nothing was chosen
(decisions 0002 and 0004), searched among all; products whose picture is the asker's to the last byte are left
out of its answers.
Intervals are 95% bootstrap over askers; differences are paired.

    python benchmarks/labels.py
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data
import numpy as np
import pyarrow.parquet as pq
import record

from lookalike import Index

K = 10
ASKERS = 1500
LABELS = {"kind": "articleType", "gender": "gender", "colour": "baseColour"}
ORDERS: dict[str, dict[str, float]] = {
    "look": {"look": 1},
    "look + 0.25 colour": {"look": 1, "colour": 0.25},
    "look + 0.5 colour": {"look": 1, "colour": 0.5},
    "look + 1 colour": {"look": 1, "colour": 1},
    "colour": {"colour": 1},
}
Labelled = tuple[str, tuple[str, ...], bytes]


def rows_of_parquet(path: Path) -> Iterator[Labelled]:
    """Id, labels and picture of every row."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(1000, columns=["id", "image", *LABELS.values()]):
            for row in batch.to_pylist():
                labels = tuple(str(row[column]) for column in LABELS.values())
                yield str(row["id"]), labels, row["image"]["bytes"]


def rows_of_folder(folder: Path) -> Iterator[Labelled]:
    """Id, labels and picture of every row whose picture is there."""
    with (folder / "styles.csv").open(encoding="utf-8", newline="") as file:
        table = csv.reader(file)
        header = next(table)
        for cells in table:  # bare commas stand only in the last column
            row = dict(zip(header, cells, strict=False))
            picture = folder / "images" / f"{row['id']}.jpg"
            if picture.is_file():
                yield row["id"], tuple(row[column] for column in LABELS.values()), picture.read_bytes()


def shares(
    index: Index, labels: dict[str, tuple[str, ...]], copies: dict[str, list[str]], askers: list[str]
) -> dict[str, dict[str, Any]]:
    """For each order and label, an array of the askers' shares."""
    found: dict[str, dict[str, Any]] = {}
    for order, weights in ORDERS.items():
        hits = np.zeros((len(askers), len(LABELS) + 1))
        for at, asker in enumerate(askers):
            answer = index.similar(asker, K, exclude=copies[asker], weights=weights, duplicates=True)
            same = np.array(
                [[a == b for a, b in zip(labels[asker], labels[r.product.id], strict=True)] for r in answer]
            )
            hits[at] = [*same.mean(0), same.all(1).mean()]
        found[order] = dict(zip((*LABELS, "all"), hits.T, strict=True))
    return found


def figures_of(name: str, work: Path) -> dict[str, Any]:
    path = data.unpacked(name, work)
    index = data.indexed(name, work)
    rows = list(rows_of_folder(path) if path.is_dir() else rows_of_parquet(path))
    copies = data.copies((product, content) for product, _, content in rows)
    labels = {product: values for product, values, _ in rows if product in index}
    askers = data.sample((product for product in labels if data.unused(product)), ASKERS)
    found = shares(index, labels, copies, askers)
    return {
        "products": len(index),
        "askers": len(askers),
        "askers_with_copies": sum(bool(copies[asker]) for asker in askers),
        "share_of_first_ten": {
            order: {label: record.interval(values) for label, values in by.items()}
            for order, by in found.items()
        },
        "more_than_look_alone": {
            order: {label: record.interval(values - found["look"][label]) for label, values in by.items()}
            for order, by in found.items()
            if order != "look"
        },
    }


def main() -> int:
    names = ("fashion-300", "fashion-small")
    data.require(*names)
    with data.work_folder() as work:
        sets = {name: figures_of(name, work) for name in names}
    record.write("labels", {"k": K, "sets": sets})
    for name, figures in sets.items():
        print(f"\n{name}: {figures['askers']} askers among {figures['products']}")
        record.table(
            ("order", *LABELS, "all"),
            [
                (order, *(f"{v['mean']:.3f} ({v['low']:.3f}-{v['high']:.3f})" for v in by.values()))
                for order, by in figures["share_of_first_ten"].items()
            ],
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
