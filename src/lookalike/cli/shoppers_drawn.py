"""The drawn shoppers of ``lookalike demo``: what they did, written beside the shop, and what to ask of it."""

from __future__ import annotations

import csv
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from lookalike.cli.output import called

if TYPE_CHECKING:
    from lookalike.index import Index

_WHOLE = 640  # products of a shop that has all of the shoppers
_KNOWN = 60  # events of a shopper whose taste shows
_TELLING = ("liked", "bought")


def drawn_events(table: Path) -> Path:
    """The table of events beside that of a drawn shop; one that is as new as the shop is kept."""
    from lookalike.demo.behaviour import EVENTS, SHOPPERS, draw_behaviour, write_events
    from lookalike.demo.shop import kept_plan

    path = table.with_name("events.csv")
    if path.exists() and path.stat().st_mtime >= table.stat().st_mtime:
        return path
    items = kept_plan(table.parent)
    share = min(1.0, len(items) / _WHOLE)
    now = int(time.time() * 1000)
    events = draw_behaviour(items, now, shoppers=round(SHOPPERS * share), events=round(EVENTS * share))
    return write_events(path, events)


def to_try(index: Index, events: Path, home: str) -> list[str]:
    """Lines that say what to ask a shop whose shoppers are known; ``home`` is its index for a shell."""
    with events.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    did = Counter(row["user"] for row in rows)
    chose = Counter(row["user"] for row in rows if row["event"] in _TELLING)
    known = [user for user in sorted(did) if did[user] >= _KNOWN] or sorted(did)
    who = max(known[:20], key=lambda user: (chose[user], user))
    bought = Counter(row["item"] for row in rows if row["event"] == "bought" and row["item"] in index)
    product = max(sorted(bought), key=lambda item: bought[item]) if bought else index.ids[0]
    ask = f"{called()} {{}} --index {home}"
    return [
        f"{len(rows):,} events of {len(did):,} drawn shoppers: {events}. What is right for one of them:",
        f"  {ask.format(f'recommend --user {who}')}",
        f"  {ask.format(f'shoppers show {who}')}",
        "What goes with a product, and a look under a budget:",
        f"  {ask.format(f'goes-with {product}')}",
        f"  {ask.format(f'outfit {product} --budget 250')}",
    ]
