"""Imports point down only, and rooms of one layer do not know each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import lookalike

SOURCE = Path(lookalike.__file__).parent

LAYERS: list[set[str]] = [
    {
        "errors",
        "vectors",
        "products",
        "events",
        "attribution",
        "settings",
        "disk",
        "stacked",
        "mapped",
        "ids",
    },
    {"filters", "images", "glance", "palette", "colour", "hashing", "fetching", "distortions"},
    {"catalog", "encoders", "store", "neighbours", "deliveries", "records", "behaviour", "demo"},
    {"ingest", "recommend", "duplicates", "words", "imagining", "content", "taste", "doctor"},
    {"evaluation"},
    {"training", "sheets"},
    {
        "fitted",
        "photo",
        "derived",
        "view",
        "asking",
        "questions",
        "imagination",
        "copies",
        "shopping",
        "checkup",
        "learning",
        "verdict",
        "exploring",
        "index",
        "keeping",
        "upkeep",
    },
    {"service"},
    {"cli", "__main__"},
]
LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
NEIGHBOURS_ALLOWED = {
    ("colour", "palette"),  # names and similarities are said of palettes
    ("products", "errors"),
    ("vectors", "errors"),
    ("stacked", "vectors"),
    ("ids", "vectors"),
    ("settings", "errors"),
    ("events", "errors"),
    ("attribution", "errors"),
    ("view", "derived"),
    ("view", "fitted"),
    ("view", "photo"),
    ("asking", "fitted"),
    ("asking", "view"),
    ("asking", "photo"),
    ("questions", "asking"),
    ("questions", "fitted"),
    ("questions", "view"),
    ("questions", "photo"),
    ("imagination", "asking"),
    ("imagination", "questions"),
    ("imagination", "view"),
    ("copies", "photo"),
    ("copies", "questions"),
    ("copies", "view"),
    ("deliveries", "catalog"),  # tables of events are read as tables of products are
    ("records", "store"),  # what people decide is notes, as those of a store are
    ("shopping", "asking"),
    ("shopping", "checkup"),  # what is decided there is kept with the events
    ("shopping", "questions"),
    ("shopping", "view"),
    ("checkup", "view"),
    ("checkup", "photo"),
    ("checkup", "questions"),
    ("learning", "fitted"),  # what words look like is what a generator learns from
    ("learning", "view"),
    ("learning", "photo"),
    ("learning", "questions"),
    ("verdict", "asking"),
    ("verdict", "view"),
    ("verdict", "photo"),
    ("verdict", "questions"),
    ("exploring", "view"),
    ("exploring", "photo"),
    ("exploring", "questions"),
    ("index", "verdict"),
    ("index", "exploring"),
    ("index", "checkup"),
    ("index", "imagination"),
    ("index", "learning"),
    ("index", "copies"),
    ("index", "shopping"),
    ("index", "fitted"),
    ("index", "questions"),
    ("index", "view"),
    ("index", "upkeep"),
    ("upkeep", "fitted"),
    ("upkeep", "keeping"),
    ("upkeep", "questions"),
    ("keeping", "derived"),
    ("__main__", "cli"),
}
FILES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> set[str]:
    """Every module of this project that a file imports, at any depth of the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} uses a relative import"
            found |= (
                {node.module}
                if node.module != "lookalike"
                else {f"lookalike.{name.name}" for name in node.names}
            )
    return {module for module in found if module.split(".")[0] == "lookalike"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    here = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    for module in imports(path):
        there = room_of(module)
        if here == "testing":
            continue
        assert there != "testing", f"{path.name} imports the test kit"
        if there in ("", here, "__version__"):
            continue
        assert there in LAYER, f"{there} has no layer"
        lower = LAYER[there] < LAYER[here]
        assert lower or (here, there) in NEIGHBOURS_ALLOWED, f"{here} may not import {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_are_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_functions_are_short_enough_to_read(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            body = (node.end_lineno or node.lineno) - node.body[0].lineno
            assert body <= 60, f"{node.name} has {body} lines"


def test_importing_the_package_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    heavy = ["numpy", "lance", "pyarrow", "onnxruntime", "PIL", "torch"]
    code = f"import sys, lookalike; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_command_line_starts_without_the_network_and_the_tables() -> None:
    import subprocess
    import sys

    heavy = ["lance", "onnxruntime", "PIL", "pandas"]
    code = (
        "import sys\nfrom lookalike.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip().splitlines()[-1] == "[]"
