"""One product's page in a real browser: its facts, its variants, and the shelf that follows the dial."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lookalike import Index, Product
from lookalike.testing.tiny_shop import tiny_shop

from .cards import expect, wait_for_width

SHELF = ".shelf .card:not(.ghost)"
ALWAYS: dict[str, Any] = {"stock": "first"}
"""What the page asks for wherever a shopper says nothing else."""


GLIDED = """() => {
  const animate = Element.prototype.animate;
  window.glided = 0;
  Element.prototype.animate = function (...how) {
    if (this.matches(".card") && how[0].transform) window.glided += 1;
    return animate.apply(this, how);
  };
}"""
"""Counts the cards that glide from now on."""


def shelf(page: Any) -> list[str]:
    """The products of the shelf, in order."""
    page.wait_for_selector(SHELF)
    found: list[str] = page.eval_on_selector_all(SHELF, "cards => cards.map(card => card.dataset.id)")
    return found


def wait_for_shelf(page: Any, wanted: list[str]) -> None:
    page.wait_for_function(
        "([shelf, ids]) => [...document.querySelectorAll(shelf)].map(card => card.dataset.id).join() === ids",
        arg=[SHELF, ",".join(wanted)],
    )


def adjust(page: Any) -> None:
    """Open the dials."""
    page.locator(".adjust summary").click()


def answer(page: Any, path: str) -> Any:
    """What the service says itself."""
    return page.request.get(path).json()


def test_a_product_shows_what_the_catalogue_says(visit: Any) -> None:
    page = visit("/product/0101")
    assert page.title() == "Arlo sneakers in cobalt · Lookalike"
    facts = page.locator(".facts")
    assert facts.locator("h1").inner_text() == "Arlo sneakers in cobalt"
    assert "€79.90" in facts.inner_text()
    assert "In stock" in facts.inner_text()
    assert facts.locator(".path li").all_inner_texts() == ["Everything", "Shoes", "Sneakers"]
    page.locator("summary", has_text="Details").click()
    expect(page.locator(".details dl")).to_contain_text("cobalt")


def test_several_pictures_are_chosen_by_their_thumbnails(visit: Any) -> None:
    page = visit("/product/0101")
    assert page.get_by_role("img", name="Arlo sneakers in cobalt, picture 1 of 3").is_visible()
    third = page.get_by_role("button", name="Picture 3 of 3")
    third.click()
    large = page.get_by_role("img", name="Arlo sneakers in cobalt, picture 3 of 3")
    assert "/v1/pictures/0101/2?" in large.get_attribute("src")
    expect(third).to_have_attribute("aria-pressed", "true")


def test_the_variants_are_the_other_products_of_the_group(visit: Any) -> None:
    page = visit("/product/0007")
    variants = page.get_by_role("region", name="Variants").get_by_role("link")
    hrefs = {variant.get_attribute("href") for variant in variants.all()}
    assert hrefs == {f"/product/{other}" for other in tiny_shop().variants["TEE-A"] - {"0007"}}
    variants.first.click()
    page.wait_for_url("**/product/0008")
    page.wait_for_function("() => document.querySelector('h1')?.textContent.endsWith('cobalt')")


def test_colours_are_named_with_their_shares(visit: Any) -> None:
    page = visit("/product/b6")
    product = answer(page, "/v1/products/b6")["product"]
    shares: dict[str, float] = {}
    for colour in product["colours"]:
        shares[colour["name"]] = shares.get(colour["name"], 0) + colour["share"]
    said = page.locator(".palette li").all_inner_texts()
    assert [" ".join(words.split()) for words in said] == [
        f"{name} {100 * share:.0f}%" for name, share in sorted(shares.items(), key=lambda one: -one[1])
    ]


def test_the_shelf_is_the_answer_of_the_service(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0100")
    assert shelf(page) == shop_index.similar("0100", **ALWAYS).ids


def test_the_dials_reorder_the_shelf_as_the_service_does(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0100", reduced_motion="no-preference")
    by_look = shelf(page)
    page.evaluate(GLIDED)
    adjust(page)
    dial = page.get_by_role("slider", name="Between look and colour")
    assert dial.get_attribute("aria-valuetext") == "look 100%, colour 0%"
    dial.fill("0.6")
    page.wait_for_function("() => window.glided > 0")
    wanted = shop_index.similar("0100", weights={"look": 0.4, "colour": 0.6}, **ALWAYS).ids
    assert wanted != by_look
    wait_for_shelf(page, wanted)
    assert page.url.endswith("?dial=0.6")
    page.get_by_role("button", name="Colour alone").click()
    wait_for_shelf(page, shop_index.similar("0100", weights={"colour": 1}, **ALWAYS).ids)
    page.get_by_role("button", name="Look alone").click()
    wait_for_shelf(page, by_look)
    assert page.url.endswith("/product/0100")
    page.get_by_role("slider", name="more various").fill("1")
    various = shop_index.similar("0100", stock="first", diversity=1).ids
    assert various != by_look
    wait_for_shelf(page, various)
    assert page.url.endswith("?variety=1")
    page.keyboard.press("Escape")
    expect(page.locator(".adjust[open]")).to_have_count(0)


def test_what_is_wished_of_the_shelf_is_promised_and_stands_in_the_address(
    visit: Any, shop_index: Index
) -> None:
    page = visit("/product/0007", patient=True)
    page.get_by_role("button", name="Same kind").click()
    wait_for_shelf(page, shop_index.similar("0007", recipe="same-kind", **ALWAYS).ids)
    page.get_by_role("button", name="In navy", exact=True).click()
    but = 'colour="navy"'
    navy = shop_index.similar("0007", but=but, recipe="same-kind", **ALWAYS).ids
    assert navy
    wait_for_shelf(page, navy)
    assert page.url.endswith("/product/0007?colour=navy&kind=same")
    page.get_by_role("button", name="Same kind").click()
    page.get_by_role("button", name="Cheaper").click()
    but += " price<19.90EUR"
    wait_for_shelf(page, shop_index.similar("0007", but=but, **ALWAYS).ids)
    page.get_by_role("button", name="Another brand").click()
    other = shop_index.similar("0007", but=f'{but} brand!="{brand("0007")}"', **ALWAYS).ids
    wait_for_shelf(page, other)
    page.get_by_role("button", name="Same brand").click()
    expect(page.get_by_role("button", name="Another brand")).to_have_attribute("aria-pressed", "false")
    page.wait_for_url("**&cheaper=true&brand=same**")
    page.goto("/product/0100?dial=0.5&colour=red&k=24")
    half = {"look": 0.5, "colour": 0.5}
    wait_for_shelf(page, shop_index.similar("0100", 24, but="colour=red", weights=half, **ALWAYS).ids)
    expect(page.locator("#dial")).to_have_value("0.5")
    expect(page.get_by_role("button", name="In red", exact=True)).to_have_attribute("aria-pressed", "true")
    onward = page.locator(SHELF).first.locator(".card-title a").get_attribute("href")
    assert onward.endswith("?colour=red&dial=0.5")


def test_wishes_that_nothing_meets_are_said_and_one_gives_way_at_a_press(
    visit: Any, shop_index: Index, serious: Any
) -> None:
    page = visit("/product/0100?colour=red&upto=1EUR")
    asked = shop_index.similar("0100", but="colour=red price<=1EUR", **ALWAYS)
    assert asked.ids == []
    offers = page.locator(".instead")
    assert asked.instead
    expect(offers).to_have_count(len(asked.instead))
    way = asked.instead[0]
    offer = offers.first
    assert way.said.split()[0] in offer.inner_text()
    assert [card.get_attribute("data-id") for card in offer.locator(".card").all()] == [
        one.id for one in way.results
    ]
    assert page.get_by_role("button", name="Up to €1", exact=True).get_attribute("aria-pressed") == "true"
    assert serious(page) == []
    offer.get_by_role("button", name="Show").click()
    wait_for_shelf(page, shop_index.similar("0100", but=way.but, where=way.where, **ALWAYS).ids)
    assert "upto=1EUR" not in page.url


def brand(product: str) -> str:
    return next(one.brand for one in tiny_shop().products if one.id == product)


def test_a_title_on_the_shelf_has_room_for_the_word_that_differs(visit: Any) -> None:
    page = visit("/product/0100", 390)
    shelf(page)
    title = page.locator(f"{SHELF} .card-title").first
    whole = "(node) => node.scrollHeight <= node.clientHeight"
    title.locator("a").evaluate(
        "node => (node.textContent = 'Long sleeved linen shirt with a collar in cobalt')"
    )
    assert title.evaluate("node => node.clientHeight / parseFloat(getComputedStyle(node).lineHeight)") > 2.5
    assert title.evaluate(whole)


def test_a_card_says_why_it_is_there_and_tells_all_of_it_when_asked(visit: Any, serious: Any) -> None:
    page = visit("/product/0100?k=24")
    said = answer(page, "/v1/similar/0100?k=24&stock=first")["results"]
    cards = {card.get_attribute("data-id"): card for card in page.locator(SHELF).all()}
    assert list(cards) == [result["id"] for result in said]
    for result in said:
        shown = cards[result["id"]].locator(".reason").inner_text().replace("\n", " ")
        whole = re.sub(r": (closer|farther) than [^.]*", "", result["sentence"])
        whole = whole.replace("Not close", "Less alike")
        words = re.sub(r"[\d.]+ [A-Z]{3}", "", whole).replace(".", "").split()
        assert [word for word in words if word not in shown] == []
        bars = cards[result["id"]].locator(".alike-bars").get_attribute("data-level")
        assert int(bars) == 1 + sum(result["closeness"] >= least for least in (0.1, 0.5, 0.9))
    page.locator(".alike-mark").first.click()
    why = page.get_by_role("dialog", name="Why it is here")
    row = why.get_by_role("row", name="Look")
    assert f"{said[0]['evidence']['look']:.2f}" in row.inner_text()
    why.get_by_text("How the order came about").click()
    assert "Variants and copies folded" in why.inner_text()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(why).to_have_count(0)
    page.wait_for_function("() => document.activeElement.className === 'alike-mark'")


def test_an_address_with_the_shelf_opens_at_the_shelf(visit: Any) -> None:
    page = visit("/product/0100#alike")
    page.wait_for_function(
        "() => Math.abs(document.querySelector('#alike').getBoundingClientRect().top - 75) <= 75"
    )


def test_an_unknown_product_says_so_and_leads_on(visit: Any) -> None:
    page = visit("/product/nobody")
    assert page.locator("h1").inner_text() == "This product is not in the shop any more"
    said = page.locator("main").inner_text()
    assert not [word for word in ("lookalike", "ids", "unknown-product", "nobody") if word in said]
    assert page.get_by_role("link", name="To the shop", exact=True).get_attribute("href") == "/"
    page.get_by_role("button", name="Search the shop").click()
    expect(page.locator("#find-text")).to_be_focused()
    visit.forgive("404")


ODD = "a/b ü?#%&"


@pytest.fixture
def odd_product(shop_index: Index) -> Any:
    """A product whose id, title and link are as odd as a catalogue's may be."""
    picture = tiny_shop().products[0].pictures[0]
    hostile = '<img src=x onerror="alert(1)"> & "quotes" ' + "W" * 200
    made = Product(
        ODD,
        (picture,),
        title=hostile,
        brand='5" Pipes',
        link="javascript:alert(1)",
        attributes={"Füße": "<b>"},
    )
    shop_index.add([made])
    yield made
    shop_index.remove([ODD])


def test_ids_and_texts_of_any_letters_are_shown_as_they_are(visit: Any, odd_product: Product) -> None:
    page = visit("/?text=onerror")
    page.wait_for_function(  # a service looks for a new version now and then
        "() => fetch('/v1/products?limit=1').then(answer => answer.json()).then(said => said.total === 43)",
        polling=200,
    )
    page.reload()
    page.get_by_role("link", name=odd_product.title, exact=True).click()
    page.wait_for_function("() => document.querySelector('.facts h1')")
    assert page.locator("h1").inner_text() == odd_product.title
    assert page.locator("main img[src=x]").count() == 0
    assert page.get_by_role("link", name="See it at the shop").count() == 0
    assert page.locator(".gallery img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert len(shelf(page)) == 12
    wait_for_width(page, 320)
    page.reload()
    page.wait_for_function("() => document.querySelector('.facts h1')")
