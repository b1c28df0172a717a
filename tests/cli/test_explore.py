"""What somebody who has a new catalogue looks at first, in a terminal; run in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lookalike.cli.exits import EXIT_REFUSED, EXIT_STOPPED
from lookalike.cli.main import main
from lookalike.exploring import explorer
from lookalike.index import Index
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

Call = Callable[..., Result]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explore") / "index"
    Index.create(path, GridEncoder()).add(tiny_shop().products, duplicates=False, fit=False)
    return path


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "index"))


@pytest.fixture
def call(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Explores the index, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["explore", *words, "--index", str(index)])


def document(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_counts_are_printed_as_bars(call: Call, index: Path) -> None:
    done = call()
    assert done.exit_code == 0, done.output
    counts = Index.open(index).explore.counts()
    assert f"{counts.products} products, {counts.pictures} pictures." in done.stdout
    for chart in counts.charts:
        assert chart.name in done.stdout
    top = counts.charts[0].bars[0]
    assert [top.name, str(top.count), "█" * 28] in [line.split() for line in done.stdout.splitlines()]
    assert "There is no map yet" in done.stdout


def test_the_document_is_that_of_python(call: Call, index: Path) -> None:
    assert document(call("--json")) == {**Index.open(index).explore.counts().to_dict(), "map": None}


def test_a_map_is_laid_out_and_kept(call: Call, index: Path) -> None:
    found = document(call("--map", "--json"))["map"]
    kept = Index.open(index).explore.map()
    assert kept is not None
    assert (found["products"], found["method"], found["stale"]) == (len(kept.ids), "t-SNE", False)
    assert document(call("--json"))["map"] == found


def test_a_page_lays_out_the_map_that_is_missing_and_only_then(
    call: Call, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = call("--html", "page.html")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html")
    assert "Page: page.html" in done.stdout and "by t-SNE" in done.stdout

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("it was laid out again")

    monkeypatch.setattr(explorer, "_laid_out", never)
    assert call("--html", "page.html").exit_code == 0


def test_a_selection_is_printed_as_a_matrix(call: Call, index: Path) -> None:
    ids = Index.open(index).ids[:3]
    done = call("--matrix", ",".join(ids))
    assert done.exit_code == 0, done.output
    assert "How alike 3 products look" in done.stdout and done.stdout.count("1.00") >= 3
    told = document(call("--matrix", ids[0], "--matrix", ids[1], "--json"))["matrix"]
    assert told == Index.open(index).explore.matrix(ids[:2]).to_dict()


def test_who_asks_for_one_thing_is_not_told_the_counts_as_well(call: Call, index: Path) -> None:
    ids = Index.open(index).ids[:2]
    for words in (("--map",), ("--matrix", ",".join(ids)), ("--html", "page.html")):
        done = call(*words)
        assert done.exit_code == 0, done.output
        assert "█" not in done.stdout


def test_of_a_large_selection_the_most_and_least_alike_are_named(call: Call, index: Path) -> None:
    done = call("--matrix", ",".join(Index.open(index).ids[:20]))
    assert "most alike: " in done.stdout and "least alike: " in done.stdout


def test_plots_are_written_into_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    few = [replace(one, attributes={}) for one in tiny_shop().products[:6]]
    Index.create("few", GridEncoder()).add(few, duplicates=False, fit=False)
    done = CliRunner().invoke(main, ["explore", "--png", "plots", "--index", "few"])
    assert done.exit_code == 0, done.output
    names = {path.stem for path in (tmp_path / "plots").glob("*.png")}
    assert {"counts-category", "map-pictures"} <= names
    assert f"Plots: {len(names)} in plots" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--matrix", "nobody"), "No product has the id 'nobody'"),
        (("--html", "index/page.html"), "lies inside the index"),
        (("--html", "other.txt"), "exists and is something else"),
        (("--png", "other.txt"), "is a file"),
        (("--png", "index/plots"), "lies inside the index"),
    ],
)
def test_what_makes_no_sense_is_refused(
    call: Call, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "other.txt").write_text("mine")
    done = call(*words)
    assert done.exit_code == EXIT_REFUSED
    assert said in done.output
    assert (tmp_path / "other.txt").read_text() == "mine"


def test_who_has_enough_is_back_at_once_and_nothing_is_kept(
    call: Call, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(explorer, "_laid_out", stopped)
    assert call("--map").exit_code == EXIT_STOPPED
    assert Index.open(index).explore.map() is None


def test_an_empty_index_says_what_to_do(tmp_path: Path) -> None:
    Index.create(tmp_path / "empty", GridEncoder())
    done = CliRunner().invoke(
        main, ["explore", "--index", str(tmp_path / "empty"), "--html", str(tmp_path / "p.html")]
    )
    assert done.exit_code == 0, done.output
    assert "The index is empty: add a catalogue first." in done.stdout
    assert (tmp_path / "p.html").is_file()
