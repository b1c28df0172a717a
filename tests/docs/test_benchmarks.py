"""The page of figures says what the benchmarks measured."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "make_benchmarks.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_benchmarks", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOOL.parent))  # as it is where the tool is run
        spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_results_give(tool: ModuleType) -> None:
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page(), "run: python tools/make_benchmarks.py"


def test_every_question_has_its_script_and_its_figures(tool: ModuleType) -> None:
    for name, _, _ in tool.SECTIONS:
        assert (ROOT / "benchmarks" / f"{name}.py").is_file()
        assert (tool.RESULTS / f"{name}.json").is_file()


def test_another_figure_makes_another_page(tool: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(tool.RESULTS, tmp_path / "results")
    file = tmp_path / "results" / "memory.json"
    figures = json.loads(file.read_text(encoding="utf-8"))
    figures["ratio"] = figures["bar"] + 0.317
    file.write_text(json.dumps(figures), encoding="utf-8")
    page = tool.page(tmp_path / "results")
    assert page != tool.page()
    assert f"Ratio {figures['ratio']:g}. Missed" in page


def test_the_page_tells_the_machine_and_the_date_of_each_measurement(tool: ModuleType) -> None:
    for name, _, _ in tool.SECTIONS:
        figures = json.loads((tool.RESULTS / f"{name}.json").read_text(encoding="utf-8"))
        if "machine" in figures:
            assert tool.taken_on(figures) in tool.page()
            assert figures["machine"]["date"] in tool.taken_on(figures)
