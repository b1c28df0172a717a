"""What the page shows of an answer: its cards, and the address that asks for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

LISTED = ".window .card:not(.ghost)"
NEAREST = ".nearest .card:not(.ghost)"
ALWAYS: dict[str, Any] = {"stock": "first"}


def ids(page: Any, cards: str = NEAREST) -> list[str]:
    found: list[str] = page.eval_on_selector_all(cards, "cards => cards.map(card => card.dataset.id)")
    return found


def wait_for(page: Any, wanted: list[str], cards: str = NEAREST) -> None:
    page.wait_for_function(
        "([cards, ids]) => [...document.querySelectorAll(cards)].map(card => card.dataset.id).join() === ids",
        arg=[cards, ",".join(wanted)],
    )


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)
