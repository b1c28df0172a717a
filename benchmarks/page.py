"""How soon is there something to see? The page of two shops in a real browser.

A fresh visitor, nothing kept, opens the shop so many times; service and browser share the machine. "Shown"
is when every picture in sight is there. The clock is the browser's own, from the beginning of the navigation.

    python benchmarks/page.py
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import data
import record
from playwright.sync_api import sync_playwright

from lookalike.demo.shop import draw_shop
from lookalike.index import Index
from lookalike.testing.serving import listening

VISITS = 9
BAR_SECONDS = 1.0
SIZES = {"1360 px": {"width": 1360, "height": 850}, "390 px": {"width": 390, "height": 844}}
SETTLED = "main:not([aria-busy]) .view:not(:has([aria-busy]))"
SHOWN = """() => {
  const seen = [...document.images].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth;
  });
  if (!seen.length || !seen.every((one) => one.complete && one.naturalWidth)) return null;
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const loaded = performance.getEntriesByType("resource");
  const pictures = loaded.filter((one) => one.name.includes("/v1/pictures/"));
  return { painted: paint.startTime, shown: Math.max(...pictures.map((one) => one.responseEnd)) };
}"""


def visited(browser: Any, address: str, size: dict[str, int]) -> dict[str, float]:
    """Milliseconds until the first paint and until all in sight is shown, for one fresh visitor."""
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(SETTLED, state="attached")
    while (found := page.evaluate(SHOWN)) is None:
        page.wait_for_timeout(5)
    context.close()
    return dict(found)


def figures_of(browser: Any, index: Path) -> dict[str, Any]:
    """Seconds by the width of the window; the first visit of all is not counted."""
    found = {}
    with listening(index) as address:
        visited(browser, address, SIZES["1360 px"])
        for name, size in SIZES.items():
            taken = [visited(browser, address, size) for _ in range(VISITS)]
            found[name] = {
                part: record.spread([one[part] / 1000 for one in taken]) for part in ("painted", "shown")
            }
    return found


def main() -> None:
    data.require("fashion-small")
    before = record.load()
    with data.work_folder() as work, TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = Index.create(Path(folder) / "index")
        demo.add(draw_shop(Path(folder) / "shop"))
        large = data.indexed("fashion-small", work)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        taken = {}
        for index in (demo, large):
            assert index.path is not None
            taken[f"{len(index):,} products"] = figures_of(browser, index.path)
        chromium = browser.version
        browser.close()
    rows = [
        (shop, size, part, *spread.values())
        for shop, sizes in taken.items()
        for size, parts in sizes.items()
        for part, spread in parts.items()
    ]
    record.write(
        "page",
        {
            "visits": VISITS,
            "chromium": chromium,
            "bar_seconds": BAR_SECONDS,
            "load_before": [before],
            "taken": taken,
        },
    )
    record.table(("shop", "window", "seconds until", "median", "min", "max"), rows)


if __name__ == "__main__":
    sys.exit(main())
