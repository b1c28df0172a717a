"""More like this, less like this: products as examples, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike import Index

from .cards import ALWAYS, LISTED, NEAREST, expect, ids, query, wait_for


def test_more_and_less_like_this_gather_in_the_tray_and_in_the_address(
    visit: Any, shop_index: Index, serious: Any
) -> None:
    page = visit("/?category=Clothing&sort=title")
    page.wait_for_selector(LISTED)
    assert page.locator(".window .less-like").count() == 0  # of what asks for nothing, nothing is less
    page.evaluate("scrollTo(0, 700)")
    page.wait_for_function("() => scrollY === 700")
    first = page.locator(LISTED).nth(7)
    first.scroll_into_view_if_needed()
    first.hover()
    liked, top = first.get_attribute("data-id"), page.evaluate("scrollY")
    first.get_by_role("button", name="More like").click()
    asked: dict[str, Any] = {"k": 24, "where": "category=Clothing", **ALWAYS}
    wait_for(page, shop_index.search(like=[liked], **asked).ids)
    assert query(page) == {"category": ["Clothing"], "like": [liked]}
    page.wait_for_function("() => scrollY === 0")
    second = page.locator(NEAREST).nth(2)
    disliked = second.get_attribute("data-id")
    second.locator(".less-like").focus()
    page.keyboard.press("Enter")
    both = shop_index.search(like=[liked], unlike=[disliked], **asked).ids
    wait_for(page, both)
    expect(page.locator("#nearest")).to_be_focused()  # its card has gone; the cards are next
    assert query(page) == {"category": ["Clothing"], "like": [liked], "unlike": [disliked]}
    tray = page.get_by_role("region", name="Your examples")
    held = tray.locator("li button")
    assert [one.get_attribute("aria-label").split()[0] for one in held.all()] == ["More", "Less"]
    assert serious(page) == []
    tray.get_by_role("button", name="Less like").click()
    wait_for(page, shop_index.search(like=[liked], **asked).ids)
    tray.get_by_role("button", name="Undo").click()
    wait_for(page, both)
    page.reload()
    wait_for(page, both)
    title = shop_index.product(liked).title
    tray.get_by_role("button", name=f"More like {title}").wait_for()
    for _ in range(4):
        page.go_back()
    page.wait_for_url("**/?category=Clothing&sort=title")
    page.wait_for_function(f"() => Math.abs(scrollY - {top}) < 2")
    page.wait_for_function("key => document.activeElement.dataset.key === key", arg=f"more {liked}")
    expect(tray).to_be_hidden()


def test_a_product_asks_together_with_examples(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0100", 390)
    shelf = ".shelf .card:not(.ghost)"
    page.wait_for_selector(shelf)
    cards = page.locator(shelf)
    liked, disliked = ids(page, shelf)[3], ids(page, shelf)[0]
    cards.nth(3).locator(".more-like").tap()
    wait_for(page, shop_index.similar("0100", like=[liked], **ALWAYS).ids, shelf)
    page.locator(f'{shelf}[data-id="{disliked}"] .less-like').tap()
    both = shop_index.similar("0100", like=[liked], unlike=[disliked], **ALWAYS).ids
    wait_for(page, both, shelf)
    assert query(page) == {"like": [liked], "unlike": [disliked]}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.go_back()
    wait_for(page, shop_index.similar("0100", like=[liked], **ALWAYS).ids, shelf)
    page.get_by_role("button", name="Clear").click()
    wait_for(page, shop_index.similar("0100", **ALWAYS).ids, shelf)


@pytest.mark.parametrize("path", ["/?text=red&like=0100&unlike=b6", "/product/0007?like=0100&unlike=b6"])
def test_a_narrow_screen_with_a_tray_never_scrolls_sideways(visit: Any, path: str) -> None:
    page = visit(path, 320)
    page.wait_for_selector(".tray-one")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
