"""Going through copies in a real browser, as a person does who cleans up a catalogue."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from lookalike import Index
from lookalike.testing.copied_shop import CopiedShop

from .cards import expect, wait_for_rest
from .shoppers import wait_until

GROUP = ".group:not(.waiting)"
TOPS = "all => all.map(one => one.getBoundingClientRect().top)"


def ids(page: Any) -> list[str]:
    """The products of the group that is shown, in order."""
    page.wait_for_selector(GROUP)
    found: list[str] = page.locator(f"{GROUP} .member-id").all_inner_texts()
    return found


def wait_for_group(page: Any, id_: str) -> None:
    """Wait for a group that holds this product."""
    page.locator(f"{GROUP} .member-id", has_text=id_).first.wait_for()


def wait_for_far(page: Any, said: str) -> None:
    """Wait until the page says that so many are reviewed."""
    expect(page.locator(".review-far")).to_have_text(said)


def saved(page: Any) -> None:
    """Wait until all that was decided is with the service."""
    page.get_by_text("Saved", exact=True).wait_for()


def asked(page: Any, path: str) -> Any:
    """What the service says itself."""
    return page.request.get(path).json()


def table(page: Any) -> dict[str, dict[str, str]]:
    """The rows of the CSV that the page offers, by product."""
    with page.expect_download() as download:
        page.locator(".review-table").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return {row["id"].lstrip("'"): row for row in csv.DictReader(io.StringIO(text))}


def test_groups_stand_side_by_side_and_say_what_differs(review: Any, folder: Path) -> None:
    page = review("/duplicates")
    first = Index.open(folder).duplicates(look=False)[0]
    assert ids(page) == [member.id for member in first.members]
    tops = page.locator(f"{GROUP} .member").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 1
    wait_for_far(page, "0 of 6 reviewed")
    page = review("/duplicates?product=00007")
    assert sorted(ids(page)) == ["00007", "00007-copy-5"]
    said = page.locator(".member").nth(1).inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "200 × 250 instead of 400 × 500" in said or "400 × 500 instead of 200 × 250" in said
    assert page.locator(".member.kept .member-id").inner_text() == "00007"
    assert page.locator(".member.kept").get_by_text("suggested: the largest picture").is_visible()
    assert "Nothing is deleted" in page.locator(".review-note").inner_text()


def test_all_groups_are_reviewed_by_keyboard_alone(review: Any, folder: Path) -> None:
    page = review("/duplicates")
    seen = []
    for key in ("s", "Enter", "n", "ArrowRight", "s", "s"):
        seen.append(ids(page)[0])
        page.keyboard.press(key)
        page.wait_for_function("id => document.querySelector('.member-id')?.textContent !== id", arg=seen[-1])
    assert len(set(seen)) == 6
    page.get_by_text("One group was left for later.").wait_for()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    wait_for_group(page, seen[3])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Everything is reviewed").wait_for()
    wait_for_far(page, "6 of 6 reviewed")
    saved(page)
    found = Index.open(folder).duplicates(look=False)
    assert [group.head.id for group in found] == [seen[at] for at in (0, 1, 3, 4, 5)]
    assert all(group.reviewed for group in found)


def test_what_is_not_the_same_is_gone_for_good_and_no_longer_folded(review: Any) -> None:
    page = review("/duplicates?product=00007")
    results = [one["id"] for one in asked(page, "/v1/similar/00007?k=3")["results"]]
    assert "00007-copy-5" not in results
    wait_for_group(page, "00007-copy-5")
    page.get_by_role("toolbar").get_by_role("button", name="Not the same").click()
    page.get_by_role("heading", name="Everything here is reviewed").wait_for()
    saved(page)
    page.reload()
    page.get_by_role("heading", name="No other picture is the same").wait_for()
    assert asked(page, "/v1/similar/00007?k=3")["results"][0]["id"] == "00007-copy-5"
    page.goto("/duplicates")
    page.wait_for_selector(GROUP)
    wait_for_far(page, "0 of 5 reviewed")


def test_decisions_are_taken_back_even_after_the_page_was_left(review: Any, folder: Path) -> None:
    page = review("/duplicates")
    first = ids(page)
    page.keyboard.press("n")
    page.wait_for_function("id => document.querySelector('.member-id').textContent !== id", arg=first[0])
    second = ids(page)
    page.keyboard.press("s")
    page.wait_for_function("id => document.querySelector('.member-id').textContent !== id", arg=second[0])
    page.keyboard.press("u")
    wait_for_group(page, second[0])
    wait_for_far(page, "1 of 6 reviewed")
    saved(page)
    page.goto("/")
    page.goto("/duplicates")
    page.get_by_role("button", name="Undo").click()
    wait_for_group(page, first[-1])
    expect(page.locator(f"{GROUP} .member-id")).to_have_count(len(first))
    assert sorted(ids(page)) == sorted(first)
    saved(page)
    assert list(Index.open(folder).judgements()) == []
    page.reload()
    assert ids(page) == first
    wait_for_far(page, "0 of 6 reviewed")


def test_the_csv_holds_the_decisions(review: Any) -> None:
    page = review("/duplicates?product=00016")
    wait_for_group(page, "00016-copy-8")
    page.locator(".member", has_text="00016-copy-8").get_by_label("Keep this one").check()
    page.keyboard.press("s")
    saved(page)
    rows = table(page)
    assert [(rows[id_]["decision"], rows[id_]["merge_into"]) for id_ in ("00016", "00016-copy-8")] == [
        ("same", "00016-copy-8"),
        ("keep", ""),
    ]
    page.goto("/duplicates?show=reviewed")
    wait_for_group(page, "00016")
    kept = page.locator(".member.kept")
    assert kept.locator(".member-id").inner_text() == "00016-copy-8"
    page.locator(".member").first.get_by_label("Keep this one").check()
    page.keyboard.press("s")
    saved(page)
    rows = table(page)
    assert [rows[id_]["decision"] for id_ in ("00016", "00016-copy-8")] == ["keep", "same"]


def test_one_picture_of_a_group_is_set_apart_and_the_others_stay(review: Any, folder: Path) -> None:
    page = review("/duplicates?product=00001")
    before = ids(page)
    assert len(before) == 4
    kept = page.locator(".member").evaluate_all("all => all.findIndex(one => one.matches('.kept'))")
    apart = 1 if kept != 1 else 2
    page.keyboard.press(str(apart + 1))
    page.get_by_role("button", name="Other 2 the same").click()
    page.get_by_role("heading", name="Everything here is reviewed").wait_for()
    saved(page)
    groups = [
        group for group in Index.open(folder).duplicates(look=False) if group.head.id.startswith("00001")
    ]
    assert [sorted(one.id for one in group.members) for group in groups] == [
        sorted(set(before) - {before[apart]})
    ]
    assert groups[0].reviewed
    assert groups[0].keep == (before[kept], 0)


def test_a_verdict_on_one_picture_is_kept_at_once_and_taken_back_alone(review: Any, folder: Path) -> None:
    page = review("/duplicates?product=00001")
    before = ids(page)
    kept = page.locator(".member").evaluate_all("all => all.findIndex(one => one.matches('.kept'))")
    apart = next(at for at in (1, 2) if at != kept)
    page.keyboard.press(str(apart + 1))
    saved(page)
    assert {judged.verdict for judged in Index.open(folder).judgements()} == {"not-same"}
    assert ids(page) == before
    second = next(at for at in range(4) if at not in (kept, apart))
    page.locator(".member").nth(second).locator(".mark-same").click()
    page.get_by_text("Last one the same").wait_for()
    page.keyboard.press("u")
    page.get_by_text("Other 2 the same").wait_for()
    saved(page)
    assert {judged.verdict for judged in Index.open(folder).judgements()} == {"not-same"}
    expect(page.locator(".mark[aria-pressed=true]")).to_have_count(1)
    page.reload()
    page.wait_for_selector(GROUP)
    assert sorted(ids(page)) == sorted(set(before) - {before[apart]})
    page.keyboard.press("u")
    wait_for_group(page, before[apart])
    assert sorted(ids(page)) == sorted(before)
    wait_for_far(page, "0 of 1 reviewed")
    saved(page)
    assert list(Index.open(folder).judgements()) == []


def test_a_verdict_arrives_though_the_page_is_left_the_same_moment(review: Any, folder: Path) -> None:
    page = review("/duplicates?product=00001")
    ids(page)
    page.evaluate(
        """() => {
          const marks = document.querySelectorAll(".mark-not-same");
          for (const at of [2, 3]) marks[at].click();
          location.href = "/photo";
        }"""
    )
    page.wait_for_url("**/photo")
    wait_until(page, lambda: list(Index.open(folder).judgements()), "nothing arrived")
    judged = {judgement.verdict for judgement in Index.open(folder).judgements()}
    assert judged == {"not-same"}


def test_another_picture_to_keep_is_kept_at_once_where_a_verdict_stands(review: Any, folder: Path) -> None:
    page = review("/duplicates?product=00016&show=all")
    ids(page)
    page.keyboard.press("s")
    page.get_by_role("heading", name="This is the end of the list").wait_for()
    page.keyboard.press("ArrowLeft")
    wait_for_group(page, "00016")
    old = page.locator(".member.kept .member-id").inner_text()
    page.locator(".member:not(.kept)").get_by_label("Keep this one").check()
    saved(page)
    (judged,) = Index.open(folder).judgements()
    assert (judged.other[0], judged.verdict) == (old, "same")


def test_a_picture_is_compared_with_the_first_in_the_same_place(review: Any) -> None:
    page = review("/duplicates?product=00013")
    page.wait_for_selector(GROUP)
    other = page.locator(".member").nth(1).locator(".member-other")
    expect(other).to_have_css("visibility", "hidden")
    page.keyboard.down("f")
    expect(other).to_have_css("visibility", "visible")
    page.keyboard.up("f")
    expect(other).to_have_css("visibility", "hidden")
    page.get_by_role("button", name="Show picture 1 in the place of picture 2").hover()
    expect(other).to_have_css("visibility", "visible")
    page.mouse.move(5, 5)
    expect(other).to_have_css("visibility", "hidden")
    page.keyboard.press("l")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("Picture 2 of 2")
    page.keyboard.press("f")
    expect(dialog.get_by_role("status")).to_contain_text("Picture 1 of 2")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_phone_reviews_by_touch(review: Any, folder: Path) -> None:
    page = review("/duplicates?product=00010", 390)
    page.wait_for_selector(GROUP)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tiles = page.locator(".member-picture").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().top)"
    )
    assert tiles[0] == tiles[1]
    flip = page.get_by_role("button", name="Show picture 1 in the place of picture 2")
    flip.tap()
    expect(flip).to_have_attribute("aria-pressed", "true")
    flip.tap()
    expect(flip).to_have_attribute("aria-pressed", "false")
    page.locator(".member-picture").nth(1).tap()
    page.get_by_role("button", name="Difference").tap()
    page.get_by_role("button", name="Close", exact=True).tap()
    page.get_by_role("toolbar").get_by_role("button", name="The same", exact=True).tap()
    page.get_by_role("heading", name="Everything here is reviewed").wait_for()
    saved(page)
    assert {judgement.verdict for judgement in Index.open(folder).judgements()} == {"same"}


def test_filters_stand_in_the_address(review: Any) -> None:
    page = review("/duplicates")
    ids(page)
    page.get_by_role("link", name="Same file").click()
    wait_for_group(page, "00004")
    page.wait_for_url("**/duplicates?kind=same-bytes")
    wait_for_far(page, "0 of 1 reviewed")
    page.keyboard.press("s")
    page.get_by_role("heading", name="Everything here is reviewed").wait_for()
    page.get_by_role("link", name="See what was decided").click()
    wait_for_group(page, "00004")
    page.wait_for_url("**/duplicates?kind=same-bytes&show=reviewed")
    page.go_back()
    page.get_by_role("heading", name="Everything here is reviewed").wait_for()


def test_what_was_decided_can_be_decided_again(review: Any, folder: Path) -> None:
    page = review("/duplicates?product=00016")
    ids(page)
    page.keyboard.press("s")
    page.get_by_role("link", name="See what was decided").click()
    wait_for_group(page, "00016-copy-8")
    expect(page.locator(".mark-same[aria-pressed=true]")).to_have_count(1)
    page.keyboard.press("n")
    page.get_by_role("heading", name="This is the end of the list").wait_for()
    saved(page)
    assert {judgement.verdict for judgement in Index.open(folder).judgements()} == {"not-same"}


def test_coming_back_from_a_product_one_is_at_the_same_group(review: Any) -> None:
    page = review("/duplicates")
    for _ in range(3):
        before = ids(page)
        page.keyboard.press("ArrowRight")
        page.wait_for_function("id => document.querySelector('.member-id').textContent !== id", arg=before[0])
    before = ids(page)
    page.locator(".member-title a").first.click()
    page.wait_for_selector(".view-product h1")
    page.go_back()
    wait_for_group(page, before[0])
    assert ids(page) == before


def test_a_product_names_where_its_picture_is_too(review: Any, planted: CopiedShop) -> None:
    page = review("/product/00004", patient=True)
    line = page.locator(".copies")
    line.wait_for()
    expect(line).to_contain_text("The same picture is also at ")
    copy = next(id_ for id_, origin in planted.origin.items() if origin == "00004")
    assert line.get_by_role("link").first.get_attribute("href") == f"/product/{copy}"
    line.get_by_role("link", name="Compare them").click()
    wait_for_group(page, copy)
    page.goto("/product/00002")
    page.wait_for_selector(".view-product h1")
    wait_for_rest(page)
    assert page.locator(".copies").count() == 0
