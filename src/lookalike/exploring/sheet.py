"""What there is to explore as a page that opens offline, with data, pictures, scripts and styles inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from lookalike.errors import unwritable
from lookalike.exploring.documents import CatalogMap, Chart, Counts, MapStanding, Matrix
from lookalike.exploring.inlining import BEGIN, import_map, name_of, script_json, styles

_TITLE = "What is in the catalogue"
_CSP = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data: blob:"
_START = f"""
import {{ showExplore }} from "{name_of(BEGIN)}";
showExplore(
  document.getElementById("explore"),
  JSON.parse(document.getElementById("explore-data").textContent),
);
"""


@dataclass(frozen=True)
class Page:
    """All there is to see of one index; ``tiles`` is the document of the map's thumbnails."""

    counts: Counts
    standing: MapStanding | None
    map: CatalogMap | None
    matrix: Matrix | None
    tiles: Mapping[str, Any] | None

    def to_dict(self) -> dict[str, Any]:
        """The data of the page as one JSON-ready document."""
        return {
            "counts": counts_document(self.counts, self.standing),
            "map": None if self.map is None else self.map.to_dict(),
            "matrix": None if self.matrix is None else self.matrix.to_dict(),
            "thumbnails": None if self.tiles is None else dict(self.tiles),
        }

    def html(self) -> str:
        """The whole page; without scripts it shows the counts as tables."""
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<meta http-equiv="content-security-policy" content="{escape(_CSP)}">'
            '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
            f"<title>{_TITLE}</title><style>{styles()}</style>"
            f'<script type="importmap">{import_map()}</script></head><body><main>'
            f'<div id="explore"></div><noscript><h1>{_TITLE}</h1>{_tables(self.counts)}</noscript></main>'
            f'<script type="application/json" id="explore-data">{script_json(self.to_dict())}</script>'
            f'<script type="module">{_START}</script></body></html>\n'
        )


def counts_document(counts: Counts, standing: MapStanding | None) -> dict[str, Any]:
    """The counts, and how far there is a map, as one JSON-ready document."""
    return {**counts.to_dict(), "map": None if standing is None else standing.to_dict()}


def write_page(page: Page, path: Path) -> Path:
    """Write a page. Raises `StorageError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.html(), encoding="utf-8", errors="replace")
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def _tables(counts: Counts) -> str:
    """The counts for a browser that runs no scripts."""
    lead = f"<p>{counts.products:,} products, {counts.pictures:,} pictures. The map needs JavaScript.</p>"
    return lead + "".join(map(_table, counts.charts))


def _table(chart: Chart) -> str:
    unit = f" ({escape(chart.unit)})" if chart.unit else ""
    rows = "".join(
        f'<tr><th scope="row">{escape(bar.name)}</th><td>{bar.count:,}</td></tr>' for bar in chart.bars
    )
    return f"<table><caption>{escape(chart.name)}{unit}</caption>{rows}</table>"
