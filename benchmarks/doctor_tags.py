"""Are wrong tags found, are missing ones told, and how often is that right?

In each of several rounds a share of the labels of every tag column is swapped for another label of the
column, any as likely as any other or each as likely as it is frequent, or is blanked. What the doctor then
says is compared with what stood there before. Whatever was not swapped counts as a false alarm, although some
of it is wrong too (decision 0025 says what was seen when 130 of these were looked at). With and without the
voices of titles and of other columns. Choices were made on parts of fashion-small that fashion-300 does not
hold.
Intervals are 95% bootstrap over planted or told products.

    python benchmarks/doctor_tags.py [SET ...]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import data
import numpy as np
import pyarrow as pa
import record

from lookalike import Index, open_catalog
from lookalike.demo.shop import draw_shop
from lookalike.doctor.case import Case
from lookalike.doctor.finding import LIKELY, SURE, Finding, Unjudged
from lookalike.doctor.tags.telling import tags
from lookalike.neighbours.snapshot import Snapshot

SWAPPED = 0.05
BLANKED = 0.2
FASHION = ("category", "baseColour")
ALL_FASHION = (*FASHION, "gender", "usage", "subCategory", "masterCategory")
SETS: dict[str, tuple[tuple[str, ...], tuple[str, ...], int]] = {
    "fashion-300": (FASHION, ALL_FASHION, 5),
    "clothing-cc0": (("category",), ("category",), 5),
    "grocery": (("category",), ("category",), 10),
    "demo": (("category", "color", "pattern"), ("category", "color", "pattern"), 3),
}
"""By set the columns that are told of, those that are planted into, and how many rounds."""
BARS = {"category": 0.8, "baseColour": 0.6, "color": 0.6, "pattern": 0.8}
NAMES = {"fashion-300": {"category": "articleType"}}
VOICES = {"pictures alone": False, "with titles and columns": True}
BINS = np.linspace(0, 1, 11)
Truth = dict[str, dict[str, str]]
"""By column what the labels of products were before."""


@dataclass
class Told:
    """What was said of one column in all rounds: how surely, whether rightly, and how many were planted."""

    said: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    corrected: list[bool] = field(default_factory=list)
    planted: int = 0
    unjudged: set[str] = field(default_factory=set)


def cells(table: pa.Table, name: str) -> list[str]:
    if name == "category":
        return [value or "" for value in table.column("category").to_pylist()]
    rows = table.column("attributes").to_pylist()
    return [next((cell["value"] for cell in row or () if cell["name"] == name), "") for row in rows]


def written(table: pa.Table, columns: Mapping[str, Sequence[str]]) -> pa.Table:
    """The table with other values in some columns; an empty one leaves its product without the attribute."""
    rows = table.column("attributes").to_pylist()
    for name, values in columns.items():
        if name == "category":
            at = table.schema.get_field_index(name)
            table = table.set_column(
                at, table.schema.field(at), pa.array(values, table.schema.field(at).type)
            )
            continue
        for place, value in enumerate(values):
            kept = [cell for cell in rows[place] or () if cell["name"] != name]
            rows[place] = [*kept, {"name": name, "value": value}] if value else kept
    at = table.schema.get_field_index("attributes")
    return table.set_column(at, table.schema.field(at), pa.array(rows, table.schema.field(at).type))


def planted(shop: Snapshot, columns: Sequence[str], how: str, seed: int) -> tuple[Snapshot, Truth]:
    """The shop with labels swapped or blanked in each of the columns, apart from one another."""
    chance = np.random.default_rng(seed)
    made: dict[str, list[str]] = {}
    truth: Truth = {}
    for name in columns:
        values = cells(shop.columns.table, name)
        has = np.flatnonzero([bool(value) for value in values])
        labels, counts = np.unique([values[row] for row in has], return_counts=True)
        shares = counts / counts.sum() if how == "frequent" else np.full(len(labels), 1 / len(labels))
        share = BLANKED if how == "blank" else SWAPPED
        truth[name] = {}
        for row in chance.choice(has, round(share * len(has)), replace=False).tolist():
            was = truth[name][shop.ids[row]] = values[row]
            values[row] = ""
            while how != "blank" and values[row] in ("", was):
                values[row] = str(chance.choice(labels, p=shares))
        made[name] = values
    return with_table(shop, written(shop.columns.table, made)), truth


def with_table(shop: Snapshot, table: pa.Table) -> Snapshot:
    made = Snapshot(
        version=shop.version,
        products=table,
        picture_product=shop.picture_product,
        position=shop.position,
        looks=shop.looks,
        norms=shop.norms,
        palettes=shop.palettes.values[shop.picture_product],
    )
    made.copies = shop.copies
    return made


def case_of(shop: Snapshot, like: Case | None = None) -> Case:
    """A case for judging tags alone; the neighbours are those of another case of the same pictures."""
    sizes = np.zeros((len(shop.position), 2), dtype=np.int32)
    made = Case(shop, sizes, [], lambda _: {}, lambda _: np.empty((0, 1), dtype=np.float32))
    if like is not None:
        vars(made)["neighbours"] = like.neighbours
    return made


def rounds(shop: Snapshot, name: str, how: str, heard: bool) -> dict[str, Told]:
    """What is said of each column in all rounds."""
    told_of, into, count = SETS[name]
    found = {column: Told() for column in told_of}
    base = case_of(shop)
    for seed in range(count):
        spoilt, truth = planted(shop, into, how, seed)
        for column in told_of:
            found[column].planted += len(truth[column])
        for one in tags(case_of(spoilt, base), titles=heard, others=heard):
            if isinstance(one, Unjudged):
                if one.field in found:
                    found[one.field].unjudged.add(one.why)
            elif one.field in found:
                hear(found[one.field], one, truth[one.field], how)
    return found


def hear(told: Told, one: Finding, truth: Mapping[str, str], how: str) -> None:
    was = truth.get(one.products[0])
    if (one.kind == "missing-tag") != (how == "blank") or (how == "blank" and was is None):
        return
    told.said.append(one.confidence)
    told.right.append(one.suggestion == was if how == "blank" else was is not None)
    told.corrected.append(one.suggestion == was)


def figures_of(told: Told, how: str, bar: float) -> dict[str, Any]:
    said, right = np.array(told.said), np.array(told.right, dtype=bool)
    found: dict[str, Any] = {"planted": told.planted, "told": len(said), "unjudged": sorted(told.unjudged)}
    found["reliability"], found["calibration_error"] = reliability(said, right)
    if how == "blank":
        sure = said >= SURE
        found["sure"] = share_of(int(sure.sum()), told.planted)
        found["right_where_sure"] = share_of(int(right[sure].sum()), int(sure.sum()))
        found["right"] = share_of(int(right.sum()), told.planted)
        return found
    order = np.argsort(-said, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(said) + 1)
    reached = np.flatnonzero(precision >= bar)
    hits = int(right[order][: reached.max() + 1].sum()) if len(reached) else 0
    found |= {"bar": bar, "recall_at_bar": share_of(hits, told.planted)}
    for name, least in (("likely", LIKELY), ("sure", SURE)):
        here = said >= least
        found[name] = {
            "precision": share_of(int(right[here].sum()), int(here.sum())),
            "recall": share_of(int(right[here].sum()), told.planted),
        }
    corrected = np.array(told.corrected, dtype=bool)[right]
    found["suggestion_right"] = share_of(int(corrected.sum()), len(corrected))
    return found


def share_of(count: int, among: int) -> dict[str, float]:
    return record.interval([1] * count + [0] * (among - count)) if among else {"mean": 0, "low": 0, "high": 1}


def reliability(said: Any, right: Any) -> tuple[list[dict[str, float]], float]:
    """By tenths of confidence from the least that is told: how many, what was said, what is so; and how far
    these lie apart, weighed by how many (expected calibration error)."""
    rows = []
    for low, high in pairwise(BINS):
        here = (said >= low) & ((said < high) | (high == 1))
        if here.any():
            rows.append({"n": int(here.sum()), "said": said[here].mean(), "right": float(right[here].mean())})
    error = sum(row["n"] * abs(row["said"] - row["right"]) for row in rows) / max(len(said), 1)
    return [{key: round(float(value), 3) for key, value in row.items()} for row in rows], round(
        float(error), 4
    )


def shop_of(name: str, work: Path) -> Snapshot:
    if name != "demo":
        return data.indexed(name, work)._now().snapshot
    path = work / "index" / "doctor-demo"
    index = Index.open(path) if path.exists() else Index.create(path)
    index.add(open_catalog(draw_shop(work / "doctor-demo")))
    return index._now().snapshot


def main() -> int:
    names = sys.argv[1:] or [*SETS]
    data.require(*(name for name in names if name != "demo"))
    results: dict[str, Any] = {}
    with data.work_folder() as work:
        for name in names:
            shop = shop_of(name, work)
            for how in ("any", "frequent", "blank"):
                for voices, heard in VOICES.items():
                    for column, told in rounds(shop, name, how, heard).items():
                        shown = NAMES.get(name, {}).get(column, column)
                        made = figures_of(told, how, BARS[column])
                        results.setdefault(name, {}).setdefault(how, {}).setdefault(voices, {})[shown] = made
            show(name, results[name])
            if len(sys.argv) == 1:
                record.write("doctor_tags", {"swapped": SWAPPED, "blanked": BLANKED, "sets": results})
    return 0


def show(name: str, results: Mapping[str, Any]) -> None:
    for how, by_voices in results.items():
        print(f"\n{name}: labels {'blanked' if how == 'blank' else f'swapped for {how} label'}")
        rows = []
        for voices, columns in by_voices.items():
            for column, made in columns.items():
                keys = (
                    ("sure", "right_where_sure") if how == "blank" else ("recall_at_bar", "suggestion_right")
                )
                shares = [f"{made[k]['mean']:.3f} ({made[k]['low']:.3f}-{made[k]['high']:.3f})" for k in keys]
                alarm = made["likely"]["precision"]["mean"] if how != "blank" else made["right"]["mean"]
                rows.append(
                    (f"{column}, {voices}", made["planted"], *shares, alarm, made["calibration_error"])
                )
        last = (
            ("sure", "right where sure", "right, all")
            if how == "blank"
            else ("recall at the bar", "suggestion right", "precision from 0.5")
        )
        record.table(("column", "planted", *last, "calibration error"), rows)


if __name__ == "__main__":
    sys.exit(main())
