"""The explore page: counts that lead to products, and a map to look around, search and select on."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lookalike import Index
from lookalike.testing.tiny_shop import tiny_shop

from .cards import LISTED, expect, query, wait_for_width
from .mapped import colour_of, drawn, opened, outline, place_of, swatch_of, zoom_of
from .shoppers import wait_until


def kinds() -> list[str]:
    """The topmost level of each product's category."""
    return [product.category.split(" > ")[0] for product in tiny_shop().products]


def test_the_charts_count_what_is_there_and_lead_to_it(atlas: Any) -> None:
    page = opened(atlas)
    expect(page.locator(".explore-head p")).to_contain_text(f"{len(tiny_shop().products)} products")
    chart = page.locator(".chart", has=page.get_by_role("heading", name="Category", exact=True))
    bars = chart.locator(".chart-bar")
    told = {bar.get_attribute("title"): int(bar.locator(".bar-count").inner_text()) for bar in bars.all()}
    assert told == {kind: kinds().count(kind) for kind in set(kinds())}
    kind, many = max(told.items(), key=lambda one: one[1])
    page.locator(f'.chart-bar[title="{kind}"]').click()
    page.wait_for_selector(LISTED)
    assert query(page)["category"] == [kind]
    expect(page.locator(LISTED)).to_have_count(many)


def test_words_under_columns_neither_touch_nor_leave_their_chart_on_a_phone(atlas: Any) -> None:
    page = opened(atlas)
    wait_for_width(page, 390)
    charts = [one for one in page.locator(".chart-histogram").all() if one.locator("li").count() > 1]
    assert charts
    for chart in charts:
        edge = chart.bounding_box()["x"] + chart.bounding_box()["width"]
        words = [one for one in chart.locator(".column-name").all() if one.inner_text()]
        boxes = [one.bounding_box() for one in words]
        ends = [box["x"] + box["width"] for box in boxes]
        assert all(end <= after["x"] for end, after in zip(ends, boxes[1:], strict=False))
        assert ends[-1] <= edge


def test_every_product_lies_where_the_map_says_in_the_colour_of_its_value(
    atlas: Any, mapped_index: Index
) -> None:
    page = opened(atlas)
    page.get_by_role("button", name="Pictures", exact=True).click()
    laid = mapped_index.explore.map()
    assert laid is not None
    paint = laid.paints[0]
    expect(page.locator(".map-list-title")).to_have_text(f"In sight: {len(laid.ids)}")
    far = max(range(len(laid.ids)), key=lambda row: min_distance(laid.points, row))  # no other disc over it
    value = paint.values[paint.codes[far]].split(" > ")[-1]
    wait_until(
        page, lambda: colour_of(page, laid.ids[far]) == swatch_of(page, value), "its disc has another colour"
    )


def min_distance(points: Any, row: int) -> float:
    others = [other for at, other in enumerate(points.tolist()) if at != row]
    x, y = points[row].tolist()
    return float(min((x - a) ** 2 + (y - b) ** 2 for a, b in others))


def test_one_value_is_looked_at_alone_and_the_address_remembers_it(atlas: Any) -> None:
    page = opened(atlas)
    button = page.locator(".legend-value").first
    many = int(button.locator(".legend-count").inner_text())
    value = button.get_attribute("title")
    button.click()
    expect(page.locator(".map-list-title")).to_have_text(f"In sight: {many}")
    page.wait_for_function("() => location.search.includes('value=')")
    assert query(page)["value"] == [value]
    page.reload()
    drawn(page)
    expect(page.locator(".legend-value[aria-pressed=true]")).to_have_attribute("title", str(value))
    expect(page.locator(".map-list-title")).to_have_text(f"In sight: {many}")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".map-list-title")).to_have_text(f"In sight: {len(tiny_shop().products)}")


def test_what_is_dimmed_fades_and_what_is_looked_at_stays(atlas: Any, mapped_index: Index) -> None:
    page = opened(atlas)
    page.get_by_role("button", name="Pictures", exact=True).click()
    laid = mapped_index.explore.map()
    assert laid is not None
    row = max(range(len(laid.ids)), key=lambda row: min_distance(laid.points, row))
    values, own = laid.paints[0].values, laid.paints[0].codes[row]
    swatch = swatch_of(page, values[own].split(" > ")[-1])
    wait_until(page, lambda: colour_of(page, laid.ids[row]) == swatch, "its disc has another colour")
    other = next(at for at in range(len(values)) if at != own)
    page.locator(f'.legend-value[title="{values[other]}"]').click()
    wait_until(
        page, lambda: min(colour_of(page, laid.ids[row])) > 200, "it is not nearer to the light ground"
    )
    assert min(swatch) < 200


def test_a_click_on_a_product_leads_to_what_looks_like_it(atlas: Any) -> None:
    page = opened(atlas)
    page.mouse.move(*place_of(page, "0101"))
    expect(page.locator(".map-card-title")).not_to_be_empty()
    page.mouse.click(*place_of(page, "0101"))
    page.wait_for_url("**/product/*")
    page.go_back()
    drawn(page)


def test_a_tap_shows_the_card_first(atlas: Any) -> None:
    page = opened(atlas, width=390)
    page.locator(".map-canvas").scroll_into_view_if_needed()
    left, top = place_of(page, "0101")
    page.touchscreen.tap(left, top)
    card = page.locator(".map-card")
    expect(card.get_by_role("link", name="Look-alikes")).to_be_visible()
    href = card.get_by_role("link", name="Look-alikes").get_attribute("href")
    card.get_by_role("link", name="Look-alikes").click()
    page.wait_for_url(f"**{href}")


def test_wheel_buttons_keys_and_drag_move_the_map(atlas: Any) -> None:
    page = opened(atlas)
    canvas = page.locator(".map-canvas")
    left, top = place_of(page, "0101")
    page.mouse.move(left, top)
    page.mouse.wheel(0, -400)
    page.wait_for_function("() => lookalikeMap.camera.zoom > 1.5")
    assert place_of(page, "0101") == pytest.approx((left, top), abs=1)  # what is under the hand stays there
    zoomed = zoom_of(page)
    page.get_by_role("button", name="Closer").click()
    page.wait_for_function("zoom => lookalikeMap.camera.zoom > zoom", arg=zoomed)
    page.get_by_role("button", name="Whole map").click()
    page.wait_for_function("() => lookalikeMap.camera.zoom === 1")
    canvas.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    before = place_of(page, "0101")
    page.keyboard.press("ArrowRight")
    wait_until(page, lambda: place_of(page, "0101")[0] < before[0], "an arrow does not move the map")
    box = canvas.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = place_of(page, "0101")
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 10, middle[1] + 40, steps=4)
    page.mouse.up()
    wait_until(page, lambda: place_of(page, "0101")[1] > before[1], "a drag does not move the map")
    assert page.url.startswith(f"{atlas.address}/explore")  # a drag is no click
    page.wait_for_function(
        "() => { const { x, y } = lookalikeMap.camera;"
        " const told = new URLSearchParams(location.search).get('at');"
        " return told?.startsWith(`${x.toFixed(4)},${y.toFixed(4)},`); }"
    )
    seen = page.evaluate("[lookalikeMap.camera.x, lookalikeMap.camera.y, lookalikeMap.camera.zoom]")
    page.reload()
    drawn(page)
    again = page.evaluate("[lookalikeMap.camera.x, lookalikeMap.camera.y, lookalikeMap.camera.zoom]")
    assert again == pytest.approx(seen, abs=0.01)


def test_where_the_whole_map_is_in_sight_a_wheel_scrolls_the_page(atlas: Any) -> None:
    page = opened(atlas)
    page.mouse.move(*place_of(page, "0101"))
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => scrollY > 0")
    assert zoom_of(page) == 1


def test_words_find_what_is_called_so_on_the_map(atlas: Any) -> None:
    page = opened(atlas)
    page.get_by_label("Find on the map").fill("cobalt")
    named = [product for product in tiny_shop().products if "cobalt" in product.title.lower()]
    expect(page.locator(".map-found")).to_contain_text(f"{len(named)} called so")
    first = page.locator(".map-list-go").first
    expect(first).to_contain_text("obalt")
    page.wait_for_function("() => location.search.includes('text=cobalt')")
    page.get_by_label("Find on the map").fill("")
    expect(page.locator(".map-list-title")).to_have_text(f"In sight: {len(tiny_shop().products)}")


def test_an_outline_selects_and_the_matrix_says_how_alike_they_are(atlas: Any, mapped_index: Index) -> None:
    page = opened(atlas)
    page.get_by_role("button", name="Select", exact=True).click()
    left, top = place_of(page, "0101")
    outline(page, left, top, 90)
    expect(page.locator(".selection")).to_be_visible()
    selected = page.evaluate("lookalikeMap.state().ids")
    assert "0101" in selected
    assert len(selected) >= 2
    page.get_by_role("button", name="How alike are they?").click()
    page.wait_for_selector(".matrix-table")
    page.get_by_label("Order").select_option("chosen")
    told = page.evaluate(
        "[...document.querySelectorAll('.matrix-table tbody tr')]"
        ".map(row => [...row.querySelectorAll('td')].map(cell => Number(cell.textContent)))"
    )
    truth = mapped_index.explore.matrix(selected).values
    assert told == [pytest.approx(row, abs=0.0051) for row in truth.tolist()]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".selection")).to_be_hidden()


def test_what_looks_alike_stands_together_in_the_matrix(atlas: Any) -> None:
    page = opened(atlas)
    order = page.evaluate(
        """async () => {
          const { alikeOrder } = await import("/assets/x/parts/matrix-order.js");
          const heap = at => at % 3;
          return alikeOrder(Array.from({ length: 30 }, (_, a) =>
            Array.from({ length: 30 }, (_, b) => heap(a) === heap(b) ? 0.9 : 0.1 + (a * b % 7) / 100)));
        }"""
    )
    assert sorted(order) == list(range(30))
    heaps = [at % 3 for at in order]
    assert sum(one != other for one, other in pairwise(heaps)) == 2


def test_all_of_it_goes_by_keyboard(atlas: Any) -> None:
    page = opened(atlas)
    picks = page.locator(".map-list-select")
    for at in range(3):
        picks.nth(at).focus()
        page.keyboard.press("Enter")
        expect(picks.nth(at)).to_be_focused()
    expect(page.locator(".map-list-select[aria-pressed=true]")).to_have_count(3)
    page.get_by_role("button", name="How alike are they?").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How alike 3 products look")).to_be_focused()
    go = page.locator(".map-list-go").first
    go.focus()
    href = go.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{quote(str(href), safe='/%')}")


def test_each_plot_is_taken_away_as_png(atlas: Any, tmp_path: Path) -> None:
    page = opened(atlas, "/explore?id=0101&id=0100&id=0007")
    page.get_by_role("button", name="How alike are they?").click()
    page.wait_for_selector(".matrix-table")
    chart = page.get_by_role("button", name="Save Category as PNG")
    for at, button in enumerate(
        (page.get_by_role("button", name="Save as PNG", exact=True), chart, page.locator(".matrix .button"))
    ):
        with page.expect_download() as download:
            button.click()
        data = Path(download.value.path()).read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n", at
        width, height = struct.unpack(">II", data[16:24])
        assert width > 500
        assert height > 200
        assert download.value.suggested_filename.endswith(".png")
