"""The doctor's page where nothing or very much was found, where one may not decide, and for everyone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookalike import Index
from lookalike.doctor import checks
from lookalike.doctor.finding import KINDS, Finding
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

from .cards import expect, wait_for_rest
from .findings import FOUND, check
from .shoppers import wait_until
from .test_doctor import card
from .test_duplicates_states import SCREENS, SHIFTS


@pytest.mark.parametrize(("width", "scheme"), [*SCREENS, (768, "light")])
def test_the_page_is_for_everyone(clinic: Any, serious: Any, width: int, scheme: str) -> None:
    page = clinic("/doctor", width, scheme)
    check_page(page, serious, width)
    wrong = card(page, "wrong-tag")
    wrong.get_by_role("button", name="Other value").click()
    check_page(page, serious, width)
    page.keyboard.press("Escape")
    wrong.get_by_role("button", name="This is no fault").click()
    page.get_by_text("Saved", exact=True).wait_for()
    check_page(page, serious, width)
    page.goto("/doctor?kind=id-clash")
    card(page, "id-clash").locator(".finding-picture").click()
    page.get_by_role("dialog").wait_for()
    check_page(page, serious, width)


def check_page(page: Any, serious: Any, width: int) -> None:
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/doctor", "/doctor?kind=blurred", "/product/0101"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_findings_come(clinic: Any, path: str, width: int) -> None:
    page = clinic(path, width)
    page.context.add_init_script(SHIFTS)
    page.reload()
    wait_for_rest(page)
    page.wait_for_selector(".finding, .facts h1")
    assert page.evaluate("shifted") <= (0.05 if "product/" in path else 0)


def test_a_shop_that_nobody_examined_is_examined_by_a_button_and_nothing_is_wrong(
    visit: Any, serving: Any, serious: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "CHECKS", (check(()),))
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(tiny_shop().products)
    with serving(index) as address:
        visit.address = address
        page = visit("/doctor")
        page.get_by_role("heading", name="Nobody has examined this catalogue yet").wait_for()
        assert serious(page) == []
        page.get_by_role("button", name="Examine the catalogue").click()
        page.get_by_role("heading", name="Nothing is wrong").wait_for()
        assert serious(page) == []
        assert "just now" in page.locator(".doctor-when").inner_text()
        assert len(page.locator(".judged-none p").inner_text().split(" · ")) == len(KINDS)
        visit.close()


def test_an_empty_shop_says_what_to_do(visit: Any, serving: Any, tmp_path: Any) -> None:
    index = Index.create(tmp_path / "empty", GridEncoder())
    with serving(index) as address:
        visit.address = address
        page = visit("/doctor")
        page.get_by_role("heading", name="There is nothing in this shop yet").wait_for()
        assert page.get_by_role("link", name="Add products").count() == 2
        visit.close()


def test_what_is_new_since_the_last_examination_is_marked(
    clinic: Any, sick: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = Finding("tiny", ("0009",), 1.0, picture=0, evidence={"says": "It is 9 pixels wide."})
    monkeypatch.setattr(checks, "CHECKS", (check((*FOUND, tiny)),))
    page = clinic("/doctor")
    page.get_by_role("button", name="Examine again").click()
    card(page, "tiny").locator(".finding-new").wait_for()
    expect(page.locator(".finding-new")).to_have_count(1)
    page.get_by_role("link", name="New 1", exact=True).click()
    expect(page.locator(".finding")).to_have_count(1)
    assert sick.doctor.examined


def test_an_examination_under_way_says_how_far_it_is_and_can_be_stopped(clinic: Any) -> None:
    job = {
        "id": "7", "state": "running", "kind": "doctor", "name": "", "doing": "Measuring pictures",
        "done": 3000, "total": 34000, "rate": 1000.0, "seconds_left": 31.0, "report": None, "error": None,
        "created": "2026-11-21T20:00:00Z", "started": "2026-11-21T20:00:00Z", "finished": None,
    }  # fmt: skip

    def follow(route: Any) -> None:
        if route.request.method == "DELETE":
            job["state"] = "stopped"
        route.fulfill(json={"job": job})

    page = clinic("/photo")
    page.route("**/v1/doctor?wait=0", lambda route: route.fulfill(json={"job": job}, status=202))
    page.route("**/v1/jobs/7", follow)
    page.goto("/doctor")
    page.get_by_role("button", name="Examine again").click()
    page.get_by_text("Measuring pictures: 3,000 of 34,000 · 1,000 a second · 31 s left").wait_for()
    assert card(page, "wrong-tag").is_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".looking")).to_be_hidden()


def test_who_may_not_write_sees_everything_and_decides_nothing(visit: Any, serving: Any, sick: Index) -> None:
    config = ServiceConfig(read_keys=(), write_keys=("w" * 32,))
    with serving(sick, config) as address:
        visit.address = address
        page = visit("/doctor")
        expect(page.locator(".finding")).to_have_count(8)
        assert page.get_by_role("button", name="This is no fault").count() == 0
        assert not page.get_by_role("button", name="Examine again").is_visible()
        page.keyboard.press("j")
        page.keyboard.press("d")
        assert page.locator('.finding[data-state="dismissed"]').count() == 0
        page.goto("/product/0101")
        page.wait_for_selector(".facts h1")
        assert page.locator(".copies").count() == 0
        page.goto("/doctor")
        page.get_by_role("button", name="Enter a key").click()
        page.get_by_role("textbox", name="Write key").fill("w" * 32)
        page.keyboard.press("Enter")
        card(page, "blurred").get_by_role("button", name="This is no fault").wait_for()
        visit.close()


def test_a_hundred_thousand_findings_come_a_page_at_a_time(clinic: Any) -> None:
    total = 100_000
    asked: list[str] = []

    def answer(route: Any) -> None:
        query = dict(part.split("=") for part in route.request.url.split("?")[1].split("&"))
        asked.append(query.get("offset", "0"))
        start = int(query.get("offset", 0))
        kinds = [
            {"kind": name, "section": kind.section, "title": kind.title, "advice": kind.advice, "new": 0,
             "count": total if name == "blurred" else 0}
            for name, kind in KINDS.items()
        ]  # fmt: skip
        found = [finding(number) for number in range(start, min(start + int(query["limit"]), total))]
        known = {id_: None for one in found for id_ in one["products"]}
        route.fulfill(json={
            "findings": found, "total": total, "kinds": kinds, "shown": known, "unjudged": [], "seconds": 9,
            "products": total, "pictures": total, "examined_at": 1_795_000_000_000, "stale": False,
        })  # fmt: skip

    def finding(number: int) -> dict[str, Any]:
        flags = {"new": False, "decision": None, "applied": None, "can_apply": False, "takes_value": False}
        told = {"field": "", "value": "", "suggestion": "", "picture": 0, "confidence": 0.9}
        says = {"says": f"Picture {number} is soft."}
        return {
            "id": f"f{number}",
            "kind": "blurred",
            "products": [f"p{number}"],
            "evidence": says,
            **told,
            **flags,
        }

    page = clinic("/photo")
    page.route("**/v1/doctor?*", answer)
    page.goto("/doctor?kind=blurred")
    expect(page.locator("#kind-blurred .group-count")).to_have_text("100,000")
    page.locator(".finding").nth(20).wait_for()
    page.mouse.move(400, 400)

    def far() -> bool:
        page.mouse.wheel(0, 4000)
        return bool(page.locator(".finding").count() >= 72)

    wait_until(page, far, "no more findings come")
    page.get_by_text("Picture 71 is soft.").wait_for()
    ids = page.locator(".finding").evaluate_all("all => all.map(one => one.dataset.finding)")
    assert ids == [f"f{number}" for number in range(len(ids))]
    assert asked[:3] == ["0", "24", "48"]


def test_more_comes_though_some_were_decided_meanwhile(clinic: Any, sick: Index) -> None:
    page = clinic("/doctor?kind=blurred")
    expect(page.locator(".finding")).to_have_count(6)
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("d")
    page.get_by_text("Saved", exact=True).wait_for()
    expect(page.locator("#kind-blurred .group-count")).to_have_text("3")
    assert sum(finding.kind == "blurred" for finding in sick.doctor.findings()) == 3
