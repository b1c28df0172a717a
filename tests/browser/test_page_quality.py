"""What every view owes its visitors: no barrier, no jump, and words when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lookalike import Index
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder

from .cards import expect, listen_for, wait_for_heard, wait_for_rest

VIEWS = [
    "/",
    "/?category=Clothing&colour=red&price=10-80EUR&attributes.pattern=plain",
    "/?text=zeppelin",
    "/product/0101?dial=0.5&kind=same&like=0100&unlike=b6",
    "/?text=blue+snakers&like=0100",
    "/product/nobody",
]
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("path", VIEWS)
def test_no_view_has_a_serious_barrier(visit: Any, serious: Any, path: str) -> None:
    page = visit(path)
    for width, scheme in [(1280, "light"), (390, "light"), (390, "dark"), (1280, "dark")]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert serious(page) == [], (width, scheme)
    visit.forgive("404")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sheet_of_filters_has_no_serious_barrier(visit: Any, serious: Any, scheme: str) -> None:
    page = visit("/", 390, scheme)
    page.get_by_role("button", name="Filters").click()
    folded = page.locator("dialog details:not([open]) > summary")
    while folded.count():
        folded.first.click()
    assert serious(page) == []


@pytest.mark.parametrize("path", ["/", "/?text=cobalt+sneakers", "/product/0101?like=0100"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_a_view_comes(visit: Any, path: str, width: int) -> None:
    page = visit(path, width)
    page.context.add_init_script(SHIFTS)
    page.reload()
    wait_for_rest(page)
    assert page.evaluate("shifted") < 0.05


def big_shop(page: Any, total: int) -> None:
    """Have the page's questions for products answered by a shop of so many."""

    def answer(route: Any) -> None:
        offset = int(
            dict(part.split("=") for part in route.request.url.split("?")[1].split("&")).get("offset", 0)
        )
        products = [product(number) for number in range(offset, min(offset + 48, total))]
        route.fulfill(json={"products": products, "total": total, "facets": {}, "version": 1})

    def product(number: int) -> dict[str, Any]:
        picture = {"position": 0, "url": "/v1/pictures/0007/0"}
        words = {"title": f"Number {number}", "brand": "", "category": "", "availability": ""}
        return {"id": str(number), **words, "price": None, "colours": [], "pictures": [picture]}

    page.route("**/v1/products?*", answer)


def test_a_shop_of_34_thousand_scrolls_to_its_end_without_growing(visit: Any) -> None:
    page = visit("/photo")
    page.context.add_init_script(SHIFTS)
    big_shop(page, 34_000)
    page.goto("/")
    page.wait_for_selector(".card:not(.ghost)")
    few = page.locator("*").count()
    for top in (3_000, 60_000, 900_000):
        page.evaluate("top => scrollTo(0, top)", top)
        page.wait_for_function("() => !document.querySelector('.card.ghost')")
        assert page.locator("*").count() < 2 * few
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.get_by_role("link", name="Number 33999", exact=True).wait_for()
    assert page.locator("*").count() < 2 * few
    expect(page.locator(".card").last).to_have_attribute("aria-posinset", "34000")
    assert page.evaluate("shifted") < 0.05
    page.get_by_role("link", name="Number 33998", exact=True).click()
    page.get_by_text("This product is not in the shop").wait_for()
    page.go_back()
    page.wait_for_function("() => document.activeElement.dataset.key === 'card 33998'")
    visit.forgive("404")


def test_a_problem_is_told_with_its_code_and_next_step_and_can_be_tried_again(visit: Any) -> None:
    page = visit("/photo")
    problem = {
        "title": "Bad filter",
        "detail": "No column 'x'.",
        "code": "bad-filter",
        "next_step": "It has: title.",
    }
    page.route(
        "**/v1/products?*",
        lambda route: route.fulfill(
            status=400, content_type="application/problem+json", body=json.dumps(problem)
        ),
        times=1,
    )
    page.goto("/")
    for said in ("No column 'x'.", "It has: title.", "bad-filter"):
        expect(page.locator(".notice")).to_contain_text(said)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".card:not(.ghost)")
    visit.forgive("400")


def test_a_service_that_goes_is_noticed_and_comes_back_by_itself(visit: Any) -> None:
    page = visit("/")
    page.context.set_offline(True)
    page.get_by_role("button", name="red,").click()
    page.get_by_text("The shop is not answering. Asking again").wait_for()
    listen_for(page, "The shop is back.")
    page.context.set_offline(False)
    wait_for_heard(page)
    page.get_by_role("link", name="Remove colour: red").wait_for()
    page.wait_for_selector(".card:not(.ghost)")
    visit.forgive("ERR_INTERNET_DISCONNECTED")


def test_an_empty_shop_invites_to_add(chromium: Any, serving: Any, serious: Any, tmp_path: Path) -> None:
    with serving(Index.create(tmp_path / "index", GridEncoder())) as address:
        page = chromium.new_page()
        page.goto(address)
        page.get_by_text("There is nothing in this shop yet").wait_for()
        assert serious(page) == []
        page.get_by_role("main").get_by_role("link", name="Add products").click()
        page.wait_for_url("**/add")
        page.close()


def test_a_shop_with_a_key_asks_for_it_once(
    chromium: Any, serving: Any, serious: Any, shop_index: Index
) -> None:
    with serving(shop_index, ServiceConfig(read_keys=("open-sesame",))) as address:
        page = chromium.new_page()
        page.goto(address)
        dialog = page.get_by_role("dialog", name="This shop asks for a key")
        expect(dialog).to_contain_text("for a week")
        expect(page.get_by_role("main", include_hidden=True)).to_have_css("opacity", "0")
        page.keyboard.press("Escape")
        asked = page.get_by_role("main")
        expect(asked.locator("h1")).to_have_text("This shop asks for a key")
        assert "Bearer" not in asked.inner_text()
        asked.get_by_role("button", name="Enter a key").click()
        dialog.get_by_label("Key").fill("wrong")
        dialog.get_by_role("button", name="Open the shop").click()
        dialog.get_by_role("alert").filter(has_text=" ").wait_for()
        assert serious(page) == []
        dialog.get_by_label("Key").fill("open-sesame")
        dialog.get_by_role("button", name="Open the shop").click()
        page.wait_for_selector("html:not(.locked) .card:not(.ghost)")
        page.reload()
        page.wait_for_selector(".card:not(.ghost)")
        assert page.get_by_role("dialog").count() == 0
        page.close()
