"""Does a photo find the product it shows, and do clothes on a phone's photo find clothes of their class?

Groceries: 810 photos taken in shops are searched among 81 products; R@1 and R@5 are the shares whose product
is first, or among the first five. Intervals are 95% bootstrap over products, with all photos of each.
Clothes: each photo is asked among the others; P@10 is the share of the first ten of its class, interval over
photos; photos that are the asker's to the last byte are left out. "Unused" are the ids on which nothing was
chosen (decisions 0002 and 0004).

    python benchmarks/photos.py
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import data
import record

ASKERS = 1000
ORDERS: dict[str, dict[str, float]] = {
    "look": {"look": 1},
    "look + 0.25 colour": {"look": 1, "colour": 0.25},
    "look + 0.5 colour": {"look": 1, "colour": 0.5},
    "look + 1 colour": {"look": 1, "colour": 1},
}


def groceries(work: Path) -> dict[str, Any]:
    """R@1 and R@5 for each order."""
    index = data.indexed("grocery", work)
    folder = data.unpacked("grocery", work)
    with (folder / "photos.csv").open(encoding="utf-8", newline="") as file:
        photos = list(csv.DictReader(file))
    shown = [row["product_id"] for row in photos]
    figures: dict[str, Any] = {"products": len(index), "photos": len(photos), "orders": {}}
    unused = [data.unused(product) for product in shown]
    figures["unused_photos"] = sum(unused)
    figures["unused_products"] = len({product for product in shown if data.unused(product)})
    for order, weights in ORDERS.items():
        first, among = [], []
        for row in photos:
            answer = index.search(folder / row["photo"], 5, weights=weights, duplicates=True)
            ids = [result.product.id for result in answer]
            first.append(ids[0] == row["product_id"])
            among.append(row["product_id"] in ids)
        figures["orders"][order] = {}
        for name, hits in (("R@1", first), ("R@5", among)):
            figures["orders"][order][name] = record.interval(hits, shown)
            kept = [(hit, product) for hit, product, free in zip(hits, shown, unused, strict=True) if free]
            figures["orders"][order][f"{name} unused"] = record.interval(*zip(*kept, strict=True))
    return figures


def clothes(work: Path) -> dict[str, Any]:
    """P@10 of the class for each order."""
    index = data.indexed("clothing-cc0", work)
    folder = data.unpacked("clothing-cc0", work)
    ids = index.ids
    kinds = {name: product.category for name, product in index.products(ids).items()}
    contents = {name: Path(product.pictures[0].uri) for name, product in index.products(ids).items()}
    copies = data.copies((name, path.read_bytes()) for name, path in contents.items())
    unused = (name for name, path in contents.items() if data.unused(f"{path.parent.name}/{path.stem}"))
    askers = data.sample(unused, ASKERS)
    figures: dict[str, Any] = {"photos": len(index), "askers": len(askers), "orders": {}}
    figures["classes"] = len(set(kinds.values()))
    assert figures["classes"] == sum(path.is_dir() for path in folder.iterdir())
    for order, weights in ORDERS.items():
        hits = []
        for asker in askers:
            answer = index.similar(asker, 10, exclude=copies[asker], weights=weights, duplicates=True)
            hits.append(sum(kinds[result.product.id] == kinds[asker] for result in answer) / len(answer))
        figures["orders"][order] = {"P@10": record.interval(hits)}
    return figures


def show(title: str, figures: dict[str, Any]) -> None:
    print(f"\n{title}")
    names = next(iter(figures["orders"].values()))
    record.table(
        ("order", *names),
        [
            (order, *(f"{v['mean']:.3f} ({v['low']:.3f}-{v['high']:.3f})" for v in row.values()))
            for order, row in figures["orders"].items()
        ],
    )


def main() -> int:
    data.require("grocery", "clothing-cc0")
    with data.work_folder() as work:
        figures = {"grocery": groceries(work), "clothing-cc0": clothes(work)}
    record.write("photos", figures)
    for name, part in figures.items():
        show(name, part)
    return 0


if __name__ == "__main__":
    sys.exit(main())
