"""What is wrong in the catalogue, in a real browser: seen, decided, taken back."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from lookalike import Index
from lookalike.testing.tiny_shop import tiny_shop

from .cards import expect
from .shoppers import wait_until


def card(page: Any, kind: str) -> Any:
    """The first finding of a kind that is shown."""
    return page.locator(f'.finding[data-kind="{kind}"]').first


def saved(page: Any) -> None:
    """Wait until all that was decided is with the service."""
    page.get_by_text("Saved", exact=True).wait_for()


def product(page: Any, id_: str) -> dict[str, Any]:
    """What the service says of a product."""
    found: dict[str, Any] = page.request.get(f"/v1/products/{id_}").json()["product"]
    return found


def test_what_is_wrong_is_told_by_kind_with_its_picture_and_what_one_click_does(clinic: Any) -> None:
    page = clinic("/doctor")
    expect(page.locator(".finding-group h2")).to_have_text(
        ["Blurred pictures 6", "Tags that contradict the picture 1", "Tags that are missing 1",
         "Ids that clash 1", "Prices far from look-alikes' 1"]
    )  # fmt: skip
    wrong = card(page, "wrong-tag")
    assert "What looks like it has stripes." in wrong.inner_text()
    assert wrong.locator(".finding-sure").inner_text() == "Sure · 93%"
    assert wrong.locator(".finding-change").inner_text().split() == ["Pattern", "plain", "stripes"]
    assert wrong.locator(".finding-beside .beside-value").all_inner_texts() == ["stripes"] * 3
    assert wrong.get_by_role("button", name="Change to “stripes”").is_visible()
    assert wrong.locator(".finding-picture img").get_attribute("src").startswith("/v1/pictures/0007/0")
    assert card(page, "id-clash").locator(".finding-sure").inner_text() == "Certain"
    assert card(page, "id-clash").get_by_role("button").all_inner_texts() == ["", "This is no fault"]
    assert "€79.90" in card(page, "price").locator("del").inner_text()
    assert "cannot be told from the pictures" in page.locator("#unjudged").inner_text()
    assert "Tiny pictures" in page.locator(".judged-none").inner_text()
    assert page.locator(".finding-new").count() == 0, "where all is new, nothing is"


def test_one_click_writes_what_is_suggested_and_undo_writes_it_back(clinic: Any) -> None:
    page = clinic("/doctor")
    wrong = card(page, "wrong-tag")
    wrong.get_by_role("button", name="Change to “stripes”").click()
    wrong.get_by_text("Changed to “stripes”.").wait_for()
    saved(page)
    assert product(page, "0007")["attributes"]["pattern"] == "stripes"
    expect(page.locator("#kind-wrong-tag .group-count")).to_have_text("0")
    wrong.get_by_role("button", name="Undo").click()
    wrong.get_by_role("button", name="Change to “stripes”").wait_for()
    saved(page)
    assert product(page, "0007")["attributes"]["pattern"] == "plain"


def test_a_value_of_ones_own_is_written_instead(clinic: Any) -> None:
    page = clinic("/doctor?kind=missing-tag")
    missing = card(page, "missing-tag")
    missing.get_by_role("button", name="Other value").click()
    field = missing.get_by_role("combobox", name="The right season")
    assert field.input_value() == "summer"
    field.fill("winter")
    page.keyboard.press("Enter")
    missing.get_by_text("Filled in: “winter”.").wait_for()
    saved(page)
    assert product(page, "t9")["attributes"]["season"] == "winter"
    page.goto("/doctor?show=decided")
    card(page, "missing-tag").get_by_text("Filled in: “winter”.").wait_for()


def test_findings_are_gone_through_by_keyboard_alone(clinic: Any, sick: Index) -> None:
    page = clinic("/doctor?section=tags")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(card(page, "wrong-tag")).to_have_attribute("data-state", "applied")
    expect(card(page, "missing-tag")).to_be_focused()
    page.keyboard.press("d")
    expect(card(page, "missing-tag")).to_have_attribute("data-state", "dismissed")
    page.keyboard.press("k")
    expect(card(page, "wrong-tag")).to_be_focused()
    page.keyboard.press("u")
    expect(card(page, "wrong-tag")).to_have_attribute("data-state", "")
    page.keyboard.press("l")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    saved(page)
    left = {finding.kind for finding in sick.doctor.findings()}
    assert "wrong-tag" in left
    assert "missing-tag" not in left


def test_what_is_no_fault_stays_away_until_it_is_taken_back(clinic: Any) -> None:
    page = clinic("/doctor?kind=price")
    card(page, "price").get_by_role("button", name="This is no fault").click()
    saved(page)
    page.reload()
    page.get_by_role("heading", name="Nothing of this kind").wait_for()
    page.get_by_role("link", name="Decided").click()
    back = card(page, "price").get_by_role("button", name="Undo")
    back.click()
    saved(page)
    page.goto("/doctor?kind=price")
    card(page, "price").get_by_role("button", name="Change to “€7.99”").wait_for()


def test_what_changed_meanwhile_is_not_written_and_says_why(clinic: Any, sick: Index) -> None:
    page = clinic("/doctor?kind=wrong-tag")
    card(page, "wrong-tag").wait_for()
    shirt = next(one for one in tiny_shop().products if one.id == "0007")
    sick.add([replace(shirt, attributes={**shirt.attributes, "pattern": "dots"})], duplicates=False)
    wrong = card(page, "wrong-tag")
    wrong.get_by_role("button", name="Change to “stripes”").click()
    wrong.get_by_role("alert").get_by_text("dots").wait_for()
    assert wrong.get_by_role("button", name="Change to “stripes”").is_visible()
    expect(page.locator("#kind-wrong-tag .group-count")).to_have_text("1")
    assert product(page, "0007")["attributes"]["pattern"] == "dots"


def test_sections_kinds_and_sureness_are_chosen(clinic: Any) -> None:
    page = clinic("/doctor")
    page.get_by_role("link", name="Table 2").click()
    expect(page.locator(".finding-group h2")).to_have_text(
        ["Ids that clash 1", "Prices far from look-alikes' 1"]
    )
    page.get_by_role("link", name="Prices far from look-alikes' 1").click()
    expect(page.locator(".finding")).to_have_count(1)
    page.get_by_role("combobox", name="How sure").select_option("sure")
    page.get_by_role("heading", name="Nothing of this kind").wait_for()
    page.goto("/doctor?section=shelves&sure=all")
    assert card(page, "hub").locator(".finding-sure").inner_text() == "Perhaps · 30%"


def test_the_table_is_taken_away(clinic: Any) -> None:
    page = clinic("/doctor")
    with page.expect_download() as download:
        page.get_by_role("link", name="Table to fill in").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert {row["kind"] for row in rows} >= {"blurred", "wrong-tag", "price"}


def test_a_product_says_what_was_found_of_it(clinic: Any) -> None:
    page = clinic("/product/0101", patient=True)
    line = page.locator(".copies")
    expect(line).to_contain_text("It is softer than the others. And 1 other thing.")
    line.get_by_role("link", name="Decide").click()
    expect(page.locator(".finding")).to_have_count(2)
    page.get_by_role("link", name="Remove product").click()
    expect(page.locator(".finding")).to_have_count(8)


def test_what_is_decided_in_haste_arrives_in_order_and_together(clinic: Any, sick: Index) -> None:
    page = clinic("/doctor?kind=blurred")
    sent: list[list[str]] = []
    held: list[Any] = []

    def hold(route: Any) -> None:
        sent.append([one["decision"] for one in route.request.post_data_json["decisions"]])
        if len(sent) == 1:
            held.append(route)
        else:
            route.continue_()

    page.route("**/v1/doctor/decisions", hold)
    page.keyboard.press("j")
    for key in "dddud":
        page.keyboard.press(key)
    wait_until(page, lambda: held, "nothing was sent")
    held[0].continue_()
    saved(page)
    assert sent == [["dismiss"], ["dismiss", "dismiss"], ["undo"], ["dismiss"]]
    assert sum(finding.kind == "blurred" for finding in sick.doctor.findings()) == 3
