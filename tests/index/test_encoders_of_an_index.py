"""An index remembers who made its vectors, and refuses others."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from lookalike.errors import EncoderError, IndexExists, NoIndex, SpaceMismatch
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.testing.grid import GridEncoder

CARD = """
name = "tiny"
file = "tiny.onnx"
sha256 = "{sha256}"
licence = "CC0-1.0"
source = "made in a test"
description = "mean colours of an 8 by 8 picture, mixed"
[input]
name = "pixels"
width = 8
height = 8
layout = "NHWC"
colour_order = "RGB"
resize = "stretch"
interpolation = "bilinear"
[output]
name = "vector"
dim = 6
"""


def tiny_encoder(folder: Path) -> Path:
    """An ONNX encoder and its card: pixels averaged over the picture, then mixed to six numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    mix = numpy_helper.from_array(np.random.default_rng(1).normal(size=(192, 6)).astype(np.float32), "mix")
    shape = numpy_helper.from_array(np.array([-1, 192], dtype=np.int64), "shape")
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
            helper.make_node("Reshape", ["floats", "shape"], ["flat"]),
            helper.make_node("MatMul", ["flat", "mix"], ["vector"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", 8, 8, 3])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 6])],
        [mix, shape],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = folder / "tiny.onnx"
    onnx.save(model, str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "tiny.toml").write_text(CARD.format(sha256=digest))
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGB", (30, 40), "teal").save(path)
    return path


def test_an_index_made_by_a_file_loads_it_from_anywhere(
    tmp_path: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_encoder(tmp_path / "models")
    monkeypatch.chdir(tmp_path)
    index = Index.create("ix", "onnx:models/tiny.onnx")
    index.add([Product("a", (PictureSource(str(picture)),))])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = Index.open(tmp_path / "ix")
    assert again.search(picture)[0].score == 1.0
    assert again.manifest.space.encoder == "tiny"
    assert again.manifest.space.dim == 6


def test_an_encoder_that_moved_can_be_named_anew(tmp_path: Path, picture: Path) -> None:
    tiny_encoder(tmp_path / "models")
    Index.create(tmp_path / "ix", f"onnx:{tmp_path}/models/tiny.onnx").add(
        [Product("a", (PictureSource(str(picture)),))]
    )
    (tmp_path / "models").rename(tmp_path / "moved")
    with pytest.raises(EncoderError, match="models"):
        Index.open(tmp_path / "ix").search(picture)
    assert Index.open(tmp_path / "ix").similar("a").ids == []
    assert Index.open(tmp_path / "ix", f"onnx:{tmp_path}/moved/tiny.onnx").search(picture).ids == ["a"]


def test_another_encoder_is_refused_before_any_work(tmp_path: Path, picture: Path) -> None:
    Index.create(tmp_path / "ix", GridEncoder("grid")).add([Product("a", (PictureSource(str(picture)),))])
    with pytest.raises(SpaceMismatch, match="grid"):
        Index.open(tmp_path / "ix", GridEncoder("other"))
    with pytest.raises(SpaceMismatch, match="imagenet"):
        Index.open(tmp_path / "ix", "imagenet")


def test_an_index_is_not_made_twice_and_not_found_where_there_is_none(tmp_path: Path) -> None:
    Index.create(tmp_path / "ix", GridEncoder())
    with pytest.raises(IndexExists):
        Index.create(tmp_path / "ix", GridEncoder())
    with pytest.raises(NoIndex):
        Index.open(tmp_path / "nothing")


def test_an_unknown_encoder_leaves_no_folder_behind(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="resnet"):
        Index.create(tmp_path / "ix", "resnet")
    assert not (tmp_path / "ix").exists()
