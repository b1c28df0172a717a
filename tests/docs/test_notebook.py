"""The notebook runs from top to bottom and shows pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOK = Path(__file__).parents[2] / "examples" / "start.ipynb"

# In a process of its own, so that what Jupyter's sockets and event loops warn of stays with Jupyter.
RUN = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=sys.argv[2])
nbformat.write(notebook, sys.argv[3])
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after a run with this interpreter; a cell that fails fails the test."""
    home = tmp_path_factory.mktemp("jupyter")
    result = home / "done.ipynb"
    private = {name: str(home) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR")}
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(NOTEBOOK), str(home), str(result)],
        env={**os.environ, **private, "JUPYTER_PREFER_ENV_PATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return nbformat.read(result, as_version=4)


def outputs(notebook: Any, kind: str) -> list[str]:
    return [
        output["data"][kind]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if kind in output.get("data", {})
    ]


def test_answers_show_as_pictures(done: Any) -> None:
    shelves = [html for html in outputs(done, "text/html") if 'class="ll"' in html]
    assert len(shelves) == 4
    assert all("data:image/jpeg;base64," in html for html in shelves)


def test_an_answer_becomes_a_table(done: Any) -> None:
    tables = [html for html in outputs(done, "text/html") if "dataframe" in html]
    assert len(tables) == 1
    assert tables[0].count("<tr") == 7


def test_nothing_is_said_on_standard_error(done: Any) -> None:
    said = [o for cell in done.cells for o in cell.get("outputs", ()) if o.get("name") == "stderr"]
    assert said == []


def test_the_notebook_is_committed_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not c.get("outputs") and not c.get("execution_count") for c in notebook.cells)
