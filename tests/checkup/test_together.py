"""Several processes examine and decide at once, and are killed, and nothing that was taken is lost."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lookalike.checkup import kept
from lookalike.checkup.decision import Decision
from lookalike.checkup.kept import Examined, Kept, Run
from lookalike.doctor.finding import KINDS, Finding
from lookalike.index import Index
from lookalike.store.base import Change
from lookalike.testing.grid import GridEncoder

from .conftest import PRODUCTS

TAG = Finding("wrong-tag", ("007",), 0.9, "colour", "blue", "red")
SOFT = Finding("blurred", ("10",), 0.8, picture=0)
MANY = tuple(Finding("tiny", ("8",), 1.0, value=str(n)) for n in range(24))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index on disk whose doctor has found something."""
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(PRODUCTS, duplicates=False, fit=False)
    run = Run(1000, index.manifest.version, 4, 4, 1.0)
    news = Examined(tuple(KINDS), (TAG, SOFT, *MANY), (), run)
    index._store.notes.write(kept.NAME, Kept().renewed(news).to_bytes())
    return tmp_path / "index"


@pytest.mark.parametrize("steps", [1, 2])
def test_a_killed_decision_is_whole_or_can_be_taken_again(path: Path, steps: int) -> None:
    child = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("deciding_child.py"), path, TAG.id, SOFT.id],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    with child, child.stdout as said:
        for _ in range(1 + steps):
            assert said.readline()
        child.kill()
    index = Index.open(path, GridEncoder())
    assert index.verify().ok
    assert index.doctor.findings(dismissed=True).dismissed == {SOFT.id}
    assert index.product("007").attributes["colour"] in ("blue", "red")
    assert index.doctor.decide([Decision(TAG.id, "apply")]).refused == ()
    assert index.product("007").attributes["colour"] == "red"
    assert index.doctor.restore(TAG.id).undone == 1
    assert index.product("007").attributes == PRODUCTS[0].attributes


def test_decisions_of_several_at_once_are_all_kept(path: Path) -> None:
    doctors = [Index.open(path, GridEncoder()).doctor for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda at: doctors[at % 3].dismiss(MANY[at].id), range(len(MANY))))
    assert sum(report.dismissed for report in reports) == len(MANY)
    for doctor in doctors:
        assert doctor.findings(dismissed=True).dismissed == {one.id for one in MANY}
        assert [one.id for one in doctor.findings()] == [SOFT.id, TAG.id]


def test_a_dismissal_of_what_another_applies_at_that_moment_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, others = (Index.open(path, GridEncoder()).doctor for _ in range(2))
    change = mine._notes.change

    def after_the_other(name: str, make: Change) -> bytes:
        assert others.decide([Decision(TAG.id, "apply")]).applied == 1
        return change(name, make)

    monkeypatch.setattr(mine._notes, "change", after_the_other)
    report = mine.dismiss([TAG.id])
    assert (report.dismissed, [refusal.finding for refusal in report.refused]) == (0, [TAG.id])
    assert others.corrected == ["007"]  # so that it can be undone
    assert others.restore(TAG.id).undone == 1
    assert Index.open(path, GridEncoder()).product("007").attributes == PRODUCTS[0].attributes


def test_examinations_of_several_kinds_at_once_are_all_kept(path: Path) -> None:
    doctors = [Index.open(path, GridEncoder()).doctor for _ in range(3)]
    kinds = ("tiny", "unreadable", "no-picture")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda at: doctors[at].examine(kinds[at]), range(3)))
    for doctor in doctors:
        found = doctor.findings(confidence=0)
        assert {one.id for one in found} >= {SOFT.id, TAG.id}
        assert found.kinds == tuple(KINDS)
