"""How many frames a second does the map of the catalogue draw, with as many products as a large shop has?

A made map of 34,455 products in 120 heaps, with small pictures of the demo shop, in a real browser without a
graphics card; service and browser share the machine. A hand drags and turns the wheel; meanwhile the page
draws anew for every frame, and counts them itself (`?frames`, `lookalikeMap.frames`).

    python benchmarks/map_frames.py
"""

from __future__ import annotations

import base64
import io
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import record
from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

from lookalike.demo.shop import draw_shop
from lookalike.index import Index
from lookalike.testing.serving import listening

PRODUCTS = 34_455
HEAPS = 120
TILES = 2_048
TILE, COLUMNS, ROWS = 40, 32, 32
DRAWN = 96  # products of the demo shop whose pictures are taken
TURNS = 3
SECONDS = 4
BAR_FRAMES = 30
WINDOWS = {
    "1360 px": {"viewport": {"width": 1360, "height": 850}},
    "390 px, two pixels for one": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
}


def made_map() -> dict[str, Any]:
    """A map as the service gives it: heaps of different size and width, and twelve values and a rest."""
    chance = np.random.default_rng(1)
    heap = chance.choice(HEAPS, PRODUCTS, p=chance.dirichlet(np.ones(HEAPS) * 2))
    middle = chance.random((HEAPS, 2)) * 0.9 + 0.05
    width = chance.uniform(0.006, 0.03, HEAPS)
    points = np.clip(middle[heap] + chance.normal(size=(PRODUCTS, 2)) * width[heap, None], 0, 1)
    paint = {
        "name": "kind",
        "values": [f"Kind {one + 1}" for one in range(40)],
        "codes": (heap % 40).tolist(),
        "tints": [],
        "folded": 0,
    }
    x, y = np.round(points, 4).T.tolist()
    ids = [f"p{row}" for row in range(PRODUCTS)]
    laid = {"method": "made", "version": 1, "seconds": 0.0, "placed": 0, "settings": {}}
    return {"ids": ids, "titles": ids, "x": x, "y": y, "paints": [paint], **laid}


def tiles_of(pictures: list[Image.Image]) -> dict[str, Any]:
    """The small pictures of the map, as the service gives them, in sheets that hold themselves."""
    sheets = []
    for first in range(0, TILES, COLUMNS * ROWS):
        sheet = Image.new("RGB", (COLUMNS * TILE, ROWS * TILE), "white")
        for place in range(COLUMNS * ROWS):
            tile = ImageOps.pad(pictures[(first + place) % len(pictures)], (TILE, TILE), color="white")
            sheet.paste(tile, (place % COLUMNS * TILE, place // COLUMNS * TILE))
        sheets.append("data:image/jpeg;base64," + base64.b64encode(jpeg(sheet)).decode())
    points = np.random.default_rng(2).permutation(PRODUCTS)[:TILES].tolist()
    return {"size": TILE, "columns": COLUMNS, "rows": ROWS, "sheets": sheets, "points": points}


def pictures_of(index: Index) -> list[bytes]:
    """The main pictures of all products, 256 pixels at their longest side."""
    return list(index.thumbnails([(id, 0) for id in index.ids]).values())


def jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()


def answered_by(context: Any, pictures: list[Image.Image]) -> None:
    """Have the page's questions answered by the made catalogue."""
    laid, tiles = made_map(), tiles_of(pictures)
    standing = {name: laid[name] for name in ("placed", "version", "method", "seconds")}
    counts = {"products": PRODUCTS, "pictures": PRODUCTS, "version": 1, "charts": []}
    counts["map"] = {"products": PRODUCTS, "stale": False, **standing}
    large = [jpeg(picture) for picture in pictures]

    def picture(route: Any) -> None:
        row = int(route.request.url.split("/p")[-1].split("/")[0])
        route.fulfill(body=large[row % len(large)], content_type="image/jpeg")

    context.route("**/v1/explore", lambda route: route.fulfill(json=counts))
    context.route("**/v1/explore/map", lambda route: route.fulfill(json=laid))
    context.route("**/v1/explore/thumbnails", lambda route: route.fulfill(json=tiles))
    context.route("**/v1/pictures/**", picture)


def hands(page: Any) -> dict[str, Any]:
    """What a hand does for some seconds, by its name."""
    box = page.locator(".map-canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def wheel() -> None:
        page.mouse.move(x, y)
        for step in range(SECONDS * 20):
            page.mouse.wheel(0, -70 if step < SECONDS * 10 else 70)
            page.wait_for_timeout(50)

    def drag() -> None:
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(SECONDS * 40):
            turn = 2 * np.pi * step / 40
            page.mouse.move(x + 110 * np.cos(turn) - 110, y + 90 * np.sin(turn))
            page.wait_for_timeout(25)
        page.mouse.up()

    def closer(times: int) -> Any:
        def act() -> None:
            page.mouse.move(x, y)
            for _ in range(times):
                page.mouse.wheel(0, -100)
                page.wait_for_timeout(30)
            page.wait_for_timeout(500)
            page.evaluate("lookalikeMap.count()")
            drag()

        return act

    return {
        "the whole map, still": lambda: page.wait_for_timeout(1000 * SECONDS),
        "zooming in and out": wheel,
        "panning, a quarter in sight": closer(4),
        "panning, a fiftieth in sight": closer(10),
    }


def frames_of(context: Any, address: str) -> dict[str, dict[str, float]]:
    """Frames a second, the slowest twentieth and the drawing in milliseconds, by what the hand did."""
    page = context.new_page()
    page.goto(f"{address}/explore?frames")
    page.wait_for_selector(".map-place:not([aria-busy]) .map-canvas")
    page.wait_for_timeout(1500)
    found = {}
    for name, act in hands(page).items():
        page.get_by_role("button", name="Whole map").click()
        page.wait_for_timeout(600)
        page.evaluate("lookalikeMap.count()")
        act()
        found[name] = page.evaluate("({...lookalikeMap.frames})")
    page.close()
    return found


def main() -> None:
    before = record.load()
    taken: dict[str, dict[str, list[dict[str, float]]]] = {window: {} for window in WINDOWS}
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = Index.create(Path(folder) / "index")
        demo.add(draw_shop(Path(folder) / "shop", DRAWN))
        shown = [Image.open(io.BytesIO(data)).convert("RGB") for data in pictures_of(demo)]
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        chromium = browser.version
        with listening(demo) as address:
            for _ in range(TURNS):
                for window, wishes in WINDOWS.items():
                    context = browser.new_context(**wishes)
                    answered_by(context, shown)
                    for name, frames in frames_of(context, address).items():
                        taken[window].setdefault(name, []).append(frames)
                    context.close()
        browser.close()
    figures = {
        window: {
            name: {
                part: record.spread([one[part] for one in turns], 1)
                for part in ("rate", "slowest", "drawing")
            }
            for name, turns in hand.items()
        }
        for window, hand in taken.items()
    }
    record.write(
        "map_frames",
        {
            "products": PRODUCTS,
            "turns": TURNS,
            "seconds": SECONDS,
            "bar_frames": BAR_FRAMES,
            "chromium": chromium,
            "load_before": [before],
            "taken": figures,
        },
    )
    record.table(
        ("window", "hand", "frames/s", "least", "slowest 5%, ms", "drawing, ms"),
        [
            (
                window,
                name,
                one["rate"]["median"],
                one["rate"]["min"],
                one["slowest"]["median"],
                one["drawing"]["median"],
            )
            for window, hand in figures.items()
            for name, one in hand.items()
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
