"""The review of copies where there is little or much to show, where one may not decide, and for everyone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookalike import Index
from lookalike.service.config import ServiceConfig
from lookalike.testing.copied_shop import CopiedShop

from .cards import expect, listen_for, wait_for_heard, wait_for_rest
from .shoppers import wait_until

GROUP = ".group:not(.waiting)"
SCREENS = [(1280, "light"), (390, "dark"), (320, "light"), (1920, "dark")]
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light"), (1920, "dark")]
)
def test_the_review_is_for_everyone(review: Any, serious: Any, width: int, scheme: str) -> None:
    page = review("/duplicates", width, scheme, patient=True)
    page.wait_for_selector(GROUP)
    check(page, serious, width)
    page.goto("/duplicates?product=00001")
    page.wait_for_selector(f"{GROUP} .member:nth-child(4)")
    page.locator(".mark-not-same").nth(1).click()
    check(page, serious, width)
    page.locator(".member-picture").nth(2).click()
    page.get_by_role("dialog").wait_for()
    check(page, serious, width)
    page.goto("/duplicates?kind=same-pixels")
    page.locator(".notice").wait_for()
    check(page, serious, width)
    page.goto("/product/00004")
    page.locator(".copies").wait_for()
    check(page, serious, width)


def check(page: Any, serious: Any, width: int) -> None:
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/duplicates", "/duplicates?product=00001", "/product/00004"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_groups_come(review: Any, path: str, width: int) -> None:
    page = review(path, width)
    page.context.add_init_script(SHIFTS)
    page.reload()
    wait_for_rest(page)
    page.wait_for_selector(f"{GROUP}, .copies")
    assert page.evaluate("shifted") <= (0.05 if "product/" in path else 0)


def test_a_shop_that_nobody_looked_at_is_looked_at_by_a_button(
    visit: Any, serving: Any, serious: Any, planted: CopiedShop, tmp_path: Path
) -> None:
    index = Index.create(tmp_path / "index")
    index.add([one for one in planted.products if planted.edit.get(one.id) != ""], duplicates=False)
    with serving(tmp_path / "index") as address:
        visit.address = address
        page = visit("/duplicates")
        page.get_by_role("heading", name="Nobody has looked yet").wait_for()
        page.get_by_text("0 of 31 pictures were looked at so far.").wait_for()
        assert serious(page) == []
        page.get_by_role("button", name="Look at all pictures").click()
        page.wait_for_selector(GROUP)
        expect(page.locator(".review-far")).to_have_text("0 of 5 reviewed")
        expect(page.locator(".looking")).to_be_hidden()
        page.goto("/add")
        page.get_by_role("heading", name="Add products").wait_for()
        assert page.locator(".job").count() == 0
        visit.close()


def test_a_look_that_runs_says_how_far_it_is_and_can_be_stopped(review: Any) -> None:
    job = {
        "id": "7", "state": "running", "kind": "duplicates", "name": "", "done": 3000,
        "total": 34000, "rate": 1000.0, "seconds_left": 31.0, "report": None, "error": None,
        "created": "2026-11-21T20:00:00Z", "started": "2026-11-21T20:00:00Z", "finished": None,
    }  # fmt: skip
    asked: list[str] = []

    def partly(route: Any) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "complete": False, "looked_at": 20})

    def follow(route: Any) -> None:
        asked.append(route.request.method)
        if route.request.method == "DELETE":
            job["state"] = "stopped"
        route.fulfill(json={"job": job})

    page = review("/photo")
    page.route("**/v1/duplicates?*limit=*", partly)
    page.route("**/v1/duplicates?wait=0", lambda route: route.fulfill(json={"job": job}, status=202))
    page.route("**/v1/jobs/7", follow)
    page.goto("/duplicates")
    page.get_by_role("button", name="Look at the other 12").click()
    page.get_by_text("Looking: 3,000 of 34,000 pictures · 1,000 a second · 31 s left").wait_for()
    expect(page.locator(GROUP)).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Look at the other 12").wait_for()
    assert "DELETE" in asked


def test_a_shop_without_copies_says_so(
    visit: Any, serving: Any, serious: Any, planted: CopiedShop, tmp_path: Path
) -> None:
    index = Index.create(tmp_path / "index")
    index.add([one for one in planted.products if one.id not in planted.origin])
    assert len(index.duplicates()) == 0
    with serving(tmp_path / "index") as address:
        visit.address = address
        page = visit("/duplicates")
        page.get_by_role("heading", name="No picture is there twice").wait_for()
        page.get_by_text("All 24 pictures were compared.").wait_for()
        assert serious(page) == []
        visit.close()


def test_who_may_not_write_looks_and_decides_with_a_key(
    visit: Any, serving: Any, serious: Any, folder: Path
) -> None:
    with serving(folder, ServiceConfig(write_keys=("write-me",))) as address:
        visit.address = address
        page = visit("/duplicates")
        page.wait_for_selector(GROUP)
        first = page.locator(".member-id").first.inner_text()
        assert page.get_by_role("button", name="Not the same").count() == 0
        page.keyboard.press("s")
        assert page.locator(".member-id").first.inner_text() == first
        assert serious(page) == []
        page.get_by_role("button", name="Enter a key").click()
        page.get_by_label("Write key").fill("write-me")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("toolbar").get_by_role("button", name="same").first.wait_for()
        page.keyboard.press("s")
        page.get_by_text("Saved", exact=True).wait_for()
        assert {judgement.verdict for judgement in Index.open(folder).judgements()} == {"same"}
        visit.close()


def test_a_decision_made_while_the_service_is_away_is_sent_when_it_is_back(review: Any, folder: Path) -> None:
    page = review("/duplicates")
    page.wait_for_selector(GROUP)
    wait_for_rest(page)
    page.context.set_offline(True)
    page.keyboard.press("s")
    page.get_by_text("Not saved yet: the shop does not answer.").wait_for()
    assert list(Index.open(folder).judgements()) == []
    listen_for(page, "The shop is back.")
    page.context.set_offline(False)
    wait_for_heard(page)
    page.wait_for_function("() => document.querySelector('.review-far').textContent === '1 of 6 reviewed'")
    page.wait_for_selector(GROUP)
    wait_until(page, lambda: list(Index.open(folder).judgements()), "it was not sent")
    review.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_decision_that_is_refused_is_told(review: Any) -> None:
    page = review("/duplicates")
    page.wait_for_selector(GROUP)
    refused = {
        "row": 1,
        "id": "00001",
        "message": "00001 has another picture by now.",
        "next_step": "Look again.",
    }
    page.route(
        "**/v1/duplicates/judgements", lambda route: route.fulfill(json={"taken": 0, "refused": [refused]})
    )
    page.keyboard.press("s")
    page.get_by_text("Not taken: 00001 has another picture by now.").wait_for()


def test_an_error_of_the_service_is_told_and_can_be_tried_again(review: Any) -> None:
    page = review("/photo")
    problem = {"detail": "Broken.", "code": "bug", "next_step": "Report it.", "title": "Bug"}
    page.route("**/v1/duplicates?*", lambda route: route.fulfill(json=problem, status=500), times=2)
    page.goto("/duplicates")
    page.get_by_role("heading", name="Broken.").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(GROUP)
    review.forgive("500")


def big_catalogue(page: Any, total: int, kind: str = "same-photograph", of: str = "") -> set[str]:
    """Have the page's questions answered by so many groups of two; gives the set of judged ones.

    The groups are of this kind, and their second picture of kind ``of``, the same unless it is given.
    """
    judged: set[str] = set()

    def member(number: int, copy: str) -> dict[str, Any]:
        id_ = f"{number}{copy}"
        words = {"title": f"Number {id_}", "brand": "", "category": "", "availability": "", "attributes": {}}
        product = {
            "id": id_,
            **words,
            "price": None,
            "pictures": [{"position": 0, "url": "/v1/pictures/00001/0"}],
        }
        tie = {"similarity": 0.889, "kind": of or kind, "changes": [], "width": 40, "height": 50}
        return {"id": id_, "picture": 0, **tie, "product": product}

    def answer(route: Any) -> None:
        asked = dict(part.split("=") for part in route.request.url.split("?")[1].split("&"))
        open_ = [number for number in range(total) if str(number) not in judged]
        listed = open_ if asked.get("reviewed") == "false" else list(range(total))
        offset, limit = int(asked.get("offset", 0)), int(asked["limit"])
        groups = []
        for number in listed[offset : offset + limit]:
            members = [member(number, ""), member(number, "-copy")]
            reviewed = str(number) in judged
            group = {"id": f"g{number}", "kind": kind, "reviewed": reviewed, "keep": None}
            groups.append({**group, "head": members[0], "worst": members[1], "members": members})
        pictures = {"pictures": 2 * total, "looked_at": 2 * total, "complete": True}
        route.fulfill(json={"groups": groups, "total": len(listed), "left": len(open_), **pictures})

    def judge(route: Any) -> None:
        judgements = route.request.post_data_json["judgements"]
        judged.update(one["keep"]["id"].removesuffix("-copy") for one in judgements)
        judged.update(one["verdict"] for one in judgements if kind == "variant")
        route.fulfill(json={"taken": len(judgements), "refused": []})

    page.route("**/v1/duplicates?*", answer)
    page.route("**/v1/duplicates/judgements", judge)
    return judged


def test_no_single_key_merges_variants(review: Any) -> None:
    page = review("/photo")
    judged = big_catalogue(page, 3, "variant")
    page.goto("/duplicates?kind=variant")
    page.wait_for_selector(GROUP)
    bar = page.get_by_role("toolbar")
    assert "quiet" in bar.get_by_role("button", name="The same", exact=True).get_attribute("class")
    assert "quiet" not in bar.get_by_role("button", name="Not the same").get_attribute("class")
    assert not page.get_by_label("Keep this one").first.is_visible()
    assert page.locator(".member-why", has_text="suggested").count() == 0
    page.keyboard.press("s")
    page.get_by_text("Variants are merged by the button alone.").wait_for()
    assert judged == set()
    page.keyboard.press("Enter")
    page.locator(".member-id", has_text="1-copy").wait_for()
    page.get_by_text("Saved", exact=True).wait_for()
    assert judged == {"0", "not-same"}


def test_a_member_of_another_kind_than_its_group_says_so_and_how_alike_to_the_nearest_percent(
    review: Any,
) -> None:
    page = review("/photo")
    big_catalogue(page, 1, "same-photograph", "same-pixels")
    page.goto("/duplicates")
    page.wait_for_selector(GROUP)
    expect(page.locator(".member").nth(1).get_by_text("same pixels", exact=True)).to_be_visible()
    expect(page.get_by_text("2 pictures, 89% alike")).to_be_visible()
    percent = 'import("/assets/" + document.querySelector("link[rel=modulepreload]").href.split("/")[4]'
    percent += ' + "/parts/duplicates-words.js").then(({ percent }) => [0.9999, 1, 0.5].map(percent))'
    assert page.evaluate(percent) == ["99%", "100%", "50%"]


def test_variants_stand_apart_from_the_copies_that_are_all_the_others(review: Any) -> None:
    page = review("/duplicates?kind=variant")
    page.locator(".review-apart").get_by_role("link", name="Recoloured").wait_for()
    assert page.get_by_role("link", name="Copies", exact=True).get_attribute("aria-current") is None
    expect(page.locator(".review-apart")).to_have_count(1)


@pytest.mark.parametrize("path", ["/duplicates", "/duplicates?product=00001", "/duplicates?product=00007"])
def test_a_group_and_its_verdicts_are_in_sight_on_a_low_screen(review: Any, path: str) -> None:
    page = review(path, 1280)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.wait_for_selector(GROUP)
    bar = page.locator(".review-bar").bounding_box()["y"]
    boxes = page.locator(".member-marks").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().bottom)"
    )
    assert max(boxes) <= bar
    assert page.locator(".members .tile").first.bounding_box()["height"] > 100


def test_the_keys_cover_no_picture_and_are_put_away(review: Any) -> None:
    page = review("/duplicates?product=00001")
    page.wait_for_selector(GROUP)
    keys = page.locator(".bar-keys dl")
    page.get_by_label("Keys").click()
    expect(keys).to_be_visible()
    low = page.locator(".member-marks").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().bottom)"
    )
    assert max(low) <= keys.bounding_box()["y"]
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_label("Keys").click()
    page.get_by_role("link", name="Edited").click()
    keys.wait_for(state="hidden")


def test_hundreds_of_groups_are_gone_through_without_the_page_growing(review: Any) -> None:
    page = review("/photo")
    judged = big_catalogue(page, 500)
    page.goto("/duplicates")
    page.wait_for_selector(GROUP)
    for number in range(70):
        page.locator(".member-id", has_text=f"{number}-copy").wait_for()
        if number == 20:
            few = page.locator("*").count()
        page.keyboard.press("s")
    page.wait_for_function("() => document.querySelector('.review-far').textContent === '70 of 500 reviewed'")
    page.locator(".member-id", has_text="70-copy").wait_for()
    assert page.locator("*").count() < 1.3 * few
    page.get_by_text("Saved", exact=True).wait_for()
    assert judged == {str(number) for number in range(70)}


@pytest.mark.parametrize(
    ("judged", "meanwhile", "shown"),
    [(0, 0, 36), (1, 0, 37), (14, 2, 38), (14, 5, 39), (14, 6, 40)],
)
def test_judgements_under_way_make_no_group_passed_over_nor_shown_twice(
    review: Any, judged: int, meanwhile: int, shown: int
) -> None:
    page = review("/photo")
    found = page.evaluate(
        """async ([judged, meanwhile]) => {
          const script = document.querySelector("script[type=module]").src;
          const {begin, queueOf, turnTo} = await import(new URL("parts/duplicates-queue.js", script));
          let listed = [...Array(60).keys()];
          const judge = (many) => {
            listed = listed.slice(many);
            for (const item of queue.items.filter(({gone}) => !gone).slice(0, many)) item.gone = judged > 1;
          };
          let hurry = 0;
          const group = (n) => ({members: [{id: `${n}`, picture: 0}, {id: `${n}-copy`, picture: 0}]});
          const load = async (offset) => {
            judge(hurry);  // between the question and the answer
            hurry = 0;
            return {groups: listed.slice(offset, offset + 20).map(group), total: listed.length};
          };
          const queue = queueOf(load, (group) => ({group, gone: false}));
          await begin(queue, 0);
          judge(judged);  // where it is one, the service knows of it, and the page does not yet
          hurry = meanwhile;
          await turnTo(queue, 20);
          return queue.items.map(({group}) => group.members[0].id);
        }""",
        [judged, meanwhile],
    )
    assert found == [str(number) for number in range(shown)]


def test_a_group_that_the_service_still_lists_after_it_was_judged_is_not_shown_again(review: Any) -> None:
    page = review("/photo")
    found = page.evaluate("""async () => {
      const script = document.querySelector("script[type=module]").src;
      const {begin, queueOf, turnTo} = await import(new URL("parts/duplicates-queue.js", script));
      const group = (...ids) => ({members: ids.map((id) => ({id, picture: 0}))});
      const others = [...Array(18).keys()].map((n) => group(`${n}`, `${n}x`));
      let listed = [group("a", "b", "c"), group("d", "e"), ...others];
      const load = async (offset) => ({groups: listed.slice(offset, offset + 20), total: listed.length});
      const queue = queueOf(load, (group) => ({group, gone: false}));
      await begin(queue, 0);
      for (const item of queue.items) item.gone = true;
      listed = [group("a", "b"), group("e", "d"), group("new", "newx")];  // the first fell apart
      queue.over = false;
      await turnTo(queue, 20);
      return queue.items.slice(20).map(({group}) => group.members.map(({id}) => id).join());
    }""")
    assert found == ["a,b", "new,newx"]
