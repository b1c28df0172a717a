"""An encoder's graph becomes a network that can be trained on, and an encoder again."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

torch = pytest.importorskip("torch")

from lookalike.encoders.card import Card, Preprocessing  # noqa: E402
from lookalike.encoders.loading import load_encoder  # noqa: E402
from lookalike.encoders.onnx import OnnxEncoder  # noqa: E402
from lookalike.encoders.reference import reference_picture  # noqa: E402
from lookalike.errors import TrainingError  # noqa: E402
from lookalike.training.network.from_onnx import Network, between, trainable  # noqa: E402
from lookalike.training.network.to_onnx import Kinds, exported  # noqa: E402

CHANCE = np.random.default_rng(7)
PICTURES = CHANCE.integers(0, 256, (3, 16, 16, 3), dtype=np.uint8)
node = helper.make_node


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    torch.set_num_threads(1)


def numbers(*shape: int) -> np.ndarray:
    return CHANCE.normal(size=shape).astype(np.float32)


WEIGHTS: dict[str, np.ndarray] = {
    "middle": np.full((1, 3, 1, 1), 0.5, np.float32),
    "kernel": numbers(8, 3, 3, 3) / 5, "kernel.bias": numbers(8), "wide": numbers(32, 8, 1, 1) / 3,
    "dense": numbers(512, 4),
    "rest": np.array([64, 32], np.int64), "flat": np.array([1, 2048], np.int64),
}  # fmt: skip
FIRST = [
    node("Sub", ["x", "middle"], ["centred"]),
    node("Conv", ["centred", "kernel", "kernel.bias"], ["a"], pads=[1, 1, 1, 1], strides=[2, 2]),
    node("Relu", ["a"], ["b"]),
]
MAP = [*FIRST, node("Conv", ["b", "wide"], ["y"])]
"""A picture to a map of 32 channels, 8 by 8."""


def graph(nodes: Sequence[NodeProto], batch: int | str = "n", opset: int = 17, side: int = 16) -> ModelProto:
    used = {name for one in nodes for name in one.input}
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 3, side, side])]
    kept = [numpy_helper.from_array(values, name) for name, values in WEIGHTS.items() if name in used]
    outputs = [helper.make_empty_tensor_value_info("y")]
    return helper.make_model(
        helper.make_graph(list(nodes), "g", inputs, outputs, kept),
        opset_imports=[helper.make_opsetid("", opset)],
        ir_version=8,
    )


def encoder_of(nodes: Sequence[NodeProto], how: Preprocessing | None = None, **about: Any) -> OnnxEncoder:
    content = graph(nodes, **about).SerializeToString()
    how = how or Preprocessing(
        16, 16, "NCHW", "crop", "BGR", mean=(10.0, 20.0, 30.0), scale=(0.01, 0.02, 0.015)
    )
    card = Card("small", "small.onnx", hashlib.sha256(content).hexdigest(), "x", "y", 0, how, data="a few")
    return OnnxEncoder(card, content, origin="small.onnx", name="onnx:/small.onnx")


def loaded(content: bytes, card: Card) -> OnnxEncoder:
    return OnnxEncoder(replace(card, sha256=hashlib.sha256(content).hexdigest()), content, origin="again")


def vectors(network: Network, pictures: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(network(torch.from_numpy(pictures)).numpy())


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / lengths)


def refused(encoder: OnnxEncoder, size: int | None = None) -> str:
    with pytest.raises(TrainingError) as caught:
        trainable(encoder, size)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module", params=["product", "imagenet"])
def built_in(request: pytest.FixtureRequest) -> tuple[OnnxEncoder, Network]:
    encoder = load_encoder(request.param)
    assert isinstance(encoder, OnnxEncoder)
    return encoder, trainable(encoder)


def test_a_network_of_eight_bits_says_nearly_what_its_encoder_says(
    built_in: tuple[OnnxEncoder, Network],
) -> None:
    encoder, network = built_in
    one = reference_picture(224, 224)
    pictures = np.stack([one, one[:, ::-1], 255 - one])
    assert cosines(vectors(network, pictures), encoder.encode(pictures)).min() > 0.99


def test_a_network_of_eight_bits_is_an_encoder_again_at_another_size() -> None:
    encoder = load_encoder("imagenet")
    assert isinstance(encoder, OnnxEncoder)
    network = trainable(encoder, 96)
    content, card = exported(network, name="smaller", description="at 96 pixels")
    again = loaded(content, card)
    assert again.size == (96, 96)
    assert (card.name, card.description, card.dim) == ("smaller", "at 96 pixels", encoder.card.dim)
    assert card.preprocessing == replace(encoder.card.preprocessing, width=96, height=96)
    pictures = np.stack([reference_picture(96, 96), PICTURES[0].repeat(6, 0).repeat(6, 1)])
    assert cosines(again.encode(pictures), vectors(network, pictures)).min() > 0.9999
    assert len(content) < 2.2 * sum(p.numel() for p in network.parameters())


def test_a_network_runs_wherever_its_weights_are(built_in: tuple[OnnxEncoder, Network]) -> None:
    elsewhere = copy.deepcopy(built_in[1]).to("meta")  # a device that reckons shapes alone
    found = elsewhere(torch.zeros((2, 224, 224, 3), dtype=torch.uint8, device="meta"))
    assert found.device.type == "meta"
    assert tuple(found.shape) == (2, 256)


def test_a_map_is_pooled_as_the_encoder_pools_it() -> None:
    encoder = encoder_of(MAP)
    network = trainable(encoder)
    assert network.dim == 32
    assert np.allclose(vectors(network, PICTURES), encoder.encode(PICTURES), rtol=1e-4, atol=1e-5)


def test_of_tokens_the_first_is_taken() -> None:
    tokens = [node("Shape", ["y0"], ["s"], end=1), node("Concat", ["s", "rest"], ["to"], axis=0)]
    nodes = [*FIRST, node("Conv", ["b", "wide"], ["y0"]), node("Transpose", ["y0"], ["t"], perm=[0, 2, 3, 1]),
             *tokens, node("Reshape", ["t", "to"], ["y"])]  # fmt: skip
    encoder = encoder_of(nodes)
    network = trainable(encoder)
    assert np.allclose(vectors(network, PICTURES), encoder.encode(PICTURES), rtol=1e-4, atol=1e-5)
    again = loaded(*exported(network, name="again"))
    assert cosines(again.encode(PICTURES), encoder.encode(PICTURES)).min() > 0.9999


def test_what_brings_pixels_to_their_range_is_not_learnt_and_all_else_is() -> None:
    network = trainable(encoder_of(MAP))
    assert {name.rpartition(":")[2] for name in network.state_dict()} == {"kernel", "kernel/bias", "wide"}
    network(torch.from_numpy(PICTURES)).square().sum().backward()
    assert all(one.grad is not None and one.grad.abs().sum() > 0 for one in network.parameters())


def test_it_is_known_how_deep_a_weight_lies() -> None:
    network = trainable(encoder_of(MAP))
    depths = {name.rpartition(":")[2]: depth for name, depth in network.depths().items()}
    assert depths == {"kernel": 0.5, "kernel/bias": 0.5, "wide": 1.0}


def test_what_was_learnt_is_in_the_file() -> None:
    network = trainable(encoder_of(MAP))
    before = vectors(network, PICTURES)
    with torch.no_grad():
        for one in network.parameters():
            one.add_(torch.linspace(-1, 1, one.numel()).reshape(one.shape))
    again = loaded(*exported(network, name="learnt", data="shoes"))
    assert again.card.data == "a few; shoes"
    assert np.allclose(again.encode(PICTURES), vectors(network, PICTURES), rtol=1e-2, atol=1e-2)
    assert not np.allclose(before, vectors(network, PICTURES), rtol=1e-1, atol=1e-1)


def test_the_file_tells_kinds_beside_the_vector() -> None:
    network = trainable(encoder_of(MAP))
    weight = numbers(2, 32)
    content, card = exported(network, name="kinds", kinds=Kinds(["shoe", "bag"], weight, 4.0))
    assert card.kinds is not None
    assert card.kinds.names == ("shoe", "bag")
    found = loaded(content, card).scores(PICTURES)
    own = vectors(network, PICTURES)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    assert np.allclose(found, 4.0 * own @ weight.T, atol=2e-2)


def test_a_network_that_was_trained_can_be_trained_on() -> None:
    network = trainable(encoder_of(MAP))
    twice = trainable(loaded(*exported(network, name="once")))
    assert np.allclose(vectors(twice, PICTURES), vectors(network, PICTURES), rtol=1e-2, atol=1e-2)


def test_a_copy_is_a_network_of_its_own() -> None:
    network = trainable(encoder_of(MAP))
    other = copy.deepcopy(network)
    other.load_state_dict({name: torch.zeros_like(one) for name, one in network.state_dict().items()})
    assert not vectors(other, PICTURES).any()
    assert vectors(network, PICTURES).any()


def test_two_states_are_mixed_in_shares() -> None:
    mixed = between({"a": torch.tensor([1.0, 3.0])}, {"a": torch.tensor([2.0, 5.0])}, 0.25)
    assert mixed["a"].tolist() == [1.25, 3.5]


def test_a_network_of_one_size_of_picture_says_so() -> None:
    nodes = [*FIRST, node("Flatten", ["b"], ["f"]), node("Gemm", ["f", "dense"], ["y"])]
    encoder = encoder_of(nodes)
    assert trainable(encoder, 16).dim == 4
    assert "pictures of 16 x 16 pixels, and of no other size" in refused(encoder, 32)
    assert trainable(encoder, rather=32).card == encoder.card
    assert trainable(encoder_of(MAP), rather=32).preprocessing.width == 32


def test_a_graph_for_one_picture_at_a_time_says_so() -> None:
    nodes = [*MAP[:-1], node("Conv", ["b", "wide"], ["m"]), node("Reshape", ["m", "flat"], ["y"])]
    assert "one picture at a time" in refused(encoder_of(nodes, batch=1))


def test_operators_that_cannot_be_trained_are_named() -> None:
    nodes = [*FIRST, node("GlobalLpPool", ["b"], ["p"]), node("Hardmax", ["p"], ["y"])]
    said = refused(encoder_of(nodes))
    assert "operators that cannot be trained: GlobalLpPool, Hardmax" in said
    assert "--recipe head" in said


def test_weights_of_eight_bits_without_their_floats_send_to_the_file_that_has_them() -> None:
    nodes = [*FIRST, node("DynamicQuantizeLinear", ["b"], ["q", "s", "z"]),
             node("DequantizeLinear", ["q", "s", "z"], ["y"])]  # fmt: skip
    assert "Take the file of float weights" in refused(encoder_of(nodes))


def test_a_graph_of_an_old_set_of_operators_is_refused() -> None:
    assert "opset 9" in refused(encoder_of(MAP, opset=9))


def test_a_graph_without_weights_says_that_there_is_nothing_to_learn() -> None:
    nodes = [node("Sub", ["x", "middle"], ["centred"]), node("Relu", ["centred"], ["y"])]
    assert "no weights that could be learnt" in refused(encoder_of(nodes))


def test_a_network_that_lost_its_numbers_is_not_written() -> None:
    network = trainable(encoder_of(MAP))
    with torch.no_grad():
        next(network.parameters()).fill_(float("nan"))
    with pytest.raises(TrainingError, match="not finite"):
        exported(network, name="lost")


def test_weights_too_large_for_half_precision_keep_single() -> None:
    network = trainable(encoder_of(MAP))
    plain, _ = exported(network, name="plain")
    with torch.no_grad():
        for one in network.parameters():
            one.mul_(1e6)
    large, card = exported(network, name="large")
    assert len(large) >= len(plain)
    assert cosines(loaded(large, card).encode(PICTURES), vectors(network, PICTURES)).min() > 0.9999
