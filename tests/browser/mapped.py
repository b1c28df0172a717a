"""The map of the explore page: what is on it, and hands on it."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

MAP = ".map-place:not([aria-busy]) .map-canvas"
PIXEL = """id => {
  const [left, top] = lookalikeMap.pixel(id);
  const box = document.querySelector(".map-canvas").getBoundingClientRect();
  return [box.left + left, box.top + top];
}"""
COLOUR = """id => {
  const canvas = document.querySelector(".map-canvas");
  const [left, top] = lookalikeMap.pixel(id).map(one => one * canvas.width / canvas.clientWidth);
  return [...canvas.getContext("2d").getImageData(Math.floor(left), Math.floor(top), 1, 1).data].slice(0, 3);
}"""
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


def opened(
    visit: Any, path: str = "/explore", width: int = 1280, scheme: str = "light", **wishes: Any
) -> Any:
    """The explore page, once its map is drawn."""
    page = visit(path, width, scheme, **wishes)
    drawn(page)
    return page


def drawn(page: Any) -> None:
    page.wait_for_selector(MAP)
    page.wait_for_selector(".map-list li")
    page.evaluate(SETTLED)


def place_of(page: Any, id: str) -> tuple[float, float]:
    """Where a product lies in the window, in pixels."""
    left, top = page.evaluate(PIXEL, id)
    return left, top


def colour_of(page: Any, id: str) -> tuple[int, ...]:
    """The colour in the middle of a product's disc."""
    page.evaluate(SETTLED)
    return tuple(page.evaluate(COLOUR, id))


def swatch_of(page: Any, value: str) -> tuple[int, ...]:
    """The colour of a value in the legend."""
    swatch = page.locator(".legend-value").filter(has_text=value).locator(".legend-swatch")
    told = swatch.evaluate("swatch => getComputedStyle(swatch).backgroundColor.match(/[\\d.]+/g).map(Number)")
    return tuple(int(one) for one in told[:3])


def outline(page: Any, left: float, top: float, radius: float) -> None:
    """Draw a circle with the mouse."""
    page.mouse.move(left + radius, top)
    page.mouse.down()
    for step in range(1, 25):
        turn = 2 * pi * step / 24
        page.mouse.move(left + radius * cos(turn), top + radius * sin(turn))
    page.mouse.up()


def zoom_of(page: Any) -> float:
    zoom: float = page.evaluate("lookalikeMap.camera.zoom")
    return zoom


def big_map(count: int) -> dict[str, Any]:
    """A made map of so many products in forty heaps, as the service would give it."""
    import numpy as np

    made = np.random.default_rng(7)
    heaps = made.random((40, 2)) * 0.84 + 0.08
    code = made.integers(0, 40, count)
    points = np.clip(heaps[code] + made.normal(0, 0.025, (count, 2)), 0, 1)
    ids = [f"p{row}" for row in range(count)]
    paint = {"name": "kind", "values": [f"Kind {one}" for one in range(40)], "codes": code.tolist()}
    return {
        "ids": ids,
        "titles": [f"Product {row}" for row in range(count)],
        "x": np.round(points[:, 0], 4).tolist(),
        "y": np.round(points[:, 1], 4).tolist(),
        "paints": [{**paint, "tints": [], "folded": 0}],
        "method": "made",
        "version": 1,
        "seconds": 0.0,
        "placed": 0,
        "settings": {},
    }


def answered_by(page: Any, count: int, tiles: dict[str, Any] | None = None) -> None:
    """Have the page's questions answered by a catalogue of so many products."""
    laid = big_map(count)
    standing = {
        "products": count,
        "placed": 0,
        "version": 1,
        "stale": False,
        "method": "made",
        "seconds": 0.0,
    }
    counts = {"products": count, "pictures": count, "version": 1, "charts": [], "map": standing}
    nothing = {"size": 40, "columns": 1, "rows": 1, "sheets": [], "points": []}
    page.route("**/v1/explore", lambda route: route.fulfill(json=counts))
    page.route("**/v1/explore/map", lambda route: route.fulfill(json=laid))
    page.route("**/v1/explore/thumbnails", lambda route: route.fulfill(json=tiles or nothing))
