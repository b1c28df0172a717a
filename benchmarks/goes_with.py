"""What goes with what: how often is a product of another kind of the same gender, use and season?

Where behaviour is silent, products of other kinds come by style. Of the first 10 for each asker, by style
with all that a table says, and with one column hidden that is then asked for; chance is any product of the
same other kinds. In the drawn shop it is known which kinds go together: there, style alone and with its
shoppers' 20,000 events. Askers are drawn by hash. The few weights of style were set by looking at results
of some forty askers and at 300 drawn from all, so that these are not figures of unseen askers; the weight of
kinds was chosen on half of the drawn shop. Intervals are 95% bootstrap ones.

    python benchmarks/goes_with.py
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import data
import numpy as np
import record

from lookalike import Index, open_catalog
from lookalike.content.style import Agreeing, Style
from lookalike.demo.behaviour import EVENTS, SHOPPERS, draw_behaviour
from lookalike.demo.shop import draw_shop, kept_plan
from lookalike.demo.ties import BESIDE
from lookalike.recommend.reasons import leaf
from lookalike.vectors import Floats

K = 10
ASKERS = 200
COLUMNS = ("gender", "usage", "season")
NOW = 1_790_000_000_000  # milliseconds since 1970


def askers(ids: Iterable[str]) -> list[str]:
    """Some askers, the same each time."""
    return data.sample(ids, ASKERS)


def best(told: Floats) -> Any:
    """The rows of the K best."""
    there = np.flatnonzero(~np.isnan(told))
    return there[np.argsort(-told[there], kind="stable")[:K]]


def agreement(index: Index, columns: Iterable[str]) -> dict[str, Any]:
    """How often the first of other kinds agree with the asker in each column, and how often by chance."""
    view = index._now()
    snapshot, style = view.snapshot, Style(view.snapshot, view.kinds)
    fields = dict(style.fields)
    rows = [snapshot.row_of[i] for i in askers(snapshot.ids)]
    found: dict[str, Any] = {"askers": len(rows), "trust": {n: round(f.trust, 3) for n, f in fields.items()}}
    for column in columns:
        coded = snapshot.columns.text(column)
        if coded is None:
            continue
        ways: dict[str, dict[str, Agreeing]] = {
            "all": fields,
            "hidden": {name: field for name, field in fields.items() if name != column},
            "looks": {},
        }
        values: dict[str, list[float]] = {name: [] for name in (*ways, "chance")}
        for row in rows:
            if coded.codes[row] < 0:
                continue
            for name, some in ways.items():
                style.fields = some
                told = style.told(row)
                if np.isnan(told).all():
                    continue
                values[name].append(float((coded.codes[best(told)] == coded.codes[row]).mean()))
                if name == "all":
                    there = ~np.isnan(told)
                    values["chance"].append(float((coded.codes[there] == coded.codes[row]).mean()))
        style.fields = fields
        found[column] = {name: record.interval(of) for name, of in values.items() if of}
    return found


def right_kinds(index: Index) -> dict[str, Any]:
    """How many of the first K are of a kind that is drawn to go with the asker's, and by chance."""
    ids = askers(index.ids)
    kinds = {i: leaf(product.category) for i, product in index.products(index.ids).items()}
    told, chance, most = [], [], []
    for asker in ids:
        right = BESIDE[kinds[asker]]
        told.append(np.mean([kinds[i] in right for i in index.goes_with(asker, k=K).ids]))
        others = [kind for kind in kinds.values() if kind != kinds[asker]]
        chance.append(np.mean([kind in right for kind in others]))
        most.append(min(K, 3 * len(right)) / K)
    return {
        "askers": len(ids),
        "goes_with": record.interval(told),
        "chance": round(float(np.mean(chance)), 4),
        "most_there_can_be": round(float(np.mean(most)), 4),
    }


def timed(ask: Callable[[str], Any], ids: Iterable[str]) -> dict[str, float]:
    """Milliseconds of an answer."""
    taken = []
    for asker in ids:
        began = time.perf_counter()
        ask(asker)
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": round(float(np.median(taken)), 2), "p95": round(float(np.percentile(taken, 95)), 2)}


def drawn(folder: Path) -> dict[str, Any]:
    """The drawn shop, before its shoppers did anything and after."""
    index = Index.create(folder / "index")
    index.add(open_catalog(draw_shop(folder / "shop")), duplicates=False, fit=False)
    silent = right_kinds(index)
    events = draw_behaviour(kept_plan(folder / "shop"), NOW, shoppers=SHOPPERS, events=EVENTS)
    recorded = index.record(events)
    return {"style": silent, "events": recorded.recorded, "behaviour": right_kinds(index)}


def main() -> None:
    data.require("fashion-small")
    figures: dict[str, Any] = {}
    with data.work_folder() as work:
        fashion = data.indexed("fashion-small", work)
        figures["fashion-small"] = agreement(fashion, COLUMNS)
        ids = data.sample(fashion.ids, 200)
        fashion.goes_with(ids[0])
        figures["milliseconds"] = timed(fashion.goes_with, ids)
    with tempfile.TemporaryDirectory() as folder:
        figures["drawn shop"] = drawn(Path(folder))
    rows = [
        [column, *(f"{told[name]['mean']:.3f}" for name in ("all", "hidden", "looks", "chance"))]
        for column, told in figures["fashion-small"].items()
        if column in COLUMNS
    ]
    record.table(["column", "style", "column hidden", "looks alone", "chance"], rows)
    print(figures["milliseconds"], figures["drawn shop"])
    record.write("goes_with", figures)


if __name__ == "__main__":
    main()
