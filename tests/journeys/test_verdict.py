"""A shop's engineer asks whether what they have is good, and whether something new is better."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lookalike.index import Index

Run = Callable[..., Any]

VISITS = 60
"""Visits of three products of one kind each, an hour apart."""


@pytest.fixture
def visited(index_path: Path, tmp_path: Path) -> Path:
    """An index whose shoppers stay with one kind of product, recorded by the real command."""
    index = Index.open(index_path)
    kinds: dict[str, list[str]] = {}
    for i, product in index.products(index.ids).items():
        kinds.setdefault(product.category, []).append(i)
    held = [own for own in kinds.values() if len(own) >= 3]
    lines = ["user,item,event,timestamp"]
    for at in range(VISITS):
        own = held[at % len(held)]
        day, hour = divmod(at, 24)
        for minute in range(3):
            item = own[(at // len(held) + minute) % len(own)]
            lines.append(f"u{at % 20},{item},view,2026-11-{day + 10:02}T{hour:02}:{minute:02}:00Z")
    (tmp_path / "events.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return index_path


def test_evaluate_asks_by_labels_by_structure_and_by_events(visited: Path, lookalike: Run) -> None:
    recorded = lookalike("record", "events.csv", "--index", visited)
    assert recorded.returncode == 0, recorded.stderr
    questions = "labels,photo,other picture,variants,photo: blur,events"
    words = ("--index", visited, "--labels", "category", "--questions", questions, "--most", "6")
    done = lookalike("evaluate", *words, "--html", "good.html", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    asked = {one["about"] for one in said["questions"].values()}
    assert asked == {"labels", "structure", "events"}
    assert {"category", "photo", "other picture", "variants", "next in visit"} <= said["questions"].keys()
    for result in said["results"].values():
        for value in result["values"].values():
            assert 0 <= value["low"] <= value["mean"] <= value["high"] <= 1
    assert {"answer_ms", "vector_bytes"} <= said["cost"].keys()
    assert "One change at a time" in (visited.parent / "good.html").read_text(encoding="utf-8")


def test_the_better_one_is_told_and_a_build_fails_on_the_worse(
    index_path: Path, tmp_path: Path, lookalike: Run
) -> None:
    asked = ("--index", index_path, "--questions", "pattern,category")
    done = lookalike("compare", "encoder:product", "weights:look=1", *asked, "--html", "two.html")
    assert done.returncode == 0, done.stderr
    assert "A = encoder:product, B = weights:look=1" in done.stdout
    assert "The report is in two.html." in done.stdout
    page = (tmp_path / "two.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page) == []
    failed = lookalike(
        "compare", "encoder:product", "weights:colour=1", *asked, "--gate", "category:P@10>=-0.01"
    )
    assert failed.returncode == 1
    assert "Gate category:P@10>=-0.01 " in failed.stdout
