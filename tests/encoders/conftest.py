"""A tiny image encoder in ONNX, made on the spot: the mean of each colour over the left and right halves."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from .loopback_hub import Hub, clip_files

SIDE = 8
MakeModel = Callable[..., Path]


def tiny_graph(layout: str, dtype: int) -> onnx.ModelProto:
    """(n, 8, 8, 3) or (n, 3, 8, 8) to (n, 6): red, green, blue of the left half, then of the right."""
    shape = ["n", SIDE, SIDE, 3] if layout == "NHWC" else ["n", 3, SIDE, SIDE]
    across, down = (2, 1) if layout == "NHWC" else (3, 2)
    nodes = [helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT)]
    constants = [numpy_helper.from_array(np.array([down, across], np.int64), "both")]
    for name, start, end in (("left", 0, SIDE // 2), ("right", SIDE // 2, SIDE)):
        for key, value in (("from", start), ("to", end), ("axis", across)):
            constants.append(numpy_helper.from_array(np.array([value], np.int64), f"{name}_{key}"))
        cut = ["floats", f"{name}_from", f"{name}_to", f"{name}_axis"]
        nodes.append(helper.make_node("Slice", cut, [f"{name}_half"]))
        nodes.append(helper.make_node("ReduceMean", [f"{name}_half", "both"], [f"{name}_mean"], keepdims=0))
    nodes.append(helper.make_node("Concat", ["left_mean", "right_mean"], ["vector"], axis=1))
    graph = helper.make_graph(
        nodes,
        "halves",
        [helper.make_tensor_value_info("pixels", dtype, shape)],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 6])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def card_text(model: Path, layout: str = "NHWC", extra: str = "") -> str:
    return f"""
name = "halves"
sha256 = "{hashlib.sha256(model.read_bytes()).hexdigest()}"

[input]
name = "pixels"
width = {SIDE}
height = {SIDE}
layout = "{layout}"
resize = "stretch"
{extra}

[output]
name = "vector"
dim = 6
"""


@pytest.fixture
def make_model(tmp_path: Path) -> MakeModel:
    """Writes the tiny model and its card, and returns the path of the model."""

    def make(layout: str = "NHWC", dtype: int = TensorProto.UINT8, extra: str = "") -> Path:
        path = tmp_path / "halves.onnx"
        onnx.save(tiny_graph(layout, dtype), path)
        path.with_suffix(".toml").write_text(card_text(path, layout, extra), encoding="utf-8")
        return path

    return make


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub on this machine with one CLIP in two files, an empty cache, and no way to any other host."""
    from huggingface_hub import constants

    files = clip_files()
    served = Hub()
    served.files["owner/clip"] = files
    monkeypatch.setattr(constants, "ENDPOINT", served.url)
    template = served.url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        assert self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1"), f"a request to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    yield served
    served.close()
