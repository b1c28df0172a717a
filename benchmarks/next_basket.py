"""What do known shoppers buy next, again or for the first time, and is what nobody has bought yet ever right?

A gift shop's invoices until a day teach, the first one after it of each shopper who bought before asks. R@10
is the share of its items among the first ten, NDCG@10 their order. Warm items were bought before that day by
somebody, cold ones by nobody: these are reached by what the table says alone (title and price; there are no
pictures). All was chosen on an earlier day. Intervals are 95% bootstrap over shoppers.

    python benchmarks/next_basket.py [--choosing]     (the earlier day; nothing is kept)
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import data
import numpy as np
import record

from lookalike import Index, Product
from lookalike.behaviour.signals import Signals
from lookalike.events import Event
from lookalike.products import Price
from lookalike.vectors import Floats

FILE = "online-retail-2009-2010.parquet"
DAYS = {"choosing": ("2010-09-15", "2010-10-20"), "figures": ("2010-11-01", "2010-12-10")}
K = 10
CUSTOMER = "Customer ID"

Ranked = Callable[[str], Sequence[str]]
"""At least the first K items for a shopper."""


@dataclass(frozen=True)
class Shop:
    """What was sold until a day, and what each known shopper bought next."""

    products: list[Product]
    events: list[Event]
    baskets: dict[str, frozenset[str]]
    cold: frozenset[str]

    def owned(self) -> dict[str, set[str]]:
        """What each shopper had before."""
        found: dict[str, set[str]] = {}
        for event in self.events:
            found.setdefault(event.user, set()).add(event.item)
        return found


def lines() -> Iterator[dict[str, Any]]:
    """The sold lines of products, returns and postage left out."""
    import pyarrow.parquet as pq

    for row in pq.read_table(data.data_folder() / FILE).to_pylist():
        sold = row["Quantity"] > 0 and row["Price"] > 0 and not row["Invoice"].startswith("C")
        if sold and re.match(r"\d{5}", row["StockCode"]):
            row["time"] = (
                int(datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=UTC).timestamp()) * 1000
            )
            row["user"] = "" if row[CUSTOMER] is None else str(int(row[CUSTOMER]))
            yield row


def shop(first: str, last: str) -> Shop:
    """The shop on the first day; its clock is put so that this day is today."""
    cut, end = (
        int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000 for day in (first, last)
    )
    later = int(time.time() * 1000) - cut
    rows = sorted((row for row in lines() if row["time"] < end), key=lambda row: row["time"])
    told: dict[str, tuple[str, float]] = {}
    for row in rows:
        if row["Description"]:
            told.setdefault(row["StockCode"], (row["Description"].strip(), row["Price"]))
    events: dict[tuple[str, str], Event] = {}
    baskets: dict[str, tuple[str, set[str]]] = {}
    for row in rows:
        user, item, invoice = row["user"], row["StockCode"], row["Invoice"]
        if item not in told:
            continue
        if row["time"] < cut:
            one = Event(user, item, "bought", row["time"] + later, float(row["Quantity"]), session=invoice)
            events.setdefault((invoice, item), one)
        elif user and baskets.setdefault(user, (invoice, set()))[0] == invoice:
            baskets[user][1].add(item)
    known = {event.user for event in events.values()}
    sold = {event.item for event in events.values()}
    cold = frozenset(told) - sold
    products = [
        Product(
            item,
            title=title,
            price=Price(Decimal(str(price)), "GBP"),
        )
        for item, (title, price) in told.items()
    ]
    asking = {user: frozenset(items) for user, (_, items) in baskets.items() if user in known}
    return Shop(products, [*events.values()], asking, cold)


def measured(ranked: Ranked, wanted: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """R@10 and NDCG@10 over the shoppers who wanted something."""
    recall, gain = [], []
    for user, items in wanted.items():
        hits = np.array([item in items for item in ranked(user)[:K]], dtype=np.float64)
        worth = 1 / np.log2(np.arange(K) + 2)
        recall.append(hits.sum() / len(items))
        gain.append((hits * worth[: len(hits)]).sum() / worth[: len(items)].sum())
    return {"recall": record.interval(recall), "ndcg": record.interval(gain)}


def plain_ways(sold: Shop, signals: Signals, index: Index) -> dict[str, Callable[[str], Floats]]:
    """Scores (i,) of all sold items for a shopper."""
    records = index._records
    now = int(time.time() * 1000)
    touches = {user: records.touches(user) for user in sold.baskets}
    popular = signals.popular() / max(float(signals.popular().max()), 1e-9)
    counts: dict[str, Floats] = {user: np.zeros(len(signals.items), np.float32) for user in sold.baskets}
    for event in sold.events:
        if event.user in counts:
            counts[event.user][signals.place[event.item]] += 1

    def related(user: str) -> Floats:
        own = [touch.item for touch in touches[user]]
        return np.sum([signals.bought_with(item).score for item in own], axis=0)

    return {
        "popularity": lambda _: popular,
        "bought together": related,
        "what was bought most often": lambda user: counts[user] + popular / 1000,
        "of_history": lambda user: signals.of_history(touches[user], now),
    }


def first_items(signals: Signals, scores: Floats, without: set[str]) -> list[str]:
    """The items with the highest scores."""
    scores = scores.copy()
    scores[[signals.place[item] for item in without if item in signals.place]] = -1
    return [signals.items[at] for at in np.argsort(-scores, kind="stable")[:K].tolist() if scores[at] > 0]


def content_taste(sold: Shop, index: Index) -> Ranked:
    """Products that nobody has bought, by how like their texts are to the last twenty bought."""
    view = index._now()
    rows = np.array([view.snapshot.row(item) for item in sorted(sold.cold)])

    @cache
    def alike(item: str) -> Floats:
        return np.nan_to_num(view.content.scores(view.snapshot.row(item))[rows])

    def ranked(user: str) -> list[str]:
        own = list(dict.fromkeys(touch.item for touch in index._records.touches(user)))[:20]
        scores = np.sum([alike(item) for item in own], axis=0)
        return [view.snapshot.ids[rows[at]] for at in np.argsort(-scores, kind="stable")[:K]]

    return ranked


def figures_of(sold: Shop, index: Index) -> dict[str, Any]:
    signals = index._signals(index._now()).signals
    owned = sold.owned()
    warm = {user: items - sold.cold for user, items in sold.baskets.items()}
    fresh = {user: items - owned[user] for user, items in warm.items()}
    cold = {user: items & sold.cold for user, items in sold.baskets.items()}
    warm, fresh, cold = ({u: items for u, items in part.items() if items} for part in (warm, fresh, cold))
    ways = plain_ways(sold, signals, index)
    again = {
        name: measured(lambda user, way=way: first_items(signals, way(user), set()), warm)
        for name, way in ways.items()
    }
    first = {
        name: measured(lambda user, way=way: first_items(signals, way(user), owned[user]), fresh)
        for name, way in ways.items()
        if name != "what was bought most often"
    }
    shelf: dict[str, list[str]] = {}

    def recommended(user: str) -> list[str]:
        if user not in shelf:
            shelf[user] = [one.id for one in index.recommend(user, K, diversity=0)]
        return shelf[user]

    first["recommend"] = measured(recommended, fresh)
    sought = content_taste(sold, index)
    old = [product.id for product in sold.products if product.id not in sold.cold]
    new = {
        "recommend, among all": measured(recommended, cold),
        "recommend, among new ones": measured(
            lambda user: [one.id for one in index.recommend(user, K, exclude=old, diversity=0)], cold
        ),
        "what is said of the last twenty bought, among new ones": measured(sought, cold),
    }
    shown = [item in sold.cold for user in shelf for item in shelf[user]]
    return {
        "k": K,
        "products": len(sold.products),
        "cold_products": len(sold.cold),
        "events": len(sold.events),
        "shoppers": {"again": len(warm), "first": len(fresh), "cold": len(cold)},
        "bought": {"warm": sum(map(len, warm.values())), "cold": sum(map(len, cold.values()))},
        "again": again,
        "first": first,
        "cold": new,
        "cold_by_chance": round(min(K / len(sold.cold), 1), 4),
        "cold_shown": round(float(np.mean(shown)), 4),
    }


def main() -> None:
    if not (data.data_folder() / FILE).is_file():
        print(f"Skipped: there is no {data.data_folder() / FILE}. Set LOOKALIKE_DATA to its folder.")
        return
    which = "choosing" if "--choosing" in sys.argv else "figures"
    sold = shop(*DAYS[which])
    with tempfile.TemporaryDirectory(prefix="lookalike-bench-") as folder:
        index = Index.create(Path(folder) / "index")
        index.add(sold.products, duplicates=False)
        index.record(sold.events)
        figures = {"from": DAYS[which][0], **figures_of(sold, index)}
    for part in ("again", "first", "cold"):
        print(part, figures["shoppers"][part])
        record.table(
            ("way", "R@10", "NDCG@10"),
            [
                (
                    name,
                    *(f"{row[of]['mean']:.4f} [{row[of]['low']:.4f}, {row[of]['high']:.4f}]" for of in row),
                )
                for name, row in figures[part].items()
            ],
        )
    print(
        {
            name: figures[name]
            for name in ("products", "cold_products", "cold_by_chance", "cold_shown", "bought")
        }
    )
    if which == "figures":
        record.write("next_basket", figures, "scipy")


if __name__ == "__main__":
    main()
