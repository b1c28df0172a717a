"""A page that opens offline holds everything that it needs, and nothing in it can break out of its place."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lookalike.errors import StorageError
from lookalike.exploring.inlining import BEGIN, import_map, name_of, renamed, script_json
from lookalike.index import Index
from lookalike.testing.planted import plant, planted

from .crowds import crowd, shop

HOSTILE = "</script><script>alert(1)</script><!-- \u2028"


class Scripts(HTMLParser):
    """What stands in each script element of a page, by its type or id."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in = str(given.get("id") or given.get("type")) if tag == "script" else ""

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in:
            assert self._in not in self.found
            self.found[self._in] = data


def scripts(html: str) -> dict[str, str]:
    reader = Scripts()
    reader.feed(html)
    return reader.found


@pytest.fixture(scope="module")
def laid_out() -> Index:
    index = shop(("cup", crowd(0, 12)), ("shoe", crowd(1, 12)))
    index.explore.lay_out()
    return index


def test_the_data_of_the_page_is_what_python_tells(laid_out: Index, tmp_path: Path) -> None:
    path = laid_out.explore.html(tmp_path / "deep" / "explore.html", ["cup-000", "shoe-000"])
    data = json.loads(scripts(path.read_text(encoding="utf-8"))["explore-data"])
    found, standing = laid_out.explore.map(), laid_out.explore.standing()
    assert found is not None and standing is not None
    assert data["map"] == found.to_dict()
    assert data["counts"] == {**laid_out.explore.counts().to_dict(), "map": standing.to_dict()}
    assert data["matrix"]["ids"] == ["cup-000", "shoe-000"]
    assert all(one.startswith("data:image/jpeg;base64,") for one in data["thumbnails"]["sheets"])


def test_without_a_map_there_is_a_page_of_counts() -> None:
    data = shop(("cup", crowd(0, 3))).explore.page().to_dict()
    assert (data["map"], data["matrix"], data["thumbnails"], data["counts"]["map"]) == (None,) * 4
    assert data["counts"]["products"] == 3


def test_titles_cannot_end_the_script_that_they_stand_in(tmp_path: Path) -> None:
    index = Index(plant([planted(str(at), [1.0, at], title=HOSTILE, category=HOSTILE) for at in range(4)]))
    index.explore.lay_out()
    html = index.explore.html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert html.count("alert(1)") > 1 and "<script>alert" not in html
    assert json.loads(scripts(html)["explore-data"])["map"]["titles"] == [HOSTILE] * 4
    assert json.loads(script_json({"a": HOSTILE})) == {"a": HOSTILE}


def test_every_module_that_is_imported_is_inside() -> None:
    addresses = json.loads(import_map())["imports"]
    assert name_of(BEGIN) in addresses
    for name, address in addresses.items():
        kind, _, held = address.partition(",")
        text = base64.b64decode(held).decode()
        assert kind == "data:text/javascript;base64", name
        assert not re.search(r"""(from|import)\s*\(?\s*["']\.""", text), name
        for imported in re.findall(r"""(?:\bfrom|^import)\s*["']([^"']+)["']""", text, re.MULTILINE):
            assert imported in addresses, f"{name} imports {imported}"


def test_imports_are_told_by_where_a_module_lies() -> None:
    lines = (
        'import { a } from "./a.js";',
        'import "../b.js";',
        "export { c } from './deep/c.js';",
        'const d = "./d.js";',
    )
    text = "\n".join(lines)
    made, imported = renamed(text, "parts/x.js")
    assert imported == ["parts/a.js", "b.js", "parts/deep/c.js"]
    assert '"lookalike/parts/a.js"' in made and '"lookalike/b.js"' in made and 'const d = "./d.js"' in made


def test_a_page_that_cannot_be_written_is_refused(laid_out: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        laid_out.explore.html(tmp_path / "file" / "page.html")


def test_without_scripts_the_page_tells_the_counts(laid_out: Index) -> None:
    html = laid_out.explore.page().html()
    told = html[html.index("<noscript>") : html.index("</noscript>")]
    assert '<th scope="row">cup</th><td>12</td>' in told
