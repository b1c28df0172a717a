"""The reference says what the code says today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ["commands.md", "documents.md", "errors.md", "http.md", "python.md"]


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    tools = ROOT / "tools"
    spec = importlib.util.spec_from_file_location("make_reference", tools / "make_reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tools))  # as it is where the tool is run
        spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(reference: ModuleType) -> dict[str, str]:
    pages: dict[str, str] = reference.pages()
    return pages


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_what_the_code_says(written: dict[str, str], name: str) -> None:
    kept = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert kept == written[name], "run: python tools/make_reference.py"


def test_every_page_is_committed_and_made(written: dict[str, str]) -> None:
    assert sorted(written) == PAGES == sorted(p.name for p in (ROOT / "docs" / "reference").iterdir())
