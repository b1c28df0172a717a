"""A real browser, pages of answers for it to open, and a service over the tiny shop for it to visit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn
from urllib.request import urlopen

import pytest

from lookalike import Index, Product
from lookalike.catalog import open_catalog
from lookalike.demo.shop import draw_shop
from lookalike.doctor import checks
from lookalike.recommend.sheet import sheet_html
from lookalike.testing.copied_shop import CopiedShop, copied_shop
from lookalike.testing.grid import GridEncoder
from lookalike.testing.serving import listening
from lookalike.testing.tiny_shop import tiny_shop

from .findings import check

EDITS = ["crop to 80%", "mirrored", "light -30%", "", "half size", "greyscale", "white border", "turned 15°"]
COPIED = ["00001"] * 3 + ["00004", "00007", "00010", "00013", "00016"]
"""What is copied by each of the edits: one product three times, five others once."""

PATIENT = """
const soon = window.setTimeout;
window.setTimeout = (act, wait, ...rest) => soon(act, wait === 600 ? 60_000 : wait, ...rest);
"""
"""Has a product's page wait a minute where it waits 600 ms (``PATIENCE`` of ``views/product.js``)."""

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask a browser once more that did not answer in time: now and then one stands still."""
    here = Path(__file__).parent
    waited = ["TimeoutError", "AssertionError: (Locator|Page) expected"]
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=waited))


def without_browser(what: str) -> NoReturn:
    """Skip, and say how to change that; where everything has to be there, fail."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{what}; {INSTALL}")
    pytest.skip(f"{what}; {INSTALL}")


@pytest.fixture(scope="package")
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


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop, indexed without a network; nobody writes to it."""
    folder = tmp_path_factory.mktemp("indexed") / "index"
    Index.create(folder, GridEncoder()).add(tiny_shop().products)
    return folder


@pytest.fixture(scope="module")
def shop_folder(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop, indexed, for one file of tests."""
    return Path(shutil.copytree(indexed, tmp_path_factory.mktemp("browser") / "index"))


@pytest.fixture(scope="module")
def shop_index(shop_folder: Path) -> Index:
    """The tiny shop, for tests that leave it as it is; those that write have a copy each."""
    return Index.open(shop_folder, GridEncoder())


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


@pytest.fixture(scope="session")
def serving() -> Any:
    """Runs a service of a test's own: `lookalike.testing.serving.listening`."""
    return listening


@pytest.fixture(scope="module")
def shop(shop_index: Index) -> Iterator[str]:
    """The address of a service over the tiny shop."""
    with listening(shop_index) as address:
        yield address


class Visitor:
    """Opens pages in one browser, each in a context of its own, and remembers what they did wrong."""

    def __init__(self, chromium: Any, address: str) -> None:
        self._chromium = chromium
        self.address = address
        self._contexts: list[Any] = []
        self.said: list[str] = []
        self.asked: list[str] = []
        self._forgiven: list[str] = []

    def __call__(
        self, path: str = "/", width: int = 1280, scheme: str = "light", patient: bool = False, **wishes: Any
    ) -> Any:
        """A page at a path of the service, once its view is there; motion is reduced unless wished.

        A ``patient`` page of a product waits for what a product does not wait for long.
        """
        wishes = {"reduced_motion": "reduce", "has_touch": width < 700, **wishes}
        context = self._chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=self.address, **wishes
        )
        self._contexts.append(context)
        if patient:
            context.add_init_script(PATIENT)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(path)
        page.wait_for_selector("main:not([aria-busy]) .view:not(:has([aria-busy]))", state="attached")
        return page

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def forgive(self, *words: str) -> None:
        """What a page says with one of these words is no complaint, whenever it comes."""
        self._forgiven.extend(words)

    @property
    def complaints(self) -> list[str]:
        """What pages said that is not forgiven."""
        return [said for said in self.said if not any(word in said for word in self._forgiven)]

    def foreign(self) -> list[str]:
        """The addresses asked for that are not the service's own."""
        return [url for url in self.asked if not url.startswith((self.address, "data:", "blob:"))]

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(chromium: Any, shop: str) -> Iterator[Visitor]:
    """Opens pages of the tiny shop. After the test: no page complained, and none asked another host.

    A test that makes a page complain forgives it.
    """
    visitor = Visitor(chromium, shop)
    yield visitor
    visitor.close()
    assert visitor.complaints == []
    assert visitor.foreign() == []


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> CopiedShop:
    """24 drawn products of one picture each, and eight copies in six groups."""
    table = draw_shop(tmp_path_factory.mktemp("drawn"), 24)
    products = [one for one in open_catalog(table) if isinstance(one, Product)]
    return copied_shop([replace(one, pictures=one.pictures[:1]) for one in products], EDITS, COPIED)


@pytest.fixture(scope="module")
def looked_at(planted: CopiedShop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of that shop, all of whose pictures were compared."""
    folder = tmp_path_factory.mktemp("copied") / "index"
    index = Index.create(folder)
    index.add(planted.products)
    assert len(index.duplicates()) == 6
    return folder


@pytest.fixture
def folder(looked_at: Path, tmp_path: Path) -> Path:
    """The index for one test, which may judge."""
    return Path(shutil.copytree(looked_at, tmp_path / "index"))


@pytest.fixture
def review(visit: Any, serving: Any, folder: Path) -> Iterator[Any]:
    """Opens pages of a service over the copied shop; `visit` without the tiny shop."""
    with serving(folder) as address:
        urlopen(f"{address}/v1/duplicates").close()  # reckoned once, so that a product need not wait for it
        visit.address = address
        yield visit
        visit.close()


@pytest.fixture
def sick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Index:
    """The tiny shop's index, whose doctor finds what `findings.FOUND` says, and has done so."""
    monkeypatch.setattr(checks, "CHECKS", (check(),))
    index = Index.create(tmp_path / "sick", GridEncoder())
    index.add(tiny_shop().products, duplicates=False)
    index.doctor.examine()
    return index


@pytest.fixture
def clinic(visit: Any, serving: Any, sick: Index) -> Iterator[Any]:
    """Opens pages of a service over that index."""
    with serving(sick) as address:
        visit.address = address
        yield visit
        visit.close()


@pytest.fixture(scope="module")
def mapped_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop's index, of which a map is laid out."""
    index = Index.create(tmp_path_factory.mktemp("mapped") / "index", GridEncoder())
    index.add(tiny_shop().products)
    index.explore.lay_out()
    return index


@pytest.fixture
def atlas(visit: Any, serving: Any, mapped_index: Index) -> Iterator[Any]:
    """Opens pages of a service over that index."""
    with serving(mapped_index) as address:
        visit.address = address
        yield visit
        visit.close()


BARRIERS = """
async () => {
  const mild = axe._audit.rules.filter((rule) => rule.impact === "minor" || rule.impact === "moderate");
  const rules = Object.fromEntries(mild.map((rule) => [rule.id, { enabled: false }]));
  const { violations } = await axe.run(document, { resultTypes: ["violations"], rules });
  return violations.filter((one) => one.impact === "serious" || one.impact === "critical").flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`));
}
"""
"""What is serious or critical. What a rule finds has the rule's impact: milder ones need not be asked."""


@pytest.fixture(scope="session")
def serious() -> Any:
    """Finds what axe-core calls serious or critical on a page: its rules, and where."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def find(page: Any) -> list[str]:
        page.wait_for_selector("[aria-busy=true]", state="detached")  # dimmed on purpose till then
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe.axe_script)
        found: list[str] = page.evaluate(BARRIERS)
        return found

    return find
