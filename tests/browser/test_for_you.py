"""The shelf for a shopper, and what is known of them, which they correct and erase, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike import Index
from lookalike.testing.grid import GridEncoder
from lookalike.testing.serving import listening

from .cards import ALWAYS, expect, ids, wait_for, wait_for_rest, wait_for_same, wait_for_width
from .shoppers import like, sent, shop_with_shoppers, shopper, things, wait_for_things, wait_until

RECOMMENDED = "**/v1/recommend?*"
FOR_YOU = ".for-grid .card:not(.ghost)"
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop, whose shoppers did something."""
    folder = tmp_path_factory.mktemp("for-you") / "index"
    shop_with_shoppers(folder)
    return folder


@pytest.fixture
def shop_index(shop_folder: Path, tmp_path: Path) -> Index:
    """A copy for each test, which may write in it."""
    return Index.open(shutil.copytree(shop_folder, tmp_path / "shop"), GridEncoder())


@pytest.fixture
def shop(shop_index: Index) -> Iterator[str]:
    """The address of a service over it."""
    with listening(shop_index) as address:
        yield address


VISIT = "JSON.parse(sessionStorage.getItem('lookalike visit'))?.id"


def of(user: str, visit: Any, **wishes: Any) -> Any:
    """The page of a shopper, once their taste is there."""
    page = visit(f"/for-you?user={user}", **wishes)
    page.wait_for_selector(".taste-things", state="attached")
    return page


def chip(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name)


def test_a_shopper_with_nothing_sees_what_is_popular_and_varied_and_that_it_is_said(
    visit: Any, shop_index: Index
) -> None:
    page = visit("/for-you")
    wait_for_same(page, lambda: shop_index.recommend(k=24, **ALWAYS).ids, FOR_YOU)
    expect(page.locator(".for-because")).to_contain_text("Nothing is known of you: these are popular")
    expect(page.locator(".taste-said")).to_contain_text("Nothing of you is kept until you press a heart")
    assert page.evaluate("localStorage.length") == 0


def test_nothing_names_a_shopper_before_the_first_heart(visit: Any, shop_index: Index) -> None:
    page = visit("/?category=Shoes")
    events = sent(page)
    page.goto("/product/0100")
    page.wait_for_selector(".shelf .card:not(.ghost)")
    wait_until(page, lambda: events, "nothing was told")
    assert shopper(page) is None
    assert {tuple(sorted(one)) for one in events} <= {
        ("event", "id", "item", "session", "timestamp"),
        ("answer", "event", "id", "item", "session", "timestamp"),
    }
    assert not [user for user in shop_index.shoppers if user.startswith("browser-")]


def test_a_heart_is_a_like_and_what_is_liked_decides_the_shelf(visit: Any, shop_index: Index) -> None:
    page = visit("/?category=Shoes")
    like(page, ["0100", "s4"])
    user = shopper(page)
    assert user is not None and user.startswith("browser-")
    assert things(shop_index, user) == {"0100": "liked", "s4": "liked"}
    page.reload()
    expect(page.locator('.card[data-id="0100"] .heart')).to_have_attribute("aria-pressed", "true")
    page.get_by_role("banner").get_by_role("link", name="For you").click()
    wait_for_same(page, lambda: shop_index.recommend(user, 24, **ALWAYS).ids, FOR_YOU)
    expect(page.locator(".for-because")).to_have_text("By what you did with 2 products, the newest most.")
    expect(page.locator(".taste-said")).to_contain_text("mostly sneakers")
    chip(page, "Forget Sneakers").wait_for()


def test_a_like_is_taken_back_and_given_again(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0100")
    heart = page.get_by_role("button", name="Like Arlo sneakers in red")
    for _ in range(3):  # in haste: what was pressed last holds
        heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    user = shopper(page) or ""
    wait_for_things(page, shop_index, user, {"0100": "liked"})
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        heart.click()
    expect(heart).to_have_attribute("aria-pressed", "false")
    wait_for_things(page, shop_index, user, {})
    heart.click()
    wait_for_things(page, shop_index, user, {"0100": "liked"})


def test_a_learned_value_is_forgotten_with_what_it_is_from_and_comes_back(
    visit: Any, shop_index: Index
) -> None:
    page = of("thea", visit)
    before = things(shop_index, "thea")
    wait_for_same(page, lambda: shop_index.recommend("thea", 24, **ALWAYS).ids, FOR_YOU)
    shelf = ids(page, FOR_YOU)
    with page.expect_response(RECOMMENDED) as answered:
        chip(page, "Forget Mugs,").click()
    page.get_by_text("Mugs is forgotten, with the").wait_for()
    expect(chip(page, "Forget Mugs,")).to_have_count(0)
    mugs = {"m1", "m1-bis"}
    assert mugs <= set(before)
    wait_until(page, lambda: not mugs & set(things(shop_index, "thea")), "mugs are not forgotten")
    without = [one["id"] for one in answered.value.json()["results"]]
    assert without != shelf
    wait_for(page, without, FOR_YOU)
    page.get_by_role("button", name="Undo").click()
    chip(page, "Forget Mugs,").wait_for()
    wait_for_things(page, shop_index, "thea", before)


def test_one_product_is_forgotten_and_all_count_again(visit: Any, shop_index: Index) -> None:
    page = of("ruth", visit)
    before = things(shop_index, "ruth")
    page.get_by_role("button", name="Forget Bjarne tote handbag in red").click()
    page.get_by_text("1 product does not count any more.").wait_for()
    left = {id: kind for id, kind in before.items() if id != "b4"}
    assert left != before
    wait_for_things(page, shop_index, "ruth", left)
    page.get_by_role("button", name="Let them count again").click()
    expect(page.locator(".taste-forgotten")).to_have_count(0)
    wait_for_things(page, shop_index, "ruth", before)


def test_what_is_never_wanted_and_a_budget_are_promises(visit: Any, shop_index: Index) -> None:
    page = of("ruth", visit)
    field = page.get_by_label("Which", exact=True)
    field.fill("Alderwick")
    page.get_by_role("button", name="Never show it").click()
    chip(page, "Take back: Never Alderwick").wait_for()
    page.get_by_label("The most that a product may cost").fill("60")
    page.get_by_role("button", name="Set", exact=True).click()
    chip(page, "Take back: Up to €60 each").wait_for()
    declared = shop_index.shoppers.get("ruth")["declared"]
    assert declared["brands"] == {"like": [], "avoid": ["Alderwick"]}
    assert declared["budget"]["max"] == 60
    wanted = shop_index.recommend("ruth", 24, **ALWAYS)
    wait_for(page, wanted.ids, FOR_YOU)
    assert wanted.ids and not [one for one in wanted.results if one.product.brand == "Alderwick"]
    assert max(float(one.product.price.amount) for one in wanted.results if one.product.price) <= 60
    chip(page, "Take back: Never Alderwick").click()
    chip(page, "Take back: Up to €60 each").click()
    expect(page.locator(".taste-saying .chip")).to_have_count(0)
    assert shop_index.shoppers.get("ruth")["declared"]["budget"] is None


def test_what_is_not_for_one_goes_and_stays_away(visit: Any, shop_index: Index) -> None:
    page = visit("/for-you")
    page.wait_for_selector(FOR_YOU)
    first = page.locator(FOR_YOU).first
    id = first.get_attribute("data-id")
    first.hover()
    first.locator(".refuse").click()
    expect(page.locator(f'{FOR_YOU}[data-id="{id}"]')).to_have_count(0)
    wait_for_things(page, shop_index, shopper(page) or "", {id: "disliked"})
    page.reload()
    page.wait_for_selector(FOR_YOU)
    expect(page.locator(f'{FOR_YOU}[data-id="{id}"]')).to_have_count(0)


def test_everything_is_erased_after_it_was_asked_for_twice(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0100")
    page.wait_for_function(f"{VISIT} !== undefined")
    page.goto("/?category=Shoes")
    like(page, ["0100", "s4"])
    user = shopper(page) or ""
    page.goto("/for-you")
    erase = page.get_by_role("button", name="Erase everything")
    erase.click()
    dialog = page.get_by_role("dialog", name="Erase everything?")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    assert things(shop_index, user)
    visit_before = page.evaluate(VISIT)
    erase.click()
    dialog.get_by_role("button", name="Erase everything").click()
    page.get_by_text("Everything is erased.").wait_for()
    assert user not in list(shop_index.shoppers)
    expect(page.locator(".for-because")).to_contain_text("Nothing is known of you")
    assert shopper(page) is None
    assert page.evaluate(VISIT) != visit_before  # what is shown from now on is told of another visit
    page.goto("/?category=Shoes")
    page.locator('.card[data-id="0100"]').wait_for()
    expect(page.locator('.heart[aria-pressed="true"]')).to_have_count(0)


def test_a_visit_without_a_heart_asks_with_what_it_looked_at(visit: Any, shop_index: Index) -> None:
    page = visit("/product/0100")
    # What is popular may change with what pages tell meanwhile: the cards are compared with the answer
    # they are of.
    with page.expect_response(RECOMMENDED) as first:
        page.get_by_role("link", name="For you").click()
    wait_for(page, [one["id"] for one in first.value.json()["results"]], FOR_YOU)
    assert "recent=0100" in first.value.url
    expect(page.locator(".for-because")).to_contain_text("you looked at on this visit; nothing of it is kept")
    with page.expect_response(RECOMMENDED) as then:
        page.get_by_role("button", name="Forget Arlo sneakers in red").click()
    expect(page.locator(".for-because")).to_contain_text("Nothing is known of you")
    wait_for(page, [one["id"] for one in then.value.json()["results"]], FOR_YOU)
    assert "recent" not in then.value.url


def test_the_page_of_another_shopper_leads_back_to_ones_own(visit: Any, shop_index: Index) -> None:
    page = of("ruth", visit)
    expect(page.locator(".for-other")).to_contain_text("This is the page of the shopper ruth.")
    page.get_by_role("link", name="Back to yours").click()
    expect(page.locator(".for-because")).to_contain_text("Nothing is known of you")
    expect(page.locator(".for-other")).to_be_hidden()


def test_who_may_not_write_sees_what_this_browser_keeps_and_leaves_it(visit: Any) -> None:
    page = visit("/photo")
    page.route(
        "**/v1/session", lambda route: route.fulfill(json={"read": True, "write": False, "keys": True})
    )
    page.goto("/?category=Shoes")
    like(page, ["0100"])
    page.goto("/for-you")
    page.get_by_text("You like 1 product.").wait_for()
    page.get_by_role("button", name="Forget me in this browser").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget me").click()
    page.get_by_text("This browser has forgotten you.").wait_for()
    assert shopper(page) is None
    assert not [url for url in visit.asked if "/v1/shoppers" in url]


def test_a_shelf_that_cannot_be_had_says_so_and_comes_back(visit: Any) -> None:
    page = visit("/photo")
    problem = {"detail": "Broken.", "code": "bug", "next_step": "Report it.", "title": "Bug"}
    page.route("**/v1/recommend?*", lambda route: route.fulfill(json=problem, status=500), times=1)
    page.goto("/for-you")
    page.get_by_role("heading", name="Broken.").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(FOR_YOU)
    visit.forgive("500")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light"), (1920, "dark")]
)
def test_it_is_for_everyone(visit: Any, serious: Any, width: int, scheme: str) -> None:
    page = of("ruth", visit, width=width, scheme=scheme)
    wait_for_width(page, width)
    assert serious(page) == []
    if width < 960:
        page.locator(".taste summary").click()
        page.get_by_role("heading", name="Learned from").wait_for()
        wait_for_width(page, width)
        assert serious(page) == []
    page.get_by_role("button", name="Erase everything").click()
    page.get_by_role("dialog").wait_for()
    assert serious(page) == []


def test_the_head_fits_on_the_narrowest_screen_and_its_tools_are_in_a_menu(visit: Any, serious: Any) -> None:
    page = visit("/", 320)
    tools = page.get_by_role("button", name="Tools of the shop")
    link = page.get_by_role("link", name="Add products")
    expect(link).to_be_hidden()
    tools.click()
    expect(link).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(tools).to_be_focused()
    boxes = [
        page.locator(one).bounding_box()
        for one in (".wordmark", ".find", ".top-row > a.top-link", ".top-more")
    ]
    assert all(one["x"] >= 0 and one["x"] + one["width"] <= 320 and one["height"] >= 40 for one in boxes)
    assert boxes[1]["width"] > 120


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_it_comes(visit: Any, width: int) -> None:
    page = of("ruth", visit, width=width)
    page.context.add_init_script(SHIFTS)
    page.reload()
    wait_for_rest(page)
    page.wait_for_selector(".taste-things", state="attached")
    assert page.evaluate("shifted") < 0.05
