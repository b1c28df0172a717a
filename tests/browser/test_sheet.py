"""A contact sheet, opened from disk in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .cards import wait_for_rest

LUMINANCES = """
elements => elements.map(element => {
  const channel = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  };
  let ground = element;
  const clear = node => /rgba\\(.*, 0\\)/.test(getComputedStyle(node).backgroundColor);
  while (clear(ground)) ground = ground.parentElement;
  return [light(getComputedStyle(element).color), light(getComputedStyle(ground).backgroundColor)];
})
"""
"""The relative luminance of each element's text, and of what is behind it."""


@pytest.fixture(params=["one_answer", "many_answers"])
def sheet(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


@contextmanager
def opened(chromium: Any, path: Path, width: int = 1280, scheme: str = "light") -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()


def contrast(text: float, ground: float) -> float:
    """Of text against what is behind it, 1 to 21, as WCAG 2 defines it."""
    darker, lighter = sorted((text, ground))
    return (lighter + 0.05) / (darker + 0.05)


def test_a_sheet_asks_for_nothing_but_itself(chromium: Any, sheet: Path) -> None:
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(sheet.as_uri())
    wait_for_rest(page)
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [sheet.as_uri()]
    assert said == []


def test_every_picture_is_shown_and_described(chromium: Any, sheet: Path) -> None:
    with opened(chromium, sheet) as page:
        pictures = page.evaluate("[...document.images].map(i => [i.naturalWidth, i.width, i.alt])")
        cards = page.locator(".card").count()
    assert len(pictures) >= cards >= 12
    assert all(natural > 0 and width > 0 and alt for natural, width, alt in pictures)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_hangs_over_the_side(chromium: Any, sheet: Path, width: int) -> None:
    with opened(chromium, sheet, width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_light_and_dark(chromium: Any, sheet: Path, scheme: str) -> None:
    with opened(chromium, sheet, scheme=scheme) as page:
        ground = page.locator("body").evaluate_all(LUMINANCES)[0][1]
        texts = page.locator("h1, h2, .lead, .asked strong, .title, .soft, .price, code, .nothing")
        ratios = [contrast(*pair) for pair in texts.evaluate_all(LUMINANCES)]
    assert (ground < 0.1) == (scheme == "dark")
    assert len(ratios) > 40
    assert min(ratios) >= 4.5


def test_a_narrow_row_of_results_is_swiped_inside_its_shelf(chromium: Any, many_answers: Path) -> None:
    with opened(chromium, many_answers, 390) as page:
        shelf = page.locator("ol.shelf").first
        shelf.focus()
        before = shelf.evaluate("e => [e.scrollWidth > e.clientWidth, e.scrollLeft]")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    assert before == [True, 0]


def test_an_empty_answer_says_so(chromium: Any, many_answers: Path) -> None:
    with opened(chromium, many_answers) as page:
        assert page.get_by_text("Nothing in the catalogue matches.").is_visible()
