"""What the page tells the shop of what was seen and opened, in a real browser, up to the shop's report."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike import Index
from lookalike.testing.grid import GridEncoder
from lookalike.testing.serving import listening

from .shoppers import like, sent, shop_with_shoppers, shopper, wait_for_things, wait_until

SHELF = ".shelf .card:not(.ghost)"
FLUSH = """async () => {
  const script = document.querySelector("script[type=module]").src;
  return (await import(new URL("parts/telling.js", script))).flush();
}"""
"""Has what waits be sent now; gives whether the shop has all of it."""


@pytest.fixture(scope="module")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop, whose shoppers did something."""
    folder = tmp_path_factory.mktemp("told") / "index"
    shop_with_shoppers(folder)
    return folder


@pytest.fixture
def shop_index(shop_folder: Path, tmp_path: Path) -> Index:
    """A copy for each test, which may write in it."""
    return Index.open(shutil.copytree(shop_folder, tmp_path / "shop"), GridEncoder())


@pytest.fixture
def shop(shop_index: Index) -> Iterator[str]:
    """The address of a service over it."""
    with listening(shop_index) as address:
        yield address


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


def shown(events: list[dict[str, Any]]) -> set[str]:
    """The products that the shop is told to have shown."""
    return {one["item"] for one in of(events, "shown")}


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
    wait_until(
        page, lambda: in_sight(page) and in_sight(page) <= shown(events), "what is in sight is not shown"
    )
    assert len(shown(events)) < page.locator(SHELF).count()
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(100)
    page.locator("#alike").scroll_into_view_if_needed()
    first = page.locator(SHELF).first
    id = first.get_attribute("data-id")
    first.locator(".card-title a").click()
    page.wait_for_url(f"**/product/{id}")
    wait_until(
        page, lambda: of(events, "clicked") and len(of(events, "viewed")) > 1, "what was opened is not told"
    )
    told = [one["item"] for one in of(events, "shown") if one["answer"] == token]
    assert len(told) == len(set(told))
    assert [(one["item"], one["answer"]) for one in of(events, "clicked")] == [(id, token)]
    assert [one["item"] for one in of(events, "viewed")] == ["0100", id]
    assert len({one["session"] for one in events}) == 1
    wait_until(page, lambda: shop_index.report()["similar"].clicked == 1, "the click is not written down")
    assert shop_index.report()["similar"].shown == len(told)


def test_what_waits_is_sent_when_the_page_is_left(visit: Any, shop_index: Index) -> None:
    before = recorded(shop_index)
    page = visit("/product/0101")
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
    wait_for_things(page, shop_index, user, {"0100": "liked", "0101": "viewed"})


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
    page.route("**/v1/events", lambda route: route.fulfill(status=503, json={}))
    page.goto("/product/0101")
    wait_until(page, lambda: of(events, "viewed"), "nothing was sent")
    assert page.evaluate(FLUSH) is False
    page.unroute("**/v1/events")
    before = recorded(shop_index)
    page.goto("/photo")
    wait_until(page, lambda: recorded(shop_index) == before + 1, "it was not sent again")
    visit.forgive("503")
