"""An index learns an encoder of its own, says whether it is better, and is switched only where it is."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from lookalike.encoders.loading import load_encoder
from lookalike.errors import BadArgument, IndexLocked, LookalikeError, StorageError, TrainingError
from lookalike.index import Index
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.training import recipes
from lookalike.training.learnt import Learnt, Tell, Wishes
from lookalike.training.lessons import Lessons

from .conftest import REST, TOP, looks_at


def state_of(index: Index) -> tuple[object, ...]:
    again = Index.open(index.path or "")
    return again.manifest.version, again.manifest.space, again.similar("p000", 5).ids


def test_an_encoder_that_looks_where_kinds_show_is_better_and_the_index_stays_as_it_was(shop: Index) -> None:
    before = state_of(shop)
    report = shop.train(looks_at(TOP), labels=["category"], name="keen")
    assert report.better
    assert report.worse_at == []
    assert not report.switched
    assert report.after.whole["category"].mean > 0.99 > report.before.whole["category"].mean
    assert report.gain.mean == pytest.approx(
        report.after.values["category"].mean - report.before.values["category"].mean
    )
    assert report.after.gains["category"].low > 0
    assert state_of(shop) == before
    assert load_encoder(report.encoder).space.dim == len(TOP)
    assert report.folder == shop.path / "encoders" / "keen" if shop.path else False


def test_the_report_lies_beside_the_encoder_as_json(shop: Index) -> None:
    report = shop.train(looks_at(TOP), labels="category", name="keen")
    told = json.loads((report.folder / "report.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(report.to_dict()))
    assert told["encoder"] == report.encoder
    assert told["taught"]["labels"] == {"category": {"labelled": 150, "kinds": 6, "alone": 0}}
    assert sum(told["taught"]["parts"].values()) == told["taught"]["products"] == 150
    assert told["questions"]["category"]["cases"] == told["gain"]["cases"]
    assert set(told["seconds"]) == {"gather", "learn", "compare", "all"}


def test_a_better_encoder_is_switched_to_and_there_is_a_way_back(shop: Index) -> None:
    before = state_of(shop)
    report = shop.train(looks_at(TOP), labels=["category"], switch=True)
    assert report.switched
    assert shop.manifest.encoder == report.encoder
    kinds = {shop.product(i).category for i in shop.similar("p000", 5, recipe="look").ids}
    assert kinds == {"bowl"}
    shop.rebuild_back()
    assert state_of(shop)[1:] == before[1:]


def test_an_encoder_that_looks_elsewhere_is_not_switched_to_unless_forced(shop: Index) -> None:
    before = state_of(shop)
    report = shop.train(looks_at(REST), labels=["category"], switch=True)
    assert not report.better
    assert report.worse_at == ["category"]
    assert not report.switched
    assert state_of(shop) == before
    forced = shop.train(looks_at(REST), labels=["category"], switch=True, force=True)
    assert forced.switched
    assert forced.name != report.name
    assert shop.manifest.encoder == forced.encoder


def test_pictures_are_looked_at_where_a_recipe_knows_no_vectors(shop: Index) -> None:
    known = shop.train(looks_at(TOP), labels=["category"])
    seen = shop.train(looks_at(TOP, knows=False), labels=["category"])
    assert seen.after.values["category"] == known.after.values["category"]
    assert known.after.whole
    assert not seen.after.whole


def test_other_encoders_are_judged_beside_on_the_same_products(shop: Index, grid: Path) -> None:
    report = shop.train(looks_at(TOP), labels=["category"], beside=[f"onnx:{grid}"])
    beside = report.comparison.standings[2]
    assert beside.values["category"] == report.before.values["category"]
    assert beside.gain is not None
    assert beside.gain.mean == 0
    assert all(len(example.lists) == 3 for example in report.comparison.better)


def test_products_whose_pictures_are_gone_are_measured_by_no_encoder(shop: Index) -> None:
    whole = shop.train(looks_at(TOP), labels=["category"])
    unseen = whole.taught.parts["unseen"]
    pictures = {p.id: Path(p.pictures[0].uri) for p in shop.products(shop.ids).values()}
    asked = next(example.product for example in whole.comparison.better)
    moved = pictures[asked].rename(pictures[asked].with_suffix(".gone"))
    try:
        report = shop.train(looks_at(TOP, knows=False), labels=["category"])
    finally:
        moved.rename(pictures[asked])
    assert report.comparison.questions["category"].cases == unseen - 1
    assert report.before.values["category"].cases == unseen - 1


def test_when_hardly_any_picture_can_be_had_nothing_is_claimed(tmp_path: Path, built: Path) -> None:
    index = Index.open(shutil.copytree(built, tmp_path / "index"))
    pictures = built.parent / "pictures"
    away = pictures.rename(pictures.with_name("away"))
    try:
        with pytest.raises(TrainingError, match="cannot be had"):
            index.train(looks_at(TOP, knows=False), labels=["category"])
        report = index.train(looks_at(TOP, knows=False), labels=["category"], thumbnails=True)
    finally:
        away.rename(pictures)
    assert report.better


def test_a_recipe_that_fails_leaves_nothing_and_the_index_as_it_was(shop: Index) -> None:
    def fails(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
        raise TrainingError("The loss is no number.", next_step="Lower the rate.")

    before = state_of(shop)
    with pytest.raises(TrainingError, match="no number"):
        shop.train(fails)
    assert shop.path is not None
    assert not (shop.path / "encoders").exists()
    assert state_of(shop) == before


def test_what_a_stopped_recipe_left_is_there_for_the_next_run_of_that_name(shop: Index) -> None:
    def stops(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
        left = wishes.work / "half"
        if not left.exists():
            left.write_text("done")
            raise KeyboardInterrupt
        return looks_at(TOP)(lessons, wishes, tell)

    with pytest.raises(KeyboardInterrupt):
        shop.train(stops)
    report = shop.train(stops)
    assert report.name == "stops"
    assert not [*report.folder.glob(".*")]


def test_two_processes_do_not_learn_one_encoder_at_once(shop: Index) -> None:
    def meets_another(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
        with pytest.raises(IndexLocked, match="learning the encoder keen"):
            shop.train(looks_at(TOP), name="keen")
        return looks_at(TOP)(lessons, wishes, tell)

    assert shop.train(meets_another, name="keen").better


def test_an_encoder_that_another_process_ended_meanwhile_stays(shop: Index) -> None:
    def overtaken(doing: str, done: int, total: int) -> None:
        if doing == "Gathering" and not done:
            shop.train(looks_at(TOP), name="keen")

    with pytest.raises(BadArgument, match="already"):
        shop.train(looks_at(REST), name="keen", progress=overtaken)
    folder = shop.path / "encoders" / "keen" if shop.path else Path()
    assert load_encoder(f"onnx:{folder / 'keen.onnx'}").space.dim == len(TOP)
    assert not [*folder.glob(".*")]


def test_what_one_encoder_left_unfinished_does_not_free_the_name_of_another(
    shop: Index, tmp_path: Path
) -> None:
    (tmp_path / ".second.work").mkdir()
    shop.train(looks_at(TOP), name="first", out=tmp_path)
    with pytest.raises(BadArgument, match="already"):
        shop.train(looks_at(REST), name="first", out=tmp_path)


def test_a_folder_that_was_there_before_stays_when_a_training_fails(shop: Index, tmp_path: Path) -> None:
    def fails(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
        raise TrainingError("It does not.", next_step="Leave it.")

    (tmp_path / "mine").mkdir()
    with pytest.raises(TrainingError):
        shop.train(fails, out=tmp_path / "mine")
    assert (tmp_path / "mine").is_dir()
    with pytest.raises(TrainingError):
        shop.train(fails, out=tmp_path / "mine" / "a" / "b")
    assert not [*(tmp_path / "mine").iterdir()]


def test_a_folder_that_cannot_be_is_refused(shop: Index, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for out in ("~nobody-has-this-name/here", "x" * 300, tmp_path / "loop" / "here"):
        with pytest.raises(LookalikeError, match=r"cannot (lie|be written)"):
            shop.train(looks_at(TOP), out=out)


@pytest.mark.parametrize("inside", ["", "pictures.lance", "../index/notes/deep"])
def test_an_encoder_does_not_lie_among_the_tables_of_the_index(shop: Index, inside: str) -> None:
    with pytest.raises(BadArgument, match="own folder"):
        shop.train(looks_at(TOP), out=f"{shop.path}/{inside}")


def test_what_was_stopped_while_it_was_judged_is_gone_on_with(shop: Index) -> None:
    def stopped(doing: str, done: int, total: int) -> None:
        if doing == "Judging":
            raise KeyboardInterrupt

    def leaves(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
        return looks_at(TOP)(lessons, wishes, tell)

    with pytest.raises(KeyboardInterrupt):
        shop.train(leaves, progress=stopped)
    report = shop.train(leaves)
    assert report.name == "leaves"
    assert {file.name for file in report.folder.iterdir()} == {
        "leaves.onnx",
        "leaves.toml",
        "report.html",
        "report.json",
    }


def test_a_recipe_whose_vectors_are_no_numbers_is_refused(shop: Index) -> None:
    def broken(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
        learnt = looks_at(TOP)(lessons, wishes, tell)
        assert learnt.vectors is not None
        learnt.vectors[0] = float("nan")
        return learnt

    with pytest.raises(TrainingError, match="finite"):
        shop.train(broken)


def test_a_disk_that_refuses_is_said_before_anything_is_learnt(shop: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        shop.train(looks_at(TOP), out=tmp_path / "file" / "here")


def test_a_name_that_is_taken_is_refused_and_without_a_name_there_is_a_free_one(shop: Index) -> None:
    first = shop.train(looks_at(TOP), labels=["category"], name="keen")
    with pytest.raises(BadArgument, match="already"):
        shop.train(looks_at(REST), labels=["category"], name="keen")
    names = [shop.train(looks_at(TOP), labels=["category"]).name for _ in range(2)]
    assert names == ["recipe", "recipe-2"]
    assert load_encoder(first.encoder).space.dim == len(TOP)


def test_a_gain_that_few_products_show_is_not_switched_to(
    shop: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.learning.training.FEWEST", 1000)
    report = shop.train(looks_at(TOP), labels=["category"], switch=True)
    assert report.gain.low > 0
    assert (report.better, report.switched) == (False, False)
    assert "too few" in report.problems[0]


@pytest.mark.parametrize("name", ["", "../up", "a b", ".hidden", "x" * 65])
def test_a_name_that_is_no_name_of_a_file_is_refused(shop: Index, name: str) -> None:
    with pytest.raises(BadArgument, match="cannot be called"):
        shop.train(looks_at(TOP), name=name)


def test_an_index_in_memory_needs_a_place(tmp_path: Path) -> None:
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    with pytest.raises(BadArgument, match="no folder"):
        index.train(looks_at(TOP))


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"size": 2.5}, "size is 2.5"),
        ({"rate": -1.0}, "rate is -1.0"),
        ({"minutes": float("nan")}, "minutes is nan"),
        ({"loss": "hope"}, "no loss"),
        ({"device": "tpu"}, "no device"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 10**30}, "seed is 1000"),
        ({"labels": " , "}, "No column"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(shop: Index, wish: dict[str, object], said: str) -> None:
    with pytest.raises(BadArgument, match=said):
        shop.train(looks_at(TOP), **wish)  # type: ignore[arg-type]


def test_a_recipe_that_does_not_exist_is_refused_with_those_that_do(shop: Index) -> None:
    with pytest.raises(BadArgument, match="head, finetune, scratch"):
        shop.train("magic")


def test_without_torch_the_way_to_get_it_is_said(
    shop: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep_recipe.py").write_text("import torch\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(recipes.RECIPES, "finetune", "deep_recipe")
    with pytest.raises(TrainingError) as caught:
        shop.train("finetune")
    assert "pip install 'lookalike[train]'" in caught.value.next_step


def test_an_encoder_beside_that_does_not_exist_is_said_before_anything_is_learnt(shop: Index) -> None:
    with pytest.raises(LookalikeError, match="no encoder 'nothing'"):
        shop.train(looks_at(TOP), beside=["nothing"])
    assert shop.path is not None
    assert not (shop.path / "encoders").exists()
