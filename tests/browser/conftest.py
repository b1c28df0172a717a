"""A real browser, and a page of answers for it to open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from lookalike import Index
from lookalike.recommend.sheet import sheet_html
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

INSTALL = "install it with: make test-tools"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def without_browser(what: str) -> NoReturn:
    """Skip, and say how to change that; where everything has to be there, fail."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{what}; {INSTALL}")
    pytest.skip(f"{what}; {INSTALL}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium without a window: the system's, else Playwright's own."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        without_browser("playwright is not there")
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        if path is None and not Path(playwright.chromium.executable_path).exists():
            without_browser("there is no chromium")
        try:
            browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        except Error as error:
            without_browser(f"chromium does not start ({str(error).splitlines()[0]})")
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shop_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop, indexed without a network."""
    index = Index.create(tmp_path_factory.mktemp("browser") / "index", GridEncoder())
    index.add(tiny_shop().products)
    return index


@pytest.fixture(scope="module")
def one_answer(shop_index: Index, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sheet as ``similar --sheet`` writes it, with a filter and weights."""
    answer = shop_index.similar("0007", where="price<=90EUR", weights={"look": 1, "colour": 0.5})
    page = tmp_path_factory.mktemp("sheet") / "one.html"
    page.write_text(sheet_html({"": answer}, "Looks like 0007"), encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def many_answers(shop_index: Index, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sheet of several shelves, one of them empty, one a photo's, as ``demo`` writes it."""
    photo = next(iter(tiny_shop().photos.values()))
    answers = {
        "Looks like a cobalt T-shirt": shop_index.similar("0008"),
        "A customer's photo": shop_index.search(photo),
        "Nothing": shop_index.similar("0008", where="category=Nothing"),
    }
    page = tmp_path_factory.mktemp("sheet") / "many.html"
    page.write_text(sheet_html(answers, "What looks like what", "Several questions."), encoding="utf-8")
    return page
