"""The pages of an evaluation and of a comparison, opened from disk in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike.index import Index
from lookalike.verdict.sheet.page import page as drawn

from .verdicts import comparison, evaluation

WIDE = {"width": 1280, "height": 800}
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.fixture(scope="module")
def pages(shop_index: Index, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of an evaluation, of a comparison of two and of one of three."""
    folder = tmp_path_factory.mktemp("verdicts")
    told = {
        "one": evaluation(shop_index),
        "two": comparison(shop_index, 2),
        "three": comparison(shop_index),
    }
    for name, report in told.items():
        (folder / f"{name}.html").write_text(drawn(report, shop_index), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in told}


@pytest.fixture(scope="module")
def page(chromium: Any, pages: dict[str, Path]) -> Iterator[Any]:
    """The comparison of three as it opens, 1280 pixels wide. Tests leave it so."""
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(pages["three"].as_uri())
    yield page
    context.close()


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("one", "How good product is"),
        ("two", "product or a-rather-long-name?"),
        ("three", "3 compared: product, a-rather-long-name, recommend"),
    ],
)
def test_a_page_asks_for_nothing_and_complains_of_nothing(
    chromium: Any, pages: dict[str, Path], name: str, heading: str
) -> None:
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(pages[name].as_uri())
    found = page.locator("h1").inner_text()
    context.close()
    assert found == heading
    assert [url for url in asked if not url.startswith("data:")] == [pages[name].as_uri()]
    assert said == []


def test_nothing_hangs_over_the_side_with_everything_unfolded(chromium: Any, pages: dict[str, Path]) -> None:
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    over: list[tuple[str, int]] = []
    for name, path in pages.items():
        page.goto(path.as_uri())
        page.evaluate(UNFOLD)
        for width in (1280, 768, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                over.append((name, width))
    context.close()
    assert over == []


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("one", 1280, "light"), ("one", 390, "dark"), ("three", 1280, "dark"), ("three", 390, "light")],
)
def test_a_page_is_for_everyone(
    chromium: Any, pages: dict[str, Path], serious: Any, name: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(pages[name].as_uri())
    page.evaluate(UNFOLD)
    found = serious(page)
    context.close()
    assert found == []


def test_what_counts_is_marked_by_more_than_a_colour(page: Any) -> None:
    hits = page.locator("#lists .hit")
    assert hits.count() > 0
    assert page.locator("#lists .hit .tick").count() == hits.count()
    assert page.locator("#lists .miss .tick").count() == 0
    alts = page.evaluate("[...document.querySelectorAll('#lists .hit img')].map(one => one.alt)")
    assert all(alt.endswith(": counts") for alt in alts)


def test_the_lists_of_one_case_stand_below_each_other_place_by_place(page: Any) -> None:
    lefts = page.evaluate(
        "[...document.querySelector('.example').querySelectorAll('.list')].map("
        "list => [...list.querySelectorAll('li')].map(one => one.getBoundingClientRect().left))"
    )
    assert len(lefts) == 3
    assert len(set(lefts[0])) == 10
    assert all(row == lefts[0] for row in lefts)


def test_a_photograph_asks_as_it_was_taken_and_not_as_the_product_looks(page: Any) -> None:
    shown = page.evaluate(
        "[...document.querySelectorAll('.asked img')].filter(one => one.alt.startsWith('a picture of'))"
        ".map(one => [one.src, one.closest('.asked').querySelector('code')?.innerText])"
    )
    products = page.evaluate("[...document.querySelectorAll('.frame img')].map(one => one.src)")
    assert len(shown) == 2
    assert all(source.startswith("data:image/jpeg") and source not in products for source, _ in shown)


def test_a_visit_asks_with_the_last_products_of_it(page: Any) -> None:
    assert page.locator(".visited").first.locator("img").count() == 4
    assert "A visit of 5 products" in page.locator("#lists").inner_text()


def test_pictures_are_large_enough_to_be_seen_on_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    sizes = page.evaluate(
        "[...document.querySelectorAll('#lists > article .frame img')].map(i => [i.width, i.height, i.alt])"
    )
    page.set_viewport_size(WIDE)
    assert len(sizes) == (3 + 2 + 3 + 3) * 10
    assert all(width >= 55 and height >= 60 and alt for width, height, alt in sizes)


def test_a_change_lies_right_of_nothing_where_it_is_better(page: Any) -> None:
    drawn = page.evaluate(
        "[...document.querySelectorAll('#changes svg')].map(one => [one.getAttribute('class'),"
        "one.querySelector('circle').getBoundingClientRect().left,"
        "one.querySelector('.zero').getBoundingClientRect().left])"
    )
    assert {kind for kind, _, _ in drawn} == {"better"}
    assert all(dot > zero for _, dot, zero in drawn)


def test_a_link_leads_to_each_section(page: Any) -> None:
    links = page.evaluate("[...document.querySelectorAll('nav a')].map(a => a.hash.slice(1))")
    sections = page.evaluate("[...document.querySelectorAll('main > section')].map(one => one.id)")
    assert links == sections
    assert {"gates", "changes", "costs", "lists", "parts", "left-out"} <= {*sections}


def test_print_keeps_the_verdict_and_leaves_out_the_links(page: Any) -> None:
    page.emulate_media(media="print")
    shown = [page.locator(one).is_visible() for one in ("nav", ".sentence")]
    page.emulate_media(media="screen")
    assert shown == [False, True]


def test_whoever_was_not_asked_has_no_list(page: Any) -> None:
    lists = page.evaluate(
        "[...document.querySelectorAll('.example')].map(one => [one.querySelector('.label').textContent,"
        "[...one.querySelectorAll('.list h4 b')].map(name => name.textContent)])"
    )
    assert {label: names[-1] for label, names in lists if label == "photo"} == {"photo": "a-rather-long-name"}
    assert all(names[-1] == "recommend" for label, names in lists if label != "photo")


def test_single_changes_stand_apart_from_the_questions(chromium: Any, pages: dict[str, Path]) -> None:
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(pages["one"].as_uri())
    asked = page.locator("#structure .figures tbody th b").all_inner_texts()
    single = page.locator("#structure .single tbody th").all_inner_texts()
    context.close()
    assert (asked, single) == (["photo"], ["photo: blur"])
