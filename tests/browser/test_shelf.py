"""The element <lookalike-shelf> on another site's page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from lookalike import Index
from lookalike.service.config import ServiceConfig

from .shoppers import sent, things, wait_until

EXAMPLE = Path(__file__).parents[2] / "examples" / "shelf.html"
SHELF = Path(__file__).parents[2] / "src" / "lookalike" / "service" / "web" / "shelf.js"

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title>
<link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><style>body{{margin:8px}}</style>
<script>
  window.told = [];
  for (const kind of ["load", "error", "click"]) {{
    addEventListener(`lookalike-${{kind}}`, event => told.push([kind, event.detail]));
  }}
</script>
<script type="module" src="{service}/shelf.js"></script><main><h1>A product</h1>{body}</main></html>"""

CARDS = "shelf => [...shelf.shadowRoot.querySelectorAll('a')].map(link => link.href)"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address of another site on this machine, whose pages lie in ``folder``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def shop(shop_index: Index, site: str, serving: Any) -> Iterator[str]:
    """A service that lets the pages of the other site ask."""
    with serving(shop_index, ServiceConfig(cors=(site,))) as address:
        yield address


@pytest.fixture
def page_with(visit: Any, shop: str, site: str, folder: Path) -> Any:
    """Opens a page of the other site with this body."""

    def show(body: str, width: int = 1000, service: str = shop, **wishes: Any) -> Any:
        (folder / "page.html").write_text(PAGE.format(service=service, body=body), encoding="utf-8")
        return opened(visit, f"{site}/page.html", width, **wishes)

    return show


def opened(visit: Any, url: str, width: int = 1000, watch: Any = None, **wishes: Any) -> Any:
    """A page of any site, watched as the visitor's own are; ``watch`` is given it before it is opened."""
    wishes.setdefault("reduced_motion", "reduce")
    context = visit._chromium.new_context(viewport={"width": width, "height": 700}, **wishes)
    visit._contexts.append(context)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("console", visit._listen)
    page.on("pageerror", lambda error: visit.said.append(str(error)))
    if watch:
        watch(page)
    page.goto(url)
    return page


def links(page: Any, at: int = 0) -> list[str]:
    """Where the cards of a shelf lead, once it is there."""
    shelf = page.locator("lookalike-shelf").nth(at)
    shelf.locator("a").first.wait_for()
    found: list[str] = shelf.evaluate(CARDS)
    return found


def told(page: Any, kind: str) -> list[dict[str, Any]]:
    return [detail for said, detail in page.evaluate("window.told") if said == kind]


def similar(page: Any, shop: str, id: str, **asked: Any) -> list[str]:
    answer = page.request.get(f"{shop}/v1/similar/{id}", params=asked).json()
    return [result["id"] for result in answer["results"]]


def test_the_shelf_is_small() -> None:
    assert len(SHELF.read_bytes()) < 10 * 1024


def test_another_sites_page_shows_what_the_service_answers(page_with: Any, shop: str) -> None:
    page = page_with('<lookalike-shelf product="0007" k="5" weights="colour=1"></lookalike-shelf>')
    expected = similar(page, shop, "0007", k=5, weights="colour=1")
    assert links(page) == [f"{shop}/product/{id}" for id in expected]
    assert page.get_by_role("heading", name="Looks like this").is_visible()
    assert page.get_by_role("region", name="Looks like this").get_by_role("listitem").count() == 5
    picture = page.locator("lookalike-shelf img").first
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_another_product_or_filter_is_shown_as_soon_as_it_is_set(page_with: Any, shop: str) -> None:
    page = page_with('<lookalike-shelf product="0007" k="4" link-template="/p/{id}"></lookalike-shelf>')
    links(page)
    page.evaluate("""() => {
      const shelf = document.querySelector("lookalike-shelf");
      shelf.setAttribute("product", "0008");
      shelf.setAttribute("where", "colour=red");
    }""")
    page.wait_for_function("() => window.told.length >= 2")
    assert [detail["product"] for detail in told(page, "load")] == ["0007", "0008"]
    expected = similar(page, shop, "0008", k=4, where="colour=red")
    assert [link.rpartition("/p/")[2] for link in links(page)] == expected


def test_several_shelves_are_on_one_page_and_far_ones_wait(page_with: Any) -> None:
    near = "".join(f'<lookalike-shelf product="{id}" k="3"></lookalike-shelf>' for id in ("0007", "0008"))
    far = '<div style="height:4000px"></div><lookalike-shelf product="0009"></lookalike-shelf>'
    page = page_with(near + far)
    assert links(page, 0)
    assert links(page, 1) != links(page, 0)
    assert {detail["product"] for detail in told(page, "load")} == {"0007", "0008"}
    page.locator("lookalike-shelf").nth(2).scroll_into_view_if_needed()
    assert links(page, 2)


def test_a_click_says_which_product_where_and_of_which_answer(page_with: Any) -> None:
    page = page_with('<lookalike-shelf product="0007" k="4" link-template="#{id}"></lookalike-shelf>')
    second = links(page)[1].rpartition("#")[2]
    page.locator("lookalike-shelf a").nth(1).click()
    (detail,) = told(page, "click")
    (loaded,) = told(page, "load")
    assert detail == {
        "product": second,
        "position": 2,
        "attribution": loaded["attribution"],
        "shelf": "0007",
    }
    assert detail["attribution"]


def test_a_product_that_is_not_there_shows_nothing_and_tells_engineers(page_with: Any, visit: Any) -> None:
    page = page_with('<lookalike-shelf product="no such"></lookalike-shelf><p>after</p>')
    page.wait_for_function("() => window.told.length")
    (detail,) = told(page, "error")
    assert (detail["product"], detail["code"]) == ("no such", "unknown-product")
    assert page.locator("lookalike-shelf").evaluate("shelf => shelf.getBoundingClientRect().height") == 0
    visit.forgive("404")


def test_a_service_that_is_gone_shows_nothing(page_with: Any, visit: Any) -> None:
    page = page_with('<lookalike-shelf product="0007" service="http://127.0.0.1:9"></lookalike-shelf>')
    page.wait_for_function("() => window.told.length")
    assert told(page, "error")[0]["code"] == "unreachable"
    assert page.locator("lookalike-shelf").evaluate("shelf => shelf.getBoundingClientRect().height") == 0
    visit.forgive("net::ERR")


def test_a_shelf_with_a_key_is_let_in(page_with: Any, site: str, serving: Any, shop_index: Index) -> None:
    with serving(shop_index, ServiceConfig(cors=(site,), read_keys=("read-me",))) as address:
        shelf = '<lookalike-shelf product="0007" k="3" key="read-me"></lookalike-shelf>'
        page = page_with(shelf, service=address)
        assert len(links(page)) == 3
        picture = page.locator("lookalike-shelf img").first
        picture.evaluate("image => image.decode()")
        page.close()


def test_a_shelf_tells_what_is_shown_and_clicked_where_it_is_asked_to(
    page_with: Any, shop_index: Index
) -> None:
    events: list[list[dict[str, Any]]] = []
    page = page_with(
        '<lookalike-shelf product="0007" k="4" events user="ann" link-template="#{id}"></lookalike-shelf>'
        '<div style="height:3000px"></div><lookalike-shelf product="0008" events></lookalike-shelf>',
        watch=lambda page: events.append(sent(page)),
    )
    ids = [link.rpartition("#")[2] for link in links(page)]
    shown = lambda: sorted(one["item"] for one in events[0] if one["event"] == "shown")  # noqa: E731
    wait_until(page, lambda: shown() == sorted(ids), "what is in sight is not told")
    (loaded,) = told(page, "load")
    page.locator("lookalike-shelf a").nth(1).click()
    wait_until(
        page, lambda: things(shop_index, "ann") == {ids[1]: "clicked"}, "the click is not written down"
    )
    assert shown() == sorted(ids)
    assert {(one["user"], one["answer"]) for one in events[0]} == {("ann", loaded["attribution"])}


def test_a_shelf_that_is_not_asked_to_tells_nothing(page_with: Any, visit: Any) -> None:
    page = page_with('<lookalike-shelf product="0007" k="4" link-template="#{id}"></lookalike-shelf>')
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    links(page)
    page.locator("lookalike-shelf a").first.click()
    page.wait_for_timeout(2200)
    assert not [url for url in asked if "/v1/events" in url or "shelf-events" in url]


def test_links_that_are_no_addresses_of_pages_are_not_followed(page_with: Any, shop: str, visit: Any) -> None:
    page = page_with("")
    given = {
        "script": "javascript:alert(1)",
        "data": "data:text/html,x",
        "relative": "/shoes/1",
        "other": "https://shop.example/2",
        "broken": "http://",
    }
    product = {"title": "<img src=x onerror=alert(1)>", "brand": "", "price": None, "pictures": []}
    results = [{"id": id, "product": {"id": id, "link": link, **product}} for id, link in given.items()]
    page.route("**/v1/similar/**", lambda route: route.fulfill(
        json={"results": results, "attribution": "token"}, headers={"access-control-allow-origin": "*"}
    ))  # fmt: skip
    page.evaluate("document.querySelector('main').innerHTML = '<lookalike-shelf product=x>'")
    site = page.url.rpartition("/")[0]
    own = {id: f"{shop}/product/{id}" for id in ("script", "data", "broken")}
    assert links(page) == [
        own["script"], own["data"], f"{site}/shoes/1", "https://shop.example/2", own["broken"],
    ]  # fmt: skip
    assert page.locator("lookalike-shelf .title").first.inner_text() == "<img src=x onerror=alert(1)>"


def test_a_narrow_shelf_scrolls_by_itself_and_a_wide_one_has_its_columns(page_with: Any) -> None:
    shelf = '<lookalike-shelf product="0007" k="8" style="--lookalike-columns: 3"></lookalike-shelf>'
    page = page_with(shelf, width=390)
    links(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("lookalike-shelf ul").evaluate("list => list.scrollWidth > list.clientWidth")
    page.set_viewport_size({"width": 1000, "height": 700})
    grid = "list => getComputedStyle(list).gridTemplateColumns"
    shelf = page.locator("lookalike-shelf ul")
    wait_until(page, lambda: len(shelf.evaluate(grid).split()) == 3, "there are not three columns")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_example_works_as_it_stands(
    visit: Any, shop: str, site: str, folder: Path, serious: Any, scheme: str
) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("http://127.0.0.1:8000", shop).replace("00007", "0007")
    (folder / "shelf.html").write_text(text, encoding="utf-8")
    for width in (1280, 390):
        page = opened(visit, f"{site}/shelf.html", width, color_scheme=scheme)
        assert len(links(page)) == 8
        assert page.get_by_role("heading", name="You may like these too").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious(page) == []
