"""What a shop's engineer learns of a recommender in a terminal, run in this process."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lookalike.cli.exits import EXIT_REFUSED, EXIT_STOPPED
from lookalike.cli.main import main
from lookalike.index import Index

from .conftest import PRODUCTS

Call = Callable[..., Result]


@pytest.fixture
def call(measured: Path) -> Call:
    """Runs the command on the index, in a folder of its own."""
    return lambda *words: CliRunner().invoke(main, ["evaluate", *words, "--index", str(measured)])


def document(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_json_is_what_python_says(call: Call, measured_index: Path) -> None:
    said = document(call("--questions", "category", "--json"))
    told = Index.open(measured_index).evaluate(questions=["category"]).to_dict()
    assert said["subject"] == "encoder:product"
    assert said["results"]["category"]["values"] == told["results"]["category"]["values"]
    assert set(said["results"]["category"]["values"]) >= {"precision_at_10", "ndcg_at_10", "map_at_r"}
    assert said["questions"]["category"]["cases"] == PRODUCTS


def test_figures_are_printed_with_their_intervals_and_what_was_not_asked(call: Call) -> None:
    said = call("--questions", "category,variants,photo,events", "--most", "6").stdout
    told = document(call("--questions", "category", "--most", "6", "--json"))["results"]["category"][
        "values"
    ]["precision_at_10"]
    assert said.startswith(f"encoder:product: {PRODUCTS} products and {PRODUCTS} pictures, in ")
    assert f"category  {told['mean']:.3f} ({told['low']:.3f} to {told['high']:.3f})" in said
    heads = [line.split() for line in said.splitlines() if line.startswith("question ")]
    assert heads[0] == ["question", "P@10", "asked", "R@10", "NDCG@10", "MRR@10", "mAP@R"]
    assert heads[2][:3] == ["question", "R@1", "asked"]
    assert "What was not asked" in said and "  next in visit: " in said
    assert "one answer: " in said
    assert "With pictures: --html FILE.html." in said


def test_the_page_has_the_figures_of_the_document(call: Call) -> None:
    done = document(call("--questions", "category", "--html", "good.html", "--json"))
    page = Path("good.html").read_text(encoding="utf-8")
    told = done["results"]["category"]["values"]["precision_at_10"]["mean"]
    assert f"<b>{told:.1%}</b>" in page
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page) == []
    assert page.count('class="example"') == 6


def test_a_function_of_ones_own_is_judged_by_its_name(call: Call, own_module: str) -> None:
    said = document(call(f"{own_module}:backwards", "--questions", "category", "--json"))
    assert (said["subject"], said["kind"]) == (f"{own_module}:backwards", "module")
    assert said["results"]["category"]["values"]["precision_at_10"]["mean"] < 0.3


def test_what_a_function_prints_is_no_part_of_the_document(call: Call, own_module: str) -> None:
    done = call(f"{own_module}:talks", "--questions", "category", "--most", "2", "--json")
    assert document(done)["subject"] == f"{own_module}:talks"
    assert "asked" in done.stderr


def test_a_page_or_a_folder_is_written_where_nothing_is_harmed(call: Call, measured_index: Path) -> None:
    Path("precious.txt").write_text("mine", encoding="utf-8")
    for words in (
        ("--html", "precious.txt"),
        ("--html", f"{measured_index}/page.html"),
        ("--trec", "precious.txt"),
        ("--trec", f"{measured_index}/trec"),
    ):
        assert call("--questions", "category", *words).exit_code == EXIT_REFUSED
    assert Path("precious.txt").read_text(encoding="utf-8") == "mine"


def test_a_page_is_not_written_into_a_pipe_nor_under_a_name_too_long(call: Call) -> None:
    os.mkfifo("pipe")
    for name in ("pipe", "y" * 300):
        done = call("--questions", "category", "--html", name)
        assert done.exit_code == EXIT_REFUSED and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--labels", "nonsense"), "nonsense"),
        (("--labels", " , "), "--labels A,B"),
        (("--questions", "nonsense"), "nonsense"),
        (("encoder:nonsense",), "nonsense"),
        (("recipe:nonsense",), "nonsense"),
        (("weights:look=-1",), "look"),
        (("nomodule:function",), "nomodule"),
        (("--most", "0"), "--most"),
    ],
)
def test_a_mistake_is_one_line_and_a_next_step(call: Call, words: tuple[str, ...], said: str) -> None:
    done = call(*words)
    assert done.exit_code == EXIT_REFUSED, done.output
    assert done.stderr.startswith("lookalike: ") and len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_an_empty_index_cannot_be_asked_anything(tmp_path: Path) -> None:
    Index.create(tmp_path / "index")
    done = CliRunner().invoke(main, ["evaluate", "--index", str(tmp_path / "index")])
    assert done.exit_code == EXIT_REFUSED
    assert len(done.stderr.splitlines()) == 1


def test_ctrl_c_stops_and_writes_nothing(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Index, "evaluate", stopped)
    assert call("--html", "page.html").exit_code == EXIT_STOPPED
    assert not Path("page.html").exists()
