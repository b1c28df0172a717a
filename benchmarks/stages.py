"""What does the dial of diversity cost and bring, and what do the last stages cost in time?

Products ask for 12; a result is right when it is of the asker's kind. How different the 12 are is the mean
cosine distance of all their pairs. Askers are of the half, by hash, on which no stage was chosen;
intervals are 95% bootstrap ones, differences by asker. For the time the brand is the first word of a title,
every tenth product is sold out and three in a row are of one style: the catalogue says none of these.

    python benchmarks/stages.py         everything
    python benchmarks/stages.py time    the time only; the other figures stay
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import data
import numpy as np
import pyarrow as pa
import record

from lookalike import Index
from lookalike.demo.shop import draw_shop
from lookalike.evaluation.bootstrap import estimate
from lookalike.evaluation.split import position
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.query import Query
from lookalike.recommend.recommender import recommend

K = 12
ASKERS = 300
DIALS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
WAYS: dict[str, dict[str, Any]] = {
    "Euclidean distance": {"metric": "euclidean"},
    "look and half as much colour": {"weights": {"look": 1.0, "colour": 0.5}},
}
TIMED = 150
STAGES: dict[str, dict[str, Any]] = {
    "none": {},
    "stock first": {"stock": "first"},
    "2 per brand": {"per_brand": 2},
    "diversity": {"diversity": 0.3},
    "all of them": {"stock": "first", "per_brand": 2, "diversity": 0.3},
}


def asked(snapshot: Snapshot, row: int, **wishes: Any) -> Query:
    own = slice(snapshot.pictures_of(row).start, snapshot.pictures_of(row).start + 1)
    colours = snapshot.colours_of([row])
    return Query(snapshot.looks[own], snapshot.norms[own], colours, k=K, seed=snapshot.ids[row], **wishes)


def judged(snapshot: Snapshot, kinds: Sequence[str], row: int, **wishes: Any) -> tuple[float, float]:
    """The share of an answer that is of the asker's kind, and the mean distance of its pairs."""
    rows = recommend(asked(snapshot, row, **wishes), snapshot).rows
    looks = snapshot.looks_of(np.array(rows))
    apart = 1 - (looks @ looks.T)[np.triu_indices(len(rows), 1)]
    return float(np.mean([kinds[one] == kinds[row] for one in rows])), float(apart.mean())


def dialled(snapshot: Snapshot, **wishes: Any) -> dict[str, Any]:
    """Precision and distance by dial, with what each differs from the dial at 0."""
    kinds = snapshot.columns.words("category", np.arange(len(snapshot)))
    apart = [i for at, i in enumerate(snapshot.ids) if position(i, "stages") >= 0.5 and snapshot.pictured[at]]
    rows = [snapshot.row_of[i] for i in data.sample(apart, ASKERS)]
    found = {
        dial: np.array([judged(snapshot, kinds, row, diversity=dial, **wishes) for row in rows])
        for dial in DIALS
    }
    figures: dict[str, Any] = {"askers": len(rows)}
    for dial, values in found.items():
        told = {}
        for at, name in enumerate(("precision", "distance")):
            told[name] = plain(values[:, at])
            told[f"{name}_change"] = plain(values[:, at] - found[0.0][:, at])
        figures[f"{dial:g}"] = told
        changes = [told[f"{name}_change"] for name in ("precision", "distance")]
        print(f"dial {dial:g}", told["precision"]["mean"], told["distance"]["mean"], *changes, flush=True)
    return figures


def plain(values: Any) -> dict[str, float]:
    found = estimate(values)
    return {"mean": round(found.mean, 4), "low": round(found.low, 4), "high": round(found.high, 4)}


def with_a_table(snapshot: Snapshot) -> Snapshot:
    """The same products with brands, availability and groups, of which this catalogue has none."""
    table, count = snapshot.columns.table, len(snapshot)
    titles = table.column("title").to_pylist()
    columns = {
        "brand": [title.split(" ")[0] for title in titles],
        "availability": ["out of stock" if at % 10 == 3 else "in stock" for at in range(count)],
        "group": [f"g{at // 3}" for at in range(count)],
    }
    for name, values in columns.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type))
    return Snapshot(
        version=1,
        products=table,
        picture_product=snapshot.picture_product,
        position=snapshot.position,
        looks=snapshot.looks,
        norms=snapshot.norms,
        palettes=np.zeros((len(snapshot.looks), 5, 4), dtype=np.float32),
    )


def timed(snapshot: Snapshot) -> dict[str, Any]:
    """Milliseconds of an answer by the stages that are on, taken in turns, and ratios to none."""
    rows = [snapshot.row_of[i] for i in data.sample(snapshot.ids, TIMED)]
    taken: dict[str, list[float]] = {name: [] for name in STAGES}
    for wishes in STAGES.values():
        recommend(asked(snapshot, rows[0], **wishes), snapshot)
    for row in rows:
        for name, wishes in STAGES.items():
            query = asked(snapshot, row, **wishes)
            start = time.perf_counter()
            recommend(query, snapshot)
            taken[name].append((time.perf_counter() - start) * 1e3)
    base = statistics.median(taken["none"])
    return {
        name: {
            "p50": round(statistics.median(values), 2),
            "p95": round(float(np.percentile(values, 95)), 2),
            "ratio": round(statistics.median(values) / base, 2),
        }
        for name, values in taken.items()
    }


def dials(work: Path) -> dict[str, Any]:
    """Figures of the dial in three shops, and in the largest by what else the score is made of."""
    demo = Index.open_or_create(work / "index" / "stages-demo")
    demo.add(draw_shop(work / "stages-demo"))
    shops = {name: data.indexed(name, work) for name in ("fashion-small", "clothing-cc0")}
    snapshots = {name: index._now().snapshot for name, index in (*shops.items(), ("demo", demo))}
    return {
        "k": K,
        "products": {name: len(snapshot) for name, snapshot in snapshots.items()},
        "dials": {name: dialled(snapshot) for name, snapshot in snapshots.items()},
        "ways": {way: dialled(snapshots["fashion-small"], **wishes) for way, wishes in WAYS.items()},
    }


def main() -> int:
    data.require("fashion-small", "clothing-cc0")
    with data.work_folder() as work:
        if "time" in sys.argv[1:]:
            figures = json.loads((record.RESULTS / "stages.json").read_text(encoding="utf-8"))
            large = Index.open(work / "index" / "fashion-small")
        else:
            figures = dials(work)
            large = data.indexed("fashion-small", work)
        figures["milliseconds"] = timed(with_a_table(large._now().snapshot))
        figures["load"] = record.load()
    for name, speed in figures["milliseconds"].items():
        print(name, speed)
    record.write("stages", {name: told for name, told in figures.items() if name != "machine"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
