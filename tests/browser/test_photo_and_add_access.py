"""Search by photo and adding products for everyone: axe-core, narrow screens, two themes, the keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike.testing.tiny_shop import tiny_shop

PHOTO = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": next(iter(tiny_shop().photos.values()))}
TABLE = {"name": "two.csv", "mimeType": "text/csv", "buffer": b"id,title,image\nx,One,no.jpg\ny,Two,no.jpg\n"}
SCREENS = [(1280, "light"), (390, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_search_by_photo_is_for_everyone(visit: Any, serious: Any, width: int, scheme: str) -> None:
    page = visit("/photo", width, scheme)
    check(page, serious, width)
    page.set_input_files(".photo-file", PHOTO)
    page.wait_for_selector(".photo-grid .card:not(.ghost)")
    check(page, serious, width)
    page.locator("[data-facet=category] summary").click()
    check(page, serious, width)
    page.locator("[data-facet=price] summary").click()
    page.wait_for_function("() => document.querySelectorAll('[data-facet][open]').length === 1")
    page.goto("/photo?key=none")
    page.get_by_role("heading", name="This photo is not on this device").wait_for()
    check(page, serious, width)
    page.goto("/photo")
    page.locator(".recents-list a").wait_for()
    check(page, serious, width)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_adding_products_is_for_everyone(visit: Any, serious: Any, width: int, scheme: str) -> None:
    page = visit("/add", width, scheme)
    check(page, serious, width)
    page.set_input_files(".upload-files", TABLE)
    page.locator(".upload-sheet").wait_for()
    check(page, serious, width)
    page.locator(".send").click()
    page.wait_for_selector(".problems-table tbody tr")
    check(page, serious, width)
    page.goto("/add")
    page.locator(".job").first.wait_for()
    check(page, serious, width)


def test_a_photo_is_searched_and_cropped_by_keyboard_alone(visit: Any) -> None:
    page = visit("/photo")
    page.on("filechooser", lambda chooser: chooser.set_files(PHOTO))
    tab_to(page, "Choose a photo")
    page.keyboard.press("Enter")
    page.wait_for_selector(".photo-grid .card:not(.ghost)")
    tab_to(page, "Box around the item")
    page.keyboard.press("-")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**box=**")
    tab_to(page, "Whole photo")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "box=" not in url)


def tab_to(page: Any, name: str) -> None:
    """Press Tab until what is focused has this name."""
    said = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(said) == name:
            return
    raise AssertionError(f"Tab does not lead to {name}")


def check(page: Any, serious: Any, width: int) -> None:
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
