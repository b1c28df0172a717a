"""Products that show the same picture are one card on the page, which says so and shows them on wish."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lookalike import Index
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

from .cards import expect

ALWAYS: dict[str, Any] = {"stock": "first"}
SHELF = ".shelf .card:not(.ghost)"
FOUND = ".photo-grid .card:not(.ghost)"


@pytest.fixture(scope="module")
def shop_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop, of whose copies is known."""
    index = Index.create(tmp_path_factory.mktemp("folded") / "index", GridEncoder())
    index.add(tiny_shop().products)
    assert index.duplicates(look=False).complete  # adding looks for copies
    return index


def ids(page: Any, cards: str) -> list[str]:
    page.wait_for_selector(cards)
    found: list[str] = page.eval_on_selector_all(cards, "cards => cards.map(card => card.dataset.id)")
    return found


def wait_for(page: Any, cards: str, wanted: list[str]) -> None:
    page.wait_for_function(
        "([cards, ids]) => [...document.querySelectorAll(cards)].map(card => card.dataset.id).join() === ids",
        arg=[cards, ",".join(wanted)],
    )


def line(page: Any) -> Any:
    """The line below the shelf that says what is folded; an assertion about it waits."""
    return expect(page.locator(".folded > span"))


def asked_for_copies(page: Any) -> bool:
    return parse_qs(urlsplit(page.url).query).get("duplicates") == ["true"]


def test_a_card_says_its_copies_and_its_variants_and_leads_to_them(visit: Any, shop_index: Index) -> None:
    page = visit("/product/b6?k=24")
    answer = shop_index.similar("b6", k=24, **ALWAYS)
    assert ids(page, SHELF) == answer.ids
    for result in answer.results:
        card = page.locator(f'{SHELF}[data-id="{result.id}"]')
        count = len(result.copies)
        said = card.locator(".card-copies").all_inner_texts()
        assert said == ([] if not count else ["1 copy"] if count == 1 else [f"{count} copies"])
        led = [link.get_attribute("href") for link in card.locator(".card-variants a").all()]
        assert led == [f"/product/{other}" for other in result.variants]
    variants = page.locator(".card-variants a")
    assert variants.count() > 3
    assert variants.first.get_attribute("aria-label").startswith("Variant 1 of ")
    link = page.get_by_role("link", name="2 copies of").first
    copied = page.locator(SHELF, has=link).get_attribute("data-id")
    link.click()
    page.wait_for_url(f"**/duplicates?product={copied}")


def test_the_line_says_what_is_folded_and_shows_it_on_wish(visit: Any, shop_index: Index) -> None:
    page = visit("/product/b6?k=24")
    folded = shop_index.similar("b6", k=24, **ALWAYS)
    count = folded.explain["folded_by"]["copies"]
    assert count >= 3
    line(page).to_have_text(f"{count} products folded into those that show the same picture.")
    button = page.locator(".folded button")
    button.click()
    whole = shop_index.similar("b6", k=24, duplicates=True, **ALWAYS).ids
    wait_for(page, SHELF, whole)
    assert asked_for_copies(page)
    expect(page.locator(f"{SHELF} .card-copies")).to_have_count(0)
    line(page).to_have_text("Products that show the same picture are all here.")
    expect(button).to_have_text("Fold them")
    expect(button).to_be_focused()
    page.reload()
    wait_for(page, SHELF, whole)
    for link in page.locator(f"{SHELF} .card-title a").all():
        assert "duplicates" not in link.get_attribute("href")  # onward links fold again
    page.get_by_role("button", name="Fold them").click()
    wait_for(page, SHELF, folded.ids)
    assert not asked_for_copies(page)


def test_copies_of_the_product_itself_are_left_out_and_counted(visit: Any) -> None:
    page = visit("/product/m1")
    assert not {"m1-bis", "m1-ter"} & set(ids(page, SHELF))
    line(page).to_contain_text("2 products with this picture left out")
    page.get_by_role("button", name="Show all").click()
    page.wait_for_selector(f"{SHELF}[data-id=m1-ter]")


def test_nothing_is_said_where_nothing_is_folded(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0100?kind=same")
    answer = shop_index.similar("0100", recipe="same-kind", **ALWAYS)
    wait_for(page, SHELF, answer.ids)
    assert answer.explain["folded_by"]["copies"] == 0
    line(page).to_have_text("")


def test_what_looks_like_a_photo_is_folded_as_well(visit: Any) -> None:
    page = visit("/photo")
    photo = next(iter(tiny_shop().photos.values()))
    page.set_input_files(".photo-file", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo})
    folded = ids(page, FOUND)
    line(page).to_contain_text("folded into")
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("() => document.querySelector('.folded').textContent.includes('all here')")
    assert asked_for_copies(page)
    assert ids(page, FOUND) != folded
    page.reload()
    page.wait_for_selector(FOUND)
    page.get_by_role("button", name="Fold them").click()
    wait_for(page, FOUND, folded)


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_it_can_be_read_and_touched(visit: Any, serious: Any, width: int, scheme: str) -> None:
    page = visit("/product/m2?k=24", width, scheme)
    ids(page, SHELF)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".card-copies a").first.bounding_box()
    assert box["height"] >= (44 if width < 700 else 24)
