"""A shop's engineer learns an encoder from the shop's own labels, switches to it, and goes back."""

from __future__ import annotations

import csv
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageDraw

from lookalike.cli.main import main
from lookalike.cli.train import RECIPES
from lookalike.encoders.head import Head
from lookalike.encoders.headed import headed
from lookalike.encoders.names import DEFAULT_ENCODER
from lookalike.index import Index
from lookalike.training import recipes
from lookalike.training.learnt import Learnt, Tell, Wishes
from lookalike.training.lessons import LEARN, Lessons

MARKS = ("Rings", "Bars", "Crosses", "Drops")
PRODUCTS = 160


def sheet(mark: str, rng: np.random.Generator) -> Image.Image:
    """Three marks on a gaudy ground: the ground is what a network sees first, the marks are the kind."""

    def colour(low: int, high: int) -> tuple[int, ...]:
        return tuple(map(int, rng.integers(low, high, 3)))

    picture = Image.new("RGB", (96, 96), colour(60, 256))
    pen = ImageDraw.Draw(picture)
    for _ in range(6):
        x, y, r = map(int, (*rng.integers(0, 96, 2), rng.integers(15, 45)))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=colour(60, 256))
    ink = colour(0, 140)
    for _ in range(3):
        x, y, r = map(int, (*rng.integers(14, 82, 2), rng.integers(8, 13)))
        match mark:
            case "Rings":
                pen.ellipse((x - r, y - r, x + r, y + r), outline=ink, width=4)
            case "Bars":
                pen.rectangle((x - 3, y - r, x + 3, y + r), fill=ink)
            case "Crosses":
                pen.line((x - r, y - r, x + r, y + r), fill=ink, width=4)
                pen.line((x - r, y + r, x + r, y - r), fill=ink, width=4)
            case _:
                pen.ellipse((x - r // 2, y - r // 2, x + r // 2, y + r // 2), fill=ink)
    return picture


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of sheets whose category is their mark. Not to be written to."""
    folder = tmp_path_factory.mktemp("sheets")
    rng = np.random.default_rng(7)
    rows = []
    for at in range(PRODUCTS):
        mark = MARKS[at % len(MARKS)]
        sheet(mark, rng).save(folder / f"{at:03}.png")
        rows.append(
            {
                "id": f"p{at:03}",
                "title": "Sheet",
                "image_link": f"{at:03}.png",
                "category": mark,
                "luck": str(rng.choice(["heads", "tails", "edge"])),
                "shop": "ours",
                "serial": f"S{at}",
                "seen": "yes" if at < 3 else "",
            }
        )
    with (folder / "products.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, [*rows[0]])
        table.writeheader()
        table.writerows(rows)
    Index.create(folder / "index").add(folder / "products.csv", duplicates=False, fit=False)
    return folder / "index"


@pytest.fixture(scope="module")
def trained(made: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An index that the real command switched to a head, and what it said. Not to be written to."""
    path = Path(shutil.copytree(made, tmp_path_factory.mktemp("trained") / "index"))
    words = ["train", "--labels", "category", "--name", "marks", "--switch", "--index", str(path)]
    command = [sys.executable, "-m", "lookalike", *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return path, done.stdout


@pytest.fixture
def shop(trained: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the index and of what was learnt from it, that a test may change."""
    return Path(shutil.copytree(trained[0], tmp_path / "index"))


def discriminant(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
    """A recipe of one's own, quicker than any: Fisher's discriminant of the first column."""
    assert wishes.work.is_dir()
    tell("Dividing", 0, 1)
    said = np.array(next(iter(lessons.labels.values())))[lessons.product]
    rows = lessons.pictures_in(LEARN)
    mean = lessons.looks[rows].mean(axis=0)
    centres = {kind: lessons.looks[rows[said[rows] == kind]].mean(axis=0) for kind in set(said[rows])}
    own = lessons.looks[rows] - np.stack([centres[kind] for kind in said[rows]])
    within = own.T @ own / len(own)
    within += 0.5 * np.trace(within) / len(within) * np.eye(len(within))
    matrix = np.linalg.solve(within, np.stack([*centres.values()]).T - mean[:, None]).astype(np.float32)
    head = Head(lessons.encoder.space.fingerprint, mean, matrix, np.zeros(matrix.shape[1], np.float32))
    return Learnt(*headed(lessons.encoder, mean, matrix, "own"), head.mapped(lessons.looks)[0])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every recipe is the quick one."""
    monkeypatch.setattr("lookalike.training.recipes.recipe_of", lambda _: discriminant)


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def document(done: Result) -> Any:
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def same_mark(index: Path) -> int:
    """How many of the ten products most alike have the mark of the one that asks, for some that ask."""
    opened = Index.open(index)
    marks = {i: product.category for i, product in opened.products(opened.ids).items()}
    asked = [i for i in opened.ids if i.startswith("p")][::21]
    return sum(marks[found] == marks[i] for i in asked for found in opened.similar(i, k=10).ids)


def test_a_live_index_is_switched_to_a_head_that_is_better(trained: tuple[Path, str]) -> None:
    path, said = trained
    name = f"onnx:{path / 'encoders' / 'marks' / 'marks.onnx'}"
    assert "It is better: +" in said
    assert f"The index answers with it now. Back to {DEFAULT_ENCODER}: " in said
    assert f"rebuild --back --index {path}" in said
    assert document(call("info", "--index", path, "--json"))["encoder"] == name
    listed = document(call("encoders", "--index", path, "--seconds", "0", "--json"))["encoders"]
    assert [one["name"] for one in listed if one["report"]] == [name]
    (own,) = [one for one in listed if one["in_use"]]
    assert Path(own["report"]).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "One was learnt from this index." in call("encoders", "--index", path, "--seconds", "0").stdout


def test_the_way_back_and_forth_encodes_nothing_and_new_pictures_follow(shop: Path, tmp_path: Path) -> None:
    learnt = same_mark(shop)
    back = document(call("rebuild", "--back", "--index", shop, "--json"))
    assert (back["switched"], back["encoder"], back["encoded"]) == (True, DEFAULT_ENCODER, 0)
    before = same_mark(shop)
    assert learnt > before
    name = f"onnx:{shop / 'encoders' / 'marks' / 'marks.onnx'}"
    again = document(call("rebuild", "--encoder", name, "--index", shop, "--json"))
    assert (again["switched"], again["encoded"], again["encoder"]) == (True, 0, name)
    assert same_mark(shop) == learnt
    (tmp_path / "new").mkdir()
    sheet("Rings", np.random.default_rng(99)).save(tmp_path / "new" / "newcomer.png")
    assert call("add", tmp_path / "new", "--index", shop).exit_code == 0
    answer = document(call("similar", "newcomer", "-k", "8", "--index", shop, "--json"))
    assert [result["product"]["category"] for result in answer["results"]].count("Rings") >= 6


@pytest.mark.usefixtures("quick")
def test_what_is_not_better_is_not_switched_to_unless_forced(made: Path, tmp_path: Path) -> None:
    shop = Path(shutil.copytree(made, tmp_path / "index"))
    words = ("train", "--labels", "luck", "--switch", "--index", shop)
    refused = call(*words)
    assert refused.exit_code == 3, refused.stderr
    assert "Not switched." in refused.stderr
    assert f"rebuild --encoder onnx:{shop}" in refused.stderr
    assert Index.open(shop).manifest.encoder == DEFAULT_ENCODER
    forced = document(call(*words, "--force", "--json"))
    assert (forced["better"], forced["switched"], forced["recipe"]) == (False, True, "head")
    assert forced["gain"]["low"] <= 0
    assert {"seconds", "memory_bytes", "before", "after"} <= forced.keys()
    assert Index.open(shop).manifest.encoder == forced["encoder"]
    assert document(call("rebuild", "--back", "--index", shop, "--json"))["switched"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--labels", "shop"], "shop"),
        (["--labels", "serial"], "serial"),
        (["--labels", "seen"], "seen"),
        (["--labels", "nonsense"], "nonsense"),
        (["--labels", " , "], "No column is named"),
        (["--force"], "--force belongs to --switch"),
        (["--epochs", "3"], "--epochs means nothing to a head"),
        (["--recipe", "nonsense"], "'nonsense' is not one of"),
        (["--beside", "nonsense"], "There is no encoder 'nonsense'"),
        (["--name", "../elsewhere"], "../elsewhere"),
        (["--out", "{index}/shop.csv"], "shop.csv"),
    ],
)
def test_mistakes_are_refused_in_one_line_and_nothing_is_left(
    made: Path, words: list[str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "shop.csv").write_text("id\n1\n", encoding="utf-8")
    done = call("train", "--index", made, *(word.format(index=tmp_path) for word in words))
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("lookalike: ")]) == 1
    assert "Traceback" not in done.stderr
    assert not (made / "encoders").exists()
    assert (tmp_path / "shop.csv").read_text(encoding="utf-8") == "id\n1\n"


def test_an_index_with_next_to_nothing_in_it_teaches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    Index.create(path)
    done = call("train", "--index", path)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert not (path / "encoders").exists()


@pytest.mark.parametrize(("recipe", "kept"), [("head", False), ("finetune", True), ("generator", True)])
def test_ctrl_c_leaves_the_index_as_it_was_and_says_how_to_go_on(
    made: Path, monkeypatch: pytest.MonkeyPatch, recipe: str, kept: bool
) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Index, "train", interrupted)
    done = call("train", "--recipe", recipe, "--index", made)
    assert done.exit_code == 130
    assert "The index is as it was" in done.stderr
    assert ("the same command goes on" in done.stderr) is kept


def test_the_command_knows_all_recipes() -> None:
    assert set(RECIPES) == {*recipes.RECIPES, recipes.GENERATOR}


def test_a_model_that_is_not_the_one_of_its_card_is_not_switched_to(shop: Path) -> None:
    model = shop / "encoders" / "marks" / "marks.onnx"
    assert call("rebuild", "--back", "--index", shop).exit_code == 0
    model.write_bytes(model.read_bytes() + b"\0")
    done = call("rebuild", "--encoder", f"onnx:{model}", "--index", shop)
    assert done.exit_code == 2
    assert "marks.onnx is not the file" in done.stderr
    assert call("similar", "p001", "--index", shop).exit_code == 0


@pytest.mark.usefixtures("quick")
def test_the_example_switches_to_what_is_better(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Path(shutil.copytree(made, tmp_path / "index"))
    path = Path(__file__).parents[2] / "examples" / "train.py"
    spec = importlib.util.spec_from_file_location("train_example", path)
    assert spec is not None and spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    encoder = example.learn(shop, ["head"])
    assert Index.open(shop).manifest.encoder == encoder
    assert f"answers with {encoder}" in capsys.readouterr().out
