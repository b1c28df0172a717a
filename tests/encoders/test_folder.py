"""An encoder of one's own is written with its card, both or neither, and never over one that is there."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.encoders.card import Card, read_card
from lookalike.encoders.folder import write_encoder
from lookalike.encoders.headed import headed, onnx_of
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.encoders.reference import reference_picture
from lookalike.errors import BadArgument, EncoderError, StorageError

from .conftest import MakeModel

OUT = 3


@pytest.fixture
def encoder(make_model: MakeModel) -> OnnxEncoder:
    return onnx_of(load_encoder(f"onnx:{make_model()}"))


@pytest.fixture
def made(encoder: OnnxEncoder) -> tuple[bytes, Card]:
    return headed(encoder, np.zeros(6), np.eye(6)[:, :OUT], "own", description="a test", data="nothing")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_the_card_says_what_the_file_is_and_what_the_reference_picture_gives(
    tmp_path: Path, made: tuple[bytes, Card]
) -> None:
    path = write_encoder(tmp_path / "some" / "own", "own", *made)
    assert names(path.parent) == ["own.onnx", "own.toml"]
    card = read_card(path.with_suffix(".toml"))
    assert (card.name, card.file, card.dim, card.description) == ("own", "own.onnx", OUT, "a test")
    own = load_encoder(f"onnx:{path}")
    assert own.name == f"onnx:{path}" and own.space.encoder == "own"
    assert np.allclose(own.encode(reference_picture(8, 8)[None])[0], card.reference, atol=1e-5)
    assert own.prepare(Image.new("RGB", (20, 10))).shape == (8, 8, 3)


def test_what_is_there_already_is_not_written_over_unless_asked(
    tmp_path: Path, made: tuple[bytes, Card]
) -> None:
    path = write_encoder(tmp_path / "own", "own", *made)
    before = path.read_bytes()
    model, card = headed(load_encoder(f"onnx:{path}"), np.ones(OUT), np.eye(OUT), "own")
    with pytest.raises(EncoderError, match="There is an encoder own in"):
        write_encoder(tmp_path / "own", "own", model, card)
    assert path.read_bytes() == before
    write_encoder(tmp_path / "own", "own", model, card, overwrite=True)
    assert path.read_bytes() == model and load_encoder(f"onnx:{path}").space.dim == OUT


def test_a_model_that_is_not_what_its_card_says_is_not_written(
    tmp_path: Path, made: tuple[bytes, Card]
) -> None:
    model, card = made
    for wrong in (replace(card, dim=OUT + 1), replace(card, output_name="absent")):
        with pytest.raises(EncoderError):
            write_encoder(tmp_path / "own", "own", model, wrong)
    with pytest.raises(EncoderError):
        write_encoder(tmp_path / "own", "own", model[:-40], card)
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("call", ["open", "replace"])
def test_a_full_disk_leaves_nothing_half_there(
    tmp_path: Path, made: tuple[bytes, Card], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = write_encoder(tmp_path / "own", "own", *made)
    before = load_encoder(f"onnx:{path}").space

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    model, card = headed(load_encoder(f"onnx:{path}"), np.ones(OUT), np.eye(OUT), "new")
    with monkeypatch.context() as patched:
        patched.setattr(
            "lookalike.encoders.folder._write" if call == "open" else "pathlib.Path.replace", full
        )
        with pytest.raises(StorageError, match="No space left on device"):
            write_encoder(tmp_path / "own", "new", model, card)
    assert names(tmp_path / "own") == ["own.onnx", "own.toml"]
    assert load_encoder(f"onnx:{path}").space == before


def test_a_card_that_could_not_follow_its_file_leaves_nothing_that_loads(
    tmp_path: Path, made: tuple[bytes, Card], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = Path.replace

    def stopped(self: Path, target: Path) -> Path:
        if target.suffix == ".toml":
            raise OSError(errno.EIO, "Input/output error")
        return moved(self, target)

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", stopped)
        with pytest.raises(StorageError):
            write_encoder(tmp_path / "own", "own", *made)
    assert names(tmp_path / "own") == ["own.onnx"]
    with pytest.raises(EncoderError, match="has no card"):
        load_encoder(f"onnx:{tmp_path / 'own' / 'own.onnx'}")
    write_encoder(tmp_path / "own", "own", *made)


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "line\nbreak"])
def test_a_name_that_is_no_name_of_a_file_is_refused(
    tmp_path: Path, made: tuple[bytes, Card], name: str
) -> None:
    with pytest.raises(BadArgument, match="no name for a file"):
        write_encoder(tmp_path / "own", name, *made)


def test_a_name_with_a_dot_or_a_number_sign_loads_again(tmp_path: Path, made: tuple[bytes, Card]) -> None:
    for name in ("shop-2.1", "shop#2", "Größe 2"):
        path = write_encoder(tmp_path / name, name, *made)
        assert load_encoder(f"onnx:{path}").space.encoder == name
