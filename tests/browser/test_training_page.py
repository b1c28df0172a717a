"""The page of a training, opened from disk in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lookalike.learning.page.page import write_page

from .trainings import ENCODERS, thumbnails, told

KINDS = 142
WIDE = {"width": 1280, "height": 800}
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a made-up training of every kind of content."""
    path = tmp_path_factory.mktemp("trained") / "report.html"
    write_page(told(KINDS), path, thumbnails)
    return path


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with so little of everything that axe is soon through."""
    path = tmp_path_factory.mktemp("few") / "report.html"
    write_page(told(9, each=1), path, thumbnails)
    return path


@pytest.fixture(scope="module")
def page(chromium: Any, trained: Path) -> Iterator[Any]:
    """The page as it opens, 1280 pixels wide. Tests leave it so."""
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(trained.as_uri())
    yield page
    context.close()


def test_the_page_asks_for_nothing_and_complains_of_nothing(chromium: Any, trained: Path) -> None:
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(trained.as_uri())
    heading = page.locator("h1").inner_text()
    context.close()
    assert heading == "keen, an encoder of this catalogue"
    assert [url for url in asked if not url.startswith("data:")] == [trained.as_uri()]
    assert said == []


def test_nothing_hangs_over_the_side_with_everything_unfolded(chromium: Any, trained: Path) -> None:
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(trained.as_uri())
    page.evaluate(UNFOLD)
    over: list[int] = []
    for width in (1280, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            over.append(width)
    context.close()
    assert over == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_is_for_everyone(chromium: Any, short: Path, serious: Any, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(short.as_uri())
    page.evaluate(UNFOLD)
    found = serious(page)
    context.close()
    assert found == []


def test_pictures_are_large_enough_to_be_seen_on_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    sizes = page.evaluate(
        "[...document.querySelectorAll('#lists > article img')].map(i => [i.width, i.height, i.alt])"
    )
    page.set_viewport_size(WIDE)
    assert len(sizes) > 3 * 10 * len(ENCODERS) * 0.8
    assert all(width >= 55 and height >= 60 and alt for width, height, alt in sizes)


def test_the_lists_of_one_query_stand_below_each_other_place_by_place(page: Any) -> None:
    lefts = page.evaluate(
        "[...document.querySelector('.example').querySelectorAll('.list')].map("
        "list => [...list.querySelectorAll('li')].map(one => one.getBoundingClientRect().left))"
    )
    assert len(lefts) == len(ENCODERS)
    assert len(set(lefts[0])) == 10
    assert all(row == lefts[0] for row in lefts)


def test_the_map_of_many_kinds_is_square_and_names_do_not_run_into_each_other(page: Any) -> None:
    box = page.locator(".cells").bounding_box()
    names = page.evaluate(
        "[...document.querySelectorAll('.names text')].map(text => text.getBoundingClientRect())"
        ".map(box => [box.top, box.bottom])"
    )
    listed = page.locator(".kinds tbody tr").count()
    assert abs(box["width"] - box["height"]) < 1
    assert 5 < len(names) < KINDS
    assert all(above[1] <= below[0] + 1 for above, below in pairwise(sorted(names)))
    assert listed == KINDS


def test_a_link_leads_to_each_section(page: Any) -> None:
    links = page.evaluate("[...document.querySelectorAll('nav a')].map(a => a.hash.slice(1))")
    sections = page.evaluate("[...document.querySelectorAll('main > section')].map(one => one.id)")
    assert links == sections
    assert len(sections) == 11


def test_print_keeps_the_figures_and_leaves_out_the_links(page: Any) -> None:
    page.emulate_media(media="print")
    shown = [page.locator(one).is_visible() for one in ("nav", ".verdict")]
    page.emulate_media(media="screen")
    assert shown == [False, True]
