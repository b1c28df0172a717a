"""Words that search texts and pictures, in a real browser."""

from __future__ import annotations

from typing import Any

from lookalike import Index

from .cards import ALWAYS, LISTED, expect, query, wait_for


def field(page: Any) -> Any:
    return page.get_by_role("searchbox", name="Search the shop")


def test_words_ask_for_the_best_match_and_say_how_they_were_read(visit: Any, shop_index: Index) -> None:
    page = visit("/")
    field(page).press_sequentially("cobalt snaekers zzqx")
    answer = shop_index.search(text="cobalt snaekers zzqx", k=24, **ALWAYS)
    wait_for(page, answer.ids)
    assert query(page) == {"text": ["cobalt snaekers zzqx"]}
    expect(page.locator("h1")).to_contain_text("cobalt")
    for sentence in (*answer.explain["words"]["read_as"], "“zzqx” means nothing here"):
        expect(page.locator(".read")).to_contain_text(f"{sentence}.")
    expect(page.locator(".window")).to_be_hidden()
    page.get_by_role("button", name="Only blue").click()
    wait_for(page, shop_index.search(text="cobalt snaekers zzqx", k=24, where="colour=blue", **ALWAYS).ids)
    assert query(page)["colour"] == ["blue"]
    expect(page.get_by_role("button", name="blue,")).to_have_attribute("aria-pressed", "true")
    page.go_back()
    wait_for(page, answer.ids)


def test_in_another_order_words_are_a_filter_of_what_is_called_so(visit: Any, shop_index: Index) -> None:
    page = visit("/?text=cobalt")
    wait_for(page, shop_index.search(text="cobalt", k=24, **ALWAYS).ids)
    page.get_by_label("Order").select_option("price")
    named = [one.product.id for one in shop_index.browse(None, "cobalt", sort="price", limit=100).products]
    wait_for(page, named, LISTED)
    assert query(page) == {"text": ["cobalt"], "sort": ["price"]}
    expect(page.locator(".count-said")).to_have_text(f"{len(named)} products")
    expect(page.locator(".nearest")).to_be_hidden()


def test_words_that_mean_nothing_here_say_so(visit: Any) -> None:
    page = visit("/?text=zzqx")
    expect(page.locator(".notice-title")).to_have_text("Nothing is called “zzqx”")
    expect(page.locator(".read")).to_contain_text("“zzqx” means nothing here.")
    page.get_by_role("link", name="Show everything").click()
    page.wait_for_function("() => document.querySelector('.count-said').textContent === '42 products'")
