"""The guide names what the code knows."""

from __future__ import annotations

import re
from pathlib import Path

from lookalike.deliveries import algolia, ga4, retail, segment
from lookalike.deliveries.kinds import folded
from lookalike.deliveries.plain import ALIASES
from lookalike.events import KINDS

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "events.md").read_text(encoding="utf-8")


def row(start: str) -> str:
    return next(line for line in GUIDE.splitlines() if line.startswith(start))


def test_every_column_name_stands_in_the_guide() -> None:
    for field, names in ALIASES.items():
        *_, cell, _ = row(f"| `{field}` |").split("|")
        assert tuple(re.findall(r"`([^`]+)`", cell)) == names


def test_every_event_of_every_format_stands_in_the_guide() -> None:
    assert all(f"`{kind}`" in GUIDE for kind in KINDS)
    assert all(f"`{name}`" in row("| Google Analytics 4, rows") for name in ga4.KINDS)
    google = row("| Google Retail") + row("| Google Discovery")
    assert all(f"`{name}`" in google for name in retail.KINDS)
    insights = row("| Algolia Insights")
    assert all(f"`{part}`" in insights for names in algolia.KINDS for part in names if part)
    told = folded(row("| Segment"))
    aliases = {"viewedproductcategory", "clickedproduct", "viewedproduct", "addedproduct"}
    assert all(name in told for name in set(segment.KINDS) - aliases)
