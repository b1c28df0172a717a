"""The shop in a real browser: its grid, its filters, its search, and going back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lookalike import Index
from lookalike.filters import parse_filter

from .cards import expect, wait_for_rest, wait_for_width
from .shoppers import wait_until

SHOWN = ".grid .card:not(.ghost)"


def ids(page: Any) -> list[str]:
    """The products of the grid, in order."""
    found: list[str] = page.eval_on_selector_all(SHOWN, "cards => cards.map(card => card.dataset.id)")
    return found


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def wait_for(page: Any, count: int) -> None:
    """Until the head of the shop says so many products."""
    words = f"{count} product" if count == 1 else f"{count} products"
    page.wait_for_function("words => document.querySelector('.count-said')?.textContent === words", arg=words)


def expected(index: Index, where: str | None = None, text: str | None = None, **wishes: Any) -> list[str]:
    return [listed.product.id for listed in index.browse(where, text, limit=100, **wishes).products]


def test_the_shop_shows_its_products_in_order(visit: Any, shop_index: Index) -> None:
    page = visit("/")
    wait_for(page, 42)
    shown = ids(page)
    assert len(shown) > 8
    assert shown == expected(shop_index)[: len(shown)]


def test_a_colour_filters_the_shop_and_stands_in_the_address(visit: Any, shop_index: Index) -> None:
    page = visit("/")
    red = page.get_by_role("button", name="red,")
    red.click()
    wanted = expected(shop_index, "colour=red")
    wait_for(page, len(wanted))
    assert ids(page) == wanted
    assert query(page) == {"colour": ["red"]}
    expect(red).to_have_attribute("aria-pressed", "true")


def test_filters_add_up_and_chips_take_them_away(visit: Any, shop_index: Index) -> None:
    page = visit("/?colour=red")
    page.get_by_role("group", name="Category").get_by_role("link", name="Clothing").click()
    both = expected(shop_index, "colour=red category=Clothing")
    wait_for(page, len(both))
    assert ids(page) == both
    page.get_by_role("link", name="Remove colour: red").click()
    wanted = expected(shop_index, "category=Clothing")
    wait_for(page, len(wanted))
    assert query(page) == {"category": ["Clothing"]}


def test_a_category_opens_its_children(visit: Any) -> None:
    page = visit("/")
    tree = page.get_by_role("group", name="Category")
    assert tree.get_by_role("link", name="Sneakers").count() == 0
    tree.get_by_role("link", name="Shoes").click()
    tree.get_by_role("link", name="Sneakers").click()
    page.wait_for_function("() => document.querySelector('h1').textContent === 'Sneakers'")
    assert query(page) == {"category": ["Shoes > Sneakers"]}
    expect(page).to_have_title("Sneakers · Lookalike")


def test_a_brand_with_spaces_and_signs_is_asked_for_as_it_is(visit: Any, shop_index: Index) -> None:
    page = visit("/")
    page.get_by_role("checkbox", name="Brindle & Fen").check()
    wanted = expected(shop_index, 'brand="Brindle & Fen"')
    wait_for(page, len(wanted))
    assert ids(page) == wanted


ODD = [
    "Brindle & Fen",
    "a|b",
    "x<=y = z",
    " padded ",
    "ünïcode 寿司",
    "back\\slash",
    "it's",
    'a "quoted" one',
    '15"',
    "two\nlines",
    "!~",
]


def test_any_value_is_asked_for_as_it_is(visit: Any) -> None:
    page = visit("/")
    written = page.evaluate(
        """async (values) => {
          const { whereOf, wishesOf, shopAddress } = await import(
            document.querySelector("script[src]").src.replace("app.js", "parts/wishes.js"));
          const wishes = wishesOf(new URLSearchParams());
          wishes.brand = values;
          wishes.attributes.set("col umn=1", values);
          wishes.price = { low: 10, high: 50.5, currency: "EUR" };
          return whereOf(wishesOf(new URL(shopAddress(wishes), location.href).searchParams));
        }""",
        ODD,
    )
    read = [(term.field, term.op, list(term.values)) for term in parse_filter(written).terms]
    assert read == [
        ("brand", "=", ODD),
        ("attributes.col umn=1", "=", ODD),
        ("price", ">=", ["10EUR"]),
        ("price", "<=", ["50.5EUR"]),
    ]


def test_the_price_slider_follows_the_arrow_keys(visit: Any, shop_index: Index) -> None:
    page = visit("/?category=Shoes")
    wait_for(page, 7)
    low = page.get_by_role("slider", name="Lowest price")
    before = low.get_attribute("aria-valuetext")
    low.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(  # a thumb is asked for when it rests, and may have rested between two keys
        "thumb => new URLSearchParams(location.search).get('price')"
        "?.startsWith(thumb.ariaValueText.replace(/[^0-9.]/g, '') + '-')",
        arg=low.element_handle(),
    )
    assert low.get_attribute("aria-valuetext") != before
    (price,) = query(page)["price"]
    amount, currency = price.removesuffix("EUR").rstrip("-"), price[-3:]
    wanted = expected(shop_index, f"category=Shoes price>={amount}{currency}")
    assert 0 < len(wanted) < 6
    wait_for(page, len(wanted))
    expect(low).to_be_focused()


def test_prices_of_another_currency_can_be_chosen(visit: Any, shop_index: Index) -> None:
    page = visit("/?price=20-EUR")
    currency = page.get_by_role("combobox", name="Currency")
    assert set(currency.locator("option").all_inner_texts()) == {"EUR", "USD", "GBP"}
    currency.select_option("USD")
    wait_for(page, 42)
    page.get_by_role("slider", name="Highest price").press("ArrowLeft")
    wanted = expected(shop_index, "price<22USD")
    wait_for(page, len(wanted))
    assert ids(page) == wanted == ["m5"]
    assert query(page)["price"][0].endswith("USD")


def test_the_order_is_chosen_and_stands_in_the_address(visit: Any, shop_index: Index) -> None:
    page = visit("/")
    page.get_by_label("Order").select_option("-price")
    page.wait_for_url("**sort=-price")
    wanted = expected(shop_index, sort="-price")
    page.wait_for_selector(f'.grid .card:nth-child(2)[data-id="{wanted[1]}"]')
    assert ids(page) == wanted[: len(ids(page))]


def test_an_address_is_enough_to_see_the_same_again(visit: Any, shop_index: Index) -> None:
    where = 'pattern=plain category=Shoes brand=Elmarrow|Alderwick price<=90EUR availability="in stock"'
    page = visit(
        "/?category=Shoes&brand=Elmarrow&brand=Alderwick&price=-90EUR"
        "&availability=in+stock&attributes.pattern=plain&sort=price"
    )
    wanted = expected(shop_index, where, sort="price")
    assert wanted == ["0100", "0101"]
    wait_for(page, 2)
    assert ids(page) == wanted
    expect(page.locator(".chip")).to_have_text(
        ["Shoes", "Elmarrow", "Alderwick", "in stock", "plain", "up to €90"]
    )
    expect(page.get_by_role("checkbox", name="Elmarrow")).to_be_checked()


def test_nothing_that_matches_says_so_and_leads_on(visit: Any) -> None:
    page = visit("/?text=zeppelin&colour=red")
    expect(page.locator(".notice-title")).to_have_text("Nothing matches all of that")
    page.get_by_role("link", name="Show everything").click()
    wait_for(page, 42)


def test_colours_stay_at_the_right_of_a_card_without_a_price(visit: Any) -> None:
    page = visit("/photo")

    def unpriced(route: Any) -> None:
        answer = route.fetch().json()
        for product in answer["products"][::2]:
            product["price"] = None
        route.fulfill(json=answer)

    page.route("**/v1/products?*", unpriced)
    page.goto("/")
    page.wait_for_selector(SHOWN)
    gaps = page.eval_on_selector_all(
        f"{SHOWN} .dots",
        "all => all.map(one => one.parentElement.getBoundingClientRect().right"
        " - one.getBoundingClientRect().right)",
    )
    assert len(gaps) > 4 and max(gaps) < 1


def test_a_few_prices_are_seen_next_to_many(visit: Any) -> None:
    page = visit("/photo")
    band = {"currency": "EUR", "min": 9, "max": 1509, "histogram": [96, *[0] * 22, 4]}

    def dear(route: Any) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "facets": {**(answer["facets"] or {}), "price": [band]}})

    page.route("**/v1/products?*", dear)
    page.goto("/")
    bars = page.locator(".bars i")
    bars.first.wait_for()
    many, few = (
        bar.evaluate("bar => [bar.offsetWidth, bar.offsetHeight]") for bar in (bars.first, bars.last)
    )
    line = page.locator(".bars").evaluate("bars => bars.offsetWidth")
    assert many[0] > line / 5
    assert 0.15 * many[1] < few[1] < many[1]


@pytest.mark.parametrize("path", ["/p/00007", "/docs"])
def test_a_mistyped_address_says_so_in_the_page_and_leads_on(visit: Any, path: str) -> None:
    page = visit(path)
    assert page.locator("h1").inner_text() == "There is nothing at this address"
    wait_until(page, lambda: visit.said, "nobody is told that there is nothing")
    assert [said for said in visit.said if "404" not in said] == []
    visit.forgive("404")
    page.get_by_role("link", name="To the shop", exact=True).click()
    wait_for(page, 42)


GROWN = """() => {
  const start = document.startViewTransition.bind(document);
  window.grown = [];
  document.startViewTransition = (change) => {
    const transition = start(change);
    transition.ready.then(() => window.grown.push(
      document.getAnimations().some((one) => one.effect.pseudoElement?.includes("product-picture"))));
    return transition;
  };
}"""
"""Notes of each change of view whether a picture moves from one to the other."""


def test_with_motion_a_picture_grows_into_its_page_and_shrinks_back(visit: Any) -> None:
    page = visit("/?sort=title", reduced_motion="no-preference")
    page.evaluate(GROWN)
    page.evaluate("scrollTo(0, 700)")
    page.locator(SHOWN).nth(5).locator(".card-title a").click()
    page.wait_for_function("() => grown.length === 1")
    page.wait_for_selector(".facts h1")
    page.go_back()
    page.wait_for_function("() => grown.length === 2")
    assert page.evaluate("grown") == [True, True]
    page.wait_for_function("() => Math.abs(scrollY - 700) < 2")
    page.wait_for_function("() => !document.querySelector('.tile[style*=view-transition-name]')")


def test_a_reload_comes_back_to_the_same_place(visit: Any) -> None:
    page = visit("/?sort=title")
    page.wait_for_selector(SHOWN)
    page.evaluate("scrollTo(0, 900)")
    page.wait_for_function("() => scrollY === 900")
    page.reload()
    wait_for_rest(page)
    page.wait_for_function("() => scrollY === 900")


def test_the_shop_can_be_used_with_the_keyboard_alone(visit: Any, shop_index: Index) -> None:
    page = visit("/")
    wait_for(page, 42)

    def tab_to(test: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate(f"(node => {test})(document.activeElement)"):
                return
        pytest.fail(f"the keyboard does not reach what is {test}")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    tab_to("node.textContent.startsWith('Shoes')")
    page.keyboard.press("Enter")
    wait_for(page, 7)
    page.wait_for_function("() => document.activeElement.dataset.key === 'category Shoes'")
    tab_to("node.matches('.swatch') && node.ariaLabel.startsWith('red')")
    page.keyboard.press("Space")
    page.wait_for_url("**colour=red")
    wait_for(page, len(expected(shop_index, "category=Shoes colour=red")))
    page.wait_for_function("() => document.activeElement.ariaPressed === 'true'")
    tab_to("node.matches('.card-title a')")
    outline = page.evaluate("getComputedStyle(document.activeElement, '::after').outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/product/0100")
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")
    tab_to("node.matches('.adjust summary')")
    page.keyboard.press("Space")
    tab_to("node.id === 'dial'", 2)
    page.keyboard.press("End")
    page.wait_for_url("**dial=1*")
    page.go_back()
    page.wait_for_url("**colour=red")


@pytest.mark.parametrize("path", ["/?colour=red&category=Clothing", "/?text=" + "w" * 400, "/product/0007"])
def test_a_narrow_screen_never_scrolls_sideways(visit: Any, path: str) -> None:
    page = visit(path, 390)
    for width in (390, 320):
        wait_for_width(page, width)


def test_on_a_phone_the_filters_are_a_sheet_that_says_what_it_will_show(
    visit: Any, shop_index: Index
) -> None:
    page = visit("/", 390)
    page.get_by_role("button", name="Filters").click()
    sheet = page.get_by_role("dialog", name="Filters")
    sheet.get_by_role("button", name="navy,").tap()
    wanted = expected(shop_index, "colour=navy")
    sheet.get_by_role("button", name=f"Show {len(wanted)} product").tap()
    expect(sheet).to_have_count(0)
    assert ids(page) == wanted
    page.go_back()
    assert page.url == "about:blank"  # what is tried in the sheet leaves no trail of addresses
