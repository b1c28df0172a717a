"""Whether the new one is better, said in a terminal, and by the exit status to a build."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lookalike.cli.exits import EXIT_FAILED, EXIT_REFUSED
from lookalike.cli.main import main
from lookalike.evaluation.trec import read_qrels, read_run
from lookalike.index import Index

from .conftest import PRODUCTS

Call = Callable[..., Result]
OF_KIND = ("--questions", "category")


@pytest.fixture
def call(measured: Path) -> Call:
    """Runs the command on the index, in a folder of its own."""
    return lambda *words: CliRunner().invoke(main, ["compare", *words, "--index", str(measured)])


def document(done: Result, status: int = 0) -> Any:
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


def test_a_planted_worse_one_fails_the_gate_and_an_equal_one_passes(call: Call, own_module: str) -> None:
    gate = ("--gate", "P@10>=-0.01")
    worse = call("encoder:product", f"{own_module}:backwards", *OF_KIND, *gate)
    assert worse.exit_code == EXIT_FAILED
    assert f"{own_module}:backwards is worse than encoder:product" in worse.stdout
    assert "Gate P@10>=-0.01 (category) FAILED: " in worse.stdout
    equal = call(f"{own_module}:by_look", "weights:look=1", *OF_KIND, *gate)
    assert equal.exit_code == 0, equal.output
    assert "Gate P@10>=-0.01 (category) passed: " in equal.stdout


def test_too_few_who_ask_is_undecided_and_no_pass(call: Call, own_module: str) -> None:
    words = ("encoder:product", f"{own_module}:by_look", *OF_KIND, "--most", "8", "--gate", "P@10>=-0.5")
    done = call(*words)
    assert done.exit_code == EXIT_FAILED
    assert "UNDECIDED" in done.stdout
    said = document(call(*words, "--json"), EXIT_FAILED)
    assert said["passed"] is False
    assert [one["outcome"] for one in said["gates"]] == ["undecided"]


def test_changes_are_printed_with_their_intervals_beside_what_they_cost(call: Call, own_module: str) -> None:
    words = ("encoder:product", f"{own_module}:backwards", *OF_KIND)
    said = call(*words).stdout
    told = document(call(*words, "--json"))
    change = told["changes"][0]["category"]["precision_at_10"]
    assert said.startswith(f"A = encoder:product, B = {own_module}:backwards: {PRODUCTS} products")
    assert f"{change['mean']:+.3f} ({change['low']:+.3f} to {change['high']:+.3f})  worse" in said
    assert re.search(r"^B against A$", said, re.MULTILINE)
    assert re.search(r"^category P@10 +0\.\d{3} +0\.\d{3} *$", said, re.MULTILINE)
    assert re.search(r"^one answer +[\d.]+ ms +[\d.]+ ms *$", said, re.MULTILINE)
    assert "Where B and A disagree most" in said
    assert told["verdict"] in said


def test_several_are_each_compared_with_the_first(call: Call, own_module: str) -> None:
    words = ("encoder:product", f"{own_module}:by_look", f"{own_module}:backwards", *OF_KIND)
    said = document(call(*words, "--html", "both.html", "--json"))
    assert [one["subject"] for one in said["standings"]] == [*words[:3]]
    assert len(said["changes"]) == 2
    page = Path("both.html").read_text(encoding="utf-8")
    assert "<h1>3 compared: product, " in page
    assert said["verdict"].split(":")[0] in page
    assert page.count('<table class="numbers changes"><caption') == 2
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page) == []


def test_the_lists_of_the_page_mark_what_counts(call: Call, own_module: str) -> None:
    said = document(
        call("encoder:product", f"{own_module}:backwards", *OF_KIND, "--html", "both.html", "--json")
    )
    shown = said["disagreements"]
    counted = sum(i in one["right"] for one in shown for own in one["lists"] for i in own)
    page = Path("both.html").read_text(encoding="utf-8")
    assert 0 < len(shown) <= 12
    assert page.count('class="tick"') == counted > 0
    assert page.count('class="example"') == len(shown)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("encoder:product",), "alone"),
        (("encoder:product", "encoder:nonsense"), "nonsense"),
        (("encoder:product", "weights:look=1", "--gate", "P@10<=3"), "is no gate"),
        (("encoder:product", "weights:look=1", "--gate", "F1@10>=0"), "There is no metric"),
        (("encoder:product", "weights:look=1", *OF_KIND, "--gate", "colour:P@10>=0"), "which is not asked"),
    ],
)
def test_a_mistake_is_one_line_and_a_next_step(call: Call, words: tuple[str, ...], said: str) -> None:
    done = call(*words)
    assert done.exit_code == EXIT_REFUSED, done.output
    assert done.stderr.startswith("lookalike: ") and len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_what_is_no_gate_is_refused_before_anybody_waits(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lookalike.verdict.running.run", None)
    assert call("encoder:product", "weights:look=1", "--gate", "nonsense").exit_code == EXIT_REFUSED


def test_a_function_that_fails_is_named_with_what_it_said(call: Call, own_module: str) -> None:
    done = call("encoder:product", f"{own_module}:broken", *OF_KIND)
    assert done.exit_code == EXIT_REFUSED
    assert f"{own_module}:broken" in done.stderr and "the model is not there" in done.stderr


def test_nothing_of_the_index_changes(call: Call, measured_index: Path, own_module: str) -> None:
    before = Index.open(measured_index).manifest
    call("encoder:product", f"{own_module}:backwards", *OF_KIND)
    assert Index.open(measured_index).manifest == before


def test_json_is_what_python_says(call: Call, measured: Path) -> None:
    subjects = ("encoder:product", "weights:look=1,colour=1")
    said = document(call(*subjects, *OF_KIND, "--json"))
    told = Index.open(measured).compare(*subjects, questions=["category"])
    assert said["changes"] == told.to_dict()["changes"]
    assert said["disagreements"] == told.to_dict()["disagreements"]
    assert [one["subject"] for one in said["standings"]] == [*subjects]


def test_files_of_trec_hold_the_same_figures(call: Call, own_module: str) -> None:
    words = ("encoder:product", f"{own_module}:backwards", *OF_KIND, "--trec", "runs")
    assert "3 TREC files are in runs." in call(*words).stdout
    told = document(call(*words, "--json"))
    assert sorted(path.name for path in Path("runs").iterdir()) == [
        "category.qrels",
        "encoder-product.category.run",
        f"{own_module}-backwards.category.run",
    ]
    right = read_qrels(Path("runs/category.qrels"))
    for standing, name in zip(told["standings"], ("encoder-product", f"{own_module}-backwards"), strict=True):
        run = read_run(Path(f"runs/{name}.category.run"))
        precision = sum(len(right[key] & {*run[key][:10]}) for key in right) / len(right) / 10
        mean = standing["results"]["category"]["values"]["precision_at_10"]["mean"]
        assert precision == pytest.approx(mean, abs=1e-4)
