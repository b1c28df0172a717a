"""Shoppers of the tiny shop, and what a browser keeps and sends of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lookalike import Index
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

DAY = 24 * 60 * 60 * 1000
BOUGHT = ("0101", "0007", "b6")
"""What six shoppers of `shop_with_shoppers` bought together."""


def shop_with_shoppers(folder: Path) -> Index:
    """The tiny shop; six shoppers bought the same, each of its tastes liked what it likes."""
    index = Index.create(folder, GridEncoder())
    shop = tiny_shop()
    index.add(shop.products)
    now = time.time_ns() // 1_000_000
    bought = [event(f"buyer-{at}", item, "bought", now - DAY) for at in range(6) for item in BOUGHT]
    liked = [
        event(name, item, "liked", now - DAY) for name, taste in shop.tastes.items() for item in taste.liked
    ]
    assert index.record([*bought, *liked]).recorded == len(bought) + len(liked)
    return index


def event(user: str, item: str, kind: str, at: int) -> dict[str, Any]:
    return {"user": user, "item": item, "event": kind, "timestamp": at}


def shopper(page: Any) -> str | None:
    """The name of this browser's shopper, None where it has none."""
    found: str | None = page.evaluate(
        "JSON.parse(localStorage.getItem('lookalike shopper') ?? 'null')?.id ?? null"
    )
    return found


def sent(page: Any) -> list[dict[str, Any]]:
    """The events that a page sends, as they come: `tell` them to be sent by leaving the page."""
    events: list[dict[str, Any]] = []

    def note(request: Any) -> None:
        if request.url.endswith("/v1/events"):
            events.extend(request.post_data_json)

    page.on("request", note)
    return events


def wait_until(page: Any, true: Any, what: str) -> None:
    """Wait until something is so that is not on the page."""
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until, what
        page.wait_for_timeout(50)


def things(index: Index, user: str) -> dict[str, str]:
    """What counts of a shopper: what was done last with each product."""
    return {one["id"]: one["kind"] for one in index.shoppers.get(user)["learned"]["items"]}


def like(page: Any, ids: Iterable[str]) -> None:
    """Press hearts in the shop, and wait until each is with the service."""
    for id in ids:
        heart = page.locator(f'.card[data-id="{id}"] .heart')
        heart.scroll_into_view_if_needed()
        with page.expect_response(tells("liked", id)):
            heart.click()


def tells(kind: str, id: str) -> Callable[[Any], bool]:
    """Whether an answer of the service is to what told it this of a product."""

    def does(answer: Any) -> bool:
        if not answer.url.endswith("/v1/events"):
            return False
        return any((one["event"], one["item"]) == (kind, id) for one in answer.request.post_data_json)

    return does


def wait_for_things(page: Any, index: Index, user: str, wanted: dict[str, str]) -> None:
    """Wait until this is what counts of a shopper."""
    wait_until(page, lambda: things(index, user) == wanted, f"{user} did not come to {wanted}")
