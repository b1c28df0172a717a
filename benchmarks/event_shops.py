"""Shops whose events are known, as indexes: a week's clicks and a year's invoices, both without pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import next_basket
import next_click
from data import data_folder

from lookalike import Index, Product
from lookalike.events import Event

CLICKS, INVOICES = "clicks", "invoices"
FILES = {CLICKS: next_click.TEST, INVOICES: next_basket.FILE}


def there(name: str) -> bool:
    """Whether the data of a shop are there; says where they belong where they are not."""
    path = data_folder() / FILES[name]
    if not path.is_file():
        print(f"Skipped: there is no {path}. Set LOOKALIKE_DATA to its folder.")
    return path.is_file()


def made(name: str, folder: Path) -> tuple[Index, int]:
    """A shop with all its events recorded, and the moment that its own benchmark splits them at."""
    products, events, cut = clicks() if name == CLICKS else invoices()
    index = Index.create(folder)
    index.add(products, duplicates=False)
    for start in range(0, len(events), 5_000):
        index._records.append(events[start : start + 5_000])
    return index, cut


def clicks() -> tuple[list[Product], list[Event], int]:
    """The clicks of next_click.py, those that teach and those that ask; nothing is said of the items."""
    teach, ask = (next_click.rows_of(data_folder() / name) for name in (next_click.TRAIN, next_click.TEST))
    events = [
        Event("", item, "viewed", int(float(at) * 1000), session=visit) for visit, item, at in teach + ask
    ]
    products = [Product(item, title="An item") for item in sorted({event.item for event in events})]
    return products, events, min(int(float(at) * 1000) for _, _, at in ask)


def invoices() -> tuple[list[Product], list[Event], int]:
    """The invoices of next_basket.py, those that teach and those of which the first of each shopper asks."""
    first, last = (
        int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000
        for day in next_basket.DAYS["figures"]
    )
    products = next_basket.shop(*next_basket.DAYS["figures"]).products
    known = {product.id for product in products}
    events: dict[tuple[str, str], Event] = {}
    for row in next_basket.lines():
        invoice, item = row["Invoice"], row["StockCode"]
        if row["time"] < last and item in known:
            one = Event(row["user"], item, "bought", row["time"], float(row["Quantity"]), session=invoice)
            events.setdefault((invoice, item), one)
    return products, [*events.values()], first
