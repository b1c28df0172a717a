"""The shelf "Goes with it" on a product's page, and the look under a budget, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike import Index

from .cards import ALWAYS, expect, ids, query, wait_for, wait_for_rest, wait_for_width
from .shoppers import shop_with_shoppers

BESIDE = ".beside .card"
LOOK = ".look-piece .card"
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
ROUND = "/outfit?id=0101&kinds=T-shirts&kinds=Handbags"


@pytest.fixture(scope="module")
def shop_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop, three of whose products were bought together."""
    return shop_with_shoppers(tmp_path_factory.mktemp("beside") / "index")


def total(page: Any) -> Any:
    return page.locator(".look-total b")


def test_a_product_shows_what_goes_with_it_and_why(visit: Any, shop_index: Index, serious: Any) -> None:
    page = visit("/product/0101")
    page.wait_for_selector(".shelf .card:not(.ghost)")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    answer = shop_index.goes_with("0101", **ALWAYS)
    wait_for(page, answer.ids, BESIDE)
    for result in answer.results:
        expect(page.locator(f'{BESIDE}[data-id="{result.id}"] .sentence')).to_have_text(result.sentence)
    assert "Bought together by 6 shoppers." in page.locator(".beside").inner_text()
    assert serious(page) == []
    page.locator(BESIDE).first.get_by_role("button", name="Why").click()
    page.get_by_role("dialog", name="Why it is here").get_by_role("row", name="Bought together").wait_for()
    page.keyboard.press("Escape")
    wait_for_width(page, 320)


def test_nothing_is_shown_where_nothing_goes(visit: Any) -> None:
    page = visit("/photo")
    page.route("**/v1/goes-with/**", lambda route: route.fulfill(json={"results": [], "explain": {}}))
    with page.expect_response("**/v1/goes-with/**"):
        page.goto("/product/0101")
        page.wait_for_selector(".shelf .card:not(.ghost)")
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(".beside")).to_be_hidden()
    expect(page.get_by_text("Goes with it")).to_have_count(0)


def test_what_cannot_be_asked_for_says_so_and_can_be_tried_again(visit: Any, shop_index: Index) -> None:
    page = visit("/photo")
    problem = {"detail": "Broken.", "code": "bug", "next_step": "Report it.", "title": "Bug"}
    page.route("**/v1/goes-with/**", lambda route: route.fulfill(json=problem, status=500), times=1)
    page.goto("/product/0101")
    page.wait_for_selector(".shelf .card:not(.ghost)")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(".beside").get_by_role("button", name="Try again").click()
    wait_for(page, shop_index.goes_with("0101", **ALWAYS).ids, BESIDE)
    visit.forgive("500")


def test_coming_back_the_page_is_as_long_as_it_was(visit: Any) -> None:
    page = visit("/product/0101")
    page.wait_for_selector(".shelf .card:not(.ghost)")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(BESIDE).first.wait_for()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    top = page.evaluate("scrollY")
    page.locator(f"{BESIDE} .card-title a").first.click()
    page.wait_for_url("**/product/0007")
    page.go_back()
    page.wait_for_url("**/product/0101")
    page.wait_for_function(f"() => Math.abs(scrollY - {top}) < 2")


def test_a_product_leads_to_the_best_look_around_it(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0101")
    page.get_by_role("link", name="Complete the look").click()
    look = shop_index.outfit("0101")
    wait_for(page, ["0101", *look.ids], LOOK)
    expect(total(page)).to_have_text(f"€{look.total.amount:,.2f}")
    expect(page.locator(".look-wishes .chip")).to_have_text(list(look.explain["kinds"]))
    expect(page.locator(".look-left")).to_have_count(0)


def test_kinds_and_a_budget_stand_in_the_address_and_make_another_look(visit: Any, shop_index: Index) -> None:
    page = visit(ROUND)
    free = shop_index.outfit("0101", kinds=["T-shirts", "Handbags"])
    wait_for(page, ["0101", *free.ids], LOOK)
    page.get_by_label("For how much in all").fill("200")
    page.keyboard.press("Enter")
    tight = shop_index.outfit("0101", kinds=["T-shirts", "Handbags"], budget=200)
    assert tight.ids != free.ids
    wait_for(page, ["0101", *tight.ids], LOOK)
    expect(total(page)).to_have_text(f"€{tight.total.amount:.2f}")
    assert tight.left is not None
    expect(page.locator(".look-left")).to_have_text(f"Left of €200€{tight.left.amount:.2f}")
    assert query(page)["budget"] == ["200EUR"]
    page.get_by_role("button", name="Without Handbags").click()
    one = shop_index.outfit("0101", kinds=["T-shirts"], budget=200)
    wait_for(page, ["0101", *one.ids], LOOK)
    page.get_by_label("Add a kind").select_option("Mugs")
    two = shop_index.outfit("0101", kinds=["T-shirts", "Mugs"], budget=200)
    wait_for(page, ["0101", *two.ids], LOOK)
    page.reload()
    wait_for(page, ["0101", *two.ids], LOOK)
    assert query(page) == {"id": ["0101"], "kinds": ["T-shirts", "Mugs"], "budget": ["200EUR"]}
    page.get_by_role("button", name="No limit").click()
    expect(page.locator(".look-left")).to_have_count(0)
    page.go_back()
    wait_for(page, ["0101", *one.ids], LOOK)


def test_the_slider_sets_the_budget_by_keyboard(visit: Any, shop_index: Index) -> None:
    page = visit(ROUND)
    slider = page.get_by_role("slider", name="Budget for all of it")
    expect(slider).to_have_attribute("aria-valuetext", "no limit")
    slider.focus()
    for _ in range(8):
        page.keyboard.press("PageDown")
    page.wait_for_function(
        "thumb => new URLSearchParams(location.search).get('budget') === thumb.value + 'EUR'",
        arg=slider.element_handle(),
    )
    budget = float(slider.input_value())
    look = shop_index.outfit("0101", kinds=["T-shirts", "Handbags"], budget=budget)
    wait_for(page, ["0101", *look.ids], LOOK)
    expect(slider).to_have_attribute("aria-valuetext", f"€{budget:.0f}")
    expect(slider).to_be_focused()


def test_a_swap_is_taken_and_the_sum_follows(visit: Any, shop_index: Index) -> None:
    page = visit(ROUND + "&budget=400EUR")
    look = shop_index.outfit("0101", kinds=["T-shirts", "Handbags"], budget=400)
    piece = next(one for one in look.pieces if one.swaps)
    at = look.pieces.index(piece)
    swap = piece.swaps[0]
    wait_for(page, ["0101", *look.ids], LOOK)
    page.get_by_role("button", name=f"{swap.product.title} instead: saves €").click()
    taken = ["0101", *look.ids]
    taken[at + 1] = swap.product.id
    wait_for(page, taken, LOOK)
    expect(total(page)).to_have_text(f"€{look.total.amount - swap.saves.amount:.2f}")
    page.get_by_role("button", name=f"{piece.product.title} instead: €").click()
    wait_for(page, ["0101", *look.ids], LOOK)
    expect(total(page)).to_have_text(f"€{look.total.amount:.2f}")


def test_a_budget_that_is_too_small_says_the_ways_out(visit: Any, shop_index: Index, serious: Any) -> None:
    page = visit(ROUND + "&budget=110EUR")
    look = shop_index.outfit("0101", kinds=["T-shirts", "Handbags"], budget=110)
    assert look.least is not None and look.leave_out == ("Handbags",)
    said = page.locator(".look-unmet")
    expect(said).to_contain_text("Without Handbags the budget is enough")
    assert serious(page) == []
    said.get_by_role("button", name="Make it").click()
    least = shop_index.outfit("0101", kinds=["T-shirts", "Handbags"], budget=look.least.amount)
    wait_for(page, ["0101", *least.ids], LOOK)
    expect(said).to_have_count(0)
    page.goto(ROUND + "&budget=110EUR")
    said.get_by_role("button", name="Without Handbags").click()
    rest = shop_index.outfit("0101", kinds=["T-shirts"], budget=110)
    wait_for(page, ["0101", *rest.ids], LOOK)


def test_a_look_may_begin_with_kinds_alone(visit: Any, shop_index: Index, serious: Any) -> None:
    page = visit("/outfit", 390)
    page.get_by_role("heading", name="A look of what?").wait_for()
    assert serious(page) == []
    for kind in ("Sneakers", "T-shirts"):
        page.get_by_label("Add a kind").select_option(kind)
        page.get_by_role("button", name=f"Without {kind}").wait_for()
    wait_for(page, shop_index.outfit(kinds=["Sneakers", "T-shirts"]).ids, LOOK)
    wait_for_width(page, 320)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_a_look_comes(visit: Any, width: int) -> None:
    page = visit("/outfit?id=0101&budget=2000EUR", width)
    page.context.add_init_script(SHIFTS)
    page.reload()
    wait_for_rest(page)
    page.locator(".look-swap").first.wait_for()
    assert page.evaluate("shifted") < 0.05


def test_a_look_around_a_product_that_is_gone_says_so(visit: Any) -> None:
    page = visit("/outfit?id=nobody")
    page.get_by_text("This product is not in the shop any more").wait_for()
    visit.forgive("404")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light"), (1920, "dark")]
)
def test_the_look_is_for_everyone(visit: Any, serious: Any, width: int, scheme: str) -> None:
    page = visit(ROUND + "&budget=300EUR", width, scheme)
    page.locator(".look-swap").first.wait_for()
    assert len(ids(page, LOOK)) == 3
    wait_for_width(page, width)
    assert serious(page) == []
