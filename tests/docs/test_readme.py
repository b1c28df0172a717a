"""Figures in the README are those that were measured."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_readme", ROOT / "tools" / "make_readme.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_has_the_figures_that_were_measured(tool: ModuleType) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == tool.with_table(readme), "run: python tools/make_readme.py"


def test_a_figure_that_was_not_measured_has_no_row(tool: ModuleType, tmp_path: Path) -> None:
    assert list(tool.rows(tmp_path)) == []
    (tmp_path / "memory.json").write_text('{"runs": [{"rows": 1200, "peak_megabytes": 99.6}]}')
    assert list(tool.rows(tmp_path)) == [("peak memory of indexing 1,200 products", "100 MB")]
