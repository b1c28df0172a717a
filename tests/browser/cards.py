"""What the page shows of an answer: its cards, and the address that asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

LISTED = ".window .card:not(.ghost)"
NEAREST = ".nearest .card:not(.ghost)"
ALWAYS: dict[str, Any] = {"stock": "first"}


def expect(shown: Any) -> Any:
    """What is to hold of a page or a part of it, sooner or later: Playwright's assertions, which wait."""
    from playwright.sync_api import expect as expecting

    expecting.set_options(timeout=60_000)
    return expecting(shown)


def ids(page: Any, cards: str = NEAREST) -> list[str]:
    found: list[str] = page.eval_on_selector_all(cards, "cards => cards.map(card => card.dataset.id)")
    return found


def wait_for(
    page: Any, wanted: list[str], cards: str = NEAREST, sign: str = "===", timeout: float | None = None
) -> None:
    """Wait until the cards are those, or with ``!==`` any others."""
    page.wait_for_function(
        "([cards, ids]) =>"
        f" [...document.querySelectorAll(cards)].map(card => card.dataset.id).join() {sign} ids",
        arg=[cards, ",".join(wanted)],
        timeout=timeout,
    )


def wait_for_same(page: Any, ask: Callable[[], list[str]], cards: str) -> None:
    """Wait until the cards are what is asked for beside them.

    What pages have told moves what is popular: where the two were asked on either side of that, both are
    asked again.
    """
    from playwright.sync_api import TimeoutError as TookTooLong

    for _ in range(3):
        try:
            return wait_for(page, ask(), cards, timeout=6_000)
        except TookTooLong:
            page.reload()
    return wait_for(page, ask(), cards)


def wait_for_width(page: Any, width: int) -> None:
    """Give the window another width, and wait until the page is laid out in it and stays within."""
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function(
        "width => innerWidth === width && document.documentElement.scrollWidth <= width", arg=width
    )


RESTED = """
() => {
  const loaded = performance.getEntriesByType("resource").length;
  const now = performance.now();
  if (window.lastLoaded !== loaded) Object.assign(window, {lastLoaded: loaded, loadedAt: now});
  const box = (one) => one.getBoundingClientRect();
  const seen = (one) => box(one).top < innerHeight && box(one).bottom > 0;
  return document.readyState === "complete" && now - window.loadedAt > 500
    && !document.querySelector("[aria-busy=true]")
    && [...document.images].every((one) => one.complete || !seen(one));
}
"""


def wait_for_rest(page: Any) -> None:
    """Wait until nothing came for half a second, nothing is busy, and the pictures in sight are there.

    Playwright's own ``networkidle`` now and then never comes, though all requests are answered
    (microsoft/playwright#42598), and its makers advise against it.
    """
    page.wait_for_function(RESTED, polling=100)


def listen_for(page: Any, words: str) -> None:
    """Note from now on that a page says this, however shortly: `wait_for_heard` waits for it."""
    page.evaluate(
        """words => {
          window.heard = false;
          const listen = () => { window.heard ||= document.body.textContent.includes(words); };
          new MutationObserver(listen).observe(document.body, {childList: true, subtree: true});
        }""",
        words,
    )


def wait_for_heard(page: Any) -> None:
    page.wait_for_function("() => window.heard")


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)
