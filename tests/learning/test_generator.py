"""An index learns to make pictures out of words: from its thumbnails, in one folder, with a report."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

pytest.importorskip("torch")

from lookalike.cli.main import main
from lookalike.errors import BadArgument, IndexLocked, StorageError, TrainingError
from lookalike.imagining.generator import Learning
from lookalike.imagining.generator_file import read_generator, write_generator
from lookalike.index import Index
from lookalike.learning.generator import prompts, training
from lookalike.learning.generator.gathering import require_words
from lookalike.store.lock import write_lock
from lookalike.testing.made_generator import made_generator
from lookalike.training.generator.course import Plan

from .conftest import KINDS

QUICK: dict[str, Any] = {"epochs": 2, "most": 60, "batch": 60}


@pytest.fixture(scope="module")
def worded(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Path:
    """The shop's index, which knows what its words look like; nobody writes to it."""
    path = shutil.copytree(built, tmp_path_factory.mktemp("worded") / "index")
    Index.open(path).refit()
    return path


@pytest.fixture
def told(worded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index of one's own; what it learns is small and shown by two texts only, which is quick."""
    monkeypatch.setattr(prompts, "PROMPTS", 2)
    monkeypatch.setattr(training, "Plan", partial(Plan, width=32, blocks=1))
    return Index.open(shutil.copytree(worded, tmp_path / "index"))


def test_a_shop_learns_a_generator_though_its_pictures_are_gone(
    told: Index, built: Path, tmp_path: Path
) -> None:
    pictures = built.parent / "pictures"
    away = pictures.rename(pictures.with_name("away"))
    try:
        words = ["train", "--recipe", "generator", "--epochs", "2", "--most", "60", "--batch", "60"]
        done = CliRunner().invoke(main, [*words, "--index", str(told.path)])
    finally:
        away.rename(pictures)
    assert done.exit_code == 0, done.output
    home = tmp_path / "index" / "imagine"
    made = read_generator(home / "generator.npz")
    assert made is not None
    assert (made.space, made.learnt.products, made.learnt.epochs) == (told.manifest.space, 60, 2)
    assert f"The generator: {home / 'generator.npz'}" in done.stdout
    assert "Epoch 2 of 2, loss of looks" in done.stderr
    assert not (home / ".work").exists()
    assert [one.name for one in sorted((home / "sheets").iterdir())] == ["epoch-001.jpg", "epoch-002.jpg"]
    report = json.loads((home / "report.json").read_text(encoding="utf-8"))
    seasons, kinds = zip(*(one["text"].split() for one in report["imagined"]), strict=True)
    assert {*seasons} == {"summer", "winter"}
    assert {*kinds} < {*KINDS}
    assert all(one["generated"] for one in report["imagined"])
    near = [one for text in report["imagined"] for one in text["nearest_learnt_from"]]
    assert len(near) == report["copying"]["made"] == 16
    assert {one["pixels"]["id"] for one in near} <= {*told.ids}
    assert report["copying"]["median_distance"]["pixels"]["unseen"] > 10
    page = (home / "report.html").read_text(encoding="utf-8")
    assert "http" not in page
    assert page.count("<figcaption>generated") == 16 + 2
    assert not told.manifest.before
    assert len(told) == 150


def test_a_stopped_training_leaves_the_generator_that_was_there_and_the_same_call_goes_on(
    told: Index,
) -> None:
    file = Path(told.path or "") / "imagine" / "generator.npz"
    write_generator(file, made_generator(told.manifest.space))
    before = file.read_bytes()

    def stop(doing: str, done: int, total: int) -> None:
        if doing == "Measuring":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told.train("generator", **QUICK, progress=stop)
    assert file.read_bytes() == before
    left = file.with_name(".tmp-1-generator.npz"), file.with_name(".work") / "checkpoint.pt.1.partial"
    for one in left:
        one.write_bytes(b"of a process that was killed")
    epochs: list[str] = []
    report = told.train("generator", **QUICK, progress=lambda doing, *_: epochs.append(doing))
    assert not any(doing.startswith("Epoch") for doing in epochs)
    assert report.notes == []
    assert file.read_bytes() != before
    assert not any(one.exists() for one in left)


def test_a_training_whose_minutes_ended_it_replaces_none_that_was_shown_more(told: Index) -> None:
    file = Path(told.path or "") / "imagine" / "generator.npz"
    long = Learning(products=1000, epochs=100, made="2026-01-01")
    write_generator(file, replace(made_generator(told.manifest.space), learnt=long))
    before = file.read_bytes()
    report = told.train("generator", **{**QUICK, "minutes": 1e-9})
    assert file.read_bytes() == before
    assert report.page is None
    assert "answers until this training has ended" in report.notes[-1]
    told.train("generator", **QUICK)
    assert file.read_bytes() != before


@pytest.mark.parametrize(
    "given",
    [{"switch": True}, {"beside": ["imagenet"]}, {"loss": "metric"}, {"size": 96}, {"name": "mine"}],
)
def test_what_means_nothing_to_a_generator_is_refused(told: Index, given: dict[str, Any]) -> None:
    with pytest.raises(BadArgument, match=f"{next(iter(given))} means nothing to a generator"):
        told.train("generator", **given)
    assert not (Path(told.path or "") / "imagine").exists()


def test_an_index_that_does_not_know_how_words_look_says_what_to_do(shop: Index) -> None:
    with pytest.raises(TrainingError, match="does not know what words look like") as error:
        shop.train("generator", **QUICK)
    assert "lookalike refit" in error.value.next_step
    assert "lookalike search" in error.value.next_step
    assert not (Path(shop.path or "") / "imagine").exists()


def test_a_catalogue_that_says_nothing_of_its_products_says_so() -> None:
    silent = SimpleNamespace(labels={}, titles=["", " "])
    with pytest.raises(TrainingError, match="no title, and no column"):
        require_words(silent, None)  # type: ignore[arg-type]


def test_too_few_products_are_said_to_be(told: Index) -> None:
    told.remove(told.ids[:100])
    with pytest.raises(TrainingError, match="Products with a picture of their own: 50"):
        told.train("generator", **QUICK)


def test_one_at_a_time_learns_and_a_folder_that_cannot_be_made_is_said(told: Index) -> None:
    home = Path(told.path or "") / "imagine"
    (home / ".work").mkdir(parents=True)
    with (
        write_lock(home / ".work", 0.0, "learning"),
        pytest.raises(IndexLocked, match="learning the generator of the index"),
    ):
        told.train("generator", **QUICK)
    shutil.rmtree(home)
    (home / "generator.npz").mkdir(parents=True)
    with pytest.raises(BadArgument, match="is no file"):  # and not after an hour of learning
        told.train("generator", **QUICK)
    shutil.rmtree(home)
    home.write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        told.train("generator", **QUICK)


def test_without_torch_it_says_how_to_get_it_and_what_can_be_done_without(
    told: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [one for one in sys.modules if one.startswith("lookalike.") and ".generator." in one]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(TrainingError, match="which needs torch") as error:
        told.train("generator")
    assert "pip install 'lookalike[train]'" in error.value.next_step
    assert "lookalike search WORDS" in error.value.next_step
