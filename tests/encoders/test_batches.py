"""Pictures may share a run of the network, and none can tell what it was encoded beside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from lookalike.encoders.base import ImageEncoder, Pixels
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.names import BUILT_IN

from .conftest import SIDE, MakeModel, card_text, tiny_graph


@pytest.fixture(scope="module", params=BUILT_IN)
def built_in(request: pytest.FixtureRequest) -> ImageEncoder:
    return load_encoder(request.param)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> ImageEncoder:
    model = tmp_path_factory.mktemp("batches") / "halves.onnx"
    return rewritten(model, halves())


def small_pictures(count: int) -> Pixels:
    return np.random.default_rng(3).integers(0, 256, (count, SIDE, SIDE, 3), dtype=np.uint8)


def rewritten(model: Path, graph: onnx.ModelProto) -> ImageEncoder:
    onnx.save(graph, model)
    model.with_suffix(".toml").write_text(card_text(model), encoding="utf-8")
    return load_encoder(f"onnx:{model}")


def halves() -> onnx.ModelProto:
    return tiny_graph("NHWC", TensorProto.UINT8)


def one_by_one(encoder: ImageEncoder, pictures: Pixels) -> np.ndarray:
    return np.concatenate([encoder.encode(picture[None]) for picture in pictures])


def test_a_built_in_encoder_gives_several_pictures_the_bits_of_each_alone(
    built_in: ImageEncoder,
) -> None:
    pictures = np.random.default_rng(5).integers(0, 256, (11, 224, 224, 3), dtype=np.uint8)
    alone = one_by_one(built_in, pictures)
    for _ in range(2):  # the first time each count of pictures is tried, then it is taken
        assert built_in.encode(pictures).tobytes() == alone.tobytes()
        assert built_in.encode(pictures[::-1])[::-1].tobytes() == alone.tobytes()


@settings(max_examples=25, deadline=None)
@given(order=st.lists(st.integers(0, 4), min_size=1, max_size=13))
def test_whatever_is_in_a_batch_each_picture_gets_its_vector(tiny: ImageEncoder, order: list[int]) -> None:
    pictures = small_pictures(5)
    alone = one_by_one(tiny, pictures)
    assert np.array_equal(tiny.encode(pictures[order]), alone[order])


def test_pictures_go_alone_through_a_network_that_looks_at_their_neighbours(make_model: MakeModel) -> None:
    graph = halves()
    last = next(node for node in graph.graph.node if "vector" in node.output)
    last.output[0] = "seen"
    axis = onnx.numpy_helper.from_array(np.array([0], np.int64), "across_pictures")
    graph.graph.initializer.append(axis)
    graph.graph.node.append(helper.make_node("ReduceMax", ["seen", "across_pictures"], ["most"], keepdims=1))
    graph.graph.node.append(helper.make_node("Add", ["seen", "most"], ["vector"]))
    encoder = rewritten(make_model(), graph)
    pictures = small_pictures(9)
    alone = one_by_one(encoder, pictures)
    encoder.encode(pictures[[0, 0, 0, 0]])  # equal pictures cannot tell that it looks
    for _ in range(2):
        assert np.array_equal(encoder.encode(pictures), alone)


def test_pictures_go_alone_through_a_network_of_one_picture(make_model: MakeModel) -> None:
    graph = halves()
    for value in (graph.graph.input[0], graph.graph.output[0]):
        value.type.tensor_type.shape.dim[0].ClearField("dim_param")
        value.type.tensor_type.shape.dim[0].dim_value = 1
    encoder = rewritten(make_model(), graph)
    pictures = small_pictures(6)
    assert np.array_equal(encoder.encode(pictures), one_by_one(encoder, pictures))
