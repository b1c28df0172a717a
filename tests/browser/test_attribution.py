"""What the page tells the shop of what was seen and opened, in a real browser, up to the shop's report."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike import Index

from .shoppers import like, sent, shop_with_shoppers, shopper, things, wait_until

SHELF = ".shelf .card:not(.ghost)"


@pytest.fixture(scope="module")
def shop_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop, whose shoppers did something."""
    return shop_with_shoppers(tmp_path_factory.mktemp("told") / "index")


def of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in events if one["event"] == kind]


def in_sight(page: Any) -> set[str]:
    """The products of the shelf of which half or more is in the window."""
    return set(
        page.eval_on_selector_all(
            SHELF,
            """cards => cards.filter(card => {
              const box = card.getBoundingClientRect();
              return Math.min(box.bottom, innerHeight) - Math.max(box.top, 0) >= box.height / 2;
            }).map(card => card.dataset.id)""",
        )
    )


def recorded(index: Index) -> int:
    """How many events the shop has written down."""
    return int(index.info().get("events", 0))


def test_what_is_in_sight_is_shown_once_and_what_is_opened_is_clicked(visit: Any, shop_index: Index) -> None:
    page = visit("/photo")
    events = sent(page)
    with page.expect_response("**/v1/similar/**") as answered:
        page.goto("/product/0100#alike")
    token = answered.value.json()["attribution"]
    page.wait_for_selector(SHELF)
    seen = in_sight(page)
    assert 0 < len(seen) < page.locator(SHELF).count()
    wait_until(
        page, lambda: {one["item"] for one in of(events, "shown")} == seen, "what is in sight is not shown"
    )
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(100)
    page.locator("#alike").scroll_into_view_if_needed()
    first = page.locator(SHELF).first
    id = first.get_attribute("data-id")
    first.locator(".card-title a").click()
    page.wait_for_url(f"**/product/{id}")
    wait_until(page, lambda: of(events, "clicked"), "nothing is clicked")
    shown = [one["item"] for one in of(events, "shown") if one["answer"] == token]
    assert len(shown) == len(set(shown))
    assert [(one["item"], one["answer"]) for one in of(events, "clicked")] == [(id, token)]
    assert [one["item"] for one in of(events, "viewed")] == ["0100", id]
    assert len({one["session"] for one in events}) == 1
    told = shop_index.report()["similar"]
    assert told.shown >= len(seen)
    assert told.clicked >= 1


def test_what_waits_is_sent_when_the_page_is_left(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0101")
    before = recorded(shop_index)
    page.get_by_role("button", name="Like Arlo").wait_for()
    page.goto("/photo")
    wait_until(page, lambda: recorded(shop_index) > before, "nothing was sent")


def test_from_the_first_heart_on_events_name_the_shopper_and_no_visit(visit: Any, shop_index: Index) -> None:
    page = visit("/?category=Shoes")
    events = sent(page)
    like(page, ["0100"])
    user = shopper(page) or ""
    page.locator('.card[data-id="0101"] .card-title a').click()
    wait_until(page, lambda: of(events, "viewed"), "nothing was sent")
    assert {(one.get("user"), one.get("session")) for one in events} == {(user, None)}
    wait_until(
        page, lambda: things(shop_index, user) == {"0100": "liked", "0101": "viewed"}, "not written down"
    )


def test_a_browser_that_asks_for_privacy_tells_nothing_before_a_heart(visit: Any) -> None:
    page = visit("/photo")
    page.context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    events = sent(page)
    page.goto("/product/0101#alike")
    page.wait_for_selector(SHELF)
    page.wait_for_timeout(700)
    page.goto("/?category=Shoes")
    assert events == []
    like(page, ["0100"])
    wait_until(page, lambda: of(events, "liked"), "the heart is not told")


def test_what_the_shop_did_not_take_is_told_again_and_counts_once(visit: Any, shop_index: Index) -> None:
    page = visit("/photo")
    events = sent(page)
    page.route("**/v1/events", lambda route: route.fulfill(status=503, json={}), times=1)
    page.goto("/product/0101")
    wait_until(page, lambda: of(events, "viewed"), "nothing was sent")
    before = recorded(shop_index)
    page.goto("/photo")
    wait_until(page, lambda: recorded(shop_index) == before + 1, "it was not sent again")
    visit.said[:] = [said for said in visit.said if "503" not in said]
