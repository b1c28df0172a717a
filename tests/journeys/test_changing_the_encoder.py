"""A shop's engineer changes the encoder of a live index in a terminal, thinks better of it, and goes back."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner

from lookalike.cli.main import main
from lookalike.encoders.description import describe
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.names import DEFAULT_ENCODER
from lookalike.index import Index
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop, write_tiny_shop

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """An encoder of one's own: the graph of imagenet, for pictures that are stretched."""
    path = tmp_path / "model.onnx"
    with resources.as_file(resources.files("lookalike.encoders") / "cards") as cards:
        shutil.copy(cards / "imagenet.onnx", path)
        head = (cards / "imagenet.toml").read_text(encoding="utf-8").partition("[reference]")[0]
    lines = [line for line in head.splitlines() if not line.startswith(("file", "trim"))]
    text = "\n".join(lines).replace('"imagenet"', '"model"').replace('"letterbox"', '"stretch"')
    path.with_suffix(".toml").write_text(text + "\n[scores]\nknown = 0.25\n", encoding="utf-8")
    return path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop of one's own, whose pictures a test may take away, indexed with the default encoder."""
    table = write_tiny_shop(tmp_path / "shop")
    Index.create(tmp_path / "index").add(table)
    return tmp_path / "index"


def document(done: Any) -> Any:
    assert getattr(done, "returncode", None) == 0 or done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def call(*words: str | Path) -> Any:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_there_and_back_while_others_read(shop: Path, model: Path, lookalike: Run) -> None:
    reading = Index.open(shop)
    photo = shop.parent / "shop" / "images" / "0007-0.png"
    before = reading.similar("m1", k=5).to_dict()["results"]
    done = lookalike("rebuild", "--encoder", f"onnx:{model.name}", "--index", shop)
    assert done.returncode == 0, done.stderr
    assert "have vectors of onnx:" in done.stdout
    assert f"Back to {DEFAULT_ENCODER}: lookalike rebuild --back" in done.stdout
    assert reading.manifest.space.encoder == "model"
    assert reading.search(photo, k=1)[0].score == 1.0
    assert reading.similar("m1", k=5).to_dict()["results"] != before
    info = document(call("info", "--index", shop, "--json"))
    assert (info["before"], info["rebuilding"], info["encoder"]) == (DEFAULT_ENCODER, None, f"onnx:{model}")
    assert document(call("verify", "--index", shop, "--json"))["ok"]
    again = call("rebuild", "--encoder", f"onnx:{model}", "--index", shop)
    assert (again.exit_code, "already" in again.stdout) == (0, True)
    back = document(call("rebuild", "--back", "--index", shop, "--json"))
    assert (back["switched"], back["encoder"], back["encoded"]) == (True, DEFAULT_ENCODER, 0)
    assert reading.similar("m1", k=5).to_dict()["results"] == before
    assert reading.search(photo, k=1)[0].score == 1.0


def test_going_back_never_loses_new_products_without_a_word(shop: Path, model: Path, tmp_path: Path) -> None:
    assert call("rebuild", "--encoder", f"onnx:{model}", "--index", shop).exit_code == 0
    (tmp_path / "new").mkdir()
    shutil.copy(tmp_path / "shop" / "photos" / "photo-1.jpg", tmp_path / "new" / "newcomer.jpg")
    assert call("add", tmp_path / "new", "--index", shop).exit_code == 0
    refused = call("rebuild", "--back", "--index", shop)
    assert refused.exit_code == 2
    assert "would leave out 1 products" in refused.stderr
    assert f"rebuild --encoder {DEFAULT_ENCODER}" in refused.stderr
    forced = document(call("rebuild", "--back", "--force", "--index", shop, "--json"))
    assert (forced["lost"], forced["problems"][0]["id"]) == (1, "newcomer")
    assert call("product", "newcomer", "--index", shop).exit_code == 2


def test_pictures_that_are_gone_stop_the_switch(shop: Path, model: Path, tmp_path: Path) -> None:
    (tmp_path / "shop" / "images" / "c1-0.png").unlink()
    words = ("rebuild", "--encoder", f"onnx:{model}", "--index", shop)
    refused = call(*words, "--report", tmp_path / "gone.csv")
    assert refused.exit_code == 3
    assert "c1: missing: There is no file" in refused.stdout
    assert "--allow-missing 2%" in refused.stderr
    with (tmp_path / "gone.csv").open(newline="") as file:
        assert [(row["id"], row["reason"]) for row in csv.DictReader(file)] == [("c1", "missing")]
    info = call("info", "--index", shop)
    assert f"lookalike rebuild --encoder onnx:{model} goes on" in info.stdout
    assert "is not finished" in call("verify", "--index", shop, "--sample", "5").stdout
    abandoned = document(call("rebuild", "--abandon", "--index", shop, "--json"))
    assert abandoned == {"abandoned": [f"onnx:{model}"]}
    stood_in = document(call(*words, "--thumbnails", "--json"))
    assert (stood_in["switched"], stood_in["thumbnails"]) == (True, 1)


def test_stopped_by_its_user_a_rebuild_goes_on(shop: Path, model: Path) -> None:
    Index.open(shop).add(
        [*tiny_shop().products]  # pictures kept as bytes, so that nothing is read from files
    )
    command = [
        sys.executable,
        "-m",
        "lookalike",
        "rebuild",
        "--encoder",
        f"onnx:{model}",
        "--index",
        str(shop),
    ]
    environment = {**os.environ, "LOOKALIKE_WORKERS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    try:
        while process.poll() is None and not any((shop / "spare").glob("*/about.json")):
            pass
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert b"Traceback" not in said
    assert Index.open(shop).manifest.space.encoder == DEFAULT_ENCODER
    assert document(call(*command[3:], "--json"))["switched"]


def test_a_rebuild_waits_for_a_writer_and_says_so(shop: Path, model: Path) -> None:
    words = ("rebuild", "--encoder", f"onnx:{model}", "--index", shop)
    with Index.open(shop)._store.writer():
        busy = call(*words, "--wait", "0.2")
    assert busy.exit_code == 2
    assert "Another process is writing to the index" in busy.stderr
    assert "Waiting up to 0.2 s." in busy.stderr
    assert document(call(*words, "--json"))["encoded"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--encoder", "nonsense"], "There is no encoder"),
        ([], "One of --encoder, --back and --abandon"),
        (["--back", "--encoder", "imagenet"], "One of --encoder, --back and --abandon"),
        (["--encoder", "imagenet", "--force"], "--force belongs to --back"),
        (["--back"], "There is no way back"),
        (["--encoder", "onnx:nowhere.onnx"], "nowhere.onnx"),
        (["--encoder", "imagenet", "--allow-missing", "2"], "is not a share"),
        (["--encoder", "imagenet", "--report", "{index}/r.csv"], "inside the index"),
    ],
)
def test_mistakes_are_refused_in_one_line(index_path: Path, words: list[str], said: str) -> None:
    done = call("rebuild", "--index", index_path, *(word.format(index=index_path) for word in words))
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (index_path / "r.csv").exists()


def test_the_encoders_are_listed_with_that_of_the_index_marked(
    tmp_path: Path, index_path: Path, model: Path
) -> None:
    with TemporaryDirectory() as short:  # a long path would leave no room for the other columns
        near = Path(shutil.copytree(model.parent, short, dirs_exist_ok=True)) / model.name
        listed = call("encoders", f"onnx:{near}", "imagenet", "--index", index_path, "--seconds", "0.05")
    assert listed.exit_code == 0, listed.stderr
    table = [line for line in listed.stdout.splitlines() if line.strip() and not line.startswith(" ")]
    starred = [line.removeprefix("*").split()[0] for line in table if line.startswith("*")]
    assert starred == [DEFAULT_ENCODER]
    rows = {line.split()[0]: line for line in listed.stdout.splitlines() if line.strip()}
    assert rows["*"].rstrip().endswith(describe(load_encoder(DEFAULT_ENCODER))["licence"])
    assert f"onnx:{near}" in listed.stdout
    assert rows["known"].split()[1] == "0.250"
    assert {"keras:NAME", "onnx:PATH[#LAYER]", "hub:REPO"} <= rows.keys()
    found = document(call("encoders", "--index", index_path, "--json", "--seconds", "0.05"))
    default = next(one for one in found["encoders"] if one["default"])
    assert (default["name"], default["in_use"]) == (DEFAULT_ENCODER, True)
    assert default["licence"] == describe(load_encoder(DEFAULT_ENCODER))["licence"]
    assert default["speed"] > 0
    assert {family["form"] for family in found["families"]} == {"keras:NAME", "onnx:PATH[#LAYER]", "hub:REPO"}
    card = call("encoders", "imagenet", "--index", tmp_path / "none", "--seconds", "0")
    assert "ImageNet-1k" in card.stdout
    assert "speed" not in card.stdout
    assert call("encoders", "nonsense", "--index", tmp_path / "none").exit_code == 2


def test_an_encoder_that_does_not_load_any_more_is_listed_with_the_reason(tmp_path: Path) -> None:
    Index.create(tmp_path / "ix", GridEncoder())
    listed = call("encoders", "--index", tmp_path / "ix", "--seconds", "0")
    assert listed.exit_code == 0
    assert "grid cannot be loaded: There is no encoder 'grid'." in listed.stdout


def test_the_list_fits_a_narrow_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lookalike.cli.output._PLAIN_WIDTH", 40)
    listed = call("encoders", "--index", tmp_path / "none", "--seconds", "0")
    assert all(len(line.rstrip()) <= 40 for line in listed.stdout.splitlines()[:2])
    assert "imagenet" in listed.stdout
