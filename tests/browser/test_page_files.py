"""What the page's files promise without a browser: no detour while loading, and nothing read as HTML."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from posixpath import normpath

import pytest

import lookalike.service

WEB = Path(lookalike.service.__file__).parent / "web"
SCRIPTS = sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js"))
FIRST = ("app.js", "views/shop.js", "views/product.js")
"""What the first view of the shop or of a product needs."""


def imported(script: str) -> set[str]:
    """The modules that a script imports at once."""
    found = re.findall(r'^(?:import|export)\b[^;]*?from "([^"]+)"', (WEB / script).read_text(), re.MULTILINE)
    return {normpath(PurePosixPath(script).parent / path) for path in found}


def test_the_modules_of_the_first_view_are_asked_for_at_once() -> None:
    needed: set[str] = set()
    ahead = set(FIRST)
    while ahead:
        needed |= ahead
        ahead = {module for script in ahead for module in imported(script)} - needed
    page = (WEB / "index.html").read_text()
    preloaded = set(re.findall(r'<link rel="modulepreload" href="/assets/{{assets}}/([^"]+)">', page))
    assert preloaded == needed - {"app.js"}


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_script_reads_text_as_html_or_code(script: str) -> None:
    source = (WEB / script).read_text()
    assert not re.search(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|srcdoc)\b", source)


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_script_is_longer_than_400_lines(script: str) -> None:
    assert len((WEB / script).read_text().splitlines()) < 400


def test_no_file_names_another_host() -> None:
    files = [path for path in WEB.rglob("*") if path.suffix in (".js", ".css", ".html")]
    hosts = {host for path in files for host in re.findall(r"https?://([\w.-]+)", path.read_text())}
    assert hosts <= {"www.w3.org"}  # the name of SVG, which nobody asks for
