"""The explore page where there is no map, nothing, or very much, in a file of its own, and for everyone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookalike import Index
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

from .cards import expect, wait_for_rest
from .mapped import MAP, SETTLED, answered_by, big_map, drawn, opened, outline, place_of
from .test_duplicates_states import SCREENS, SHIFTS, check


@pytest.mark.parametrize(("width", "scheme"), [*SCREENS, (768, "light")])
def test_the_page_is_for_everyone(atlas: Any, serious: Any, width: int, scheme: str) -> None:
    page = opened(atlas, "/explore?id=0101&id=0100&id=0007&id=m1", width, scheme)
    check(page, serious, width)
    page.locator(".legend-value").first.click()
    page.get_by_label("Find on the map").fill("cobalt")
    expect(page.locator(".map-found")).not_to_be_empty()
    check(page, serious, width)
    page.get_by_role("button", name="How alike are they?").click()
    page.wait_for_selector(".matrix-table")
    check(page, serious, width)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_the_map_comes(atlas: Any, width: int) -> None:
    page = opened(atlas, width=width)
    page.context.add_init_script(SHIFTS)
    page.reload()
    wait_for_rest(page)
    drawn(page)
    assert page.evaluate("shifted") <= 0.05


def test_a_map_is_laid_out_by_a_button(visit: Any, serving: Any, serious: Any, tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(tiny_shop().products, duplicates=False)
    with serving(index) as address:
        visit.address = address
        page = visit("/explore")
        page.get_by_role("heading", name="No map is laid out yet").wait_for()
        assert serious(page) == []
        page.get_by_role("button", name="Lay out the map").click()
        page.wait_for_selector(MAP, timeout=60_000)
        expect(page.locator(".map-list-title")).to_have_text(f"In sight: {len(tiny_shop().products)}")
        visit.close()


def test_who_may_not_write_is_told_how_a_map_comes(visit: Any, serving: Any, tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(tiny_shop().products, duplicates=False)
    with serving(index, ServiceConfig(read_keys=(), write_keys=("w" * 32,))) as address:
        visit.address = address
        page = visit("/explore")
        page.get_by_role("heading", name="No map is laid out yet").wait_for()
        assert page.get_by_role("button", name="Lay out the map").count() == 0
        page.get_by_role("button", name="Enter a key").click()
        page.get_by_role("textbox", name="Write key").fill("w" * 32)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Lay out the map").wait_for()
        visit.close()


def test_an_empty_shop_says_what_to_do(visit: Any, serving: Any, tmp_path: Path) -> None:
    with serving(Index.create(tmp_path / "empty", GridEncoder())) as address:
        visit.address = address
        page = visit("/explore")
        page.get_by_role("heading", name="There is nothing in this shop yet").wait_for()
        visit.close()


def test_a_map_that_cannot_be_had_is_told_and_the_charts_are_there(atlas: Any) -> None:
    page = atlas("/photo")
    problem = {
        "title": "Busy",
        "detail": "Too much is asked at once.",
        "code": "busy",
        "next_step": "Try again.",
    }
    page.route("**/v1/explore/map", lambda route: route.fulfill(status=503, json=problem), times=1)
    page.goto("/explore")
    page.get_by_text("Too much is asked at once.").wait_for()
    expect(page.locator(".chart").first).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    drawn(page)
    atlas.forgive("503")


def test_34_thousand_products_are_looked_through_without_the_page_growing(atlas: Any) -> None:
    page = atlas("/photo")
    answered_by(page, 34_000)
    page.route(
        "**/v1/pictures/**", lambda route: route.fulfill(status=200, body=PICTURE, content_type="image/png")
    )
    page.goto("/explore?frames")
    drawn(page)
    expect(page.locator(".map-list-title")).to_have_text("In sight: 34,000")
    few = page.locator("*").count()
    first = page.evaluate("lookalikeMap.frames.count")
    left, top = place_of(page, "p0")
    page.mouse.move(left, top)
    for _ in range(20):
        page.mouse.wheel(0, -150)
    page.wait_for_function("count => lookalikeMap.frames.count > count + 20", arg=first)
    page.wait_for_function("() => !document.querySelector('.map-list-title').textContent.includes('34,000')")
    page.wait_for_function("() => lookalikeMap.camera.zoom > 100")
    assert page.locator("*").count() < 2 * few
    page.evaluate(SETTLED)
    page.mouse.click(*place_of(page, "p0"))
    page.get_by_text("This product is not in the shop").wait_for()
    atlas.forgive("404")


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763b86060000003010101"
    "b1a9a7df0000000049454e44ae426082"
)


def test_places_are_found_as_by_trying_each_and_pictures_lie_apart(atlas: Any) -> None:
    page = opened(atlas)
    wrong = page.evaluate(
        """async map => {
          const { pointsOf, spread, wantedOrder } = await import("/assets/x/parts/map-points.js");
          const points = pointsOf(map);
          const wrong = [];
          const all = map.x.map((_, row) => row);
          for (let ask = 0; ask < 60; ask += 1) {
            const [x, y, r] = [(ask * 0.377) % 1, (ask * 0.719) % 1, 0.01 + (ask % 7) / 60];
            const far = row => Math.hypot(points.x[row] - x, points.y[row] - y);
            const near = all.filter(row => far(row) <= r).sort((a, b) => far(a) - far(b))[0] ?? -1;
            const told = points.nearest(x, y, r, r);
            if (told !== near && !(told >= 0 && far(told) === far(near))) wrong.push(["nearest", ask]);
            const off = (row, x, y) => [Math.abs(points.x[row] - x), Math.abs(points.y[row] - y)];
            const inside = all.filter(row => Math.max(...off(row, x, y)) <= r);
            const box = points.within(x - r, y - r, x + r, y + r);
            if (box.length !== inside.length) wrong.push(["within", ask]);
            const row = (ask * 31) % points.count;
            const from = other => Math.hypot(...off(other, points.x[row], points.y[row]));
            const beside = all.filter(other => other !== row).map(from).sort((a, b) => a - b).slice(0, 5);
            if (points.around(row, 5).map(from).join() !== beside.join()) wrong.push(["around", ask]);
            const corners = [[x - r, y], [x, y - r], [x + r, y], [x, y + r]];
            const diamond = all.filter(row => off(row, x, y)[0] + off(row, x, y)[1] < r);
            if (points.enclosed(corners).length !== diamond.length) wrong.push(["enclosed", ask]);
          }
          const order = wantedOrder(points.count, [5, 3]);
          if (new Set(order).size !== points.count || order[0] !== 5) wrong.push(["order"]);
          const apart = spread(points, order, 1.5);
          let before = new Set();
          for (const distance of [0.4, 0.2, 0.1, 0.05, 0.02, 0.004]) {
            const { rows, count } = apart.upTo(distance);
            const shown = rows.slice(0, count);
            if ([...before].some(row => !shown.includes(row))) wrong.push(["gone", distance]);
            before = new Set(shown);
            for (const a of shown) for (const b of shown) {
              const [across, down] = [points.x[a] - points.x[b], points.y[a] - points.y[b]].map(Math.abs);
              if (a < b && across * 1.5 < distance && down < distance) wrong.push(["close", distance]);
            }
          }
          return [wrong, before.size];
        }""",
        big_map(1500),
    )
    assert wrong[0] == []
    assert wrong[1] > 500


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_page_opens_from_a_file_and_asks_for_nothing(
    chromium: Any, serious: Any, mapped_index: Index, tmp_path: Path, width: int, scheme: str
) -> None:
    path = mapped_index.explore.html(tmp_path / "explore.html", ["0101", "0100", "0007"])
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    drawn(page)
    expect(page.locator(".matrix-table tbody tr")).to_have_count(3)
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.mouse.click(*place_of(page, "0101"))
    expect(page.locator(".map-card-near .link").first).to_be_visible()
    page.locator(".map-card-near .link").first.click()
    expect(page.locator(".map-card.pinned")).to_be_visible()
    page.get_by_label("Find on the map").fill("cobalt")
    expect(page.locator(".map-found")).to_contain_text("called so")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("img").count() > 5
    assert page.evaluate("[...document.images].every(one => !one.complete || one.naturalWidth > 0)")
    assert said == []
    assert [url for url in asked if not url.startswith(("data:", "blob:", "file:"))] == []
    context.close()


def test_a_selection_may_be_taken_back_by_escape(atlas: Any) -> None:
    page = opened(atlas)
    page.get_by_role("button", name="Select", exact=True).click()
    outline(page, *place_of(page, "0101"), 90)
    expect(page.locator(".selection")).to_be_visible()
    page.locator(".map-canvas").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Select", exact=True)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(page.locator(".selection")).to_be_hidden()
