"""Imagined pictures in a real browser: marked in words as generated, and real products below them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike import Index
from lookalike.imagining.generator_file import write_generator
from lookalike.testing.grid import GridEncoder
from lookalike.testing.made_generator import made_generator

from .cards import ALWAYS, expect, query, wait_for, wait_for_width
from .conftest import Visitor

FOUND = ".imagine-grid .card:not(.ghost)"


@pytest.fixture
def index(shop_folder: Path, tmp_path: Path) -> Index:
    """The tiny shop with a generator that has learnt nothing."""
    path = Path(shutil.copytree(shop_folder, tmp_path / "index"))
    made = Index.open(path, GridEncoder())
    write_generator(path / "imagine" / "generator.npz", made_generator(made.manifest.space))
    return made


@pytest.fixture
def imagining(chromium: Any, serving: Any, index: Index) -> Iterator[Visitor]:
    with serving(index) as address:
        visitor = Visitor(chromium, address)
        yield visitor
        visitor.close()
        assert visitor.complaints == []


def test_what_was_imagined_is_marked_and_the_real_products_stand_below(
    imagining: Visitor, index: Index
) -> None:
    page = imagining("/")
    page.get_by_role("searchbox", name="Search the shop").fill("red mug zzqx")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Imagine")).to_be_focused()
    page.keyboard.press("Enter")
    wait_for(page, index.imagine("red mug zzqx", 24, **ALWAYS).ids, FOUND)
    strip = page.get_by_role("region", name="Generated, not a product")
    expect(strip).to_contain_text("as this shop's generator imagines it")
    shown = [one.get_attribute("alt") for one in strip.get_by_role("img").all()]
    assert shown == [f"Generated picture {n} of 4 of “red mug zzqx”, not a product" for n in (1, 2, 3, 4)]
    assert not strip.locator("a").count()
    expect(page.locator(".read")).to_contain_text("“zzqx” means nothing here.")
    height = strip.bounding_box()["height"]
    page.get_by_role("button", name="Others").press("Enter")
    wait_for(page, index.imagine("red mug zzqx", 24, seed=1, **ALWAYS).ids, FOUND)
    assert query(page) == {"text": ["red mug zzqx"], "seed": ["1"]}
    expect(page.get_by_role("button", name="Others")).to_be_focused()
    assert strip.bounding_box()["height"] == height
    page.get_by_role("button", name="Only red").click()
    wait_for(page, index.imagine("red mug zzqx", 24, seed=1, where="colour=red", **ALWAYS).ids, FOUND)
    page.get_by_role("button", name="Remove colour: red").click()
    wait_for(page, index.imagine("red mug zzqx", 24, seed=1, **ALWAYS).ids, FOUND)
    wait_for_width(page, 390)
    page.go_back()
    wait_for(page, index.imagine("red mug zzqx", 24, **ALWAYS).ids, FOUND)


def test_words_that_cannot_be_imagined_lead_to_a_search(imagining: Visitor) -> None:
    imagining.forgive("400")
    page = imagining("/imagine", width=390)
    field = page.get_by_role("searchbox", name="What it should look like")
    expect(field).to_be_focused()
    page.route("**/v1/imagine?text=mug*", lambda _: None)  # a service that takes its time
    with page.expect_request("**/v1/imagine?text=mug*"):
        field.fill("mug")
        field.press("Enter")
    with page.expect_event("requestfailed"):  # who goes back waits for it no more
        page.go_back()
    field.fill("zzqx")
    field.press("Enter")
    expect(page.locator(".notice-title")).to_contain_text("Nothing can be imagined of “zzqx”")
    expect(page.get_by_role("region", name="Generated, not a product")).to_be_hidden()
    page.get_by_role("link", name="Search for the words").click()
    assert query(page) == {"text": ["zzqx"]}


def test_without_a_generator_nothing_offers_to_imagine(visit: Any) -> None:
    page = visit("/")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("link", name="Imagine")).to_be_hidden()
